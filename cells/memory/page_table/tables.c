#include "cells/memory/page_table/tables.h"

#include "cells/base/panic/panic.h"

// The lowest level whose entry for `address` can be reached.
static unsigned lowest_level(uint64_t address)
{
	unsigned level = TABLE_LEVELS;
	for (; level > 1; level--) {
		uint64_t entry = *table_window_entry(level, address);
		if (!(entry & ENTRY_PRESENT) || entry & ENTRY_LARGE)
			break;
	}
	return level;
}

void prune_tables_to(struct tables *tables, uint64_t address, struct table_drain *drain)
{
	for (unsigned level = lowest_level(address) + 1; level <= TABLE_LEVELS; level++) {
		uint64_t *entry = table_window_entry(level, address);
		if (entry_count(*entry) != 0)
			return;
		AT(drain->frames, drain->count) = *entry & ENTRY_FRAME;
		drain->count++;
		__atomic_store_n(entry, 0, __ATOMIC_RELAXED);
		tlb_forget_table(level, address);
		tables->statistics.table_frames--;
		count_entries(level + 1, address, -1);
	}
}

void prune_tables(struct tables *tables, uint64_t address)
{
	struct table_drain drain = {};
	prune_tables_to(tables, address, &drain);
	table_drain_flush(tables, &drain);
}

static enum status add_table(struct tables *tables, unsigned level, uint64_t address) NEEDS_LOCK(&tables->lock)
{
	OWN(allocated_frames, frame);
	TRY(frame_allocator_allocate_some(&frame, 1));
	uint64_t physical = allocated_frames_start(&frame).value;
	__builtin_memset(table_window_prepare(physical), 0, PAGE_SIZE_BYTES);
	table_window_prepared();
	__atomic_store_n(table_window_entry(level, address),
		physical | ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_OWNS_FRAME, __ATOMIC_RELEASE);
	frame_allocator_into_mapping(&frame);
	tables->statistics.table_frames++;
	count_entries(level + 1, address, 1);
	return STATUS_OK;
}

enum status add_tables(struct tables *tables, unsigned lowest, uint64_t address)
{
	for (unsigned level = TABLE_LEVELS; level > lowest; level--) {
		uint64_t entry = *table_window_entry(level, address);
		if (!(entry & ENTRY_PRESENT))
			TRY(add_table(tables, level, address));
	}
	return STATUS_OK;
}

enum status divide_large_page(struct tables *tables, uint64_t address)
{
	OWN(allocated_frames, frame);
	TRY(frame_allocator_allocate_some(&frame, 1));
	uint64_t physical = allocated_frames_start(&frame).value;
	uint64_t *entry = table_window_entry(2, address);
	uint64_t *pages = table_window_prepare(physical);
	for (uint64_t i = 0; i < TABLE_ENTRIES; i++)
		RAW(pages[i]) = (*entry & ~ENTRY_LARGE) + i * PAGE_SIZE_BYTES;
	table_window_prepared();
	*entry = physical | ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_OWNS_FRAME |
		 (uint64_t)TABLE_ENTRIES << ENTRY_COUNT_SHIFT;
	frame_allocator_into_mapping(&frame);
	tables->statistics.table_frames++;
	tables->statistics.large_pages--;
	forget_pages(tables, address & ~(uint64_t)(LARGE_PAGE_SIZE_BYTES - 1), TABLE_ENTRIES);
	return STATUS_OK;
}

// Takes in the frame of a boot table.
static void take_in(struct allocated_frames *frame, uint64_t physical) PRODUCES(frame)
{
	enum status status = frame_allocator_take_in(frame, (struct physical_address){physical}, 1);
	if (status)
		panic("page_table: a table of the boot code at 0x%llx cannot be taken in: %s",
			(unsigned long long)physical, status_name(status));
}

// Counts the entries in use of the table that the entry of `level` for `address` leads to, and of those below it.
// Returns whether there are some; if not, the table is gone.
static bool adopt_table(struct tables *tables, unsigned level, uint64_t address) NEEDS_LOCK(&tables->lock)
{
	uint64_t *entry = table_window_entry(level, address);
	uint64_t used = 0;
	for (uint64_t i = 0; i < TABLE_ENTRIES; i++) {
		uint64_t below = address + (i << (12 + 9 * (level - 2)));
		if (*table_window_entry(level - 1, below) & ENTRY_PRESENT)
			used += level == 2 || adopt_table(tables, level - 1, below);
	}
	OWN(allocated_frames, frame);
	take_in(&frame, *entry & ENTRY_FRAME);
	if (used == 0) {
		*entry = 0;
		tlb_forget_table(level, address);
		return false;
	}
	frame_allocator_into_mapping(&frame);
	*entry = (*entry & ~((uint64_t)ENTRY_COUNT_MASK << ENTRY_COUNT_SHIFT)) | ENTRY_OWNS_FRAME |
		 used << ENTRY_COUNT_SHIFT;
	tables->statistics.table_frames++;
	return true;
}

void adopt_tables(struct tables *tables)
{
	for (uint64_t index = 0; index < TABLE_ENTRIES; index++) {
		uint64_t address = index << 39 | (index >= TABLE_ENTRIES / 2 ? 0xffffull << 48 : 0);
		uint64_t entry = *table_window_entry(TABLE_LEVELS, address);
		if (index != RECURSIVE_INDEX && entry & ENTRY_PRESENT && !(entry & ENTRY_OWNS_FRAME))
			adopt_table(tables, TABLE_LEVELS, address);
	}
}
