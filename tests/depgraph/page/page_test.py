"""The page that depgraph writes, in a headless Chromium: each thing that it can do is done, by mouse, keyboard or link.

    page_test.py DEPGRAPH MAKE_CELLS

What must come out is computed here from what `depgraph list` and the descriptions of the graphs say, not by the page.
"""

import json
import os
import sys
import tempfile
import urllib.parse

from browser import Browser, BrowserError
from page_access import test_dark, test_keyboard, test_names
from page_file import test_bytes, test_layout
from page_graphs import Graph, HOSTILE, data_of, depgraph, make_graphs, run
from page_reader import (
    Counts,
    SNAPSHOT,
    address,
    arrows_of,
    attribute,
    brightness,
    cells_of,
    check,
    choose,
    equal,
    focused,
    groups_of,
    heading,
    inner,
    not_blank,
    place_of,
    same_place,
    search_for,
    status,
    texts,
)

work = tempfile.mkdtemp(prefix="page.", dir=os.environ.get("TEST_TMPDIR"))
os.chdir(work)


def test_start(browser, small):
    tab = browser.open(address("small"))
    equal("it starts with every group folded", groups_of(tab), set(small.group.values()))
    equal("and shows no cell", cells_of(tab), set())
    equal(
        "the title counts",
        tab.evaluate("document.title"),
        "Graph of cells: 7 cells, %d dependencies" % len(small.symbols),
    )
    check("what it counts is in the panel", "7 cells in 5 groups" in inner(tab, "panel"))
    between = {(small.group[a], small.group[b]) for a, b in small.symbols} - {(g, g) for g in small.group.values()}
    equal("an arrow for each pair of groups", arrows_of(tab, ".arrow"), between)
    weight = sum(len(s) for (a, b), s in small.symbols.items() if (small.group[a], small.group[b]) == ("app", "memory"))
    title = tab.evaluate(
        'document.querySelector(\'[data-from="group:app"][data-to="group:memory"] title\').textContent'
    )
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
    equal("words in any order find a cell", texts(tab, "#results [role=option]")[0].strip(), "serial_port")
    check("the list says that it is open", attribute(tab, "search", "aria-expanded") == "true")
    tab.press("Enter")
    equal("Enter selects it", heading(tab), "serial_port")
    equal("its folded group shows it, and it alone", cells_of(tab), {"serial_port"})
    equal("it is marked as selected", cells_of(tab, ".cell.selected"), {"serial_port"})
    equal("the keyboard is on it", focused(tab), "cell:serial_port")
    search_for(tab, "log_add_s")
    equal("a symbol leads to its cell", heading(tab), "log")
    tab.press("/")
    tab.type("port")
    first = attribute(tab, "search", "aria-activedescendant")
    tab.press("ArrowDown")
    second = attribute(tab, "search", "aria-activedescendant")
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
    choose(tab, "depth", "all")
    equal("every depth", cells_of(tab), small.near("heap"))
    choose(tab, "way", "uses")
    equal("only what it uses", cells_of(tab), small.near("heap", ways=["uses"]))
    tab.click_on("#unfocus")
    check(
        "everything comes back, folded as before",
        len(groups_of(tab)) == 4 and cells_of(tab) == {"heap"},
        groups_of(tab),
        cells_of(tab),
    )
    tab.press("/")
    tab.type("status")
    tab.press("Enter")
    users = {name.strip() for name in texts(tab, "#used-by summary")}
    equal("the panel lists the direct users", users, set(small.users["status"]))
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
    steps = inner(tab, "steps")
    check("each step has its symbols", all(s in steps for edge in edges for s in small.symbols[edge]), steps)
    not_blank("path", tab)
    tab.press("Escape")
    tab.press("Escape")
    tab.click_on("#path-turn")
    check("the other direction: none, and it says so", "does not depend on" in inner(tab, "panel"))
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
    found = texts(tab, "#cycle-list > li > .name")
    equal(
        "each cycle is told in order",
        found,
        ["heap → log → heap", "ring_a → ring_b → ring_c → ring_d → ring_e → ring_a"],
    )
    tab.click_on("#cycle-list > li:nth-child(1) > .name")
    equal("a cycle's cells are marked", cells_of(tab, ".cell.marked"), {"heap", "log"})
    equal("and its edges", arrows_of(tab, ".arrow.marked"), {("heap", "log"), ("log", "heap")})
    check("with the symbols of each step", "log_flush" in inner(tab, "panel"))
    tab.click_on("#cycle-list > li:nth-child(2) > .name")
    equal("the other one", cells_of(tab, ".cell.marked"), {"ring_" + letter for letter in "abcde"})
    tab.go(address("cyclic", "open=*"))
    ring = "abcdea"
    expected = {("ring_" + a, "ring_" + b) for a, b in zip(ring, ring[1:])}
    expected |= {("heap", "log"), ("log", "heap"), ("log", "console"), ("console", "heap")}
    equal("edges of cycles are drawn as such", arrows_of(tab, ".arrow.cycle"), expected)
    grown = browser.open(address("grown", "open=*"))
    equal("in a difference those of the graph after", arrows_of(grown, ".arrow.cycle"), expected)
    colour = 'getComputedStyle(document.querySelector(\'[data-from="cell:%s"][data-to="cell:%s"] .line\')).stroke'
    check(
        "and are of another colour", tab.evaluate(colour % ("heap", "log")) != tab.evaluate(colour % ("user", "ring_a"))
    )


