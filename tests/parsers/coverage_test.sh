#!/bin/bash
# coverage_test.sh LEAST PROFDATA COV TEST... -- SOURCE...: the tests reach LEAST percent of the lines of each source.
set -euo pipefail
least=$1 profdata=$TEST_SRCDIR/$TEST_WORKSPACE/$2 cov=$TEST_SRCDIR/$TEST_WORKSPACE/$3
shift 3
tests=()
while [ "$1" != -- ]; do
	tests+=("$1")
	shift
done
shift
objects=()
for test in "${tests[@]}"; do
	LLVM_PROFILE_FILE=$TEST_TMPDIR/$(basename "$test").profraw "./$test" --gtest_brief=1 >"$TEST_TMPDIR/log" 2>&1 || {
		cat "$TEST_TMPDIR/log"
		exit 1
	}
	objects+=("${objects[@]:+-object}" "./$test")
done
"$profdata" merge -sparse -o "$TEST_TMPDIR/merged" "$TEST_TMPDIR"/*.profraw
"$cov" export -format=lcov -instr-profile="$TEST_TMPDIR/merged" "${objects[@]}" >"$TEST_TMPDIR/lcov"
# Every line that has code, once, whichever program ran it.
awk -v least="$least" -v wanted="$*" '
	BEGIN { count = split(wanted, sources, " "); for (i = 1; i <= count; i++) is_wanted[sources[i]] = 1 }
	/^SF:/ { source = substr($0, 4); known = source in is_wanted; next }
	known && /^DA:/ {
		split(substr($0, 4), field, ",")
		if (!((source, field[1]) in hits)) lines[source]++
		hits[source, field[1]] += field[2]
	}
	END {
		for (key in hits) if (hits[key] > 0) { split(key, part, SUBSEP); reached[part[1]]++ }
		printf "%-70s %6s %8s %7s\n", "source", "lines", "reached", "share"
		for (i = 1; i <= count; i++) {
			source = sources[i]
			share = lines[source] ? 100 * reached[source] / lines[source] : 0
			printf "%-70s %6d %8d %6.1f%%\n", source, lines[source], reached[source], share
			if (share < least) {
				failed = 1
				missed = ""
				for (key in hits) {
					split(key, part, SUBSEP)
					if (part[1] == source && hits[key] == 0) missed = missed " " part[2]
				}
				printf "FAILED: below %d%%; not reached:%s\n", least, missed
			}
		}
		exit failed
	}' "$TEST_TMPDIR/lcov"
