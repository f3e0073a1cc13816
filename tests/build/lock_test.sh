#!/bin/bash
# A wrong hash and a missing version in a lock, a damaged package in the cache and a line of another form stop the build
# with a message that says which package, what was expected, what was found and what to do. tools/relock renews the lock.
. "$(dirname "$0")/workspace.bash"

workspace=$scratch/workspace
copy_repository "$workspace"
lock=$workspace/platforms/packages.lock

# A cache of this test, so that it can be damaged: links to the packages that are there.
real_cache=${ARIADNE_PACKAGE_CACHE:-$HOME/.cache/ariadne/packages}
export ARIADNE_PACKAGE_CACHE=$scratch/packages
mkdir "$ARIADNE_PACKAGE_CACHE"
find "$real_cache" -name '*.deb' -exec ln -s -t "$ARIADNE_PACKAGE_CACHE" {} +

read -r _ version _ sum < <(grep '^libmd0 ' "$lock")
wrong=$(printf '0%.0s' {1..64})

# refuses WORDS SED_SCRIPT PATTERN...: the build with a changed lock fails, and each pattern is in what it says
refuses() {
    local words=$1 change=$2 log=$scratch/log
    shift 2
    cp "$repository/platforms/packages.lock" "$lock"
    sed -i "$change" "$lock"
    check "$words: the build fails" fails_to "$log"
    local pattern
    for pattern in "$@"; do
        check "$words: says '$pattern'" grep -qF -- "$pattern" "$log" || tail -n 20 "$log"
    done
}
target=@debian//:clang
fails_to() {
    ! bazel_in "$workspace" "$scratch/base" build --noshow_progress "$target" > "$1" 2>&1
}

refuses "wrong hash" "/^libmd0 /s/$sum/$wrong/" \
    "package libmd0 $version has a wrong hash" "expected $wrong" "got      $sum" "tools/relock"

refuses "missing version" "/^libmd0 /s/ $version / 99.0-1 /; /^libmd0 /s/$sum/$wrong/" \
    "package libmd0: the lock wants version 99.0-1, apt has: $version" "tools/relock"

refuses "malformed line" 's/^libmd0 .*/libmd0 somewhere/' \
    "not a line of the form 'package version size sha256': libmd0 somewhere"

target=@xxhash//:all
refuses "third-party source that is not locked" '/^libxxhash-dev /d' \
    "does not list package libxxhash-dev" "platforms/packages.txt" "tools/relock"
sed -i 's#usr/include/xxhash.h#usr/include/xxhsah.h#' "$workspace/WORKSPACE"
refuses "a file that the package does not hold" '' \
    "package libxxhash-dev holds no file usr/include/xxhsah.h" "usr/include/xxhash.h"
cp "$repository/WORKSPACE" "$workspace/"
target=@debian//:clang

damaged=$ARIADNE_PACKAGE_CACHE/$sum.deb
cp --remove-destination "$(readlink -f "$damaged")" "$damaged"
printf 'X' | dd of="$damaged" bs=1 seek=1000 conv=notrunc status=none
refuses "damaged package in the cache" '' "package libmd0 $version has a wrong hash" "expected $sum" "$damaged"

# The same of the lock for npm's registry.
npm_lock=$workspace/platforms/npm.lock
read -r _ npm_version integrity < <(grep '^svg-pan-zoom ' "$npm_lock")
find "$real_cache" -name '*.tgz' -exec cp -t "$ARIADNE_PACKAGE_CACHE" {} +
refuses_npm() {
    local words=$1 change=$2
    shift 2
    cp "$repository/platforms/npm.lock" "$npm_lock"
    sed -i "$change" "$npm_lock"
    npm_fails() {
        ! bazel_in "$workspace" "$scratch/base" build --noshow_progress @npm//:page_libraries > "$scratch/log" 2>&1
    }
    check "npm, $words: the build fails" npm_fails
    local pattern
    for pattern in "$@"; do
        check "npm, $words: says '$pattern'" grep -qF -- "$pattern" "$scratch/log" || tail -n 20 "$scratch/log"
    done
}
refuses_npm "wrong hash" "/^svg-pan-zoom /s#sha512-....#sha512-AAAA#" \
    "npm package svg-pan-zoom $npm_version has a wrong hash" "expected sha512-AAAA" "got      $integrity"
refuses_npm "missing version" '/^svg-pan-zoom /s# [0-9.]* # 99.0.1 #; /^svg-pan-zoom /s#sha512-....#sha512-AAAA#' \
    "Cannot get the npm package svg-pan-zoom 99.0.1"
refuses_npm "malformed line" 's/^svg-pan-zoom .*/svg-pan-zoom latest/' \
    "not a line of the form 'name version sha512-...': svg-pan-zoom latest"
damaged=$ARIADNE_PACKAGE_CACHE/$(base64 -d <<< "${integrity#sha512-}" | od -An -v -tx1 | tr -d ' \n').tgz
printf 'X' | dd of="$damaged" bs=1 seek=1000 conv=notrunc status=none
refuses_npm "damaged package in the cache" '' "npm package svg-pan-zoom $npm_version has a wrong hash" "expected $integrity" "$damaged"

renew() {
    : > "$lock"
    "$workspace/tools/relock" > "$scratch/log" 2>&1 && diff "$repository/platforms/packages.lock" "$lock"
}
check "tools/relock makes the committed lock anew" renew
