#include "cells/task/task/task.h"

#include "cells/base/panic/panic.h"
#include "cells/task/scheduler/scheduler.h"

enum { STORAGE_ALIGNMENT = 16 };

static CELL_STATE_ZERO struct {
	struct spinlock lock;
	struct task *first GUARDED_BY(&lock); // in order of their numbers
	struct task *last GUARDED_BY(&lock);
	uint64_t last_number GUARDED_BY(&lock);
	size_t count GUARDED_BY(&lock);
} all;

// ---- The list ----

static void enter(struct task *task)
{
	GUARD(&all.lock);
	task->number = ++all.last_number;
	task->previous = all.last;
	if (all.last)
		all.last->next = task;
	else
		all.first = task;
	all.last = task;
	all.count++;
}

static void leave(struct task *task) NEEDS_LOCK(&all.lock)
{
	if (task->next)
		task->next->previous = task->previous;
	else
		all.last = task->previous;
	if (task->previous)
		task->previous->next = task->next;
	else
		all.first = task->next;
	all.count--;
}

// ---- Making ----

static size_t rounded(size_t size_bytes)
{
	return (size_bytes + STORAGE_ALIGNMENT - 1) / STORAGE_ALIGNMENT * STORAGE_ALIGNMENT;
}

enum status task_create(struct task_reference *out, struct text name, const struct task_body *body)
{
	size_t storage_bytes = body ? rounded(body->argument_bytes) + rounded(body->result_bytes) : 0;
	if (storage_bytes > TASK_STORAGE_BYTES_MAX)
		return STATUS_OUT_OF_RANGE;
	OWN(heap_object, memory);
	TRY(heap_allocate(&memory, rounded(sizeof(struct task)) + storage_bytes));
	struct task *task = HEAP_AS(struct task, &memory);
	heap_object_put_in(&task->memory, &memory);
	(void)text_copy(text_slice(name, 0, TASK_NAME_CAPACITY - 1), task->name, sizeof task->name); // was cut to fit
	task->thread.name = task->name;
	task->thread.priority = THREAD_PRIORITY_USUAL;
	task->thread.own_priority = THREAD_PRIORITY_USUAL;
	task->body = body;
	task->references = 1;
	enter(task);
	task_reference_fill(out, (struct task_reference){task});
	return STATUS_OK;
}

void *task_argument(struct task *task)
{
	return RAW((unsigned char *)task + rounded(sizeof(struct task)));
}

void *task_result(struct task *task)
{
	return RAW((unsigned char *)task + rounded(sizeof(struct task)) + rounded(task->body->argument_bytes));
}

// ---- References ----

static void share(struct task *task, struct task_reference *to) PRODUCES(to)
{
	__atomic_fetch_add(&task->references, 1, __ATOMIC_RELAXED);
	task_reference_fill(to, (struct task_reference){task});
}

struct task *task_of(const struct task_reference *reference)
{
	return reference->task;
}

void task_reference_share(const struct task_reference *from, struct task_reference *to)
{
	share(from->task, to);
}

static __attribute__((noinline)) void call_release(void (*release)(void *slot), void *slot)
{
	if (release)
		release(slot);
}

// The task is in no list, and nobody has a reference.
static void destroy(struct task *task)
{
	if (task->body) {
		call_release(task->body->release_argument, task_argument(task));
		call_release(task->body->release_result, task_result(task));
	}
	pooled_stack_drop_in(&task->stack);
	cell_reference_drop_in(&task->cell);
	OWN(heap_object, memory); // it holds the very handle
	heap_object_take_out(&memory, &task->memory);
}

void task_reference_release(struct task_reference *p)
{
	struct task *task = p->task;
	p->task = NULL;
	if (!task)
		return;
	{
		// Whoever finds a task in the list takes his reference under this lock.
		GUARD(&all.lock);
		if (__atomic_sub_fetch(&task->references, 1, __ATOMIC_ACQ_REL) != 0)
			return;
		leave(task);
	}
	destroy(task);
}

struct task *task_current(void)
{
	struct thread *thread = thread_current();
	if (!thread || !thread->name)
		panic("task: the running thread is no task");
	return (struct task *)thread;
}

void task_reference_current(struct task_reference *out)
{
	share(task_current(), out);
}

enum status task_find(uint64_t number, struct task_reference *out)
{
	if (number == 0)
		return STATUS_NOT_FOUND;
	OWN(task_reference, next);
	TRY(task_next(number - 1, &next));
	if (next.task->number != number)
		return STATUS_NOT_FOUND;
	task_reference_move(out, &next);
	return STATUS_OK;
}

enum status task_next(uint64_t before, struct task_reference *out)
{
	GUARD(&all.lock);
	struct task *task = all.first;
	while (task && task->number <= before)
		task = task->next;
	if (!task)
		return STATUS_NOT_FOUND;
	share(task, out);
	return STATUS_OK;
}

// ---- Looking ----

static enum task_state state_of(struct task *task)
{
	GUARD(&task->lock);
	if (task->has_ended)
		return TASK_STATE_ENDED;
	if (scheduler_is_running(&task->thread))
		return TASK_STATE_RUNNING;
	if (__atomic_load_n(&task->thread.waiting, __ATOMIC_RELAXED) == THREAD_BLOCKED)
		return TASK_STATE_BLOCKED;
	return TASK_STATE_RUNNABLE;
}

void task_look(const struct task_reference *reference, struct task_view *view)
{
	struct task *task = reference->task;
	*view = (struct task_view){
		.number = task->number,
		.state = state_of(task),
		.end = task->failure.end,
		.core = scheduler_core_of(&task->thread),
		.priority = task->thread.priority,
		.own_priority = task->thread.own_priority,
		.is_idle = task->thread.is_idle,
		.is_pinned = task->thread.is_pinned,
		.kill_requested = __atomic_load_n(&task->thread.kill_requested, __ATOMIC_RELAXED) != 0,
	};
	(void)text_copy(text_from(task->name), view->name, sizeof view->name); // of the same size
	if (!cell_reference_is_empty(&task->cell)) {
		cell_reference_expect_in(&task->cell);
		view->cell = cell_reference_name(&task->cell);
	}
}

size_t task_count(void)
{
	GUARD(&all.lock);
	return all.count;
}

const char *task_state_name(enum task_state state)
{
	static const char *const names[] = {"running", "runnable", "blocked", "ended"};
	return (size_t)state < COUNT_OF(names) ? AT(names, state) : "unknown";
}

const char *task_end_name(enum task_end end)
{
	static const char *const names[] = {"lives", "finished", "panicked", "faulted", "killed"};
	return (size_t)end < COUNT_OF(names) ? AT(names, end) : "unknown";
}
