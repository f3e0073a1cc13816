#include "cells/memory/page_table/page_table.h"

#include "cells/base/panic/panic.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/page_table/table_window.h"
#include "cells/sync/spinlock/spinlock.h"

// Entries of pages belong to whoever owns the pages, so changing them needs no lock. The lock is for what ranges share:
// the tables, and the counts of their entries.
static CELL_STATE_ZERO struct {
	struct spinlock lock;
	struct page_table_statistics statistics GUARDED_BY(&lock);
} tables;

// Where the frames of a mapping come from.
struct frame_source {
	bool any;      // one by one from frame_allocator; else the ones from `next` on
	uint64_t next; // physical address
};

static uint64_t entry_bits(enum page_permission permission, enum page_cache cache)
{
	uint64_t bits = ENTRY_PRESENT;
	switch (permission) {
	case PAGE_READ_ONLY:
		bits |= ENTRY_NO_EXECUTE;
		break;
	case PAGE_READ_WRITE:
		bits |= ENTRY_WRITABLE | ENTRY_NO_EXECUTE;
		break;
	case PAGE_READ_EXECUTE:
		break;
	default:
		panic("page_table: there is no permission %d", (int)permission);
	}
	switch (cache) {
	case PAGE_CACHED:
		return bits;
	case PAGE_UNCACHED:
		return bits | ENTRY_WRITE_THROUGH | ENTRY_CACHE_DISABLE;
	default:
		panic("page_table: there is no cache mode %d", (int)cache);
	}
}

static enum page_permission permission_of(uint64_t entry)
{
	if (entry & ENTRY_WRITABLE)
		return PAGE_READ_WRITE;
	return entry & ENTRY_NO_EXECUTE ? PAGE_READ_ONLY : PAGE_READ_EXECUTE;
}

// How many of the `count` pages from `address` on have their entries in the same table as the first.
static size_t pages_in_table(uint64_t address, size_t count)
{
	size_t room = TABLE_ENTRIES - address / PAGE_SIZE_BYTES % TABLE_ENTRIES;
	return count < room ? count : room;
}

static void check_range(struct virtual_address start, size_t count)
{
	if (start.value % PAGE_SIZE_BYTES != 0 || count == 0 || count > (UINT64_MAX - start.value) / PAGE_SIZE_BYTES)
		panic("page_table: %zu pages at 0x%llx are not a range of pages", count,
			(unsigned long long)start.value);
}

static uint64_t entry_count(uint64_t entry)
{
	return entry >> ENTRY_COUNT_SHIFT & ENTRY_COUNT_MASK;
}

// Counts entries of the table that the entry of `level` leads to. The tables of the boot code are not counted, nor is
// the root: they are never given back.
static void count_entries(unsigned level, uint64_t address, int64_t change)
{
	if (level > TABLE_LEVELS)
		return;
	uint64_t *entry = table_window_entry(level, address);
	if (*entry & ENTRY_OWNS_FRAME)
		*entry += (uint64_t)change << ENTRY_COUNT_SHIFT;
}

// The lowest level whose entry for `address` can be reached.
static unsigned lowest_level(uint64_t address)
{
	unsigned level = TABLE_LEVELS;
	while (level > 1 && *table_window_entry(level, address) & ENTRY_PRESENT)
		level--;
	return level;
}

// Frames that were mapped go back.
static void give_back(uint64_t physical, size_t count)
{
	OWN(unmapped_frames, frames);
	frame_allocator_from_mapping(&frames, (struct physical_address){physical}, count);
}

// Gives back the tables for `address` that have no entry in use, from the lowest up.
static void prune_tables(uint64_t address) NEEDS_LOCK(&tables.lock)
{
	for (unsigned level = lowest_level(address) + 1; level <= TABLE_LEVELS; level++) {
		uint64_t *entry = table_window_entry(level, address);
		if (!(*entry & ENTRY_OWNS_FRAME) || entry_count(*entry) != 0)
			return;
		uint64_t frame = *entry & ENTRY_FRAME;
		*entry = 0;
		tlb_forget_table(level, address);
		give_back(frame, 1);
		tables.statistics.table_frames--;
		count_entries(level + 1, address, -1);
	}
}

