#include "tests/system/command_storm/command_storm.h"

#include "cells/console/console/console.h"
#include "cells/hal/core_local/core_local.h"
#include "cells/hal/processor/processor.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/lent_pages/lent_pages.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/stack_pool/stack_pool.h"
#include "cells/sync/spinlock/spinlock.h"
#include "cells/task/scheduler/scheduler.h"
#include "cells/task/spawn/spawn.h"

typedef unsigned long long number;

enum { PLACES = 32, TASKS_MAX = 64, OBJECT_BYTES_MAX = 3000, PAGES_MAX = 40, TRIES = 50 };

// Where tasks leave what others take.
static CELL_STATE_ZERO struct {
	struct spinlock lock;
	struct heap_object objects[PLACES] GUARDED_BY(&lock);
	struct lent_pages loans[PLACES] GUARDED_BY(&lock);
	uint64_t wrong; // bytes that were not what they should have been
	uint64_t done;  // tasks that came to their end
} places;

struct share {
	uint64_t seed;
	uint64_t rounds;
};
SENDABLE(share);

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

// How many bytes differ from the first one; every 61st is looked at.
static uint64_t count_wrong(struct bytes view)
{
	uint64_t wrong = 0;
	for (size_t i = 0; i < view.size_bytes; i += 61)
		wrong += bytes_at(view, i) != bytes_at(view, 0);
	return wrong;
}

// ---- What a task does ----

// An object is left for another task, and what was there, mostly of another core, is freed here: under the lock, so
// that other cores wait with interrupts off while memory is unmapped.
static uint64_t exchange_object(uint64_t random)
{
	OWN(heap_object, object);
	if (heap_allocate(&object, 1 + random % OBJECT_BYTES_MAX))
		return 0;
	bytes_fill(heap_object_bytes(&object), (unsigned char)(random >> 32));
	GUARD(&places.lock);
	struct heap_object *place = &AT(places.objects, (random >> 16) % PLACES);
	uint64_t wrong = 0;
	if (!heap_object_is_empty(place)) {
		heap_object_expect_in(place);
		wrong = count_wrong(heap_object_bytes_read(place));
	}
	heap_object_put_in(place, &object);
	return wrong;
}

static uint64_t put_loan(struct lent_pages *loan, size_t index) CONSUMES(loan);
static uint64_t put_loan(struct lent_pages *loan, size_t index)
{
	GUARD(&places.lock);
	struct lent_pages *place = &AT(places.loans, index);
	uint64_t wrong = 0;
	if (!lent_pages_is_empty(place)) {
		lent_pages_expect_in(place);
		wrong = count_wrong(lent_pages_bytes(place));
	}
	lent_pages_put_in(place, loan);
	return wrong;
}

// Pages are cut, change their permission, are lent and dropped; whoever ends the loan unmaps them.
static uint64_t map_and_lend(uint64_t random)
{
	OWN(mapped_pages_mut, memory);
	OWN(mapped_pages_mut, rest);
	OWN(mapped_pages, constants);
	OWN(lent_pages, loan);
	size_t pages = 2 + random % PAGES_MAX;
	if (mapped_pages_mut_allocate(&memory, pages * PAGE_SIZE_BYTES, PAGE_REGION_GENERAL))
		return 0;
	uint64_t wrong = count_wrong(bytes_of_mut(mapped_pages_mut_bytes(&memory)));
	bytes_fill(mapped_pages_mut_bytes(&memory), (unsigned char)(random >> 32));
	if (mapped_pages_mut_split(&memory, 1 + (random >> 8) % (pages - 1), &rest))
		return wrong;
	mapped_pages_mut_freeze(&memory, &constants);
	if (random >> 60 != 0 || lent_pages_from(&loan, &constants))
		return wrong + count_wrong(mapped_pages_bytes(&constants));
	return wrong + put_loan(&loan, (random >> 16) % PLACES);
}

static void work(struct share *share, struct nothing *nothing)
{
	(void)nothing;
	uint64_t state = share->seed;
	uint64_t wrong = 0;
	for (uint64_t round = 0; round < share->rounds; round++) {
		wrong += exchange_object(next_random(&state));
		if (round % 4 == 0)
			wrong += map_and_lend(next_random(&state));
	}
	__atomic_fetch_add(&places.wrong, wrong, __ATOMIC_RELAXED);
	__atomic_fetch_add(&places.done, 1, __ATOMIC_RELAXED);
}
TASK_TYPE(worker, work, TASK_VALUE(share), TASK_VALUE(nothing));

// ---- Afterwards ----

static void take_back(void)
{
	GUARD(&places.lock);
	for (size_t i = 0; i < PLACES; i++) {
		heap_object_drop_in(&AT(places.objects, i));
		lent_pages_drop_in(&AT(places.loans, i));
	}
}

static bool has_tasks(size_t core)
{
	struct scheduler_view view;
	return scheduler_look(core, &view) == STATUS_OK && view.is_started;
}

static size_t core_count(void)
{
	size_t count = 0;
	for (size_t core = 0; core < CORE_LOCAL_CORES; core++)
		count += has_tasks(core);
	return count;
}

static void trim(struct share *share, struct nothing *nothing)
{
	(void)share;
	(void)nothing;
	heap_trim();
}
TASK_TYPE(trimmer, trim, TASK_VALUE(share), TASK_VALUE(nothing));

