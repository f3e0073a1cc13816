#include "cells/app/command_bench_memory/command_bench_memory.h"

#include "cells/app/bench_row/bench_row.h"
#include "cells/base/format/format.h"
#include "cells/console/console/console.h"
#include "cells/hal/processor/processor.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

enum { SAMPLES = 101, SAMPLES_OF_LARGE = 9, LARGE_PAGES = 1000, PAGES_IN_A_ROW = 1000, NAME_CAPACITY = 64 };

static enum status time_map_populate_unmap(void *context, uint64_t *ticks)
{
	const size_t *page_count = context;
	OWN(mapped_pages_mut, pages);
	uint64_t start = processor_timestamp();
	TRY(mapped_pages_mut_allocate(&pages, *page_count * PAGE_SIZE_BYTES, PAGE_REGION_GENERAL));
	struct bytes_mut view = mapped_pages_mut_bytes(&pages);
	for (size_t i = 0; i < *page_count; i++)
		bytes_mut_set(view, i * PAGE_SIZE_BYTES, 1);
	mapped_pages_mut_drop(&pages);
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

static enum status time_mprotect(void *context, uint64_t *ticks)
{
	const size_t *page_count = context;
	OWN(mapped_pages_mut, pages);
	TRY(mapped_pages_mut_allocate(&pages, *page_count * PAGE_SIZE_BYTES, PAGE_REGION_GENERAL));
	OWN(mapped_pages, frozen);
	uint64_t start = processor_timestamp();
	mapped_pages_mut_freeze(&pages, &frozen);
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

static enum status time_unmap(void *context, uint64_t *ticks)
{
	const size_t *page_count = context;
	OWN(mapped_pages_mut, pages);
	TRY(mapped_pages_mut_allocate(&pages, *page_count * PAGE_SIZE_BYTES, PAGE_REGION_GENERAL));
	uint64_t start = processor_timestamp();
	mapped_pages_mut_drop(&pages);
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

struct name {
	const char *first;
	size_t number;
	const char *last;
};

static enum status measure(struct name parts, enum status (*once)(void *context, uint64_t *ticks), size_t page_count)
{
	char name[NAME_CAPACITY];
	format_text(name, sizeof name, "%s%zu%s", parts.first, parts.number, parts.last);
	size_t samples = page_count >= LARGE_PAGES ? SAMPLES_OF_LARGE : SAMPLES;
	return bench_row(name, (struct bench_operation){once, &page_count, samples, 1});
}

static enum status bench_pages(size_t page_count)
{
	TRY(measure((struct name){"mem_map_populate_unmap_", page_count, "p"}, time_map_populate_unmap, page_count));
	TRY(measure((struct name){"mem_mprotect_", page_count, "p"}, time_mprotect, page_count));
	return measure((struct name){"mem_unmap_", page_count, "p"}, time_unmap, page_count);
}

static struct mapped_pages_mut *mapping_at(const struct heap_object *mappings, size_t index) BORROWS(mappings);
static struct mapped_pages_mut *mapping_at(const struct heap_object *mappings, size_t index)
{
	return HEAP_ELEMENT(struct mapped_pages_mut, mappings, index);
}

static enum status map_one(struct mapped_pages_mut *slot)
{
	OWN(mapped_pages_mut, page);
	TRY(mapped_pages_mut_allocate(&page, PAGE_SIZE_BYTES, PAGE_REGION_GENERAL));
	mapped_pages_mut_put_in(slot, &page);
	return STATUS_OK;
}

// Mappings that are there meanwhile, and room for PAGES_IN_A_ROW more.
struct others {
	const struct heap_object *mappings;
	size_t count;
};

// One of many pages that are mapped one after another, none of them given back in between.
static enum status time_map_in_a_row(void *context, uint64_t *ticks)
{
	struct others *others = context;
	heap_object_expect_in(others->mappings);
	uint64_t start = processor_timestamp();
	for (size_t i = 0; i < PAGES_IN_A_ROW; i++)
		TRY(map_one(mapping_at(others->mappings, others->count + i)));
	*ticks = processor_timestamp() - start;
	for (size_t i = 0; i < PAGES_IN_A_ROW; i++)
		mapped_pages_mut_drop_in(mapping_at(others->mappings, others->count + i));
	return STATUS_OK;
}

// What one page costs among the others.
static enum status bench_one(const char *among, struct others *others)
{
	static const struct {
		const char *name;
		enum status (*once)(void *context, uint64_t *ticks);
	} rows[] = {
		{"mem_map_populate_unmap_1p_among_", time_map_populate_unmap},
		{"mem_mprotect_1p_among_", time_mprotect},
		{"mem_unmap_1p_among_", time_unmap},
	};
	char name[NAME_CAPACITY];
	size_t one = 1;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		format_text(name, sizeof name, "%s%s%zu", AT(rows, i).name, among, others->count);
		TRY(bench_row(name, (struct bench_operation){AT(rows, i).once, &one, SAMPLES, 1}));
	}
	format_text(name, sizeof name, "mem_map_1p_in_a_row_among_%s%zu", among, others->count);
	return bench_row(name, (struct bench_operation){time_map_in_a_row, others, SAMPLES_OF_LARGE, PAGES_IN_A_ROW});
}

static enum status bench_with(struct others *others)
{
	heap_object_expect_in(others->mappings);
	for (size_t i = 0; i < others->count; i++)
		TRY(map_one(mapping_at(others->mappings, i)));
	TRY(bench_one("", others));
	for (size_t i = 0; i < others->count; i += 2)
		mapped_pages_mut_drop_in(mapping_at(others->mappings, i));
	return bench_one("holes_of_", others);
}

// One page among `count` other mappings, and then among the holes that half of them leave.
static enum status bench_among(size_t count)
{
	OWN(heap_object, mappings);
	TRY(heap_allocate(&mappings, (count + PAGES_IN_A_ROW) * sizeof(struct mapped_pages_mut)));
	struct others others = {&mappings, count};
	enum status status = bench_with(&others);
	for (size_t i = 0; i < count + PAGES_IN_A_ROW; i++)
		mapped_pages_mut_drop_in(mapping_at(&mappings, i));
	return status;
}

static enum status bench_all(void)
{
	static const size_t page_counts[] = {1, 16, 256, 4096};
	static const size_t mapping_counts[] = {100, 10000, 100000};
	uint64_t free_frames = frame_allocator_statistics().free_frames;
	for (size_t i = 0; i < COUNT_OF(page_counts); i++) {
		if (i == 0 || AT(page_counts, i) < free_frames / 2)
			TRY(bench_pages(AT(page_counts, i)));
	}
	for (size_t i = 0; i < COUNT_OF(mapping_counts); i++) {
		if (AT(mapping_counts, i) < free_frames / 2)
			TRY(bench_among(AT(mapping_counts, i)));
	}
	return STATUS_OK;
}

static enum status run(const struct command_arguments *arguments)
{
	(void)arguments;
	enum status status = bench_all();
	heap_trim();
	if (status)
		console_print("bench_memory: %s\n", status_name(status));
	return status;
}

const struct command command_bench_memory = {
	.name = "bench_memory",
	.usage = "bench_memory",
	.summary = "measure what the operations of memory cost",
	.run = run,
};
