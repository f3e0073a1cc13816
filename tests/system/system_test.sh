#!/bin/bash
# system_test.sh CASE QEMU IMAGE CRASH_IMAGE: one claim about the booted system.
set -uo pipefail
name=$1 qemu=$2 image=${3%.iso} crash_image=${4%.iso}
log=$TEST_TMPDIR/serial.log

die() {
	echo "FAILED: $1" >&2
	exit 1
}

# run IMAGE [OPTION...]: output in $output, status in $status
run() {
	local of=$1
	shift
	# The time is there against a hang alone: a slow machine is no failure.
	output=$("$qemu" --image "$of" --log "$log" --timeout 600 "$@" 2>"$TEST_TMPDIR/errors")
	status=$?
	printf '%s\n' "status $status" "$output" | head -n 300
	cat "$TEST_TMPDIR/errors"
	[ ! -e "$log" ] || cp "$log" "${TEST_UNDECLARED_OUTPUTS_DIR:-$TEST_TMPDIR}/serial.$name.log"
}

expect_status() {
	[ "$status" = "$1" ] || die "status is $status, expected $1"
}

# expect PATTERN: some line of the output matches
expect() {
	grep -qE -- "$1" <<<"$output" || die "no line of the output matches: $1"
}

# Every row of `cells` is one cell: its name, its class, where it came from.
check_cells() {
	expect_status 0
	local rows
	rows=$(grep -cE '^[a-z][a-z0-9_]* +(core|checked) ' <<<"$output")
	[ "$rows" -ge 30 ] || die "cells lists $rows cells, expected at least 30"
	expect '^shell +checked '
	expect '^nano_core +core '
}

# sum KIND: the KiB of `memory --map` of that kind
sum() {
	awk -v kind="$1" '$1 == "sum" && $2 == kind {print $3}' <<<"$output"
}

# Nothing of what was linked is left: no cell, no page; every page has an owner, every executable one is a cell's text.
check_replaced() {
	expect_status 0
	! grep -qE '^[a-z0-9_]+ +(core|checked|foreign) .* nano_core$' <<<"$output" || die "a cell is still linked"
	expect '^0xffffc[0-9a-f]+ +64 rw- stack +nano_core$'
	expect '^0xffffc[0-9a-f]+ +4 rw- device +local_apic$'
	! grep -qE '^0xffffffff[89]' <<<"$output" || die "pages of the image are still mapped"
	[ "$(sum image)" = 0 ] || die "the map shows $(sum image) KiB of the image"
	[ "$(sum unknown)" = 0 ] || die "nobody owns $(sum unknown) KiB"
	expect '^sum all +[0-9]+ KiB, ([0-9]+) KiB executable, of which \1 KiB are text of cells$'
	local kind cell
	for kind in text rodata state heap stack bookkeeping archive; do
		[ "$(sum $kind)" -gt 0 ] || die "the map shows no $kind"
	done
	for cell in frame_allocator page_table heap cell_registry cell_loader nano_core image_replacement; do
		expect "^0xffffffff[a-d][0-9a-f]+ +[0-9]+ r-x text +$cell$"
	done
	# The state of the cells that hold the processor's tables.
	expect '^0xffffffffa[0-9a-f]+ +[0-9]+ rw- state +descriptor_table$'
	expect '^0xffffffffa[0-9a-f]+ +[0-9]+ rw- state +interrupt_table$'

	# As much memory more as was linked, but for the trampoline's page, which was free before.
	local start end tables linked
	start=$(readelf -sW "$image.elf" | awk '$8 == "text_start_physical" {print $2}')
	end=$(readelf -sW "$image.elf" | awk '$8 == "state_end_physical" {print $2}')
	tables=$(readelf -SW "$image.elf" | sed -nE 's/.* \.boot\.page_tables +NOBITS +[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+) .*/\1/p')
	# page_table has taken the frames of the first tables over before, and given one back.
	linked=$(((16#$end - 16#$start - 16#$tables) / 1024))
	[ "$linked" -gt 100 ] || die "the image's size, $linked KiB, is not to be believed"
	grep -qE "[0-9]+ cells replaced; nano_core's image is gone: [0-9]+ KiB unmapped, $linked KiB more memory" "$log" ||
		die "the log does not say that all $linked KiB of the image came back"
}

case $name in
replaced_pvh)
	run "$image" --exec "cells; memory --map"
	check_replaced
	;;
replaced_bios)
	run "$image" --bios --exec "cells; memory --map"
	check_replaced
	;;
replaced_uefi)
	run "$image" --uefi --exec "cells; memory --map"
	check_replaced
	;;
