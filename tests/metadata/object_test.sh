#!/bin/bash
# What a finished object is: verified, printed, the same whatever its comments say, and refused when it was damaged.
. "$(dirname "$0")/harness.sh"

source_file below below.h <<'END'
#pragma once
int below_get(void);
END
source_file below below.c <<'END'
#include "cells/app/below/below.h"
int below_get(void) { return 3; }
END
source_file ring ring.h <<'END'
#pragma once
// What a ring holds.
int ring_get(int (*choose)(int));
int ring_set(int value);
extern const unsigned ring_limit;
END
source_file ring ring.c <<'END'
#include "cells/app/ring/ring.h"
#include "cells/app/below/below.h"
#include "cells/app/ring/ring_internal.h"
static __attribute__((section(".bss.cell_state"), used)) int items[4];
const unsigned ring_limit = 4;
int ring_shift(int value) { return value + 1; }
int ring_get(int (*choose)(int)) { return items[choose(below_get()) & 3]; }
int ring_set(int value) { return items[ring_shift(value) & 3] = value; }
END
source_file ring ring_internal.h <<'END'
#pragma once
__attribute__((visibility("hidden"))) int ring_shift(int value);
END
check "the cells build" build below
VERSION=1.2.3 CLASS=checked INIT=ring_set check "the cells build" build ring below

check_status "print" 0 "$CELLMETA" print out/ring.o
id=$(sed -n 's/^  build id  //p' out/output)
cp out/output out/plain
sed -E 's/[0-9a-f]{40}/ID/; s/[0-9a-f]{32}/HASH/' out/plain >out/output
check "print shows all there is: $(cat out/output)" diff out/output - <<'END'
cell ring 1.2.3 (checked, group app)
  summary   A cell for tests
  build id  ID
  init      ring_set
  depends   below                    link
  exports   HASH function ring_get
  exports   HASH object   ring_limit
  exports   HASH function ring_set
  imports   HASH below_get of below
  state     HASH items, 16 bytes
END
check_status "print --json" 0 "$CELLMETA" print --json out/ring.o out/below.o
sed -E 's/[0-9a-f]{40}/ID/; s/[0-9a-f]{32}/HASH/' out/output >out/json
check "print --json shows all there is: $(cat out/json)" diff out/json - <<'END'
[
 {
  "file": "out/ring.o",
  "name": "ring",
  "group": "app",
  "version": "1.2.3",
  "class": "checked",
  "trusted": false,
  "summary": "A cell for tests",
  "build_id": "ID",
  "init": "ring_set",
  "exit": "",
  "dependencies": [
    {"name": "below", "kinds": ["link"]}],
  "exports": [
    {"name": "ring_get", "kind": "function", "type_hash": "HASH"},
    {"name": "ring_limit", "kind": "object", "type_hash": "HASH"},
    {"name": "ring_set", "kind": "function", "type_hash": "HASH"}],
  "imports": [
    {"name": "below_get", "cell": "below", "type_hash": "HASH"}],
  "state": [
    {"name": "items", "size_bytes": 16, "type_hash": "HASH"}]},
 {
  "file": "out/below.o",
  "name": "below",
  "group": "app",
  "version": "0.1.0",
  "class": "core",
  "trusted": true,
  "summary": "A cell for tests",
  "build_id": "ID",
  "init": "",
  "exit": "",
  "dependencies": [],
  "exports": [
    {"name": "below_get", "kind": "function", "type_hash": "HASH"}],
  "imports": [],
  "state": []}
]
END

check_status "verify" 0 "$CELLMETA" verify out/ring.o out/below.o
"$READELF" -sW out/ring.o >out/symbols
check "the internal function is local" grep -qE "FUNC +LOCAL .* ring_shift$" out/symbols
check "kCFI's prefixes are local" bash -c "grep -q '__cfi_ring_get' out/symbols && ! grep '__cfi_' out/symbols | grep -q GLOBAL"
check "kCFI's type ids are gone" bash -c "! grep -q __kcfi_typeid_ out/symbols"
"$READELF" -SW out/ring.o >out/sections
check "no debug information and no trap table is left" bash -c "! grep -qE '\.debug_|\.kcfi_traps' out/sections"
check "the metadata take no memory" grep -qE "\.ariadne\.cell +PROGBITS +0+ [0-9a-f]+ [0-9a-f]+ 00 +0 +0" out/sections
"$READELF" -n out/ring.debug >out/notes
check "the debug information carries the build id $id" grep -q "$id" out/notes
"$READELF" -SW out/ring.debug >out/sections
check "and is there" grep -q '\.debug_info' out/sections

