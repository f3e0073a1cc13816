// Search: names of cells and groups, and symbols. uFuzzy finds words in any place of a name and ranks what it finds.

const MOST_RESULTS = 12;
const fuzzy = new uFuzzy({ intraMode: 0 });

const cellNames = cells.map((cell) => cell.name);
const groupNames = groups.map((group) => group.name);
let exported = null; // [symbol, cell] of every export; made when first searched

// The places in `names` that fit, the best first. Without letters or digits there is nothing for uFuzzy to split at.
function ranked(names, text) {
	const [found, info, order] = fuzzy.search(names, text, 1);
	const best = !found ? [] : order ? order.map((i) => info.idx[i]) : found;
	if (best.length) return best;
	const wanted = text.toLowerCase();
	return [...names.keys()].filter((i) => names[i].toLowerCase().includes(wanted));
}

// An exact name first, then names that begin with the text, each in the order found.
function nearestFirst(names, text) {
	const rank = (i) => (names[i] === text ? 0 : names[i].startsWith(text) ? 1 : 2);
	return ranked(names, text)
		.map((i) => [rank(i), i])
		.sort((a, b) => a[0] - b[0])
		.map(([, i]) => i);
}

function findCells(text) {
	return nearestFirst(cellNames, text)
		.slice(0, MOST_RESULTS)
		.map((c) => ({ cell: c, name: cellNames[c], note: `cell of ${groups[cells[c].group].name || "no group"}` }));
}

function findAnything(text) {
	exported ??= cells.flatMap((cell, c) => cell.exports.map((s) => [strings[s], c]));
	const symbols = nearestFirst(
		exported.map(([name]) => name),
		text,
	)
		.slice(0, MOST_RESULTS)
		.map((i) => ({ cell: exported[i][1], name: exported[i][0], note: `symbol of ${cellNames[exported[i][1]]}` }));
	const found = [
		...findCells(text),
		...nearestFirst(groupNames, text)
			.slice(0, 4)
			.map((g) => ({ group: g, name: groupNames[g], note: count(members[g].length, "cell") })),
		...symbols,
	];
	return found.slice(0, MOST_RESULTS);
}

// Makes a text field a combobox: as one types, the list offers what `find` finds; `choose` gets what is chosen.
// Source: WAI-ARIA Authoring Practices 1.2, "Combobox".
function attachSearch(input, list, find, choose) {
	let found = [],
		active = NONE;
	const close = () => {
		list.hidden = true;
		input.setAttribute("aria-expanded", false);
		input.removeAttribute("aria-activedescendant");
		active = NONE;
	};
	const take = (i) => {
		const chosen = found[i];
		close();
		if (chosen) choose(chosen);
	};
	const show = () => {
		found = input.value.trim() ? find(input.value.trim()) : [];
		list.replaceChildren(
			...found.map((item, i) =>
				html(
					"li",
					{
						role: "option",
						id: `${list.id}-${i}`,
						"aria-selected": "false",
						onmousedown: (event) => (event.preventDefault(), take(i)),
					},
					item.name,
					" ",
					html("span", { class: "quiet" }, item.note),
				),
			),
		);
		list.hidden = !found.length;
		input.setAttribute("aria-expanded", found.length > 0);
		if (input.value.trim())
			say(found.length ? `${count(found.length, "result")}` : `nothing is called ${input.value.trim()}`);
		active = NONE;
		if (found.length) activate(0);
	};
	const activate = (i) => {
		list.children[active]?.setAttribute("aria-selected", "false");
		active = (i + found.length) % found.length;
		list.children[active].setAttribute("aria-selected", "true");
		list.children[active].scrollIntoView({ block: "nearest" });
		input.setAttribute("aria-activedescendant", list.children[active].id);
	};
	input.addEventListener("input", show);
	input.addEventListener("blur", close);
	input.addEventListener("keydown", (event) => {
		const moves = { ArrowDown: 1, ArrowUp: -1 };
		if (event.key in moves && found.length && !list.hidden) activate(active + moves[event.key]);
		else if (event.key in moves) show();
		else if (event.key === "Enter" && active !== NONE) take(active);
		else if (event.key === "Escape") list.hidden ? input.blur() : close();
		else return;
		event.preventDefault();
		event.stopPropagation();
	});
}
