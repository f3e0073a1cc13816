// Tasks: threads with a name, a number that is never used again, and everything that belongs to them.
//
// A task is one heap object. It lives as long as anybody holds a counted reference: the task itself until its end, the
// one who may join it, and whoever looks at it for a moment. With the last reference go argument and result, if nobody
// has taken them, and the reference to the cell of its entry function: while a task is there, so is all code that it
// can reach.
//
// Context: a spinlock for the list, a leaf. Creating and dropping use the heap; dropping the last reference may drop a
// handle of any kind that the task was given.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/stack_pool/stack_pool.h"
#include "cells/sync/spinlock/spinlock.h"
#include "cells/sync/thread/thread.h"

enum { TASK_NAME_CAPACITY = 32, TASK_MESSAGE_CAPACITY = 160, TASK_STORAGE_BYTES_MAX = 1024 };

enum task_end {
	TASK_LIVES,
	TASK_FINISHED, // its entry function has returned
	TASK_PANICKED,
	TASK_FAULTED, // a machine exception
	TASK_KILLED,
};

// How a task has failed.
struct task_failure {
	enum task_end end;
	uint32_t vector; // of a TASK_FAULTED
	char message[TASK_MESSAGE_CAPACITY];
};

// What a task does, with its types left aside: made by TASK_TYPE (cells/task/spawn). Argument and result are slots in
// the task's own memory; the functions that release them may be null.
struct task_body {
	void (*run)(void *argument, void *result);
	void (*release_argument)(void *argument);
	void (*release_result)(void *result);
	uint32_t argument_bytes;
	uint32_t result_bytes;
};

struct task;

// A counted use of a task.
HANDLE(task_reference)
{
	struct task *task PRIVATE_OF(task); // null: empty
};

#ifdef __cplusplus
extern "C" {
#endif
HANDLE_FUNCTIONS(task_reference)
#ifdef __cplusplus
}
#endif

struct task {
	struct thread thread; // first: who has the thread has the task
	uint64_t number;
	char name[TASK_NAME_CAPACITY];
	const struct task_body *body; // null: it was not spawned
	struct cell_reference cell;   // of the entry function
	struct pooled_stack stack;    // empty: its stack is not its own, or it has ended
	struct task_reference own;    // its use of itself, until its end

	struct spinlock lock;
	bool has_ended GUARDED_BY(&lock);        // nothing of it will run any more, and its stack has gone
	struct thread *joiner GUARDED_BY(&lock); // waits for that
	struct task_failure failure;             // final once it has ended

	// Of this cell.
	struct heap_object memory PRIVATE_OF(task); // this structure; then the argument; then the result
	struct task *next PRIVATE_OF(task);
	struct task *previous PRIVATE_OF(task);
	uint32_t references PRIVATE_OF(task);
};

enum task_state {
	TASK_STATE_RUNNING,
	TASK_STATE_RUNNABLE,
	TASK_STATE_BLOCKED,
	TASK_STATE_ENDED,
};

// A task as it was a moment ago.
struct task_view {
	uint64_t number;
	char name[TASK_NAME_CAPACITY];
	struct text cell; // of the entry function; empty: none
	enum task_state state;
	enum task_end end;
	size_t core;
	uint8_t priority;
	uint8_t own_priority;
	bool is_idle;
	bool is_pinned;
	bool kill_requested;
};

#ifdef __cplusplus
extern "C" {
#endif

// ---- Making ----

// A new task that nobody runs, in the list of all. `body` may be null. A name is cut to TASK_NAME_CAPACITY - 1
// characters. STATUS_NO_MEMORY: the heap is full. STATUS_OUT_OF_RANGE: argument and result together are larger than
// TASK_STORAGE_BYTES_MAX.
MUST_USE enum status task_create(struct task_reference *out, struct text name, const struct task_body *body)
	PRODUCES_IF(STATUS_OK, out);

// The slots of the task's memory.
void *task_argument(struct task *task);
void *task_result(struct task *task);

// ---- References ----

struct task *task_of(const struct task_reference *reference) BORROWS(reference);
void task_reference_share(const struct task_reference *from, struct task_reference *to) BORROWS(from) PRODUCES(to);

// The running thread's task. Panics in a thread that is none.
struct task *task_current(void);
void task_reference_current(struct task_reference *out) PRODUCES(out);

// The task of that number; the one with the next higher number. STATUS_NOT_FOUND: there is none.
MUST_USE enum status task_find(uint64_t number, struct task_reference *out) PRODUCES_IF(STATUS_OK, out);
MUST_USE enum status task_next(uint64_t before, struct task_reference *out) PRODUCES_IF(STATUS_OK, out);

// ---- Looking ----

void task_look(const struct task_reference *reference, struct task_view *view) BORROWS(reference);
size_t task_count(void);
const char *task_state_name(enum task_state state);
const char *task_end_name(enum task_end end);

#ifdef __cplusplus
}
#endif
