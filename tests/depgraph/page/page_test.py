"""The page that depgraph writes, in a headless Chromium: each thing that it can do is done, by mouse, keyboard or link.

    page_test.py DEPGRAPH MAKE_CELLS

What must come out is computed here from what `depgraph list` and the descriptions of the graphs say, not by the page.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from browser import Browser, BrowserError, png_pixels  # noqa: E402

depgraph, make_cells = (os.path.abspath(path) for path in sys.argv[1:3])
GRAPHS = os.path.dirname(HERE)
work = tempfile.mkdtemp(prefix="page.", dir=os.environ.get("TEST_TMPDIR"))
os.chdir(work)
passed = failed = 0


def check(words, condition, *details):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print("NOT OK: %s" % words, *details)
    return condition


def equal(words, got, expected):
    if isinstance(got, str) and isinstance(expected, str):  # from where they differ on
        same = len(os.path.commonprefix([got, expected]))
        details = (got[max(0, same - 60) : same + 200], expected[max(0, same - 60) : same + 200])
    else:
        details = (got, expected)
    check(words, got == expected, "\n    got      %r\n    expected %r" % details)


def run(*arguments, status=0):
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    if done.returncode != status:
        sys.exit("%s: status %d: %s" % (arguments, done.returncode, done.stdout.decode(errors="replace")))
    return done.stdout


# The graphs, and what is true of them.


class Graph:
    def __init__(self, path):
        data = json.loads(run(depgraph, "list", "--format", "json", path))
        self.group = {cell["name"]: cell.get("group", "") for cell in data["cells"]}
        self.exports = {cell["name"]: [e["symbol"] for e in cell["exports"]] for cell in data["cells"]}
        self.symbols = {(e["from"], e["to"]): e["symbols"] for e in data["edges"]}
        self.uses = {name: [] for name in self.group}
        self.users = {name: [] for name in self.group}
        for start, end in self.symbols:
            self.uses[start].append(end)
            self.users[end].append(start)

    def members(self, group):
        return {name for name, of in self.group.items() if of == group}

    @staticmethod
    def distances(next_, start):
        found, queue = {start: 0}, [start]
        for name in queue:
            for other in next_[name]:
                if other not in found:
                    found[other] = found[name] + 1
                    queue.append(other)
        return found

    def near(self, start, depth=10**9, ways=("uses", "users")):
        return {
            name for way in ways for name, distance in self.distances(getattr(self, way), start).items() if distance <= depth
        }

    def path(self, start, end):
        """Cells and edges of every shortest way."""
        down, up = self.distances(self.uses, start), self.distances(self.users, end)
        if end not in down:
            return set(), set()
        on = {name for name in down if name in up and down[name] + up[name] == down[end]}
        return on, {(a, b) for a, b in self.symbols if a in on and b in on and down[b] == down[a] + 1}


HOSTILE = [
    "</script><script>document.title='broken'</script>",
    "<!--<script>",
    "<img src=x onerror=\"document.title='broken'\">",
    "]]>&lt;\"quoted\\\"",
    "percent%41,comma&and#hash=equals",
    "Käse \u2028 名",
    "__proto__",
]


def make_graphs():
    for name in ("small", "cyclic"):
        run(make_cells, "archive", "%s/%s.txt" % (GRAPHS, name), name + ".cpio")
    small = open(GRAPHS + "/small.txt").read()
    changed = re.sub(r"(?s)^cell old_codec.*", "", small, flags=re.M)
    changed = changed.replace("import log_write log void_of_level_format\nneeds status 1", "import log_add_sink log status_of_sink\nneeds status 1")
    changed = changed.replace("cell shell app checked 5200", "cell shell app checked 5300").replace("state log_ring 4096", "state log_ring 8192")
    changed = changed.replace("import status_name status const_char_pointer_of_status\n", "").replace("needs status 1\n", "")
    changed += "\ncell disk fs checked 700\nneeds heap 1\nimport heap_allocate heap status_of_heap_object_size\n"
    open("changed.txt", "w").write(changed)
    run(make_cells, "archive", "changed.txt", "changed.cpio")
    run(make_cells, "random", "2000", "20000", "200000", "1", "large.cpio")
    hostile = [
        {"name": name, "group": HOSTILE[i - 1], "exports": [{"symbol": "<b>" + name}], "imports": [{"symbol": "<b>" + other} for other in HOSTILE[:i]]}
        for i, name in enumerate(HOSTILE)
    ]
    json.dump({"format": "ariadne-depgraph", "version": 1, "cells": hostile}, open("hostile.json", "w"))
    for name, source in (("small", "small.cpio"), ("cyclic", "cyclic.cpio"), ("large", "large.cpio"), ("hostile", "hostile.json")):
        run(depgraph, "draw", "-o", name + ".html", source)
    run(depgraph, "draw", "-o", "layers.html", "--rules", GRAPHS + "/test.rules", "small.cpio")
    run(depgraph, "draw", "-o", "asked.html", "--focus", "heap", "--depth", "1", "small.cpio")
    run(depgraph, "diff", "-o", "diff.html", "small.cpio", "changed.cpio", status=1)


def data_of(name):
    text = open(name + ".html", encoding="utf-8").read()
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S).group(1))


# What the page shows.


def cells_of(tab, selector=".cell"):
    keys = tab.evaluate("[...document.querySelectorAll(%s)].map((e) => e.dataset.key)" % json.dumps("#viewport " + selector))
    return {key[len("cell:") :] for key in keys}


def groups_of(tab, selector=".group"):
    keys = tab.evaluate("[...document.querySelectorAll(%s)].map((e) => e.dataset.key)" % json.dumps("#viewport " + selector))
    return {key[len("group:") :] for key in keys}


def arrows_of(tab, selector):
    pairs = tab.evaluate("[...document.querySelectorAll(%s)].map((e) => [e.dataset.from, e.dataset.to])" % json.dumps("#viewport " + selector))
    return {tuple(key.split(":", 1)[1] for key in pair) for pair in pairs}


def heading(tab):
    return tab.evaluate("document.querySelector('#panel h1, #panel h2').textContent")


def focused(tab):
    return tab.evaluate("document.activeElement.id || document.activeElement.dataset.key || document.activeElement.tagName")


def status(tab):
    return tab.evaluate("document.getElementById('status').textContent")


SNAPSHOT = """JSON.stringify([
    [...document.querySelectorAll('#viewport [class]')].map((e) => [e.getAttribute('class'), e.dataset.key || e.dataset.from, e.getAttribute('transform')]),
    document.getElementById('panel').innerText, document.documentElement.dataset.theme])"""


def place_of(tab):
    """Where the drawing is: scale, x and y."""
    numbers = re.findall(r"[-0-9.e]+", tab.evaluate("document.getElementById('viewport').getAttribute('transform')").split("(")[1])
    return float(numbers[0]), float(numbers[4]), float(numbers[5])


def same_place(a, b):
    return abs(a[0] - b[0]) < 1e-3 and abs(a[1] - b[1]) < 0.5 and abs(a[2] - b[2]) < 0.5


def address(name, text=""):
    return "file://%s/%s.html%s" % (work, name, "#" + text if text else "")


def search_for(tab, text):
    tab.press("/")
    tab.type(text)
    tab.press("Enter")


def brightness(tab, **size):
    rows, step = png_pixels(tab.screenshot(scale=0.25, **size))
    colours, dark, total = set(), 0, 0
    for row in rows:
        for i in range(0, len(row), step):
            colours.add(bytes(row[i : i + 3]))
            dark += sum(row[i : i + 3])
            total += 3
    return dark / total, len(colours)


def not_blank(words, tab, light=True):
    mean, colours = brightness(tab)
    check("%s: the screenshot is not blank (%d colours)" % (words, colours), colours >= 60)
    check("%s: it is %s (%d of 255)" % (words, "light" if light else "dark", mean), mean > 200 if light else mean < 80)


# The tests, each with a page of its own.


def test_start(browser, small):
    tab = browser.open(address("small"))
    equal("it starts with every group folded", groups_of(tab), set(small.group.values()))
    equal("and shows no cell", cells_of(tab), set())
    equal("the title counts", tab.evaluate("document.title"), "Graph of cells: 7 cells, %d dependencies" % len(small.symbols))
    check("what it counts is in the panel", "7 cells in 5 groups" in tab.evaluate("document.getElementById('panel').innerText"))
    between = {(small.group[a], small.group[b]) for a, b in small.symbols} - {(g, g) for g in small.group.values()}
    equal("an arrow for each pair of groups", arrows_of(tab, ".arrow"), between)
    weight = sum(len(s) for (a, b), s in small.symbols.items() if (small.group[a], small.group[b]) == ("app", "memory"))
    title = tab.evaluate("document.querySelector('[data-from=\"group:app\"][data-to=\"group:memory\"] title').textContent")
    check("an arrow of a folded group adds up its symbols", "%d symbols" % weight in title, title)
    not_blank("folded", tab)
    tab.go(address("asked"))
    equal("a focus of the command line is shown open", cells_of(tab, ".cell.focus"), {"heap"})
    return tab


def test_groups(browser, small):
    tab = browser.open(address("small"))
    tab.click_on('[data-key="group:diagnostics"]')
    equal("a click opens the group", cells_of(tab), small.members("diagnostics"))
    equal("the others stay folded", groups_of(tab), set(small.group.values()) - {"diagnostics"})
    tab.click_on('.frame[data-key="group:diagnostics"]')
    equal("a click on its frame folds it", cells_of(tab), set())
    tab.click_on("#expand")
    equal("all open: each cell has its box", cells_of(tab), set(small.group))
    equal("all open: no folded group", groups_of(tab), set())
    equal("all open: an arrow for each edge", arrows_of(tab, ".arrow"), set(small.symbols))
    not_blank("open", tab)
    tab.press("E", shift=True)
    equal("Shift+E folds all", (cells_of(tab), len(groups_of(tab))), (set(), 5))
    tab.press("e")
    equal("e opens all", cells_of(tab), set(small.group))
    all_arrows = len(arrows_of(tab, ".arrow"))
    tab.press("r")
    reduced = json.loads(run(depgraph, "draw", "--reduce", "--format", "json", "small.cpio"))["edges"]
    reduced = {(edge["from"], edge["to"]) for edge in reduced}
    check("some arrow is replaced by a longer way", len(reduced) < all_arrows)
    equal("r leaves the arrows of the transitive reduction", arrows_of(tab, ".arrow"), reduced)


def test_search(browser, small):
    tab = browser.open(address("small"))
    tab.press("/")
    equal("/ goes to the search", focused(tab), "search")
    tab.type("port serial")
    options = "[...document.querySelectorAll('#results [role=option]')].map((e) => e.firstChild.textContent)"
    equal("words in any order find a cell", tab.evaluate(options)[:1], ["serial_port"])
    check("the list says that it is open", tab.evaluate("document.getElementById('search').getAttribute('aria-expanded')") == "true")
    tab.press("Enter")
    equal("Enter selects it", heading(tab), "serial_port")
    equal("its folded group shows it, and it alone", cells_of(tab), {"serial_port"})
    equal("it is marked as selected", cells_of(tab, ".cell.selected"), {"serial_port"})
    equal("the keyboard is on it", focused(tab), "cell:serial_port")
    search_for(tab, "log_add_s")
    equal("a symbol leads to its cell", heading(tab), "log")
    tab.press("/")
    tab.type("port")
    first = tab.evaluate("document.getElementById('search').getAttribute('aria-activedescendant')")
    tab.press("ArrowDown")
    second = tab.evaluate("document.getElementById('search').getAttribute('aria-activedescendant')")
    check("the arrow keys move through the results", first and second and first != second)
    tab.press("Escape")
    check("Escape closes the list", tab.evaluate("document.getElementById('results').hidden"))
    tab.press("Escape")
    tab.press("/")
    tab.type("walrus")
    check("what is not there is said", status(tab) == "nothing is called walrus", status(tab))
    tab.go(address("small"))
    search_for(tab, "diagnostics")
    equal("a group is found", heading(tab), "Group diagnostics")


def test_focus(browser, small):
    tab = browser.open(address("small"))
    search_for(tab, "heap")
    tab.press("f")
    equal("f hides what is not next to the cell", cells_of(tab), small.near("heap", 1))
    equal("and folds nothing of it", groups_of(tab), set())
    check("some cell is hidden", small.near("heap", 1) != set(small.group))
    tab.press("]")
    equal("] goes one step further", cells_of(tab), small.near("heap", 2))
    tab.press("[")
    equal("[ comes one step back", cells_of(tab), small.near("heap", 1))
    tab.press("[")
    equal("at depth 0 it stands alone", cells_of(tab), {"heap"})
    tab.evaluate("(() => { const s = document.getElementById('depth'); s.value = 'all'; s.dispatchEvent(new Event('change')); })()")
    equal("every depth", cells_of(tab), small.near("heap"))
    tab.evaluate("(() => { const s = document.getElementById('way'); s.value = 'uses'; s.dispatchEvent(new Event('change')); })()")
    equal("only what it uses", cells_of(tab), small.near("heap", ways=["uses"]))
    tab.click_on("#unfocus")
    check("everything comes back, folded as before", len(groups_of(tab)) == 4 and cells_of(tab) == {"heap"}, groups_of(tab), cells_of(tab))
    tab.press("/")
    tab.type("status")
    tab.press("Enter")
    users = "[...document.querySelectorAll('#used-by summary')].map((e) => e.firstChild.textContent)"
    equal("the panel lists the direct users", set(tab.evaluate(users)), set(small.users["status"]))
    tab.click_on("#who-uses")
    equal("who uses it, directly or not", cells_of(tab), small.near("status", ways=["users"]))


def test_path(browser, small, large):
    tab = browser.open(address("small"))
    search_for(tab, "shell")
    tab.press("p")
    equal("p asks for the other end", focused(tab), "path-end")
    tab.type("port_io")
    tab.press("Enter")
    cells, edges = small.path("shell", "port_io")
    equal("the cells of the path are marked", cells_of(tab, ".cell.marked"), cells)
    equal("and its edges", arrows_of(tab, ".arrow.marked"), edges)
    check("the path is more than one step", len(edges) > 2)
    steps = tab.evaluate("document.getElementById('steps').innerText")
    check("each step has its symbols", all(s in steps for edge in edges for s in small.symbols[edge]), steps)
    not_blank("path", tab)
    tab.press("Escape")
    tab.press("Escape")
    tab.click_on("#path-turn")
    check("the other direction: none, and it says so", "does not depend on" in tab.evaluate("document.getElementById('panel').innerText"))
    equal("and nothing is marked", cells_of(tab, ".cell.marked"), set())
    names = sorted(large.group)
    for start, end in ((names[-1], names[0]), (names[1500], names[3])):
        cells, edges = large.path(start, end)
        tab.go(address("large", "path=%s,%s" % (start, end)))
        check("there are several shortest ways from %s to %s" % (start, end), len(edges) >= len(cells))
        equal("all are marked", (cells_of(tab, ".cell.marked"), arrows_of(tab, ".arrow.marked")), (cells, edges))


def test_cycles(browser):
    tab = browser.open(address("cyclic"))
    tab.press("c")
    found = tab.evaluate("[...document.querySelectorAll('#cycle-list > li > .name')].map((e) => e.textContent)")
    equal("each cycle is told in order", found, ["heap → log → heap", "ring_a → ring_b → ring_c → ring_d → ring_e → ring_a"])
    tab.click_on("#cycle-list > li:nth-child(1) > .name")
    equal("a cycle's cells are marked", cells_of(tab, ".cell.marked"), {"heap", "log"})
    equal("and its edges", arrows_of(tab, ".arrow.marked"), {("heap", "log"), ("log", "heap")})
    check("with the symbols of each step", "log_flush" in tab.evaluate("document.getElementById('panel').innerText"))
    tab.click_on("#cycle-list > li:nth-child(2) > .name")
    equal("the other one", cells_of(tab, ".cell.marked"), {"ring_" + letter for letter in "abcde"})
    tab.go(address("cyclic", "open=*"))
    ring = "abcdea"
    expected = {("ring_" + a, "ring_" + b) for a, b in zip(ring, ring[1:])}
    expected |= {("heap", "log"), ("log", "heap"), ("log", "console"), ("console", "heap")}
    equal("edges of cycles are drawn as such", arrows_of(tab, ".arrow.cycle"), expected)
    colour = "getComputedStyle(document.querySelector('[data-from=\"cell:%s\"][data-to=\"cell:%s\"] .line')).stroke"
    check("and are of another colour", tab.evaluate(colour % ("heap", "log")) != tab.evaluate(colour % ("user", "ring_a")))


def test_difference(browser):
    tab = browser.open(address("diff", "open=*"))
    changes = {name: cells_of(tab, ".cell." + name) for name in ("added", "removed", "changed")}
    equal("cells have their changes", changes, {"added": {"disk"}, "removed": {"old_codec"}, "changed": {"log", "shell"}})
    arrows = {name: arrows_of(tab, ".arrow." + name) for name in ("added", "removed", "changed")}
    equal("edges have theirs", arrows, {"added": {("disk", "heap")}, "removed": {("heap", "status")}, "changed": {("heap", "log")}})
    check("both graphs are on one page", cells_of(tab) >= {"disk", "old_codec", "serial_port"})
    fill = "getComputedStyle(document.querySelector('[data-key=\"cell:%s\"] rect')).stroke"
    colours = {tab.evaluate(fill % name) for name in ("disk", "old_codec", "log", "serial_port")}
    equal("four colours", len(colours), 4)
    texts = tab.evaluate("['disk', 'old_codec', 'log'].map((n) => document.querySelector(`[data-key=\"cell:${n}\"] text`).textContent)")
    equal("and signs, for who sees no colours", texts, ["+ disk", "− old_codec", "~ log"])
    tab.press("d")
    tab.evaluate("document.querySelectorAll('#changed-edges details').forEach((d) => (d.open = true))")
    edges = tab.evaluate("document.getElementById('changed-edges').innerText")
    check("symbols that came and went", "+ log_add_sink" in edges and "− log_write" in edges, edges)
    check("what changed of a cell", "size" in tab.evaluate("document.getElementById('changed-cells').innerText"))
    tab.click_on("#only-changes")
    equal("only what changed, and the ends of what changed", cells_of(tab), {"disk", "old_codec", "log", "shell", "heap", "status"})
    not_blank("difference", tab)
    tab.go(address("small"))
    check("without a difference nothing asks for it", tab.evaluate("document.getElementById('changes').hidden"))


def test_edge(browser, small):
    tab = browser.open(address("small", "open=*"))
    place = tab.evaluate(
        """(() => { const path = document.querySelector('[data-from="cell:shell"][data-to="cell:heap"] .line');
        const p = path.getPointAtLength(path.getTotalLength() * 0.4).matrixTransform(path.getScreenCTM()); return [p.x, p.y]; })()"""
    )
    tab.click(*place)
    equal("a click on an arrow tells of it", heading(tab), "shell → heap")
    symbols = tab.evaluate("[...document.querySelectorAll('#panel .symbols code')].map((e) => e.textContent)")
    equal("its symbols, all of them", sorted(symbols), sorted(small.symbols["shell", "heap"]))
    tab.go(address("small", "edge=group%3Aapp,group%3Adiagnostics"))
    symbols = tab.evaluate("[...document.querySelectorAll('#panel .symbols code')].map((e) => e.textContent)")
    expected = [s for (a, b), all_ in small.symbols.items() if (small.group[a], small.group[b]) == ("app", "diagnostics") for s in all_]
    equal("an arrow between groups: those of its edges", sorted(symbols), sorted(expected))


def test_link(browser):
    tab = browser.open(address("small"))
    tab.press("e")
    search_for(tab, "log")
    tab.press("f")
    tab.press("]")
    tab.press("t")
    tab.press("+")
    tab.settle()
    link = tab.evaluate("location.href")
    other = browser.open(link)
    equal("a link reproduces the view", other.evaluate(SNAPSHOT), tab.evaluate(SNAPSHOT))
    check("at the same place", same_place(place_of(other), place_of(tab)), place_of(other), place_of(tab))
    check("the view was not the first one", tab.evaluate("location.hash").count("=") >= 6, link)
    for text in ("path=shell,status&list=path", "open=hal,app&cell=heap&reduced=1", "open=*&edge=cell%3Ashell,cell%3Alog", "group=hal&theme=dark"):
        tab.go(address("small", text))
        equal("the address stays: " + text, tab.evaluate("location.hash"), "#" + text)
        check("and says more than the first view: " + text, tab.evaluate(SNAPSHOT) != browser_first)
    for text in ("cycle=2&list=cycles",):
        tab.go(address("cyclic", text))
        equal("the address stays: " + text, tab.evaluate("location.hash"), "#" + text)
        equal("with what it names", len(cells_of(tab, ".cell.marked")), 5)
    tab.go(address("small"))
    first = tab.evaluate(SNAPSHOT)
    tab.press("e")
    tab.evaluate("new Promise((done) => { addEventListener('popstate', () => setTimeout(done, 50)); history.back(); })")
    equal("the browser's Back takes a step back", tab.evaluate(SNAPSHOT), first)
    tab.go(address("small", "cell=walrus&open=hal,nowhere"))
    check("a stale link says what is not there", "walrus" in status(tab) and "nowhere" in status(tab), status(tab))
    equal("and shows the rest", cells_of(tab), {"port_io", "serial_port"})
    tab.go(address("small", "cell=%E0%A4%A&at=1,x&depth=-3&cycle=99&__proto__=1&way=up"))
    check("a broken link is no error", len(groups_of(tab)) == 5)


browser_first = None


def test_keyboard(browser):
    tab = browser.open(address("small"))
    order = []
    for _ in range(40):
        tab.press("Tab")
        order.append(focused(tab))
        if order[-1].startswith("group:"):
            break
    expected = ["skip", "search", "expand", "collapse", "reduce", "path", "cycles", "fit", "clear", "theme", "link", "help", "group:app"]
    equal("Tab goes through the page in the order that one reads it", order, expected)
    tab.press("Tab")
    check("then to the panel", tab.evaluate("document.getElementById('panel').contains(document.activeElement)"))
    tab.click_on("#fit")
    tab.evaluate("document.getElementById('skip').focus()")
    tab.press("Enter")
    equal("the skip button leads to the graph", focused(tab), "group:app")
    tab.press("ArrowDown")
    below = focused(tab)
    check("the arrow keys move", below.startswith("group:") and below != "group:app", below)
    tab.press("ArrowUp")
    equal("and back", focused(tab), "group:app")
    tab.press("Enter")
    check("Enter opens a group", {"shell", "old_codec"} <= cells_of(tab))
    equal("and the keyboard stays where it was", focused(tab), "group:app")
    tab.press("ArrowDown")
    check("into the group", focused(tab) in ("cell:shell", "cell:old_codec"), focused(tab))
    tab.press("Enter")
    check("Enter selects a cell", heading(tab) in ("shell", "old_codec"))
    equal("one stop in the drawing", tab.evaluate("document.querySelectorAll('#viewport [tabindex=\"0\"]').length"), 1)
    tab.press(" ")
    check("Space folds its group", "app" in groups_of(tab))
    tab.press("Escape")
    equal("Escape takes the selection back", heading(tab), "Graph of cells")
    tab.press("?")
    check("? shows the keys", tab.evaluate("document.getElementById('keys').open"))
    tab.press("Escape")
    check("Escape closes them", not tab.evaluate("document.getElementById('keys').open"))


def test_pointer(browser):
    tab = browser.open(address("small"))
    before = place_of(tab)
    tab.send("Input.dispatchMouseEvent", type="mouseWheel", x=300, y=400, deltaX=0, deltaY=-240)
    tab.settle()
    tab.settle()
    zoomed = place_of(tab)
    check("the wheel comes nearer", zoomed[0] > before[0] * 1.05, zoomed)
    check("the link says where", "at=" in tab.evaluate("location.hash"), tab.evaluate("location.hash"))
    start = tab.evaluate("(() => { const r = document.querySelector('[data-key=\"group:diagnostics\"]').getBoundingClientRect(); return [r.x + 20, r.y + 10]; })()")
    for kind, step in (("mouseMoved", 0), ("mousePressed", 0), ("mouseMoved", 30), ("mouseMoved", 60), ("mouseReleased", 60)):
        button = {} if (kind, step) == ("mouseMoved", 0) else {"button": "left", "clickCount": 1, "buttons": 1}
        tab.send("Input.dispatchMouseEvent", type=kind, x=start[0] + step, y=start[1] + step, **button)
        tab.settle()
    tab.settle()
    moved = place_of(tab)
    check("a drag moves the drawing", same_place(moved, (zoomed[0], zoomed[1] + 60, zoomed[2] + 60)), moved, zoomed)
    equal("and is no click", cells_of(tab), set())
    tab.press("0")
    tab.settle()
    check("0 fits it into the window again", same_place(place_of(tab), before), place_of(tab), before)
    tab.go(address("small", "open=*"))
    for count in (1, 2):
        place = tab.evaluate("(() => { const r = document.querySelector('[data-key=\"cell:log\"]').getBoundingClientRect(); return [r.x + 9, r.y + 6]; })()")
        tab.click(*place, count=count)
    check("a double click focuses", "focus=log" in tab.evaluate("location.hash"), tab.evaluate("location.hash"))


# The contrast of every text with what is behind it. Source: WCAG 2.2, "relative luminance" and success criterion 1.4.3.
CONTRAST = """(() => {
    const parse = (text) => (text.match(/[0-9.]+/g) || [0, 0, 0, 0]).map(Number);
    const light = (c) => { const f = (v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]); };
    const ratio = (a, b) => { const [l, m] = [light(a), light(b)].sort((x, y) => y - x); return (l + 0.05) / (m + 0.05); };
    const behind = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
        if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
    const found = [];
    for (const e of document.querySelectorAll('body *')) {
        if (!e.checkVisibility() || e.closest('defs') || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
        const style = getComputedStyle(e);
        if (e instanceof SVGElement) {
            if (e.localName !== 'text') continue;
            const rect = [...e.parentElement.children].filter((r) => r.localName === 'rect').pop();
            found.push([e.textContent, ratio(parse(style.fill), rect ? parse(getComputedStyle(rect).fill) : behind(document.body))]);
        } else if (!['SCRIPT', 'STYLE'].includes(e.tagName)) found.push([e.textContent.slice(0, 40), ratio(parse(style.color), behind(e))]);
    }
    return found; })()"""


def contrast(words, tab):
    found = tab.evaluate(CONTRAST)
    weak = [entry for entry in found if entry[1] < 4.5]
    check("%s: every text has a contrast of 4.5 to 1" % words, len(found) > 30 and not weak, len(found), weak[:5])


def test_dark(browser):
    tab = browser.open(address("small", "open=*&cell=heap&focus=heap&depth=2&way=both"))
    contrast("light", tab)
    tab.scheme("dark")
    not_blank("dark by the system's wish", tab, light=False)
    contrast("dark", tab)
    tab.press("t")
    not_blank("light by the reader's wish", tab)
    check("the link says so", "theme=light" in tab.evaluate("location.hash"))
    tab.scheme("light")
    tab.press("t")
    not_blank("dark by the reader's wish", tab, light=False)
    for theme in ("light", "dark"):
        tab.go(address("diff", "open=*&list=changes&theme=" + theme))
        contrast("difference, " + theme, tab)
        tab.go(address("small", "theme=" + theme))
        contrast("start, " + theme, tab)


def test_names(browser, small):
    tab = browser.open(address("small", "open=*&cell=heap&list=path"))
    nodes = tab.send("Accessibility.getFullAXTree")["nodes"]
    controls = [n for n in nodes if n.get("role", {}).get("value") in ("button", "combobox", "textbox", "listbox", "DisclosureTriangle", "complementary", "toolbar")]
    nameless = [n["role"]["value"] for n in controls if not n.get("name", {}).get("value") and not n.get("ignored")]
    check("every control has a name", len(controls) > 25 and not nameless, len(controls), nameless)
    names = {n["name"]["value"] for n in controls if "name" in n}
    check("a box says what it is", "heap, checked cell of group memory: uses 2, used by 1" in names, sorted(names))
    check("a folded group says that it is", '"false"' in json.dumps(tab.evaluate("(document.getElementById('collapse').click(), document.querySelector('.group').getAttribute('aria-expanded'))")))


def test_hostile(browser):
    text = open("hostile.html", encoding="utf-8").read()
    check("no name ends the script that it stands in", text.count("</script>") == text.count("<script") and "<!--<script>" not in text)
    tab = browser.open(address("hostile", "open=*"))
    equal("no name becomes markup", tab.evaluate("document.querySelectorAll('#panel img, #graph img, #panel b').length"), 0)
    check("no name runs", tab.evaluate("document.title").startswith("Graph of cells"))
    equal("each name is shown as it is", cells_of(tab), set(HOSTILE))
    for name in HOSTILE:
        tab.go(address("hostile", "cell=" + urllib.parse.quote(name, safe="")))
        equal("it can be selected by a link", heading(tab), name)
        equal("and the link is the same again", urllib.parse.unquote(tab.evaluate("location.hash.split('cell=')[1]")), name)
    tab.go(address("hostile"))
    tab.evaluate("(() => { const s = document.getElementById('search'); s.focus(); s.value = '</script>'; s.dispatchEvent(new Event('input')); })()")
    tab.press("Enter")
    equal("it can be searched", heading(tab), HOSTILE[0])


def test_large(browser, large):
    """Work is bounded by what is drawn: elements are counted, not seconds."""
    count = "document.querySelectorAll('*').length"
    tab = browser.open(address("large"))
    data = data_of("large")
    equal("all cells are there, each with its place", len([c for c in data["cells"] if c["x"] >= 0 and c["y"] >= 0 and c["width"] > 0]), 2000)
    check("folded: at most 400 elements", tab.evaluate(count) <= 400, tab.evaluate(count))
    tab.press("e")
    equal("open: each cell has its box", len(cells_of(tab)), 2000)
    check("open: at most 9,000 elements", tab.evaluate(count) <= 9000, tab.evaluate(count))
    check("open: the arrows are one texture", tab.evaluate("document.querySelectorAll('#viewport .texture').length") == 1)
    not_blank("2,000 cells", tab)
    busiest = max(large.users, key=lambda name: len(large.users[name]))
    search_for(tab, busiest)
    wanted = {(a, b) for a, b in large.symbols if busiest in (a, b)}
    equal("open: the arrows of the selected cell are drawn one by one", arrows_of(tab, ".arrow"), wanted)
    check("still at most 12,000 elements", tab.evaluate(count) <= 12000, tab.evaluate(count))
    tab.press("f")
    equal("focus", cells_of(tab), large.near(busiest, 1))
    tab.press("u")
    check("who uses it: many, so groups stay as they are", len(large.near(busiest, ways=["users"])) > 200 and tab.evaluate(count) <= 12000)


def test_layout():
    for name in ("small", "cyclic", "large", "diff", "hostile", "layers"):
        data = data_of(name)
        cells, groups = data["cells"], data["groups"]
        rows = {}
        inside = True
        for cell in cells:
            group = groups[cell["group"]]
            inside = inside and cell["x"] + cell["width"] <= group["width"] and cell["y"] + 26 <= group["height"]
            rows.setdefault((cell["group"], cell["y"]), []).append((cell["x"], cell["x"] + cell["width"]))
        check("%s: each cell is within its group" % name, inside)
        apart = all(a[1] < b[0] for row in rows.values() for a, b in zip(sorted(row), sorted(row)[1:]))
        ys = {}
        for group, y in rows:
            ys.setdefault(group, []).append(y)
        check("%s: no two cells overlap" % name, apart and all(b - a > 26 for y in ys.values() for a, b in zip(sorted(y), sorted(y)[1:])))
        down = [cells[e["from"]]["y"] < cells[e["to"]]["y"] for e in data["edges"] if cells[e["from"]]["group"] == cells[e["to"]]["group"]]
        if name in ("small", "large"):
            check("%s: within a group every arrow leads down" % name, all(down) and (name == "small" or len(down) > 1000))
        if name == "cyclic":
            equal("cyclic: but one, in a circle of five and its user", down.count(False), 1)
    order = [group["name"] for group in sorted(data_of("layers")["groups"], key=lambda g: g["band"])]
    rules = re.search(r"order ([a-z_< ]+?)\s+because", open(GRAPHS + "/test.rules").read()).group(1)
    layers = [name.strip() for name in rules.split("<")][::-1]
    equal("the rules order the groups", [name for name in order if name in layers], [name for name in layers if name in order])


def test_bytes():
    os.makedirs("objects", exist_ok=True)
    run(make_cells, "objects", GRAPHS + "/small.txt", "objects")
    names = sorted(os.path.join("objects", name) for name in os.listdir("objects"))
    first = run(depgraph, "draw", "--format", "html", *names)
    check("the same cells in another order give the same bytes", first == run(depgraph, "draw", "--format", "html", *reversed(names)))
    check("and as an archive", first == open("small.html", "rb").read())
    check("a difference too", open("diff.html", "rb").read() == run(depgraph, "diff", "--format", "html", "small.cpio", "changed.cpio", status=1))
    text = first.decode()
    check("the libraries' licences are in it", "Copyright (c) 2022, Leon Sorokin" in text or "Leon Sorokin" in text)
    check("both of them", "Andrea Leofreddi" in text)
    check("its policy lets it load nothing", "default-src 'none'" in text)


def test_harness(browser):
    """The test itself notices an error and a request."""
    tab = browser.open(address("small"))
    tab.evaluate("console.error('noticed')")
    tab.evaluate("fetch('http://localhost:9/').catch(() => 0)")
    tab.evaluate("new Promise((done) => { const i = new Image(); i.onerror = () => done(1); i.src = 'http://localhost:9/x.png'; })")
    check("an error on the console is noticed", any("noticed" in c for c in tab.complaints))
    check("the policy stops a request", any("Content Security Policy" in c for c in tab.complaints), tab.complaints)
    blank = browser.open("data:text/html,")
    check("a blank page is noticed", brightness(blank)[1] < 60)
    return tab, blank


def main():
    global browser_first
    make_graphs()
    small, large = Graph("small.cpio"), Graph("large.cpio")
    test_layout()
    test_bytes()
    with Browser(work) as browser:
        first = browser.open(address("small"))
        browser_first = first.evaluate(SNAPSHOT)
        excepted = test_harness(browser)
        for name, test, arguments in (
            ("start", test_start, [small]),
            ("groups", test_groups, [small]),
            ("search", test_search, [small]),
            ("focus", test_focus, [small]),
            ("path", test_path, [small, large]),
            ("cycles", test_cycles, []),
            ("difference", test_difference, []),
            ("edge", test_edge, [small]),
            ("link", test_link, []),
            ("keyboard", test_keyboard, []),
            ("pointer", test_pointer, []),
            ("dark", test_dark, []),
            ("names", test_names, [small]),
            ("hostile", test_hostile, []),
            ("large", test_large, [large]),
        ):
            before = failed
            try:
                test(browser, *arguments)
            except BrowserError as error:
                check("%s goes on" % name, False, error)
            print("%s: %s" % (name, "FAILED" if failed > before else "passed"))
        tabs = [tab for tab in browser.tabs.values() if tab not in excepted]
        complaints = [c for tab in tabs for c in tab.complaints]
        check("no error on the console", not complaints, *complaints[:5])
        requests = {url.split("#")[0] for tab in tabs for url in tab.requests}
        outside = {url for url in requests if not url.startswith("file://" + work + "/") and not url.startswith("about:")}
        check("nothing but the page itself is asked for", not outside and len(requests) >= 5, requests)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or passed < 150 else 0


sys.exit(main())
