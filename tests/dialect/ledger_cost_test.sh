#!/bin/bash
# The ledger costs at most 8 instructions for each handle that is armed and 8 for each that is dropped: compiles the same
# function with and without it, and counts.
#
#   ledger_cost_test.sh OBJDUMP CLANG FILE FLAGS...
set -euo pipefail
objdump=$1 clang=$2 file=$3
shift 3
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/ledger.XXXXXX")
trap 'rm -rf "$work"' EXIT

# count NAME [FLAG...]: how many instructions there are up to the call that fills the handle, and from there to the return
count() {
	local name=$1
	shift
	"$clang" "$@" -iquote . -c "$file" -o "$work/$name.o"
	"$objdump" -dr --no-show-raw-insn --disassemble-symbols=make_and_drop "$work/$name.o" |
		awk '
			/R_X86_64/ { if (/thing_make/) { arm = n; n = 0 } next }
			/^ *[0-9a-f]+:/ && !done { n++ }
			/\tret/ && !done { drop = n; done = 1 }
			END { print arm + 0, drop + 0 }'
}

read -r arm_without drop_without <<<"$(count without "$@" -O2)"
read -r arm_with drop_with <<<"$(count with "$@" -O2 -DLEDGER_=1)"
echo "armed: $arm_without instructions without the ledger, $arm_with with it; dropped: $drop_without and $drop_with"
[ "$arm_without" -gt 0 ] && [ "$drop_without" -gt 0 ] || exit 1
[ "$arm_with" -gt "$arm_without" ] && [ "$drop_with" -gt "$drop_without" ] || exit 1
[ $((arm_with - arm_without)) -le 8 ] && [ $((drop_with - drop_without)) -le 8 ]
