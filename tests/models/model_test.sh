#!/bin/bash
# model_test.sh PROGRAM... -- MUTANT...: SPIN's programs, each of which visits every state of a model. The first must find no
# error; of the mutants each must find one. A search that a limit cut short is no search.
set -uo pipefail
expected=0 failed=0 checked=0
for program; do
    if [[ $program == -- ]]; then
        expected=1
        continue
    fi
    checked=$((checked + 1))
    (cd "$TEST_TMPDIR" && "$OLDPWD/$program" -m400000) > "$TEST_TMPDIR/output" 2>&1
    errors=$(sed -n 's/.*errors: \([0-9]*\).*/\1/p' "$TEST_TMPDIR/output")
    states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' "$TEST_TMPDIR/output")
    if [[ -z $errors ]] || grep -qE 'too small|limit|out of memory|aborting' "$TEST_TMPDIR/output"; then
        echo "FAILED: $(basename "$program"): not every state was visited:" >&2
        cat "$TEST_TMPDIR/output" >&2
        failed=1
    elif ((expected == 0 && errors > 0)); then
        echo "FAILED: $(basename "$program"): SPIN found an error:" >&2
        cat "$TEST_TMPDIR/output" >&2
        failed=1
    elif ((expected == 1 && errors == 0)); then
        echo "FAILED: $(basename "$program"): SPIN found nothing wrong in a protocol that lacks what it needs" >&2
        failed=1
    else
        echo "$(basename "$program"): $states states, $errors errors"
    fi
done
((checked > 0 && expected == 1)) || failed=1
exit $failed
