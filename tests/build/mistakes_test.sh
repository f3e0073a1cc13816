#!/bin/bash
# A mistake in a cell stops `bazel build` of that cell with words that say what to change, and a cell as tools/new_cell writes it
# has none. What each tool says of each mistake in detail is tested beside the tool; here each is tried through the cell rule.
. "$(dirname "$0")/workspace.bash"

workspace=$scratch/workspace base=$scratch/base cell=cells/app/mistake
copy_repository "$workspace"
read -r -a shared < <(shared_repositories)

in_workspace() {
    bazel_in "$workspace" "$base" "$@" --noshow_progress "${shared[@]}" > "$scratch/log" 2>&1
}
cd "$workspace" || exit
tools/new_cell app mistake > "$scratch/log" || give_up "tools/new_cell" "$scratch/log"
cp -r "$cell" "$scratch/sound"

check "a cell as tools/new_cell writes it builds" in_workspace build "//$cell" || tail -n 20 "$scratch/log"
check "and its test passes" in_workspace test "//$cell:mistake_test" || tail -n 20 "$scratch/log"
check "tools/new_cell refuses a name that is taken" bash -c '! tools/new_cell base mistake' 2> /dev/null

# refused WHAT WORDS [TARGET]: the changed cell must not build, and the words must be said
refused() {
    check "$1" stops "$2" "${3:-//$cell}"
    rm -rf "$cell" cells/base/mistake
    cp -r "$scratch/sound" "$cell"
}
stops() {
    if in_workspace build "$2"; then
        echo "it builds"
        return 1
    fi
    grep -qE -- "$1" "$scratch/log" || {
        echo "not said: $1"
        tail -n 25 "$scratch/log"
        return 1
    }
}
# body TEXT: replaces what the cell's function does; before TEXT: puts lines in front of it
body() {
    sed -i "/^{/,/^}/d" "$cell/mistake.c"
    printf '{\n\t(void)a;\n\t(void)b;\n\t(void)c;\n%s\n}\n' "$1" >> "$cell/mistake.c"
}
before() {
    sed -i "/^uint32_t mistake_largest/i $1" "$cell/mistake.c"
}

rm "$cell/mistake.h"
refused "a cell without its header" 'cell mistake has no header: write cells/app/mistake/mistake.h'

rm "$cell/mistake_test.cc"
refused "a cell without its test" 'cell mistake has no host test: write cells/app/mistake/mistake_test.cc'

sed -i 's/cell_class = "checked"/cell_class = "trusted"/' "$cell/BUILD"
refused "a class that there is not" 'cell mistake: cell_class is "trusted"; it must be one of'

sed -i '/^uint32_t mistake_largest/i const char *status_name(enum status status);' "$cell/mistake.h"
before 'const char *status_name(enum status status) { return status ? "bad" : "good"; }'
refused "a symbol that another cell exports" \
    'cells/app/mistake/mistake.h: error: cell mistake exports status_name, and so does cell status \(cells/base/status\)'

before '__attribute__((noreturn)) void panic(const char *format, ...);'
body '	panic("lost");'
refused "a symbol of a cell that is no declared dependency" \
    'cells/app/mistake/BUILD: error: cell mistake uses panic of cell panic without depending on it: add "//cells/base/panic" to deps'

sed -i 's#deps = \["//cells/base/intralingual"\]#deps = ["//cells/base/intralingual", "//cells/base/text"]#' "$cell/BUILD"
refused "a dependency of which nothing is used" \
    'cells/app/mistake/BUILD: error: cell mistake depends on cell text and uses nothing of it: remove "//cells/base/text" from deps'

sed -i '2i #include "cells/base/text/text.h"' "$cell/mistake.c"
refused "a header that no dependency offers" 'mistake.c:2.*cells/base/text/text.h'

before 'static uint32_t calls;'
body '	return ++calls;'
refused "a writable static that is no declared state" \
    'cells/app/mistake/mistake.c:[0-9:]+ error: a swap would lose it; declare it CELL_STATE or CELL_STATE_ZERO, or make it const \[undeclared-state\]'

