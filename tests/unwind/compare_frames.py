#!/usr/bin/env python3
"""compare_frames.py PRINT_FRAMES ARCHIVE READELF: what our readers and binutils' readelf say of every cell's unwind
table must be the same, function by function and rule by rule."""

import os
import re
import subprocess
import sys
import tempfile

NAMES = {"ra": "RIP"}


def objects(archive):
    """The members NAME.o of a cpio archive (newc)."""
    data, at = open(archive, "rb").read(), 0
    while data[at:at + 6] == b"070701":
        size, name_size = int(data[at + 54:at + 62], 16), int(data[at + 94:at + 102], 16)
        name = data[at + 110:at + 110 + name_size].split(b"\0")[0].decode()
        start = (at + 110 + name_size + 3) & ~3
        if name.endswith(".o"):
            yield name, data[start:start + size]
        at = (start + size + 3) & ~3


def offset(text):
    return int(text or "0")


def foreign_rule(text):
    """A cell of readelf's table in our words; None: the register is as it was."""
    if text in ("u", "s"):
        return None
    match = re.fullmatch(r"c([+-]\d+)", text)
    if match:
        return "[CFA%+d]" % offset(match.group(1)) if offset(match.group(1)) else "[CFA]"
    match = re.fullmatch(r"v([+-]\d+)", text)
    if match:
        return "CFA%+d" % offset(match.group(1))
    if text in ("exp", "vexp"):
        return "expression"
    return text.upper()


def foreign_cfa(text):
    match = re.fullmatch(r"([a-z0-9]+)([+-]\d+)", text)
    if not match:
        return "expression"
    return match.group(1).upper() + ("%+d" % offset(match.group(2)) if offset(match.group(2)) else "")


def add_row(rows, place, row):
    if rows and rows[-1][0] == place:
        rows.pop()
    if not rows or rows[-1][1] != row:
        rows.append((place, row))


def read_foreign(text):
    """A function whose rules never change has no table of its own: it has its common part's."""
    functions, commons, rows, columns = [], {}, None, []
    for line in text.splitlines():
        common = re.match(r"([0-9a-f]+) [0-9a-f]+ [0-9a-f]+ CIE ", line)
        entry = re.search(r" FDE cie=([0-9a-f]+) pc=([0-9a-f]+)\.\.([0-9a-f]+)", line)
        words = line.split()
        if common:
            rows = commons.setdefault(common.group(1), [])
        elif entry:
            rows = []
            functions.append((int(entry.group(2), 16), int(entry.group(3), 16), rows, entry.group(1)))
        elif words[:2] == ["LOC", "CFA"]:
            columns = [NAMES.get(word, word.upper()) for word in words[2:]]
        elif rows is not None and words and re.fullmatch(r"[0-9a-f]{16}", words[0]):
            rules = {name: foreign_rule(word) for name, word in zip(columns, words[2:])}
            add_row(rows, int(words[0], 16),
                    (foreign_cfa(words[1]), {name: rule for name, rule in rules.items() if rule}))
    return [((start, end), rows or [(start, commons[common][0][1])]) for start, end, rows, common in functions]


def read_own(text):
    functions = []
    for line in text.splitlines():
        entry = re.fullmatch(r"FDE pc=([0-9a-f]+)\.\.\.([0-9a-f]+)", line)
        if entry:
            functions.append(((int(entry.group(1), 16), int(entry.group(2), 16)), []))
            continue
        place, rest = line.split(": CFA=", 1)
        cfa, _, rules = rest.partition(": ")  # what is lost is for readelf as if nothing were said
        rules = dict(rule.split("=", 1) for rule in rules.split(", ") if rule and not rule.endswith("=undefined"))
        add_row(functions[-1][1], int(place, 16), (cfa, rules))
    return functions


def main():
    print_frames, archive, readelf = sys.argv[1:]
    cells = functions = rows = 0
    for name, content in objects(archive):
        with tempfile.NamedTemporaryFile(suffix=name, delete=False) as file:
            file.write(content)
        own = read_own(subprocess.run([print_frames, file.name], check=True, capture_output=True, text=True).stdout)
        foreign = read_foreign(
            subprocess.run([readelf, "-wF", file.name], check=True, capture_output=True, text=True).stdout)
        os.unlink(file.name)
        if own != foreign:
            for mine, theirs in zip(own, foreign):
                if mine != theirs:
                    print("FAILED: %s:\n  ours:    %s\n  readelf: %s" % (name, mine, theirs))
            sys.exit("FAILED: %s: %d functions here, %d there" % (name, len(own), len(foreign)))
        cells += 1
        functions += len(own)
        rows += sum(len(function[1]) for function in own)
    print("%d cells, %d functions, %d rows: the same" % (cells, functions, rows))
    if cells < 60 or functions < 500 or rows < 2000:
        sys.exit("FAILED: that is too little to be believed")


main()
