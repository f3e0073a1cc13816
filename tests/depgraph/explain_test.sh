#!/bin/bash
# explain_test.sh DEPGRAPH CELL.o CELL.debug OTHER.debug: what a symbol is in C, and how its types lie in memory, is told
# from the debug information that the build put aside, and only from that of the same build.
set -uo pipefail
depgraph=$1 object=$2 debug=$3 other=$4

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
echo passed
