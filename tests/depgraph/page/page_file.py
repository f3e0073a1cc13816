"""What can be told of the page's file alone: its layout, and that equal graphs give equal bytes."""

import os
import re

from page_graphs import GRAPHS, data_of, depgraph, make_cells, run
from page_reader import check, equal, status


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
        wide = all(c["width"] >= 8 + 7.2 * (min(len(c["name"]), 34) + 2 * ("change" in c)) for c in cells)
        check("%s: each name fits into its box, with its sign" % name, wide)
        apart = all(a[1] < b[0] for row in rows.values() for a, b in zip(sorted(row), sorted(row)[1:]))
        ys = {}
        for group, y in rows:
            ys.setdefault(group, []).append(y)
        check(
            "%s: no two cells overlap" % name,
            apart and all(b - a > 26 for y in ys.values() for a, b in zip(sorted(y), sorted(y)[1:])),
        )
        down = [
            cells[e["from"]]["y"] < cells[e["to"]]["y"]
            for e in data["edges"]
            if cells[e["from"]]["group"] == cells[e["to"]]["group"]
        ]
        if name in ("small", "large"):
            check(
                "%s: within a group every arrow leads down" % name, all(down) and (name == "small" or len(down) > 1000)
            )
        if name == "cyclic":
            equal("cyclic: but one, in a circle of five and its user", down.count(False), 1)
    order = [group["name"] for group in sorted(data_of("layers")["groups"], key=lambda g: g["band"])]
    rules = re.search(r"order ([a-z_< ]+?)\s+because", open(GRAPHS + "/test.rules").read()).group(1)
    layers = [name.strip() for name in rules.split("<")][::-1]
    equal(
        "the rules order the groups",
        [name for name in order if name in layers],
        [name for name in layers if name in order],
    )


def test_bytes():
    os.makedirs("objects", exist_ok=True)
    run(make_cells, "objects", GRAPHS + "/small.txt", "objects")
    names = sorted(os.path.join("objects", name) for name in os.listdir("objects"))
    first = run(depgraph, "draw", "--format", "html", *names)
    check(
        "the same cells in another order give the same bytes",
        first == run(depgraph, "draw", "--format", "html", *reversed(names)),
    )
    check("and as an archive", first == open("small.html", "rb").read())
    check(
        "a difference too",
        open("diff.html", "rb").read()
        == run(depgraph, "diff", "--format", "html", "small.cpio", "changed.cpio", status=1),
    )
    text = first.decode()
    check("the libraries' licences are in it", "Copyright (c) 2022, Leon Sorokin" in text or "Leon Sorokin" in text)
    check("both of them", "Andrea Leofreddi" in text)
    check("its policy lets it load nothing", "default-src 'none'" in text)
