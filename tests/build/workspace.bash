# shellcheck shell=bash
# Sourced by the tests of the build. Gives each test a scratch folder, copies of the repository to change, and Bazel servers of
# their own, which end with the test.

set -uo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
test_name=$(basename "$0" .sh)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/ariadne-$test_name.XXXXXX") || exit 1
output_bases=()
children=() # processes to end with the test
checks=0 failures=0

end_of_test() {
    local status=$? base
    trap - EXIT
    if ((${#children[@]} > 0)); then
        kill -- "${children[@]}" 2> /dev/null
        wait
    fi
    for base in "${output_bases[@]}"; do
        # a server that never started has no process to end
        [[ -e $base/server ]] && (cd "$(cat "$base.workspace")" && bazel --output_base="$base" shutdown) > /dev/null 2>&1
        [[ ! -e $base ]] || chmod -R u+w "$base"
    done
    chmod -R u+w "$scratch"
    rm -rf "$scratch"
    ((status == 0 && failures == 0 && checks > 0)) || {
        echo "$test_name: FAILED ($failures of $checks checks, status $status)"
        exit 1
    }
    echo "$test_name: $checks checks passed"
    exit 0
}
trap end_of_test EXIT
trap 'exit 1' HUP INT TERM

# check WORDS COMMAND...: counts a check; the command's success is its result
check() {
    local words=$1
    shift
    checks=$((checks + 1))
    if "$@"; then
        echo "ok: $words"
    else
        failures=$((failures + 1))
        echo "NOT OK: $words"
        [[ ! ${TESTBRIDGE_TEST_RUNNER_FAIL_FAST:-} ]] || exit 1 # Bazel's and GoogleTest's name for it
        return 1
    fi
}

# give_up WORDS [FILE]: what makes the rest of the test meaningless
give_up() {
    [[ -z ${2:-} ]] || tail -n 40 "$2"
    echo "cannot go on: $1"
    failures=$((failures + 1))
    exit 1
}

# copy_repository FOLDER: the files of the working tree that git knows or would add
copy_repository() {
    mkdir -p "$1"
    (cd "$repository" && git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
        [[ -e $file ]] && printf '%s\0' "$file"
    done | tar --null -T - -c) | tar -C "$1" -x
}

# bazel_in WORKSPACE OUTPUT_BASE COMMAND ARGUMENT...: Bazel with a server of this test
bazel_in() {
    local workspace=$1 base=$2
    shift 2
    if [[ ! -e $base.workspace ]]; then
        echo "$workspace" > "$base.workspace"
        output_bases+=("$base")
    fi
    (cd "$workspace" && bazel --max_idle_secs=60 --output_base="$base" "$@")
}

# shared_repositories: options that let a scratch workspace use the external repositories that this repository has unpacked
# already. Not for tests of the unpacking.
shared_repositories() {
    local base name
    base=$(cd "$repository" && bazel info output_base 2> /dev/null) || give_up "bazel info"
    for name in debian analysis xxhash npm; do
        [[ -e $base/external/$name/BUILD.bazel ]] ||
            (cd "$repository" && bazel build "@$name//:all") > "$scratch/repositories.log" 2>&1 ||
            give_up "the external repository $name" "$scratch/repositories.log"
        printf -- '--override_repository=%s=%s ' "$name" "$base/external/$name"
    done
    echo
}

# executed LOG: one line for each action in an execution log (--execution_log_json_file): MNEMONIC RUNNER FIRST_OUTPUT
executed() {
    python3 - "$1" << 'END'
import json, sys
text, at = open(sys.argv[1]).read(), 0
decoder = json.JSONDecoder()
while at < len(text):
    action, at = decoder.raw_decode(text, at)
    while at < len(text) and text[at].isspace():
        at += 1
    outputs = action.get("listedOutputs") or ["-"]
    runner = "cache" if action.get("remoteCacheHit") else action.get("runner", "?").replace(" ", "_")
    print(action.get("mnemonic", "?"), runner, outputs[0])
END
}
