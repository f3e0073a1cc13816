#include "cells/memory/mapped_pages/mapped_pages.h"

#include "cells/base/panic/panic.h"

// The address space of the general region is twice the machine's memory, between these two: its bookkeeping grows with
// it, and a small machine should not pay for a large one.
enum { GENERAL_PAGES_MIN = 1 << 18 };

// What all three handle types hold, and what the functions below work on.
struct mapping {
	uintptr_t start;
	size_t size_bytes;
	size_t page_count;
};

static struct virtual_address first_page(struct mapping mapping)
{
	return (struct virtual_address){mapping.start & ~(uintptr_t)(PAGE_SIZE_BYTES - 1)};
}

// Views and conversions of the three types. (A macro each, because C has no other word for "the same for each type".)
#define MAPPING_OF_(handle) ((struct mapping){(handle)->start, (handle)->size_bytes, (handle)->page_count})

static void protect(struct mapping mapping, enum page_permission permission)
{
	page_table_protect(first_page(mapping), mapping.page_count, permission);
}

static void unmap(struct mapping mapping)
{
	if (mapping.page_count == 0)
		return;
	page_table_unmap(first_page(mapping), mapping.page_count);
	OWN(allocated_pages, pages);
	page_allocator_from_mapping(&pages, first_page(mapping), mapping.page_count);
}

static void *place(struct mapping mapping, size_t offset_bytes, size_t size_bytes, size_t alignment)
{
	if (offset_bytes > mapping.size_bytes || size_bytes > mapping.size_bytes - offset_bytes)
		panic("mapped_pages: %zu bytes at offset %zu lie beyond the end of %zu mapped bytes", size_bytes,
			offset_bytes, mapping.size_bytes);
	if (!address_is_aligned(mapping.start + offset_bytes, alignment))
		panic("mapped_pages: offset %zu of 0x%lx is not aligned to %zu bytes", offset_bytes, mapping.start,
			alignment);
	return RAW_POINTER(void, mapping.start + offset_bytes);
}

enum status mapped_pages_mut_allocate(struct mapped_pages_mut *out, size_t size_bytes, enum page_region region)
{
	uint64_t count;
	TRY(address_page_count(size_bytes, &count));
	OWN(allocated_pages, pages);
	TRY(page_allocator_allocate(&pages, (struct page_request){.region = region, .count = count}));
	struct virtual_address start = allocated_pages_start(&pages);
	TRY(page_table_map_any(start, count, PAGE_READ_WRITE));
	page_allocator_into_mapping(&pages);
	__builtin_memset(RAW_POINTER(void, start.value), 0, count * PAGE_SIZE_BYTES);
	mapped_pages_mut_fill(out, (struct mapped_pages_mut){start.value, size_bytes, count});
	return STATUS_OK;
}

enum status mapped_pages_mut_map(
	struct mapped_pages_mut *out, struct allocated_pages *pages, struct allocated_frames *frames)
{
	size_t count = allocated_pages_count(pages);
	struct virtual_address start = allocated_pages_start(pages);
	enum status status = STATUS_BAD_ARGUMENT;
	if (count == allocated_frames_count(frames))
		status = page_table_map(start, allocated_frames_start(frames), count, PAGE_READ_WRITE, PAGE_CACHED);
	if (status) {
		allocated_pages_drop(pages);
		allocated_frames_drop(frames);
		return status;
	}
	page_allocator_into_mapping(pages);
	frame_allocator_into_mapping(frames);
	mapped_pages_mut_fill(out, (struct mapped_pages_mut){start.value, count * PAGE_SIZE_BYTES, count});
	return STATUS_OK;
}

static enum status map_physical(struct mapping *out, struct physical_address start, size_t size_bytes,
	enum page_permission permission, enum page_cache cache)
{
	uint64_t offset = start.value % PAGE_SIZE_BYTES;
	uint64_t end;
	TRY(address_range_end(offset, size_bytes, &end));
	uint64_t count;
	if (size_bytes == 0)
		return STATUS_BAD_ARGUMENT;
	TRY(address_page_count(end, &count));

	struct physical_address first_frame = {start.value - offset};
	OWN(allocated_frames, frames);
	TRY(frame_allocator_claim(&frames, first_frame, count));
	OWN(allocated_pages, pages);
	TRY(page_allocator_allocate(&pages, (struct page_request){.region = PAGE_REGION_GENERAL, .count = count}));
	uint64_t address = allocated_pages_start(&pages).value;
	TRY(page_table_map(allocated_pages_start(&pages), first_frame, count, permission, cache));
	page_allocator_into_mapping(&pages);
	frame_allocator_into_mapping(&frames);
	*out = (struct mapping){address + offset, size_bytes, count};
	return STATUS_OK;
}

