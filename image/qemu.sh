#!/bin/bash
# qemu.sh --image PREFIX [OPTION...]: boots PREFIX.iso (or PREFIX.elf with PREFIX.cells.cpio) in QEMU.
#
# What tools/run, "bazel run //image:qemu" and the tests of the booted system share; "--help" lists the options.
set -uo pipefail

usage() {
    cat << 'END'
options:
  --uefi             start from UEFI firmware (default: BIOS)
  --smp N            N processors (default 1)
  --memory MIB       memory (default 256)
  --icount           count instructions: one instruction is one nanosecond, runs repeat
  --append ARGS      options for the kernel, beside those of the boot loader
  --window           show the screen in a window
  --serial SOCKET    the serial console at a socket, unix:PATH or tcp:HOST:PORT, in place of this terminal: for a program,
                     such as `depgraph compare ... live:unix:PATH`
  --gdb              wait for a debugger before the first instruction, on port 1234
  --gdb-port PORT    the same on another port
  --gdb-socket PATH  the same at a socket in place of a port
  --exec "C; C"      run shell commands, print only their output, power off. Status: that of the last command that failed,
                     else 0; 101 panic, 124 hang, 125 QEMU failed (the serial log's end is then on standard error)
  --bios             with --exec or --serial: start by BIOS and GRUB too (default with these: QEMU loads the kernel itself, faster)
  --timeout SECONDS  end as a hang after this time (default with --exec 120, else none)
  --log FILE         with --exec: keep the serial log in FILE
  --help             this text
END
}

bad_usage() {
    echo "$program: $1" >&2
    echo "Try $program --help." >&2
    exit 64
}

# number NAME VALUE LOWEST HIGHEST
number() {
    if [[ $2 =~ ^[0-9]{1,7}$ ]] && ((10#$2 >= $3 && 10#$2 <= $4)); then return; fi
    bad_usage "$1 takes a number from $3 to $4, not '$2'"
}

program=${ARIADNE_PROGRAM:-qemu.sh}
image='' firmware='' smp=1 memory=256 icount='' append='' window='' serial='' gdb='' gdb_port=1234 gdb_socket='' exec='' script='' timeout='' log=''
while (($#)); do
    option=$1
    shift
    case $option in
    --image | --smp | --memory | --append | --serial | --gdb-port | --gdb-socket | --exec | --timeout | --log)
        (($#)) || bad_usage "$option needs a value"
        value=$1
        shift
        ;;
    esac
    case $option in
    --image) image=$value ;;
    --uefi) firmware=uefi ;;
    --bios) firmware=bios ;;
    --smp) smp=$value ;;
    --memory) memory=$value ;;
    --icount) icount=1 ;;
    --append) append+=${append:+ }$value ;;
    --window) window=1 ;;
    --serial) serial=$value ;;
    --gdb) gdb=1 ;;
    --gdb-port) gdb=1 gdb_port=$value ;;
    --gdb-socket) gdb=1 gdb_socket=$value ;;
    --exec) exec=1 script=$value ;;
    --timeout) timeout=$value ;;
    --log) log=$value ;;
    --help | -h)
        echo "usage: $program [OPTION...]"
        usage
        exit 0
        ;;
    *) bad_usage "unknown option '$option'" ;;
    esac
