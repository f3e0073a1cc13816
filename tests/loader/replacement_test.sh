#!/bin/bash
# replacement_test.sh CASE QEMU IMAGE SCRIPT: what the system says when nano_core's replacement goes wrong. GDB does the
# damage, so that nothing in the system is there for this test.
set -uo pipefail
. tests/system/machine.bash
name=$1 qemu=$2 image=${3%.iso} script=$4

# damage COMMAND...: boots the image under GDB with these commands; the machine's log is in $log, its status in $status.
damage() {
	local words=()
	for command; do
		words+=(-ex "$command")
	done
	start_for_gdb "$qemu" --image "$image" --exec "echo it got through" --log "$TEST_TMPDIR/log"
	gdb_batch -x "$script" -ex "set ariadne-debug $image.debug" -ex 'set breakpoint pending on' -ex "file $image.elf" \
		-ex "target remote $gdb_socket" "${words[@]}" | head -n 100
	wait "$machine"
	status=$?
	machine=
	log=$(cat "$TEST_TMPDIR/log")
	tail -n 30 "$TEST_TMPDIR/log"
}

expect() {
	grep -qE -- "$1" <<<"$log" || die "no line of the log matches: $1"
}

case $name in
fault)
	# In the midst of loading a cell again, the processor is sent to an address where nothing is.
	# shellcheck disable=SC2016  # $rip is GDB's
	damage 'break cell_loader_load_in' 'ignore 1 20' continue 'set var $rip = 0x1000' delete continue
	[ "$status" = 101 ] || die "status is $status, expected 101"
	expect 'page fault: execute at 0x0000000000001000: no page is mapped there'
	expect 'crash_report: while replacing cell [a-z_]+.?$'
	;;
state)
	# A word in the state of a cell is made to point at a function of the image.
	damage 'break image_replacement_finish' continue \
		"set var {unsigned long}&'kernel_command_line.c'::state = 0xffffffff80102000" delete continue
	[ "$status" = 101 ] || die "status is $status, expected 101"
	expect 'panic: image_replacement: state kernel_command_line:state\+0x0 still holds 0xffffffff80102000, which leads to the old [a-z_]+:[a-z_0-9.]+\+0x'
	expect 'crash_report: while looking for what is left of the image.?$'
	;;
gate)
	# A gate of the interrupt table leads to the image again.
	damage 'break image_replacement_finish' continue 'break cell_exchange_drop_retired' continue \
		"set var 'interrupt_table.c'::table.gates[3].offset_middle = 0x8011" delete continue
	[ "$status" = 101 ] || die "status is $status, expected 101"
	expect 'panic: image_replacement: the IDT interrupt_table:table\+0x30 still holds 0xffffffff8011[0-9a-f]{4}, which leads to the old '
	;;
heap)
	# What the pool of stacks knows of this one, an object of the heap, leads to the image.
	damage 'break image_replacement_finish' continue \
		"set var 'image_replacement.c'::state.stack.record->holder = 0xffffffff80102000" delete continue
	[ "$status" = 101 ] || die "status is $status, expected 101"
	expect 'panic: image_replacement: a heap object at 0xffffc[0-9a-f]{11} still holds 0xffffffff80102000, which leads to the old '
	;;
stack)
	# The word above the first frame, which would be its caller's address.
	# shellcheck disable=SC2016  # $rsp is GDB's
	damage 'break image_replacement_finish' continue 'set var {unsigned long}$rsp = 0xffffffff80102000' delete continue
	[ "$status" = 101 ] || die "status is $status, expected 101"
	expect 'panic: image_replacement: the stack at 0xffffc[0-9a-f]{11} still holds 0xffffffff80102000, which leads to the old '
	;;
frame)
	# The guard page below the new stack leads to a frame of the image's text, as if it were the boot code's, too.
	# shellcheck disable=SC2016  # $rsp and $entry are GDB's
	damage 'break image_replacement_finish' continue \
		'set var $entry = (unsigned long)0xffffff0000000000 + ((((unsigned long)$rsp + 0xfff & ~0xffful) - 0x13000 & 0xffffffffffff) >> 9)' \
		'set var {unsigned long}$entry = {unsigned long}(0xffffff0000000000 + ((0xffffffff80102000 & 0xffffffffffff) >> 9))' \
		delete continue
	[ "$status" = 101 ] || die "status is $status, expected 101"
	expect "panic: image_replacement: the page at 0xffffc[0-9a-f]{11} leads to the frame at 0x102000, which is the image's"
	expect 'crash_report: while looking for what is left of the image.?$'
	;;
*)
	die "no such case: $name"
	;;
esac
exit 0
