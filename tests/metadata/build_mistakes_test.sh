#!/bin/bash
# Each mistake that cellmeta finds stops the build with a message that names cells, symbols and the line to change.
. "$(dirname "$0")/harness.sh"

write_good() { # a sound set of cells: low <- middle <- high
	source_file low low.h <<'END'
#pragma once
#define LOW_LIMIT 7
struct low_item { int value; };
int low_get(void);
END
	source_file low low.c <<'END'
#include "cells/app/low/low.h"
int low_get(void) { return 3; }
END
	source_file middle middle.h <<'END'
#pragma once
#include "cells/app/low/low.h"
int middle_get(struct low_item *item);
END
	source_file middle middle.c <<'END'
#include "cells/app/middle/middle.h"
int middle_get(struct low_item *item) { return low_get() + item->value; }
END
	source_file high high.h <<'END'
#pragma once
int high_get(void);
END
	source_file high high.c <<'END'
#include "cells/app/high/high.h"
#include "cells/app/middle/middle.h"
int high_get(void) { return middle_get(0); }
END
	build low && build middle low && build high middle && mkdir good && cp -r cells out good
}

good() { # back to that set
	rm -rf cells out/*.exports
	cp -r good/cells .
	cp good/out/*.exports out/
}

refused() { # refused WHAT LINE CELL DEP...: building the cell must fail with that line
	local what=$1 line=$2
	shift 2
	check_status "$what is refused" 1 build "$@"
	check_output "$what: the message" "$line"
	check "$what: nothing is left" [ ! -e "out/$1.o" ]
	rm -f out/*.o
}

check "the sound cells build" write_good
rm -f out/*.o

refused "a symbol without its dependency" \
	'cells/app/middle/BUILD: error: cell middle uses low_get of cell low without depending on it: add "//cells/app/low" to deps' middle

sed -i 's/return middle_get(0)/return middle_get(0) + nobody_knows_me()/; 3i int nobody_knows_me(void);' cells/app/high/high.c
refused "a symbol that no cell exports" \
	'cells/app/high/BUILD: error: cell high uses nobody_knows_me, which no cell below it exports: add the cell that does to deps, or define it' \
	high middle

good
refused "a dependency of which nothing is used" \
	'cells/app/high/BUILD: error: cell high depends on cell low and uses nothing of it: remove "//cells/app/low" from deps' high middle low
sed -i '3i #include "cells/app/low/low.h"' cells/app/high/high.c
refused "a dependency that is included, but not used" \
	'cells/app/high/BUILD: error: cell high depends on cell low and uses nothing of it: remove "//cells/app/low" from deps' high middle low
refused "a header that no dependency offers" \
	'cells/app/high/high.c:3: error: cell high includes cells/app/low/low.h of cell low without depending on it: add "//cells/app/low" to deps in cells/app/high/BUILD' \
	high middle
good
sed -i 's/return middle_get(0)/return middle_get(0) + (int)sizeof(struct low_item) + LOW_LIMIT/' cells/app/high/high.c
refused "a type and a macro that come in through another cell's header" \
	'cells/app/high/BUILD: error: cell high uses LOW_LIMIT, low_item of cell low without depending on it: add "//cells/app/low" to deps' \
	high middle
good
sed -i '3i #include "cells/app/low/low.h"' cells/app/high/high.c
# ... but a macro or a type is a use.
sed -i 's/return middle_get(0)/return middle_get(0) + LOW_LIMIT/' cells/app/high/high.c
check "a macro is a use" build high middle low
"$CELLMETA" print out/high.o >out/output
check_output "of kind header" "  depends   low                      header"
sed -i 's/LOW_LIMIT/(int)sizeof(struct low_item)/' cells/app/high/high.c
check "a type is a use" build high middle low
"$CELLMETA" print out/high.o >out/output
check_output "of kind type" "  depends   low                      type"
check_output "and a symbol is one of kind link" "  depends   middle                   link"
rm -f out/high.o

good
sed -i '$a int high_extra(void) { return 1; }' cells/app/high/high.c
refused "a global that the public header does not declare" \
	'cells/app/high/high.h: error: cell high defines the global symbol high_extra, which cells/app/high/high.h does not declare: make it static, mark it INTERNAL in a private header, or declare it there' \
	high middle
good
cat >cells/app/high/high_internal.h <<'END'
__attribute__((visibility("hidden"))) int high_extra(void);
END
sed -i '2i #include "cells/app/high/high_internal.h"' cells/app/high/high.c
sed -i '$a int high_extra(void) { return 1; }' cells/app/high/high.c
check "a function that is INTERNAL is no export" build high middle
check "and is local in the object" bash -c "! '$READELF' -sW out/high.o | grep high_extra | grep -q GLOBAL"
rm -f out/high.o
sed -i '/int high_extra(void) {/d; s/return middle_get(0)/return middle_get(0) + high_extra()/' cells/app/high/high.c
refused "an INTERNAL function that nobody defines" \
	'cells/app/high/high.h: error: cell high: high_extra is INTERNAL, but no file of the cell defines it' high middle

good
sed -i 's/^int high_get.*/static int calls;\nint high_get(void) { return middle_get(0) + calls++; }/' cells/app/high/high.c
refused "a writable static that is no declared state" \
	'cells/app/high/high.c: error: cell high: calls (4 bytes, section .bss.calls) is writable and no declared state: make it const, or declare it "static CELL_STATE" or "static CELL_STATE_ZERO"' \
	high middle
sed -i 's/^static int calls;/static int calls = 5;/' cells/app/high/high.c
refused "a writable static with a first value" \
	'cells/app/high/high.c: error: cell high: calls (4 bytes, section .data.calls) is writable and no declared state: make it const, or declare it "static CELL_STATE" or "static CELL_STATE_ZERO"' \
	high middle
sed -i 's/^static int calls = 5;/static _Thread_local int calls;/' cells/app/high/high.c
refused "a thread-local variable" \
	'cells/app/high/high.c: error: cell high: calls is thread-local, which cells cannot be: declare it as state' high middle
sed -i 's/^static _Thread_local int calls;/int calls __attribute__((section(".cell_state")));/' cells/app/high/high.c
sed -i '$a extern int calls;' cells/app/high/high.h
refused "state that is global" \
	'cells/app/high/high.h: error: cell high: the state variable calls is global: make it static, or mark it INTERNAL' high middle

good
sed -i '$a __attribute__((weak)) int high_get(void);' cells/app/high/high.h
refused "a weak symbol" \
	'cells/app/high/high.h: error: cell high: high_get is weak; a symbol has one definition, in one cell' high middle

good
sed -i 's/return middle_get(0)/static __attribute__((section(".cell_state"), used)) int n; return middle_get(0) + n++/' cells/app/high/high.c
cat >cells/app/high/more.c <<'END'
#include "cells/app/high/high.h"
static __attribute__((section(".cell_state"), used)) int count;
int high_more(void) { return count++; }
END
sed 's/more/again/' cells/app/high/more.c >cells/app/high/again.c
printf 'int high_more(void);\nint high_again(void);\n' >>cells/app/high/high.h
refused "two state variables of one name" \
	'cells/app/high/more.c: error: cell high has two state variables named count: rename one' high middle

good
cat >>cells/app/high/high.c <<'END'
asm(".section .rodata.short,\"a\",@progbits\n.short middle_get\n");
END
refused "a relocation that the loader does not support" \
	'cells/app/high/high.h: error: cell high: section .rodata.short, offset 0x0: relocation R_X86_64_16 against middle_get is none that the loader supports (R_X86_64_64, PC32, PLT32, 32, 32S): compile with the flags of //platforms:flags.bzl' \
	high middle

good
sed -i 's/^int high_get/int low_get(void) { return 2; }\nint high_get/' cells/app/high/high.c
sed -i '$a int low_get(void);' cells/app/high/high.h
refused "a symbol that a cell below exports too" \
	'cells/app/high/high.h: error: cell high exports low_get, and so does cell low (cells/app/low), on which it depends: rename one' high middle

good
INIT=high_start refused "an entry symbol that is not there" \
	'cells/app/high/BUILD: error: cell high: its init = "high_start" is no function that it exports: define it and declare it in cells/app/high/high.h' \
	high middle
INIT=high_get check "an entry symbol that is there" build high middle
rm -f out/high.o

# One run shows all mistakes.
good
sed -i 's/^int high_get.*/static int calls;\nint high_get(void) { return middle_get(0) + calls++; }/' cells/app/high/high.c
sed -i '$a int high_extra(void) { return 1; }' cells/app/high/high.c
check_status "three mistakes are refused" 1 build high low
check "with all their messages: $(cat out/messages)" [ "$(grep -c ': error: cell high' out/messages)" -ge 4 ]
finish
