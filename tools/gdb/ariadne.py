"""Lets GDB see the cells of a running Ariadne.

The system keeps a table of its loaded cells and calls an empty function, debugger_table_changed, after each change
(cells/loader/debugger_table). This script stops there for an instant, reads the table, and gives GDB the debug
information of each new cell at the addresses where its sections were placed; that of a cell that is gone is taken away.
So a breakpoint may name a function of a cell that is not loaded yet: answer y, or `set breakpoint pending on`.

    tools/run --gdb                 in one terminal, and what it prints in another
    (gdb) break shell_main
    (gdb) continue

Commands: `ariadne cells` lists what GDB knows; `ariadne sync` reads the table now, for a GDB that came late.
Parameter: `set ariadne-debug DIRECTORY`, where NAME.debug of each cell is; found by itself in a build tree.
"""

import os
import struct

import gdb

HERE = os.path.dirname(os.path.realpath(__file__))
MAGIC = b"RIADBG1\0"
CHANGED = "debugger_table_changed"
STATE = "debugger_table_state"

# The layout of cells/loader/debugger_table/debugger_table.h, kept by its test.
TABLE = struct.Struct("<8sQQ")  # magic, change_count, first
CELL = struct.Struct("<QQQQQII20s")  # next, previous, name, section_names, sections, count, stride, build_id
SECTION = struct.Struct("<QII")  # address, size_bytes, name_offset
CELLS_MAX = 65534


class DebugDirectory(gdb.Parameter):
    """Where the files with the cells' debug information are."""

    set_doc = "Set the directory with NAME.debug of each cell."
    show_doc = "Show the directory with NAME.debug of each cell."

    def __init__(self):
        super().__init__("ariadne-debug", gdb.COMMAND_FILES, gdb.PARAM_OPTIONAL_FILENAME)
        self.value = None

    def get_show_string(self, value):
        return value or "(found beside the image)"


debug_directory = DebugDirectory()


def find_debug_directory():
    """The directory that was set, or the one that the build left."""
    if debug_directory.value:
        return debug_directory.value
    root = os.path.join(HERE, "..", "..")
    candidates = [os.path.join(root, "bazel-bin", "image", "ariadne.debug")]
    for objfile in gdb.objfiles():
        here = os.path.dirname(objfile.filename or "")
        candidates.append(os.path.join(here, "..", "image", "ariadne.debug"))
    for candidate in candidates:
        if os.path.isdir(candidate):
            return os.path.normpath(candidate)
    return None


def address_of(expression):
    """GDB's registers are signed, and the system lives in the upper half."""
    return int(gdb.parse_and_eval(expression)) & 0xFFFFFFFFFFFFFFFF


def read(address, size):
    return bytes(gdb.selected_inferior().read_memory(address, size))


def read_string(address):
    text = b""
    while len(text) < 1024:
        chunk = read(address + len(text), 16)
        if b"\0" in chunk:
            return (text + chunk[: chunk.index(b"\0")]).decode("utf-8", "replace")
        text += chunk
    raise gdb.GdbError("ariadne: a name at %#x has no end" % address)


class Cell:
    """One entry of the table."""

    def __init__(self, name, names, build_id, sections):
        self.name = read_string(name)
        self.build_id = build_id.hex()
        self.sections = [(read_string(names + offset), place, size) for place, size, offset in sections]

    def key(self):
        return (self.name, self.build_id, tuple(self.sections))


seen = {}  # what the memory of an entry held -> Cell: names cost many reads, and most entries were there before


def read_cell(address):
    """The entry at the address, and the address of the next."""
    (following, _, name, names, table, count, stride, build_id) = CELL.unpack(read(address, CELL.size))
    content = read(table, count * stride) if count else b""
    sections = tuple(SECTION.unpack_from(content, index * stride) for index in range(count))
    words = (name, names, build_id, sections)
    if words not in seen:
        seen[words] = Cell(*words)
    return seen[words], following


def read_table(address):
    """All cells in the table, oldest first."""
    magic, _, entry = TABLE.unpack(read(address, TABLE.size))
    if magic != MAGIC:
        raise gdb.GdbError("ariadne: there is no table of cells at %#x" % address)
    cells = []
    while entry and len(cells) < CELLS_MAX:
        cell, entry = read_cell(entry)
        cells.append(cell)
    return list(reversed(cells))


