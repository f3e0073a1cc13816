#!/bin/bash
# sanitized_test.sh PROGRAM: a test program that was compiled with sanitizers says nothing about errors, and is one.
set -uo pipefail
grep -q __asan_init "$1" || { echo "FAILED: $1 was compiled without the address sanitizer" >&2; exit 1; }
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1
# Each order of the threads is another test.
for _ in {1..5}; do
	"$1" --gtest_brief=1 || exit 1
done
