#!/bin/bash
# Runs depgraph as cases.txt says and compares what it prints, and its exit status, with golden/NAME.txt.
#     golden_test.sh DEPGRAPH MAKE_CELLS [--update]
# With --update the golden files of the source tree (BUILD_WORKSPACE_DIRECTORY) are written instead.
set -u
here=$PWD/tests/depgraph
depgraph=$PWD/$1
make_cells=$PWD/$2
update=${3:-}
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/golden.XXXXXX")
unset BUILD_WORKING_DIRECTORY NO_COLOR
trap 'rm -rf "$work"' EXIT

cd "$work" || exit 1
for graph in small cyclic broken; do
	"$make_cells" archive "$here/$graph.txt" $graph.cpio || exit 1
done
mkdir -p objects bare/kernel
"$make_cells" bare "$here/cyclic.txt" bare/kernel || exit 1
"$make_cells" library "$here/small.txt" small.a || exit 1
head -c 4000 small.a > short.a
printf '!<arch>\n' > empty.a
"$make_cells" objects "$here/cyclic.txt" objects || exit 1
"$make_cells" iso "$here/small.txt" small.iso || exit 1
"$make_cells" plain-iso "$here/small.txt" plain.iso || exit 1
"$make_cells" archive "$here/small.txt" short.cpio && truncate -s 5000 short.cpio
head -c 40000 small.iso > short.iso
head -c 700 objects/heap.o > short.o
cp "$here/test.rules" test.rules
echo 'order base < hal because' > bad.rules
printf 'nothing\n' > text.txt
: > empty.o
"$depgraph" list -o small.json small.cpio && "$depgraph" list -o cyclic.json cyclic.cpio
head -c 900 small.json > short.json
sed 's/"version": 1/"version": 7/' small.json > version.json
sed 's/"type_hash": "../"type_hash": "zz/' small.json > hash.json
sed '/^cell old_codec/,$d; s/export log_add_sink.*/export log_flush f/; s/^import status_name.*//; s/state log_ring 4096/state log_ring 8192/' \
	"$here/small.txt" > changed.txt
printf '\ncell disk fs checked 700\nneeds heap 1\nimport heap_allocate heap status_of_heap_object_size\n' >> changed.txt
"$make_cells" archive changed.txt changed.cpio || exit 1
"$depgraph" check --rules test.rules --write-baseline cyclic.baseline cyclic.cpio
{ cat cyclic.baseline; echo 'order nobody -> nothing  '; } > stale.baseline
# what BUILD files and a running system would say of these cells
cat > declared.json <<-'END'
	{"format": "ariadne-depgraph", "version": 1, "cells": [
	{"name": "disk", "dependencies": [{"cell": "heap", "kinds": ["declared"]}]},
	{"name": "heap", "dependencies": [{"cell": "log", "kinds": ["declared"]}, {"cell": "status", "kinds": ["declared"]}]},
	{"name": "log", "dependencies": [{"cell": "serial_port", "kinds": ["declared"]}, {"cell": "status", "kinds": ["declared"]}]},
	{"name": "port_io"},
	{"name": "serial_port", "dependencies": [{"cell": "port_io", "kinds": ["declared"]}, {"cell": "status", "kinds": ["declared"]}]},
	{"name": "shell", "dependencies": [{"cell": "heap", "kinds": ["declared"]}, {"cell": "log", "kinds": ["declared"]}]},
	{"name": "status"}
	]}
END
sed -e 's/^\({"name": "heap", "dependencies": \[{[^}]*}\), {"cell": "status"[^}]*}/\1/' \
	-e 's/^{"name": "port_io"/&, "dependencies": [{"cell": "status", "kinds": ["declared"]}]/' declared.json > wrong.json
cat > live.json <<-'END'
	{"format": "ariadne-depgraph", "version": 1, "cells": [
	{"name": "heap", "imports": [{"symbol": "log_write"}, {"symbol": "status_name"}]},
	{"name": "log", "exports": [{"symbol": "log_write"}]},
	{"name": "status", "exports": [{"symbol": "status_name"}]}
	]}
END
mkdir -p source/cells/memory/heap source/cells/app/ring_d
printf '#include "cells/app/ring_e/ring_e.h"\n' > source/cells/app/ring_d/ring_d.c
printf '// log_flush\n\nvoid g(void)\n{\n\tputs("log_flush");\n\tlog_flush();\n}\n' > source/cells/memory/heap/write.c
printf '// comment\nint x; /* a\n b */ int y = RAW(p[1]);\n\nchar *s = "RAW(";\nvoid f(void) { __asm__("nop"); }\n' \
	> source/cells/memory/heap/heap.c
printf 'TEST(Heap, Raw) { RAW(1); }\n' > source/cells/memory/heap/heap_test.cc

passed=0 failed=0
while read -r name status arguments; do
	case $name in '' | '#'*) continue ;; esac
	# shellcheck disable=SC2086 # the arguments are words
	eval "set -- $arguments"
	"$depgraph" "$@" > got 2> err < /dev/null
	got_status=$?
	{ cat got; sed 's/^/stderr: /' err; echo "exit status $got_status"; } > all
	if [[ $update == --update ]]; then
		cp all "$BUILD_WORKSPACE_DIRECTORY/tests/depgraph/golden/$name.txt"
	elif [[ $got_status != "$status" ]]; then
		echo "FAILED $name: exit status $got_status, expected $status: depgraph $arguments"
		cat all
		failed=$((failed + 1))
	elif ! diff -u "$here/golden/$name.txt" all; then
		echo "FAILED $name: depgraph $arguments"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
done < "$here/cases.txt"
echo "$passed passed, $failed failed"
[[ $failed == 0 && ($passed -gt 0 || $update == --update) ]]