static enum status add_table(unsigned level, uint64_t address) NEEDS_LOCK(&tables.lock)
{
	OWN(allocated_frames, frame);
	TRY(frame_allocator_allocate(&frame, (struct frame_request){}));
	*table_window_entry(level, address) =
		allocated_frames_start(&frame).value | ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_OWNS_FRAME;
	frame_allocator_into_mapping(&frame);
	table_window_zero(level, address);
	tables.statistics.table_frames++;
	count_entries(level + 1, address, 1);
	return STATUS_OK;
}

// Makes the entry of the page at `address` reachable. On failure tables without entries may be left: prune_tables.
static enum status add_tables(uint64_t address) NEEDS_LOCK(&tables.lock)
{
	for (unsigned level = TABLE_LEVELS; level > 1; level--) {
		uint64_t entry = *table_window_entry(level, address);
		if (!(entry & ENTRY_PRESENT))
			TRY(add_table(level, address));
		else if (entry & ENTRY_LARGE)
			panic("page_table: 0x%llx lies in a large page", (unsigned long long)address);
	}
	return STATUS_OK;
}

static enum status next_frame(struct frame_source *source, uint64_t *physical)
{
	if (!source->any) {
		*physical = source->next;
		source->next += PAGE_SIZE_BYTES;
		return STATUS_OK;
	}
	OWN(allocated_frames, frame);
	TRY(frame_allocator_allocate(&frame, (struct frame_request){}));
	*physical = allocated_frames_start(&frame).value;
	frame_allocator_into_mapping(&frame);
	return STATUS_OK;
}

// Maps pages whose entries are in one table. `*mapped` of them are mapped, all on success.
static enum status map_in_table(
	uint64_t address, size_t count, uint64_t bits, struct frame_source *source, size_t *mapped)
{
	*mapped = 0;
	GUARD(&tables.lock);
	enum status status = add_tables(address);
	for (size_t i = 0; !status && i < count; i++) {
		uint64_t *entry = table_window_entry(1, address + i * PAGE_SIZE_BYTES);
		if (*entry != 0)
			panic("page_table: 0x%llx is mapped already",
				(unsigned long long)address + i * PAGE_SIZE_BYTES);
		uint64_t physical;
		status = next_frame(source, &physical);
		if (!status) {
			*entry = physical | bits | ENTRY_OWNS_FRAME;
			++*mapped;
		}
	}
	if (*mapped == 0) {
		prune_tables(address);
		return status;
	}
	count_entries(2, address, (int64_t)*mapped);
	tables.statistics.mapped_pages += *mapped;
	tlb_expect_pages(address, *mapped);
	return status;
}

static void clear_in_table(uint64_t address, size_t count, bool give_frames_back)
{
	for (size_t i = 0; i < count; i++) {
		if (!(*table_window_entry(1, address + i * PAGE_SIZE_BYTES) & ENTRY_PRESENT))
			panic("page_table: 0x%llx is not mapped", (unsigned long long)address + i * PAGE_SIZE_BYTES);
	}
	// Not present, but still the place that remembers the frame.
	for (size_t i = 0; i < count; i++)
		*table_window_entry(1, address + i * PAGE_SIZE_BYTES) &= ENTRY_FRAME | ENTRY_OWNS_FRAME;
	tlb_forget_pages(address, count);

	uint64_t run_start = 0;
	size_t run_count = 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t *entry = table_window_entry(1, address + i * PAGE_SIZE_BYTES);
		uint64_t frame = *entry & ENTRY_FRAME;
		bool owned = give_frames_back && *entry & ENTRY_OWNS_FRAME;
		*entry = 0;
		if (run_count > 0 && (!owned || frame != run_start + run_count * PAGE_SIZE_BYTES)) {
			give_back(run_start, run_count);
			run_count = 0;
		}
		if (owned && run_count++ == 0)
			run_start = frame;
	}
	if (run_count > 0)
		give_back(run_start, run_count);

	GUARD(&tables.lock);
	count_entries(2, address, -(int64_t)count);
	tables.statistics.mapped_pages -= count;
	prune_tables(address);
}

