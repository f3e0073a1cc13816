// The scene as SVG. It is drawn anew after each change: what there is to draw is bounded, because groups are folded at
// first, and because past a number of arrows the plain ones are drawn as one path, which no pointer can hit.

const SVG = "http://www.w3.org/2000/svg";
const MOST_ARROWS = 1500; // drawn one by one
const MOST_LED = 300; // around other boxes
const MOST_LABELS = 80; // past this many arrows none shows its number of symbols

const svg = document.getElementById("graph");
const viewport = document.getElementById("viewport");
let scene = null;
let arrowCount = 0; // drawn one by one, for whoever asks

function element(name, attributes, ...children) {
	const made = document.createElementNS(SVG, name);
	for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
	made.append(...children);
	return made;
}

// A tip for arrows of each colour: a marker takes none from its line in every browser.
for (const id of ["tip", "tip-cycle", "tip-added", "tip-changed", "tip-runtime", "tip-marked"]) {
	const size = id === "tip" ? 7 : 9;
	const box = { viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: size, markerHeight: size };
	const tip = element("path", { d: "M0 0L8 4L0 8z" });
	const marker = element("marker", { id, ...box, markerUnits: "userSpaceOnUse", orient: "auto" }, tip);
	document.getElementById("tips").append(marker);
}

const SIGNS = { added: "+ ", removed: "− ", changed: "~ " };

function describeCell(c) {
	const cell = cells[c];
	const what = [cell.class, "cell of group", groups[cell.group].name || "(none)"].filter(Boolean).join(" ");
	return `${cell.name}, ${what}${cell.change ? `, ${cell.change}` : ""}: uses ${uses[c].length}, used by ${users[c].length}`;
}

function drawCell(box) {
	const cell = cells[box.cell];
	const mark = scene.mark;
	const names = ["box", "cell", cell.class, cell.change, `tint${cell.group % 10}`];
	if (box.cell === state.cell) names.push("selected");
	if (box.cell === state.focus || cell.focus) names.push("focus");
	if (mark) names.push(mark.cells.has(box.cell) ? "marked" : "dim");
	return element(
		"g",
		{
			class: names.filter(Boolean).join(" "),
			transform: `translate(${box.x} ${box.y})`,
			role: "button",
			"aria-label": describeCell(box.cell),
			"aria-pressed": box.cell === state.cell,
			tabindex: -1,
			"data-key": box.key,
		},
		element("rect", { width: box.width, height: box.height, rx: cell.class === "core" ? 1 : 6 }),
		element("text", { x: box.width / 2, y: 17 }, (SIGNS[cell.change] || "") + cut(cell.name)),
		element("title", {}, describeCell(box.cell)),
	);
}

// The change of a folded group: that of all its cells, or "changed" if any has one.
function groupChange(g) {
	const changes = new Set(members[g].map((c) => cells[c].change || ""));
	if (changes.size === 1) return [...changes][0];
	return "changed";
}

function drawGroup(box) {
	const group = groups[box.group];
	const change = groupChange(box.group);
	const title = `${group.name || "(no group)"}`;
	const label = `group ${title}, folded: ${count(box.all.length, "cell")}${change ? `, ${change}` : ""}`;
	return element(
		"g",
		{
			class: [
				"box",
				"group",
				`tint${box.group % 10}`,
				change,
				box.group === state.group && "selected",
				scene.mark && "dim",
			]
				.filter(Boolean)
				.join(" "),
			transform: `translate(${box.x} ${box.y})`,
			role: "button",
			"aria-expanded": false,
			"aria-label": label,
			tabindex: -1,
			"data-key": box.key,
		},
		element("rect", { x: 4, y: 4, width: box.width, height: box.height, rx: 6, class: "behind" }),
		element("rect", { width: box.width, height: box.height, rx: 6 }),
		element("text", { x: box.width / 2, y: 25 }, `▸ ${SIGNS[change] || ""}${cut(title)} (${box.all.length})`),
		element("title", {}, label),
	);
}

// The cells of an open group that are not shown now.
function drawRest(box) {
	const label = `group ${groups[box.group].name || "(no group)"}: ${box.rest}`;
	return element(
		"g",
		{
			class: `box rest tint${box.group % 10}${scene.mark ? " dim" : ""}`,
			transform: `translate(${box.x} ${box.y})`,
			role: "button",
			"aria-label": label,
			tabindex: -1,
			"data-key": box.key,
		},
		element("rect", { x: 4, y: 4, width: box.width, height: box.height, rx: 6, class: "behind" }),
		element("rect", { width: box.width, height: box.height, rx: 6 }),
		element("text", { x: box.width / 2, y: 25 }, box.rest),
		element("title", {}, label),
	);
}

const drawBox = (box) => (box.rest ? drawRest(box) : box.group === undefined ? drawCell(box) : drawGroup(box));

// An open group: its ground, and above the arrows the title, which folds it.
function drawGround(frame) {
	return element("rect", {
		class: `ground tint${frame.group % 10} ${frame.group === state.group ? "selected" : ""}`,
		x: frame.x,
		y: frame.y,
		width: frame.width,
		height: frame.height,
		rx: 10,
	});
}

