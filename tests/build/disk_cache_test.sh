#!/bin/bash
# A second clone, elsewhere, compiles nothing: all comes from the disk cache that the first one filled.
. "$(dirname "$0")/workspace.bash"

read -r -a shared < <(shared_repositories)
for clone in first second/clone; do
    workspace=$scratch/$clone
    copy_repository "$workspace"
    bazel_in "$workspace" "$scratch/base-${clone%/*}" build --noshow_progress "${shared[@]}" --disk_cache="$scratch/cache" \
        --execution_log_json_file="$scratch/execution" \
        //cells/diagnostics/log //cells/console/line_editor > "$scratch/log" 2>&1 || give_up "the build failed" "$scratch/log"
    executed "$scratch/execution" > "$scratch/actions-${clone%/*}"
done

check "the first clone compiles" [ "$(grep -c '^CppCompile [a-z]*-sandbox' "$scratch/actions-first")" -ge 20 ]
check "the second clone has the same actions" [ "$(wc -l < "$scratch/actions-first")" = "$(wc -l < "$scratch/actions-second")" ]
all_from_cache() {
    ! grep -v '^[^ ]* cache ' "$scratch/actions-second"
}
check "the second clone runs none of them" all_from_cache
