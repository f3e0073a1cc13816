// What page_table.c does with one table, and how it finds its way: shared by the files of this cell.
#pragma once

#include "cells/memory/page_table/table_window.h"
#include "cells/sync/cell_pointer/cell_pointer.h"
#include "cells/sync/spinlock/spinlock.h"

CELL_POINTER_TYPE(shootdown_pointer, page_table_shootdown);
CELL_POINTER_TYPE(reclaimer_pointer, page_table_reclaimer);

// Entries of pages belong to whoever owns the pages, so changing them needs no lock. The lock is for what ranges share:
// the tables, and the counts of their entries.
struct tables {
	struct spinlock lock;
	struct page_table_statistics statistics GUARDED_BY(&lock);
	struct shootdown_pointer shootdown;
	struct reclaimer_pointer reclaimer;
};

INTERNAL struct tables *page_tables(void);

// ---- page_hooks.c ----

// On return no processor knows an older translation of these pages.
INTERNAL void forget_pages_everywhere(uint64_t address, size_t count);
static inline void forget_pages(const struct tables *tables, uint64_t address, size_t count)
{
	if (__builtin_expect(tables->shootdown.slot.target != NULL, 0))
		forget_pages_everywhere(address, count);
	else
		tlb_forget_pages(address, count);
}

// Tables that were taken out, and that processors may still know.
enum { TABLE_DRAIN_FRAMES = 32 };
struct table_drain {
	size_t count;
	uint64_t frames[TABLE_DRAIN_FRAMES];
};

// Gives their frames back when no processor knows them any more. Under the lock, so that nobody puts other tables in
// their place before that.
INTERNAL void table_drain_flush(struct tables *tables, struct table_drain *drain) NEEDS_LOCK(&tables->lock);

// Asks for memory that somebody could do without. False: nobody does.
INTERNAL bool reclaim(void);

// ---- What is there ----

// An entry of a table, which others may be changing: counting what else is in use, or lending.
static inline uint64_t read_entry(unsigned level, uint64_t address)
{
	return __atomic_load_n(table_window_entry(level, address), __ATOMIC_RELAXED);
}

// The lowest table that leads on from here: 1, the entries of `address` are there; 2, it lies in a large page; 0, there
// is no table.
static inline unsigned leaf_level(uint64_t address)
{
	if (!(read_entry(4, address) & ENTRY_PRESENT) || !(read_entry(3, address) & ENTRY_PRESENT))
		return 0;
	uint64_t entry = read_entry(2, address);
	if (entry & ENTRY_LARGE)
		return 2;
	return entry & ENTRY_PRESENT ? 1 : 0;
}

// The same, as a call: for what is seldom done.
INTERNAL unsigned level_of(uint64_t address);

static inline uint64_t entry_count(uint64_t entry)
{
	return entry >> ENTRY_COUNT_SHIFT & ENTRY_COUNT_MASK;
}

static inline enum page_permission permission_of(uint64_t entry)
{
	if (entry & ENTRY_WRITABLE)
		return PAGE_READ_WRITE;
	return entry & ENTRY_NO_EXECUTE ? PAGE_READ_ONLY : PAGE_READ_EXECUTE;
}

static inline unsigned loans_of(uint64_t entry)
{
	return entry >> ENTRY_LOANS_SHIFT & ENTRY_LOANS_MASK;
}

// How many of the `count` pages from `address` on have their entries in the same table as the first.
static inline size_t pages_in_table(uint64_t address, size_t count)
{
	size_t room = TABLE_ENTRIES - address / PAGE_SIZE_BYTES % TABLE_ENTRIES;
	return count < room ? count : room;
}

// The entries of a range that lie beside each other: those of one table, or the one of a large page.
struct part {
	uint64_t *entries;
	size_t entry_count;
	size_t page_count;
	bool large;
};

// The part at `address`, where all of the range is mapped.
static inline struct part part_at(uint64_t address, size_t count)
{
	if (__builtin_expect(read_entry(2, address) & ENTRY_LARGE, 0))
		return (struct part){table_window_entry(2, address), 1, TABLE_ENTRIES, true};
	size_t here = pages_in_table(address, count);
	return (struct part){table_window_entry(1, address), here, here, false};
}

INTERNAL __attribute__((noreturn, cold)) void refuse(uint64_t address, const char *what);

// Panics unless this is a range of whole pages.
INTERNAL void check_range(struct virtual_address start, size_t count);

// Panics unless all of these pages are mapped, not in part of a large page only, and, if it is demanded, not lent.
// Returns all bits that are set, and all that are clear, in one of the entries.
INTERNAL uint64_t expect_mapped(uint64_t address, size_t count, bool not_lent, uint64_t *clear);

// Leaves these pages to those who borrow them. False: nobody does.
INTERNAL bool leave_lent(struct virtual_address start, size_t count);

// Panics if one of these pages is mapped.
INTERNAL void expect_unmapped(uint64_t address, size_t count);

// In each of the entries the bits of `keep` stay, and `add` is added to them.
INTERNAL void rewrite(uint64_t address, size_t count, uint64_t keep, uint64_t add);

// Counts entries of the table that the entry of `level` leads to, and says how many there are now. The root is not
// counted: it is never given back.
static inline uint64_t count_entries(unsigned level, uint64_t address, int64_t change)
{
	if (level > TABLE_LEVELS)
		return 1;
	uint64_t *entry = table_window_entry(level, address);
	uint64_t counted = *entry + ((uint64_t)change << ENTRY_COUNT_SHIFT);
	__atomic_store_n(entry, counted, __ATOMIC_RELAXED);
	return entry_count(counted);
}

// Makes the entry of `level` for `address` reachable. On failure tables without entries may be left: prune_tables.
INTERNAL enum status add_tables(struct tables *tables, unsigned level, uint64_t address) NEEDS_LOCK(&tables->lock);

// Gives back the tables for `address` that have no entry in use, from the lowest up.
INTERNAL void prune_tables(struct tables *tables, uint64_t address) NEEDS_LOCK(&tables->lock);

// The same, but they go into `drain`, which has room for TABLE_LEVELS of them.
INTERNAL void prune_tables_to(struct tables *tables, uint64_t address, struct table_drain *drain)
	NEEDS_LOCK(&tables->lock);

// Puts a table of 512 pages in the place of the large page around `address`.
INTERNAL enum status divide_large_page(struct tables *tables, uint64_t address) NEEDS_LOCK(&tables->lock);

// Counts the entries of the tables that are there, and takes their frames in.
INTERNAL void adopt_tables(struct tables *tables) NEEDS_LOCK(&tables->lock);
