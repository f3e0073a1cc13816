#!/bin/bash
# Runs depgraph as cases.txt says and compares what it prints, and its exit status, with golden/NAME.txt.
#     golden_test.sh DEPGRAPH MAKE_CELLS [--update]
# With --update the golden files of the source tree (BUILD_WORKSPACE_DIRECTORY) are written instead.
set -u
here=$PWD/tests/depgraph
depgraph=$PWD/$1
make_cells=$PWD/$2
update=${3:-}
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/golden.XXXXXX")
unset BUILD_WORKING_DIRECTORY NO_COLOR
trap 'rm -rf "$work"' EXIT

cd "$work" || exit 1
for graph in small cyclic broken; do
	"$make_cells" archive "$here/$graph.txt" $graph.cpio || exit 1
done
mkdir -p objects bare/kernel modules
"$make_cells" bare "$here/cyclic.txt" bare/kernel || exit 1
"$make_cells" modules "$here/small.txt" modules || exit 1
"$make_cells" library "$here/small.txt" small.a || exit 1
head -c 4000 small.a > short.a
printf '!<arch>\n' > empty.a
"$make_cells" objects "$here/cyclic.txt" objects || exit 1
"$make_cells" iso "$here/small.txt" small.iso || exit 1
"$make_cells" plain-iso "$here/small.txt" plain.iso || exit 1
"$make_cells" archive "$here/small.txt" short.cpio && truncate -s 5000 short.cpio
head -c 40000 small.iso > short.iso
head -c 700 objects/heap.o > short.o
cp "$here/test.rules" test.rules
echo 'order base < hal because' > bad.rules
echo 'used group:diagnostics, heap because "a driver exports what somebody drives"' > used.rules
echo 'forbid class:checked -> class:core & !port_io because "checked cells use no other core cell"
	forbid serial_port -> port_io because "to see a rule of one cell"' > class.rules
echo 'forbid * -> group:base, group:diagnostics because "the ground is bare"
	except shell -> log because "it shows it" except serial_port -> status via type because "older"
	forbid shell -> log because "an exception is from one rule"
	used * because "what nobody uses goes" keep heap_*, shell_main because "looked up by name"' > except.rules
echo 'forbid heap -> log because "to be sure" except heap, console -> log & !status, port_io because "so far"
	except port_io -> port_io because "never was" used group:hal because "what nobody uses goes"
	keep nothing_*, heap_free because "there was a time" allow shell -> log because "one is enough"' > stale.rules
echo 'used heap because "x" except heap -> log because "y"' > bad_except.rules
printf 'heap checked 310 0 0 0 0\nport_io core 40 2 1 3 0\nelsewhere core 7 0 0 0 0\n' > counts.txt
printf 'nothing\n' > text.txt
: > empty.o
"$depgraph" list -o small.json small.cpio && "$depgraph" list -o cyclic.json cyclic.cpio
head -c 900 small.json > short.json
sed 's/"version": 1/"version": 7/' small.json > version.json
sed 's/"type_hash": "../"type_hash": "zz/' small.json > hash.json
sed '/^cell old_codec/,$d; s/export log_add_sink.*/export log_flush f/; s/^import status_name.*//; s/state log_ring 4096/state log_ring 8192/' \
	"$here/small.txt" > changed.txt
printf '\ncell disk fs checked 700\nneeds heap 1\nimport heap_allocate heap status_of_heap_object_size\n' >> changed.txt
"$make_cells" archive changed.txt changed.cpio || exit 1
"$depgraph" check --rules test.rules --write-baseline cyclic.baseline cyclic.cpio
{ cat cyclic.baseline; echo 'order nobody -> nothing  '; } > stale.baseline
# what BUILD files and a running system would say of these cells
cat > declared.json <<-'END'
	{"format": "ariadne-depgraph", "version": 1, "view": "declared", "cells": [
	{"name": "disk", "dependencies": [{"cell": "heap", "kinds": ["declared"]}]},
	{"name": "heap", "dependencies": [{"cell": "log", "kinds": ["declared"]}, {"cell": "status", "kinds": ["declared"]}]},
	{"name": "log", "dependencies": [{"cell": "serial_port", "kinds": ["declared"]}, {"cell": "status", "kinds": ["declared"]}]},
	{"name": "port_io"},
	{"name": "serial_port", "dependencies": [{"cell": "port_io", "kinds": ["declared"]}, {"cell": "status", "kinds": ["declared"]}]},
	{"name": "shell", "dependencies": [{"cell": "heap", "kinds": ["declared"]}, {"cell": "log", "kinds": ["declared"]}]},
	{"name": "status"}
	]}
