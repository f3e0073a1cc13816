#!/bin/bash
# Asserts that one program is refused by the analysis, for the reason stated and for no other.
#
#   refused.sh ANALYSE CLANG QUERY RULES FILE CASE
#
# FILE holds what all its programs share, then for each of them a line `// case NAME: DIAGNOSTIC` and its text.
set -euo pipefail
analyse=$1 clang=$2 query=$3 rules=$4 file=$5 case=$6
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/misuse.XXXXXX")
trap 'rm -rf "$work"' EXIT

# The diagnostic of the case, and those that it cannot be had without (`//   and DIAGNOSTIC`, on the lines that follow).
awk -v case="$case" '
	/^\/\/ case / { mine = ($3 == case ":"); if (mine) { sub(/^\/\/ case [a-z_]*: /, ""); print } ; next }
	mine && /^\/\/   and / { sub(/^\/\/   and /, ""); print; next }
	{ mine = 0 }' "$file" >"$work/expected"
[ -s "$work/expected" ] || { echo "$file has no case $case"; exit 1; }
# Line numbers stay those of FILE: what belongs to other cases becomes empty lines.
awk -v case="$case" '/^\/\/ case / { mine = ($3 == case ":"); shared = 1; print ""; next } !shared || mine { print; next } { print "" }' \
	"$file" >"$work/misuse.c"

status=0
"$analyse" --stamp "$work/stamp" --cell misuse --class checked --clang "$clang" --query "$query" --rules "$rules" \
	"$work/misuse.c" >"$work/said" 2>&1 || status=$?
cat "$work/said"
if [ $status != 1 ] || [ -e "$work/stamp" ]; then
	echo "FAILED: refused.sh: status $status, not refused"
	exit 1
fi
while read -r expected; do
	if ! grep ' error: ' "$work/said" | grep -qF -- "$expected"; then
		echo "FAILED: refused, but not by: $expected"
		exit 1
	fi
done <"$work/expected"
if grep ' error: ' "$work/said" | grep -vF -f "$work/expected"; then
	echo "FAILED: refused by something else too"
	exit 1
fi
