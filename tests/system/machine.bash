# shellcheck shell=bash
# Sourced by tests that speak with a machine while it runs: through QEMU's monitor, its keyboard, or GDB.
#
# Nothing here depends on how fast the machine is. What a test waits for it waits for as long as QEMU runs, and QEMU and GDB
# have limits against a hang alone, far beyond what the slowest run needs.

machine=         # QEMU's process, or that of the script that runs it
hang_seconds=400 # against a hang

die() {
	local file
	echo "FAILED: $1" >&2
	for file in "$TEST_TMPDIR"/{machine,log,monitor,output}; do
		[[ ! -s $file ]] || { echo "The end of $(basename "$file"):"; tail -n 30 "$file" | tr -d '\r'; } >&2
	done
	exit 1
}

stop_machine() {
	[[ -z $machine ]] || kill "$machine" 2>/dev/null
	wait
	machine=
}
trap stop_machine EXIT

# await WHAT COMMAND...: until the command succeeds; the test fails if the machine ends before
await() {
	local what=$1
	shift
	until "$@"; do
		# What came last may have come between the two questions.
		kill -0 "$machine" 2>/dev/null || "$@" || die "the machine ended before $what"
		sleep 0.1
	done
}

# says COUNT PATTERN FILE: COUNT lines of the file match
says() {
	[[ -e $3 && $(tr -d '\r' <"$3" | grep -acE -- "$2") -ge $1 ]]
}

# listening PATH: somebody takes connections at the socket
listening() {
	[[ -S $1 ]] && awk -v path="$1" '$4 == "00010000" && $NF == path { found = 1 } END { exit !found }' /proc/net/unix
}

# press SERIAL KEY...: presses keys of the machine's keyboard, by QEMU's names for them, through the monitor at descriptor 3.
# Each key shows on the serial line; the next one waits for that, as the keyboard's buffer is short.
press() {
	local serial=$1 key size
	shift
	for key; do
		size=$(stat -c %s "$serial")
		echo "sendkey $key 20" >&3
		await "the key $key shows" longer_than "$serial" "$size"
	done
}

longer_than() {
	[[ $(stat -c %s "$1") -gt $2 ]]
}

# dots FILE: how many bytes of the machine's screen are not black; the picture is in FILE
dots() {
	rm -f "$1"
	echo "screendump $1" >&3
	await "QEMU's picture of the screen" whole_picture "$1"
	tail -c +16 "$1" | tr -d '\000' | wc -c
}

# whole_picture FILE: all of it is written: a PPM, the size in its second line, three bytes a point
whole_picture() {
	local width height
	read -r width height < <(sed -n 2p "$1" 2>/dev/null) &&
		[[ $(stat -c %s "$1") == $((width * height * 3 + $(head -n 3 "$1" | wc -c))) ]]
}

# await_dots WORDS FILE CONDITION: looks at the screen until the condition holds; the number of dots is in $seen, as in CONDITION.
# The screen follows the serial line by no more than what one picture takes, many times over.
await_dots() {
	local looks
	for ((looks = 0; looks < 100; looks++)); do
		seen=$(dots "$2") || exit
		(($3)) && return
		sleep 0.1
	done
	die "$1 ($seen bytes of the screen are not black)"
}

# start_for_gdb QEMU OPTION...: the machine, waiting for GDB at $gdb_socket. The name of a socket has to be short.
start_for_gdb() {
	local qemu=$1
	shift
	command -v gdb >/dev/null || die "no gdb; run tools/setup"
	if [[ -z ${gdb_socket:-} ]]; then
		gdb_socket=$(mktemp -d)/gdb || exit
		trap 'stop_machine; rm -rf "${gdb_socket%/gdb}"' EXIT
	fi
	"$qemu" --gdb-socket "$gdb_socket" --timeout "$hang_seconds" "$@" >"$TEST_TMPDIR/machine" 2>&1 &
	machine=$!
	await "it waits for GDB" listening "$gdb_socket"
}

# gdb_batch ARGUMENT...
gdb_batch() {
	HOME=$TEST_TMPDIR timeout "$hang_seconds" gdb -nx -batch "$@" 2>&1
}
