#!/bin/bash
# The host tests, those of tests/loader too, call every exported function, and reach 85 % of the lines of every checked cell.
#
#   tests/build/coverage_test.sh [--write]     --write renews docs/results/coverage.md
#
# The full run compiles all host code anew with counters. The ordinary run, which has no time for that, only shows that
# the judgement itself finds what is missing. (tests/parsers looks at the readers of outside data in every run.)
. "$(dirname "$0")/workspace.bash"
cd "$repository" || exit
least=85

# judge REPORT CLASSES: prints a table; fails if a function was not called, a line too few reached, a checked cell not seen.
# CLASSES has a line "cells/GROUP/NAME CLASS" for each cell.
judge() {
    python3 - "$1" "$2" "$least" << 'END'
import collections, os, re, sys

report, classes, least = sys.argv[1], sys.argv[2], int(sys.argv[3])
classes = dict(line.split() for line in open(classes))
lines, uncalled = collections.defaultdict(dict), collections.defaultdict(set)

# Whether the public header declares it; HANDLE_FUNCTIONS declares T_release.
def exported(cell, function):
    header = "%s/%s.h" % (cell, os.path.basename(cell))
    text = open(header).read() if os.path.exists(header) else function
    return re.search(r"\b%s\b|\bHANDLE_FUNCTIONS\(%s\)" % (function, re.sub("_release$", "", function)), text)

cell = name = None
for record in open(report):
    key, _, value = record.strip().partition(":")
    if key == "SF":
        cell, name = value.rsplit("/", 1)
        if cell not in classes or "_test" in name:
            cell = None
    elif cell and key == "FNDA":
        count, function = value.split(",", 1)
        if count == "0" and ":" not in function and exported(cell, function):
            uncalled[cell].add(function)
    elif cell and key == "DA" and "_host." not in name:
        number, count = value.split(",")[:2]
        lines[cell][name, number] = int(count) > 0
failed = False
print("| cell | class | lines | reached | % |")
print("|---|---|---|---|---|")
for cell, kind in sorted(classes.items()):
    found, hit = len(lines[cell]), sum(lines[cell].values())
    if not found and kind == "core":
        print("| %s | core | on the host there is its double | | |" % cell.split("/", 1)[1])
    else:
        share = 100 * hit / found if found else 0
        print("| %s | %s | %d | %d | %.0f |" % (cell.split("/", 1)[1], kind, found, hit, share))
        if kind == "checked" and share < least:
            failed = True
            missed = sorted((name, int(number)) for (name, number), reached in lines[cell].items() if not reached)
            print("FAILED: %s: %.0f %% of its lines are reached, at least %d must be; not reached:" % (cell, share, least),
                  " ".join("%s:%d" % place for place in missed), file=sys.stderr)
    for function in sorted(uncalled[cell]):
        failed = True
        print("FAILED: %s: no test calls %s" % (cell, function), file=sys.stderr)
sys.exit(failed)
END
}

# The judgement itself, on a report made by hand.
report() { # report CALLS_OF_g REACHED_LINES_OF_20
    printf 'SF:cells/base/x/x.c\nFNDA:3,x_f\nFNDA:%d,x_g\nFNDA:0,x.c:helper\n' "$1"
    for ((line = 1; line <= 20; line++)); do
        echo "DA:$line,$((line <= $2))"
    done
    printf 'end_of_record\nSF:cells/base/x/x_test.cc\nFNDA:0,unused\nDA:1,0\nend_of_record\n'
}
echo "cells/base/x checked" > "$scratch/checked"
echo "cells/base/x core" > "$scratch/core"
judged() { # judged STATUS WORDS CALLS LINES CLASSES
    report "$3" "$4" > "$scratch/report"
    judge "$scratch/report" "$scratch/$5" > "$scratch/table" 2> "$scratch/log"
    [[ $? == "$1" ]] && grep -qF -- "$2" "$scratch/table" "$scratch/log"
}
check "what is called and reached is enough" judged 0 '| base/x | checked | 20 | 17 | 85 |' 1 17 checked
check "a function that no test calls is found" judged 1 'cells/base/x: no test calls x_g' 0 20 checked
check "lines that no test reaches are found" judged 1 'not reached: x.c:17 x.c:18 x.c:19 x.c:20' 1 16 checked
check "a core cell may have fewer" judged 0 '| base/x | core | 20 | 2 | 10 |' 1 2 core
{ cat "$scratch/checked"; echo "cells/base/y checked"; } > "$scratch/two"
check "a checked cell that the report does not know is found" judged 1 'cells/base/y: 0 % of its lines' 1 20 two

[[ ${ARIADNE_FULL:-} || ${1:-} == --write ]] || exit 0

for build in cells/*/*/BUILD; do
    class=$(sed -n 's/^    cell_class = "\(.*\)",$/\1/p' "$build" | head -n 1)
    [[ -z $class ]] || echo "${build%/BUILD} $class"
done > "$scratch/classes"
bazel coverage --noshow_progress //cells/... //tests/loader:refusals_test //tests/loader:memory_test > "$scratch/log" 2>&1 || give_up "bazel coverage" "$scratch/log"
check "every exported function is called, $least % of the lines of each checked cell are reached" \
    judge bazel-out/_coverage/_coverage_report.dat "$scratch/classes" > "$scratch/result"
cat "$scratch/result"
if [[ ${1:-} == --write ]]; then
    {
        echo "# Measured: what the host tests reach"
        echo
        echo "Made by \`tests/build/coverage_test.sh --write\`. At least $least % of the lines of every checked cell, and every"
        echo "exported function of every cell: \`tests/build/coverage_test.sh\` demands it in the full run."
        echo
        grep '^|' "$scratch/result"
    } > docs/results/coverage.md
fi