function drawTitle(frame) {
	const title = groups[frame.group].name || "(no group)";
	const part = frame.shown.length < members[frame.group].length;
	const many = part ? `${frame.shown.length} of ${members[frame.group].length}` : `${frame.shown.length}`;
	const label = `group ${title}: ${many} cells shown`;
	const open = state.open.has(frame.group);
	const text = `${open ? "▾" : "▸"} ${cut(title)} (${many})`;
	return element(
		"g",
		{
			class: ["frame", `tint${frame.group % 10}`, frame.group === state.group && "selected"]
				.filter(Boolean)
				.join(" "),
			transform: `translate(${frame.x} ${frame.y})`,
			role: "button",
			"aria-expanded": open,
			"aria-label": label,
			tabindex: -1,
			"data-key": frame.key,
		},
		element("rect", {
			x: 1,
			y: 1,
			width: Math.min(frame.width - 2, text.length * CHARACTER + 2 * FRAME_PADDING),
			height: FRAME_TITLE,
			rx: 9,
		}),
		element("text", { x: FRAME_PADDING, y: 19 }, text),
		element("title", {}, label),
	);
}

// The four points of an arrow's curve: from the lower side of one box to the upper side of the other; back up from the
// upper side to the lower one; between neighbours of one row in a bow below them.
function arrowCurve({ from, to, aside }) {
	const fx = from.x + from.width / 2,
		tx = to.x + to.width / 2;
	const bottom = from.y + from.height,
		top = to.y;
	if (aside) {
		const right = aside > 0,
			fy = from.y + from.height / 2,
			ty = to.y + to.height / 2;
		const start = right ? from.x + from.width : from.x,
			end = right ? to.x + to.width : to.x;
		return [start, fy, start + aside, fy + (ty - fy) / 4, end + aside, ty - (ty - fy) / 4, end, ty];
	}
	if (top >= bottom + 8) {
		const bend = Math.min(80, (top - bottom) / 2);
		return [fx, bottom, fx, bottom + bend, tx, top - bend, tx, top];
	}
	if (to.y + to.height <= from.y - 8) {
		const end = to.y + to.height,
			bend = Math.min(80, (from.y - end) / 2);
		return [fx, from.y, fx + 30, from.y - bend, tx + 30, end + bend, tx, end];
	}
	const low = Math.max(bottom, to.y + to.height),
		dip = 14 + Math.abs(fx - tx) / 8;
	return [fx, bottom, fx, low + dip, tx, low + dip, tx, to.y + to.height];
}

function arrowShape(arrow) {
	const [a, b, ...rest] = arrowCurve(arrow);
	return `M${a} ${b}C${rest.join(" ")}`;
}

// Leads an arrow that would cross a box around it, on the nearer side; those in the middle go left and right in turn.
// Only while the arrows are few enough to be told apart.
function leadAround(scene) {
	if (scene.arrows.length > MOST_LED || scene.boxes.length > MOST_LED) return;
	let turn = 1;
	for (const arrow of scene.arrows) {
		const { from, to } = arrow;
		const fx = from.x + from.width / 2,
			fy = from.y + from.height / 2;
		const dx = to.x + to.width / 2 - fx,
			dy = to.y + to.height / 2 - fy;
		const crossed = (box) => {
			const along = (box.y + box.height / 2 - fy) / dy; // where the straight line is at the box's height
			return (
				box !== from &&
				box !== to &&
				along > 0 &&
				along < 1 &&
				Math.abs(fx + along * dx - box.x - box.width / 2) < box.width / 2 + 4
			);
		};
		if (!dy || !scene.boxes.some(crossed)) continue;
		const off = fx + dx / 2 - scene.width / 2;
		if (Math.abs(off) < 4) turn = -turn;
		const side = Math.abs(off) < 4 ? turn : Math.sign(off) * Math.sign(dy); // there and back do not lie on each other
		arrow.aside = side * (36 + Math.abs(dy) / 4);
	}
}

// 1 for one symbol, 2 for eight, 3 for sixty-four, as in the other pictures that depgraph draws.
const arrowWidth = (arrow) => 1 + Math.log2(Math.max(1, arrow.symbols)) / 3 + (arrow.cycle ? 1 : 0);

const CLASSES = [
	[LINK, "link"],
	[TYPE, "type"],
	[HEADER, "header"],
	[RUNTIME, "runtime"],
];
const kindClass = (kinds) => CLASSES.find(([bit]) => kinds & bit)?.[1] ?? "unused";

const touches = (arrow, key) => arrow.from.key === key || arrow.to.key === key;

function describeArrow(arrow) {
	const name = (box) => box.key.replace(/^cell:/, "").replace(/^rest:/, "the rest of group ");
	const what = arrow.edges.length === 1 ? "" : `${count(arrow.edges.length, "edge")}, `;
	return `${name(arrow.from)} uses ${name(arrow.to)}: ${what}${count(arrow.symbols, "symbol")} (${kindsText(arrow.kinds)})`;
}

