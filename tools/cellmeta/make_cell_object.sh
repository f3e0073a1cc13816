#!/bin/bash
# Finishes a cell: NAME.merged.o becomes NAME.o (metadata in, debug information out), NAME.debug and NAME.exports.
#
#   make_cell_object.sh --name NAME --group GROUP --package cells/GROUP/NAME --version V --class core|checked|foreign
#     --summary TEXT --init SYMBOL --exit SYMBOL --merged NAME.merged.o --header NAME.h
#     {--dep CELL=EXPORTS=HEADER} {--implicit-dep CELL=EXPORTS=HEADER} {--known-exports FILE} {--source FILE}
#     {--pinned FILE}
#     --clang PATH --objcopy PATH --objdump PATH --cellmeta PATH --audit PATH
#     --object NAME.o --debug NAME.debug --exports NAME.exports -- COMPILER FLAGS
#
# The compiler flags must be those with which the cell was compiled: the types of its interface come from them. All paths
# are relative to the directory in which it runs, which is the root of the tree. Without --audit, nothing is audited.
set -euo pipefail
export LC_ALL=C

derive=() interface=() name="" class="" merged="" clang="" objcopy="" objdump="" cellmeta="" audit="" object="" debug="" exports=""
while (($#)); do
	case $1 in
	--) shift; break ;;
	--clang) clang=$2 ;;
	--objcopy) objcopy=$2 ;;
	--objdump) objdump=$2 ;;
	--cellmeta) cellmeta=$2 ;;
	--audit) audit=$2 ;;
	--object) object=$2 ;;
	--debug) debug=$2 ;;
	--exports) exports=$2 ;;
	--name) name=$2; derive+=("$1" "$2") ;;
	--class) class=$2; derive+=("$1" "$2") ;;
	--merged) merged=$2; derive+=("$1" "$2") ;;
	*) derive+=("$1" "$2") ;;
	esac
	shift 2
done
flags=("$@")
for needed in name class merged clang objcopy cellmeta object debug exports; do
	[[ ${!needed} ]] || { echo "make_cell_object.sh: error: --$needed is missing" >&2; exit 64; }
done

work=$object.work
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
: >"$work/undeclared"

# The types of exports and imports: small sources that point to each symbol, compiled for their debug information.
write_interface() {
	rm -f "$work"/*.c "$work"/*.types.o
	"$cellmeta" interface "${derive[@]}" --directory "$work" --undeclared "$work/undeclared"
}
compile_interface() {
	local source
	: >"$work/messages"
	for source in "$work"/*.c; do
		[[ -e $source ]] || return 0
		"$clang" -std=gnu2x -iquote . "${flags[@]}" -w -O0 -g -ferror-limit=0 -fno-spell-checking -fno-color-diagnostics \
			-c "$source" -o "${source%.c}.types.o" 2>>"$work/messages" || true
	done
	[[ ! -s $work/messages ]]
}
write_interface
if ! compile_interface; then
	# A symbol that no header declares is a mistake in the cell, which derive reports with all others.
	sed -n "s/.*error: use of undeclared identifier '\([^']*\)'.*/\1/p" "$work/messages" | sort -u >"$work/undeclared"
	write_interface
	compile_interface || { cat "$work/messages" >&2; exit 1; }
fi
for types in "$work"/*.types.o; do
	[[ -e $types ]] && interface+=(--interface "$types")
done
audit_object() {
	[[ ! $audit ]] || "$audit" --name "$name" --class "$class" --objdump "$objdump" "$1"
}
status=0
"$cellmeta" derive "${derive[@]}" "${interface[@]}" --undeclared "$work/undeclared" --blob "$work/blob" \
	--exports "$work/exports" || status=$?
if ((status != 0)); then
	audit_object "$merged" || true # so that one run shows all mistakes
	exit "$status"
fi

# Internal symbols become local, as do the prefixes of kCFI; its type ids stay only where an assembly routine names one.
"$objcopy" --strip-debug --localize-hidden --wildcard --localize-symbol='__cfi_*' --localize-symbol='__kcfi_typeid_*' \
	--strip-unneeded-symbol='__kcfi_typeid_*' --remove-section=.kcfi_traps --remove-section=.note.GNU-stack \
	--add-section=.ariadne.cell="$work/blob" "$merged" "$work/final.o"
# objcopy keeps the mode of its input, which Bazel has made read-only
chmod u+w "$work/final.o"
"$cellmeta" seal "$work/final.o" "$work/note"
"$objcopy" --only-keep-debug --add-section=.note.gnu.build-id="$work/note" "$merged" "$work/debug"
"$cellmeta" verify "$work/final.o"
audit_object "$work/final.o"
mv "$work/final.o" "$object"
mv "$work/debug" "$debug"
mv "$work/exports" "$exports"
