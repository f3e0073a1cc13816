#include "tests/system/command_unwind/command_unwind.h"

#include "cells/base/panic/panic.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/console/console/console.h"
#include "cells/hal/processor/processor.h"
#include "cells/loader/cell_view/cell_view.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/sync/spinlock/spinlock.h"
#include "cells/unwind/landing/landing.h"
#include "tests/system/command_unwind/command_unwind_internal.h"

enum { DEPTH = 10 };

// Which handles were dropped, in what order.
static CELL_STATE_ZERO struct {
	struct spinlock lock;
	unsigned dropped[2 * DEPTH];
	unsigned count;
	bool nested; // the clean-up of the fifth frame crashes in a catch of its own
	bool nested_ended;
} record;

// ---- A handle that notes its end ----

struct witness;
INTERNAL void witness_release(struct witness *p);
HANDLE(witness)
{
	unsigned number; // 0: empty
};
HANDLE_FUNCTIONS(witness)

static void crash_again(void *context)
{
	(void)context;
	OWN(witness, inner);
	witness_fill(&inner, (struct witness){DEPTH + 1});
	command_unwind_crash(UNWIND_PANIC);
}

void witness_release(struct witness *p)
{
	if (p->number == 0)
		return;
	AT(record.dropped, record.count) = p->number;
	record.count++;
	struct landing_crash crash;
	if (record.nested && p->number == DEPTH / 2 && landing_catch(crash_again, NULL, LANDING_SILENT, &crash))
		record.nested_ended = crash.is_complete;
	p->number = 0;
}

// ---- Ten frames ----

struct descent {
	enum unwind_way way;
};

static __attribute__((noinline)) void crash_with_lock(const struct descent *descent)
{
	GUARD(&record.lock);
	command_unwind_crash(descent->way);
}

static __attribute__((noinline)) enum status hold(
	struct heap_object *memory, struct mapped_pages_mut *pages, unsigned depth) PRODUCES_IF(STATUS_OK, memory)
{
	OWN(mapped_pages_mut, mapped);
	enum status status = mapped_pages_mut_allocate(&mapped, 4096 * depth, PAGE_REGION_GENERAL);
	if (status)
		return status;
	mapped_pages_mut_put_in(pages, &mapped);
	return heap_allocate(memory, 100 * depth);
}

struct held_pages {
	struct mapped_pages_mut pages;
};

static void drop_held(struct held_pages *held)
{
	mapped_pages_mut_drop_in(&held->pages);
}

static __attribute__((noinline)) void descend(const struct descent *descent, unsigned depth)
{
	OWN(witness, witness);
	witness_fill(&witness, (struct witness){depth});
	__attribute__((cleanup(drop_held))) struct held_pages held = {};
	OWN(heap_object, memory);
	enum status status = hold(&memory, &held.pages, depth);
	if (status)
		return;
	if (depth == DEPTH)
		crash_with_lock(descent);
	else
		descend(descent, depth + 1);
}

static void run_descent(void *context)
{
	descend(context, 1);
}

// ---- What must be as before ----

struct traces {
	uint64_t free_frames, mapped_pages, heap_objects, heap_bytes, cells, edges;
};

static struct traces traces(void)
{
	heap_trim();
	struct heap_statistics heap = heap_statistics();
	struct cell_registry_statistics registry = cell_registry_statistics();
	return (struct traces){frame_allocator_statistics().free_frames, page_table_statistics().mapped_pages,
		heap.objects, heap.object_bytes, registry.cells, registry.edges};
}

static bool is_in_order(bool nested)
{
	unsigned place = 0;
	for (unsigned depth = DEPTH; depth > 0; depth--) {
		if (AT(record.dropped, place) != depth)
			return false;
		place++;
		if (nested && depth == DEPTH / 2 && AT(record.dropped, place++) != DEPTH + 1)
			return false;
	}
	return place == record.count;
}

static enum status fail(const char *what)
{
	console_print("unwind: FAILED: %s\n", what);
	for (unsigned i = 0; i < record.count; i++)
		console_print(" %u", AT(record.dropped, i));
	console_print("\n");
	return STATUS_MALFORMED;
}

static enum status unwind_once(enum unwind_way way, struct landing_crash *crash)
{
	struct descent descent = {.way = way};
	record.count = 0;
	record.nested = way == UNWIND_NESTED;
	record.nested_ended = false;
	bool interrupts = processor_interrupts_enabled();
	if (!landing_catch(run_descent, &descent, LANDING_SILENT, crash))
		return fail("it did not crash");
	if (!crash->is_complete)
		return fail("the walk stopped");
	if (!is_in_order(record.nested))
		return fail("the clean-ups did not run once and in order");
	if (record.nested && !record.nested_ended)
		return fail("the crash in a clean-up was not survived");
	if (spinlock_is_held(&record.lock))
		return fail("the lock is still held");
	if (processor_interrupts_enabled() != interrupts)
		return fail("interrupts are not as before");
	return STATUS_OK;
}

static const char *const ways[] = {"panic", "page_fault", "divide", "opcode", "protection", "breakpoint", "nested"};

static enum status unwind_often(enum unwind_way way, uint64_t times)
{
	struct landing_crash crash;
	TRY(unwind_once(way, &crash)); // the first makes tables that stay
	struct traces before = traces();
	for (uint64_t time = 0; time < times; time++)
		TRY(unwind_once(way, &crash));
	struct traces after = traces();
	if (!bytes_equal(bytes_from(&before, sizeof before), bytes_from(&after, sizeof after)))
		return fail("something is left");
	console_print("unwind: %s: %u frames, %u landing pads, nothing is left: %s\n", AT(ways, (size_t)way),
		(unsigned)crash.frames, (unsigned)crash.clean_ups, crash.message);
	return STATUS_OK;
}

static enum status run(const struct command_arguments *arguments)
{
	uint64_t times = 1;
	if (arguments->count > 1 && text_to_u64(command_argument(arguments, 1), &times))
		return STATUS_BAD_ARGUMENT;
	for (size_t way = 0; way < COUNT_OF(ways); way++) {
		if (text_equal(text_from(AT(ways, way)), command_argument(arguments, 0)))
			return unwind_often((enum unwind_way)way, times);
	}
	console_print("unwind: there is no such way\n");
	return STATUS_NOT_FOUND;
}

const struct command command_unwind = {
	.name = "unwind",
	.usage = "unwind WAY [TIMES]",
	.summary = "crash ten frames deep and see whether everything comes back",
	.least_arguments = 1,
	.most_arguments = 2,
	.run = run,
};
