#!/bin/bash
# kernel_modules_test.sh DEPGRAPH MODULE.ko...: modules of Linux, which nobody here compiled. The edges that depgraph finds
# in their symbols are exactly those that the kernel's own build wrote into them (`depends=` in .modinfo).
set -uo pipefail
export LC_ALL=C
depgraph=$1
shift

die() {
	echo "FAILED: $1" >&2
	exit 1
}

declare -A given
for module; do
	given[$(basename "$module" .ko | tr - _)]=1
done
for module; do
	grep -aoz '^depends=.*' "$module" | tr '\0,' '\n\n' | sed 's/^depends=//' | tr - _ |
		while read -r other; do
			[[ -z $other || -z ${given[$other]:-} ]] || echo "$(basename "$module" .ko | tr - _) $other"
		done
done | sort > "$TEST_TMPDIR/theirs"
"$depgraph" list --edges "$@" | awk '{ print $1, $2 }' | tr - _ | sort > "$TEST_TMPDIR/ours"
echo "${#given[@]} modules, $(wc -l < "$TEST_TMPDIR/ours") edges"
diff "$TEST_TMPDIR/ours" "$TEST_TMPDIR/theirs" || die "not the edges that the modules themselves name"
[[ $(wc -l < "$TEST_TMPDIR/ours") -ge 100 ]] || die "too few edges to tell"

"$depgraph" check "$@" || die "modules that load one after another have no circle"
"$depgraph" why xt_nat nf_conntrack "$@" | grep -q 'xt_nat -> nf_conntrack  (link: .*nf_ct_netns_get' || die "why"
"$depgraph" draw --focus nf_tables --format mermaid "$@" | grep -q '"nft_ct"' || die "draw"
"$depgraph" order "$@" | head -n 1 | grep -qw nf_conntrack || die "order"
echo passed
