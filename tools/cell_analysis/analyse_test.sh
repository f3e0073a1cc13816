#!/bin/bash
# Asserts how analyse.sh itself behaves: what it writes, and that it does not take a failure of its own for a sound cell.
#
#   analyse_test.sh ANALYSE CLANG QUERY RULES
set -euo pipefail
analyse=$1 clang=$2 query=$3 rules=$4
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/analyse.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/a+b (c)"
printf 'int sound(void);\nint sound(void)\n{\n\treturn 1;\n}\n' >"$work/a+b (c)/sound.c"
sed 's/return 1/static int n;\n\treturn n++/' "$work/a+b (c)/sound.c" >"$work/a+b (c)/spill.c"

failures=0
# ends_with STATUS WORDS STAMP ARGUMENT...: STAMP is "stamp" or "none"
ends_with() {
	local wanted=$1 words=$2 stamp=$3 status=0
	shift 3
	rm -f "$work/stamp"
	"$analyse" --stamp "$work/stamp" --cell sound "$@" >"$work/said" 2>&1 || status=$?
	local written=none
	[ ! -e "$work/stamp" ] || written=stamp
	[ $status = "$wanted" ] && [ $written = "$stamp" ] && { [ -z "$words" ] || grep -qF -- "$words" "$work/said"; } && return
	failures=$((failures + 1))
	echo "FAILED: analyse.sh $*: status $status, $written, said:"
	cat "$work/said"
}
tools=(--clang "$clang" --query "$query")
ends_with 0 "" stamp --class checked "${tools[@]}" --rules "$rules" "$work/a+b (c)/sound.c"
[ "$(cat "$work/stamp")" = analysed ] || failures=$((failures + 1))
ends_with 0 "" stamp --class core "${tools[@]}" --rules "$rules"
ends_with 1 "[undeclared-state]" none --class checked "${tools[@]}" --rules "$rules" "$work/a+b (c)/spill.c"
ends_with 1 "[undeclared-state]" none --class core "${tools[@]}" --rules "$rules" "$work/a+b (c)/sound.c" "$work/a+b (c)/spill.c"
ends_with 0 "" stamp --class foreign "${tools[@]}" --rules "$rules" "$work/a+b (c)/spill.c"

# Rules that cannot be read, that are not there, tools that are not there.
{ cat "$rules" && printf '#rule broken core checked: x\nm nothingOfThatName().bind("broken")\n'; } >"$work/broken"
ends_with 1 "nothingOfThatName" none --class checked "${tools[@]}" --rules "$work/broken" "$work/a+b (c)/sound.c"
: >"$work/empty"
ends_with 1 "has no rule for class checked" none --class checked "${tools[@]}" --rules "$work/empty" "$work/a+b (c)/sound.c"
ends_with 1 "cannot read the tokens" none --class checked --clang "$work/missing" --query "$query" --rules "$rules" "$work/a+b (c)/sound.c"
ends_with 1 "missing" none --class checked --clang "$clang" --query "$work/missing" --rules "$rules" "$work/a+b (c)/sound.c"
ends_with 64 "--stamp OUT" none --class small "${tools[@]}" --rules "$rules" "$work/a+b (c)/sound.c"
ends_with 64 "--stamp OUT" none --class checked "${tools[@]}" "$work/a+b (c)/sound.c"
[ $failures = 0 ]
