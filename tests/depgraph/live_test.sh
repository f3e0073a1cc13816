#!/bin/bash
# live_test.sh equal|differs DEPGRAPH QEMU IMAGE.iso DECLARED.json: asks a running system for its graph through its serial
# line. As it boots, all three views are equal: declared, embedded, live. With one bound call changed in its memory, from
# outside, the difference is told with cell, section and symbol.
set -uo pipefail
. tests/system/machine.bash
name=$1 depgraph=$PWD/$2 qemu=$PWD/$3 image=$PWD/${4%.iso} declared=$PWD/$5
socket=line # a short name: that of a socket has to be
cd "$TEST_TMPDIR" || exit

# ask STATUS ARGUMENTS: output in $output
ask() {
	local wanted=$1 status
	shift
	output=$("$depgraph" "$@" 2>&1)
	status=$?
	printf '%s\n' "$output" | tail -n 40
	[[ $status == "$wanted" ]] || die "exit status $status, expected $wanted: depgraph $*"
}

expect() {
	grep -qE -- "$1" <<<"$output" || die "no line matches: $1"
}

# gdb_do COMMAND...: with the machine stopped; it goes on afterwards.
gdb_do() {
	local words=()
	for command; do
		words+=(-ex "$command")
	done
	gdb_batch -ex 'set architecture i386:x86-64' -ex "target remote $gdb_socket" "${words[@]}" -ex detach
}

case $name in
equal)
	"$qemu" --image "$image" --serial "unix:$socket" --timeout "$hang_seconds" >machine 2>&1 &
	machine=$!
	await "its serial line is there" listening "$socket"
	# Asked while it boots: the answer comes when there is a shell.
	ask 0 compare "$declared" "$image.cells.cpio" "live:unix:$socket" --wait "$hang_seconds"
	expect "^compared .*declared.json and .*ariadne.cells.cpio: declared, 0 differences"
	expect "^compared .*declared.json and live:unix:line: the links against what is declared, [0-9]+ not loaded, 0 differences"
	expect "^compared .*ariadne.cells.cpio and live:unix:line: link, the sections of [0-9]{2,3} cells, [0-9]+ not loaded, 0 diff"
	# And again, saved: what a file holds is what the line said.
	ask 0 list --sections -o live.json "live:unix:$socket"
	ask 0 compare "$image.iso" live.json "live:unix:$socket"
	ask 0 check --partial --kinds link live.json
	# Run-time pointers too: the log's sinks, the function that names addresses, the command that runs.
	ask 0 list --edges --kinds runtime live.json
	expect '^shell command_deps runtime '
	expect '^crash_report [a-z_]+ ([a-z+]+\+)?runtime '
	ask 0 check --partial live.json
	ask 0 why shell command_deps live.json
	expect "pointer 'shell \\(running command\\)' to command_deps"
	;;
differs)
	start_for_gdb "$qemu" --image "$image" --serial "unix:$socket"
	gdb_do >gdb.log || die "gdb does not reach the machine"
	ask 0 list --sections "live:unix:$socket" --wait "$hang_seconds"
	address=$(sed -n 's/^shell \.text\.shell_suggest text [0-9]* //p' <<<"$output")
	[[ -n $address ]] || die "the live graph does not say where shell_suggest is"
	# The first call out of it: the four bytes behind its opcode become zero, as if a bit of memory had failed.
	call=$(gdb_do "x/60i $address" | tee gdb.log | sed -nE 's/^[= >]*(0x[0-9a-f]+):.*call +0x[0-9a-f]+.*/\1/p' | head -n 1)
	[[ -n $call ]] || { cat gdb.log; die "no call in shell_suggest"; }
	gdb_do "set {int}($call + 1) = 0" >gdb.log || die "gdb cannot write"
	ask 1 compare --source "${TEST_SRCDIR:-.}/${TEST_WORKSPACE:-.}" "$image.cells.cpio" "live:unix:$socket" --wait "$hang_seconds"
	expect '^shell: section \.text\.shell_suggest leads elsewhere in live:unix:line than its record says: to '
	expect '^shell: section \.text\.shell_suggest leads to [a-z_]+ of [a-z_]+ in [0-9]+ places? in .*cells.cpio, in [0-9] in live:unix:line at cells/app/shell/[a-z_]+\.c:[0-9]+$'
	expect '^compared .*, [1-9][0-9]* differences?$'
	;;
esac
echo passed
