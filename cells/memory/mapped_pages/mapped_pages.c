#include "cells/memory/mapped_pages/mapped_pages.h"

#include "cells/base/panic/panic.h"

// The address space of the general region is twice the machine's memory, between these two: its bookkeeping grows with
// it, and a small machine should not pay for a large one.
enum { GENERAL_PAGES_MIN = 1 << 18 };

// What all three handle types hold, in the same order, so that one function can work on each of them. (A macro gives it
// its three names, because C has no other word for "the same for each type".)
struct __attribute__((may_alias)) mapping {
	uintptr_t start;
	size_t size_bytes;
	size_t page_count;
};
_Static_assert(sizeof(struct mapping) == sizeof(struct mapped_pages) &&
		       sizeof(struct mapping) == sizeof(struct mapped_pages_mut) &&
		       sizeof(struct mapping) == sizeof(struct mapped_pages_exec),
	"a mapping is what every handle holds");
#define MAPPING_OF_(handle) ((const struct mapping *)(handle))
#define MAPPING_MUT_OF_(handle) ((struct mapping *)(handle))

static struct virtual_address first_page(const struct mapping *mapping)
{
	return (struct virtual_address){mapping->start & ~(uintptr_t)(PAGE_SIZE_BYTES - 1)};
}

static void release(struct mapping *mapping)
{
	if (mapping->page_count == 0)
		return;
	struct virtual_address start = first_page(mapping);
	size_t count = mapping->page_count;
	bool is_gone = page_table_let_go(start, count);
	*mapping = (struct mapping){};
	if (__builtin_expect(!is_gone, 0)) {
		mapped_pages_unmap_left(start, count);
		return;
	}
	OWN(allocated_pages, pages);
	page_allocator_from_mapping(&pages, start, count);
}

void mapped_pages_unmap_left(struct virtual_address start, size_t count)
{
	struct page_table_region left;
	while (page_table_take_left(start, count, &left)) {
		page_table_unmap(left.start, left.page_count);
		OWN(allocated_pages, pages);
		page_allocator_from_mapping(&pages, left.start, left.page_count);
	}
}

static void *place(const struct mapping *mapping, size_t offset_bytes, size_t size_bytes, size_t alignment)
{
	if (offset_bytes > mapping->size_bytes || size_bytes > mapping->size_bytes - offset_bytes)
		panic("mapped_pages: %zu bytes at offset %zu lie beyond the end of %zu mapped bytes", size_bytes,
			offset_bytes, mapping->size_bytes);
	if (!address_is_aligned(mapping->start + offset_bytes, alignment))
		panic("mapped_pages: offset %zu of 0x%lx is not aligned to %zu bytes", offset_bytes, mapping->start,
			alignment);
	return RAW_POINTER(void, mapping->start + offset_bytes);
}

// Pages for `count` frames: large ones can only be used where the addresses are aligned to them, too.
static enum status allocate_pages(struct allocated_pages *pages, enum page_region region, size_t count)
	PRODUCES_IF(STATUS_OK, pages)
{
	struct page_request request = {.region = region, .count = count};
	if (count >= PAGE_TABLE_PAGES_PER_LARGE) {
		request.alignment_pages = PAGE_TABLE_PAGES_PER_LARGE;
		enum status status = page_allocator_allocate(pages, request);
		if (!status)
			return STATUS_OK;
		request.alignment_pages = 1;
	}
	return page_allocator_allocate(pages, request);
}

// Maps pages to any frames and consumes them, whatever the result; what the frames hold is left. A part of the way that
// every page goes, so it is no call.
static inline __attribute__((always_inline)) enum status map_any(struct mapped_pages_mut *out,
	struct allocated_pages *pages, size_t count, enum page_owner owner) PRODUCES_IF(STATUS_OK, out) CONSUMES(pages);
static inline enum status map_any(
	struct mapped_pages_mut *out, struct allocated_pages *pages, size_t count, enum page_owner owner)
{
	struct virtual_address start = allocated_pages_start(pages);
	enum status status =
		page_table_map_any(start, count, (struct page_attributes){PAGE_READ_WRITE, PAGE_CACHED, owner});
	if (status) {
		allocated_pages_drop(pages);
		return status;
	}
	page_allocator_into_mapping(pages);
	mapped_pages_mut_fill(out, (struct mapped_pages_mut){start.value, count * PAGE_SIZE_BYTES, count});
	return STATUS_OK;
}