replaced_smallest)
	run "$image" --memory 64 --exec "cells; memory --map"
	check_replaced
	;;
boot_cost)
	# Kernel entry to shell, every cell loaded and those of nano_core twice. QEMU counts: a tick is an instruction.
	run "$image" --icount --exec "echo"
	expect_status 0
	cost=$(sed -nE 's/.*the shell takes over, ([0-9]+) ticks.*/\1/p' "$log")
	echo "the shell takes over after $cost instructions"
	[ "${cost:-0}" -gt 5000000 ] || die "so few instructions are not to be believed"
	[ "$cost" -le 100000000 ] || die "more than 100 M instructions"
	;;
pvh)
	run "$image" --exec "cells; deps shell"
	check_cells
	expect 'cell_loader'
	;;
bios)
	run "$image" --bios --exec "cells; deps shell"
	check_cells
	;;
uefi)
	run "$image" --uefi --exec "cells; deps shell"
	check_cells
	;;
smallest_memory)
	run "$image" --memory 64 --exec "cells"
	check_cells
	;;
largest_memory)
	run "$image" --memory 8192 --exec "cells; memory"
	check_cells
	;;
output_alone)
	# Nothing but what the commands print: no log line, no prompt, no banner.
	run "$image" --exec "echo one; echo two"
	expect_status 0
	[ "$output" = $'one\ntwo' ] || die "there is more in the output than the commands printed"
	;;
status_of_last_failure)
	run "$image" --exec "no_such_command; echo after"
	[ "$status" != 0 ] || die "a command that does not exist gave status 0"
	[ "$status" -lt 100 ] || die "status $status is not a command's"
	expect '^after$'
	expect 'no_such_command'
	;;
load_unknown)
	run "$image" --exec "load shel"
	[ "$status" != 0 ] && [ "$status" -lt 100 ] || die "status is $status"
	expect 'shell'
	;;
load_on_demand)
	# A command's cell is not there before its first use, and is there after it.
	run "$image" --exec "cells; echo ====; deps shell; cells"
	expect_status 0
	before=${output%%====*} after=${output#*====}
	! grep -qE '^command_deps ' <<<"$before" || die "command_deps was loaded before it was used"
	grep -qE '^command_deps ' <<<"$after" || die "command_deps is not listed after its use"
	;;
options)
	# An unchanged image takes options: the log is silent but for errors, or says which levels there are.
	run "$image" --append "log=error" --exec "echo quiet"
	expect_status 0
	grep -q 'Ariadne begins' "$log" || die "the log begins before the options are read"
	! grep -q 'the shell takes over' "$log" || die "log=error left informations in the log"
	run "$image" --bios --append "log=loud" --exec "echo still there"
	expect_status 0
	grep -q 'the levels are error, warning, info and debug' "$log" || die "a wrong level is not named"
	;;
panic)
	# The command is unwound, the report is in the log, the shell goes on. Status 13 is STATUS_CRASHED.
	run "$crash_image" --exec "crash panic; echo after"
	expect_status 13
	expect '^shell: crash crashed: the test asked for a panic$'
	expect '^after$'
	grep -q 'panic: the test asked for a panic' "$log" || die "the message is not in the log"
	grep -qE 'command_crash:[a-z_]+\+0x' "$log" || die "no backtrace with cell, symbol and offset"
	;;
panic_in_clean_up)
	# Nobody can clean up after that: the system ends, with the log's end for whoever looks.
	run "$crash_image" --exec "crash panic_in_clean_up; echo after"
	expect_status 101
	grep -q 'the test asked for a panic' "$TEST_TMPDIR/errors" || die "the first message is not in the log's end"
	grep -q 'a clean-up panics, too' "$TEST_TMPDIR/errors" || die "the second message is not in the log's end"
	;;
exception)
	run "$crash_image" --exec "crash page_fault; echo after"
	expect_status 13
	expect '^shell: crash crashed: page fault at command_crash:read_unmapped_page\+0x'
	expect '^after$'
	grep -qi 'page fault' "$log" || die "the exception is not named"
	grep -qiE 'rip' "$log" || die "no registers"
	grep -qE 'command_crash:[a-z_]+\+0x' "$log" || die "no backtrace with cell, symbol and offset"
	;;
write_to_text)
	# A cell's code is not writable.
	run "$crash_image" --exec "crash write_text"
	expect_status 13
	grep -qi 'page fault: write' "$log" || die "writing to code was not refused"
	;;
