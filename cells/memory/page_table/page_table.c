#include "cells/memory/page_table/page_table.h"

#include "cells/base/panic/panic.h"
#include "cells/memory/page_table/tables.h"

static CELL_STATE_ZERO struct tables tables;

struct tables *page_tables(void)
{
	return &tables;
}

// Where the frames of a mapping come from.
struct frame_source {
	uint64_t next; // physical address
	size_t count;  // so many frames from there on
	bool any;      // more come from frame_allocator
};

// Where the frames of a mapping go, in runs of adjacent ones.
struct frame_drain {
	uint64_t first; // physical address
	size_t count;
	bool give_back; // to frame_allocator; else they stay whose they are
};

static uint64_t entry_bits(struct page_attributes attributes)
{
	uint64_t bits = ENTRY_PRESENT | (uint64_t)attributes.owner << ENTRY_OWNER_SHIFT;
	switch (attributes.permission) {
	case PAGE_READ_ONLY:
		bits |= ENTRY_NO_EXECUTE;
		break;
	case PAGE_READ_WRITE:
		bits |= ENTRY_WRITABLE | ENTRY_NO_EXECUTE;
		break;
	case PAGE_READ_EXECUTE:
		break;
	default:
		panic("page_table: there is no permission %d", (int)attributes.permission);
	}
	if (attributes.cache == PAGE_UNCACHED)
		bits |= ENTRY_WRITE_THROUGH | ENTRY_CACHE_DISABLE;
	else if (attributes.cache != PAGE_CACHED)
		panic("page_table: there is no cache mode %d", (int)attributes.cache);
	if (attributes.owner >= PAGE_OWNER_COUNT_)
		panic("page_table: there is no owner %d", (int)attributes.owner);
	return bits;
}

// ---- Unmapping ----

static void give_back(uint64_t physical, size_t count)
{
	OWN(unmapped_frames, frames);
	frame_allocator_from_mapping(&frames, (struct physical_address){physical}, count);
}

static void drain_flush(struct frame_drain *drain)
{
	if (drain->count > 0 && drain->give_back)
		give_back(drain->first, drain->count);
	drain->count = 0;
}

static inline void drain_add(struct frame_drain *drain, uint64_t physical, size_t count)
{
	if (drain->count > 0 && physical == drain->first + drain->count * PAGE_SIZE_BYTES) {
		drain->count += count;
		return;
	}
	drain_flush(drain);
	drain->first = physical;
	drain->count = count;
}

// The entries of pages that no processor knows any more become empty; that of a large page still says that it is one.
static void empty_part(const struct part *part, struct frame_drain *drain)
{
	for (size_t i = 0; i < part->entry_count; i++) {
		uint64_t entry = RAW(part->entries[i]);
		RAW(part->entries[i]) = entry & ENTRY_LARGE;
		if (entry & ENTRY_OWNS_FRAME)
			drain_add(drain, entry & ENTRY_FRAME, part->large ? TABLE_ENTRIES : 1);
		else
			drain_flush(drain);
	}
}

// Counts empty entries out of their tables, from `address` up to `end`, or until enough tables have become empty for
// processors to be told: once, for all of them. Returns how far it came.
static uint64_t count_out(uint64_t address, uint64_t end)
{
	struct table_drain gone = {};
	GUARD(&tables.lock);
	while (address != end && gone.count + TABLE_LEVELS <= TABLE_DRAIN_FRAMES) {
		struct part part = part_at(address, (end - address) / PAGE_SIZE_BYTES);
		if (part.large)
			*part.entries = 0;
		tables.statistics.mapped_pages -= part.page_count;
		tables.statistics.large_pages -= part.large;
		if (count_entries(part.large ? 3 : 2, address, -(int64_t)part.entry_count) == 0)
			prune_tables_to(&tables, address, &gone);
		address += part.page_count * PAGE_SIZE_BYTES;
	}
	table_drain_flush(&tables, &gone);
	return address;
}

static void empty_entries(uint64_t address, size_t count, struct frame_drain *drain)
{
	const uint64_t end = address + count * PAGE_SIZE_BYTES;
	for (uint64_t at = address; at != end;) {
		struct part part = part_at(at, (end - at) / PAGE_SIZE_BYTES);
		empty_part(&part, drain);
		at += part.page_count * PAGE_SIZE_BYTES;
	}
	while (address != end)
		address = count_out(address, end);
}