END
sed -e 's/^\({"name": "heap", "dependencies": \[{[^}]*}\), {"cell": "status"[^}]*}/\1/' \
	-e 's/^{"name": "port_io"/&, "dependencies": [{"cell": "status", "kinds": ["declared"]}]/' declared.json > wrong.json
cat > live.json <<-'END'
	{"format": "ariadne-depgraph", "version": 1, "view": "live", "cells": [
	{"name": "heap", "imports": [{"symbol": "log_write"}, {"symbol": "status_name"}]},
	{"name": "log", "exports": [{"symbol": "log_write"}], "imports": [{"symbol": "serial_port_write"}]},
	{"name": "port_io", "exports": [{"symbol": "port_io_read_u8"}, {"symbol": "port_io_write_u8"}]},
	{"name": "serial_port", "exports": [{"symbol": "serial_port_write"}],
	 "imports": [{"symbol": "port_io_read_u8"}, {"symbol": "port_io_write_u8"}]},
	{"name": "status", "exports": [{"symbol": "status_name"}]}
	]}
END
# a cell from inside: as the objects have it, and as a system that went wrong
cat > inside.json <<-'END'
	{"format": "ariadne-depgraph", "version": 1, "view": "embedded", "cells": [
	{"name": "heap", "group": "memory", "class": "checked",
	 "imports": [{"symbol": "log_write", "cell": "log"}, {"symbol": "personality", "cell": "log"}],
	 "sections": [{"name": ".text.heap_allocate", "kind": "text", "size_bytes": 210},
	  {"name": ".bss.cell_state", "kind": "state", "size_bytes": 64}, {"name": ".eh_frame", "kind": "rodata", "size_bytes": 80},
	  {"name": ".rodata.sizes", "kind": "rodata", "size_bytes": 26}, {"name": ".data.rel", "kind": "data", "size_bytes": 8}],
	 "bindings": [{"from": ".text.heap_allocate", "symbol": "log_write", "cell": "log", "places": 2},
	  {"from": ".eh_frame", "section": ".text.heap_allocate"}, {"from": ".eh_frame", "symbol": "personality", "cell": "log"},
	  {"from": ".text.heap_allocate", "section": ".bss.cell_state", "places": 5},
	  {"from": ".text.heap_allocate", "section": ".rodata.sizes"}]},
	{"name": "log", "exports": [{"symbol": "log_write"}, {"symbol": "personality"}],
	 "sections": [{"name": ".text.log_write", "kind": "text", "size_bytes": 30}]},
	{"name": "sleeper"}
	]}
END
sed -e 's/"embedded"/"live"/; /"name": "sleeper"/d; s/"size_bytes": 30}\]},/"size_bytes": 30}]}/' \
	-e 's/"size_bytes": 210}/"size_bytes": 210, "address": "ffffffffa0001000"}/' inside.json > running.json
sed -e 's/"symbol": "log_write", "cell": "log", "places": 2/"places": 2, "strays": true/' -e 's/"size_bytes": 26/"size_bytes": 28/' \
	-e '/{"name": ".bss.cell_state"/s/{"name": ".bss.cell_state"[^}]*},//' -e 's/{"symbol": "log_write", "cell": "log"}, //' running.json > astray.json
# pointers that are kept at run time: one closes a circle, one is kept in the heap, one by nobody who is known
cat > pointers.json <<-'END'
	{"format": "ariadne-depgraph", "version": 1, "view": "live", "cells": [
	{"name": "console", "group": "console", "exports": [{"symbol": "console_show"}], "imports": [{"symbol": "log_write"}],
	 "pointers": [{"holder": "log: sink", "cell": "log", "symbol": "console_show"}]},
	{"name": "log", "group": "diagnostics", "exports": [{"symbol": "log_write"}, {"symbol": "log_start", "entry": true}]},
	{"name": "shell", "group": "app", "exports": [{"symbol": "shell_main"}], "imports": [{"symbol": "console_show"}],
	 "pointers": [{"holder": "task (entry)", "symbol": "shell_main"}, {"holder": "the very first"},
	  {"holder": "shell: itself", "cell": "shell"}]},
	{"name": "task", "group": "task", "imports": [{"symbol": "log_write"}]}
	]}
