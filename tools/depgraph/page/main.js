// What a reader can do, by pointer, keyboard or link; each thing changes the state and everything is drawn from that.

const say = (text) => (document.getElementById("status").textContent = text);

// svg-pan-zoom moves the drawing under the pointer. The state knows where it is only once the reader has moved it;
// until then each new scene is fitted into the window.
let fitting = false;
const camera = svgPanZoom(svg, {
	viewportSelector: "#viewport",
	fit: false,
	center: false,
	minZoom: 0.02,
	maxZoom: 8,
	zoomScaleSensitivity: 0.25,
	dblClickZoomEnabled: false,
	onZoom: () => moved(),
	onPan: () => moved(),
});

const middle = () => ({ x: svg.clientWidth / 2, y: svg.clientHeight / 2 });

function moved() {
	if (fitting) return;
	const { x, y } = camera.getPan(),
		zoom = camera.getZoom(),
		at = middle();
	state.at = [(at.x - x) / zoom, (at.y - y) / zoom, zoom];
	writeLink(false);
}

function placeCamera() {
	fitting = true;
	const margin = 24,
		at = middle();
	const [x, y, zoom] = state.at ?? [
		scene.width / 2,
		scene.height / 2,
		Math.min(1.6, (2 * at.x - 2 * margin) / scene.width, (2 * at.y - 2 * margin) / scene.height),
	];
	camera.zoom(Math.max(zoom, 0.02));
	const real = camera.getZoom();
	camera.pan({ x: at.x - x * real, y: at.y - y * real });
	fitting = false;
}

// Moves the drawing only if a box is outside the window.
function bringIntoView(key) {
	const box = stops().find((stop) => stop.key === key);
	if (!box) return;
	const pan = camera.getPan(),
		zoom = camera.getZoom(),
		at = middle();
	const x = (box.x + box.width / 2) * zoom + pan.x,
		y = (box.y + Math.min(box.height, 60) / 2) * zoom + pan.y;
	if (x < 20 || y < 20 || x > 2 * at.x - 20 || y > 2 * at.y - 20) camera.panBy({ x: at.x - x, y: at.y - y });
}

// The address follows the state: a step that the reader can take back, or only a correction of the place.
let written = "";
function writeLink(step) {
	const text = stateText();
	if (text === written) return;
	written = text;
	history[step ? "pushState" : "replaceState"](null, "", `#${text}`);
}

function show() {
	document.documentElement.dataset.theme = state.theme;
	draw();
	placeCamera();
	drawPanel();
	const press = (id, on) => document.getElementById(id).setAttribute("aria-pressed", String(!!on));
	press("reduce", state.reduced);
	press("path", state.list === "path");
	press("cycles", state.list === "cycles");
	press("changes", state.list === "changes");
	document.getElementById("theme").textContent = isDark() ? "Light" : "Dark";
}

// What shows other cells is fitted into the window anew; a mere selection leaves the drawing where the reader put it.
const REFITTED = ["focus", "depth", "way", "from", "to", "cycle", "only"];
function change(patch) {
	if (REFITTED.some((key) => key in patch)) state.at = null;
	Object.assign(state, patch);
	writeLink(true);
	show();
}

function restore() {
	const text = location.hash.slice(1);
	if (text === written) return;
	const { read, unknown } = readState(text);
	state = read;
	written = text;
	show();
	if (unknown.length) say(`The link names what is not in this graph: ${unknown.join(", ")}`);
}

const groupsOf = (some) => new Set([...some].map((c) => cells[c].group));

// The parts that show the cell: of its own group, the one where it stands.
function partsWith(c) {
	const g = cells[c].group,
		all = shownOf(g);
	if (!state.open.has(g) || partOf(g, all).parts < 2) return state.parts;
	return new Map(state.parts).set(g, Math.floor(Math.max(0, inRows(all).indexOf(c)) / MOST_IN_GROUP));
}

function selectCell(c) {
	change({ cell: c, group: NONE, edge: null, parts: partsWith(c) });
	bringIntoView(`cell:${nameOf(c)}`);
	say(describeCell(c));
}