enum status mapped_pages_mut_map_any(struct mapped_pages_mut *out, struct allocated_pages *pages, enum page_owner owner)
{
	return map_any(out, pages, allocated_pages_count(pages), owner);
}

enum status mapped_pages_mut_allocate_for(
	struct mapped_pages_mut *out, size_t size_bytes, enum page_region region, enum page_owner owner)
{
	uint64_t count;
	TRY(address_page_count(size_bytes, &count));
	OWN(allocated_pages, pages);
	TRY(allocate_pages(&pages, region, count));
	TRY(map_any(out, &pages, count, owner));
	out->size_bytes = size_bytes;
	__builtin_memset(RAW_POINTER(void, out->start), 0, count * PAGE_SIZE_BYTES);
	return STATUS_OK;
}

enum status mapped_pages_mut_allocate(struct mapped_pages_mut *out, size_t size_bytes, enum page_region region)
{
	enum page_owner owner = region == PAGE_REGION_CELLS ? PAGE_OWNER_CELL : PAGE_OWNER_NOBODY;
	return mapped_pages_mut_allocate_for(out, size_bytes, region, owner);
}

// Maps pages to frames; both are consumed, whatever the result.
static enum status map(struct mapping *out, struct allocated_pages *pages, struct allocated_frames *frames,
	struct page_attributes attributes) CONSUMES(pages) CONSUMES(frames)
{
	size_t count = allocated_pages_count(pages);
	struct virtual_address start = allocated_pages_start(pages);
	if (count != allocated_frames_count(frames)) {
		allocated_pages_drop(pages);
		allocated_frames_drop(frames);
		return STATUS_BAD_ARGUMENT;
	}
	enum status status = page_table_map(start, frames, attributes);
	if (status) {
		allocated_pages_drop(pages);
		return status;
	}
	page_allocator_into_mapping(pages);
	*out = (struct mapping){start.value, count * PAGE_SIZE_BYTES, count};
	return STATUS_OK;
}

static enum status map_physical(
	struct mapping *out, struct physical_address start, size_t size_bytes, struct page_attributes attributes)
{
	uint64_t offset = start.value % PAGE_SIZE_BYTES;
	uint64_t end;
	TRY(address_range_end(offset, size_bytes, &end));
	uint64_t count;
	if (size_bytes == 0)
		return STATUS_BAD_ARGUMENT;
	TRY(address_page_count(end, &count));

	OWN(allocated_frames, frames);
	TRY(frame_allocator_claim(&frames, (struct physical_address){start.value - offset}, count));
	OWN(allocated_pages, pages);
	TRY(allocate_pages(&pages, PAGE_REGION_GENERAL, count));
	TRY(map(out, &pages, &frames, attributes));
	out->start += offset;
	out->size_bytes = size_bytes;
	return STATUS_OK;
}

enum status mapped_pages_map_physical(struct mapped_pages *out, struct physical_address start, size_t size_bytes)
{
	TRY(map_physical(MAPPING_MUT_OF_(out), start, size_bytes,
		(struct page_attributes){PAGE_READ_ONLY, PAGE_CACHED, PAGE_OWNER_DEVICE}));
	mapped_pages_expect_in(out);
	return STATUS_OK;
}

enum status mapped_pages_mut_map_physical(
	struct mapped_pages_mut *out, struct physical_address start, size_t size_bytes, enum page_cache cache)
{
	TRY(map_physical(MAPPING_MUT_OF_(out), start, size_bytes,
		(struct page_attributes){PAGE_READ_WRITE, cache, PAGE_OWNER_DEVICE}));
	mapped_pages_mut_expect_in(out);
	return STATUS_OK;
}

#define CONVERSION_(name, from_type, to_type, permission)                                                              \
	void name(struct from_type *from, struct to_type *to)                                                          \
	{                                                                                                              \
		page_table_protect(first_page(MAPPING_OF_(from)), from->page_count, permission);                       \
		to_type##_fill(to, (struct to_type){from->start, from->size_bytes, from->page_count});                 \
		from_type##_forget(from);                                                                              \
	}

