#!/bin/bash
# unpack_analysis.sh BASE_LOCK: fills the current folder, that of the external repository @analysis, with the newest clang
# at or above 22 that apt knows and with its clang-query. BASE_LOCK is the lock of @debian, from which libc and the other
# libraries under clang come.
#
# Debian updates this compiler, so its version is not locked. It only judges sources; no byte of the image comes from it, and
# its files are inputs of every analysis action, so another version analyses anew.
set -euo pipefail
# shellcheck source=platforms/fetch_packages.sh
. "$(dirname "$(readlink -f "$0")")/fetch_packages.sh"

oldest=22
newest=$(apt-cache pkgnames clang-tools- | sed -n 's/^clang-tools-\([0-9]\+\)$/\1/p' | sort -n | tail -n1)
((${newest:-0} >= oldest)) || complain "The analysis needs clang $oldest or newer, and apt knows ${newest:+only clang $newest}${newest:-none}." \
    "What to do: enable the suite bookworm-security, which carries it, and run 'apt-get update'."

packages=("clang-$newest" "clang-tools-$newest" "libclang-cpp$newest" "libllvm$newest" "libclang-common-$newest-dev")
apt-get download --print-uris "${packages[@]}" > uris.txt ||
    complain "apt knows clang $newest and cannot give all of: ${packages[*]}." "What to do: run 'apt-get update'."
while read -r _ file size sum; do
    version=${file#*_}
    version=${version%_*}
    echo "${file%%_*} ${version//%3a/:} $size ${sum#SHA256:}"
done < uris.txt > analysis.lock
base='libc6|libgcc-s1|libstdc\+\+6|zlib1g|liblzma5|libzstd1|libtinfo6|libffi8|libedit2|libz3-4|libxml2|libbsd0|libmd0|libicu72'
grep -E "^($base) " "$1" >> analysis.lock

root=$PWD/root
rm -rf "$root"
mapfile -t packages < <(cut -d" " -f1 analysis.lock)
fetch_packages analysis.lock "$root" "${packages[@]}"
collect_libraries "$root"
mkdir -p libexec bin lib/clang
cp -L "$root/usr/lib/llvm-$newest/bin"/{clang,clang-query} libexec/
prune_libraries
cp -rL "$root/usr/lib/llvm-$newest/lib/clang/$newest/include" lib/clang/
wrap_clang clang clang
wrap clang-query
grep -E "clang|llvm" analysis.lock > version.txt
rm -rf "$root" uris.txt
