#!/bin/bash
# explain_test.sh DEPGRAPH CELL.o CELL.debug OTHER.debug FORMAT.o FORMAT.debug: what a symbol is in C, how its types lie in
# memory, and at which line one cell uses another, is told from the debug information that the build put aside, and only
# from that of the same build.
set -uo pipefail
depgraph=$1 object=$2 debug=$3 other=$4 user_object=$5 user_debug=$6

die() {
	echo "FAILED: $1" >&2
	exit 1
}

# explain STATUS ARGUMENTS: output in $output
explain() {
	local wanted=$1 status
	shift
	output=$("$depgraph" explain "$@" 2>&1)
	status=$?
	printf '%s\n' "$output"
	[[ $status == "$wanted" ]] || die "exit status $status, expected $wanted: explain $*"
}

expect() {
	grep -qxE -- "$1" <<<"$output" || die "no line is: $1"
}

explain 0 --debug "$debug" text_next_word "$object"
expect 'prototype enum status text_next_word\(struct text \*rest, struct text \*word\);'
expect 'layout    struct text, 16 bytes \(offset, size, member\)'
expect ' +0 +8  const char \*start'
expect ' +8 +8  size_t length'
expect ' +enum status, 4 bytes'
expect ' +STATUS_OK = 0, STATUS_NO_MEMORY = 1, .*'
expect 'exporter  text \(base, [a-z]+\), from .*text\.o'
expect 'hash      [0-9a-f]{32}'

# Beside the object it is found without a word.
cp "$object" "$TEST_TMPDIR/text.o" && cp "$debug" "$TEST_TMPDIR/text.debug" || exit 1
explain 0 text_equal "$TEST_TMPDIR/text.o"
expect 'prototype int text_equal\(struct text a, struct text b\);'

explain 65 --debug "$other" text_equal "$object"
expect 'depgraph: .*: it is of another build than the cell'
explain 65 --debug "$object" text_equal "$object"
explain 65 --debug "$0" text_equal "$object"
expect 'depgraph: .*: its debug information cannot be read: .*'
head -c 3000 "$debug" > "$TEST_TMPDIR/short.debug"
explain 65 --debug "$TEST_TMPDIR/short.debug" text_equal "$object"

# A broken rule is shown at the line of the call.
echo 'forbid format -> text because "to see where"' > "$TEST_TMPDIR/rules"
cp "$user_object" "$TEST_TMPDIR/format.o" && cp "$user_debug" "$TEST_TMPDIR/format.debug" || exit 1
check() {
	output=$("$depgraph" check --partial --format github --rules "$TEST_TMPDIR/rules" "$@" 2>&1)
	printf '%s\n' "$output"
}
check "$TEST_TMPDIR/format.o" "$TEST_TMPDIR/text.o"
expect '::error file=cells/base/format/format\.c,line=[0-9]+,title=depgraph forbid::format depends on text: .*'
line=$(sed -n 's/.*,line=\([0-9]*\),.*/\1/p' <<<"$output")
sed -n "${line}p" cells/base/format/format.c | grep -q 'text_[a-z]*(' || die "line $line does not call a function of text"
# Not from another build; then only the rule is known.
check --debug "$other" "$TEST_TMPDIR/format.o" "$TEST_TMPDIR/text.o"
expect '::error file=.*/rules,line=1,title=depgraph forbid::format depends on text: .*'
echo passed
