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

bool page_table_take_left(struct virtual_address start, size_t count, struct page_table_region *run)
{
	*run = (struct page_table_region){start, 0};
	GUARD(&page_tables()->lock);
	while (count > 0) {
		struct part part = part_at(start.value, 1);
		bool is_left = *part.entries & ENTRY_LEFT && loans_of(*part.entries) == 0;
		if (!is_left && run->page_count > 0)
			return true;
		start.value += part.page_count * PAGE_SIZE_BYTES;
		count -= part.page_count;
		if (is_left) {
			*part.entries &= ~ENTRY_LEFT;
			run->page_count += part.page_count;
		} else {
			run->start = start;
		}
	}
	return run->page_count > 0;
}