execute_data)
	# A cell's data is not executable.
	run "$crash_image" --exec "crash execute_data"
	expect_status 13
	grep -qi 'page fault: execute' "$log" || die "executing data was not refused"
	;;
indirect_call)
	# A call through a pointer of another type is stopped by its check.
	run "$crash_image" --exec "crash indirect_call"
	expect_status 13
	grep -qi 'kcfi' "$log" || die "the check of the indirect call did not stop it"
	;;
stack_overflow)
	# It ends the command alone: what the clean-ups need is below the stack, and is closed again for the next time.
	run "$crash_image" --exec "crash stack_overflow; crash stack_overflow; crash stack_overflow; echo after"
	expect_status 13
	expect '^after$'
	[ "$(grep -c '^shell: crash crashed: stack overflow at command_crash:' <<<"$output")" = 3 ] ||
		die "not every overflow was survived"
	grep -q 'the stack is full: it has run into its guard page' "$log" || die "the overflow is not reported"
	;;
unwind)
	# Ten frames deep, in each way: every clean-up once and in order, the lock free, frames, pages, heap and registry as
	# before.
	times=20
	[ -z "${ARIADNE_FULL:-}" ] || times=1000
	for way in panic page_fault divide opcode protection breakpoint nested; do
		script="${script:-}unwind $way $times; "
	done
	run "$crash_image" --exec "$script"
	expect_status 0
	[ "$(grep -cE '^unwind: [a-z_]+: [0-9]+ frames, [0-9]+ landing pads, nothing is left: ' <<<"$output")" = 7 ] ||
		die "not every way is told of"
	;;
kill_everywhere)
	# Each victim is killed at its every instruction, the longer ones at the first, second and last visit of their every
	# address (ordinarily at some), and nothing is left. In the loader, where kills wait, every eighth is enough.
	stride=499 visits_stride=97 loader_stride=499 times=100
	[ -z "${ARIADNE_FULL:-}" ] || stride=1 visits_stride=1 loader_stride=8 times=2000
	stepped="nested recursion drop lock"
	visited="map heap spawn mutex async_send async_receive rendezvous_send rendezvous_receive heap_other"
	for victim in $stepped; do
		script="${script:-}victim $victim $stride; "
	done
	for victim in $visited; do
		script+="victim $victim visits $visits_stride; "
	done
	for victim in load unload; do
		script+="victim $victim visits $loader_stride; "
	done
	run "$crash_image" --timeout 3000 --exec "$script victim fault $times"
	expect_status 0
	for victim in $stepped; do
		expect "^victim: $victim: [0-9]+ instructions, killed [1-9][0-9]* times, ended by itself [0-9]+ times: nothing is left$"
	done
	for victim in $visited load unload; do
		expect "^victim: $victim: [0-9]+ instructions at [0-9]+ addresses, killed [1-9][0-9]* times, .*: nothing is left$"
	done
	! grep -q 'a defect' "$log" || die "the ledger had to give something back"
	# Faults: what the instruction was in the midst of comes from the ledger, what stands at calls from landing pads.
	for fault in "handle: [0-9]+ landing pads, 1" "two_handles: [0-9]+ landing pads, 2" "before_filled: [0-9]+ landing pads, 1" \
		"after_move: [0-9]+ landing pads, 2" "loop: [0-9]+ landing pads, 1" "under_lock: [0-9]+ landing pads, 2" \
		"divide: [0-9]+ landing pads, 1" "leaf: [0-9]+ landing pads, 1" "put_in: 1 landing pads, 0"; do
		expect "^victim: fault $fault from the ledger: nothing is left$"
	done
	expect '^victim: fault deep: 6 landing pads, 1 from the ledger: nothing is left$'
	;;
command_of_another_type)
	# Status 9 is STATUS_TYPE_MISMATCH; the command itself would have succeeded.
	run "$crash_image" --exec "misfit; echo after"
	expect_status 9
	expect '^shell: command_misfit was made for another kind of command'
	expect '^after$'
	;;
hang)
	run "$crash_image" --timeout 5 --exec "crash hang"
	expect_status 124
	;;
cores)
	# 1, 2, 4 and 8 cores: each is itself, frames wait for the last of them, and every vector is dealt with.
	for cores in 1 2 4 8; do
		run "$crash_image" --smp $cores --timeout 600 --exec "machine cores; machine shootdown; machine vectors; machine exceptions; cores"
		expect_status 0
		expect "^$cores cores run; $(((cores - 1) * 200)) calls came back\$"
		expect "^the frames waited for each of $((cores - 1)) cores; $(((cores - 1) * 2)) NMIs had their own stack\$"
		expect '^machine: vectors: ok$'
		expect '^28 exceptions were survived$'
		expect "^$cores of $cores cores run; "
		[ "$(grep -cE '^ +[0-9]+ +[0-9]+ running ' <<<"$output")" = "$cores" ] || die "not every core is shown"
	done
	# Fewer than there are, by an option.
	run "$crash_image" --smp 4 --append "cores=2" --timeout 600 --exec "machine shootdown; cores"
	expect_status 0
	expect '^2 of 4 cores run; '
	expect 'not started'
	;;
