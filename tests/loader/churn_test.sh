#!/bin/bash
# churn_test.sh CASE IMAGE.elf MANY NEWER: loads and unloads in the booted system; counted in instructions.
set -uo pipefail
name=$1 image=${2%.elf} many=$3 newer=$4

die() {
	echo "FAILED: $1" >&2
	exit 1
}

# boot SCRIPT [QEMU-OPTION...]: output in $output
boot() {
	printf '%s' "$1" >"$TEST_TMPDIR/exec"
	shift
	output=$(timeout 600 qemu-system-x86_64 -accel tcg -cpu max -machine q35 -m 256 -nic none -display none \
		-device isa-debug-exit,iobase=0xf4,iosize=0x04 -icount shift=0,sleep=off -kernel "$image.elf" \
		-initrd "$image.cells.cpio" -fw_cfg "name=opt/ariadne/exec,file=$TEST_TMPDIR/exec" "$@" -no-reboot \
		-monitor none -serial "file:$TEST_TMPDIR/log" -serial stdio </dev/null)
	status=$?
	echo "$output"
	[ "$status" = 33 ] || { tail -n 20 "$TEST_TMPDIR/log" >&2; die "QEMU ended with $status"; }
}

case $name in
churn)
	# An application cell, and one whose dependencies come and go with it.
	count=100
	[ -z "${ARIADNE_FULL:-}" ] || count=10000
	boot "churn bench_module $count; churn command_deps $((count / 10))"
	grep -q "^$count times, and all is as it was" <<<"$output" || die "something stayed behind"
	;;
linear)
	# The last tenth of the cells costs what the first did, but for the depth of a search tree.
	count=1000
	[ -z "${ARIADNE_FULL:-}" ] || count=5000
	boot "churn --many $(stat -L -c %s "$many") $count" -fw_cfg "name=opt/ariadne/many,file=$many"
	grep -q '^all is as it was' <<<"$output" || die "something stayed behind"
	for what in LOAD UNLOAD; do
		first=$(awk -v what=$what '$1 == what && $2 == 0 {print $3}' <<<"$output" | tail -n 1)
		last=$(awk -v what=$what '$1 == what && $2 == 9 {print $3}' <<<"$output" | tail -n 1)
		[ "$first" -gt 1000 ] || die "$first instructions are too few to be believed"
		[ $((last * 100)) -le $((first * 115)) ] ||
			die "$what: $first instructions for a cell of the first tenth, $last of the last"
	done
	;;
versions)
	# Two applications, each in its name space, see two versions of one cell at once, each with state of its own.
	boot "versions $(stat -L -c %s "$newer")" -fw_cfg "name=opt/ariadne/newer,file=$newer"
	expected=': version 1, asked 1 times
newer: version 2, asked 1 times
: version 1, asked 2 times
newer: version 2, asked 2 times
: version 1, asked 3 times'
	[ "$output" = "$expected" ] || die "not what two versions say"
	;;
*)
	die "no such case: $name"
	;;
esac