END
sed 's/"holder": "task (entry)", //' pointers.json > nobodys.json
sed '/^ "pointers": \[{"holder": "log/d; s/"imports": \[{"symbol": "log_write"}\],$/"imports": [{"symbol": "log_write"}]},/' \
	pointers.json > nobodys_twin.json
"$make_cells" frames running.json mark1 line.log
sed 's/mark1 4 /mark1 [log] 4 /' line.log > torn.log
sed '/^mark1 5 /d' line.log > lost.log
sed '/^mark1 7 /,$d' line.log > cut.log
mkdir -p source/cells/memory/heap source/cells/app/ring_d
printf '#include "cells/app/ring_e/ring_e.h"\n' > source/cells/app/ring_d/ring_d.c
printf '// log_flush\n\nvoid g(void)\n{\n\tputs("log_flush");\n\tlog_flush();\n}\n' > source/cells/memory/heap/write.c
printf '// comment\nint x; /* a\n b */ int y = RAW(p[1]);\n\nchar *s = "RAW(";\nvoid f(void) { __asm__("nop"); }\n' \
	> source/cells/memory/heap/heap.c
printf '    deps = [\n        "//cells/base/status",\n        "//cells/diagnostics/log",\n' > source/cells/memory/heap/BUILD
printf 'TEST(Heap, Raw) { RAW(1); }\n' > source/cells/memory/heap/heap_test.cc

# what git says has changed: the body of one cell, the header of another, a file of no cell
mkdir -p cells/memory/heap cells/diagnostics/log nano_core
echo 1 | tee cells/memory/heap/heap.c cells/diagnostics/log/log.h nano_core/start.S > number
(git init -q . && git add cells nano_core && git -c user.name=test -c user.email=test@localhost commit -qm test) || exit 1
echo 2 | tee cells/memory/heap/heap.c cells/diagnostics/log/log.h nano_core/start.S > number

passed=0 failed=0
while read -r name status arguments; do
	case $name in '' | '#'*) continue ;; esac
	# shellcheck disable=SC2086 # the arguments are words
	eval "set -- $arguments"
	"$depgraph" "$@" > got 2> err < /dev/null
	got_status=$?
	{ cat got; sed 's/^/stderr: /' err; echo "exit status $got_status"; } > all
	if [[ $update == --update ]]; then
		cp all "$BUILD_WORKSPACE_DIRECTORY/tests/depgraph/golden/$name.txt"
	elif [[ $got_status != "$status" ]]; then
		echo "FAILED $name: exit status $got_status, expected $status: depgraph $arguments"
		cat all
		failed=$((failed + 1))
	elif ! diff -u "$here/golden/$name.txt" all; then
		echo "FAILED $name: depgraph $arguments"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
done < "$here/cases.txt"

