#!/bin/bash
# page_faults_test.sh KERNEL ARCHIVE CRASH_KERNEL CRASH_ARCHIVE: no valid code takes a page fault, nor another exception. QEMU writes down each one
# that the processor takes, from the first instruction to the last: a start, work that uses all of memory, and the end.
set -uo pipefail
work=$TEST_TMPDIR

die() {
	echo "FAILED: $1" >&2
	tail -n 20 "$work/log" "$work/output" >&2
	exit 1
}

# boot KERNEL ARCHIVE COMMANDS: QEMU's status in $status, the exceptions in $work/exceptions. A line is `N: v=VECTOR e=ERROR i=...`; an
# interrupt of the program itself (i=1), which the firmware uses, is none.
boot() {
	printf '%s' "$3" >"$work/exec"
	timeout --kill-after=5 400 qemu-system-x86_64 -accel tcg -cpu max -machine q35 -m 64 -nic none -display none \
		-no-reboot -monitor none -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel "$1" -initrd "$2" \
		-fw_cfg "name=opt/ariadne/exec,file=$work/exec" -serial file:"$work/log" -serial file:"$work/output" \
		-d int -D "$work/interrupts" </dev/null
	status=$?
	grep -aE '^ *[0-9]+: v=[01][0-9a-f] e=[0-9a-f]+ i=0 cpl=0 IP=[0-9a-f]+:ffff' "$work/interrupts" >"$work/exceptions"
}

for work_load in "$1 $2 memory; cells; deps shell; load command_clear; bench heap; help; log; memory" \
	"$3 $4 strain; strain"; do
	read -r kernel archive commands <<<"$work_load"
	boot "$kernel" "$archive" "$commands"
	[ "$status" = 33 ] || die "QEMU ended with $status, expected 33"
	[ ! -s "$work/exceptions" ] || die "the processor took exceptions: $(head -n 3 "$work/exceptions")"
done
grep -q '^strain: ok' "$work/output" || die "the work was not done"

# And one on purpose is seen.
boot "$3" "$4" "crash page_fault"
grep -q ' v=0e ' "$work/exceptions" || die "a page fault on purpose is not seen: $(tail -n 3 "$work/interrupts")"
exit 0