def test_difference(browser):
    tab = browser.open(address("diff", "open=*"))
    changes = {name: cells_of(tab, ".cell." + name) for name in ("added", "removed", "changed")}
    equal(
        "cells have their changes", changes, {"added": {"disk"}, "removed": {"old_codec"}, "changed": {"log", "shell"}}
    )
    arrows = {name: arrows_of(tab, ".arrow." + name) for name in ("added", "removed", "changed")}
    equal(
        "edges have theirs",
        arrows,
        {"added": {("disk", "heap")}, "removed": {("heap", "status")}, "changed": {("heap", "log")}},
    )
    check("both graphs are on one page", cells_of(tab) >= {"disk", "old_codec", "serial_port"})
    fill = "getComputedStyle(document.querySelector('[data-key=\"cell:%s\"] rect')).stroke"
    colours = {tab.evaluate(fill % name) for name in ("disk", "old_codec", "log", "serial_port")}
    equal("four colours", len(colours), 4)
    signed = [texts(tab, '[data-key="cell:%s"] text' % name)[0] for name in ("disk", "old_codec", "log")]
    equal("and signs, for who sees no colours", signed, ["+ disk", "− old_codec", "~ log"])
    tab.press("d")
    tab.evaluate("document.querySelectorAll('#changed-edges details').forEach((d) => (d.open = true))")
    edges = inner(tab, "changed-edges")
    check("symbols that came and went", "+ log_add_sink" in edges and "− log_write" in edges, edges)
    check("what changed of a cell", "size" in inner(tab, "changed-cells"))
    tab.click_on("#only-changes")
    equal(
        "only what changed, and the ends of what changed",
        cells_of(tab),
        {"disk", "old_codec", "log", "shell", "heap", "status"},
    )
    not_blank("difference", tab)
    tab.go(address("small"))
    check("without a difference nothing asks for it", tab.evaluate("document.getElementById('changes').hidden"))