# claim WHAT COMMAND...: what no golden file can hold
claim() {
	if "${@:2}"; then
		passed=$((passed + 1))
	else
		echo "FAILED $1"
		failed=$((failed + 1))
	fi
}
# Graphviz decides where things stand; what stands there is ours.
in_pictures() {
	"$depgraph" draw -o cells.svg cyclic.cpio && "$depgraph" draw -o cells.png cyclic.cpio || return
	"$depgraph" draw --sections --focus heap -o inside.svg inside.json && "$depgraph" diff -o delta.svg small.cpio changed.cpio
	[[ $? == 1 ]] || return
	"$depgraph" diff -o delta.png small.cpio changed.cpio
	[[ $? == 1 && $(head -c 4 delta.png | tail -c 3) == PNG ]] || return
	for name in $("$depgraph" list cyclic.cpio | sed '1d; s/ .*//'); do
		grep -q "<title>$name</title>" cells.svg || return
	done
	grep -q 'stroke="#d01c1c"' cells.svg && grep -q 'heap&#45;&gt;log' cells.svg && grep -q 'log_flush, log_write' cells.svg &&
		grep -q 'section:.text.heap_allocate&#45;&gt;cell:log' inside.svg && grep -q '<title>disk</title>' delta.svg &&
		grep -q '<title>old_codec</title>' delta.svg && [[ $(head -c 4 cells.png | tail -c 3) == PNG && $(wc -c < cells.png) -gt 5000 ]]
}
# Colour on a terminal, but not if NO_COLOR is set, and never in a file.
in_colour() {
	local escape=$'\033['
	[[ $(script -qec "'$depgraph' check broken.cpio" /dev/null < /dev/null) == *"$escape"* ]] &&
		[[ $(NO_COLOR=1 script -qec "'$depgraph' check broken.cpio" /dev/null < /dev/null) != *"$escape"* ]] &&
		[[ $(script -qec "'$depgraph' check --color never broken.cpio" /dev/null < /dev/null) != *"$escape"* ]] &&
		[[ $("$depgraph" check broken.cpio) != *"$escape"* ]] &&
		[[ $(script -qec "'$depgraph' check -o findings.txt broken.cpio" /dev/null < /dev/null) != *"$escape"* ]] &&
		[[ -s findings.txt ]] && ! grep -qF "$escape" findings.txt
}
# Whatever order inputs are named in.
in_any_order() {
	cmp <("$depgraph" list --format json objects/*.o) \
		<(printf '%s\n' objects/*.o | tac | xargs "$depgraph" list --format json)
}
completes() {
	mkdir -p path && ln -sf "$depgraph" path/depgraph
	# shellcheck disable=SC1090,SC2034 # what bash calls, with the variables that it sets
	(
		PATH=$PWD/path:$PATH
		source <(depgraph completion)
		offered() {
			read -ra COMP_WORDS <<< "$1"
			COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
			_depgraph
			echo "${COMPREPLY[@]}"
		}
		[[ $(offered "depgraph comp") == "compare completion" && $(offered "depgraph draw --format merm") == mermaid &&
			$(offered "depgraph list --kinds ty") == type && $(offered "depgraph completion z") == zsh &&
			$(offered "depgraph check --unu") == --unused-exports && $(offered "depgraph draw small.cpio --focus se") == serial_port &&
			$(offered "depgraph diff sma") == *small.cpio* ]]
	)
}
# What is on a page is tested in a browser; here that every kind of graph and view gives one.
in_pages() {
	local graph options
	for graph in small.cpio cyclic.cpio broken.cpio inside.json pointers.json astray.json small.a bare modules; do
		for options in "" "--collapse *" "--only-cycles" "--reduce --rules test.rules" "--kinds runtime" "--focus *o* --depth 2"; do
			set -f
			# shellcheck disable=SC2086 # words
			"$depgraph" draw --format html $options "$graph" > page.html || return
			set +f
			grep -q '<script type="application/json" id="data">' page.html && [[ $(tail -n 1 page.html) == "</html>" ]] || return
		done
		"$depgraph" diff -o page.html small.cpio "$graph"
		[[ $? == $([[ $graph == small.cpio ]] && echo 0 || echo 1) && -s page.html ]] || return
	done
}
# Every verb explains itself, with an example, and `help VERB` says the same.
explains() {
	local verb verbs
	verbs=$("$depgraph" --help | sed -n '/^Verbs/,/^$/s/^    \([a-z]*\) .*/\1/p')
	[[ $(wc -w <<< "$verbs") == 15 ]] || return
	for verb in $verbs; do
		"$depgraph" "$verb" --help > help.txt && cmp help.txt <("$depgraph" help "$verb") && grep -q '^Options:$' help.txt &&
			grep -qE "^    (source <\()?depgraph $verb" help.txt || return
	done
}
# What comes through a pipe is what stands in the file.
through_a_pipe() {
	cmp <("$depgraph" list --symbols small.cpio) <("$depgraph" list --symbols - < <(cat small.cpio)) &&
		cmp <("$depgraph" check cyclic.json) <("$depgraph" list --format json cyclic.cpio | "$depgraph" check /dev/stdin)
}
if [[ $update != --update ]]; then
	claim "every verb explains itself with an example" explains
	claim "a pipe is read like a file" through_a_pipe
	claim "every graph gives a page" in_pages
	claim "bash completes verbs, options, values, cells and files" completes
	claim "pictures show the graph" in_pictures
	claim "colour on a terminal only" in_colour
	claim "equal inputs, equal output" in_any_order
	claim "the page for man is one" eval '"$depgraph" manual -o depgraph.1 && [[ $(head -c 4 depgraph.1) == ".TH " ]]'
fi
echo "$passed passed, $failed failed"
[[ $failed == 0 && ($passed -gt 0 || $update == --update) ]]
