#!/bin/bash
# gdb_test.sh QEMU IMAGE SCRIPT: GDB stops in cells that were not loaded when the breakpoint was set, and names all frames.
set -uo pipefail
. tests/system/machine.bash
qemu=$1 image=${2%.iso} script=$3

# debug DIRECTORY COMMAND...: boots the image with `deps bytes` under GDB; what GDB says is in $output.
debug() {
	local directory=$1 words=()
	shift
	for command; do
		words+=(-ex "$command")
	done
	start_for_gdb "$qemu" --image "$image" --exec "deps bytes"
	output=$(gdb_batch -x "$script" -ex "set ariadne-debug $directory" -ex 'set breakpoint pending on' -ex "file $image.elf" \
		"${words[@]:0:4}" -ex "target remote $gdb_socket" "${words[@]:4}" -ex kill)
	printf '%s\n' "$output" | head -n 200
	stop_machine
}

expect() {
	grep -qE -- "$1" <<<"$output" || die "no line matches: $1"
}

# shellcheck disable=SC2016  # $pc is GDB's
# Two commands before the connection, the rest after it.
debug "$image.debug" 'break shell_main' 'break command_deps.c:run' \
	continue backtrace continue backtrace 'info symbol $pc' 'ariadne cells' 'ariadne sync'
expect 'Breakpoint 1 \(shell_main\) pending'
expect '^Breakpoint 1, shell_main \(\) at .*cells/app/shell/shell\.c:'
expect '^#[0-9]+ .* in task_wrapper \(.*cells/task/spawn/spawn\.c:' # to where the shell's task begins
expect '^Breakpoint 2, run \(arguments=.*cells/app/command_deps/command_deps\.c:'
expect '^#[0-9]+ .*shell_run \(.*cells/app/shell/shell\.c:' # from one loaded cell into another
expect '^run \+ [0-9]+ in section \.text\.run of .*command_deps\.debug'
expect '^command_deps +0xffffffffa[0-9a-f]+ .*/command_deps\.debug'
expect '^nano_core +0xffffffffa[0-9a-f]+ .*/nano_core\.debug'

# Debug information of another build is not believed.
mkdir "$TEST_TMPDIR/other"
for file in "$image.debug"/*.debug; do
	ln -s "$(readlink -f "$file")" "$TEST_TMPDIR/other/$(basename "$file")"
done
rm "$TEST_TMPDIR/other/shell.debug"
ln -s "$(readlink -f "$image.debug/bytes.debug")" "$TEST_TMPDIR/other/shell.debug"
debug "$TEST_TMPDIR/other" 'break shell_main' 'break command_deps.c:run' continue backtrace 'ariadne cells'
expect '^ariadne: .*/shell\.debug is of another build than the running cell'
expect '^Breakpoint 2, run '
expect '^shell +0xffffffffa[0-9a-f]+ \(no debug information\)'
echo "passed"
