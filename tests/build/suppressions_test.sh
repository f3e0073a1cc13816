#!/bin/bash
# Nothing outside cells/base/intralingual switches a check off. (The analysis refuses the same words cell by cell; this counts
# them in the whole tree: in headers that no cell includes, in nano_core, in tests of cells, in BUILD files.)
. "$(dirname "$0")/workspace.bash"
cd "$repository" || exit

switches='no_thread_safety_analysis|unsafe_buffer_usage|NOLINT|diagnostic (push|ignored|warning)|-Wno-|_Pragma|\<(TRUSTED_|ANALYSIS_|UNCHECKED_|CHECKED_CELL_)'

# suppressions PATH...: the lines that hold one of the words
suppressions() {
    git grep --untracked -nE "$switches" -- "$@" ':!cells/base/intralingual/intralingual.h' \
        ':!cells/base/intralingual/kill_points.h'
}

none() {
    ! suppressions cells nano_core
}
check "cells and nano_core hold 0 suppressions" none

# The pattern itself, on a file that holds each of them.
mkdir -p "$scratch/cells/x"
cat > "$scratch/cells/x/x.c" << 'END'
#pragma clang diagnostic ignored "-Wall"
#pragma clang unsafe_buffer_usage begin
__attribute__((no_thread_safety_analysis)) void f(void); // NOLINT
TRUSTED_ void g(void);
void h(void) ANALYSIS_(x);
END
all_found() {
    [[ $(cd "$scratch" && git init -q . && suppressions cells | wc -l) == 5 ]]
}
check "the pattern finds each kind" all_found
