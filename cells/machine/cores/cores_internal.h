// What the parts of this cell share: the page of real mode, and the stacks of a core.
#pragma once

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/machine/cores/cores.h"
#include "cells/memory/address/address.h"

// What the first instructions of a core read from the end of their own page. The layout is repeated in
// cores_trampoline.S.
struct trampoline_parameters {
	uint32_t cr0;
	uint32_t cr3;
	uint32_t cr4;
	uint32_t efer;
	uint32_t long_mode; // where 64 bits begin: a far pointer with
	uint16_t code_selector;
	uint16_t segments_limit; // what LGDT reads, with
	uint32_t segments_base;
	uint32_t reserved;
	uint64_t stack_top; // the address of the variable that holds it
	uint64_t entry;
	uint64_t segments[3];
};
static_assert(sizeof(struct trampoline_parameters) == 72, "the layout is that of the assembly");

// What is copied: code of 16 and of 64 bits, then the parameters. `long_mode_offset` is where the 64 bits begin.
struct trampoline_code {
	struct bytes all;
	size_t long_mode_offset;
};

#ifdef __cplusplus
extern "C" {
#endif
struct trampoline_page;
INTERNAL void trampoline_page_release(struct trampoline_page *page);
#ifdef __cplusplus
}
#endif

// One page of the lowest memory, mapped where it is: executable, not writable.
HANDLE(trampoline_page)
{
	struct physical_address address; // 0: empty
};

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(trampoline_page)

// Puts the code into a page, with what a core needs to get into this core's state: `stack_top` is where it finds the
// top of its stack, `entry` what it calls. STATUS_NO_MEMORY: no page is free there. STATUS_UNSUPPORTED: the root of the
// page tables lies too high.
INTERNAL enum status trampoline_page_make(struct trampoline_page *page, const uint64_t *stack_top, uint64_t entry,
	struct diagnosis *why) PRODUCES_IF(STATUS_OK, page);

// The number that the starting message carries.
INTERNAL uint8_t trampoline_page_number(const struct trampoline_page *page) BORROWS(page);

INTERNAL void trampoline_code_get(struct trampoline_code *code);

// Takes a core's stack and interrupt stacks, and tells descriptor_table of these. They are its for ever. `holder` is an
// address in the cell that they bear the name of.
INTERNAL enum status core_stacks_make(size_t index, uint64_t holder, uint64_t *stack_top);

#ifdef __cplusplus
}
#endif
