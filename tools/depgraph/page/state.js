// What the page shows at the moment, and the link that brings another reader to the same. Everything that a reader can
// change is here and nowhere else: drawing the same state gives the same picture.

const ALL = Infinity;

function firstState() {
	return {
		open: new Set([...groups.keys()].filter((g) => groups[g].open)),
		parts: new Map(), // of open groups with many cells, which part of them is shown: 0 is the first
		cell: NONE, // selected
		group: NONE, // selected
		edge: null, // selected: the keys of its ends, "cell:" or "group:" and a name
		focus: NONE, // only what is near this cell
		depth: 1,
		way: "both",
		from: NONE, // a path from here
		to: NONE,
		cycle: NONE,
		only: "", // "changes"
		list: "", // what the panel lists: "cycles", "changes", "path"
		reduced: false, // without edges that a longer way replaces
		theme: "", // "light", "dark", or as the system has it
		at: null, // [x, y, zoom] of the middle, once the reader has moved the picture
	};
}

let state = firstState();

const nameOf = (c) => cells[c].name;
const packed = (names) => names.map(encodeURIComponent).join(",");
const unpacked = (text) => (text ? text.split(",").map(decodeURIComponent) : []);

// The state as the part of the address after '#'; only what differs from the first view.
function stateText() {
	const first = firstState();
	const parts = [];
	const say = (key, value) => parts.push(`${key}=${value}`);
	const opened = [...state.open].sort((a, b) => a - b);
	if (opened.length !== first.open.size || opened.some((g) => !first.open.has(g)))
		say("open", opened.length === groups.length ? "*" : packed(opened.map((g) => groups[g].name)));
	const turned = [...state.parts].filter(([, part]) => part).sort(([a], [b]) => a - b);
	if (turned.length) say("part", packed(turned.flatMap(([g, part]) => [groups[g].name, part + 1])));
	if (state.cell !== NONE) say("cell", packed([nameOf(state.cell)]));
	if (state.group !== NONE) say("group", packed([groups[state.group].name]));
	if (state.edge) say("edge", packed(state.edge));
	if (state.focus !== NONE) {
		say("focus", packed([nameOf(state.focus)]));
		say("depth", state.depth === ALL ? "all" : state.depth);
		say("way", state.way);
	}
	if (state.from !== NONE || state.to !== NONE)
		say("path", packed([state.from, state.to].map((c) => (c === NONE ? "" : nameOf(c)))));
	if (state.cycle !== NONE) say("cycle", state.cycle + 1);
	for (const key of ["only", "list", "theme"]) if (state[key]) say(key, state[key]);
	if (state.reduced) say("reduced", 1);
	if (state.at) say("at", state.at.map((n) => Math.round(n * 1e5) / 1e5).join(","));
	return parts.join("&");
}

// Reads such a text. Returns the state and the names in it that this graph does not have.
function readState(text) {
	const read = firstState();
	const unknown = [];
	const find = (map, name) => {
		if (name && !map.has(name)) unknown.push(name);
		return map.get(name) ?? NONE;
	};
	const oneOf = (value, ...known) => (known.includes(value) ? value : known[0]);
	const readers = {
		open: (v) => {
			const wanted = v === "*" ? [...groups.keys()] : unpacked(v).map((name) => find(groupNamed, name));
			read.open = new Set(wanted.filter((g) => g !== NONE));
		},
		part: (v) => {
			const words = unpacked(v);
			for (let i = 0; i + 1 < words.length; i += 2) {
				const g = find(groupNamed, words[i]);
				if (g !== NONE) read.parts.set(g, Math.max(0, (parseInt(words[i + 1], 10) || 1) - 1));
			}
		},
		cell: (v) => (read.cell = find(cellNamed, unpacked(v)[0])),
		group: (v) => (read.group = find(groupNamed, unpacked(v)[0])),
		edge: (v) => (read.edge = unpacked(v).length === 2 ? unpacked(v) : null),
		focus: (v) => (read.focus = find(cellNamed, unpacked(v)[0])),
		depth: (v) => (read.depth = v === "all" ? ALL : Math.max(0, parseInt(v, 10) || 0)),
		way: (v) => (read.way = oneOf(v, "both", "uses", "users")),
		path: (v) => ([read.from, read.to] = v.split(",").map((n) => find(cellNamed, decodeURIComponent(n)))),
		cycle: (v) => (read.cycle = cycles[v - 1] ? v - 1 : NONE),
		only: (v) => (read.only = oneOf(v, "", "changes")),
		list: (v) => (read.list = oneOf(v, "", "cycles", "changes", "path")),
		theme: (v) => (read.theme = oneOf(v, "", "light", "dark")),
		reduced: (v) => (read.reduced = v === "1"),
		at: (v) => {
			const numbers = v.split(",").map(Number);
			read.at = numbers.length === 3 && numbers.every(Number.isFinite) && numbers[2] > 0 ? numbers : null;
		},
	};
	for (const part of text.split("&")) {
		const [key, value = ""] = part.split("=");
		try {
			if (Object.hasOwn(readers, key)) readers[key](value);
		} catch {
			unknown.push(value); // a '%' that encodes nothing
		}
	}
	if (read.to === undefined) read.to = NONE;
	return { read, unknown };
}
