// The panel beside the drawing: what is selected, and in words what the drawing shows. Everything that can be reached in
// the drawing can be reached from here by Tab alone.

const panel = document.getElementById("panel");
const MOST_LISTED = 400; // entries of one list; more are counted

// html("button", {class: "x"}, child, ...): children are elements or text, so no name can become markup.
function html(name, attributes = {}, ...children) {
	const made = document.createElement(name);
	for (const [key, value] of Object.entries(attributes))
		if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
		else if (value !== false && value !== undefined) made.setAttribute(key, value === true ? "" : value);
	made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
	return made;
}

function button(text, onclick, attributes = {}) {
	return html("button", { type: "button", onclick, ...attributes }, text);
}

function cellButton(c, text) {
	return button(text ?? (SIGNS[cells[c].change] || "") + cells[c].name, () => selectCell(c), {
		class: `name ${cells[c].change || ""}`,
		"data-cell": cells[c].name,
	});
}

function limited(items, make) {
	const made = items.slice(0, MOST_LISTED).map(make);
	if (items.length > MOST_LISTED) made.push(html("li", { class: "more" }, `and ${items.length - MOST_LISTED} more`));
	return made;
}

function symbolList(edge) {
	const item = (sign, change) => (s) => html("li", { class: change }, html("code", {}, sign + strings[s]));
	const all = [
		...edge.symbols.map(item("", "")),
		...(edge.added || []).map(item("+ ", "added")),
		...(edge.removed || []).map(item("− ", "removed")),
	];
	if (edge.pointers) all.push(html("li", { class: "runtime" }, strings[edge.pointers]));
	if (!all.length) return html("p", { class: "quiet" }, `no symbol: ${kindsText(edge.kinds)}`);
	return html(
		"ul",
		{ class: "symbols" },
		limited(all, (li) => li),
	);
}

// One edge: its other end, and on demand its symbols.
function edgeItem(e, other) {
	const edge = edges[e];
	const number = edge.symbols.length + (edge.added || []).length;
	return html(
		"li",
		{ class: edge.change || "" },
		html(
			"details",
			{},
			html(
				"summary",
				{},
				(SIGNS[edge.change] || "") + cells[other].name,
				" ",
				html("span", { class: "quiet" }, number ? count(number, "symbol") : kindsText(edge.kinds)),
				edge.cycle ? html("span", { class: "cycle" }, " in a cycle") : null,
			),
			symbolList(edge),
			cellButton(other, `Select ${cells[other].name}`),
		),
	);
}

const WAYS = { both: "both ways", uses: "what it uses", users: "what uses it" };

function focusControls() {
	const depths = [0, 1, 2, 3, 4, 5, ALL];
	if (!depths.includes(state.depth)) depths.splice(-1, 0, state.depth);
	const option = (value, text, chosen) => html("option", { value, selected: chosen }, text);
	return html(
		"section",
		{ class: "focus-controls", "aria-label": "Focus" },
		html("h3", {}, `Only near ${nameOf(state.focus)}`),
		html(
			"label",
			{},
			"Depth ",
			html(
				"select",
				{
					id: "depth",
					onchange: (event) =>
						focusOn(state.focus, event.target.value === "all" ? ALL : +event.target.value, state.way),
				},
				depths.map((d) => option(d === ALL ? "all" : d, d === ALL ? "all" : String(d), d === state.depth)),
			),
		),
		html(
			"label",
			{},
			" Direction ",
			html(
				"select",
				{ id: "way", onchange: (event) => focusOn(state.focus, state.depth, event.target.value) },
				Object.entries(WAYS).map(([value, text]) => option(value, text, value === state.way)),
			),
		),
		button("Show everything", unfocus, { id: "unfocus" }),
	);
}

