#!/bin/bash
# Asserts that the analysis refuses one program, for the reason stated and for no other.
#
#   refused.sh ANALYSE CLANG QUERY RULES FILE CASE CLASS
set -euo pipefail
. tests/misuse/case.bash
analyse=$1 clang=$2 query=$3 rules=$4
extract "$5" "$6"
status=0
"$analyse" --stamp "$work/stamp" --cell misuse --class "$7" --clang "$clang" --query "$query" --rules "$rules" \
	"$work/misuse.c" >"$work/said" 2>&1 || status=$?
[ ! -e "$work/stamp" ] || { echo "FAILED: a stamp was written"; exit 1; }
demand_refusal $status
