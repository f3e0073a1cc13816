#!/bin/bash
# What no check of the dialect sees, counted: the page of it, and the ceilings that it may not pass.
#
#   raw_operations.sh page COUNTS...                        prints docs/results/raw_operations.md
#   raw_operations.sh check CORE_CELLS RAW_LINES COUNTS...  fails if of 100 cells more than CORE_CELLS are core, or if
#                                                           1,000 lines hold more than RAW_LINES raw operations
#
# COUNTS are the files that analyse.sh writes, one for each cell.
set -euo pipefail
export LC_ALL=C

page() {
	cat <<'END'
# Measured: what no check sees

Made by `bazel build //:raw_operations && cp bazel-bin/raw_operations.md docs/results/`, from what the analysis of each cell
of the image counts. A raw operation is what a checked cell may not do: `RAW`, a cast between pointers and integers (so
`RAW_POINTER`) or between pointees, an assembly statement or an instruction of assembly, a copy of unchecked size. Lines are those with
code on them, headers included, tests and host doubles not. The test `//:raw_operations_test` holds the ceilings; they
may only fall.

| class | cells | lines | RAW | casts | assembly | copies | raw operations per 1,000 lines |
|---|---|---|---|---|---|---|---|
END
	awk 'function row(name, c) {
			printf "| %s | %d | %d | %d | %d | %d | %d | %.1f |\n", name, cells[c], lines[c], raw[c], casts[c], assembly[c], copies[c], \
				lines[c] ? (raw[c] + casts[c] + assembly[c] + copies[c]) * 1000 / lines[c] : 0
		}
		{
			split($2 " all", classes, " ")
			for (i in classes) {
				c = classes[i]
				cells[c]++; lines[c] += $3; raw[c] += $4; casts[c] += $5; assembly[c] += $6; copies[c] += $7
			}
		}
		END { row("core", "core"); row("checked", "checked"); row("foreign (the glue)", "foreign"); row("all", "all") }' "$@"
	cat <<'END'

The core cells:

| cell | lines | RAW | casts | assembly | copies | raw operations per 1,000 lines |
|---|---|---|---|---|---|---|
END
	awk '$2 == "core" { n = $4 + $5 + $6 + $7; printf "%d | %s | %d | %d | %d | %d | %d | %d |\n", n, $1, $3, $4, $5, $6, $7, $3 ? n * 1000 / $3 : 0 }' "$@" |
		sort -t'|' -k1,1nr -k2,2 | cut -d' ' -f2-
}

check() {
	local core_ceiling=$1 raw_ceiling=$2
	shift 2
	awk -v core_ceiling="$core_ceiling" -v raw_ceiling="$raw_ceiling" '
		{ cells++; core += $2 == "core"; lines += $3; raw += $4 + $5 + $6 + $7 }
		END {
			if (cells < 50 || lines < 5000) { print "FAILED: only " cells " cells with " lines " lines were counted"; exit 1 }
			printf "%.1f of 100 cells are core (ceiling %s); %.1f raw operations in 1,000 lines (ceiling %s)\n", core * 100 / cells, core_ceiling, raw * 1000 / lines, raw_ceiling
			if (core * 100 / cells > core_ceiling) { print "FAILED: too many core cells: make the new one checked"; exit 1 }
			if (raw * 1000 / lines > raw_ceiling) { print "FAILED: too many raw operations: see docs/dialect.md for what takes their place"; exit 1 }
			if (core * 100 / cells <= core_ceiling - 1 || raw * 1000 / lines <= raw_ceiling - 1)
				print "A ceiling can be lowered (BUILD)."
		}' "$@"
}

case ${1:-} in
page | check) "$@" ;;
*) sed -n '4,6p' "$0" >&2 && exit 64 ;;
esac
