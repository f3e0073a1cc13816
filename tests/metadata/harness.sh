# For the tests of this folder: builds cells with the tools of the build, without its rules.
#
# A test is called as
#     TEST.sh CLANG LLD OBJCOPY READELF CELLMETA MAKE_CELL_OBJECT CELLPACK NANO_MAP CHANGED_ARCHIVE --
#         COMPILER FLAGS
# and sources this file. It works in a folder of its own, in which cells lie as in the tree: cells/GROUP/NAME/NAME.{h,c}.

set -euo pipefail
export LC_ALL=C

tools=()
while (($#)) && [[ $1 != -- ]]; do
	tools+=("$(command -v "$1" | sed "s#^\([^/]\)#$PWD/\1#")")
	shift
done
shift
FLAGS=("$@")
CLANG=${tools[0]} LLD=${tools[1]} OBJCOPY=${tools[2]} READELF=${tools[3]} CELLMETA=${tools[4]} MAKE=${tools[5]}
CELLPACK=${tools[6]} NANO_MAP=${tools[7]} CHANGED_ARCHIVE=${tools[8]}

folder=$(mktemp -d "${TEST_TMPDIR:-/tmp}/metadata.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir out
passed=0 failed=0

# build NAME [DEP...]: compiles cells/app/NAME, finishes it. VERSION, INIT and CLASS may be set. Messages go to out/messages.
build() {
	local name=$1 package=cells/app/$1 objects=() arguments=() source dep file
	shift
	for source in "$package"/*.c; do
		"$CLANG" -std=gnu2x -O2 -iquote . "${FLAGS[@]}" ${EXTRA_FLAGS:-} -w -c "$source" -o "out/$(basename "$source").1.o" ||
			return 70
		objects+=("out/$(basename "$source").1.o")
		arguments+=(--source "$source")
	done
	for file in "$package"/*.h; do
		[[ $file == "$package/$name.h" ]] || arguments+=(--source "$file")
	done
	"$LLD" -r -O0 -o "out/$name.merged.o" "${objects[@]}" || return 70
	for dep in "$@"; do
		arguments+=(--dep "$dep=out/$dep.exports=cells/app/$dep/$dep.h")
	done
	for file in out/*.exports; do
		[[ -e $file && $file != "out/$name.exports" ]] && arguments+=(--known-exports "$file")
	done
	"$MAKE" --name "$name" --group app --package "$package" --version "${VERSION:-0.1.0}" --class "${CLASS:-core}" \
		--summary "A cell for tests" --init "${INIT:-}" --exit "" --merged "out/$name.merged.o" \
		--header "$package/$name.h" "${arguments[@]}" --clang "$CLANG" --objcopy "$OBJCOPY" --cellmeta "$CELLMETA" \
		--object "out/$name.o" --debug "out/$name.debug" --exports "out/$name.exports" -- "${FLAGS[@]}" ${EXTRA_FLAGS:-} \
		2>out/messages
}

# source NAME FILE <<text: writes cells/app/NAME/FILE.
source_file() {
	mkdir -p "cells/app/$1"
	cat >"cells/app/$1/$2"
}

# hash_of CELL SYMBOL: the type hash of an export, as the file of exports has it.
hash_of() {
	awk -v symbol="$2" '$1 == symbol { print $2 }' "out/$1.exports"
}

check() { # check WHAT COMMAND...: the command must succeed
	local what=$1
	shift
	if "$@" >out/check.log 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $what: $*" >&2
		sed 's/^/    /' out/check.log >&2
	fi
}

check_status() { # check_status WHAT STATUS COMMAND...: the command must end with that status; its output is in out/output
	local what=$1 expected=$2 status=0
	shift 2
	"$@" >out/output 2>&1 || status=$?
	check "$what (exit status $status, expected $expected; $(head -c 400 out/output))" [ "$status" -eq "$expected" ]
}

check_output() { # check_output WHAT TEXT: the line must stand in out/output or out/messages, whichever is newer
	local file=out/output
	[[ out/messages -nt out/output ]] && file=out/messages
	check "$1; there is: $(cat "$file")" grep -qxF -- "$2" "$file"
}

finish() {
	echo "$passed checks passed, $failed failed"
	((failed == 0 && passed > 0))
}