def test_edge(browser, small):
    tab = browser.open(address("small", "open=*"))
    place = tab.evaluate(
        """(() => { const path = document.querySelector('[data-from="cell:shell"][data-to="cell:heap"] .line');
        const p = path.getPointAtLength(path.getTotalLength() * 0.4).matrixTransform(path.getScreenCTM());
        return [p.x, p.y]; })()"""
    )
    tab.click(*place)
    equal("a click on an arrow tells of it", heading(tab), "shell → heap")
    symbols = texts(tab, "#panel .symbols code")
    equal("its symbols, all of them", sorted(symbols), sorted(small.symbols["shell", "heap"]))
    tab.go(address("small", "edge=group%3Aapp,group%3Adiagnostics"))
    symbols = texts(tab, "#panel .symbols code")
    expected = [
        s
        for (a, b), all_ in small.symbols.items()
        if (small.group[a], small.group[b]) == ("app", "diagnostics")
        for s in all_
    ]
    equal("an arrow between groups: those of its edges", sorted(symbols), sorted(expected))


def test_link(browser):
    tab = browser.open(address("small"))
    first = tab.evaluate(SNAPSHOT)
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
    for text in (
        "path=shell,status&list=path",
        "open=hal,app&cell=heap&reduced=1",
        "open=*&edge=cell%3Ashell,cell%3Alog",
        "group=hal&theme=dark",
    ):
        tab.go(address("small", text))
        equal("the address stays: " + text, tab.evaluate("location.hash"), "#" + text)
        check("and says more than the first view: " + text, tab.evaluate(SNAPSHOT) != first)
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


def corner(tab, key):
    """A place on the screen within a box."""
    box = "document.querySelector('[data-key=\"%s\"]').getBoundingClientRect()" % key
    return tab.evaluate("(() => { const r = %s; return [r.x + 9, r.y + 6]; })()" % box)


def test_pointer(browser):
    tab = browser.open(address("small"))
    before = place_of(tab)
    tab.send("Input.dispatchMouseEvent", type="mouseWheel", x=300, y=400, deltaX=0, deltaY=-240)
    tab.settle()
    tab.settle()
    zoomed = place_of(tab)
    check("the wheel comes nearer", zoomed[0] > before[0] * 1.05, zoomed)
    check("the link says where", "at=" in tab.evaluate("location.hash"), tab.evaluate("location.hash"))
    start = corner(tab, "group:diagnostics")
    for kind, step in (
        ("mouseMoved", 0),
        ("mousePressed", 0),
        ("mouseMoved", 30),
        ("mouseMoved", 60),
        ("mouseReleased", 60),
    ):
        button = {} if (kind, step) == ("mouseMoved", 0) else {"button": "left", "clickCount": 1, "buttons": 1}
        tab.send("Input.dispatchMouseEvent", type=kind, x=start[0] + step, y=start[1] + step, **button)
        tab.settle()
    tab.settle()
    moved = place_of(tab)
    check("a drag moves the drawing", same_place(moved, (zoomed[0], zoomed[1] + 60, zoomed[2] + 60)), moved, zoomed)
    equal("and is no click", cells_of(tab), set())
    tab.press("e")
    check("what shows other cells is fitted anew", "at=" not in tab.evaluate("location.hash"))
    tab.press("E", shift=True)
    tab.press("+")
    tab.press("0")
    tab.settle()
    check("0 fits it into the window again", same_place(place_of(tab), before), place_of(tab), before)
    tab.send("Emulation.setDeviceMetricsOverride", width=700, height=500, deviceScaleFactor=1, mobile=False)
    tab.settle()
    tab.settle()
    box = "document.getElementById('viewport').getBoundingClientRect()"
    frame = "document.getElementById('graph').getBoundingClientRect()"
    inside = "(() => { const b = %s, f = %s;"
    inside += "return b.left >= f.left && b.right <= f.right && b.bottom <= f.bottom && b.height > f.height / 2; })()"
    check("in another window it fits again", place_of(tab)[0] < before[0] and tab.evaluate(inside % (box, frame)))
    tab.send("Emulation.setDeviceMetricsOverride", width=1200, height=800, deviceScaleFactor=1, mobile=False)
    tab.go(address("small", "open=*"))
    for count in (1, 2):
        tab.click(*corner(tab, "cell:log"), count=count)
    check("a double click focuses", "focus=log" in tab.evaluate("location.hash"), tab.evaluate("location.hash"))