enum status mapped_pages_map_physical(struct mapped_pages *out, struct physical_address start, size_t size_bytes)
{
	struct mapping mapping;
	TRY(map_physical(&mapping, start, size_bytes, PAGE_READ_ONLY, PAGE_CACHED));
	mapped_pages_fill(out, (struct mapped_pages){mapping.start, mapping.size_bytes, mapping.page_count});
	return STATUS_OK;
}

enum status mapped_pages_mut_map_physical(
	struct mapped_pages_mut *out, struct physical_address start, size_t size_bytes, enum page_cache cache)
{
	struct mapping mapping;
	TRY(map_physical(&mapping, start, size_bytes, PAGE_READ_WRITE, cache));
	mapped_pages_mut_fill(out, (struct mapped_pages_mut){mapping.start, mapping.size_bytes, mapping.page_count});
	return STATUS_OK;
}

#define CONVERSION_(name, from_type, to_type, permission)                                                              \
	void name(struct from_type *from, struct to_type *to)                                                          \
	{                                                                                                              \
		protect(MAPPING_OF_(from), permission);                                                                \
		to_type##_fill(to, (struct to_type){from->start, from->size_bytes, from->page_count});                 \
		from_type##_forget(from);                                                                              \
	}

CONVERSION_(mapped_pages_mut_freeze, mapped_pages_mut, mapped_pages, PAGE_READ_ONLY)
CONVERSION_(mapped_pages_mut_make_executable, mapped_pages_mut, mapped_pages_exec, PAGE_READ_EXECUTE)
CONVERSION_(mapped_pages_thaw, mapped_pages, mapped_pages_mut, PAGE_READ_WRITE)
CONVERSION_(mapped_pages_exec_make_mutable, mapped_pages_exec, mapped_pages_mut, PAGE_READ_WRITE)

void mapped_pages_mut_split(struct mapped_pages_mut *from, size_t page_count, struct mapped_pages_mut *rest)
{
	if (page_count == 0 || page_count >= from->page_count)
		panic("mapped_pages: cannot split %zu pages off %zu", page_count, from->page_count);
	uintptr_t cut = first_page(MAPPING_OF_(from)).value + page_count * PAGE_SIZE_BYTES;
	size_t kept_bytes = cut - from->start;
	mapped_pages_mut_fill(
		rest, (struct mapped_pages_mut){cut, from->size_bytes - kept_bytes, from->page_count - page_count});
	from->size_bytes = kept_bytes;
	from->page_count = page_count;
}

void mapped_pages_mut_merge(struct mapped_pages_mut *pages, struct mapped_pages_mut *next)
{
	uintptr_t end = pages->start + pages->size_bytes;
	if (end != next->start || end % PAGE_SIZE_BYTES != 0)
		panic("mapped_pages: memory at 0x%lx does not begin where the other ends, at 0x%lx", next->start, end);
	pages->size_bytes += next->size_bytes;
	pages->page_count += next->page_count;
	mapped_pages_mut_forget(next);
}

struct bytes mapped_pages_bytes(const struct mapped_pages *pages)
{
	return bytes_from(RAW_POINTER(void, pages->start), pages->size_bytes);
}

struct bytes_mut mapped_pages_mut_bytes(const struct mapped_pages_mut *pages)
{
	return bytes_mut_from(RAW_POINTER(void, pages->start), pages->size_bytes);
}

struct bytes mapped_pages_exec_bytes(const struct mapped_pages_exec *pages)
{
	return bytes_from(RAW_POINTER(void, pages->start), pages->size_bytes);
}

size_t mapped_pages_page_count(const struct mapped_pages *pages)
{
	return pages->page_count;
}

size_t mapped_pages_mut_page_count(const struct mapped_pages_mut *pages)
{
	return pages->page_count;
}

size_t mapped_pages_exec_page_count(const struct mapped_pages_exec *pages)
{
	return pages->page_count;
}

uintptr_t mapped_pages_start_address(const struct mapped_pages *pages)
{
	return pages->start;
}

uintptr_t mapped_pages_mut_start_address(const struct mapped_pages_mut *pages)
{
	return pages->start;
}

