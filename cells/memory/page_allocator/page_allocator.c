#include "cells/memory/page_allocator/page_allocator.h"

#include "cells/base/panic/panic.h"
#include "cells/memory/free_runs/free_runs.h"
#include "cells/sync/spinlock/spinlock.h"

// One region. Unit i of its row is the page `first_page + i`.
struct region_pages {
	uint64_t first_page;
	size_t page_count; // 0: not started
	size_t bumped;     // first stage: pages handed out from the start on
	bool adopted;
	size_t kept; // pages that were in use when the row began
	struct free_runs row;
};

static CELL_STATE_ZERO struct {
	struct spinlock lock;
	struct region_pages regions[PAGE_REGION_COUNT_] GUARDED_BY(&lock);
} pages;

static struct virtual_address address_of(uint64_t page)
{
	return (struct virtual_address){page * PAGE_SIZE_BYTES};
}

static size_t free_pages(const struct region_pages *region)
{
	return region->adopted ? free_runs_free_count(&region->row) : region->page_count - region->bumped;
}

void page_allocator_start(enum page_region region, struct virtual_address start, size_t page_count)
{
	if (start.value % PAGE_SIZE_BYTES != 0 || page_count == 0)
		panic("page_allocator: %zu pages at 0x%llx cannot be a region", page_count,
			(unsigned long long)start.value);
	GUARD(&pages.lock);
	struct region_pages *state = &AT(pages.regions, region);
	if (free_pages(state) + state->kept < state->page_count)
		panic("page_allocator: pages of region %d are still out at a new start", (int)region);
	state->first_page = start.value / PAGE_SIZE_BYTES;
	state->page_count = page_count;
	state->bumped = 0;
	state->adopted = false;
	state->kept = 0;
}

size_t page_allocator_bookkeeping_bytes(enum page_region region)
{
	GUARD(&pages.lock);
	return free_runs_memory_bytes(AT(pages.regions, region).page_count);
}

void page_allocator_adopt(enum page_region region, struct bytes_mut bookkeeping)
{
	GUARD(&pages.lock);
	struct region_pages *state = &AT(pages.regions, region);
	if (state->adopted)
		panic("page_allocator: bookkeeping of region %d was adopted before", (int)region);
	free_runs_start(&state->row, state->page_count, bookkeeping);
	if (state->bumped < state->page_count)
		free_runs_give(&state->row, state->bumped, state->page_count - state->bumped);
	state->kept = state->bumped;
	state->adopted = true;
}

static enum status allocate_early(struct region_pages *state, struct free_runs_wish wish, size_t *unit)
{
	if (wish.alignment != 1 || wish.from != 0 || wish.to < state->page_count)
		return STATUS_UNSUPPORTED;
	if (wish.count > state->page_count - state->bumped)
		return STATUS_NO_MEMORY;
	*unit = state->bumped;
	state->bumped += wish.count;
	return STATUS_OK;
}

// The request in units of the region's row.
static enum status wish_of(
	const struct region_pages *state, const struct page_request *request, size_t count, struct free_runs_wish *wish)
{
	size_t alignment = request->alignment_pages ? request->alignment_pages : 1;
	// Regions begin at a multiple of every alignment up to that of their own start: units are aligned as pages are.
	if ((alignment & (alignment - 1)) != 0 || (state->first_page & (alignment - 1)) != 0)
		return STATUS_BAD_ARGUMENT;
	*wish = (struct free_runs_wish){count, alignment, 0, SIZE_MAX};
	if (request->from.value == 0 && request->to.value == 0)
		return STATUS_OK;
	uint64_t from = (request->from.value + PAGE_SIZE_BYTES - 1) / PAGE_SIZE_BYTES;
	uint64_t to = request->to.value ? request->to.value / PAGE_SIZE_BYTES : UINT64_MAX;
	if (from >= to)
		return STATUS_BAD_ARGUMENT;
	wish->from = from > state->first_page ? from - state->first_page : 0;
	wish->to = to > state->first_page ? to - state->first_page : 0;
	return STATUS_OK;
}

enum status page_allocator_allocate(struct allocated_pages *out, struct page_request request)
{
	size_t count = request.count ? request.count : 1;
	if (request.region >= PAGE_REGION_COUNT_)
		return STATUS_BAD_ARGUMENT;