function cellPanel(c) {
	const cell = cells[c];
	const [code, constants, data_] = cell.bytes;
	const userCount = new Map(); // of each export
	for (const e of users[c])
		for (const s of [...edges[e].symbols, ...(edges[e].added || [])]) userCount.set(s, (userCount.get(s) || 0) + 1);
	return [
		html("h2", {}, cell.name),
		html(
			"p",
			{},
			[
				cell.class && `${cell.class} cell`,
				`group ${groups[cell.group].name || "(none)"}`,
				`${code} bytes of code, ${constants} of constants, ${data_} of state`,
			]
				.filter(Boolean)
				.join("; "),
		),
		cell.change ? html("p", { class: cell.change }, `${cell.change} ${cell.what || ""}`) : null,
		html(
			"div",
			{ class: "actions" },
			button("Focus", () => focusOn(c, state.focus === NONE ? 1 : state.depth, "both"), {
				id: "focus",
				title: "f",
			}),
			button("Who uses it, all", () => focusOn(c, ALL, "users"), { id: "who-uses", title: "u" }),
			button("All it uses", () => focusOn(c, ALL, "uses"), { id: "all-uses" }),
			button(
				"Path from here",
				() => change({ list: "path", from: c, to: state.to === c ? NONE : state.to, cycle: NONE }),
				{ id: "path-from" },
			),
			button(
				"Path to here",
				() => change({ list: "path", to: c, from: state.from === c ? NONE : state.from, cycle: NONE }),
				{ id: "path-to" },
			),
		),
		html("h3", {}, `Uses (${uses[c].length})`),
		html(
			"ul",
			{ class: "edges", id: "uses" },
			limited(uses[c], (e) => edgeItem(e, edges[e].to)),
		),
		html("h3", {}, `Used by (${users[c].length})`),
		html(
			"ul",
			{ class: "edges", id: "used-by" },
			limited(users[c], (e) => edgeItem(e, edges[e].from)),
		),
		html(
			"details",
			{},
			html("summary", {}, `Exports (${cell.exports.length})`),
			html(
				"ul",
				{ class: "symbols" },
				limited(cell.exports, (s) =>
					html(
						"li",
						{},
						html("code", {}, strings[s]),
						" ",
						html("span", { class: "quiet" }, userCount.get(s) ? count(userCount.get(s), "user") : "unused"),
					),
				),
			),
		),
	];
}

function groupPanel(g) {
	const { part, parts } = state.open.has(g) ? partOf(g, shownOf(g)) : { part: 0, parts: 1 };
	return [
		html("h2", {}, `Group ${groups[g].name || "(none)"}`),
		html("p", {}, count(members[g].length, "cell")),
		html(
			"div",
			{ class: "actions" },
			button(state.open.has(g) ? "Fold" : "Open", () => toggleGroup(g), { id: "toggle" }),
			parts > 1 && button("Previous part", () => turnPart(g, -1), { id: "previous-part", title: "," }),
			parts > 1 && button("Next part", () => turnPart(g, 1), { id: "next-part", title: "." }),
		),
		parts > 1 && html("p", { id: "part" }, `part ${part + 1} of ${parts} is shown`),
		html(
			"ul",
			{ class: "cells" },
			limited(members[g], (c) => html("li", {}, cellButton(c))),
		),
	];
}

// An arrow: one edge with its symbols, or the edges that folding put into one.
function edgePanel([fromKey, toKey]) {
	const arrow = scene.arrows.find((a) => a.from.key === fromKey && a.to.key === toKey);
	if (!arrow) return [html("h2", {}, "This arrow is not shown now"), html("p", {}, `${fromKey} → ${toKey}`)];
	const title = (box) =>
		box.key.replace(/^cell:/, "").replace(/^group:/, "group ").replace(/^rest:/, "the rest of group ");
	return [
		html("h2", {}, `${title(arrow.from)} → ${title(arrow.to)}`),
		html(
			"p",
			{},
			`${count(arrow.edges.length, "edge")}, ${count(arrow.symbols, "symbol")} (${kindsText(arrow.kinds)})`,
		),
		limited(arrow.edges, (e) =>
			html(
				"section",
				{ class: `edge ${edges[e].change || ""}` },
				html("h3", {}, cellButton(edges[e].from), " → ", cellButton(edges[e].to)),
				symbolList(edges[e]),
			),
		),
	];
}

