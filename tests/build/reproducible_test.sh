#!/bin/bash
# Every object, the archive, nano_core and the ISO have the same SHA-256 whoever builds them, wherever and whenever. Three
# variations are built, none of which takes anything from another one's cache:
#
#   here   this repository, its own output base and settings
#   there  another path and output base, time zone, locale, umask 077, one job
#   away   another path and output base, eight jobs and, where root allows, another user and another host name
. "$(dirname "$0")/workspace.bash"

# digests WORKSPACE FILE: "SHA256 NAME" of everything of the kernel that was built, sorted by name
digests() {
    (cd "$1" && find bazel-out/*-ST-*/bin bazel-out/*/bin/image ! -type d -regextype posix-extended \
        -regex '.*\.(o|a|elf|cpio|iso|debug|exports|map|json)' -exec sha256sum -- {} +) | LC_ALL=C sort -k2 > "$2"
}

(cd "$repository" && bazel build --noshow_progress //image:ariadne) > "$scratch/log" 2>&1 ||
    give_up "the build here failed" "$scratch/log"
digests "$repository" "$scratch/here"

workspace=$scratch/there
copy_repository "$workspace"
(
    umask 077
    export TZ=Asia/Kolkata LC_ALL=C.UTF-8
    bazel_in "$workspace" "$scratch/base-there" build --noshow_progress --disk_cache= --jobs=1 //image:ariadne
) > "$scratch/there.log" 2>&1 &
there=$!
children+=("$there")
output_bases+=("$scratch/base-there") # the subshell could not say so

# The user needs a home, a package cache that can be written, and a path that can be walked.
away=$scratch/away/a/longer/path
workspace=$away/workspace
mkdir -p "$away/packages"
copy_repository "$workspace"
cp -r "${ARIADNE_PACKAGE_CACHE:-$HOME/.cache/ariadne/packages}/." "$away/packages/"
as_other=()
if [[ $(id -u) == 0 ]]; then
    chmod 755 "$scratch"
    chown -R nobody: "$scratch/away"
    as_other=(unshare --uts sh -c 'hostname labyrinth && exec setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"' sh)
else
    echo "not root: variation 'away' has the same user and host name"
fi
(
    cd "$workspace" || exit
    export HOME=$away USER=other TZ=America/St_Johns LC_ALL=C ARIADNE_PACKAGE_CACHE=$away/packages
    umask 022
    "${as_other[@]}" bazel --output_user_root="$away/bazel" --output_base="$away/base" build --noshow_progress --disk_cache= --jobs=8 \
        //image:ariadne
    status=$?
    "${as_other[@]}" bazel --output_user_root="$away/bazel" --output_base="$away/base" shutdown
    exit "$status"
) > "$scratch/log" 2>&1 || give_up "the build away failed" "$scratch/log"
digests "$workspace" "$scratch/away.digests"
wait "$there" || give_up "the build there failed" "$scratch/there.log"
digests "$scratch/there" "$scratch/there.digests"

enough() {
    [[ $(grep -c '\.o$' "$scratch/there.digests") -ge 30 ]] && grep -q 'cells.cpio$' "$scratch/there.digests" &&
        grep -q 'image/ariadne.elf$' "$scratch/there.digests" && grep -q 'image/ariadne.iso$' "$scratch/there.digests"
}
same_here() {
    local different
    different=$(LC_ALL=C comm -13 <(LC_ALL=C sort "$scratch/here") <(LC_ALL=C sort "$scratch/there.digests"))
    [[ -z $different ]] || {
        echo "not the same here:"
        head -n 20 <<< "$different"
        return 1
    }
}
check "at least 30 objects, the archive, nano_core and the ISO are compared" enough
check "there and away are the same, file by file" diff "$scratch/there.digests" "$scratch/away.digests"
# here may hold more, left from other targets and earlier builds
check "here is the same for each of these files" same_here
