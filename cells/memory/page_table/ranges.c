#include "cells/base/panic/panic.h"
#include "cells/memory/page_table/tables.h"

unsigned level_of(uint64_t address)
{
	return leaf_level(address);
}

void check_range(struct virtual_address start, size_t count)
{
	if (__builtin_expect(start.value % PAGE_SIZE_BYTES != 0 || count == 0 || count > UINT64_MAX >> 12 ||
				     count - 1 > (UINT64_MAX - start.value) / PAGE_SIZE_BYTES,
		    0))
		panic("page_table: %zu pages at 0x%llx are not a range of pages", count,
			(unsigned long long)start.value);
}

void refuse(uint64_t address, const char *what)
{
	panic("page_table: 0x%llx %s", (unsigned long long)address, what);
}

uint64_t expect_mapped(uint64_t address, size_t count, bool not_lent, uint64_t *clear)
{
	uint64_t set = 0;
	*clear = 0;
	const uint64_t loans = not_lent ? (uint64_t)ENTRY_LOANS_MASK << ENTRY_LOANS_SHIFT : 0;
	while (count > 0) {
		unsigned level = leaf_level(address);
		if (__builtin_expect(level == 0, 0))
			refuse(address, "is not mapped");
		if (level == 2 && (address % LARGE_PAGE_SIZE_BYTES != 0 || count < TABLE_ENTRIES))
			refuse(address, "is a part of a large page that would have to be cut first");
		struct part part = part_at(address, count);
		for (size_t i = 0; i < part.entry_count; i++) {
			uint64_t entry = RAW(part.entries[i]);
			if (__builtin_expect(!(entry & ENTRY_PRESENT), 0))
				refuse(address + i * PAGE_SIZE_BYTES, "is not mapped");
			if (__builtin_expect(entry & loans, 0))
				refuse(address + i * PAGE_SIZE_BYTES, "is lent: its borrowers would lose it");
			set |= entry;
			*clear |= ~entry;
		}
		address += part.page_count * PAGE_SIZE_BYTES;
		count -= part.page_count;
	}
	return set;
}

void expect_unmapped(uint64_t address, size_t count)
{
	while (count > 0) {
		size_t here = pages_in_table(address, count);
		// The table may be there only for others, who may be about to take it away.
		GUARD(&page_tables()->lock);
		unsigned level = level_of(address);
		if (level == 2)
			refuse(address, "is mapped already");
		const uint64_t *entries = level == 1 ? table_window_entry(1, address) : NULL;
		for (size_t i = 0; level == 1 && i < here; i++) {
			if (__builtin_expect(RAW(entries[i]) != 0, 0))
				refuse(address + i * PAGE_SIZE_BYTES, "is mapped already");
		}
		address += here * PAGE_SIZE_BYTES;
		count -= here;
	}
}

void rewrite(uint64_t address, size_t count, uint64_t keep, uint64_t add)
{
	while (count > 0) {
		struct part part = part_at(address, count);
		for (size_t i = 0; i < part.entry_count; i++)
			RAW(part.entries[i]) = (RAW(part.entries[i]) & keep) + add;
		address += part.page_count * PAGE_SIZE_BYTES;
		count -= part.page_count;
	}
}
