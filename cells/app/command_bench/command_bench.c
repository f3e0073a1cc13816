#include "cells/app/command_bench/command_bench.h"

#include "cells/console/console/console.h"
#include "cells/hal/processor/processor.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

enum { SAMPLES = 101, SAMPLES_OF_LARGE = 9, LARGE_PAGES = 1000 };

enum operation { MAP_POPULATE_UNMAP, MPROTECT, UNMAP, MALLOC_FREE };

// Measured values, and how many.
struct samples {
	size_t count;
	uint64_t ticks[SAMPLES];
};

static enum status time_map_populate_unmap(size_t page_count, uint64_t *ticks)
{
	OWN(mapped_pages_mut, pages);
	uint64_t start = processor_timestamp();
	TRY(mapped_pages_mut_allocate(&pages, page_count * PAGE_SIZE_BYTES, PAGE_REGION_GENERAL));
	struct bytes_mut view = mapped_pages_mut_bytes(&pages);
	for (size_t i = 0; i < page_count; i++)
		bytes_mut_set(view, i * PAGE_SIZE_BYTES, 1);
	mapped_pages_mut_drop(&pages);
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

static enum status time_mprotect(size_t page_count, uint64_t *ticks)
{
	OWN(mapped_pages_mut, pages);
	TRY(mapped_pages_mut_allocate(&pages, page_count * PAGE_SIZE_BYTES, PAGE_REGION_GENERAL));
	OWN(mapped_pages, frozen);
	uint64_t start = processor_timestamp();
	mapped_pages_mut_freeze(&pages, &frozen);
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

static enum status time_unmap(size_t page_count, uint64_t *ticks)
{
	OWN(mapped_pages_mut, pages);
	TRY(mapped_pages_mut_allocate(&pages, page_count * PAGE_SIZE_BYTES, PAGE_REGION_GENERAL));
	uint64_t start = processor_timestamp();
	mapped_pages_mut_drop(&pages);
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

static enum status time_malloc_free(size_t size_bytes, uint64_t *ticks)
{
	OWN(heap_object, object);
	uint64_t start = processor_timestamp();
	TRY(heap_allocate(&object, size_bytes));
	heap_object_drop(&object);
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

static enum status time_once(enum operation operation, size_t size, uint64_t *ticks)
{
	switch (operation) {
	case MAP_POPULATE_UNMAP:
		return time_map_populate_unmap(size, ticks);
	case MPROTECT:
		return time_mprotect(size, ticks);
	case UNMAP:
		return time_unmap(size, ticks);
	case MALLOC_FREE:
		return time_malloc_free(size, ticks);
	}
	return STATUS_BAD_ARGUMENT;
}

// What two readings of the counter cost, of which one lies within a measured time.
static uint64_t ticks_of_reading(void)
{
	uint64_t least = UINT64_MAX;
	for (int i = 0; i < SAMPLES; i++) {
		uint64_t start = processor_timestamp();
		uint64_t ticks = processor_timestamp() - start;
		if (ticks < least)
			least = ticks;
	}
	return least;
}

static void insert_sorted(struct samples *samples, uint64_t ticks)
{
	size_t place = samples->count;
	for (; place > 0 && AT(samples->ticks, place - 1) > ticks; place--)
		AT(samples->ticks, place) = AT(samples->ticks, place - 1);
	AT(samples->ticks, place) = ticks;
	samples->count++;
}

static unsigned long long percentile(const struct samples *samples, unsigned percent)
{
	return AT(samples->ticks, (samples->count - 1) * percent / 100);
}

static enum status measure(enum operation operation, size_t size, struct samples *samples)
{
	uint64_t reading = ticks_of_reading();
	size_t wanted = operation != MALLOC_FREE && size >= LARGE_PAGES ? SAMPLES_OF_LARGE : SAMPLES;
	uint64_t ticks;
	TRY(time_once(operation, size, &ticks)); // the first time is not the usual one
	for (size_t i = 0; i < wanted; i++) {
		TRY(time_once(operation, size, &ticks));
		insert_sorted(samples, ticks > reading ? ticks - reading : 0);
	}
	return STATUS_OK;
}

static void print_samples(const struct samples *samples)
{
	console_print(" %llu %llu %llu %zu\n", percentile(samples, 50), percentile(samples, 5), percentile(samples, 95),
		samples->count);
}

static enum status bench_pages(size_t page_count)
{
	static const struct {
		enum operation operation;
		const char *name;
	} rows[] = {
		{MAP_POPULATE_UNMAP, "mem_map_populate_unmap"},
		{MPROTECT, "mem_mprotect"},
		{UNMAP, "mem_unmap"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct samples samples = {};
		TRY(measure(AT(rows, i).operation, page_count, &samples));
		console_print("BENCH %s_%zup", AT(rows, i).name, page_count);
		print_samples(&samples);
	}
	return STATUS_OK;
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

static enum status bench_with(const struct heap_object *mappings, size_t count) BORROWS(mappings);
static enum status bench_with(const struct heap_object *mappings, size_t count)
{
	struct samples among = {};
	struct samples holes = {};
	for (size_t i = 0; i < count; i++)
		TRY(map_one(mapping_at(mappings, i)));
	TRY(measure(MAP_POPULATE_UNMAP, 1, &among));
	console_print("BENCH mem_map_populate_unmap_1p_among_%zu", count);
	print_samples(&among);
	for (size_t i = 0; i < count; i += 2)
		mapped_pages_mut_drop_in(mapping_at(mappings, i));
	TRY(measure(MAP_POPULATE_UNMAP, 1, &holes));
	console_print("BENCH mem_map_populate_unmap_1p_among_holes_of_%zu", count);
	print_samples(&holes);
	return STATUS_OK;
}

// One page among `count` other mappings, and then among the holes that half of them leave.
static enum status bench_among(size_t count)
{
	OWN(heap_object, mappings);
	TRY(heap_allocate(&mappings, count * sizeof(struct mapped_pages_mut)));
	enum status status = bench_with(&mappings, count);
	for (size_t i = 0; i < count; i++)
		mapped_pages_mut_drop_in(mapping_at(&mappings, i));
	return status;
}

static enum status bench_all(void)
{
	static const size_t page_counts[] = {1, 16, 256, 4096};
	static const size_t mapping_counts[] = {100, 10000, 100000};
	uint64_t free_frames = frame_allocator_statistics().free_frames;
	for (size_t i = 0; i < COUNT_OF(page_counts); i++) {
		if (AT(page_counts, i) < free_frames / 2)
			TRY(bench_pages(AT(page_counts, i)));
	}
	for (size_t i = 0; i < COUNT_OF(mapping_counts); i++) {
		if (AT(mapping_counts, i) < free_frames / 2)
			TRY(bench_among(AT(mapping_counts, i)));
	}
	struct samples samples = {};
	TRY(measure(MALLOC_FREE, 64, &samples));
	console_print("BENCH malloc_free_64");
	print_samples(&samples);
	return STATUS_OK;
}

static enum status run(const struct command_arguments *arguments)
{
	(void)arguments;
	enum status status = bench_all();
	if (status)
		console_print("bench: %s\n", status_name(status));
	return status;
}

const struct command command_bench = {
	.name = "bench",
	.usage = "bench",
	.summary = "measure what the operations of memory cost",
	.run = run,
};