// Takes mapped pages out. What is left in `drain` is the last run of frames.
static void clear(uint64_t address, size_t count, struct frame_drain *drain)
{
	// Not present, but still the place that remembers the frame.
	rewrite(address, count, ENTRY_FRAME | ENTRY_OWNS_FRAME | ENTRY_LARGE, 0);
	forget_pages(&tables, address, count);
	empty_entries(address, count, drain);
}

// The same for one page of 4 KiB, by far the most frequent wish. False if it is another case.
static bool unmap_one(uint64_t address)
{
	if (leaf_level(address) != 1)
		return false;
	uint64_t *entry = table_window_entry(1, address);
	const uint64_t old = *entry;
	if ((old & (ENTRY_PRESENT | (uint64_t)ENTRY_LOANS_MASK << ENTRY_LOANS_SHIFT)) != ENTRY_PRESENT)
		return false;
	*entry = old & (ENTRY_FRAME | ENTRY_OWNS_FRAME);
	forget_pages(&tables, address, 1);
	*entry = 0;
	if (old & ENTRY_OWNS_FRAME)
		give_back(old & ENTRY_FRAME, 1);
	GUARD(&tables.lock);
	tables.statistics.mapped_pages--;
	if (count_entries(2, address, -1) == 0)
		prune_tables(&tables, address);
	return true;
}

static bool unmap_or_leave(struct virtual_address start, size_t count, bool leave)
{
	check_range(start, count);
	if (count == 1 && unmap_one(start.value))
		return true;
	uint64_t none;
	uint64_t set = expect_mapped(start.value, count, !leave, &none);
	if (loans_of(set) != 0 && leave_lent(start, count))
		return false;
	struct frame_drain drain = {.give_back = true};
	clear(start.value, count, &drain);
	drain_flush(&drain);
	return true;
}

void page_table_unmap(struct virtual_address start, size_t count)
{
	unmap_or_leave(start, count, false);
}

bool page_table_let_go(struct virtual_address start, size_t count)
{
	return unmap_or_leave(start, count, true);
}

// The frame that the first of these pages leads to. Panics unless the others lead to the ones behind it.
static uint64_t expect_adjacent(uint64_t address, size_t count)
{
	uint64_t first = *part_at(address, count).entries & ENTRY_FRAME;
	uint64_t next = first;
	while (count > 0) {
		struct part part = part_at(address, count);
		for (size_t i = 0; i < part.entry_count; i++) {
			uint64_t entry = RAW(part.entries[i]);
			if (!(entry & ENTRY_OWNS_FRAME) || (entry & ENTRY_FRAME) != next)
				refuse(address + i * PAGE_SIZE_BYTES,
					"has no frame of its own behind the one of the page before");
			next += part.large ? LARGE_PAGE_SIZE_BYTES : PAGE_SIZE_BYTES;
		}
		address += part.page_count * PAGE_SIZE_BYTES;
		count -= part.page_count;
	}
	return first;
}

void page_table_unmap_to(struct virtual_address start, size_t count, struct unmapped_frames *frames)
{
	check_range(start, count);
	uint64_t none;
	expect_mapped(start.value, count, true, &none);
	uint64_t first = expect_adjacent(start.value, count);
	struct frame_drain drain = {};
	clear(start.value, count, &drain);
	frame_allocator_from_mapping(frames, (struct physical_address){first}, count);
}

// ---- Mapping ----

// Sees to it that `source` has a run of frames.
static inline enum status refill(struct frame_source *source, size_t at_most)
{
	if (source->count > 0)
		return STATUS_OK;
	OWN(allocated_frames, frames);
	TRY(frame_allocator_allocate_some(&frames, at_most));
	source->next = allocated_frames_start(&frames).value;
	source->count = allocated_frames_count(&frames);
	frame_allocator_into_mapping(&frames);
	return STATUS_OK;
}

