"""The graphs of the page's test: made here, and what is true of them, computed without the page."""

import json
import os
import re
import subprocess
import sys

GRAPHS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
depgraph, make_cells = (os.path.abspath(path) for path in sys.argv[1:3])


def run(*arguments, status=0):
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    if done.returncode != status:
        sys.exit("%s: status %d: %s" % (arguments, done.returncode, done.stdout.decode(errors="replace")))
    return done.stdout


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
            name
            for way in ways
            for name, distance in self.distances(getattr(self, way), start).items()
            if distance <= depth
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
    ']]>&lt;"quoted\\"',
    "percent%41,comma&and#hash=equals",
    "Käse \u2028 名",
    "__proto__",
]


# A running system: the log keeps a pointer to the console, which uses the log.
POINTERS = {
    "format": "ariadne-depgraph",
    "version": 1,
    "view": "live",
    "cells": [
        {
            "name": "console",
            "exports": [{"symbol": "console_show"}],
            "imports": [{"symbol": "log_write"}],
            "pointers": [{"holder": "log: sink", "cell": "log", "symbol": "console_show"}],
        },
        {"name": "log", "exports": [{"symbol": "log_write"}]},
    ],
}


def make_graphs():
    for name in ("small", "cyclic"):
        run(make_cells, "archive", "%s/%s.txt" % (GRAPHS, name), name + ".cpio")
    small = open(GRAPHS + "/small.txt").read()
    changed = re.sub(r"(?s)^cell old_codec.*", "", small, flags=re.M)
    changed = changed.replace(
        "import log_write log void_of_level_format\nneeds status 1",
        "import log_add_sink log status_of_sink\nneeds status 1",
    )
    changed = changed.replace("cell shell app checked 5200", "cell shell app checked 5300").replace(
        "state log_ring 4096", "state log_ring 8192"
    )
    changed = changed.replace("import status_name status const_char_pointer_of_status\n", "").replace(
        "needs status 1\n", ""
    )
    changed += "\ncell disk fs checked 700\nneeds heap 1\nimport heap_allocate heap status_of_heap_object_size\n"
    open("changed.txt", "w").write(changed)
    run(make_cells, "archive", "changed.txt", "changed.cpio")
    run(make_cells, "random", "2000", "20000", "200000", "1", "large.cpio")
    huge = json.loads(run(depgraph, "list", "--format", "json", "large.cpio"))
    for cell in huge["cells"]:
        cell["group"] = "all"
    json.dump(huge, open("huge.json", "w"))
    json.dump(POINTERS, open("pointers.json", "w"))
    hostile = [
        {
            "name": name,
            "group": HOSTILE[i - 1],
            "exports": [{"symbol": "<b>" + name}],
            "imports": [{"symbol": "<b>" + other} for other in HOSTILE[:i]],
        }
        for i, name in enumerate(HOSTILE)
    ]
    json.dump({"format": "ariadne-depgraph", "version": 1, "cells": hostile}, open("hostile.json", "w"))
    for name, source in (
        ("small", "small.cpio"),
        ("cyclic", "cyclic.cpio"),
        ("large", "large.cpio"),
        ("hostile", "hostile.json"),
        ("huge", "huge.json"),
        ("pointers", "pointers.json"),
    ):
        run(depgraph, "draw", "-o", name + ".html", source)
    run(depgraph, "draw", "-o", "layers.html", "--rules", GRAPHS + "/test.rules", "small.cpio")
    run(depgraph, "draw", "-o", "asked.html", "--focus", "heap", "--depth", "1", "small.cpio")
    run(depgraph, "diff", "-o", "grown.html", "small.cpio", "cyclic.cpio", status=1)
    run(depgraph, "diff", "-o", "diff.html", "small.cpio", "changed.cpio", status=1)


def data_of(name):
    text = open(name + ".html", encoding="utf-8").read()
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S).group(1))