function toggleGroup(g) {
	const open = new Set(state.open);
	if (!open.delete(g)) open.add(g);
	change({ open, group: g, cell: NONE, edge: null });
	bringIntoView(`group:${groups[g].name}`);
	say(`group ${groups[g].name} ${open.has(g) ? "open" : "folded"}`);
}

// The cells of an open group that are in view, shown now or not.
const shownOf = (g) => scene.frames.find((frame) => frame.group === g)?.all ?? members[g];

// Goes on, or back, to another part of a group with many cells; round at the ends.
function turnPart(g, step) {
	const { part, parts } = partOf(g, shownOf(g));
	if (parts < 2) return;
	const next = (part + step + parts) % parts;
	change({ parts: new Map(state.parts).set(g, next), group: g, cell: NONE, edge: null });
	bringIntoView(`group:${groups[g].name}`);
	say(`group ${groups[g].name}: part ${next + 1} of ${parts}`);
}

// Few cells are shown one by one; of many the groups stay as they are.
const MOST_OPENED = 200;
let openBefore = null;
function focusOn(c, depth, way) {
	const near = reach(c, depth, way);
	openBefore ??= state.open;
	change({
		focus: c,
		cell: c,
		group: NONE,
		edge: null,
		depth,
		way,
		open: near.size <= MOST_OPENED ? groupsOf(near) : state.open,
	});
	say(`${count(near.size, "cell")} near ${nameOf(c)}`);
}

function unfocus() {
	change({ focus: NONE, open: openBefore ?? firstState().open });
	openBefore = null;
}

const isDark = () => state.theme === "dark" || (!state.theme && matchMedia("(prefers-color-scheme: dark)").matches);

const commands = {
	search: () => (document.getElementById("search").focus(), document.getElementById("search").select()),
	expand: () => change({ open: new Set(groups.keys()), at: null }),
	collapse: () => change({ open: new Set(), group: NONE, at: null }),
	reduce: () => change({ reduced: !state.reduced }),
	path: () => {
		change(
			state.list === "path"
				? { list: "" }
				: { list: "path", from: state.from === NONE ? state.cell : state.from },
		);
		panel.querySelector(state.from === NONE ? "#path-start" : "#path-end")?.focus();
	},
	cycles: () => change(state.list === "cycles" ? { list: "", cycle: NONE } : { list: "cycles" }),
	changes: () =>
		data.difference &&
		change(state.list === "changes" ? { list: "" } : { list: "changes", cell: NONE, group: NONE, edge: null }),
	fit: () => change({ at: null }),
	clear: () => {
		openBefore = null;
		change({ ...firstState(), theme: state.theme });
		say("everything as at first");
	},
	theme: () => change({ theme: isDark() ? "light" : "dark" }),
	link: () => {
		const done = () => say("link copied");
		const no = () => say("the link is the address of this page");
		navigator.clipboard ? navigator.clipboard.writeText(location.href).then(done, no) : no();
	},
	help: () => document.getElementById("keys").showModal(),
	focus: () => state.cell !== NONE && focusOn(state.cell, state.focus === NONE ? 1 : state.depth, "both"),
	users: () => state.cell !== NONE && focusOn(state.cell, ALL, "users"),
	previous: () => state.group !== NONE && turnPart(state.group, -1),
	next: () => state.group !== NONE && turnPart(state.group, 1),
	less: () =>
		state.focus !== NONE && focusOn(state.focus, state.depth === ALL ? 5 : Math.max(0, state.depth - 1), state.way),
	more: () => state.focus !== NONE && focusOn(state.focus, state.depth + 1, state.way),
	nearer: () => camera.zoomAtPointBy(1.25, middle()),
	further: () => camera.zoomAtPointBy(0.8, middle()),
	// one thing at a time, the latest first
	back: () => {
		if (state.edge || state.cell !== NONE || state.group !== NONE) change({ edge: null, cell: NONE, group: NONE });
		else if (state.from !== NONE || state.to !== NONE || state.cycle !== NONE)
			change({ from: NONE, to: NONE, cycle: NONE });
		else if (state.list) change({ list: "" });
		else if (state.focus !== NONE) unfocus();
		else if (state.only) change({ only: "" });
	},
};

