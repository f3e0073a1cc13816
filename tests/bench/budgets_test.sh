#!/bin/bash
# budgets_test.sh QEMU IMAGE BUDGETS: no row costs more than its budget.
set -uo pipefail
qemu=$1 image=${2%.elf} budgets=$3

"$qemu" --image "$image" --memory 1024 --icount --timeout 600 --exec "bench boot heap loader memory sync task unwind" > "$TEST_TMPDIR/rows" || {
	cat "$TEST_TMPDIR/rows"
	echo "FAILED: bench failed" >&2
	exit 1
}
awk '
FILENAME == ARGV[1] { if ($1 == "BENCH") cost[$2] = $3; next }
/^[a-z]/ {
	rows++
	limit = NF > 2 ? $3 : $2
	words = $1 ": " cost[$1] " instructions of " $2 (NF > 2 ? ", ceiling " $3 : "")
	if (cost[$1] == "") { print "FAILED: no row " $1; failed = 1 }
	else if (cost[$1] > limit) { print "FAILED: " words; failed = 1 }
	else if (NF > 2 && cost[$1] <= $2) { print "FAILED: " words ": it keeps its budget now, remove the ceiling"; failed = 1 }
	else print words
}
END { exit failed || rows == 0 }' "$TEST_TMPDIR/rows" "$budgets"
