#!/bin/bash
# machine_test.sh CASE KERNEL ARCHIVE: what the characters on the text screen are, and what the system says when it cannot
# start.
set -uo pipefail
. tests/system/machine.bash
name=$1 kernel=$2 archive=$3
work=$TEST_TMPDIR
options=(-accel tcg -machine q35 -m 256 -nic none -display none -no-reboot -device isa-debug-exit,iobase=0xf4,iosize=4)

# refuses EXPECTED QEMU-OPTION...: the system says EXPECTED on the first serial line and ends as after a panic
refuses() {
	local expected=$1
	shift
	timeout --kill-after=5 "$hang_seconds" qemu-system-x86_64 "${options[@]}" "$@" -monitor none -serial file:"$work/log" </dev/null
	local status=$?
	[ "$status" = 35 ] || die "QEMU ended with $status, expected 35"
	grep -qF -- "$expected" "$work/log" || die "the log does not say: $expected"
}

# read_screen: the characters of the text screen are in $work/text, as the monitor finds them in its memory: a character and its
# colours, 80 to a line
read_screen() {
	local start
	start=$(stat -c %s "$work/monitor")
	echo "xp /4000bx 0xb8000" >&3
	await "the monitor's answer" all_told "$start"
	printf "%b" "$(tail -c "+$((start + 1))" "$work/monitor" | grep -aoE '^00000000000b[0-9a-f]+: .*' | cut -d: -f2 |
		tr -s ' \r' '\n' | grep . | sed -n '1~2s/^0x/\\x/p' | tr -d '\n')" | fold -w 80 | sed 's/ *$//' | grep -a . >"$work/text"
}

all_told() {
	says 1 '^00000000000b8f98:( 0x[0-9a-f]{2}){8}' <(tail -c "+$(($1 + 1))" "$work/monitor")
}

case $name in
text_screen)
	mkfifo "$work/commands"
	timeout --kill-after=5 "$hang_seconds" qemu-system-x86_64 "${options[@]}" -cpu max -kernel "$kernel" -initrd "$archive" \
		-serial file:"$work/log" -monitor stdio <"$work/commands" >"$work/monitor" 2>&1 &
	machine=$!
	exec 3>"$work/commands"
	await "the shell's prompt" says 1 'ariadne> ' "$work/log"
	# The screen follows the serial line by no more than what one reading takes, many times over.
	for ((readings = 0; readings < 100; readings++)); do
		read_screen
		grep -qaE '^ariadne>( |$)' "$work/text" && break
	done
	cat "$work/text"
	grep -qaF 'I nano_core: Ariadne begins' "$work/text" || die "the start of the log is not on the screen"
	grep -qaE '^ariadne>( |$)' "$work/text" || die "no prompt on the screen"
	# The command is typed on the machine's own keyboard; the machine ends because of it.
	press "$work/log" p o w e r o f f
	echo "sendkey ret" >&3
	wait "$machine"
	status=$?
	machine=
	[ "$status" = 0 ] || die "QEMU ended with $status after poweroff, expected 0"
	;;
old_processor)
	refuses "Ariadne needs a 64-bit processor with NX." -cpu qemu64,-nx -kernel "$kernel" -initrd "$archive"
	refuses "Ariadne needs a 64-bit processor with NX." -cpu qemu64,-lm -kernel "$kernel" -initrd "$archive"
	;;
no_archive)
	refuses "none of the boot loader's 0 modules is the archive" -cpu max -kernel "$kernel"
	;;
damaged_archive)
	head -c 100000 "$archive" >"$work/archive"
	refuses "panic: loader: malformed: " -cpu max -kernel "$kernel" -initrd "$work/archive"
	;;
long_command_line)
	refuses "the command line has 3000 characters, at most 2047 fit" -cpu max -kernel "$kernel" -initrd "$archive" \
		-append "$(printf '%03000d' 0)"
	;;
*)
	die "no such case: $name"
	;;
esac
exit 0
