"""The page for all readers: by keyboard, in light and dark, with names for those who do not see it."""


from page_graphs import Graph
from page_reader import address, cells_of, check, equal, focused, groups_of, heading, not_blank


def test_keyboard(browser):
    tab = browser.open(address("small"))
    order = []
    for _ in range(40):
        tab.press("Tab")
        order.append(focused(tab))
        if order[-1].startswith("group:"):
            break
    expected = [
        "skip",
        "search",
        "expand",
        "collapse",
        "reduce",
        "path",
        "cycles",
        "fit",
        "clear",
        "theme",
        "link",
        "help",
        "group:app",
    ]
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
        const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
        if (!e.checkVisibility() || e.closest('defs') || !own) continue;
        const style = getComputedStyle(e);
        if (e instanceof SVGElement) {
            if (e.localName !== 'text') continue;
            const rect = [...e.parentElement.children].filter((r) => r.localName === 'rect').pop();
            const ground = rect ? parse(getComputedStyle(rect).fill) : behind(document.body);
            found.push([e.textContent, ratio(parse(style.fill), ground)]);
        } else if (!['SCRIPT', 'STYLE'].includes(e.tagName))
            found.push([e.textContent.slice(0, 40), ratio(parse(style.color), behind(e))]);
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
    controls = [
        n
        for n in nodes
        if n.get("role", {}).get("value")
        in ("button", "combobox", "textbox", "listbox", "DisclosureTriangle", "complementary", "toolbar")
    ]
    nameless = [n["role"]["value"] for n in controls if not n.get("name", {}).get("value") and not n.get("ignored")]
    check("every control has a name", len(controls) > 25 and not nameless, len(controls), nameless)
    names = {n["name"]["value"] for n in controls if "name" in n}
    check("a box says what it is", "heap, checked cell of group memory: uses 2, used by 1" in names, sorted(names))
    tab.click_on("#collapse")
    expanded = "document.querySelector('.group').getAttribute('aria-expanded')"
    equal("a folded group says that it is", tab.evaluate(expanded), "false")
