#!/bin/bash
# page_permissions_test.sh KERNEL ARCHIVE: walks the page tables of a running system through QEMU's monitor. No page may
# be writable and executable, nothing may be mapped below the kernel's half or where the image was, no frame may be mapped
# at two places, and what the system's own map of memory says is just what is mapped.
set -uo pipefail
. tests/system/machine.bash
kernel=$1 archive=$2
work=$TEST_TMPDIR

printf 'load command_crash; memory --map; crash hang' >"$work/exec"
mkfifo "$work/commands"
timeout --kill-after=5 "$hang_seconds" qemu-system-x86_64 -accel tcg -cpu max -machine q35 -m 256 -nic none -display none -no-reboot \
	-kernel "$kernel" -initrd "$archive" -fw_cfg "name=opt/ariadne/exec,file=$work/exec" \
	-serial file:"$work/log" -serial file:"$work/output" -monitor stdio <"$work/commands" >"$work/monitor" 2>&1 &
machine=$!
exec 3>"$work/commands"
await "the command ran" says 1 '^hanging' "$work/output"
printf 'info registers\ninfo tlb\nquit\n' >&3
wait "$machine"
machine=
exec 3>&-

# A line is ADDRESS: FRAME XGPDACTUW; a letter is there when the bit is set, X being no-execute.
tr -d '\r' <"$work/monitor" | grep -aoE '[0-9a-f]{16}: [0-9a-f]{16} [-XGPDACTUW]{9}' >"$work/pages"
pages=$(wc -l <"$work/pages")
echo "$pages pages are mapped"
status=0
fail() {
	echo "FAILED: $1" >&2
	head -n 5 "$work/bad" >&2
	status=1
}
[ "$pages" -ge 100 ] || fail "the monitor lists too few pages to be believed"

# The recursive entry shows the tables themselves; its own no-execute bit covers all that lies below it.
grep -vE '^ffffff[0-7]' "$work/pages" >"$work/memory"
awk '$3 ~ /W$/ && $3 !~ /^X/' "$work/memory" >"$work/bad"
[ ! -s "$work/bad" ] || fail "pages are writable and executable"
grep -vE '^ffff[cf]' "$work/memory" >"$work/bad"
[ ! -s "$work/bad" ] || fail "pages are mapped outside the kernel's ranges"
awk '{print $2}' "$work/memory" | sort | uniq -d >"$work/bad"
[ ! -s "$work/bad" ] || fail "frames are mapped at two places"
grep -E '^ffffffff[89]' "$work/memory" >"$work/bad"
[ ! -s "$work/bad" ] || fail "pages are mapped where the image was"

# The map, page by page, against the monitor's walk.
awk '{print $1, ($3 ~ /W$/ ? "rw-" : $3 ~ /^X/ ? "r--" : "r-x")}' "$work/memory" | sort >"$work/walked"
while read -r start kib may _; do
	for ((page = start, end = start + kib * 1024; page < end; page += 4096)); do
		printf '%016x: %s\n' "$page" "$may"
	done
done < <(tr -d '\r' <"$work/output" | grep -E '^0xffff') | sort >"$work/mapped"
echo "$(wc -l <"$work/mapped") pages are on the system's map"
diff "$work/walked" "$work/mapped" >"$work/bad"
[ ! -s "$work/bad" ] || fail "the system's map of memory is not what is mapped"
[ "$(grep -c '^ffffff[0-7]' "$work/pages")" -ge 4 ] || fail "the recursive entry is not there"
exit $status