function pathPanel() {
	const field = (id, text, c, set) => {
		const input = html("input", {
			id,
			type: "text",
			role: "combobox",
			"aria-expanded": false,
			"aria-controls": `${id}-results`,
			"aria-autocomplete": "list",
			autocomplete: "off",
			spellcheck: false,
			value: c === NONE ? "" : nameOf(c),
		});
		const list = html("ul", { id: `${id}-results`, role: "listbox", "aria-label": `${text}: cells`, hidden: true });
		attachSearch(input, list, findCells, (found) => set(found.cell));
		return html("div", { class: "search" }, html("label", { for: id }, text), input, list);
	};
	const parts = [
		html("h2", {}, "Path between two cells"),
		field("path-start", "From", state.from, (c) => change({ from: c, cycle: NONE })),
		field("path-end", "To", state.to, (c) => change({ to: c, cycle: NONE })),
	];
	if (state.from !== NONE && state.to !== NONE) {
		const path = shortestPaths(state.from, state.to);
		parts.push(
			html(
				"div",
				{ class: "actions" },
				button("Other direction", () => change({ from: state.to, to: state.from }), { id: "path-turn" }),
				button("Remove path", () => change({ from: NONE, to: NONE, list: "" }), { id: "path-remove" }),
			),
		);
		if (!path)
			parts.push(
				html("p", { class: "nothing" }, `${nameOf(state.from)} does not depend on ${nameOf(state.to)}.`),
			);
		else
			parts.push(
				html(
					"p",
					{},
					path.length
						? `${count(path.length, "step")}; every shortest way is shown.`
						: "They are the same cell.",
				),
				html(
					"ol",
					{ class: "edges", id: "steps" },
					limited(
						[...path.edges].sort((a, b) => a - b),
						(e) =>
							html(
								"li",
								{},
								cellButton(edges[e].from),
								" → ",
								cellButton(edges[e].to),
								symbolList(edges[e]),
							),
					),
				),
			);
	}
	return parts;
}

function cyclesPanel() {
	return [
		html("h2", {}, cycles.length ? "Cycles" : "No cycles"),
		html(
			"p",
			{},
			cycles.length
				? "Of each set of cells that all depend on each other, one shortest cycle."
				: "No cell depends on itself, directly or through others.",
		),
		html(
			"ol",
			{ id: "cycle-list" },
			limited(cycles, (cycle, i) => {
				const around = [...cycle.cells, cycle.cells[0]].map(nameOf).join(" → ");
				return html(
					"li",
					{},
					button(around, () => change({ cycle: state.cycle === i ? NONE : i, from: NONE, to: NONE }), {
						"aria-pressed": String(state.cycle === i),
						class: "name",
					}),
					cycle.runtime
						? html("p", { class: "quiet" }, "closed by run-time pointers alone: nothing is wrong")
						: null,
					cycle.among > cycle.cells.length
						? html(
								"p",
								{ class: "quiet" },
								`the shortest among ${cycle.among} cells that all depend on each other`,
							)
						: null,
					state.cycle === i
						? html(
								"ol",
								{ class: "edges" },
								[...cycleParts(i).edges].map((e) =>
									html(
										"li",
										{},
										cellButton(edges[e].from),
										" → ",
										cellButton(edges[e].to),
										symbolList(edges[e]),
									),
								),
							)
						: null,
				);
			}),
		),
	];
}

