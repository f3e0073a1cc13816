#!/bin/bash
# tools/setup is silent when all is there; without root it names what is missing, why, and the exact command, and installs
# nothing.
. "$(dirname "$0")/workspace.bash"

setup=$scratch/tools/setup
mkdir "$scratch/tools"
chmod 755 "$scratch" "$scratch/tools"
as_nobody=()
[[ $(id -u) != 0 ]] || as_nobody=(setpriv --reuid=nobody --regid=nogroup --clear-groups)

# run CHANGE...: runs a copy of tools/setup, changed by sed, without root; status and output are in $status and $scratch/output
run() {
    sed "$@" "$repository/tools/setup" > "$setup"
    chmod 755 "$setup"
    (cd / && "${as_nobody[@]}" "$setup") > "$scratch/output" 2>&1
    status=$?
}
says() {
    grep -qF -- "$1" "$scratch/output" || {
        cat "$scratch/output"
        return 1
    }
}

run -e ''
check "all is there: status 0" [ "$status" = 0 ]
check "all is there: silent" [ ! -s "$scratch/output" ]

run -e 's#/usr/bin/dot|#/nowhere/dot|#' -e 's#/usr/bin/gdb|#/nowhere/gdb|#'
check "two packages missing, no root: status 1" [ "$status" = 1 ]
check "it says which and why" says "missing graphviz         pictures of the graph of cells"
check "it prints the command" says "sudo sh -c 'apt-get update && apt-get install --yes --no-install-recommends gdb graphviz'"

run -e 's#_dists_bookworm-security_#_dists_nothing_#'
check "apt's lists are missing: status 1" [ "$status" = 1 ]
check "it prints the command for that" says "sudo sh -c 'apt-get update'"

"$repository/tools/setup" --wrong > "$scratch/output" 2>&1
check "an unknown option is a usage error" [ $? = 64 ]
