// The right ways beside the wrong ones of memory.c, as a checked cell goes them.
#include "cells/hal/device_register/device_register.h"
#include "cells/memory/device_memory/device_memory.h"
#include "cells/memory/lent_pages/lent_pages.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

SLICE_TYPE(word_slice, uint32_t);
SLICE_TYPE(const_word_slice, const uint32_t);

struct pair {
	uint64_t first;
	uint64_t second;
};

struct registers {
	struct device_u32_read_only identity;
	struct device_u32 control;
};

typedef int entry_point(int);

// What crosses to another task: the loan moves with it.
struct message {
	int kind;
	struct lent_pages loan;
};
SENDABLE(message);
REQUIRE_SENDABLE(message);

enum status misuse_overlays(void);
enum status misuse_overlays(void)
{
	OWN(mapped_pages_mut, memory);
	TRY(mapped_pages_mut_allocate(&memory, 1000, PAGE_REGION_GENERAL));
	MAPPED_PAGES_MUT_AS(struct pair, &memory, 16)->second = 7;
	struct word_slice words = MAPPED_PAGES_MUT_SLICE(word_slice, uint32_t, &memory, 64, 100);
	for (size_t i = 0; i < words.count; i++)
		ITEM(words, i) = (uint32_t)i;

	OWN(mapped_pages, constants);
	mapped_pages_mut_freeze(&memory, &constants);
	struct const_word_slice same = MAPPED_PAGES_SLICE(const_word_slice, uint32_t, &constants, 64, 100);
	return ITEM(same, 99) == 99 && MAPPED_PAGES_AS(struct pair, &constants, 16)->second == 7 ? STATUS_OK
												 : STATUS_REFUSED;
}

enum status misuse_lends(struct message *message, struct mapped_pages *pages) BORROWS_MUT(pages);
enum status misuse_lends(struct message *message, struct mapped_pages *pages)
{
	OWN(lent_pages, loan);
	TRY(lent_pages_from(&loan, pages));
	lent_pages_put_in(&message->loan, &loan);
	return STATUS_OK;
}

size_t misuse_borrows(struct message *message);
size_t misuse_borrows(struct message *message)
{
	OWN(lent_pages, loan);
	lent_pages_take_out(&loan, &message->loan);
	return lent_pages_bytes(&loan).size_bytes;
}

enum status misuse_drives_a_device(void);
enum status misuse_drives_a_device(void)
{
	OWN(device_memory, memory);
	TRY(device_memory_map(&memory, address_physical(0xfed00000), 0x400));
	struct registers *registers = DEVICE_MEMORY_AS(struct registers, &memory, 0);
	if (device_u32_read_only_read(&registers->identity) == 0)
		return STATUS_NO_DEVICE;
	device_u32_write(&registers->control, device_u32_read(&registers->control) | 1);
	return STATUS_OK;
}

static __attribute__((noinline)) int call(entry_point *entry)
{
	return entry(1);
}

int misuse_calls(const struct mapped_pages_exec *code) BORROWS(code);
int misuse_calls(const struct mapped_pages_exec *code)
{
	return call(MAPPED_PAGES_EXEC_FUNCTION(entry_point, code, 64));
}

// Round the whole circle: mapped, cut, joined, taken apart, and the parts mapped anew, to be executed.
enum status misuse_goes_round(struct mapped_pages_exec *out) PRODUCES_IF(STATUS_OK, out);
enum status misuse_goes_round(struct mapped_pages_exec *out)
{
	OWN(allocated_pages, pages);
	OWN(allocated_frames, frames);
	OWN(mapped_pages_mut, mapped);
	OWN(mapped_pages_mut, rest);
	OWN(unmapped_frames, unmapped);
	TRY(page_allocator_allocate(&pages, (struct page_request){.count = 4, .alignment_pages = 4}));
	TRY(frame_allocator_allocate(&frames, (struct frame_request){.count = 4}));
	TRY(mapped_pages_mut_map(&mapped, &pages, &frames));
	TRY(mapped_pages_mut_split(&mapped, 1, &rest));
	mapped_pages_mut_merge(&mapped, &rest);
	mapped_pages_mut_unmap(&mapped, &pages, &unmapped);
	frame_allocator_reuse(&unmapped, &frames);
	return mapped_pages_exec_map(out, &pages, &frames);
}
