// From the state to a scene: which boxes there are and where, and which arrows lead between them. Where a cell stands in
// its group was decided when the page was written; here groups are stacked, and when only some cells of one are shown
// they close ranks, in the same rows and the same order.

const CELL_HEIGHT = 26,
	CELL_GAP = 14,
	ROW_GAP = 26; // as in page_layout.c
const FRAME_TITLE = 26,
	FRAME_PADDING = 14,
	GROUP_GAP = 36,
	BAND_GAP = 46,
	FOLDED_HEIGHT = 40;
const MOST_IN_GROUP = 300; // cells of one group that are shown at a time
const LEAST_BAND = 1500; // groups of one band stand side by side up to this width
const CHARACTER = 7.3,
	NAME_CHARACTERS = 34;

const cut = (name) => (name.length > NAME_CHARACTERS ? name.slice(0, NAME_CHARACTERS - 1) + "…" : name);

// What stands out: the cells and edges of a path or a cycle. Null if nothing does.
function marked() {
	if (state.cycle !== NONE) return cycleParts(state.cycle);
	if (state.from !== NONE && state.to !== NONE) return shortestPaths(state.from, state.to);
	return null;
}

// Cells of a group as they stand in it, row by row.
const inRows = (some) => [...some].sort((a, b) => cells[a].y - cells[b].y || cells[a].x - cells[b].x);

// Of a group with many cells, those that are shown at a time: { cells, part, parts }.
function partOf(g, all) {
	const parts = Math.ceil(all.length / MOST_IN_GROUP);
	if (parts < 2) return { cells: all, part: 0, parts: 1 };
	const part = Math.min(state.parts.get(g) || 0, parts - 1);
	return { cells: inRows(all).slice(part * MOST_IN_GROUP, (part + 1) * MOST_IN_GROUP), part, parts };
}

// Of each group with anything in view: its cells in view, those of them that its open frame shows (null: folded), and
// those that it does not, because they are too many.
function shownCells(mark) {
	const inView = state.focus !== NONE ? reach(state.focus, state.depth, state.way) : null;
	const changed = state.only === "changes" ? changedCells() : null;
	const visible = (c) => (!inView || inView.has(c)) && (!changed || changed.has(c));
	const pinned = (c) => c === state.cell || (mark && mark.cells.has(c));
	return groups.flatMap((_, g) => {
		const all = members[g].filter((c) => visible(c) || pinned(c));
		if (!all.length) return [];
		if (!state.open.has(g)) {
			const some = all.filter(pinned); // a folded group still shows what stands out
			return [{ g, all, shown: some.length ? some : null, rest: [] }];
		}
		const now = partOf(g, all);
		if (now.parts < 2) return [{ g, all, shown: all, rest: [] }];
		const some = new Set(now.cells.concat(all.filter(pinned)));
		return [{ g, all, shown: [...some], rest: all.filter((c) => !some.has(c)) }];
	});
}

// The places of `shown` within the frame of group g: as laid out, or closer if some are missing.
function placeCells(g, shown) {
	if (shown.length === members[g].length)
		return { width: groups[g].width, height: groups[g].height, at: shown.map((c) => [cells[c].x, cells[c].y]) };
	const rows = new Map();
	for (const c of shown) rows.set(cells[c].y, [...(rows.get(cells[c].y) || []), c]);
	const lines = [...rows.keys()]
		.sort((a, b) => a - b)
		.map((y) => rows.get(y).sort((a, b) => cells[a].x - cells[b].x));
	const widths = lines.map((line) => line.reduce((sum, c) => sum + cells[c].width + CELL_GAP, -CELL_GAP));
	const width = Math.max(...widths);
	const at = new Map();
	lines.forEach((line, i) => {
		let x = (width - widths[i]) / 2;
		for (const c of line) {
			at.set(c, [x, i * (CELL_HEIGHT + ROW_GAP)]);
			x += cells[c].width + CELL_GAP;
		}
	});
	return { width, height: lines.length * (CELL_HEIGHT + ROW_GAP) - ROW_GAP, at: shown.map((c) => at.get(c)) };
}

// A group's outer size, and its cells' places if it is open.
function sizeGroup({ g, all, shown, rest }) {
	const title = Math.ceil((cut(groups[g].name).length + 12) * CHARACTER);
	if (!shown) return { g, all, width: title + 24, height: FOLDED_HEIGHT };
	const inner = placeCells(g, shown);
	return {
		g,
		all,
		shown,
		rest,
		at: inner.at,
		inset: FRAME_PADDING + Math.max(0, (title - inner.width) / 2),
		width: Math.max(inner.width, title) + 2 * FRAME_PADDING,
		height: inner.height + FRAME_TITLE + 2 * FRAME_PADDING + (rest.length ? ROW_GAP + FOLDED_HEIGHT : 0),
	};
}

