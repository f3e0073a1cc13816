#!/bin/bash
# What README.md and docs/first_cell.md tell a newcomer to type works as they say: the tutorial is followed to the letter in a copy
# of the repository, plain Bazel runs the image, and with compile_commands.json a compiler finds every header.
. "$(dirname "$0")/workspace.bash"

workspace=$scratch/workspace base=$scratch/base cell=cells/app/command_greet
copy_repository "$workspace"
cd "$workspace" || exit
read -r -a shared < <(shared_repositories)
# For tools that call Bazel themselves.
{
    echo "startup --output_base=$base --max_idle_secs=60"
    printf 'build %s\n' "${shared[@]}"
} > .bazelrc.user
echo "$workspace" > "$base.workspace"
output_bases+=("$base")

# says WORDS COMMAND...: the command succeeds and prints the words; fails_with: it fails and does
says() {
    local words=$1
    shift
    "$@" > "$scratch/log" 2>&1 && grep -qE -- "$words" "$scratch/log" || explain "$words"
}
fails_with() {
    local words=$1
    shift
    ! "$@" > "$scratch/log" 2>&1 && grep -qE -- "$words" "$scratch/log" || explain "$words"
}
explain() {
    echo "not as expected, or not said: $1"
    tail -n 20 "$scratch/log"
    return 1
}
# told LINE: the tutorial says to type it
told() {
    grep -qxF -- "    $1" docs/first_cell.md || give_up "docs/first_cell.md no longer says: $1"
}

told "tools/new_cell app command_greet"
check "the scaffold" says "wrote $cell" tools/new_cell app command_greet

# The files as the tutorial shows them: each code block behind a line that ends with `NAME`: or names BUILD.
python3 - "$cell" << 'END' || give_up "docs/first_cell.md has not the blocks that this test knows"
import re, sys
cell = sys.argv[1]
text = open("docs/first_cell.md").read()
for name in ("command_greet.h", "command_greet.c", "command_greet_test.cc"):
    block = re.search(r"`%s`:\n\n```\w+\n(.*?)```" % re.escape(name), text, re.S).group(1)
    open("%s/%s" % (cell, name), "w").write(block)
dependencies = re.search(r"`BUILD`[^`]*:\n\n```python\n(.*?)```", text, re.S).group(1)
build = open(cell + "/BUILD").read()
changed = re.sub(r"    deps = \[[^]]*\],\n", dependencies, build)
assert changed != build
open(cell + "/BUILD", "w").write(changed)
END
told "bazel test //cells/app/command_greet:command_greet_test"
check "its host test passes" says 'command_greet_test +PASSED|PASSED in' bazel test "//$cell:command_greet_test"

sed -i "s#^    cells = \[#&\n        \"//$cell\",#" image/BUILD
told 'tools/run --exec "greet world; cells"'
check "it greets" says '^Hello, world\.$' tools/run --exec "greet world; cells"
check "it was loaded by that" grep -qE '^command_greet +checked ' "$scratch/log"

told "bazel run //tools/depgraph -- draw --focus command_greet bazel-bin/image/ariadne.cells.cpio -o greet.svg"
check "the graph is drawn" says '' bazel run //tools/depgraph -- draw --focus command_greet bazel-bin/image/ariadne.cells.cpio -o greet.svg
check "the cell is in the picture" grep -q 'command_greet' greet.svg

sed -i "s#^    deps = \[#&\n        \"//$cell\",#" cells/base/text/BUILD
check "a cycle is refused" fails_with 'cycle in dependency graph' bazel build //cells/base/text
cp "$repository/cells/base/text/BUILD" cells/base/text/
cp "$cell/BUILD" "$scratch/greet"
sed -i '/"\/\/cells\/base\/text",/d' "$cell/BUILD"
check "a dependency left out is named" fails_with "command_greet.c:[0-9]+:[0-9]+: error: .*does not depend on .*'cells/base/text/text.h'" \
    bazel build "//$cell"
cp "$scratch/greet" "$cell/BUILD"

check "bazel run //image:qemu" says '^hello$' bazel run //image:qemu -- --exec "echo hello"
check "bazel run //tools/depgraph" says '^shell ' bazel run //tools/depgraph -- list bazel-bin/image/ariadne.cells.cpio

check "tools/compile_commands" says '^compile_commands.json: [0-9]{3,} sources$' tools/compile_commands //cells/... //tools/...
compiles_all() {
    python3 - "${shared[0]#*debian=}/bin/clang" "${ARIADNE_FULL:+1}" << 'END'
import json, subprocess, sys
entries = json.load(open("compile_commands.json"))
# The full run tries all, the ordinary one some and those that want headers from elsewhere.
some = [entry for at, entry in enumerate(entries) if at % 20 == 0 or '#include "external/' in open(entry["file"]).read()]
for entry in entries if sys.argv[2] else some:
    arguments = entry["arguments"]
    done = subprocess.run([sys.argv[1], *arguments[1:], "-fsyntax-only"], cwd=entry["directory"], stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(entry["file"] + "\n" + done.stderr[:2000])
END
}
check "a compiler finds every header by compile_commands.json" compiles_all