// A command does not sleep; the scheduler takes the core away while it waits.
static void await(const struct joinable_task *task) BORROWS(task);
static void await(const struct joinable_task *task)
{
	while (!joinable_task_has_ended(task))
		processor_pause();
}

// Each core gives back what it keeps, with the tasks that did it, and this one last.
static enum status trim_all(void)
{
	for (size_t core = 0; core < CORE_LOCAL_CORES; core++) {
		if (!has_tasks(core))
			continue;
		OWN(joinable_task, task);
		struct share share = {};
		TRY(trimmer_spawn(
			&task, &share, &(struct spawn_options){.name = "trim", .place = SPAWN_PINNED, .core = core}));
		await(&task);
	}
	stack_pool_trim();
	heap_trim();
	return STATUS_OK;
}

// All that memory can lose.
struct ledger {
	uint64_t free_frames, general_pages, mapped_pages, table_frames, heap_objects, heap_bytes, stacks;
};

static void take_stock(struct ledger *ledger)
{
	struct page_table_statistics table = page_table_statistics();
	struct heap_statistics heap = heap_statistics();
	*ledger = (struct ledger){
		.free_frames = frame_allocator_statistics().free_frames,
		.general_pages = page_allocator_statistics(PAGE_REGION_GENERAL).free_pages,
		.mapped_pages = table.mapped_pages,
		.table_frames = table.table_frames,
		.heap_objects = heap.objects,
		.heap_bytes = heap.object_bytes,
		.stacks = stack_pool_statistics().stacks,
	};
}

static bool equal(const struct ledger *a, const struct ledger *b)
{
	return a->free_frames == b->free_frames && a->general_pages == b->general_pages &&
	       a->mapped_pages == b->mapped_pages && a->table_frames == b->table_frames &&
	       a->heap_objects == b->heap_objects && a->heap_bytes == b->heap_bytes && a->stacks == b->stacks;
}

static void print_ledger(const char *when, const struct ledger *ledger)
{
	console_print("%s: %llu frames, %llu pages, %llu mapped, %llu tables, %llu objects, %llu bytes, %llu stacks\n",
		when, (number)ledger->free_frames, (number)ledger->general_pages, (number)ledger->mapped_pages,
		(number)ledger->table_frames, (number)ledger->heap_objects, (number)ledger->heap_bytes,
		(number)ledger->stacks);
}

// ---- The command ----

static struct joinable_task *task_at(const struct heap_object *tasks, size_t index) BORROWS(tasks);
static struct joinable_task *task_at(const struct heap_object *tasks, size_t index)
{
	return HEAP_ELEMENT(struct joinable_task, tasks, index);
}

static enum status spawn_all(const struct heap_object *tasks, size_t count, uint64_t rounds) BORROWS(tasks);
static enum status spawn_all(const struct heap_object *tasks, size_t count, uint64_t rounds)
{
	for (size_t i = 0; i < count; i++) {
		OWN(joinable_task, task);
		struct share share = {0x9E3779B97F4A7C15u * (i + 1), rounds};
		TRY(worker_spawn(&task, &share, &(struct spawn_options){.name = "storm"}));
		joinable_task_put_in(task_at(tasks, i), &task);
	}
	return STATUS_OK;
}

static void join_all(const struct heap_object *tasks, size_t count) BORROWS(tasks);
static void join_all(const struct heap_object *tasks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		OWN(joinable_task, task);
		joinable_task_take_out(&task, task_at(tasks, i));
		await(&task);
	}
}

static enum status blow(size_t count, uint64_t rounds)
{
	OWN(heap_object, tasks);
	TRY(heap_allocate(&tasks, count * sizeof(struct joinable_task)));
	TRY(spawn_all(&tasks, count, rounds));
	join_all(&tasks, count);
	take_back();
	return STATUS_OK;
}

static enum status number_of(const struct command_arguments *arguments, size_t index, uint64_t most, uint64_t *value)
{
	if (arguments->count <= index)
		return STATUS_OK;
	TRY(text_to_u64(command_argument(arguments, index), value));
	return *value == 0 || *value > most ? STATUS_OUT_OF_RANGE : STATUS_OK;
}

static enum status run(const struct command_arguments *arguments)
{
	uint64_t count = 2 * core_count();
	uint64_t rounds = 500;
	TRY(number_of(arguments, 0, TASKS_MAX, &count));
	TRY(number_of(arguments, 1, UINT32_MAX, &rounds));
	struct ledger before, after;
	places.wrong = 0;
	places.done = 0;
	TRY(trim_all());
	take_stock(&before);
	TRY(blow(count, rounds));
	// What a task leaves behind may be given back a moment after it was joined.
	for (size_t tries = 0; tries < TRIES; tries++) {
		TRY(trim_all());
		take_stock(&after);
		if (equal(&before, &after))
			break;
	}
	print_ledger("before", &before);
	print_ledger("after", &after);
	console_print("storm: %llu tasks on %llu cores, %llu bytes wrong, %s\n", (number)count, (number)core_count(),
		(number)places.wrong, equal(&before, &after) ? "nothing is lost" : "something is lost");
	return places.wrong == 0 && places.done == count && equal(&before, &after) ? STATUS_OK : STATUS_REFUSED;
}

const struct command command_storm = {
	.name = "storm",
	.usage = "storm [TASKS [ROUNDS]]",
	.summary = "let tasks take, hand over and lend memory",
	.most_arguments = 2,
	.run = run,
};
