#!/bin/bash
# The top of the repository holds what the design names, and nothing else.
. "$(dirname "$0")/workspace.bash"
cd "$repository" || exit

expected='BUILD LICENSE README.md WORKSPACE cells docs image nano_core platforms tests third_party tools'
found=$(git ls-files --cached --others --exclude-standard | sed 's#/.*##' | sort -u | grep -v '^\.' | tr '\n' ' ')
same() {
    [[ "$found" == "$expected " ]] || {
        diff <(tr ' ' '\n' <<< "$expected") <(tr ' ' '\n' <<< "${found% }")
        return 1
    }
}
check "top level is: $expected" same

no_sources() {
    ! git ls-files third_party | grep -E '\.(c|cc|cpp|h|hpp|S|s|rs|go|tar|gz|deb)$'
}
check "third_party holds build files and no third-party source" no_sources

no_urls() {
    ! grep -nE '[a-z]+://' platforms/packages.lock
}
check "the lock names no place that packages come from" no_urls
