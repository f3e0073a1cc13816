#!/bin/bash
# same_picture.sh KEPT.svg DRAWN.svg: whether a picture that is kept shows the same boxes and arrows as one just drawn. Where
# they stand, and the numbers on them, may differ.
shows() {
	sed -n 's,.*<title>\(group:.*\)</title>.*,\1,p' "$1" | sed 's/&#45;&gt;/ -> /' | LC_ALL=C sort
}
if ! diff <(shows "$1") <(shows "$2"); then
	echo "FAILED: $1 is out of date. Renew it: bazel build //:groups && cp -f bazel-bin/groups.svg docs/graph.svg"
	exit 1
fi
[[ -n $(shows "$1") ]]
