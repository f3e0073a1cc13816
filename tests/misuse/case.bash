# shellcheck shell=bash
# Sourced by the tests of this directory: takes one program out of a file of many, and compares what is said of it.
#
# A file holds what all its programs share, then for each of them a line `// case NAME: DIAGNOSTIC` and its text. A line
# `//   and DIAGNOSTIC` behind it names one that the first cannot be had without.

work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/misuse.XXXXXX")
trap 'rm -rf "$work"' EXIT

# extract FILE CASE: writes the program to $work/misuse.c and its diagnostics to $work/expected. Line numbers stay those
# of FILE: what belongs to other cases becomes empty lines.
extract() {
	awk -v case="$2" '
		/^\/\/ case / { mine = ($3 == case ":"); if (mine) { sub(/^\/\/ case [a-z_]*: /, ""); print }; next }
		mine && /^\/\/   and / { sub(/^\/\/   and /, ""); print; next }
		{ mine = 0 }' "$1" >"$work/expected"
	[ -s "$work/expected" ] || { echo "FAILED: $1 has no case $2"; exit 1; }
	awk -v case="$2" '
		/^\/\/ case / { mine = ($3 == case ":"); many = 1; print ""; next }
		!many || mine { print; next }
		{ print "" }' "$1" >"$work/misuse.c"
}

# demand_refusal STATUS: the tool ended with STATUS and said $work/said. It must have refused the program for all of the
# reasons expected and for no other.
demand_refusal() {
	local expected
	cat "$work/said"
	[ "$1" = 1 ] || { echo "FAILED: status $1: not refused"; exit 1; }
	while read -r expected; do
		grep 'error: ' "$work/said" | grep -qF -- "$expected" || {
			echo "FAILED: refused, but not by: $expected"
			exit 1
		}
	done <"$work/expected"
	if grep 'error: ' "$work/said" | grep -vF -f "$work/expected"; then
		echo "FAILED: refused by something else too"
		exit 1
	fi
}
