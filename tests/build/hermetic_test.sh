#!/bin/bash
# The image is built from sources with every compiler, header, linker and GRUB of the host out of reach.
. "$(dirname "$0")/workspace.bash"

unshare --user true 2> /dev/null ||
    give_up "this machine makes no namespaces for Bazel's sandbox, so nothing can be kept out of reach (a container, or a chroot?)"
workspace=$scratch/workspace base=$scratch/base
copy_repository "$workspace"

# What the host has of these, each path once. Nothing is missing from the list because a host has less.
candidates=(/usr/include /usr/local/include /usr/lib/gcc /usr/libexec/gcc /usr/lib/clang /usr/lib/llvm-* /usr/lib/grub /usr/share/grub
    /usr/bin/{cc,gcc,g++,c++,cpp,clang,clang++,clang-query,ld,as,ar,nm,objcopy,objdump,strip,lld,ld.lld,xorriso,mtools,mformat,mcopy}
    /usr/bin/{gcc,g++,cpp,clang,clang++,clang-cpp,clang-query,lld,ld.lld,llvm-*}-[0-9]* /usr/bin/x86_64-linux-gnu-* /usr/bin/grub-*)
blocked=() last=/nothing
while IFS= read -r path; do
    # what lies in a blocked folder is blocked with it
    [[ $path != "$last"/* ]] || continue
    blocked+=("--sandbox_block_path=$path") last=$path
done < <(for path in "${candidates[@]}"; do [[ -e $path ]] && readlink -f "$path"; done | LC_ALL=C sort -u)
check "the host has headers and a compiler to block" [ "${#blocked[@]}" -ge 10 ]

# Control: what is blocked is out of reach, and says so in these words.
mkdir "$workspace/control"
cat > "$workspace/control/BUILD" << 'END'
cc_library(
    name = "control",
    srcs = ["control.c"],
    target_compatible_with = ["//platforms:ariadne"],
)
END
echo '#include "/usr/include/stdint.h"' > "$workspace/control/control.c"
control() {
    ! bazel_in "$workspace" "$base" build --noshow_progress --disk_cache= "${blocked[@]}" --platforms=//platforms:x86_64_ariadne \
        //control > "$scratch/log" 2>&1 && grep -q "'/usr/include/stdint.h' file not found" "$scratch/log"
}
check "a kernel action cannot read the host's headers" control || tail -n 20 "$scratch/log"
rm -r "$workspace/control"

image() {
    bazel_in "$workspace" "$base" build --noshow_progress --disk_cache= "${blocked[@]}" --execution_log_json_file="$scratch/execution" \
        //image:ariadne > "$scratch/log" 2>&1
}
check "the image builds without compilers, headers and GRUB of the host" image || tail -n 40 "$scratch/log"

executed "$scratch/execution" > "$scratch/actions"
all_sandboxed() {
    local outside
    outside=$(awk '$2 != "linux-sandbox"' "$scratch/actions")
    [[ -z $outside && $(wc -l < "$scratch/actions") -ge 50 ]] || {
        head -n 10 <<< "$outside"
        return 1
    }
}
check "every action ran, and in the sandbox" all_sandboxed
