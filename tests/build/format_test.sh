#!/bin/bash
# Every C and C++ source has the form that .clang-format says, as Debian 12's clang-format writes it.
. "$(dirname "$0")/workspace.bash"
cd "$repository" || exit

mapfile -t sources < <(git ls-files '*.c' '*.h' '*.cc')
check "there are sources to look at" [ "${#sources[@]}" -ge 100 ]

formatted() {
    clang-format --dry-run --Werror "$@"
}
check "${#sources[@]} sources are formatted (else: clang-format -i FILE)" formatted "${sources[@]}"

# The check itself, on a file that is not.
cp .clang-format "$scratch/"
printf 'int  f( void ){return 0;}\n' > "$scratch/unformatted.c"
refused() {
    ! formatted "$scratch/unformatted.c" 2> "$scratch/log"
}
check "a file in another form is refused" refused
