#!/bin/bash
# The analysis of one cell: does its source keep to the dialect? Its only output is a stamp of fixed content, so nothing
# of it reaches the image, and a change that the analysis accepts reruns nothing behind it.
#
#   analyse.sh --stamp OUT [--counts OUT] --cell NAME --class core|checked|foreign --clang PATH --query PATH
#     --rules lint.query SOURCE.c... [SOURCE.S...]
#
# Run from the root that includes are written from (`cells/...`). PATH are clang and clang-query, version 22 or later:
# older ones report false errors on lock guards. The files judged are the sources given and the headers that lie beside
# them. Kill points are not included: they belong to the object, and confuse this analysis. Exit status: 0 clean, stamp
# written; 1 refused, with `FILE:LINE:COLUMN: error: what is wrong [rule]` for each place; 64 wrong arguments.
#
# Three passes, in this order, and the first that refuses ends it:
#   words   what switches checks off or is for core cells only, by token (comments and strings do not count)
#   clang   ownership, locks, contexts, buffers: warnings as errors
#   lint    the rules of lint.query
# A foreign cell is pinned source of others: for it there is only the compiler's own opinion. It finds the C library's
# headers in platforms/freestanding.
#
# --counts writes one line: CELL CLASS LINES RAW CASTS ASSEMBLY COPIES. LINES are those with a token on them, headers
# beside the sources too. The others are what a checked cell may not do, wherever it stands: uses of RAW; casts between
# pointers and integers (so RAW_POINTER) or pointees; assembly statements and instructions; copies of unchecked size.
set -euo pipefail
export LC_ALL=C

usage() {
	sed -n '5,6p' "$0" >&2
	exit 64
}

stamp='' counts='' cell='' class='' clang='' query='' rules='' sources=() assembly=()
while [ $# -gt 0 ]; do
	case $1 in
	--stamp | --counts | --cell | --class | --clang | --query | --rules)
		[ $# -ge 2 ] || usage
		declare "${1#--}=$2"
		shift 2
		;;
	-*) usage ;;
	*.S)
		assembly+=("$1")
		shift
		;;
	*)
		sources+=("$1")
		shift
		;;
	esac
done
[ -n "$stamp" ] && [ -n "$cell" ] && [ -n "$clang" ] && [ -n "$query" ] && [ -n "$rules" ] || usage
case $class in core | checked | foreign) ;; *) usage ;; esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
touch "$work/raw" "$work/places"
package=$(dirname "${sources[0]:-${assembly[0]:-.}}")

