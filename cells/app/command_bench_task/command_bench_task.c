#include "cells/app/command_bench_task/command_bench_task.h"

#include "cells/app/bench_row/bench_row.h"
#include "cells/base/status/status.h"
#include "cells/hal/processor/processor.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/stack_pool/stack_pool.h"
#include "cells/sync/thread/thread.h"
#include "cells/task/run_queue/run_queue.h"
#include "cells/task/scheduler/scheduler.h"
#include "cells/task/spawn/spawn.h"
#include "cells/task/task/task.h"

enum { CALLS = 100, YIELDS = 100, SAMPLES = 51, QUEUES_MAX = 64, TURNS = 64 };

// ---- A call ----

static enum status time_call(void *context, uint64_t *ticks)
{
	(void)context;
	uint64_t start = processor_timestamp();
	for (unsigned i = 0; i < CALLS; i++)
		(void)task_current();
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

// ---- A switch ----

static CELL_STATE_ZERO struct {
	bool is_over;
} partner_state;

static void yield_until_over(struct nothing *argument, struct nothing *result) MAY_SLEEP
{
	(void)argument;
	(void)result;
	while (!__atomic_load_n(&partner_state.is_over, __ATOMIC_RELAXED))
		scheduler_yield();
}

TASK_TYPE(partner, yield_until_over, TASK_VALUE(nothing), TASK_VALUE(nothing));

static enum status time_yields(void *context, uint64_t *ticks)
{
	thread_may_sleep();
	(void)context;
	uint64_t start = processor_timestamp();
	for (unsigned i = 0; i < YIELDS; i++)
		scheduler_yield(); // to the partner, which comes back
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

static enum status measure_yields(void) MAY_SLEEP
{
	struct nothing nothing = {};
	struct task_failure why;
	OWN(joinable_task, task);
	__atomic_store_n(&partner_state.is_over, false, __ATOMIC_RELAXED);
	TRY(partner_spawn(&task, &nothing, &(struct spawn_options){.name = "bench partner"}));
	enum status status =
		bench_row("ctx_yield_thread", (struct bench_operation){time_yields, NULL, SAMPLES, 2 * YIELDS});
	__atomic_store_n(&partner_state.is_over, true, __ATOMIC_RELAXED);
	enum status joined = partner_join(&task, &nothing, &why);
	return status ? status : joined;
}

// ---- A life ----

static void do_nothing(struct nothing *argument, struct nothing *result)
{
	(void)argument;
	(void)result;
}

TASK_TYPE(empty_task, do_nothing, TASK_VALUE(nothing), TASK_VALUE(nothing));

static enum status time_life(void *context, uint64_t *ticks)
{
	thread_may_sleep();
	const bool *is_cold = context;
	struct nothing nothing = {};
	struct task_failure why;
	if (*is_cold)
		stack_pool_trim();
	OWN(joinable_task, task);
	uint64_t start = processor_timestamp();
	TRY(empty_task_spawn(&task, &nothing, &(struct spawn_options){.name = "bench"}));
	TRY(empty_task_join(&task, &nothing, &why));
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

// ---- Run queues ----

struct queues {
	size_t count;
	struct thread threads[QUEUES_MAX];
	struct run_queue queues[QUEUES_MAX];
};

static enum status time_turns(void *context, uint64_t *ticks)
{
	struct queues *all = context;
	uint64_t start = processor_timestamp();
	for (size_t i = 0; i < TURNS; i++) {
		struct thread *thread = &AT(all->threads, i % all->count);
		struct run_queue *queue = &AT(all->queues, i % all->count);
		run_queue_append(queue, thread, 0);
		run_queue_remove(queue, thread);
	}
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

static enum status measure_queues(void)
{
	OWN(heap_object, memory);
	TRY(heap_allocate(&memory, sizeof(struct queues)));
	struct queues *all = HEAP_AS(struct queues, &memory);
	all->count = 1;
	TRY(bench_row("run_queue_remove_1", (struct bench_operation){time_turns, all, SAMPLES, TURNS}));
	all->count = QUEUES_MAX;
	return bench_row("run_queue_remove_64", (struct bench_operation){time_turns, all, SAMPLES, TURNS});
}

static enum status run(const struct command_arguments *arguments)
{
	thread_may_sleep();
	(void)arguments;
	bool is_cold = false;
	TRY(bench_row("call_null", (struct bench_operation){time_call, NULL, SAMPLES, CALLS}));
	TRY(measure_yields());
	TRY(bench_row("thread_create_join", (struct bench_operation){time_life, &is_cold, SAMPLES, 1}));
	is_cold = true;
	TRY(bench_row("thread_create_join_cold", (struct bench_operation){time_life, &is_cold, SAMPLES, 1}));
	return measure_queues();
}

const struct command command_bench_task = {
	.name = "bench_task",
	.usage = "bench_task",
	.summary = "measure what tasks cost",
	.run = run,
};
