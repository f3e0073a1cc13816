#!/bin/bash
# Asserts that every program of a file is a test: listed_test.sh FILE CASE...
set -euo pipefail
file=$1
shift
diff <(sed -n 's/^\/\/ case \([^:]*\):.*/\1/p' "$file" | sort) <(printf '%s\n' "$@" | sort) || {
	echo "FAILED: < is in $file alone, > in the BUILD file alone"
	exit 1
}
