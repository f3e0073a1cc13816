#!/bin/bash
# compare_test.sh COMPARE ELF CELLS VMLINUZ INITRAMFS: the table of both systems, with heap and module only.
set -uo pipefail
compare=$1
shift
table=$("$compare" --files "$@" --quick)
status=$?
printf '%s\n' "$table"
[ "$status" = 0 ] || { echo "FAILED: status $status" >&2; exit 1; }
for row in boot malloc_free_64 heap_threadtest_1t heap_shbench_1t module_load module_unload; do
	# name, Linux, Ariadne, ratio
	grep -qE "^$row +[0-9,]+ +[0-9,]+ +[0-9]+\.[0-9]{2}$" <<<"$table" || { echo "FAILED: no row $row of both" >&2; exit 1; }
done