CONVERSION_(mapped_pages_mut_freeze, mapped_pages_mut, mapped_pages, PAGE_READ_ONLY)
CONVERSION_(mapped_pages_mut_make_executable, mapped_pages_mut, mapped_pages_exec, PAGE_READ_EXECUTE)
CONVERSION_(mapped_pages_thaw, mapped_pages, mapped_pages_mut, PAGE_READ_WRITE)
CONVERSION_(mapped_pages_exec_make_mutable, mapped_pages_exec, mapped_pages_mut, PAGE_READ_WRITE)

static enum status split(struct mapping *from, size_t page_count, struct mapping *rest)
{
	if (page_count == 0 || page_count >= from->page_count)
		panic("mapped_pages: cannot split %zu pages off %zu", page_count, from->page_count);
	uintptr_t cut = first_page(from).value + page_count * PAGE_SIZE_BYTES;
	TRY(page_table_cut((struct virtual_address){cut}));
	size_t kept_bytes = cut - from->start;
	*rest = (struct mapping){cut, from->size_bytes - kept_bytes, from->page_count - page_count};
	from->size_bytes = kept_bytes;
	from->page_count = page_count;
	return STATUS_OK;
}

static void merge(struct mapping *mapping, const struct mapping *next)
{
	uintptr_t end = mapping->start + mapping->size_bytes;
	if (end != next->start || end % PAGE_SIZE_BYTES != 0)
		panic("mapped_pages: memory at 0x%lx does not begin where the other ends, at 0x%lx", next->start, end);
	mapping->size_bytes += next->size_bytes;
	mapping->page_count += next->page_count;
}

static void unmap_to(const struct mapping *mapping, struct allocated_pages *pages, struct unmapped_frames *frames)
	PRODUCES(pages) PRODUCES(frames)
{
	page_table_unmap_to(first_page(mapping), mapping->page_count, frames);
	page_allocator_from_mapping(pages, first_page(mapping), mapping->page_count);
}

static enum status adopt(
	struct mapping *out, struct virtual_address start, size_t page_count, enum page_permission permission)
{
	TRY(page_table_adopt(start, page_count, permission));
	*out = (struct mapping){start.value, page_count * PAGE_SIZE_BYTES, page_count};
	return STATUS_OK;
}

// What the three types have in common. (T_expect_in: the function above has filled it.)
#define FUNCTIONS_OF_(T, permission_of_type)                                                                           \
	enum status T##_map(struct T *out, struct allocated_pages *pages, struct allocated_frames *frames)             \
	{                                                                                                              \
		TRY(map(MAPPING_MUT_OF_(out), pages, frames,                                                           \
			(struct page_attributes){.permission = permission_of_type}));                                  \
		T##_expect_in(out);                                                                                    \
		return STATUS_OK;                                                                                      \
	}                                                                                                              \
	enum status T##_adopt(struct T *out, struct virtual_address start, size_t page_count)                          \
	{                                                                                                              \
		TRY(adopt(MAPPING_MUT_OF_(out), start, page_count, permission_of_type));                               \
		T##_expect_in(out);                                                                                    \
		return STATUS_OK;                                                                                      \
	}                                                                                                              \
	enum status T##_split(struct T *from, size_t page_count, struct T *rest)                                       \
	{                                                                                                              \
		TRY(split(MAPPING_MUT_OF_(from), page_count, MAPPING_MUT_OF_(rest)));                                  \
		T##_expect_in(rest);                                                                                   \
		return STATUS_OK;                                                                                      \
	}                                                                                                              \
	void T##_merge(struct T *pages, struct T *next)                                                                \
	{                                                                                                              \
		merge(MAPPING_MUT_OF_(pages), MAPPING_OF_(next));                                                      \
		T##_forget(next);                                                                                      \
	}                                                                                                              \
	void T##_unmap(struct T *from, struct allocated_pages *pages, struct unmapped_frames *frames)                  \
	{                                                                                                              \
		unmap_to(MAPPING_OF_(from), pages, frames);                                                            \
		T##_forget(from);                                                                                      \
	}                                                                                                              \
	void T##_set_owner(struct T *pages, enum page_owner owner)                                                     \
	{                                                                                                              \
		page_table_set_owner(first_page(MAPPING_OF_(pages)), pages->page_count, owner);                        \
	}                                                                                                              \
	size_t T##_page_count(const struct T *pages)                                                                   \
	{                                                                                                              \
		return pages->page_count;                                                                              \
	}                                                                                                              \
	uintptr_t T##_start_address(const struct T *pages)                                                             \
	{                                                                                                              \
		return pages->start;                                                                                   \
	}                                                                                                              \
	void T##_release(struct T *pages)                                                                              \
	{                                                                                                              \
		release(MAPPING_MUT_OF_(pages));                                                                       \
	}

