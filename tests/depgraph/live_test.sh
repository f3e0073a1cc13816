#!/bin/bash
# live_test.sh equal|differs DEPGRAPH QEMU IMAGE.iso DECLARED.json: asks a running system for its graph through its serial
# line. As it boots, all three views are equal: declared, embedded, live. With one bound call changed in its memory, from
# outside, the difference is told with cell, section and symbol.
set -uo pipefail
name=$1 depgraph=$PWD/$2 qemu=$3 image=${4%.iso} declared=$5
socket=$TEST_TMPDIR/line
port=$((20000 + RANDOM % 20000))
machine=

stop_machine() {
	[[ -z $machine ]] || kill "$machine" 2>/dev/null
	wait
	machine=
}
trap stop_machine EXIT

die() {
	echo "FAILED: $1" >&2
	cat "$TEST_TMPDIR/machine" >&2
	exit 1
}

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
	HOME=$TEST_TMPDIR timeout 60 gdb -nx -batch -ex 'set tcp connect-timeout 30' -ex 'set tcp auto-retry on' \
		-ex 'set architecture i386:x86-64' -ex "target remote localhost:$port" "${words[@]}" -ex detach 2>&1
}

# Fewer names for a path that a socket may have.
cd "$TEST_TMPDIR" || exit 1
for file in "$qemu" "$image" "$declared"; do
	[[ -e $OLDPWD/$file || -e $OLDPWD/$file.iso ]] || die "no $file"
done
image=$OLDPWD/$image declared=$OLDPWD/$declared qemu=$OLDPWD/$qemu
socket=line

case $name in
equal)
	"$qemu" --image "$image" --serial "unix:$socket" --timeout 200 >machine 2>&1 &
	machine=$!
	for ((patience = 300; patience > 0; patience--)); do
		[[ -S $socket ]] && break
		sleep 0.1
	done
	# Asked while it boots: the answer comes when there is a shell.
	ask 0 compare "$declared" "$image.cells.cpio" "live:unix:$socket" --wait 150
	expect "^compared .*declared.json and .*ariadne.cells.cpio: declared, 0 differences"
	expect "^compared .*declared.json and live:unix:line: the links against what is declared, [0-9]+ not loaded, 0 differences"
	expect "^compared .*ariadne.cells.cpio and live:unix:line: link, the sections of [0-9]{2} cells, [0-9]+ not loaded, 0 diff"
	# And again, saved: what a file holds is what the line said.
	ask 0 list --sections -o live.json "live:unix:$socket"
	ask 0 compare "$image.iso" live.json "live:unix:$socket"
	ask 0 check --partial --kinds link live.json
	;;
differs)
	command -v gdb >/dev/null || die "no gdb; run tools/setup"
	"$qemu" --image "$image" --serial "unix:$socket" --gdb-port "$port" --timeout 250 >machine 2>&1 &
	machine=$!
	gdb_do >gdb.log || die "gdb does not reach the machine"
	ask 0 list --sections "live:unix:$socket" --wait 150
	address=$(sed -n 's/^shell \.text\.shell_suggest text [0-9]* //p' <<<"$output")
	[[ -n $address ]] || die "the live graph does not say where shell_suggest is"
	# The first call out of it: the four bytes behind its opcode become zero, as if a bit of memory had failed.
	call=$(gdb_do "x/60i $address" | tee gdb.log | sed -nE 's/^[= >]*(0x[0-9a-f]+):.*call +0x[0-9a-f]+.*/\1/p' | head -n 1)
	[[ -n $call ]] || { cat gdb.log; die "no call in shell_suggest"; }
	gdb_do "set {int}($call + 1) = 0" >gdb.log || die "gdb cannot write"
	ask 1 compare --source "${TEST_SRCDIR:-.}/${TEST_WORKSPACE:-.}" "$image.cells.cpio" "live:unix:$socket" --wait 150
	expect '^shell: section \.text\.shell_suggest leads elsewhere in live:unix:line than its record says: to '
	expect '^shell: section \.text\.shell_suggest leads to [a-z_]+ of [a-z_]+ in [0-9]+ places? in .*cells.cpio, in [0-9] in live:unix:line at cells/app/shell/[a-z_]+\.c:[0-9]+$'
	expect '^compared .*, [1-9][0-9]* differences?$'
	;;
esac
echo passed
