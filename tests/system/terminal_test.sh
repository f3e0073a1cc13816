#!/bin/bash
# terminal_test.sh bios|uefi IMAGE.iso: someone sits in front of the machine. The prompt is on the serial line and on the
# screen; what is typed on the PS/2 keyboard and on the line runs; editing, history and completion do what they should;
# `reboot` starts anew and `poweroff` ends QEMU.
set -uo pipefail
. tests/system/machine.bash
firmware=$1 image=$2
work=$TEST_TMPDIR
outputs=${TEST_UNDECLARED_OUTPUTS_DIR:-$work}

options=(-accel tcg -cpu max -machine q35 -m 256 -nic none -display none -vga std -cdrom "$image")
if [ "$firmware" = uefi ]; then
	cp /usr/share/OVMF/OVMF_VARS_4M.fd "$work/variables.fd"
	options+=(-drive if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd
		-drive if=pflash,format=raw,unit=1,file="$work/variables.fd")
fi
mkfifo "$work/commands" "$work/line.in" "$work/line.out"
timeout --kill-after=5 "$hang_seconds" qemu-system-x86_64 "${options[@]}" -serial pipe:"$work/line" -monitor stdio \
	<"$work/commands" >"$work/monitor" 2>&1 &
machine=$!
serial=$work/log
cat "$work/line.out" >"$serial" &
exec 3>"$work/commands" 4>"$work/line.in"

# expect COUNT PATTERN WHAT: COUNT lines of the serial line match
expect() {
	await "$3" says "$1" "$2" "$serial"
}

# look NAME WORDS CONDITION: the screen, a picture of which is kept
look() {
	await_dots "$2" "$outputs/$firmware.$1.ppm" "$3"
}

expect 1 'ariadne> $' "the prompt"
look prompt "the screen is black while the serial line has a prompt" 'seen >= 3000'
first=$seen

# The keyboard: a word typed, corrected, and run.
press "$serial" e c h o spc k e x backspace y s ret
expect 1 '^keys$' "the output of what was typed on the keyboard"
press "$serial" up ret
expect 2 '^keys$' "the last line again by the key for it"
press "$serial" e c h tab shift-a ret
expect 1 '^A$' "the output of a completed command"
look typed "the screen does not show what was typed" "seen > $first"
second=$seen

# The serial line, with its own sequences for keys.
printf 'echo lne\033[D\033[Di\r' >&4
expect 1 '^line$' "the output of what was typed on the serial line"
printf 'deps she\t\r' >&4
expect 1 '^shell [0-9.]+, checked' "the output of a command whose argument was completed"
printf 'nosuchcommand\r' >&4
expect 1 'there is no command nosuchcommand' "the error about an unknown command"
printf 'clear\r' >&4
look cleared "clear left the screen full" "seen < $first"

printf 'reboot\r' >&4
expect 2 'This is Ariadne' "the second start"
expect 1 'ariadne> $' "its prompt"
printf 'poweroff\r' >&4
wait "$machine"
status=$?
machine=
[ "$status" = 0 ] || die "QEMU ended with status $status at poweroff"
echo "the screen: $first bytes at the prompt, $second after typing, $seen after clearing"