function drawArrow(arrow, labels) {
	const selected =
		state.cell !== NONE
			? `cell:${nameOf(state.cell)}`
			: state.group !== NONE
				? `group:${groups[state.group].name}`
				: null;
	const names = ["arrow", kindClass(arrow.kinds), arrow.change, arrow.cycle && "cycle"];
	if (scene.mark) names.push(arrow.marked ? "marked" : "dim");
	else if (selected) names.push(touches(arrow, selected) ? "near" : "dim");
	if (state.edge && state.edge[0] === arrow.from.key && state.edge[1] === arrow.to.key) names.push("selected");
	const shape = arrowShape(arrow);
	const made = element(
		"g",
		{ class: names.filter(Boolean).join(" "), "data-from": arrow.from.key, "data-to": arrow.to.key },
		element("path", { class: "hit", d: shape }),
		element("path", { class: "line", d: shape, "stroke-width": arrowWidth(arrow).toFixed(2) }),
		element("title", {}, describeArrow(arrow)),
	);
	if (labels && arrow.symbols > 1) {
		const [ax, ay, bx, by, cx, cy, dx, dy] = arrowCurve(arrow);
		made.append(
			element(
				"text",
				{ x: (ax + 3 * bx + 3 * cx + dx) / 8 + 4, y: (ay + 3 * by + 3 * cy + dy) / 8 + 3 },
				String(arrow.symbols),
			),
		);
	}
	return made;
}

// Too many to tell apart: those that matter one by one, the rest as a texture.
function drawArrows(arrows) {
	const selected = state.cell !== NONE ? `cell:${nameOf(state.cell)}` : null;
	const matters = (arrow) =>
		arrow.marked ||
		arrow.cycle ||
		arrow.change ||
		kindClass(arrow.kinds) === "runtime" ||
		arrow.from.rest ||
		arrow.to.rest ||
		(selected && touches(arrow, selected));
	let single = arrows,
		texture = [];
	if (arrows.length > MOST_ARROWS) {
		single = arrows.filter(matters).slice(0, MOST_ARROWS);
		const drawn = new Set(single);
		texture = arrows.filter((arrow) => !drawn.has(arrow));
	}
	arrowCount = single.length;
	const labels = arrows.length <= MOST_LABELS;
	const made = single.map((arrow) => drawArrow(arrow, labels));
	if (texture.length)
		made.unshift(
			element("path", {
				class: scene.mark || selected ? "texture dim" : "texture",
				d: texture.map(arrowShape).join(""),
			}),
		);
	return made;
}

const drawnElement = (key) => viewport.querySelector(`[data-key="${CSS.escape(key)}"]`);

function draw() {
	const hadFocus = viewport.contains(document.activeElement) ? document.activeElement.dataset.key : null;
	const before = current;
	scene = makeScene();
	leadAround(scene);
	const layer = (name, ...children) => element("g", { class: name }, ...children);
	viewport.replaceChildren(
		layer("grounds", ...scene.frames.map(drawGround)),
		layer("arrows", ...drawArrows(scene.arrows)),
		layer(
			"boxes",
			...scene.frames.map(drawTitle),
			...scene.boxes.map(drawBox),
		),
	);
	setCurrent(currentKey(hadFocus, before));
	if (hadFocus) drawnElement(current)?.focus({ preventScroll: true });
}

// One box of the drawing can be reached by Tab; the arrow keys move on from there.
let current = null;

function stops() {
	return [...scene.frames, ...scene.boxes];
}

function currentKey(...wishes) {
	if (state.cell !== NONE) wishes.unshift(`cell:${nameOf(state.cell)}`);
	const known = new Set(stops().map((stop) => stop.key));
	return wishes.find((key) => known.has(key)) ?? stops()[0]?.key ?? null;
}

function setCurrent(key) {
	if (current) drawnElement(current)?.setAttribute("tabindex", -1);
	current = key;
	if (current) drawnElement(current)?.setAttribute("tabindex", 0);
}

// The nearest box in a direction: what lies straight ahead is nearer than what lies aside.
function neighbour(key, dx, dy) {
	const half = (stop) => [stop.width / 2, stop.shown ? FRAME_TITLE / 2 : stop.height / 2]; // of an open group, its title
	const here = stops().find((stop) => stop.key === key);
	if (!here) return null;
	const [hw, hh] = half(here);
	let best = null,
		least = Infinity;
	for (const stop of stops()) {
		const [w, h] = half(stop);
		const x = stop.x + w - here.x - hw,
			y = stop.y + h - here.y - hh;
		const ahead = x * dx + y * dy,
			aside = Math.abs(x * dy) + Math.abs(y * dx);
		const gap = Math.max(0, aside - Math.abs((w + hw) * dy) - Math.abs((h + hh) * dx));
		const distance = ahead + 3 * gap + aside / 100;
		if (stop !== here && ahead > 1 && distance < least) {
			least = distance;
			best = stop.key;
		}
	}
	return best;
}
