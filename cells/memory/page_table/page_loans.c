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
