#!/bin/bash
# Every public header of a cell can be used alone, in C by the kernel's and by the analysis compiler, and in C++ by a host test.
. "$(dirname "$0")/workspace.bash"
cd "$repository" || exit

base=$(bazel info output_base 2> /dev/null) || give_up "bazel info"
[[ -e $base/external/debian/BUILD.bazel && -e $base/external/analysis/BUILD.bazel ]] ||
    bazel build @debian//:all @analysis//:all > "$scratch/log" 2>&1 || give_up "the external repositories" "$scratch/log"
clang=$base/external/debian/bin/clang analysis=$base/external/analysis/bin/clang
sysroot=$base/external/debian/sysroot
flags=(-iquote . -fsyntax-only -Wall -Wextra -Werror)
kernel=(--target=x86_64-linux-gnu -std=gnu2x -ffreestanding -nostdlibinc)
host=(--target=x86_64-linux-gnu --sysroot="$sysroot" -resource-dir "$sysroot/clang" -x c++ -std=gnu++20 -nostdinc++
    -isystem "$sysroot/usr/include/c++/12" -isystem "$sysroot/usr/include/x86_64-linux-gnu/c++/12")

# compiles HEADER COMPILER FLAG...
compiles() {
    local header=$1
    shift
    # twice, and then something behind it: a header that ends in the middle of a declaration takes that in
    printf '#include "%s"\n#include "%s"\ntypedef int behind_it;\nextern behind_it after;\n' "$header" "$header" > "$scratch/user.c"
    "$@" "${flags[@]}" "$scratch/user.c" > "$scratch/log" 2>&1 || {
        head -n 10 "$scratch/log"
        return 1
    }
}
headers=0
while IFS= read -r build; do
    cell=$(dirname "$build")
    header=$cell/$(basename "$cell").h
    headers=$((headers + 1))
    check "$header in C" compiles "$header" "$clang" "${kernel[@]}"
    check "$header in C, for the analysis" compiles "$header" "$analysis" "${kernel[@]}"
    check "$header in C++" compiles "$header" "$clang" "${host[@]}"
done < <(git ls-files --cached --others --exclude-standard 'cells/*/*/BUILD')
check "there are headers ($headers)" test "$headers" -ge 30

# The audit follows no call to a function that does not return; it knows those of other cells by name.
while read -r name; do
    check "tools/cell_audit knows that $name does not return" grep -q "\"$name\"" tools/cell_audit/code_graph.c
done < <(git grep -hE --untracked '^__attribute__\(\(.*noreturn.*[a-z_]+\([^()]*\);' -- 'cells/*.h' | grep -v COMPILER_SUPPORT_SYMBOL |
    sed -E 's/.*[ *]([a-z_]+)\([^()]*\);.*/\1/')
