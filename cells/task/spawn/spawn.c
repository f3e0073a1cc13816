#include "cells/task/spawn/spawn.h"

#include "cells/base/text/text.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/memory/stack_pool/stack_pool.h"
#include "cells/sync/thread/thread.h"
#include "cells/task/scheduler/scheduler.h"
#include "cells/unwind/landing/landing.h"

// The right to end a task: only the running task has it, for itself.
struct exitable_task;
INTERNAL void exitable_task_release(struct exitable_task *p);
HANDLE(exitable_task)
{
	struct task *task; // null: empty
};
HANDLE_FUNCTIONS(exitable_task)

// ---- The end ----

static void fail(struct task *task, enum task_end end, struct text message)
{
	task->failure.end = end;
	(void)text_copy(text_slice(message, 0, sizeof task->failure.message - 1), task->failure.message,
		sizeof task->failure.message); // was cut to fit
}

static void task_cleanup_success(struct exitable_task *exitable) CONSUMES(exitable)
{
	exitable->task->failure.end = TASK_FINISHED;
	exitable_task_forget(exitable);
}

static void task_cleanup_failure(struct exitable_task *exitable, const struct landing_crash *crash) CONSUMES(exitable)
{
	static const enum task_end ends[] = {
		[LANDING_PANIC] = TASK_PANICKED, [LANDING_FAULT] = TASK_FAULTED, [LANDING_KILL] = TASK_KILLED};
	fail(exitable->task, AT(ends, crash->cause), text_from(crash->message));
	exitable->task->failure.vector = crash->vector;
	exitable_task_forget(exitable);
}

// Not reached by any path of task_wrapper.
void exitable_task_release(struct exitable_task *p)
{
	if (p->task)
		fail(p->task, TASK_PANICKED, TEXT("it left its wrapper"));
	p->task = NULL;
}

// The last of a task, on the stack of an idle one: its own goes back here. Who joins it finds nothing left but the
// result.
static void task_cleanup_final(struct thread *thread)
{
	struct task *task = (struct task *)thread;
	OWN(task_reference, own);
	task_reference_take_out(&own, &task->own);
	pooled_stack_drop_in(&task->stack);
	// The joiner takes this lock before it goes on, so that it is there while it is woken.
	GUARD(&task->lock);
	task->has_ended = true;
	if (task->joiner)
		thread_wake(task->joiner);
}

// ---- The beginning ----

static void run_body(void *context)
{
	struct task *task = context;
	task->body->run(task_argument(task), task_result(task));
}

static void task_wrapper(struct task *task)
{
	OWN(exitable_task, exitable);
	exitable_task_fill(&exitable, (struct exitable_task){task});
	struct landing_crash crash;
	enum status status = landing_catch_kills(run_body, task, &crash);
	if (status)
		task_cleanup_failure(&exitable, &crash);
	else
		task_cleanup_success(&exitable);
}

static void begin(void *context) MAY_SLEEP
{
	scheduler_begin();
	task_wrapper(context);
	scheduler_exit();
}

// ---- Spawning ----

// The ledger of what the task owns lies above its stack, where nothing that runs over the stack's end can get.
static enum status give_stack(struct task *task, enum spawn_stack size, uintptr_t entry)
{
	static const enum stack_pool_size sizes[] = {
		[SPAWN_STACK_USUAL] = STACK_POOL_USUAL,
		[SPAWN_STACK_SMALL] = STACK_POOL_SMALL,
		[SPAWN_STACK_LARGE] = STACK_POOL_LARGE,
	};
	OWN(pooled_stack, stack);
	TRY(stack_pool_take(&stack, AT(sizes, size), entry));
	struct thread_ledger_entry *end = RAW_POINTER(struct thread_ledger_entry, pooled_stack_top(&stack));
	task->thread.ledger.end = end;
	task->thread.ledger.top = RAW(end - THREAD_LEDGER_ENTRIES);
	scheduler_prepare(&task->thread, (uintptr_t)task->thread.ledger.top, begin, task);
	pooled_stack_put_in(&task->stack, &stack);
	return STATUS_OK;
}