FUNCTIONS_OF_(mapped_pages, PAGE_READ_ONLY)
FUNCTIONS_OF_(mapped_pages_mut, PAGE_READ_WRITE)
FUNCTIONS_OF_(mapped_pages_exec, PAGE_READ_EXECUTE)

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

size_t mapped_pages_size_of(size_t element_bytes, size_t count)
{
	size_t size_bytes;
	if (__builtin_mul_overflow(element_bytes, count, &size_bytes))
		panic("mapped_pages: %zu elements of %zu bytes are no size", count, element_bytes);
	return size_bytes;
}

void *mapped_pages_exec_function(const struct mapped_pages_exec *pages, size_t offset_bytes)
{
	enum { FUNCTION_ALIGNMENT = 16 };
	return place(MAPPING_OF_(pages), offset_bytes, 1, FUNCTION_ALIGNMENT);
}

// Memory that is never given back: what the allocators keep their books in.
static enum status allocate_for_ever(size_t size_bytes, struct bytes_mut *memory)
{
	OWN(mapped_pages_mut, pages);
	TRY(mapped_pages_mut_allocate_for(&pages, size_bytes, PAGE_REGION_GENERAL, PAGE_OWNER_ALLOCATOR));
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

// The pages that the boot code mapped are in use.
static enum status leave_out_boot_pages(void)
{
	struct page_range range;
	struct virtual_address from = {};
	while (!page_table_next(from, &range)) {
		from.value = range.start.value + range.page_count * PAGE_SIZE_BYTES;
		if (range.owns_frames)
			continue;
		OWN(allocated_pages, pages);
		TRY(page_allocator_allocate_at(&pages, range.start, range.page_count));
		page_allocator_into_mapping(&pages);
	}
	return STATUS_OK;
}

enum status mapped_pages_start(struct frame_region_array usable, struct frame_region_array reserved)
{
	TRY(frame_allocator_start(usable, reserved));
	page_table_take_over();
	struct page_table_region general = page_table_general_region();
	general.page_count = general_page_count(general.page_count);
	const struct page_table_region regions[PAGE_REGION_COUNT_] = {
		[PAGE_REGION_GENERAL] = general,
		[PAGE_REGION_CELLS] = page_table_cells_region(),
		[PAGE_REGION_IMAGE] = page_table_image_region(),
	};
	size_t needed_bytes = frame_allocator_bookkeeping_bytes();
	for (size_t i = 0; i < COUNT_OF(regions); i++) {
		if (AT(regions, i).page_count == 0)
			continue;
		page_allocator_start(i, AT(regions, i).start, AT(regions, i).page_count);
		needed_bytes += page_allocator_bookkeeping_bytes(i);
	}

	// The last page of each, and tables: too few frames must show before the first one is taken.
	size_t needed_frames = needed_bytes / PAGE_SIZE_BYTES + needed_bytes / LARGE_PAGE_SIZE_BYTES + 16;
	if (frame_allocator_statistics().free_frames < needed_frames)
		return STATUS_NO_MEMORY;

	struct bytes_mut memory;
	TRY(allocate_for_ever(frame_allocator_bookkeeping_bytes(), &memory));
	frame_allocator_adopt(memory);
	for (size_t i = 0; i < COUNT_OF(regions); i++) {
		if (AT(regions, i).page_count == 0)
			continue;
		TRY(allocate_for_ever(page_allocator_bookkeeping_bytes(i), &memory));
		page_allocator_adopt(i, memory);
	}
	return leave_out_boot_pages();
}
