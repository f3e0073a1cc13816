#!/bin/bash
# unpack_npm.sh LOCK: fills the current folder, that of the external repository @npm, from the locked packages of npm's
# registry: one folder a package, named as the package without its scope.
#
# LOCK lists "name version integrity" a line, the integrity as npm writes it (sha512- and base64). A package comes from the
# cache that Debian's packages share, where its file is named by its SHA-512, else from the registry that npm knows, and is
# checked against the lock before it is unpacked. No package's own scripts run.
set -euo pipefail

package_cache=${ARIADNE_PACKAGE_CACHE:-${HOME:?}/.cache/ariadne/packages}
lock=$1

complain() {
    printf '%s\n' "$@" >&2
    exit 1
}

# integrity_of FILE: as npm writes it
integrity_of() {
    local hex
    hex=$(sha512sum < "$1")
    echo "sha512-$(printf '%b' "$(sed 's/ .*//; s/../\\x&/g' <<< "$hex")" | base64 -w 0)"
}

# check FILE NAME VERSION EXPECTED
check() {
    local got
    got=$(integrity_of "$1")
    [[ $got == "$4" ]] || complain "npm package $2 $3 has a wrong hash:" "  expected $4 (platforms/npm.lock)" "  got      $got ($1)" \
        "What to do: if the registry is to be trusted, put what 'npm view $2@$3 dist.integrity' says into the lock;" \
        "if a file in the package cache is damaged, remove it."
}

# download NAME VERSION INTEGRITY FILE
download() {
    local incoming
    mkdir -p download
    rm -f download/*.tgz
    (cd download && npm pack --silent --ignore-scripts "$1@$2" > npm.log 2>&1) || complain "$(cat download/npm.log)" \
        "Cannot get the npm package $1 $2." \
        "What to do: see that 'npm view $1' works (package npm), or put the package's file into $package_cache" \
        "as ${4##*/}."
    check download/*.tgz "$1" "$2" "$3"
    chmod 644 download/*.tgz
    incoming=$(mktemp "$package_cache/incoming.XXXXXX") # beside its place first: others may do the same
    cp download/*.tgz "$incoming"
    mv "$incoming" "$4"
    rm -rf download
}

bad=$(grep -m1 -vE '^[a-z0-9@][a-z0-9@/._-]* [0-9][^ ]* sha512-[A-Za-z0-9+/]{86}==$' "$lock" || true)
[[ -z $bad ]] || complain "$lock: not a line of the form 'name version sha512-...': $bad"
mkdir -p "$package_cache"
while read -r name version integrity; do
    file=$package_cache/$(base64 -d <<< "${integrity#sha512-}" | od -An -v -tx1 | tr -d ' \n').tgz
    [[ -f $file ]] || download "$name" "$version" "$integrity" "$file"
    check "$file" "$name" "$version" "$integrity"
    mkdir -p "${name##*/}"
    tar -C "${name##*/}" -xz --strip-components=1 --no-same-owner -f "$file"
done < "$lock"
