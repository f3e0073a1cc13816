#!/bin/bash
# other_project_test.sh DEPGRAPH NM FILE...: objects without metadata, of another project too. Each FILE that is a static
# library is read; the edges and their symbols are exactly those that nm's lists give when they are joined.
set -uo pipefail
export LC_ALL=C
depgraph=$1 nm=$2
shift 2
work=$TEST_TMPDIR
libraries=0

for library; do
	[[ $library == *.a ]] || continue
	"$depgraph" list --edges "$library" | awk '{ n = split($5, s, ","); for (i = 1; i <= n && $5 != "-"; i++) print $1, $2, s[i] }' |
		sort > "$work/ours"
	"$nm" -A "$library" 2> /dev/null | awk '
		{
			split($1, path, ":"); object = path[2]; sub(/\.[^.]*$/, "", object); kind = $(NF - 1); symbol = $NF
			if (kind == "U" || kind == "w" || kind == "v") wanted[object " " symbol] = 1
			else if ((kind ~ /[A-Z]|u|i/) && !(symbol in exporter)) exporter[symbol] = object
		}
		END {
			for (key in wanted) {
				split(key, a, " ")
				if (a[2] in exporter && exporter[a[2]] != a[1]) print a[1], exporter[a[2]], a[2]
			}
		}' | sort > "$work/theirs"
	echo "$library: $(wc -l < "$work/ours") symbols on edges"
	diff "$work/ours" "$work/theirs" || { echo "FAILED: not the edges that nm's lists give"; exit 1; }
	[[ -s $work/theirs ]] || continue # a library of one object
	# Each question has an answer without metadata.
	for question in stats metrics order unused "draw --reduce" "list --sections" check; do
		# shellcheck disable=SC2086 # words
		"$depgraph" $question "$library" > "$work/out" 2>&1
		[[ $? -le 2 && -s $work/out ]] || { cat "$work/out"; echo "FAILED: $question"; exit 1; }
	done
	libraries=$((libraries + 1))
done
[[ $libraries -ge 2 ]] || { echo "FAILED: $libraries static libraries with edges, expected 2"; exit 1; }
echo passed