// Maps pages whose entries are in one table. `*mapped` of them are mapped, all on success.
static enum status map_in_table(
	uint64_t address, size_t count, uint64_t bits, struct frame_source *source, size_t *mapped)
{
	*mapped = 0;
	GUARD(&tables.lock);
	enum status status = add_tables(&tables, 1, address);
	size_t done = 0;
	while (!status && done < count) {
		status = refill(source, count - done);
		if (status)
			break;
		uint64_t *entries = table_window_entry(1, address);
		for (; source->count > 0 && done < count; done++) {
			RAW(entries[done]) = source->next | bits | ENTRY_OWNS_FRAME;
			source->next += PAGE_SIZE_BYTES;
			source->count--;
		}
	}
	if (done == 0) {
		prune_tables(&tables, address);
		return status;
	}
	count_entries(2, address, (int64_t)done);
	tables.statistics.mapped_pages += done;
	tlb_expect_pages(address, done);
	*mapped = done;
	return status;
}

// A run of frames for a large page, if the source has one.
static bool large_run(struct frame_source *source)
{
	if (!source->any)
		return source->next % LARGE_PAGE_SIZE_BYTES == 0 && source->count >= TABLE_ENTRIES;
	OWN(allocated_frames, frames);
	if (frame_allocator_allocate(
		    &frames, (struct frame_request){.count = TABLE_ENTRIES, .alignment_frames = TABLE_ENTRIES}))
		return false;
	source->next = allocated_frames_start(&frames).value;
	source->count = TABLE_ENTRIES;
	frame_allocator_into_mapping(&frames);
	return true;
}

// Maps one large page, if page and frames allow it; else nothing is changed.
static __attribute__((noinline)) bool map_large(uint64_t address, uint64_t bits, struct frame_source *source)
{
	GUARD(&tables.lock);
	bool possible = !add_tables(&tables, 2, address) && *table_window_entry(2, address) == 0 && large_run(source);
	if (!possible) {
		prune_tables(&tables, address);
		return false;
	}
	*table_window_entry(2, address) = source->next | bits | ENTRY_LARGE | ENTRY_OWNS_FRAME;
	source->next += LARGE_PAGE_SIZE_BYTES;
	source->count -= TABLE_ENTRIES;
	count_entries(3, address, 1);
	tables.statistics.mapped_pages += TABLE_ENTRIES;
	tables.statistics.large_pages++;
	tlb_expect_pages(address, TABLE_ENTRIES);
	return true;
}

static enum status map(struct virtual_address start, size_t count, uint64_t bits, struct frame_source *source)
{
	expect_unmapped(start.value, count);
	uint64_t address = start.value;
	const uint64_t end = address + count * PAGE_SIZE_BYTES;
	while (address != end) {
		size_t left = (end - address) / PAGE_SIZE_BYTES;
		size_t mapped = TABLE_ENTRIES;
		if (address % LARGE_PAGE_SIZE_BYTES == 0 && left >= TABLE_ENTRIES && map_large(address, bits, source)) {
			address += LARGE_PAGE_SIZE_BYTES;
			continue;
		}
		enum status status = map_in_table(address, pages_in_table(address, left), bits, source, &mapped);
		address += mapped * PAGE_SIZE_BYTES;
		if (status) {
			struct frame_drain drain = {.give_back = source->any};
			if (address != start.value)
				clear(start.value, (address - start.value) / PAGE_SIZE_BYTES, &drain);
			drain_flush(&drain);
			return status;
		}
	}
	return STATUS_OK;
}

enum status page_table_map(
	struct virtual_address start, struct allocated_frames *frames, struct page_attributes attributes)
{
	size_t count = allocated_frames_count(frames);
	check_range(start, count);
	struct frame_source source = {.next = allocated_frames_start(frames).value, .count = count};
	enum status status = map(start, count, entry_bits(attributes), &source);
	if (status) {
		allocated_frames_drop(frames);
		return status;
	}
	frame_allocator_into_mapping(frames);
	return STATUS_OK;
}

