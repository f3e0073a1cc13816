#!/bin/bash
# Asserts that the programs of a file, as the sources of one cell of CLASS, pass analysis, compiler and audit.
#
#   accepted.sh ANALYSE ANALYSIS_CLANG QUERY RULES AUDIT OBJDUMP CLANG FILE CLASS FLAG...
set -euo pipefail
. tests/misuse/case.bash
analyse=$1 analysis_clang=$2 query=$3 rules=$4 audit=$5 objdump=$6 clang=$7
cp "$8" "$work/misuse.c"
class=$9
shift 9
# As the cell rule does it: kill points for all but core cells; foreign source by the compiler's own opinion.
[ "$class" = core ] || set -- "$@" -include cells/base/intralingual/kill_points.h
[ "$class" != foreign ] || set -- "$@" -w
"$analyse" --stamp "$work/stamp" --cell misuse --class "$class" --clang "$analysis_clang" --query "$query" \
	--rules "$rules" "$work/misuse.c"
[ "$(cat "$work/stamp")" = analysed ]
for level in -O0 -Og -O1 -O2 -O3 -Os; do
	"$clang" "$@" $level -DIMPLEMENTS_misuse=1 -DCELL_NAME=\"misuse\" -iquote . \
		-c "$work/misuse.c" -o "$work/misuse.o"
	"$audit" --name misuse --class "$class" --objdump "$objdump" "$work/misuse.o"
done
