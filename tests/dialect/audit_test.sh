#!/bin/bash
# Asserts what the audit says of each piece of machine code in audit_cases.s.
#
#   audit_test.sh AUDIT OBJDUMP CLANG FILE
set -euo pipefail
audit=$1 objdump=$2 clang=$3 file=$4
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/audit.XXXXXX")
trap 'rm -rf "$work"' EXIT

failures=0
cases=0
judge() { # judge NAME CLASS VERDICT, on $work/NAME.s
	local status=0 words=${3#refused: }
	cases=$((cases + 1))
	"$clang" --target=x86_64-linux-gnu -c "$work/$1.s" -o "$work/$1.o"
	"$audit" --name "$1" --class "$2" --objdump "$objdump" "$work/$1.o" >"$work/said" 2>&1 || status=$?
	if [ "$3" = accepted ]; then
		[ $status = 0 ] && [ ! -s "$work/said" ] && return
	else
		[ $status = 1 ] && [ "$(wc -l <"$work/said")" = 1 ] && grep -qF -- "$words" "$work/said" && return
	fi
	failures=$((failures + 1))
	echo "FAILED: $1 ($2) must be $3; status $status:"
	cat "$work/said"
}

awk -v work="$work" '/^#case / { if (out) close(out); out = work "/" $2 ".s" } out { print > out }' "$file"
while read -r _ name class verdict; do
	judge "$name" "$class" "$verdict"
done < <(grep '^#case ' "$file")

# What cannot be read, and what is asked for wrongly.
ends_with() { # ends_with STATUS ARGUMENT...
	local wanted=$1 status=0
	shift
	"$audit" "$@" >"$work/said" 2>&1 || status=$?
	[ $status = "$wanted" ] && [ -s "$work/said" ] && return
	failures=$((failures + 1))
	echo "FAILED: cell_audit $* ended with $status, not $wanted:"
	cat "$work/said"
}
echo "no object" >"$work/text"
ends_with 65 --name x --class core --objdump "$objdump" "$work/text"
ends_with 65 --name x --class core --objdump "$objdump" "$work/missing"
ends_with 65 --name x --class core --objdump "$work/missing" "$work/text"
ends_with 64 --name x --class small --objdump "$objdump" "$work/text"
ends_with 64 --name x --objdump "$objdump" "$work/text"
ends_with 64 --name x --class core --objdump "$objdump" "$work/text" "$work/text"

echo "$cases cases, $failures failures"
[ "$cases" -gt 20 ] && [ $failures = 0 ]
