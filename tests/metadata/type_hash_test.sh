#!/bin/bash
# The type hash is the same from importer and exporter for equal types, and differs for each change of a type.
. "$(dirname "$0")/harness.sh"

# The interface under test, complete, so that a change of any line changes what the symbols name.
provider_header() {
	source_file provider provider.h <<'END'
#pragma once
#define BORROWS(handle)
#define CONSUMES(handle)
#define PRODUCES_IF(value, handle)
typedef unsigned long counter_type;
enum colour { RED, GREEN = 5 };
struct inner {
	int first;
	unsigned long second;
	unsigned flag : 3, other : 5;
};
union either {
	long number;
	const char *name;
};
struct __attribute__((aligned(4))) spread {
	char first;
	short second;
	int third;
};
struct hidden;
struct outer {
	struct inner inner;
	struct outer *next;
	union either either;
	enum colour colour;
	void (*callback)(struct inner *, int);
	const char *label;
	counter_type counts[4];
};
int provider_use(struct outer *outer, unsigned long limit) BORROWS(outer);
struct inner *provider_find(const struct outer *outer);
struct hidden *provider_hidden(void);
void provider_spread(struct spread *spread);
void provider_each(void (*visit)(void *context, const struct inner *inner), void *context);
extern const unsigned char provider_table[8];
extern const struct outer *const provider_chain;
END
}
# The bodies are written so that they stay valid whatever the header says.
source_file provider provider.c <<'END'
#include "cells/app/provider/provider.h"
struct hidden { int completed_by_the_provider_alone; };
static struct hidden the_one __attribute__((section(".cell_state"), used)) = {1};
struct hidden *provider_hidden(void) { return &the_one; }
asm(".section .text.provider,\"ax\",@progbits\n"
    ".globl provider_use, provider_find, provider_each, provider_spread\n"
    ".type provider_use,@function\n.type provider_find,@function\n.type provider_each,@function\n"
    ".type provider_spread,@function\n"
    "provider_use: provider_find: provider_each: provider_spread: ret\n"
    ".section .rodata.provider,\"a\",@progbits\n"
    ".globl provider_table, provider_chain\n.type provider_table,@object\n.type provider_chain,@object\n"
    "provider_table: provider_chain: .zero 8\n.size provider_table,8\n.size provider_chain,8\n");
END

provider_header
check "the provider builds" build provider
declare -A base
symbols=(provider_use provider_find provider_each provider_table provider_chain provider_hidden provider_spread)
for symbol in "${symbols[@]}"; do
	base[$symbol]=$(hash_of provider "$symbol")
	check "$symbol has a hash" [ "${#base[$symbol]}" -eq 32 ]
done
check "different types have different hashes" \
	[ "$(printf '%s\n' "${base[@]}" | sort -u | wc -l)" -eq "${#symbols[@]}" ]

# An importer of all of it, with headers of its own before and after, one of which completes the opaque struct.
source_file other other.h <<'END'
#pragma once
struct hidden { long completed_here[3]; };
int other_value(void);
END
source_file other other.c <<'END'
#include "cells/app/other/other.h"
int other_value(void) { return sizeof(struct hidden); }
END
source_file user user.h <<'END'
#pragma once
int user_run(void);
END
source_file user user.c <<'END'
#include "cells/app/user/user.h"
#include "cells/app/other/other.h"
#include "cells/app/provider/provider.h"
int user_run(void)
{
	provider_each(0, 0);
	provider_spread(0);
	return provider_use((struct outer *)provider_chain, provider_table[1]) + other_value() +
		(int)provider_hidden()->completed_here[0] + provider_find(provider_chain)->first;
}
END
check "the other cell builds" build other
check "the user builds" build user provider other
"$CELLMETA" print out/user.o >out/user.txt
for symbol in "${symbols[@]}"; do
	check "the importer sees $symbol as the exporter does, an opaque struct too" \
		grep -qF "imports   ${base[$symbol]} $symbol of provider" out/user.txt
done

# The provider is built again and again: neither is below it.
mkdir aside
mv out/other.exports out/user.exports aside

# changed WHAT EXPECTED-SYMBOLS SED-COMMAND: the hashes of exactly these symbols differ.
changed() {
	local what=$1 expected=$2 different=""
	provider_header
	cp cells/app/provider/provider.h out/before.h
	sed -i "$3" cells/app/provider/provider.h
	check "$what: the header is changed" bash -c '! cmp -s out/before.h cells/app/provider/provider.h'
	check "$what: it builds" build provider
	for symbol in "${symbols[@]}"; do
		[[ $(hash_of provider "$symbol") == "${base[$symbol]}" ]] || different+="$symbol "
	done
	check "$what: changed are ($different), expected ($expected)" [ "$different" = "${expected:+$expected }" ]
}
outer="provider_use provider_find provider_chain"
all="provider_use provider_find provider_each provider_chain"