cores_counted)
	# QEMU lets one core run at a time here, and counts: nothing may wait for a core that does not get its turn.
	run "$crash_image" --icount --smp 4 --timeout 600 --exec "machine cores; machine shootdown"
	expect_status 0
	expect '^4 cores run; 600 calls came back$'
	expect '^the frames waited for each of 3 cores; 6 NMIs had their own stack$'
	;;
memory_cost)
	# To map, protect and unmap one page costs the same among 100 mappings and among 100,000: within 1 %, within 15 %
	# among holes. And what was taken is back: the second run leaves memory as the first one did.
	run "$image" --memory 1024 --icount --exec "memory; bench heap memory; memory; bench heap memory; memory"
	expect_status 0
	cost() { awk -v row="$1" '$2 == row { print $3; exit }' <<<"$output"; }
	for operation in mem_map_populate_unmap_1p mem_mprotect_1p mem_unmap_1p mem_map_1p_in_a_row; do
		few=$(cost "${operation}_among_100") many=$(cost "${operation}_among_100000")
		holes=$(cost "${operation}_among_holes_of_100000")
		echo "$operation: $few, $many, among holes $holes"
		[ "${few:-0}" -gt 0 ] && [ "${many:-0}" -gt 0 ] && [ "${holes:-0}" -gt 0 ] || die "rows are missing"
		[ $((many * 100)) -le $((few * 101)) ] ||
			die "$operation: $few instructions among 100 mappings, $many among 100,000"
		[ $((holes * 100)) -le $((few * 115)) ] ||
			die "$operation: $few instructions among 100 mappings, $holes among holes"
	done
	[ "$(cost mem_map_populate_unmap_1p)" -le 1600 ] || die "one page costs $(cost mem_map_populate_unmap_1p)"
	[ "$(grep -cE '^(physical|virtual|mapped)' <<<"$output")" = 12 ] || die "memory did not print its lines"
	for line in physical virtual, mapped; do
		# The first lines are those before the cells of bench were loaded.
		[ "$(grep "^$line" <<<"$output" | tail -n 2 | sort -u | wc -l)" = 1 ] || die "not everything came back: $line"
	done
	;;
out_of_memory)
	# With no frame left each operation that needs one is an error, and what was taken comes back.
	for memory in 64 300; do
		run "$crash_image" --memory "$memory" --exec "strain; strain"
		expect_status 0
		[ "$(grep -c '^0 frames are left' <<<"$output")" = 2 ] || die "memory was not used up"
		[ "$(grep -cE ': no memory$' <<<"$output")" = 20 ] || die "not every operation failed for want of memory"
		[ "$(grep -cE '^load_with_few: with [1-9][0-9]* frames: ok$' <<<"$output")" = 2 ] ||
			die "a cell was not loaded with just enough frames"
		! grep -q 'lost' <<<"$output" || die "something did not come back"
	done
	;;
storm)
	# Tasks on all cores that have any take memory of every kind, hand it over, lend it and free what others took; all of it
	# comes back.
	rounds=300
	[ -z "${ARIADNE_FULL:-}" ] || rounds=30000
	run "$crash_image" --smp 4 --timeout 1200 --exec "storm 8 $rounds; storm 3 $rounds"
	expect_status 0
	[ "$(grep -cE '^storm: [38] tasks on [0-9]+ cores, 0 bytes wrong, nothing is lost$' <<<"$output")" = 2 ] ||
		die "memory did not bear it"
	;;
nano_core_size)
	# What a boot loader copies into memory: the symbols for debuggers in the same file stay out of it.
	size=0
	for bytes in $(readelf -lW "$image.elf" | awk '$1 == "LOAD" {print $5}'); do
		size=$((size + bytes))
	done
	echo "nano_core: $size bytes"
	[ "$size" -ge $((32 * 1024)) ] || die "$size bytes are too few to be believed"
	[ "$size" -le $((128 * 1024)) ] || die "nano_core has $size bytes; at most 128 KiB are allowed"
	;;
*)
	die "no such case: $name"
	;;
esac
