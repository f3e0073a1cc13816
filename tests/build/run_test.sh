#!/bin/bash
# image/qemu.sh, which tools/run is made of, tells every way in which a machine ends from every other: shown with guests of a
# few instructions. And it leaves no process and no file behind.
. "$(dirname "$0")/workspace.bash"

read -r -a shared < <(shared_repositories)
tools=${shared[0]#*debian=}
export TMPDIR=$scratch/temporary
mkdir "$TMPDIR"
echo archive > "$scratch/archive"

# guest NAME END: a bootable image $scratch/NAME.* that ends so
guest() {
    local name=$scratch/$1
    "$tools/bin/clang" -c "-Wa,-defsym,END=$2" "$repository/tests/build/guest/guest.S" -o "$name.o" &&
        "$tools/bin/ld.lld" -T "$repository/tests/build/guest/guest.lds" -z max-page-size=4096 "$name.o" -o "$name.elf" &&
        cp "$scratch/archive" "$name.cells.cpio" &&
        (cd "$scratch" && "$repository/image/mkiso.sh" "$name.iso" "$name.elf" "$name.cells.cpio" "$repository/image/grub.cfg" "$tools") ||
        give_up "guest $1"
}
guest good 0x10
guest panicked 0x11
guest failed 0x45
guest hanging 256
guest reset 257
guest odd 0x20

# ends WORDS STATUS GUEST OPTION...
ends() {
    local words=$1 expected=$2 name=$3
    shift 3
    "$repository/image/qemu.sh" --image "$scratch/$name" --exec "a command" "$@" > "$scratch/output" 2> "$scratch/errors"
    local status=$?
    check "$words: status $expected" [ "$status" = "$expected" ] || {
        echo "status $status"
        cat "$scratch/errors"
    }
    check "$words: the output is the second serial line's alone" cmp "$scratch/output" <(echo "output, as it is")
    check "$words: nothing is left behind" [ -z "$(ls -A "$TMPDIR")" ]
}
says() {
    check "  it says '$1'" grep -qF -- "$1" "$scratch/errors"
}
silent() {
    check "  nothing on standard error" [ ! -s "$scratch/errors" ]
}

ends "good, PVH" 0 good && silent
ends "good, BIOS" 0 good --bios && silent
ends "good, UEFI" 0 good --uefi && silent
ends "good, counting instructions, four processors" 0 good --icount --smp 4 --memory 64 --append "a=b, c" && silent
ends "a command failed" 5 failed && silent
ends "panic" 101 panicked && says "panic" && says "log line"
ends "reset" 101 reset && says "without a status" && says "log line"
ends "hang" 124 hanging --timeout 10 && says "no end within 10 seconds" && says "log line"
ends "a status that nobody defined" 125 odd && says "status 65"

# A signal to the script ends QEMU too.
"$repository/image/qemu.sh" --image "$scratch/hanging" --exec "a command" > "$scratch/output" 2>&1 &
script=$!
until pid=$(cat "$TMPDIR"/ariadne.*/pid 2> /dev/null) && [[ -n $pid ]]; do
    kill -0 "$script" || break
    sleep 0.1
done
check "QEMU runs" [ -d "/proc/${pid:-none}" ]
kill -TERM "$script"
wait "$script"
check "ended by a signal: status 143" [ $? = 143 ]
check "ended by a signal: QEMU is gone" [ ! -d "/proc/${pid:-self}" ]
check "ended by a signal: nothing is left behind" [ -z "$(ls -A "$TMPDIR")" ]

# refuses OPTION...: a usage error, before anything starts
refuses() {
    "$repository/image/qemu.sh" --image "$scratch/good" "$@" > "$scratch/output" 2> "$scratch/errors"
    check "refused: $*" [ $? = 64 ]
    check "  it says so" [ -s "$scratch/errors" ]
}
refuses --smp 0
refuses --smp many
refuses --memory 1
refuses --exec
refuses --exec ' ; '
refuses --timeout -1 --exec x
refuses --nonsense
refuses --log file
