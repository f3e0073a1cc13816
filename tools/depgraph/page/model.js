// The graph as depgraph wrote it, and the questions that the page asks of it. Cells, groups and edges are numbers:
// places in data.cells, data.groups and data.edges.

const data = JSON.parse(document.getElementById("data").textContent);
const { cells, groups, edges, cycles, strings } = data;
const NONE = -1;

const KINDS = ["link", "type", "header", "runtime", "declared", "implicit"]; // bit 0, 1, ...
const LINK = 1,
	TYPE = 2,
	HEADER = 4,
	RUNTIME = 8,
	USED = 15;

const uses = cells.map(() => []); // by cell: the edges from it
const users = cells.map(() => []); // and to it
edges.forEach((edge, e) => {
	uses[edge.from].push(e);
	users[edge.to].push(e);
});

const members = groups.map(() => []);
cells.forEach((cell, c) => members[cell.group].push(c));

const cellNamed = new Map(cells.map((cell, c) => [cell.name, c]));
const groupNamed = new Map(groups.map((group, g) => [group.name, g]));
const edgeBetween = new Map(edges.map((edge, e) => [edge.from * cells.length + edge.to, e]));

function findEdge(from, to) {
	return edgeBetween.get(from * cells.length + to) ?? NONE;
}

// What a user thinks of as an edge's kind: "declared" matters only if nothing else is true.
function kindsText(kinds) {
	const names = KINDS.filter((_, bit) => kinds & USED & (1 << bit));
	return names.join(" + ") || "declared, not used";
}

function count(number, what) {
	return `${number} ${what}${number === 1 ? "" : "s"}`;
}

// The cells at most `depth` edges away from a cell, along the edges ("uses"), against them ("users"), or each way
// ("both": what it uses and what uses it, but not the other users of what it uses).
function reach(start, depth, way) {
	const found = new Set([start]);
	for (const next of [way !== "users" && uses, way !== "uses" && users]) {
		const seen = new Set([start]);
		let front = next ? [start] : [];
		for (let level = 0; level < depth && front.length; level++) {
			const beyond = [];
			for (const c of front)
				for (const e of next[c]) {
					const other = next === uses ? edges[e].to : edges[e].from;
					if (!seen.has(other)) {
						seen.add(other);
						beyond.push(other);
					}
				}
			front = beyond;
		}
		seen.forEach((c) => found.add(c));
	}
	return found;
}

// All shortest ways from one cell to another: breadth first from the start, then back from the end along the edges that
// come one step nearer. Null if there is none.
function shortestPaths(from, to) {
	const distance = new Map([[from, 0]]);
	for (let front = [from]; front.length && !distance.has(to);) {
		const beyond = [];
		for (const c of front)
			for (const e of uses[c])
				if (!distance.has(edges[e].to)) {
					distance.set(edges[e].to, distance.get(c) + 1);
					beyond.push(edges[e].to);
				}
		front = beyond;
	}
	if (!distance.has(to)) return null;
	const path = { cells: new Set([to]), edges: new Set(), length: distance.get(to) };
	for (const c of path.cells)
		// a set is walked in the order of adding, with what is added on the way
		for (const e of users[c])
			if (distance.get(edges[e].from) === distance.get(c) - 1) {
				path.cells.add(edges[e].from);
				path.edges.add(e);
			}
	return path;
}

// A cycle's cells in order, and its edges.
function cycleParts(number) {
	const ring = cycles[number].cells;
	const around = ring.map((c, i) => findEdge(c, ring[(i + 1) % ring.length]));
	return { cells: new Set(ring), edges: new Set(around.filter((e) => e !== NONE)), length: ring.length };
}

// What changed, and what stands at the ends of a changed edge.
function changedCells() {
	const found = new Set([...cells.keys()].filter((c) => cells[c].change));
	edges.forEach((edge) => edge.change && found.add(edge.from).add(edge.to));
	return found;
}