done
number --smp "$smp" 1 255
number --memory "$memory" 16 1048576
number --gdb-port "$gdb_port" 1 65535
[[ -z $timeout ]] || number --timeout "$timeout" 1 604800
[[ -z $serial || $serial =~ ^(unix:[^,]+|tcp:[^,]+:[0-9]+)$ ]] || bad_usage "--serial takes unix:PATH or tcp:HOST:PORT, not '$serial'"
[[ $gdb_socket != *,* ]] || bad_usage "--gdb-socket takes a path without commas, not '$gdb_socket'"
[[ -z $serial || -z $exec ]] || bad_usage "--serial and --exec exclude each other: a script's output goes to standard output"
[[ -n $exec || -z $log ]] || bad_usage "--log needs --exec"
[[ -z $exec || -n ${script//[[:space:];]/} ]] || bad_usage "--exec needs at least one command"
[[ -z $window || -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]] || bad_usage "--window needs a graphical session (DISPLAY is not set)"
[[ -n $image ]] || bad_usage "--image PREFIX is missing"
for suffix in iso elf cells.cpio; do
    [[ -r $image.$suffix ]] || bad_usage "no file $image.$suffix"
done

qemu='qemu-system-x86_64'
command -v "$qemu" > /dev/null || {
    echo "$program: $qemu is not installed (package qemu-system-x86); run tools/setup" >&2
    exit 125
}

display=none
if [[ -n $window ]]; then
    display=$("$qemu" -display help 2> /dev/null | grep -m1 -xE 'gtk|sdl') || {
        echo "$program: this QEMU opens no windows (package qemu-system-gui); run tools/setup --window" >&2
        exit 125
    }
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/ariadne.XXXXXX") || exit 125
child=
clean_up() {
    if [[ -n $child ]]; then
        kill "$child" 2> /dev/null
        wait "$child" 2> /dev/null
    fi
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# shellcheck disable=SC2054  # the commas are QEMU's
# Software emulation on purpose: the same everywhere, and it counts instructions.
# Memory that the machine does not touch costs nothing: it may have more than its host.
arguments=(-name Ariadne -accel tcg -cpu max -machine q35,memory-backend=memory -smp "$smp" -m "$memory" -nic none
    -object "memory-backend-ram,id=memory,size=${memory}M,reserve=off"
    -device isa-debug-exit,iobase=0xf4,iosize=0x04 -pidfile "$work/pid" -display "$display")
[[ -z $icount ]] || arguments+=(-icount shift=0,sleep=off)
debugger=${gdb_socket:-localhost:$gdb_port}
if [[ -n $gdb_socket ]]; then
    arguments+=(-S -gdb "unix:$gdb_socket,server=on,wait=off")
elif [[ -n $gdb ]]; then
    arguments+=(-S -gdb "tcp:$debugger")
fi
case ${firmware:-${exec:+pvh}${serial:+pvh}} in
pvh) arguments+=(-kernel "$image.elf" -initrd "$image.cells.cpio") ;;
uefi)
    for file in CODE VARS; do
        [[ -r /usr/share/OVMF/OVMF_${file}_4M.fd ]] || {
            echo "$program: no UEFI firmware (package ovmf); run tools/setup" >&2
            exit 125
        }
    done
    cp /usr/share/OVMF/OVMF_VARS_4M.fd "$work/variables.fd"
    arguments+=(-cdrom "$image.iso"
        -drive if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd
        -drive if=pflash,format=raw,unit=1,file="$work/variables.fd")
    ;;
*) arguments+=(-cdrom "$image.iso") ;;
esac
# From files, because QEMU's own strings give commas a meaning.
if [[ -n $append ]]; then
    printf '%s' "$append" > "$work/options"
    arguments+=(-fw_cfg "name=opt/ariadne/options,file=$work/options")
fi
if [[ -n $exec ]]; then
    printf '%s' "$script" > "$work/exec"
    arguments+=(-fw_cfg "name=opt/ariadne/exec,file=$work/exec")
fi
if [[ -n $gdb ]]; then
    script_file=$(dirname "$(readlink -f "$0")")/../tools/gdb/ariadne.py
    [[ -r $script_file ]] && load="-x $(readlink -f "$script_file") " || load=
    echo "QEMU waits for a debugger. In another terminal:" >&2
    echo "    gdb $load-ex 'target remote $debugger' $(readlink -f "$image.elf")" >&2
fi

# ended STATUS: what QEMU's exit status says, as this program's. The guest ends QEMU by writing v to a port; QEMU exits with
# 2 v + 1. QEMU removes its pid file unless a signal kills it.
ended() {
    local status=$1
    if [[ $status == 124 ]]; then
        echo "$program: no end within $timeout seconds" >&2
        return 124
    elif [[ -e $work/pid ]]; then
        echo "$program: QEMU was killed" >&2
        return 125
    elif ((status == 33)); then
        return 0
    elif ((status == 35)); then
        echo "$program: panic" >&2
        return 101
    elif ((status >= 131 && status % 2 == 1)); then
        return $(((status - 129) / 2))
    elif ((status == 0)) && [[ -z $exec ]]; then
        return 0
    elif ((status == 0)); then
        echo "$program: the machine stopped without a status (a reset after a fault that nobody handled, or a power-off)" >&2
        return 101
    fi
    echo "$program: QEMU failed with status $status" >&2
    return 125
}

if [[ -z $exec ]]; then
    if [[ -n $serial ]]; then
        console=(-serial "$serial,server=on,wait=off" -monitor none)
    else
        console=(-serial mon:stdio)
        echo "Ctrl-A X leaves QEMU; Ctrl-A H lists more keys." >&2
    fi
    limit=()
    [[ -z $timeout ]] || limit=(timeout --foreground --kill-after=5 "$timeout")
    "${limit[@]}" "$qemu" "${arguments[@]}" "${console[@]}" <&0 &
    child=$!
    wait "$child"
    status=$?
    child=
    ended "$status"
    exit
fi

: "${timeout:=120}" "${log:=$work/log}"
: > "$log" || exit 125
# The commands' output is on the second serial line. UEFI's firmware writes there too, until GRUB says that it hands over.
if [[ $firmware == uefi ]]; then
    exec {output}> >(exec sed -uE -e '0,/GRUB hands over to Ariadne/d' -e 's/^(\r|\x1b\[[0-9;=]*[A-Za-z])+//')
else
    exec {output}> >(exec cat)
fi
reader=$!
timeout --kill-after=5 "$timeout" "$qemu" "${arguments[@]}" -no-reboot -monitor none \
    -serial file:"$log" -serial file:"/dev/fd/$output" < /dev/null > "$work/qemu" 2>&1 &
child=$!
exec {output}>&-
wait "$child"
status=$?
child=
wait "$reader"

ended "$status"
result=$?
case $result in
101 | 124 | 125)
    cat "$work/qemu" >&2
    echo "The end of the serial log:" >&2
    # without the firmware's control sequences
    tail -n 60 "$log" | sed -E 's/\x1b\[[0-9;=]*[A-Za-z]//g; s/\r//g' >&2
    ;;
esac
exit "$result"
