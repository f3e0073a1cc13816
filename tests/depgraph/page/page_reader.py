"""What the page shows, as its test asks for it; and the counting of what was right."""

import json
import os
import re
import sys

from browser import png_pixels


class Counts:
    passed = failed = 0


def check(words, condition, *details):
    if condition:
        Counts.passed += 1
    else:
        Counts.failed += 1
        print("NOT OK: %s" % words, *details)
        if os.environ.get("TESTBRIDGE_TEST_RUNNER_FAIL_FAST"):
            sys.exit(1)
    return condition


def equal(words, got, expected):
    if isinstance(got, str) and isinstance(expected, str):  # from where they differ on
        same = len(os.path.commonprefix([got, expected]))
        details = (got[max(0, same - 60) : same + 200], expected[max(0, same - 60) : same + 200])
    else:
        details = (got, expected)
    check(words, got == expected, "\n    got      %r\n    expected %r" % details)


def cells_of(tab, selector=".cell"):
    keys = tab.evaluate(
        "[...document.querySelectorAll(%s)].map((e) => e.dataset.key)" % json.dumps("#viewport " + selector)
    )
    return {key[len("cell:") :] for key in keys}


def groups_of(tab, selector=".group"):
    keys = tab.evaluate(
        "[...document.querySelectorAll(%s)].map((e) => e.dataset.key)" % json.dumps("#viewport " + selector)
    )
    return {key[len("group:") :] for key in keys}


def arrows_of(tab, selector):
    pairs = "[...document.querySelectorAll(%s)].map((e) => [e.dataset.from, e.dataset.to])"
    pairs = tab.evaluate(pairs % json.dumps("#viewport " + selector))
    return {tuple(key.split(":", 1)[1] for key in pair) for pair in pairs}


def heading(tab):
    return tab.evaluate("document.querySelector('#panel h1, #panel h2').textContent")


def texts(tab, selector):
    """The text of each element, without that of the elements in it."""
    own = "[...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).join('')"
    return tab.evaluate("[...document.querySelectorAll(%s)].map((e) => %s)" % (json.dumps(selector), own))


def inner(tab, name):
    return tab.evaluate("document.getElementById(%s).innerText" % json.dumps(name))


def attribute(tab, name, key):
    return tab.evaluate("document.getElementById(%s).getAttribute(%s)" % (json.dumps(name), json.dumps(key)))


def choose(tab, name, value):
    """Takes an entry of a <select>."""
    code = (
        "(() => { const s = document.getElementById('%s'); s.value = '%s'; s.dispatchEvent(new Event('change')); })()"
    )
    tab.evaluate(code % (name, value))


def focused(tab):
    return tab.evaluate(
        "document.activeElement.id || document.activeElement.dataset.key || document.activeElement.tagName"
    )


def status(tab):
    return tab.evaluate("document.getElementById('status').textContent")


SNAPSHOT = """JSON.stringify([
    [...document.querySelectorAll('#viewport [class]')].map((e) =>
        [e.getAttribute('class'), e.dataset.key || e.dataset.from, e.getAttribute('transform')]),
    document.getElementById('panel').innerText, document.documentElement.dataset.theme])"""


def place_of(tab):
    """Where the drawing is: scale, x and y."""
    numbers = re.findall(r"[-0-9.e]+", attribute(tab, "viewport", "transform").split("(")[1])
    return float(numbers[0]), float(numbers[4]), float(numbers[5])


def same_place(a, b):
    return abs(a[0] - b[0]) < 1e-3 and abs(a[1] - b[1]) < 0.5 and abs(a[2] - b[2]) < 0.5


def address(name, text=""):
    return "file://%s/%s.html%s" % (os.getcwd(), name, "#" + text if text else "")


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