const KEYS = {
	"/": "search",
	e: "expand",
	E: "collapse",
	r: "reduce",
	p: "path",
	c: "cycles",
	d: "changes",
	0: "fit",
	t: "theme",
	l: "link",
	"?": "help",
	f: "focus",
	u: "users",
	",": "previous",
	".": "next",
	"[": "less",
	"]": "more",
	"+": "nearer",
	"=": "nearer",
	"-": "further",
	Escape: "back",
};
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function activate(key, toggle) {
	const stop = stops().find((s) => s.key === key);
	if (!stop) return;
	if (stop.rest) turnPart(stop.group, 1);
	else if (stop.group === undefined) toggle ? toggleGroup(cells[stop.cell].group) : selectCell(stop.cell);
	else toggleGroup(stop.group);
}

// The keys of the drawing itself. True if the key was one.
function drawingKey(event) {
	if (!viewport.contains(event.target)) return false;
	if (event.key in MOVES) {
		const next = neighbour(current, ...MOVES[event.key]);
		if (next) {
			setCurrent(next);
			bringIntoView(next);
			drawnElement(next).focus({ preventScroll: true });
		}
		return true;
	}
	if (event.key !== "Enter" && event.key !== " ") return false;
	activate(current, event.key === " ");
	return true;
}

document.addEventListener("keydown", (event) => {
	if (event.ctrlKey || event.altKey || event.metaKey || document.getElementById("keys").open) return;
	if (event.target.matches("input, select, textarea")) return;
	if (drawingKey(event)) event.preventDefault();
	else if (Object.hasOwn(KEYS, event.key)) {
		event.preventDefault();
		commands[KEYS[event.key]]();
	}
});

for (const id of ["expand", "collapse", "reduce", "path", "cycles", "changes", "fit", "clear", "theme", "link", "help"])
	document.getElementById(id).addEventListener("click", commands[id]);
document.getElementById("skip").addEventListener("click", () => drawnElement(current)?.focus());
document.getElementById("changes").hidden = !data.difference;
document.getElementById("cycles").textContent = `Cycles (${cycles.length})`;
if (data.difference) document.getElementById("reduce").hidden = true;

attachSearch(document.getElementById("search"), document.getElementById("results"), findAnything, (found) => {
	document.getElementById("search").value = found.name;
	if (found.cell === undefined) change({ group: found.group, cell: NONE, edge: null });
	else selectCell(found.cell);
	drawnElement(current)?.focus({ preventScroll: true });
});

// A drag ends with a click that means nothing. The second click of two focuses; there is no use in waiting for the event
// "dblclick", as the first click has drawn everything anew.
let pressed = [0, 0];
svg.addEventListener("pointerdown", (event) => (pressed = [event.clientX, event.clientY]), true);
const dragged = (event) => Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 4;

svg.addEventListener("click", (event) => {
	if (dragged(event)) return;
	const box = event.target.closest("[data-key]"),
		arrow = event.target.closest("[data-from]");
	if (box && event.detail === 2 && box.classList.contains("cell"))
		focusOn(cellNamed.get(box.dataset.key.slice("cell:".length)), 1, "both");
	else if (box) {
		setCurrent(box.dataset.key);
		activate(box.dataset.key, false);
		drawnElement(current)?.focus({ preventScroll: true });
	} else if (arrow) change({ edge: [arrow.dataset.from, arrow.dataset.to], cell: NONE, group: NONE });
	else if (state.cell !== NONE || state.group !== NONE || state.edge) change({ cell: NONE, group: NONE, edge: null });
});

addEventListener("hashchange", restore);
addEventListener("popstate", restore);
// camera.resize() would make the zoom of the moment its unit
new ResizeObserver(placeCamera).observe(svg);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);

written = null;
restore();