uintptr_t mapped_pages_exec_start_address(const struct mapped_pages_exec *pages)
{
	return pages->start;
}

const void *mapped_pages_at(const struct mapped_pages *pages, size_t offset_bytes, size_t size_bytes, size_t alignment)
{
	return place(MAPPING_OF_(pages), offset_bytes, size_bytes, alignment);
}

void *mapped_pages_mut_at(
	const struct mapped_pages_mut *pages, size_t offset_bytes, size_t size_bytes, size_t alignment)
{
	return place(MAPPING_OF_(pages), offset_bytes, size_bytes, alignment);
}

const void *mapped_pages_exec_at(
	const struct mapped_pages_exec *pages, size_t offset_bytes, size_t size_bytes, size_t alignment)
{
	return place(MAPPING_OF_(pages), offset_bytes, size_bytes, alignment);
}

void mapped_pages_release(struct mapped_pages *pages)
{
	unmap(MAPPING_OF_(pages));
	pages->start = 0;
	pages->size_bytes = 0;
	pages->page_count = 0;
}

void mapped_pages_mut_release(struct mapped_pages_mut *pages)
{
	unmap(MAPPING_OF_(pages));
	pages->start = 0;
	pages->size_bytes = 0;
	pages->page_count = 0;
}

void mapped_pages_exec_release(struct mapped_pages_exec *pages)
{
	unmap(MAPPING_OF_(pages));
	pages->start = 0;
	pages->size_bytes = 0;
	pages->page_count = 0;
}

// Memory that is never given back: what the allocators keep their books in.
static enum status allocate_for_ever(size_t size_bytes, struct bytes_mut *memory)
{
	OWN(mapped_pages_mut, pages);
	TRY(mapped_pages_mut_allocate(&pages, size_bytes, PAGE_REGION_GENERAL));
	*memory = mapped_pages_mut_bytes(&pages);
	mapped_pages_mut_forget(&pages);
	return STATUS_OK;
}

static size_t general_page_count(size_t room)
{
	size_t wanted = 2 * frame_allocator_statistics().total_frames;
	size_t count = GENERAL_PAGES_MIN;
	while (2 * count <= wanted && 2 * count <= room)
		count *= 2;
	return count;
}

// What boot code mapped at the beginning of the cells region, the state of nano_core's cells, is nobody else's to map.
static enum status take_boot_pages(struct page_table_region region)
{
	struct page_translation translation;
	size_t count = 0;
	while (count < region.page_count &&
		!page_table_lookup(
			(struct virtual_address){region.start.value + count * PAGE_SIZE_BYTES}, &translation))
		count++;
	if (count == 0)
		return STATUS_OK;
	OWN(allocated_pages, pages);
	TRY(page_allocator_allocate_at(&pages, region.start, count));
	page_allocator_into_mapping(&pages);
	return STATUS_OK;
}

enum status mapped_pages_start(struct frame_region_array usable, struct frame_region_array reserved)
{
	TRY(frame_allocator_start(usable, reserved));
	page_table_take_over();
	struct page_table_region general = page_table_general_region();
	struct page_table_region cells = page_table_cells_region();
	page_allocator_start(PAGE_REGION_GENERAL, general.start, general_page_count(general.page_count));
	page_allocator_start(PAGE_REGION_CELLS, cells.start, cells.page_count);

	size_t needed_bytes = frame_allocator_bookkeeping_bytes() +
			      page_allocator_bookkeeping_bytes(PAGE_REGION_GENERAL) +
			      page_allocator_bookkeeping_bytes(PAGE_REGION_CELLS);
	// The last page of each, and tables: too few frames must show before the first one is taken.
	size_t needed_frames = needed_bytes / PAGE_SIZE_BYTES + needed_bytes / LARGE_PAGE_SIZE_BYTES + 16;
	if (frame_allocator_statistics().free_frames < needed_frames)
		return STATUS_NO_MEMORY;

	struct bytes_mut memory;
	TRY(allocate_for_ever(frame_allocator_bookkeeping_bytes(), &memory));
	frame_allocator_adopt(memory);
	for (size_t i = 0; i < PAGE_REGION_COUNT_; i++) {
		enum page_region region = i;
		TRY(allocate_for_ever(page_allocator_bookkeeping_bytes(region), &memory));
		page_allocator_adopt(region, memory);
	}
	return take_boot_pages(cells);
}
