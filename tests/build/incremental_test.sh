#!/bin/bash
# What is built again after a change, counted from the log of executed actions:
#   nothing changed                  no action
#   a function's body in one cell    at most 8 actions, all of that cell but packing and the ISO; 2 more for a cell in nano_core
#   a comment line in a .c file      that cell's own actions, none after them
. "$(dirname "$0")/workspace.bash"

workspace=$scratch/workspace base=$scratch/base
copy_repository "$workspace"
read -r -a shared < <(shared_repositories)

# build OPTION...: builds the image; the executed actions are in $scratch/actions
build() {
    bazel_in "$workspace" "$base" build --noshow_progress "${shared[@]}" "$@" \
        --execution_log_json_file="$scratch/execution" //image:ariadne > "$scratch/log" 2>&1 || give_up "the build failed" "$scratch/log"
    executed "$scratch/execution" > "$scratch/actions"
}
# Actions run for real from here on; the first build may take them from the cache.
rebuild() {
    build --disk_cache=
}
count() {
    wc -l < "$scratch/actions"
}
at_most() {
    (($(count) > 0 && $(count) <= $1)) || {
        echo "$(count) actions:"
        cat "$scratch/actions"
        return 1
    }
}
# only_of CELL PATTERN: every action's first output lies in the cell's package or matches the pattern
only_of() {
    ! grep -vE " bazel-out/[^/]+/bin/$1/| bazel-out/[^/]+/bin/($2)" "$scratch/actions"
}
image_sum() {
    sha256sum < "$workspace/bazel-bin/image/ariadne.iso"
}

# change_body FILE: puts a statement that the compiler must keep into the first function of the file
change_body() {
    python3 - "$1" << 'END'
import re, sys
text = open(sys.argv[1]).read()
changed = re.sub(r"(?m)^([a-z][^;{}=#]*\)[ \n]\{\n)", r"\1\tvolatile int changed = 1;\n\t(void)changed;\n", text, count=1)
assert changed != text, "no function found in " + sys.argv[1]
open(sys.argv[1], "w").write(changed)
END
}

build
rebuild
check "nothing changed: no action runs" [ "$(count)" = 0 ] || cat "$scratch/actions"

loaded=cells/console/line_history static=cells/sync/spinlock
before=$(image_sum)
change_body "$workspace/$loaded/${loaded##*/}.c"
rebuild
check "a body in $loaded: at most 8 actions" at_most 8
check "a body in $loaded: actions of that cell, packing, ISO" only_of "$loaded" 'image/'
check "a body in $loaded: the image is another" [ "$(image_sum)" != "$before" ]

before=$(image_sum)
change_body "$workspace/$static/${static##*/}.c"
rebuild
check "a body in $static, part of nano_core: at most 10 actions" at_most 10
check "a body in $static: actions of that cell, nano_core, packing, ISO" only_of "$static" 'image/|nano_core/'
check "a body in $static: nano_core is linked again" grep -q ' bazel-out/[^ ]*/nano_core/' "$scratch/actions"
check "a body in $static: the image is another" [ "$(image_sum)" != "$before" ]

for cell in "$loaded" "$static"; do
    before=$(image_sum)
    sed -i '1i // A comment that says nothing.' "$workspace/$cell/${cell##*/}.c"
    rebuild
    check "a comment in $cell: at most 6 actions" at_most 6
    check "a comment in $cell: the cell's own actions only" only_of "$cell" 'none'
    check "a comment in $cell: the image is the same" [ "$(image_sum)" = "$before" ]
done
