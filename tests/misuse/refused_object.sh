#!/bin/bash
# Asserts that one program compiles, and that the audit of its object refuses it, for the reason stated and for no other.
#
#   refused_object.sh AUDIT OBJDUMP CLANG FILE CASE FLAG...
set -euo pipefail
. tests/misuse/case.bash
audit=$1 objdump=$2 clang=$3
extract "$4" "$5"
shift 5
"$clang" "$@" -include cells/base/intralingual/kill_points.h -iquote . -c "$work/misuse.c" -o "$work/misuse.o" ||
	{ echo "FAILED: it does not compile"; exit 1; }
status=0
"$audit" --name misuse --class checked --objdump "$objdump" "$work/misuse.o" >"$work/said" 2>&1 || status=$?
demand_refusal $status
