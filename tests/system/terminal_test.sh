#!/bin/bash
# terminal_test.sh bios|uefi IMAGE.iso: someone sits in front of the machine. The prompt is on the serial line and on the
# screen; what is typed on the PS/2 keyboard and on the line runs; editing, history and completion do what they should;
# `reboot` starts anew and `poweroff` ends QEMU.
set -uo pipefail
firmware=$1 image=$2
work=$TEST_TMPDIR
outputs=${TEST_UNDECLARED_OUTPUTS_DIR:-$work}

machine=(qemu-system-x86_64 -accel tcg -cpu max -machine q35 -m 256 -nic none -display none -vga std -cdrom "$image")
if [ "$firmware" = uefi ]; then
	cp /usr/share/OVMF/OVMF_VARS_4M.fd "$work/variables.fd"
	machine+=(-drive if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd
		-drive if=pflash,format=raw,unit=1,file="$work/variables.fd")
fi
mkfifo "$work/monitor" "$work/line.in" "$work/line.out"
timeout --kill-after=5 250 "${machine[@]}" -serial pipe:"$work/line" -monitor stdio \
	<"$work/monitor" >"$work/monitor.log" 2>&1 &
qemu=$!
cat "$work/line.out" >"$outputs/serial.$firmware.log" &
exec 3>"$work/monitor" 4>"$work/line.in"
serial=$outputs/serial.$firmware.log
trap 'kill "$qemu" 2>/dev/null' EXIT

die() {
	echo "FAILED: $1" >&2
	echo "The end of the serial line:" >&2
	tail -n 30 "$serial" | tr -d '\r' >&2
	exit 1
}

# await COUNT PATTERN WHAT: COUNT lines of the serial line match, before long.
await() {
	local patience=600
	until [ "$(tr -d '\r' <"$serial" | grep -acE -- "$2")" -ge "$1" ]; do
		kill -0 "$qemu" 2>/dev/null || die "QEMU ended before $3"
		((patience-- > 0)) || die "$3 did not come"
		sleep 0.1
	done
}

# Presses keys, by QEMU's names for them.
press() {
	local key
	for key; do
		echo "sendkey $key 20" >&3
		sleep 0.1
	done
}

# dots NAME: how many bytes of a picture of the screen are not black
dots() {
	echo "screendump $outputs/$1.ppm" >&3
	sleep 1
	[ -s "$outputs/$1.ppm" ] || die "QEMU made no picture"
	tail -c +16 "$outputs/$1.ppm" | tr -d '\000' | wc -c
}

await 1 'ariadne> $' "the prompt"
first=$(dots "$firmware.prompt")
[ "$first" -ge 3000 ] || die "the screen is black ($first bytes are not) while the serial line has a prompt"

# The keyboard: a word typed, corrected, and run.
press e c h o spc k e x backspace y s ret
await 1 '^keys$' "the output of what was typed on the keyboard"
press up ret
await 2 '^keys$' "the last line again by the key for it"
press e c h tab shift-a ret
await 1 '^A$' "the output of a completed command"
second=$(dots "$firmware.typed")
[ "$second" -gt "$first" ] || die "the screen does not show what was typed ($first, then $second bytes are not black)"

# The serial line, with its own sequences for keys.
printf 'echo lne\033[D\033[Di\r' >&4
await 1 '^line$' "the output of what was typed on the serial line"
printf 'deps she\t\r' >&4
await 1 '^shell [0-9.]+, checked' "the output of a command whose argument was completed"
printf 'nosuchcommand\r' >&4
await 1 'there is no command nosuchcommand' "the error about an unknown command"
printf 'clear\r' >&4
sleep 1
third=$(dots "$firmware.cleared")
[ "$third" -lt "$first" ] || die "clear left the screen full ($third bytes are not black)"

printf 'reboot\r' >&4
await 2 'This is Ariadne' "the second start"
printf 'poweroff\r' >&4
wait "$qemu"
status=$?
trap - EXIT
[ "$status" = 0 ] || die "QEMU ended with status $status at poweroff"
echo "the screen: $first bytes at the prompt, $second after typing, $third after clearing"
