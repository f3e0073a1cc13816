#!/bin/bash
# make_initramfs.sh OUT PROGRAM MODULE OBJCOPY: an archive (cpio, newc) with PROGRAM as /init, MODULE as /module.ko, and the
# console's device. Without root and without cpio: the header is text, and a device is only a number in it.
set -euo pipefail
out=$1 program=$2 module=$3 objcopy=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What is behind the object's end, its signature, is not an object's and is left out: a cell is not signed either.
"$objcopy" "$module" "$work/module.ko"

inode=0
pad() { # pad SIZE: to a multiple of 4
    head -c $(((4 - $1 % 4) % 4)) /dev/zero
}
member() { # member NAME MODE MAJOR MINOR [FILE]
    local name=$1 mode=$2 major=$3 minor=$4 size=0
    [[ -z ${5:-} ]] || size=$(stat -Lc %s "$5")
    inode=$((inode + 1))
    printf '070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s\0' \
        "$inode" "$mode" 0 0 1 0 "$size" 0 0 "$major" "$minor" $((${#name} + 1)) 0 "$name"
    pad $((110 + ${#name} + 1))
    [[ -z ${5:-} ]] || cat "$5"
    pad "$size"
}
{
    member dev $((8#040755)) 0 0
    member dev/console $((8#020600)) 5 1
    member init $((8#100755)) 0 0 "$program"
    member module.ko $((8#100644)) 0 0 "$work/module.ko"
    member 'TRAILER!!!' 0 0 0
} > "$out"
