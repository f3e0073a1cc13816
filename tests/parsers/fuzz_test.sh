#!/bin/bash
# fuzz_test.sh RUNS PROGRAM: what a fuzzer thinks of, from a fixed beginning; RUNS inputs, or 200,000 in the full run.
set -euo pipefail
runs=$1 program=$2
[ -z "${ARIADNE_FULL:-}" ] || runs=200000
cd "$TEST_TMPDIR"
# Leaks are looked for at the end alone: the search after each input costs more than the input.
"$TEST_SRCDIR/$TEST_WORKSPACE/$program" -runs="$runs" -seed=1 -max_len=4096 -timeout=600 -rss_limit_mb=1024 \
	-detect_leaks=0 -print_final_stats=1 -verbosity=0 >log 2>&1 || {
	tail -n 60 log
	exit 1
}
tail -n 8 log
done=$(awk '/^stat::number_of_executed_units/ { print $2 }' log)
[ "${done:-0}" -ge "$runs" ] || {
	echo "FAILED: ${done:-no} inputs of $runs were tried"
	exit 1
}