// Lines of groups from the top: each band begins a new one, and goes on in another when it is full.
function stackGroups(sizes) {
	const lines = [];
	const most = Math.max(LEAST_BAND, ...sizes.map((s) => s.width));
	let line = null;
	for (const size of [...sizes].sort((a, b) => groups[a.g].band - groups[b.g].band || a.g - b.g)) {
		const band = groups[size.g].band;
		if (!line || line.band !== band || line.width + size.width > most)
			lines.push((line = { band, width: 0, height: 0, sizes: [] }));
		line.sizes.push(size);
		line.width += size.width + (line.sizes.length > 1 ? GROUP_GAP : 0);
		line.height = Math.max(line.height, size.height);
	}
	return lines;
}

// Arrows between boxes: one for each edge whose two ends are shown, or for all the edges between two boxes.
function findArrows(boxOf, mark) {
	const arrows = new Map();
	edges.forEach((edge, e) => {
		if (state.reduced && edge.replaced && !(mark && mark.edges.has(e))) return;
		const from = boxOf[edge.from],
			to = boxOf[edge.to];
		if (!from || !to || from === to) return;
		const key = `${from.key}\n${to.key}`;
		let arrow = arrows.get(key);
		if (!arrow) {
			arrow = {
				from,
				to,
				edges: [],
				symbols: 0,
				kinds: 0,
				cycle: false,
				marked: false,
				change: edge.change || "",
			};
			arrows.set(key, arrow);
		}
		arrow.edges.push(e);
		arrow.symbols += edge.symbols.length + (edge.added || []).length;
		arrow.kinds |= edge.kinds;
		arrow.cycle ||= !!edge.cycle;
		arrow.marked ||= !!mark && mark.edges.has(e);
		if (arrow.change !== (edge.change || "")) arrow.change = "changed";
	});
	return [...arrows.values()];
}

// The scene: boxes (cells and folded groups), frames (open groups) and arrows, with the size of it all.
function makeScene() {
	const mark = marked();
	const lines = stackGroups(shownCells(mark).map(sizeGroup));
	const scene = {
		boxes: [],
		frames: [],
		arrows: [],
		mark,
		width: Math.max(1, ...lines.map((l) => l.width)),
		height: 0,
	};
	const boxOf = [];
	for (const line of lines) {
		let x = (scene.width - line.width) / 2;
		for (const size of line.sizes) {
			const y = scene.height + (line.height - size.height) / 2;
			placeGroup(scene, boxOf, size, x, y);
			x += size.width + GROUP_GAP;
		}
		scene.height += line.height + BAND_GAP;
	}
	scene.height = Math.max(1, scene.height - BAND_GAP);
	scene.arrows = findArrows(boxOf, mark);
	return scene;
}

function placeGroup(scene, boxOf, size, x, y) {
	const name = groups[size.g].name;
	if (!size.shown) {
		const box = {
			key: `group:${name}`,
			group: size.g,
			x,
			y,
			width: size.width,
			height: size.height,
			all: size.all,
		};
		scene.boxes.push(box);
		for (const c of size.all) boxOf[c] = box;
		return;
	}
	const { g: group, width, height, shown, all } = size;
	scene.frames.push({ key: `group:${name}`, group, x, y, width, height, shown, all });
	shown.forEach((c, i) => {
		const box = {
			key: `cell:${nameOf(c)}`,
			cell: c,
			x: x + size.inset + size.at[i][0],
			y: y + FRAME_TITLE + FRAME_PADDING + size.at[i][1],
			width: cells[c].width,
			height: CELL_HEIGHT,
		};
		scene.boxes.push(box);
		boxOf[c] = box;
	});
	if (size.rest.length) placeRest(scene, boxOf, size, x, y);
}

// One box for the cells of an open group that are not shown now; it leads on to them.
function placeRest(scene, boxOf, { g, all, rest, width, height }, x, y) {
	const { part, parts } = partOf(g, all);
	const text = `${rest.length} more: part ${((part + 1) % parts) + 1} of ${parts} ▸`;
	const box = {
		key: `rest:${groups[g].name}`,
		group: g,
		rest: text,
		all: rest,
		width: text.length * CHARACTER + 24,
		height: FOLDED_HEIGHT,
		y: y + height - FRAME_PADDING - FOLDED_HEIGHT,
	};
	box.x = x + (width - box.width) / 2;
	scene.boxes.push(box);
	for (const c of rest) boxOf[c] = box;
}