# The object depends on the code alone.
digest() { sha256sum "out/ring.o" "out/ring.exports" | cut -d' ' -f1 | tr '\n' ' '; }
before=$(digest)
rebuild() { VERSION=1.2.3 CLASS=checked INIT=ring_set build ring below; }
sed -i '1i // A comment that moves every line.' cells/app/ring/ring.c cells/app/ring/ring.h
check "it builds with a comment" rebuild
check "a comment changes nothing" [ "$(digest)" = "$before" ]
sed -i 's/return value + 1/return value + 2/' cells/app/ring/ring.c
check "it builds with a changed body" rebuild
check "a changed body changes the object, not the exports" \
	[ "$(digest | cut -d' ' -f1)" != "${before%% *}" -a "$(digest | cut -d' ' -f2)" = "$(cut -d' ' -f2 <<<"$before")" ]
there=$PWD
mkdir elsewhere
cp -r cells elsewhere/
mkdir elsewhere/out
cp out/below.exports elsewhere/out/
before=$(digest)
cd elsewhere
check "it builds in another folder" rebuild
check "the folder changes nothing" [ "$(digest)" = "$before" ]
check "nor its debug information" cmp out/ring.debug "$there/out/ring.debug"
cd "$there"

# Damage.
metadata_offset=$((16#$("$READELF" -SW out/ring.o | sed -nE 's/.*\.ariadne\.cell +PROGBITS +[0-9a-f]+ ([0-9a-f]+).*/\1/p')))
damage() { # damage WHAT OFFSET BYTE LINE: verify must refuse the object and say the line
	cp out/ring.o out/damaged.o
	printf "\\x$3" | dd of=out/damaged.o bs=1 seek="$2" conv=notrunc status=none
	check_status "$1" 65 "$CELLMETA" verify out/damaged.o
	check_output "$1" "$4"
}
damage "another magic" $metadata_offset 00 "out/damaged.o: error: offset $metadata_offset: cell section: the magic is not ARIACELL"
damage "another class" $((metadata_offset + 36)) 00 \
	"out/damaged.o: offset $((metadata_offset + 16)): error: the build id is not that of the contents: the file was changed after it was finished"
damage "an unknown class" $((metadata_offset + 36)) 07 "out/damaged.o: error: offset $metadata_offset: cell section: class 7 does not exist"
damage "no ELF file" 0 00 "out/damaged.o: error: offset 0: it is no ELF file"
damage "another machine" 18 03 "out/damaged.o: error: offset 4: it is no 64-bit little-endian ELF file for x86_64"
damage "no object" 16 02 "out/damaged.o: error: offset 16: it is no relocatable object"
cp out/ring.o out/damaged.o
"$OBJCOPY" --redefine-sym ring_get=ring_got out/damaged.o
check_status "a renamed export" 65 "$CELLMETA" verify out/damaged.o
check "is seen from both sides: $(cat out/output)" bash -c \
	"grep -q 'the metadata list ring_get among the exports, but the symbol table does not' out/output &&
	 grep -q 'ring_got is missing among the exports of the metadata' out/output"
cp out/ring.o out/damaged.o
"$OBJCOPY" --globalize-symbol=ring_shift out/damaged.o
check_status "an internal symbol that is global" 65 "$CELLMETA" verify out/damaged.o
check "names it: $(cat out/output)" grep -q "ring_shift is internal to the cell and should be local" out/output
cp out/ring.o out/damaged.o
"$OBJCOPY" --add-symbol=ring_more=.text.ring_get:0,global,function out/damaged.o
check_status "an export that the metadata do not list" 65 "$CELLMETA" verify out/damaged.o
check "names it: $(cat out/output)" grep -q "ring_more is missing among the exports of the metadata" out/output
check_status "an object without metadata" 65 "$CELLMETA" verify out/ring.merged.o
check_output "an object without metadata" "out/ring.merged.o: error: offset 0: it has no section .ariadne.cell"
check_status "no such file" 65 "$CELLMETA" print out/none.o
check_output "no such file" "out/none.o: error: No such file or directory"
for arguments in "" "print" "verify" "print --json" "unknown" "derive --name" "derive --nonsense x" "seal x"; do
	check_status "wrong use: $arguments" 64 "$CELLMETA" $arguments
done

# No file of the right size brings the tools down: every byte of it changed, cut off anywhere.
size=$(stat -c %s out/ring.o)
for ((at = 0; at < size; at += 61)); do
	cp out/ring.o out/damaged.o
	printf '\xff' | dd of=out/damaged.o bs=1 seek="$at" conv=notrunc status=none
	status=0
	"$CELLMETA" verify out/damaged.o >out/output 2>&1 || status=$?
	[[ $status -eq 65 || ($status -eq 0 && $(cmp out/ring.o out/damaged.o && echo same) == same) ]] ||
		check "byte $at changed: status $status, $(cat out/output)" false
	head -c "$at" out/ring.o >out/damaged.o
	status=0
	"$CELLMETA" verify out/damaged.o >out/output 2>&1 || status=$?
	[[ $status -eq 65 ]] || check "cut off at $at: status $status, $(cat out/output)" false
done
finish