changed "nothing but a comment" "" '2i // a comment'
changed "typedef renamed" "" 's/counter_type/tally/g'
changed "typedef looked through" "" 's/^\tcounter_type/\tunsigned long/'
changed "parameter renamed" "" 's/unsigned long limit/unsigned long most/'
changed "parameter with a contract renamed" "" 's/use(struct outer \*outer,/use(struct outer *whole,/; s/BORROWS(outer)/BORROWS(whole)/'
changed "contract changed" "provider_use" 's/BORROWS(outer)/CONSUMES(outer)/'
changed "contract dropped" "provider_use" 's/ BORROWS(outer)//'
changed "contract added" "provider_find" 's/find(const struct outer \*outer)/& CONSUMES(outer)/'
changed "contract for another value" "provider_use" 's/BORROWS(outer)/BORROWS(outer) PRODUCES_IF(3, outer)/'
changed "parameter made const" "" 's/unsigned long limit/const unsigned long limit/'
changed "long spelled long long" "" 's/long number/long long number/'
changed "field added" "$all" 's/int first;/int first; int added;/'
changed "bit field widened" "$all" 's/flag : 3/flag : 4/'
changed "enumerator's value changed" "$outer" 's/GREEN = 5/GREEN = 6/'
changed "enumerator renamed" "$outer" 's/GREEN/GRUEN/'
changed "unsigned long made unsigned, in a struct" "$all" 's/unsigned long second/unsigned second/'
changed "unsigned long made unsigned, as parameter" "provider_use" 's/unsigned long limit/unsigned limit/'
changed "signedness" "$all" 's/int first/unsigned first/'
changed "signedness of char" "provider_table" 's/const unsigned char provider_table/const signed char provider_table/'
changed "signature of a callback in a struct" "$outer" 's/(struct inner \*, int)/(struct inner *, long)/'
changed "signature of a callback as parameter" "provider_each" 's/visit)(void \*context,/visit)(const void *context,/'
changed "const dropped from a field" "$outer" 's/const char \*label/char *label/'
changed "const dropped from a parameter's target" "provider_find" 's/find(const struct/find(struct/'
changed "const dropped from an object" "provider_chain" 's/\*const provider_chain/*provider_chain/'
changed "field renamed" "$all" 's/int first/int erste/'
changed "order of fields" "$all" '/int first;/d; s/unsigned long second;/&\n\tint first;/'
changed "return type" "provider_use" 's/^int provider_use/long provider_use/'
changed "length of an extern array" "provider_table" 's/provider_table\[8\]/provider_table[16]/'
changed "length of an array in a struct" "$outer" 's/counts\[4\]/counts[5]/'
changed "tag renamed" "$all" 's/struct inner/struct core/g'
changed "another opaque struct declared" "" 's/^struct hidden;/struct hidden; struct hidden2;/'
changed "volatile added" "$outer" 's/counter_type counts/volatile counter_type counts/'
changed "parameter added" "provider_use" 's/unsigned long limit)/unsigned long limit, int more)/'
changed "variadic" "provider_use" 's/unsigned long limit)/unsigned long limit, ...)/'
changed "alignment of a struct" "$outer" 's/^struct outer {/struct __attribute__((aligned(64))) outer {/'
changed "packed" "$all" 's/^struct inner {/struct __attribute__((packed)) inner {/'
changed "offsets alone, with size and alignment as before" "provider_spread" 's/aligned(4))) spread/aligned(4), packed)) spread/'
changed "member of a union" "$outer" 's/long number/int number/'

# A cell that was compiled with another header than the one it depends on is refused when it is built, and when packed.
provider_header
check "the provider builds again" build provider
cp aside/other.exports out
sed -i 's/\tint first;/\tint first; int added;/' cells/app/provider/provider.h
check_status "a header other than the provider's is refused" 1 build user provider other
check "naming the symbol and both cells" \
	grep -qE "^cells/app/provider/provider.h: error: provider_use: cell user sees type hash [0-9a-f]{32}, but cell provider was built with ${base[provider_use]}: " out/messages

# State: the hash of a variable follows its type, wherever it is defined.
state() {
	source_file keeper keeper.h <<'END'
#pragma once
int keeper_next(void);
END
	source_file keeper keeper.c <<END
#include "cells/app/keeper/keeper.h"
#define STATE __attribute__((section(".cell_state"), used))
#define STATE_ZERO __attribute__((section(".bss.cell_state"), used))
struct entry { int key; struct entry *next; };
static STATE_ZERO struct entry entries[3];
static STATE int position = 4;
int keeper_next(void)
{
	static STATE_ZERO $1 calls;
	return position++ + entries[position % 3].key + (int)++calls;
}
END
	check "a keeper of $1 builds" build keeper
	"$CELLMETA" print out/keeper.o | awk '$1 == "state" { print $2, $3, $4 }' >out/states
}
state int
cp out/states out/states.int
check "all state is listed with its size" bash -c \
	"awk '{ print \$2, \$3 }' out/states | tr '\n' ' ' | grep -qx 'entries, 48 keeper_next.calls, 4 position, 4 '"
check "equal types of state have equal hashes" [ "$(awk '$2 != "entries," { print $1 }' out/states | sort -u | wc -l)" -eq 1 ]
state long
check "a changed type of state has another hash" [ "$(diff out/states.int out/states | grep -c '^>')" -eq 1 ]
finish