def test_hostile(browser):
    text = open("hostile.html", encoding="utf-8").read()
    check(
        "no name ends the script that it stands in",
        text.count("</script>") == text.count("<script") and "<!--<script>" not in text,
    )
    tab = browser.open(address("hostile", "open=*"))
    equal(
        "no name becomes markup",
        tab.evaluate("document.querySelectorAll('#panel img, #graph img, #panel b').length"),
        0,
    )
    check("no name runs", tab.evaluate("document.title").startswith("Graph of cells"))
    equal("each name is shown as it is", cells_of(tab), set(HOSTILE))
    for name in HOSTILE:
        tab.go(address("hostile", "cell=" + urllib.parse.quote(name, safe="")))
        equal("it can be selected by a link", heading(tab), name)
        equal(
            "and the link is the same again",
            urllib.parse.unquote(tab.evaluate("location.hash.split('cell=')[1]")),
            name,
        )
    tab.go(address("hostile"))
    search_for(tab, "</script>")
    equal("it can be searched", heading(tab), HOSTILE[0])


def test_large(browser, large):
    """Work is bounded by what is drawn: elements are counted, not seconds."""
    count = "document.querySelectorAll('*').length"
    tab = browser.open(address("large"))
    data = data_of("large")
    equal(
        "all cells are there, each with its place",
        len([c for c in data["cells"] if c["x"] >= 0 and c["y"] >= 0 and c["width"] > 0]),
        2000,
    )
    check("folded: at most 400 elements", tab.evaluate(count) <= 400, tab.evaluate(count))
    tab.press("e")
    equal("open: each cell has its box", len(cells_of(tab)), 2000)
    check("open: at most 9,000 elements", tab.evaluate(count) <= 9000, tab.evaluate(count))
    check(
        "open: the arrows are one texture", tab.evaluate("document.querySelectorAll('#viewport .texture').length") == 1
    )
    not_blank("2,000 cells", tab)
    busiest = max(large.users, key=lambda name: len(large.users[name]))
    search_for(tab, busiest)
    wanted = {(a, b) for a, b in large.symbols if busiest in (a, b)}
    equal("open: the arrows of the selected cell are drawn one by one", arrows_of(tab, ".arrow"), wanted)
    check("still at most 12,000 elements", tab.evaluate(count) <= 12000, tab.evaluate(count))
    tab.press("f")
    equal("focus", cells_of(tab), large.near(busiest, 1))
    tab.press("u")
    check(
        "who uses it: many, so groups stay as they are",
        len(large.near(busiest, ways=["users"])) > 200 and tab.evaluate(count) <= 12000,
    )


def test_huge(browser, large):
    """A group of 2,000 cells opens part by part."""
    count = "document.querySelectorAll('*').length"
    tab = browser.open(address("huge", "open=*"))
    seen = [cells_of(tab)]
    check("a part has 300 cells", len(seen[0]) == 300, len(seen[0]))
    check("a part: at most 4,000 elements", tab.evaluate(count) <= 4000, tab.evaluate(count))
    equal("the others are one box", len(tab.evaluate("[...document.querySelectorAll('#viewport .rest')].map(() => 0)")), 1)
    outwards = {a for a, b in large.symbols if a in seen[0] and b not in seen[0]}
    hidden = {a for a, b in arrows_of(tab, '[data-to="rest:all"]')}
    check("to which the arrows of the hidden cells lead", hidden <= outwards and len(hidden) > 0)
    not_blank("a part of 2,000 cells", tab)
    tab.click_on('[data-key="rest:all"]')
    seen.append(cells_of(tab))
    check("a click on it goes on", not seen[0] & seen[1] and len(seen[1]) == 300)
    equal("the link says so", tab.evaluate("location.hash"), "#open=*&part=all,2&group=all")
    for _ in range(5):
        tab.press(".")
        seen.append(cells_of(tab))
    equal("all parts together show each cell", (set().union(*seen), sum(map(len, seen))), (set(large.group), 2000))
    tab.click_on("#next-part")
    equal("behind the last comes the first", cells_of(tab), seen[0])
    tab.press(",")
    equal("and before it the last", cells_of(tab), seen[6])
    equal("the panel says which", inner(tab, "part"), "part 7 of 7 is shown")
    wanted = sorted(seen[3])[0]
    search_for(tab, wanted)
    equal("a search goes to the part of what it finds", cells_of(tab), seen[3])
    equal("which is selected", cells_of(tab, ".cell.selected"), {wanted})
    tab.press("u")
    check("a large focus comes in parts too", len(cells_of(tab)) <= 301 and tab.evaluate(count) <= 12000)
    tab.go(address("huge", "open=*&part=all,99&cell=" + wanted))
    check("a link beyond the last shows the last", cells_of(tab) == seen[6] | {wanted})


