#!/bin/bash
# machine_test.sh CASE KERNEL ARCHIVE: what the characters on the text screen are, and what the system says when it cannot
# start.
set -uo pipefail
name=$1 kernel=$2 archive=$3
work=$TEST_TMPDIR
machine=(qemu-system-x86_64 -accel tcg -machine q35 -m 256 -nic none -display none -no-reboot
	-device isa-debug-exit,iobase=0xf4,iosize=4)

die() {
	echo "FAILED: $1" >&2
	[ ! -e "$work/log" ] || tail -n 30 "$work/log" >&2
	exit 1
}

# refuses EXPECTED QEMU-OPTION...: the system says EXPECTED on the first serial line and ends as after a panic
refuses() {
	local expected=$1
	shift
	timeout --kill-after=5 60 "${machine[@]}" "$@" -monitor none -serial file:"$work/log" </dev/null
	local status=$?
	[ "$status" = 35 ] || die "QEMU ended with $status, expected 35"
	grep -qF -- "$expected" "$work/log" || die "the log does not say: $expected"
}

# interact QEMU-OPTION...: starts the machine in the background; monitor COMMAND... speaks with it
interact() {
	mkfifo "$work/commands"
	timeout --kill-after=5 100 "${machine[@]}" -cpu max "$@" -serial file:"$work/log" -monitor stdio \
		<"$work/commands" >"$work/monitor" 2>&1 &
	child=$!
	exec 3>"$work/commands"
	for ((i = 0; i < 600; i++)); do
		! grep -q 'ariadne> ' "$work/log" 2>/dev/null || return 0
		kill -0 "$child" 2>/dev/null || break
		sleep 0.1
	done
	die "the shell did not come"
}

monitor() {
	printf '%s\n' "$@" >&3
}

# type_keys KEY...: on the machine's keyboard
type_keys() {
	for key; do
		monitor "sendkey $key"
		sleep 0.2
	done
}

# The command is typed on the machine's own keyboard; the machine ends because of it.
expect_power_off() {
	type_keys p o w e r o f f ret
	wait "$child"
	local status=$?
	exec 3>&-
	[ "$status" = 0 ] || die "QEMU ended with $status after poweroff, expected 0"
}

case $name in
text_screen)
	interact -kernel "$kernel" -initrd "$archive"
	# The text screen's memory: a character and its colours, 80 to a line.
	monitor "xp /4000bx 0xb8000"
	sleep 1
	text=$(grep -aoE '^00000000000b[0-9a-f]+: .*' "$work/monitor" | cut -d: -f2 | tr -s ' \r' '\n' | grep . |
		sed -n '1~2s/^0x/\\x/p' | tr -d '\n')
	printf "%b" "$text" | fold -w 80 | sed 's/ *$//' | grep -a . >"$work/text"
	cat "$work/text"
	grep -qaF 'I nano_core: Ariadne begins' "$work/text" || die "the start of the log is not on the screen"
	grep -qaF 'ariadne> ' "$work/text" || grep -qa '^ariadne>$' "$work/text" || die "no prompt on the screen"
	expect_power_off
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
