#include "cells/app/command_bench_heap/command_bench_heap.h"

#include "cells/app/bench_row/bench_row.h"
#include "cells/console/console/console.h"
#include "cells/hal/processor/processor.h"
#include "cells/memory/heap/heap.h"

enum { BATCH = 2000, BATCH_BYTES = 64, SLOTS = 512, STEPS = 1000, BYTES_MAX = 1000 };

SLICE_TYPE(object_list, struct heap_object);

// The objects of a test, themselves in the heap, and where its random numbers are.
struct objects {
	struct object_list slots;
	uint32_t random;
};

static enum status time_malloc_free(void *context, uint64_t *ticks)
{
	(void)context;
	OWN(heap_object, object);
	uint64_t start = processor_timestamp();
	TRY(heap_allocate(&object, BATCH_BYTES));
	heap_object_drop(&object);
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

// Puts a fresh object, with its first byte written, into the slot.
static enum status fill(struct heap_object *slot, size_t size_bytes)
{
	OWN(heap_object, object);
	TRY(heap_allocate(&object, size_bytes));
	*HEAP_AS(unsigned char, &object) = 1;
	heap_object_put_in(slot, &object);
	return STATUS_OK;
}

static enum status time_threadtest(void *context, uint64_t *ticks)
{
	const struct objects *objects = context;
	uint64_t start = processor_timestamp();
	for (size_t i = 0; i < BATCH; i++)
		TRY(fill(&ITEM(objects->slots, i), BATCH_BYTES));
	for (size_t i = 0; i < BATCH; i++)
		heap_object_drop_in(&ITEM(objects->slots, i));
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

static uint32_t next_random(uint32_t *random)
{
	*random ^= *random << 13;
	*random ^= *random >> 17;
	*random ^= *random << 5;
	return *random;
}

static enum status time_shbench(void *context, uint64_t *ticks)
{
	struct objects *objects = context;
	uint64_t start = processor_timestamp();
	for (size_t i = 0; i < STEPS; i++) {
		uint32_t number = next_random(&objects->random);
		struct heap_object *slot = &ITEM(objects->slots, number % SLOTS);
		heap_object_drop_in(slot);
		TRY(fill(slot, 1 + (number >> 12) % BYTES_MAX));
	}
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

static enum status bench_with(struct objects *objects)
{
	TRY(bench_row("malloc_free_64", (struct bench_operation){time_malloc_free, NULL, 101, 1}));
	TRY(bench_row("heap_threadtest_1t", (struct bench_operation){time_threadtest, objects, 51, BATCH}));
	return bench_row("heap_shbench_1t", (struct bench_operation){time_shbench, objects, 51, STEPS});
}

static enum status bench_all(void)
{
	OWN(heap_object, memory);
	TRY(heap_allocate(&memory, BATCH * sizeof(struct heap_object)));
	struct heap_object *slots =
		heap_object_at(&memory, 0, BATCH * sizeof(struct heap_object), _Alignof(struct heap_object));
	struct objects objects = {{slots, BATCH}, 1};
	enum status status = bench_with(&objects);
	for (size_t i = 0; i < BATCH; i++)
		heap_object_drop_in(&ITEM(objects.slots, i));
	return status;
}

static enum status run(const struct command_arguments *arguments)
{
	(void)arguments;
	enum status status = bench_all();
	heap_trim();
	if (status)
		console_print("bench_heap: %s\n", status_name(status));
	return status;
}

const struct command command_bench_heap = {
	.name = "bench_heap",
	.usage = "bench_heap",
	.summary = "measure what the heap costs",
	.run = run,
};