// The same for one page whose table is there and has other entries in use. False if it is another case, or if there is
// no frame.
static bool map_any_one(uint64_t address, uint64_t bits)
{
	GUARD(&tables.lock);
	if (leaf_level(address) != 1)
		return false;
	uint64_t *entry = table_window_entry(1, address);
	OWN(allocated_frames, frame);
	if (*entry != 0 || frame_allocator_allocate_some(&frame, 1))
		return false;
	*entry = allocated_frames_start(&frame).value | bits | ENTRY_OWNS_FRAME;
	frame_allocator_into_mapping(&frame);
	count_entries(2, address, 1);
	tables.statistics.mapped_pages++;
	tlb_expect_pages(address, 1);
	return true;
}

enum status page_table_map_any(struct virtual_address start, size_t count, struct page_attributes attributes)
{
	check_range(start, count);
	if (count == 1 && map_any_one(start.value, entry_bits(attributes)))
		return STATUS_OK;
	struct frame_source source = {.any = true};
	enum status status = map(start, count, entry_bits(attributes), &source);
	if (__builtin_expect(status != STATUS_OK, 0) && reclaim())
		status = map(start, count, entry_bits(attributes), &source);
	return status;
}

// ---- Changing what is mapped ----

void page_table_protect(struct virtual_address start, size_t count, enum page_permission permission)
{
	check_range(start, count);
	const uint64_t bits = entry_bits((struct page_attributes){.permission = permission}) & ~ENTRY_PRESENT;
	const uint64_t keep = ~(ENTRY_WRITABLE | ENTRY_NO_EXECUTE);
	uint64_t clear_bits;
	uint64_t set_bits = expect_mapped(start.value, count, true, &clear_bits);
	// A processor that still knows a page as writable must not know it as executable, nor the other way round: such
	// a change goes by way of neither.
	if ((permission == PAGE_READ_EXECUTE && set_bits & ENTRY_WRITABLE) ||
		(permission == PAGE_READ_WRITE && clear_bits & ENTRY_NO_EXECUTE)) {
		rewrite(start.value, count, keep, ENTRY_NO_EXECUTE);
		forget_pages(&tables, start.value, count);
	}
	rewrite(start.value, count, keep, bits);
	forget_pages(&tables, start.value, count);
}

void page_table_set_owner(struct virtual_address start, size_t count, enum page_owner owner)
{
	check_range(start, count);
	uint64_t bits = entry_bits((struct page_attributes){.owner = owner}) & ~(ENTRY_PRESENT | ENTRY_NO_EXECUTE);
	uint64_t none;
	expect_mapped(start.value, count, true, &none);
	rewrite(start.value, count, ~((uint64_t)ENTRY_OWNER_MASK << ENTRY_OWNER_SHIFT), bits);
}

enum status page_table_cut(struct virtual_address start)
{
	check_range(start, 1);
	GUARD(&tables.lock);
	if (start.value % LARGE_PAGE_SIZE_BYTES == 0 || level_of(start.value) != 2)
		return STATUS_OK;
	return divide_large_page(&tables, start.value);
}

enum status page_table_adopt(struct virtual_address start, size_t count, enum page_permission permission)
{
	check_range(start, count);
	GUARD(&tables.lock);
	uint64_t first = 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t address = start.value + i * PAGE_SIZE_BYTES;
		uint64_t entry = level_of(address) == 1 ? *table_window_entry(1, address) : 0;
		if (i == 0)
			first = entry & ENTRY_FRAME;
		if (!(entry & ENTRY_PRESENT) || entry & ENTRY_OWNS_FRAME || permission_of(entry) != permission ||
			(entry & ENTRY_FRAME) != first + i * PAGE_SIZE_BYTES)
			return STATUS_REFUSED;
	}
	OWN(allocated_frames, frames);
	TRY(frame_allocator_take_in(&frames, (struct physical_address){first}, count));
	rewrite(start.value, count, UINT64_MAX, ENTRY_OWNS_FRAME | (uint64_t)PAGE_OWNER_IMAGE << ENTRY_OWNER_SHIFT);
	frame_allocator_into_mapping(&frames);
	tables.statistics.mapped_pages += count;
	return STATUS_OK;
}

void page_table_take_over(void)
{
	table_window_take_over();
	GUARD(&tables.lock);
	adopt_tables(&tables);
}

struct page_table_statistics page_table_statistics(void)
{
	GUARD(&tables.lock);
	return tables.statistics;
}