succeed() {
	if [ -n "$counts" ]; then
		for file in "${assembly[@]}"; do
			# not blank, no comment: a line; no directive, no label alone: an instruction
			grep -vE '^[[:space:]]*(//.*)?$' "$file" | awk '
				{ print "line" }
				!/^[[:space:]]*[.#]/ && !/^[A-Za-z0-9_.$\\]+:[[:space:]]*(\/\/.*)?$/ { print "assembly" }' >>"$work/raw"
		done
		awk -v cell="$cell" -v class="$class" '
			{ n[$1]++ }
			END {
				casts = n["pointer-from-integer"] + n["integer-from-pointer"] + n["pointer-cast"]
				print cell, class, n["line"] + 0, n["raw"] + 0, casts, n["inline-assembly"] + n["assembly"], n["unchecked-copy"] + 0
			}' "$work/raw" "$work/places" >"$counts"
	fi
	echo "analysed" >"$stamp"
	exit 0
}
[ ${#sources[@]} -gt 0 ] || succeed # all assembly: nothing that these tools could read

flags=(
	--target=x86_64-linux-gnu -std=gnu2x -ffreestanding -nostdlibinc -fexceptions -mgeneral-regs-only -iquote .
	"-DIMPLEMENTS_$cell=1" "-DCELL_NAME=\"$cell\"" -DANALYSIS_PASS_
)
warnings=(-Werror)
if [ "$class" != foreign ]; then
	warnings+=(
		-Wall -Wextra -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wimplicit-fallthrough -Wcast-qual -Wdate-time
		-Wunused-result -Wincompatible-function-pointer-types-strict -Wunsafe-buffer-usage
		-Wthread-safety -Wthread-safety-beta -Wthread-safety-pointer
	)
fi
case $class in
checked) flags+=(-DCHECKED_CELL_) ;;
foreign) flags+=(-isystem platforms/freestanding) ;;
esac

# Prints the tokens of $1, one a line, as `KIND 'SPELLING' ... Loc=<FILE:LINE:COLUMN>`, without expanding anything.
tokens() {
	"$clang" -fsyntax-only -x c -Xclang -dump-raw-tokens "$1"
}

# What --counts needs of the tokens of $1.
count() {
	tokens "$1" 2>&1 | awk '
		!/^[a-z_]+ \047.*Loc=</ || /^(comment|unknown) / { next } # a token with a line end goes on in further lines
		{
			place = $0
			sub(/.*Loc=<[^:]*:/, "", place)
			sub(/:.*/, "", place)
			if (!(place in lines)) print "line"
			lines[place]
		}
		/^raw_identifier \047RAW\047/ && last != "define" { print "raw" }
		{ last = $2; gsub(/\047/, "", last) }' >>"$work/raw"
}

# Names that no source outside the dialect may speak, with what to do in their place.
words() {
	tokens "$1" >"$work/tokens" 2>&1 || {
		echo "analyse.sh: cannot read the tokens of $1:"
		tail -n 5 "$work/tokens"
		return 1
	}
	awk -v class="$class" -v file="$1" '
		BEGIN {
			off = "the analysis is switched off nowhere outside cells/base/intralingual; say the contract instead [analysis-off]"
			split("no_thread_safety_analysis __no_thread_safety_analysis__ TRUSTED_ ANALYSIS_ ANALYSIS_PASS_ LEDGER_ UNCHECKED_ CHECKED_CELL_ _Pragma __pragma", list, " ")
			for (i in list) refused[list[i]] = off
			line = "the object would change with every line added above; name the place in words [line-in-object]"
			split("__LINE__ __FILE__ __FILE_NAME__ __BASE_FILE__ __builtin_LINE __builtin_FILE", list, " ")
			for (i in list) refused[list[i]] = line
			if (class == "checked") {
				asm = "only core cells speak to the processor; call cells/hal, or make the class core [inline-assembly]"
				split("asm __asm __asm__", list, " ")
				for (i in list) refused[list[i]] = asm
			}
		}
		function refuse(message,    place) {
			place = $0
			sub(/.*Loc=<[^:]*/, "", place)
			sub(/>.*/, "", place)
			printf "%s%s: error: %s: %s\n", file, place, word, message
			found = 1
		}
		/^raw_identifier \047/ {
			word = $2
			gsub(/\047/, "", word)
			if (after_pragma && word != "once") {
				word = "#pragma " word
				refuse(off)
			} else if (word in refused)
				refuse(refused[word])
			else if (word ~ /^IMPLEMENTS_/)
				refuse("the fields of a handle belong to its cell; only the cell rule says which that is [private-field]")
			after_pragma = (word == "pragma" && after_hash)
			after_hash = 0
			next
		}
		/^hash \047/ { after_hash = 1; next }
		/^unknown / || /^\047/ { next }
		{ after_hash = 0; after_pragma = 0 }
		END { exit found }' "$work/tokens"
}

refused=0
for file in "${sources[@]}" "$package"/*.h; do
	[ -e "$file" ] || continue
	[ "$class" = foreign ] || [ "$cell" = intralingual ] || words "$file" >&2 || refused=1
	[ -z "$counts" ] || count "$file"
done
[ $refused = 0 ] || exit 1

"$clang" -fsyntax-only "${flags[@]}" "${warnings[@]}" "${sources[@]}" || exit 1

[ "$class" != foreign ] || succeed

# The rules of this class, and those of checked cells to count by, behind the definition of which files are the cell's own.
{
	printf 'let own isExpansionInFileMatching("(^|/)%s/[^/]*$")\n' "$(sed 's/[][\\.*^$+?(){}|]/\\&/g' <<<"$package")"
	awk -v class="$class" '
		/^#rule / { classes = $0; sub(/:.*/, " ", classes); wanted = index(classes, " " class " ") || index(classes, " checked "); next }
		/^m / { if (wanted) print; next }
		{ print }' "$rules"
} >"$work/rules"
grep -qE "^#rule [a-z-]+( [a-z]+)* ${class}[ :]" "$rules" || { echo "analyse.sh: $rules has no rule for class $class" >&2; exit 1; }

if ! "$query" -f "$work/rules" "${sources[@]}" -- "${flags[@]}" -w >"$work/found" 2>&1; then
	cat "$work/found" >&2
	exit 1
fi
# A rule that could not be read must not pass for a rule that found nothing.
if [ "$(grep -cE '^[0-9]+ match(es)?\.$' "$work/found")" != "$(grep -c '^m ' "$work/rules")" ]; then
	echo "analyse.sh: not every rule of $rules was tried:" >&2
	cat "$work/found" >&2
	exit 1
fi
awk -v root="$PWD/" -v class="$class" -v counted="$work/places" '
	FNR == NR {
		if (/^#rule /) {
			message = classes = $0
			sub(/^[^:]*: /, "", message)
			sub(/:.*/, " ", classes)
			advice[$2] = message
			refuses[$2] = index(classes, " " class " ")
		}
		next
	}
	match($0, /: note: "[a-z-]+" binds here$/) {
		place = substr($0, 1, RSTART - 1)
		rule = $0
		sub(/.*: note: "/, "", rule)
		sub(/" binds here$/, "", rule)
		if (!(rule in advice))
			next
		if (index(place, root) == 1)
			place = substr(place, length(root) + 1)
		if (seen[place, rule]++)
			next
		if (!refuses[rule]) {
			print rule >counted
			next
		}
		printf "%s: error: %s [%s]\n", place, advice[rule], rule
		show = 2
		found = 1
		next
	}
	show-- > 0 { print }
	END { exit found }' "$rules" "$work/found" >&2 || exit 1
succeed