enum status spawn_prepare(struct spawn_draft *out, const struct task_body *body, const struct spawn_options *options)
{
	uintptr_t entry = (uintptr_t)body->run;
	OWN(task_reference, reference);
	TRY(task_create(&reference, text_from(options->name ? options->name : "task"), body));
	struct task *task = task_of(&reference);
	TRY(give_stack(task, options->stack, entry));
	OWN(cell_reference, cell);
	enum status status = cell_registry_find_address(&cell, entry);
	if (!status)
		cell_reference_put_in(&task->cell, &cell); // on the host functions are in no cell
	if (options->priority != 0)
		task->thread.priority = task->thread.own_priority = options->priority;
	task->thread.is_pinned = options->place == SPAWN_PINNED;
	spawn_draft_fill(out, (struct spawn_draft){.core = options->core});
	task_reference_put_in(&out->task, &reference);
	return STATUS_OK;
}

void *spawn_argument(const struct spawn_draft *draft)
{
	task_reference_expect_in(&draft->task);
	return task_argument(task_of(&draft->task));
}

void spawn_task(struct spawn_draft *draft, struct joinable_task *out)
{
	OWN(task_reference, reference);
	task_reference_take_out(&reference, &draft->task);
	size_t core = draft->core;
	spawn_draft_forget(draft);

	struct task *task = task_of(&reference);
	OWN(task_reference, own);
	task_reference_share(&reference, &own);
	task_reference_put_in(&task->own, &own);
	joinable_task_fill(out, (struct joinable_task){});
	task_reference_put_in(&out->task, &reference);
	if (task->thread.is_pinned)
		scheduler_add_on(&task->thread, core);
	else
		scheduler_add(&task->thread);
}

void spawn_draft_release(struct spawn_draft *p)
{
	task_reference_drop_in(&p->task);
	p->core = 0;
}

void spawn_start(void)
{
	scheduler_set_last(task_cleanup_final, "spawn");
}

// ---- Joining ----

static struct task *task_in(const struct joinable_task *joinable)
{
	task_reference_expect_in(&joinable->task);
	return task_of(&joinable->task);
}

// Whether it has ended; if not, the running thread is woken when it has.
static bool has_ended_or_wakes(struct task *task)
{
	GUARD(&task->lock);
	if (!task->has_ended)
		task->joiner = thread_current();
	return task->has_ended;
}

enum status joinable_task_wait(const struct joinable_task *joinable, struct task_failure *why)
{
	struct task *task = task_in(joinable);
	for (;;) {
		thread_prepare_to_block();
		if (has_ended_or_wakes(task))
			break;
		thread_block();
	}
	thread_cancel_block();
	if (task->failure.end == TASK_FINISHED)
		return STATUS_OK;
	*why = task->failure;
	return STATUS_CRASHED;
}

void *joinable_task_result(const struct joinable_task *joinable)
{
	return task_result(task_in(joinable));
}

bool joinable_task_has_ended(const struct joinable_task *joinable)
{
	struct task *task = task_in(joinable);
	GUARD(&task->lock);
	return task->has_ended;
}

uint64_t joinable_task_number(const struct joinable_task *joinable)
{
	return task_in(joinable)->number;
}

void joinable_task_reference(const struct joinable_task *joinable, struct task_reference *out)
{
	task_reference_expect_in(&joinable->task);
	task_reference_share(&joinable->task, out);
}

// The task goes on as an orphan, or is gone with this. A joiner that is unwound on its way is not woken any more.
void joinable_task_release(struct joinable_task *p)
{
	if (task_reference_is_empty(&p->task))
		return;
	struct task *task = task_in(p);
	{
		GUARD(&task->lock);
		task->joiner = NULL;
	}
	task_reference_drop_in(&p->task);
}