body '	__asm__ volatile("cli");
	return a;'
refused "inline assembly in a checked cell" 'cells/app/mistake/mistake.c:[0-9:]+ error: .*only core cells speak to the processor.*\[inline-assembly\]'

body '	volatile uint32_t *place = (volatile uint32_t *)(uintptr_t)a;
	return *place;'
refused "an integer-to-pointer cast in a checked cell" 'cells/app/mistake/mistake.c:[0-9:]+ error: an address is not a right to memory.*\[pointer-from-integer\]'

before '#undef for'
body '	uint32_t n = 0;
	for (; a > 1; a = a % 2 ? 3 * a + 1 : a / 2)
		n++;
	return n;'
refused "a loop without a kill point" 'cell mistake: the loop at mistake_largest\+0x[0-9a-f]+ has no kill point'

before 'static void noted(const int *n) { (void)*n; }'
before 'struct steps { uint32_t (*step)(uint32_t); };'
body '	__attribute__((cleanup(noted))) int n = 3;
	const struct steps all[1] = {};
	return AT(all, a).step(b);'
refused "a call through a pointer without its check" 'cell mistake: mistake_largest\+0x[0-9a-f]+: a call through a pointer without its kCFI check'

sed -i 's/cell_class = "checked"/cell_class = "core"/' "$cell/BUILD"
before '__asm__(".section .rodata.short,\\"a\\",@progbits; .short mistake_largest; .text");'
refused "a relocation that the loader does not apply" 'cell mistake: section .rodata.short, offset 0x0: relocation R_X86_64_16'

sed -i 's/cell_class = "checked"/cell_class = "core"/' "$cell/BUILD"
before '__asm__(".text; mistake_bare: ret");'
refused "a function without an unwind table" 'cell mistake: mistake_bare\+0x0: no unwind table covers it'

sed -i 's/cell_class = "checked"/cell_class = "foreign"/' "$cell/BUILD"
refused "a foreign cell without its wrapper" 'cell mistake is foreign: say in cells/app/mistake/BUILD which one cell may use it'

sed -i 's#deps = \["//cells/base/intralingual"\]#deps = ["//cells/base/intralingual", "//cells/base/xxhash"]#' "$cell/BUILD"
refused "a foreign cell used past its wrapper" \
    'cells/app/mistake/BUILD: cell mistake depends on xxhash, which is foreign and for its wrapper checksum alone: remove "//cells/base/xxhash" from deps'

before 'enum status mistake_try(void);'
before 'enum status mistake_try(void) { return STATUS_OK; }'
body '	mistake_try();
	return a;'
refused "a status that nobody looks at" 'ignoring return value of'

before 'HANDLE(lot) { uint32_t number; };'
before 'HANDLE_FUNCTIONS(lot)'
before 'void lot_release(struct lot *lot) { lot->number = 0; }'
body '	OWN(lot, lot);
	lot_fill(\&lot, (struct lot){a});
	lot_drop(\&lot);
	lot_drop(\&lot);
	return a;'
sed -i 's/\\&/\&/g' "$cell/mistake.c"
refused "a handle that is dropped twice" "releasing lot 'lot' that was not held"

sed -i 's#"//image:__pkg__"#"//visibility:public"#' "$cell/BUILD"
cp -r "$cell" cells/base/mistake
sed -i 's#cells/app/mistake#cells/base/mistake#' cells/base/mistake/mistake.c cells/base/mistake/mistake_test.cc
mkdir two
cat > two/BUILD << 'END'
load("//image:image.bzl", "image")

image(
    name = "two",
    cells = [
        "//cells/app/mistake",
        "//cells/base/mistake",
    ],
    grub_cfg = "//image:grub.cfg",
    nano_core = "//nano_core:elf",
)
END
refused "two cells of one name" 'two cells have the name mistake: //cells/[a-z]+/mistake and //cells/[a-z]+/mistake; rename one' //two