static void clear(uint64_t address, size_t count, bool give_frames_back)
{
	while (count > 0) {
		size_t here = pages_in_table(address, count);
		if (lowest_level(address) != 1)
			panic("page_table: 0x%llx is not mapped", (unsigned long long)address);
		clear_in_table(address, here, give_frames_back);
		address += here * PAGE_SIZE_BYTES;
		count -= here;
	}
}

static enum status map(struct virtual_address start, size_t count, uint64_t bits, struct frame_source source)
{
	check_range(start, count);
	for (size_t done = 0; done < count;) {
		uint64_t address = start.value + done * PAGE_SIZE_BYTES;
		size_t here = pages_in_table(address, count - done);
		size_t mapped;
		enum status status = map_in_table(address, here, bits, &source, &mapped);
		done += mapped;
		if (status) {
			clear(start.value, done, source.any);
			return status;
		}
	}
	return STATUS_OK;
}

enum status page_table_map(struct virtual_address start, struct physical_address physical, size_t count,
	enum page_permission permission, enum page_cache cache)
{
	if (physical.value % PAGE_SIZE_BYTES != 0)
		panic("page_table: 0x%llx is not the start of a frame", (unsigned long long)physical.value);
	return map(start, count, entry_bits(permission, cache), (struct frame_source){false, physical.value});
}

enum status page_table_map_any(struct virtual_address start, size_t count, enum page_permission permission)
{
	return map(start, count, entry_bits(permission, PAGE_CACHED), (struct frame_source){true, 0});
}

void page_table_unmap(struct virtual_address start, size_t count)
{
	check_range(start, count);
	clear(start.value, count, true);
}

static void set_permission(uint64_t address, size_t count, enum page_permission permission)
{
	uint64_t bits = entry_bits(permission, PAGE_CACHED);
	for (size_t i = 0; i < count; i++) {
		uint64_t *entry = table_window_entry(1, address + i * PAGE_SIZE_BYTES);
		*entry = (*entry & ~(ENTRY_WRITABLE | ENTRY_NO_EXECUTE)) | bits;
	}
	tlb_forget_pages(address, count);
}

static void protect_in_table(uint64_t address, size_t count, enum page_permission permission)
{
	// A processor that still knows a page as writable must not know it as executable, nor the other way round: such
	// a change goes by way of neither.
	bool by_way_of_neither = false;
	for (size_t i = 0; i < count; i++) {
		uint64_t entry = *table_window_entry(1, address + i * PAGE_SIZE_BYTES);
		if (!(entry & ENTRY_PRESENT))
			panic("page_table: 0x%llx is not mapped", (unsigned long long)address + i * PAGE_SIZE_BYTES);
		enum page_permission old = permission_of(entry);
		by_way_of_neither |= old != permission && old != PAGE_READ_ONLY && permission != PAGE_READ_ONLY;
	}
	if (by_way_of_neither)
		set_permission(address, count, PAGE_READ_ONLY);
	set_permission(address, count, permission);
}

void page_table_protect(struct virtual_address start, size_t count, enum page_permission permission)
{
	check_range(start, count);
	uint64_t address = start.value;
	while (count > 0) {
		size_t here = pages_in_table(address, count);
		if (lowest_level(address) != 1)
			panic("page_table: 0x%llx is not mapped", (unsigned long long)address);
		protect_in_table(address, here, permission);
		address += here * PAGE_SIZE_BYTES;
		count -= here;
	}
}

enum status page_table_lookup(struct virtual_address address, struct page_translation *translation)
{
	GUARD(&tables.lock);
	if (lowest_level(address.value) != 1)
		return STATUS_NOT_FOUND;
	uint64_t entry = *table_window_entry(1, address.value);
	if (!(entry & ENTRY_PRESENT))
		return STATUS_NOT_FOUND;
	*translation = (struct page_translation){
		.physical = {entry & ENTRY_FRAME},
		.permission = permission_of(entry),
		.cache = entry & ENTRY_CACHE_DISABLE ? PAGE_UNCACHED : PAGE_CACHED,
		.owns_frame = (entry & ENTRY_OWNS_FRAME) != 0,
	};
	return STATUS_OK;
}

struct page_table_statistics page_table_statistics(void)
{
	GUARD(&tables.lock);
	return tables.statistics;
}

void page_table_take_over(void)
{
	table_window_take_over();
}