def test_pointers(browser):
    tab = browser.open(address("pointers", "open=*"))
    equal("a run-time pointer is an arrow of its own kind", arrows_of(tab, ".arrow.runtime"), {("log", "console")})
    equal("no edge of the circle is wrong", arrows_of(tab, ".arrow.cycle"), set())
    tab.go(address("pointers", "open=*&edge=cell%3Alog,cell%3Aconsole"))
    check("its holder is told", "pointer 'log: sink' to console_show" in inner(tab, "panel"), inner(tab, "panel"))
    tab.press("c")
    equal("the circle is listed", texts(tab, "#cycle-list > li > .name"), ["console → log → console"])
    check("as one that harms nothing", "run-time pointers alone" in inner(tab, "cycle-list"))
    colour = 'getComputedStyle(document.querySelector(\'[data-from="cell:%s"][data-to="cell:%s"] .line\')).stroke'
    check("and has a colour", tab.evaluate(colour % ("log", "console")) != tab.evaluate(colour % ("console", "log")))


def test_harness(browser):
    """The test itself notices an error and a request."""
    tab = browser.open(address("small"))
    tab.evaluate("console.error('noticed')")
    tab.evaluate("fetch('http://localhost:9/').catch(() => 0)")
    tab.evaluate("new Promise((done) => { const i = new Image(); i.onerror = done; i.src = 'http://localhost:9/x'; })")
    check("an error on the console is noticed", any("noticed" in c for c in tab.complaints))
    check("the policy stops a request", any("Content Security Policy" in c for c in tab.complaints), tab.complaints)
    blank = browser.open("data:text/html,")
    check("a blank page is noticed", brightness(blank)[1] < 60)
    return tab, blank


def main():
    make_graphs()
    small, large = Graph("small.cpio"), Graph("large.cpio")
    test_layout()
    test_bytes()
    with Browser(work) as browser:
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
            ("huge", test_huge, [large]),
            ("pointers", test_pointers, []),
        ):
            before = Counts.failed
            try:
                test(browser, *arguments)
            except BrowserError as error:
                check("%s goes on" % name, False, error)
            print("%s: %s" % (name, "FAILED" if Counts.failed > before else "passed"))
        tabs = [tab for tab in browser.tabs.values() if tab not in excepted]
        complaints = [c for tab in tabs for c in tab.complaints]
        check("no error on the console", not complaints, *complaints[:5])
        requests = {url.split("#")[0] for tab in tabs for url in tab.requests}
        outside = {
            url for url in requests if not url.startswith("file://" + work + "/") and not url.startswith("about:")
        }
        check("nothing but the page itself is asked for", not outside and len(requests) >= 5, requests)
    print("%d passed, %d failed" % (Counts.passed, Counts.failed))
    return 1 if Counts.failed or Counts.passed < 180 else 0


sys.exit(main())
