#!/bin/bash
# Asserts how analyse.sh itself behaves: what it writes, and that it does not take a failure of its own for a sound cell.
#
#   analyse_test.sh ANALYSE CLANG QUERY RULES RAW_OPERATIONS
set -euo pipefail
analyse=$1 clang=$2 query=$3 rules=$4 raw_operations=$5
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

# What is counted of a core cell: comments and blank lines are no lines, and each kind of raw operation is known.
cat >"$work/raw.c" <<'END'
// RAW in a comment
#define RAW(expression) (expression)

int raw_all(int *p, unsigned long n);
int raw_all(int *p, unsigned long n)
{
	int first = RAW(*p);
	int *made = (int *)n;
	unsigned long place = (unsigned long)p; /* a cast, and
	a comment of two lines */
	const short *other = (const short *)p;
	__asm__ volatile("nop");
	__builtin_memcpy(p, &first, n);
	return *made + (int)place + *other;
}
END
printf '// a routine\n\n\t.text\nf:\n\tret // comes back\n' >"$work/raw.S"
ends_with 0 "" stamp --class core --counts "$work/counts" "${tools[@]}" --rules "$rules" "$work/raw.c" "$work/raw.S"
[ "$(cat "$work/counts")" = "sound core 15 1 3 2 1" ] || {
	failures=$((failures + 1))
	echo "FAILED: counted: $(cat "$work/counts")"
}

# The page of all counts, and the ceilings.
for number in {1..60}; do
	echo "c$number $([ "$number" -gt 15 ] && echo checked || echo core) 100 $((number == 1 ? 60 : 0)) 0 0 0"
done >"$work/all"
"$raw_operations" page "$work/all" >"$work/said"
grep -qxF '| all | 60 | 6000 | 60 | 0 | 0 | 0 | 10.0 |' "$work/said" && grep -qxF '| c1 | 100 | 60 | 0 | 0 | 0 | 600 |' "$work/said" || {
	failures=$((failures + 1))
	cat "$work/said"
}
ceilings() { # ceilings STATUS CORE RAW FILE
	local status=0
	"$raw_operations" check "$2" "$3" "$4" >"$work/said" 2>&1 || status=$?
	[ $status = "$1" ] && return
	failures=$((failures + 1))
	echo "FAILED: raw_operations.sh check $2 $3 ended with $status:"
	cat "$work/said"
}
ceilings 0 25 10 "$work/all"
ceilings 1 24 10 "$work/all"
ceilings 1 25 9 "$work/all"
head -n 20 "$work/all" >"$work/few"
ceilings 1 100 100 "$work/few"
[ $failures = 0 ]
