#!/bin/bash
# The archive: what cellpack refuses, what it writes, and the map of nano_core in it.
. "$(dirname "$0")/harness.sh"

# cell NAME SYMBOL [TYPE [DEP SYMBOL-OF-DEP]]
cell() {
	local name=$1 symbol=$2 type=${3:-int} dep=${4:-} used=${5:-}
	source_file "$name" "$name.h" <<END
#pragma once
$type $symbol(void);
END
	source_file "$name" "$name.c" <<END
#include "cells/app/$name/$name.h"
${dep:+#include \"cells/app/$dep/$dep.h\"}
static __attribute__((section(".cell_state"), used)) int state_of_$name = 3;
$type $symbol(void) { return ($type)(state_of_$name++ ${used:+ + $used()}); }
END
	build "$name" ${dep:+"$dep"}
}
check "cells build" cell low low_get
check "cells build" cell high high_get int low low_get

check_status "packing" 0 "$CELLPACK" out/a.cpio out/high.o out/low.o
check_status "packing in another order" 0 "$CELLPACK" out/b.cpio out/low.o out/high.o
check "the order of the arguments does not matter" cmp out/a.cpio out/b.cpio
check_status "listing" 0 "$CELLPACK" list out/a.cpio
check "lists both cells and all symbols: $(cat out/output)" bash -c \
	"grep -qE '^high +$(stat -c %s out/high.o) bytes at +[0-9]+$' out/output && grep -qE '^low ' out/output &&
	 grep -qE '^2 cells, 2 symbols, $(stat -c %s out/a.cpio) bytes$' out/output"
offset=$(sed -nE 's/^high +[0-9]+ bytes at +([0-9]+)$/\1/p' out/output)
check "the data begin at a multiple of 16" [ $((offset % 16)) -eq 0 ]
check "and are the object" cmp -n "$(stat -c %s out/high.o)" -i "$offset:0" out/a.cpio out/high.o

refused() { # refused WHAT LINE ARGUMENTS...: packing must fail with a line that the pattern matches
	local what=$1 line=$2
	shift 2
	rm -f out/refused.cpio
	check_status "$what is refused" 1 "$CELLPACK" out/refused.cpio "$@"
	check "$what: the message; there is: $(cat out/output)" grep -qE "$line" out/output
	check "$what: nothing is written" [ ! -e out/refused.cpio ]
}
cp out/low.o out/copy.o
refused "a cell twice" '^out/low.o: error: two cells have the name low; the other is out/copy.o: rename one$' out/low.o out/copy.o
refused "a missing dependency" '^out/high.o: error: cell high depends on cell low, which is not in this archive$' out/high.o
refused "a missing export" '^out/high.o: error: cell high imports low_get of cell low, but no cell of this archive exports it$' out/high.o
mv out/low.exports out/low.exports.kept
check "cells build" cell rival low_get
refused "a symbol twice" '^out/rival.o: error: cells low and rival both export low_get: rename it in one of them$' \
	out/low.o out/rival.o out/high.o
rm out/rival.exports
check "cells build" cell low low_other
refused "an export that is gone" '^out/high.o: error: cell high imports low_get of cell low, but no cell' out/high.o out/low.o
refused "an export of another cell" '^out/high.o: error: cell high imports low_get of cell low, but cell rival exports it$' \
	out/high.o out/low.o out/rival.o
check "cells build" cell low low_get long
refused "another type" \
	'^out/high.o: error: type mismatch at low_get: cell high imports it with type hash [0-9a-f]{32}, cell low exports it with [0-9a-f]{32}: build both from the same source$' \
	out/high.o out/low.o
check "cells build" cell low low_get
check "building again gives the same object" cmp out/low.o out/copy.o
cp out/low.o out/changed.o
printf '\x90' | dd of=out/changed.o bs=1 seek=12 conv=notrunc status=none
refused "a changed object" '^out/changed.o: error: cell low was changed after it was finished: its build id does not fit$' out/changed.o
check_status "no object" 65 "$CELLPACK" out/refused.cpio cells/app/low/low.c
check_output "no object" "cells/app/low/low.c: error: offset 0: it is no ELF file"
check_status "no arguments" 64 "$CELLPACK"
check_status "no cells" 64 "$CELLPACK" out/refused.cpio
check_status "a list of no archive" 65 "$CELLPACK" list out/low.o

# nano_core.map, from a link like that of nano_core.
cat >link.lds <<'END'
SECTIONS {
	. = 0xffffffff80100000;
	.text : { *(.text .text.*) }
	.rodata : { *(.rodata .rodata.*) }
	.eh_frame : { *(.eh_frame) }
	.data : { *(.data .data.* .cell_state) }
	/DISCARD/ : { *(.ariadne.*) }
}
END
link() {
	"$LLD" -O0 --no-relax --no-gc-sections --icf=none --build-id=none -static -e high_get -T link.lds \
		-Map=out/link_map -o out/nano_core.elf "$@"
}
check "nano_core links" link out/low.o out/high.o
check_status "the map" 0 "$NANO_MAP" out/nano_core.map out/nano_core.elf out/link_map out/low.o out/high.o
check_status "the map, other order" 0 "$NANO_MAP" out/other.map out/nano_core.elf out/link_map out/high.o out/low.o
check "the order of the arguments does not matter" cmp out/nano_core.map out/other.map
check_status "packing with it" 0 "$CELLPACK" out/c.cpio --map out/nano_core.map out/high.o out/low.o
check_status "listing" 0 "$CELLPACK" list out/c.cpio
check "both are marked as static" [ "$(grep -c ', in nano_core too$' out/output)" -eq 2 ]
check_status "no changed byte brings a reader down" 0 "$CHANGED_ARCHIVE" out/c.cpio
refused "a map of cells that are not there" '^nano_core.map: error: cell high is linked into nano_core, but not in this archive$' \
	--map out/nano_core.map out/low.o
sed -i 's/state_of_high++/state_of_high--/' cells/app/high/high.c
check "the cell builds otherwise" build high low
refused "another object than the linked one" '^out/high.o: error: cell high is not the object that was linked into nano_core: link again$' \
	--map out/nano_core.map out/low.o out/high.o
check_status "a map of another object" 1 "$NANO_MAP" out/other.map out/nano_core.elf out/link_map out/low.o out/high.o
check "says which section differs: $(cat out/output)" grep -qE "^out/high.o: error: cell high: section .text.high_get .*(the link changed it|not in the linker's map)" out/output
check_status "an object that was not linked" 1 "$NANO_MAP" out/other.map out/nano_core.elf out/link_map out/copy.o
check "says so: $(cat out/output)" grep -q "^out/copy.o: error: cell low: section .text.low_get (.* bytes) is not in the linker's map" out/output
check_status "no map" 65 "$NANO_MAP" out/other.map out/nano_core.elf link.lds out/low.o
check_status "no arguments" 64 "$NANO_MAP"
finish