	GUARD(&pages.lock);
	struct region_pages *state = &AT(pages.regions, request.region);
	struct free_runs_wish wish;
	TRY(wish_of(state, &request, count, &wish));
	size_t unit;
	if (__builtin_expect(!state->adopted, 0))
		TRY(allocate_early(state, wish, &unit));
	else if (count == 1 && wish.alignment == 1 && wish.from == 0 && wish.to == SIZE_MAX)
		TRY(free_runs_take_single(&state->row, &unit));
	else
		TRY(free_runs_take(&state->row, wish, &unit));
	allocated_pages_fill(out, (struct allocated_pages){address_of(state->first_page + unit), count});
	return STATUS_OK;
}

// The region that holds these pages, and the first one's unit in it; null if none does.
static struct region_pages *region_of(struct virtual_address start, size_t count, size_t *unit) NEEDS_LOCK(&pages.lock)
{
	uint64_t page = start.value / PAGE_SIZE_BYTES;
	for (size_t i = 0; i < COUNT_OF(pages.regions); i++) {
		struct region_pages *state = &AT(pages.regions, i);
		if (page < state->first_page || page - state->first_page >= state->page_count)
			continue;
		*unit = page - state->first_page;
		return count <= state->page_count - *unit ? state : NULL;
	}
	return NULL;
}

enum status page_allocator_allocate_at(struct allocated_pages *out, struct virtual_address start, size_t count)
{
	if (count == 0 || start.value % PAGE_SIZE_BYTES != 0)
		return STATUS_BAD_ARGUMENT;
	GUARD(&pages.lock);
	size_t unit;
	struct region_pages *state = region_of(start, count, &unit);
	if (!state)
		return STATUS_NOT_FOUND;
	if (!state->adopted)
		return STATUS_UNSUPPORTED;
	TRY(free_runs_take_at(&state->row, unit, count));
	allocated_pages_fill(out, (struct allocated_pages){start, count});
	return STATUS_OK;
}

struct virtual_address allocated_pages_start(const struct allocated_pages *handle)
{
	return handle->start;
}

size_t allocated_pages_count(const struct allocated_pages *handle)
{
	return handle->count;
}

void page_allocator_split(struct allocated_pages *from, size_t count, struct allocated_pages *head)
{
	if (count == 0 || count >= from->count)
		panic("page_allocator: cannot split %zu pages off %zu", count, from->count);
	allocated_pages_fill(head, (struct allocated_pages){from->start, count});
	from->start.value += count * PAGE_SIZE_BYTES;
	from->count -= count;
}

void page_allocator_merge(struct allocated_pages *handle, struct allocated_pages *next)
{
	uint64_t end = handle->start.value + handle->count * PAGE_SIZE_BYTES;
	{
		GUARD(&pages.lock);
		size_t unit;
		if (next->start.value != end || !region_of(handle->start, handle->count + next->count, &unit))
			panic("page_allocator: pages at 0x%llx do not begin where the others end, at 0x%llx",
				(unsigned long long)next->start.value, (unsigned long long)end);
	}
	handle->count += next->count;
	allocated_pages_forget(next);
}

void page_allocator_into_mapping(struct allocated_pages *handle)
{
	allocated_pages_forget(handle);
}

void page_allocator_from_mapping(struct allocated_pages *out, struct virtual_address start, size_t count)
{
	allocated_pages_fill(out, (struct allocated_pages){start, count});
}

void allocated_pages_release(struct allocated_pages *handle)
{
	if (handle->count == 0)
		return;
	GUARD(&pages.lock);
	size_t unit;
	struct region_pages *state = region_of(handle->start, handle->count, &unit);
	if (!state)
		panic("page_allocator: %zu pages at 0x%llx were given back, but belong to no region", handle->count,
			(unsigned long long)handle->start.value);
	if (state->adopted)
		free_runs_give(&state->row, unit, handle->count);
	else if (unit + handle->count == state->bumped)
		state->bumped = unit;
	// Else the pages stay unused: in the first stage only the last ones can come back.
	handle->count = 0;
	handle->start.value = 0;
}

struct page_statistics page_allocator_statistics(enum page_region region)
{
	GUARD(&pages.lock);
	const struct region_pages *state = &AT(pages.regions, region);
	return (struct page_statistics){.total_pages = state->page_count, .free_pages = free_pages(state)};
}
