// Lending pages: the entry counts the borrowers.
#include "cells/memory/page_table/tables.h"

// Adds to the number of loans of each of these pages. False, and nothing is changed, if one of them has `limit` loans.
static bool change_loans(struct virtual_address start, size_t count, int64_t change, unsigned limit)
{
	check_range(start, count);
	uint64_t none;
	expect_mapped(start.value, count, false, &none);
	struct tables *tables = page_tables();
	GUARD(&tables->lock);
	uint64_t address = start.value;
	for (size_t left = count; left > 0;) {
		struct part part = part_at(address, left);
		for (size_t i = 0; i < part.entry_count; i++) {
			if (loans_of(RAW(part.entries[i])) == limit)
				return false;
		}
		address += part.page_count * PAGE_SIZE_BYTES;
		left -= part.page_count;
	}
	rewrite(start.value, count, UINT64_MAX, (uint64_t)change << ENTRY_LOANS_SHIFT);
	return true;
}

enum status page_table_lend(struct virtual_address start, size_t count)
{
	return change_loans(start, count, 1, PAGE_TABLE_LOANS_MAX) ? STATUS_OK : STATUS_BUSY;
}

void page_table_end_loan(struct virtual_address start, size_t count)
{
	if (!change_loans(start, count, -1, 0))
		refuse(start.value, "is given back by a borrower, but not lent");
}

bool leave_lent(struct virtual_address start, size_t count)
{
	GUARD(&page_tables()->lock);
	uint64_t none;
	if (loans_of(expect_mapped(start.value, count, false, &none)) == 0)
		return false; // the last loan has just ended
	rewrite(start.value, count, ~ENTRY_LEFT, ENTRY_LEFT);
	return true;
}

// The entry at `address`, if it was left to borrowers of whom there are none any more; null if not. Others may have
// unmapped the page meanwhile, or have it for something else. `*page_count` pages of the range have that entry.
static uint64_t *left_entry(uint64_t address, size_t count, size_t *page_count)
{
	*page_count = 1;
	unsigned level = level_of(address);
	if (level == 0)
		return NULL;
	if (level == 2) {
		*page_count = pages_in_table(address, count);
		if (*page_count < TABLE_ENTRIES)
			return NULL;
	}
	uint64_t *entry = table_window_entry(level, address);
	return *entry & ENTRY_LEFT && loans_of(*entry) == 0 ? entry : NULL;
}

bool page_table_take_left(struct virtual_address start, size_t count, struct page_table_region *run)
{
	*run = (struct page_table_region){start, 0};
	GUARD(&page_tables()->lock);
	while (count > 0) {
		size_t here;
		uint64_t *entry = left_entry(start.value, count, &here);
		if (!entry && run->page_count > 0)
			return true;
		start.value += here * PAGE_SIZE_BYTES;
		count -= here;
		if (entry) {
			*entry &= ~ENTRY_LEFT;
			run->page_count += here;
		} else {
			run->start = start;
		}
	}
	return run->page_count > 0;
}
