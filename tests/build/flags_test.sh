#!/bin/bash
# Sanitizer, fuzz and coverage flags reach the host's code and never the kernel's: with each of these configurations, and with
# such flags by hand, Bazel would run the same kernel actions as without.
. "$(dirname "$0")/workspace.bash"
cd "$repository" || exit

# actions NAME OPTION...: writes NAME.kernel and NAME.host, the command lines of all actions, one a line, sorted
actions() {
    local name=$1
    shift
    bazel aquery --noshow_progress --output=jsonproto "$@" \
        'mnemonic("CppCompile|CppLink|CellMerge|CellObject|CellMetadata|NanoCoreLink", deps(//image:ariadne) + deps(//cells/base/bytes:bytes_test))' \
        > "$scratch/$name.json" 2> "$scratch/log" || give_up "aquery $*" "$scratch/log"
    python3 - "$scratch/$name" << 'END'
import json, re, sys
name = sys.argv[1]
graph = json.load(open(name + ".json"))
# The kernel's configurations are those in which something is compiled freestanding.
kernel = {action["configurationId"] for action in graph["actions"] if "-ffreestanding" in action.get("arguments", [])}
for part, wanted in (("kernel", True), ("host", False)):
    # Bazel hashes the whole request into the names of output folders, which say nothing of the action.
    lines = {re.sub(r"(-exec-|-ST-)[0-9A-Fa-f]+", r"\1", " ".join(action["arguments"])) for action in graph["actions"]
             if action.get("arguments") and (action["configurationId"] in kernel) == wanted}
    with open("%s.%s" % (name, part), "w") as output:
        output.writelines(line.replace("\n", " ") + "\n" for line in sorted(lines))
END
}

instrumented='fsanitize=[a-z,-]*(address|undefined|fuzzer)|fprofile-|fcoverage-mapping|-ftest-coverage|--coverage'
count() {
    grep -cE -- "$instrumented" "$scratch/$1"
}

actions plain
check "there are kernel actions to compare" [ "$(wc -l < "$scratch/plain.kernel")" -ge 50 ]
check "without a configuration nothing is instrumented" [ "$(cat "$scratch"/plain.{kernel,host} | grep -cE -- "$instrumented")" = 0 ]

# reaches NAME WORDS OPTION...
reaches() {
    local name=$1 words=$2
    shift 2
    actions "$name" "$@"
    check "$words: host actions are instrumented" [ "$(count "$name.host")" -gt 0 ]
    check "$words: no kernel action is instrumented" [ "$(count "$name.kernel")" = 0 ]
    check "$words: the kernel's actions are the same but for the names of output folders" diff -q "$scratch/plain.kernel" "$scratch/$name.kernel" ||
        diff "$scratch/plain.kernel" "$scratch/$name.kernel" | cut -c1-400 | head -n 4
}
reaches asan "--config=asan" --config=asan
reaches fuzz "--config=fuzz" --config=fuzz
reaches coverage "coverage" --collect_code_coverage --experimental_use_llvm_covmap --instrumentation_filter='^//'
reaches by_hand "flags by hand" --copt=-fsanitize=address --conlyopt=-fprofile-instr-generate --linkopt=-fsanitize=address
