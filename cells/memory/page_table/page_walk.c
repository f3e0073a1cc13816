// Looking at what is mapped, without changing it.
#include "cells/base/panic/panic.h"
#include "cells/memory/page_table/tables.h"

static struct page_attributes attributes_of(uint64_t entry)
{
	return (struct page_attributes){
		.permission = permission_of(entry),
		.cache = entry & ENTRY_CACHE_DISABLE ? PAGE_UNCACHED : PAGE_CACHED,
		.owner = entry >> ENTRY_OWNER_SHIFT & ENTRY_OWNER_MASK,
	};
}

enum status page_table_lookup(struct virtual_address address, struct page_translation *translation)
{
	struct tables *tables = page_tables();
	GUARD(&tables->lock);
	unsigned level = level_of(address.value);
	if (level == 0)
		return STATUS_NOT_FOUND;
	uint64_t entry = *table_window_entry(level, address.value);
	if (!(entry & ENTRY_PRESENT))
		return STATUS_NOT_FOUND;
	uint64_t offset = level == 2 ? address.value % LARGE_PAGE_SIZE_BYTES & ~(uint64_t)(PAGE_SIZE_BYTES - 1) : 0;
	*translation = (struct page_translation){
		.physical = {(entry & ENTRY_FRAME) + offset},
		.attributes = attributes_of(entry),
		.loans = loans_of(entry),
		.owns_frame = (entry & ENTRY_OWNS_FRAME) != 0,
		.large = level == 2,
	};
	return STATUS_OK;
}

// The entry of the page at `address`, or 0 if it is not mapped; and where the next entry of that size begins, which is
// 0 at the end of the address space.
static uint64_t entry_at(uint64_t address, uint64_t *next)
{
	for (unsigned level = TABLE_LEVELS;; level--) {
		uint64_t span_bytes = 1ull << (12 + 9 * (level - 1));
		uint64_t entry = *table_window_entry(level, address);
		bool window = level == TABLE_LEVELS && (address >> 39 & (TABLE_ENTRIES - 1)) >= SCRATCH_INDEX &&
			      (address >> 39 & (TABLE_ENTRIES - 1)) <= RECURSIVE_INDEX;
		bool leads_on = entry & ENTRY_PRESENT && !(entry & ENTRY_LARGE) && !window;
		if (level > 1 && leads_on)
			continue;
		*next = (address & ~(span_bytes - 1)) + span_bytes;
		if (*next == 1ull << 47)
			*next = 0xffffull << 47 << 1 | 1ull << 47; // over the addresses that are none
		return entry & ENTRY_PRESENT && !window ? entry : 0;
	}
}

enum status page_table_next(struct virtual_address from, struct page_range *range)
{
	const uint64_t kept = ENTRY_WRITABLE | ENTRY_NO_EXECUTE | ENTRY_CACHE_DISABLE | ENTRY_OWNS_FRAME |
			      (uint64_t)ENTRY_OWNER_MASK << ENTRY_OWNER_SHIFT;
	struct tables *tables = page_tables();
	GUARD(&tables->lock);
	uint64_t address = from.value & ~(uint64_t)(PAGE_SIZE_BYTES - 1);
	uint64_t entry, next;
	while ((entry = entry_at(address, &next)) == 0) {
		if (next == 0)
			return STATUS_NOT_FOUND;
		address = next;
	}
	const uint64_t first = entry;
	const uint64_t start = address;
	do {
		address = next;
		entry = address ? entry_at(address, &next) : 0;
	} while (entry && (entry & kept) == (first & kept));
	*range = (struct page_range){
		.start = {start},
		.page_count = (address - start) / PAGE_SIZE_BYTES,
		.attributes = attributes_of(first),
		.owns_frames = (first & ENTRY_OWNS_FRAME) != 0,
	};
	return STATUS_OK;
}

struct text page_owner_name(enum page_owner owner)
{
	static const char *const names[PAGE_OWNER_COUNT_] = {
		"nobody",
		"cell_registry",
		"heap",
		"stack_pool",
		"frame_allocator",
		"cell_archive",
		"device_memory",
		"descriptor_table",
		"trampoline",
		"page_table",
		"frame_index",
		"nano_core",
	};
	return text_from(owner < PAGE_OWNER_COUNT_ ? AT(names, owner) : "unknown");
}