known = {}  # Cell.key() -> (Cell, file) of what GDB was told
complained = set()


def complain(words):
    if words not in complained:
        complained.add(words)
        gdb.write("ariadne: %s\n" % words)


def build_id_of(path):
    """The 20 bytes of the note in the file, in hexadecimal digits; None if it has none."""
    with open(path, "rb") as file:
        data = file.read()
    note = struct.pack("<III", 4, 20, 3) + b"GNU\0"
    at = data.find(note)
    return data[at + len(note) : at + len(note) + 20].hex() if at >= 0 else None


def add(cell):
    directory = find_debug_directory()
    if directory is None:
        complain("no directory with debug information; use `set ariadne-debug DIRECTORY`")
        return None
    path = os.path.join(directory, cell.name + ".debug")
    if not os.path.exists(path):
        complain("no %s" % path)
        return None
    if build_id_of(path) != cell.build_id:
        complain("%s is of another build than the running cell; its names are left out" % path)
        return None
    words = ["add-symbol-file", '"%s"' % path]
    for name, place, _ in cell.sections:
        words += ["-s", name, "%#x" % place]
    gdb.execute(" ".join(words), False, True)
    return path


def remove(cell, path):
    if path is None:
        return
    try:
        gdb.execute("remove-symbol-file -a %#x" % cell.sections[0][1], False, True)
    except gdb.error:
        pass  # it was taken away by hand


def sync(address):
    """Makes GDB know exactly the cells of the table."""
    gdb.execute("set confirm off", False, True)
    cells = {cell.key(): cell for cell in read_table(address)}
    gone = [known.pop(key) for key in [key for key in known if key not in cells]]
    for cell, path in gone:
        remove(cell, path)
    # GDB keeps one reading of a file for all places where it is, and loses it with the first that goes.
    paths = {path for _, path in gone if path is not None}
    for key, (cell, path) in known.items():
        if path in paths:
            remove(cell, path)
            known[key] = (cell, add(cell))
    for key, cell in cells.items():
        if key not in known:
            known[key] = (cell, add(cell))
            follow(cell)


class Changed(gdb.Breakpoint):
    """Stops where the table was changed, and goes on."""

    def __init__(self, place):
        super().__init__("*%s" % place, type=gdb.BP_BREAKPOINT, internal=True)
        self.silent = True

    def stop(self):
        try:
            sync(address_of("$rdi"))
        except (gdb.error, gdb.GdbError) as problem:
            complain(str(problem))
        return False


within = []  # where the function begins in its section, behind what the compiler puts in front


def follow(cell):
    """nano_core's cells are replaced by loaded ones: the function to stop in is then that of the loaded cell."""
    places = [place for name, place, _ in cell.sections if name == ".text.%s" % CHANGED]
    if cell.name != "debugger_table" or not places:
        return
    if within:
        armed.append(Changed("%#x" % (places[0] + within[0])))
    else:  # the one that nano_core was linked with
        within.append(address_of("(unsigned long)&%s" % CHANGED) - places[0])


class AriadneCommand(gdb.Command):
    """Ariadne's cells: `ariadne cells` lists those that GDB knows, `ariadne sync` reads the table now."""

    def __init__(self):
        super().__init__("ariadne", gdb.COMMAND_DATA)

    def complete(self, text, word):
        return [verb for verb in ("cells", "sync") if verb.startswith(word or "")]

    def invoke(self, argument, from_tty):
        if argument == "cells":
            for cell, path in known.values():
                gdb.write("%-24s %#x %s\n" % (cell.name, cell.sections[0][1], path or "(no debug information)"))
        elif argument == "sync":
            sync(address_of("(unsigned long)&%s" % STATE))
        else:
            raise gdb.GdbError("usage: ariadne cells | ariadne sync")


AriadneCommand()


def arm(event=None):
    """The breakpoint can be set as soon as nano_core's symbols are there."""
    if not any(b.is_valid() for b in armed):
        try:
            gdb.parse_and_eval("&%s" % CHANGED)
        except gdb.error:
            return
        armed.append(Changed(CHANGED))


armed = []
gdb.events.new_objfile.connect(arm)
arm()
