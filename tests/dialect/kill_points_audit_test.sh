#!/bin/bash
# Asserts that the audit finds a kill point in every loop of loop_shapes.c at every level of optimization, and that it
# misses them when they are not there.
#
#   kill_points_audit_test.sh AUDIT OBJDUMP CLANG FILE FLAG...
set -euo pipefail
audit=$1 objdump=$2 clang=$3 file=$4
shift 4
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/audit.XXXXXX")
trap 'rm -rf "$work"' EXIT

for level in -O0 -Og -O1 -O2 -O3 -Os; do
	"$clang" "$@" $level -DLOOP_SHAPES=loop_shapes -include cells/base/intralingual/kill_points.h -iquote . -c "$file" \
		-o "$work/with.o"
	"$audit" --name loops --class checked --objdump "$objdump" "$work/with.o"

	"$clang" "$@" $level -DLOOP_SHAPES=loop_shapes -Wno-dangling-else -iquote . -c "$file" -o "$work/without.o"
	status=0
	"$audit" --name loops --class checked --objdump "$objdump" "$work/without.o" 2>"$work/said" || status=$?
	missing=$(grep -c 'has no kill point' "$work/said")
	[ $status = 1 ] && [ "$missing" -ge 15 ] || {
		echo "FAILED: at $level, without kill points, status $status and $missing loops reported"
		exit 1
	}
	# Other classes may loop as they like.
	"$audit" --name loops --class core --objdump "$objdump" "$work/without.o"
done
