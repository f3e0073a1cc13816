#!/bin/bash
# Asserts that the programs of a file, as the sources of one checked cell, pass analysis, compiler and audit.
#
#   accepted.sh ANALYSE ANALYSIS_CLANG QUERY RULES AUDIT OBJDUMP CLANG FILE FLAG...
set -euo pipefail
. tests/misuse/case.bash
analyse=$1 analysis_clang=$2 query=$3 rules=$4 audit=$5 objdump=$6 clang=$7
cp "$8" "$work/misuse.c"
shift 8
"$analyse" --stamp "$work/stamp" --cell misuse --class checked --clang "$analysis_clang" --query "$query" \
	--rules "$rules" "$work/misuse.c"
[ "$(cat "$work/stamp")" = analysed ]
for level in -O0 -Og -O1 -O2 -O3 -Os; do
	"$clang" "$@" $level -DIMPLEMENTS_misuse=1 -include cells/base/intralingual/kill_points.h -iquote . \
		-c "$work/misuse.c" -o "$work/misuse.o"
	"$audit" --name misuse --class checked --objdump "$objdump" "$work/misuse.o"
done