function changesPanel() {
	const changed = [...cells.keys()].filter((c) => cells[c].change);
	const changedEdges = [...edges.keys()].filter((e) => edges[e].change);
	return [
		html("h2", {}, "What changed"),
		html(
			"p",
			{ class: "legend" },
			html("span", { class: "added" }, "+ added"),
			" ",
			html("span", { class: "removed" }, "− removed"),
			" ",
			html("span", { class: "changed" }, "~ changed"),
		),
		button(
			state.only ? "Show everything" : "Only what changed",
			() =>
				change({ only: state.only ? "" : "changes", open: state.only ? state.open : groupsOf(changedCells()) }),
			{ id: "only-changes", "aria-pressed": String(!!state.only) },
		),
		html("h3", {}, `Cells (${changed.length})`),
		html(
			"ul",
			{ class: "cells", id: "changed-cells" },
			limited(changed, (c) =>
				html(
					"li",
					{ class: cells[c].change },
					cellButton(c),
					" ",
					html("span", { class: "quiet" }, cells[c].what || ""),
				),
			),
		),
		html("h3", {}, `Dependencies (${changedEdges.length})`),
		html(
			"ul",
			{ class: "edges", id: "changed-edges" },
			limited(changedEdges, (e) =>
				html(
					"li",
					{ class: edges[e].change },
					html(
						"details",
						{},
						html(
							"summary",
							{},
							`${SIGNS[edges[e].change]}${nameOf(edges[e].from)} → ${nameOf(edges[e].to)}`,
						),
						symbolList(edges[e]),
					),
				),
			),
		),
	];
}

function overviewPanel() {
	const line = (name, text) => html("li", {}, html("span", { class: `key ${name}` }), text);
	return [
		html("h1", {}, data.difference ? "What changed" : "Graph of cells"),
		html(
			"p",
			{},
			`${count(cells.length, "cell")} in ${count(groups.length, "group")}, `,
			`${edges.length} dependencies, ${count(cycles.length, "cycle")}.`,
		),
		html(
			"p",
			{},
			"Click a group to open it, a box or an arrow to read about it; drag to move, turn the wheel to come nearer. ",
			"Press ? for the keys.",
		),
		html(
			"ul",
			{ class: "legend" },
			line("core", "core cell: may touch the hardware"),
			line("checked", "checked cell"),
			line("foreign", "foreign cell: code of others"),
			line("link", "uses symbols: the more, the thicker"),
			line("type", "uses types only"),
			line("header", "uses nothing but the header"),
			line("runtime", "keeps a pointer to it at run time"),
			line("unused", "declared, and nothing used"),
			line("cycle", "part of a cycle"),
		),
		html("h2", {}, "Groups"),
		html(
			"ul",
			{ class: "cells", id: "groups" },
			limited([...groups.keys()], (g) =>
				html(
					"li",
					{},
					button(
						`${groups[g].name || "(none)"} (${members[g].length})`,
						() => change({ group: g, cell: NONE, edge: null }),
						{ class: "name" },
					),
				),
			),
		),
	];
}

function drawPanel() {
	// a list stays as the reader opened it while the same thing is shown; the keyboard's place is kept by id or text
	const active = panel.contains(document.activeElement) ? document.activeElement : null;
	const parts = [];
	if (state.focus !== NONE) parts.push(focusControls());
	if (state.list === "path") parts.push(pathPanel());
	if (state.edge) parts.push(edgePanel(state.edge));
	else if (state.cell !== NONE) parts.push(cellPanel(state.cell));
	else if (state.group !== NONE) parts.push(groupPanel(state.group));
	if (state.list === "cycles") parts.push(cyclesPanel());
	if (state.list === "changes") parts.push(changesPanel());
	if (!parts.some(Array.isArray)) parts.push(overviewPanel());
	const place =
		active &&
		(active.id
			? `#${CSS.escape(active.id)}`
			: active.dataset.cell
				? `[data-cell="${CSS.escape(active.dataset.cell)}"]`
				: null);
	panel.replaceChildren(...parts.flat(Infinity).filter(Boolean));
	if (active)
		(place && panel.querySelector(place) ? panel.querySelector(place) : panel).focus({ preventScroll: true });
}
