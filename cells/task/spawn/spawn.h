// A task's life: spawned with a typed argument, joined for a typed result or the reason why there is none.
//
//     struct request { unsigned from, to; };
//     SENDABLE(request);
//     struct answer { uint64_t sum; };
//     SENDABLE(answer);
//
//     static void add_up(struct request *request, struct answer *answer) MAY_SLEEP { ... }
//     TASK_TYPE(adder, add_up, TASK_VALUE(request), TASK_VALUE(answer));
//
//     struct request request = {1, 100};
//     OWN(joinable_task, task);
//     TRY(adder_spawn(&task, &request, &(struct spawn_options){.name = "adder"}));
//     struct answer answer;
//     struct task_failure why;
//     if (adder_join(&task, &answer, &why))
//             ... it panicked, faulted or was killed: why.end, why.message
//
// What crosses must be SENDABLE: it borrows nothing. A handle crosses by moving: TASK_HANDLE(ring) in place of
// TASK_VALUE; the entry function then gets a slot, to ring_take_out of, or to ring_put_in. What nobody takes is dropped
// with the task.
//
// The right to join has one owner. Dropped, the task goes on as an orphan, and is reaped by itself. A crash in a task
// is unwound to its beginning and ends it alone.
//
// Context: spawning and dropping use the heap and stack_pool. Joining sleeps.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/sync/thread/thread.h"
#include "cells/task/task/task.h"

// Nothing: an argument or a result that there is not.
struct nothing {
	char none;
};
SENDABLE(nothing);

enum spawn_stack {
	SPAWN_STACK_USUAL, // 64 KiB
	SPAWN_STACK_SMALL, // 16 KiB
	SPAWN_STACK_LARGE, // 256 KiB
};

enum spawn_place {
	SPAWN_ANYWHERE, // on this core; an idle one may take it
	SPAWN_PINNED,   // on core `core`, for good; spawning panics if that core has no tasks
};

// All zeros: a usual task without a name.
struct spawn_options {
	const char *name;
	uint8_t priority; // 0: THREAD_PRIORITY_USUAL
	enum spawn_stack stack;
	enum spawn_place place;
	size_t core;
};

// A task that is ready but for its argument. For TASK_TYPE.
HANDLE(spawn_draft)
{
	struct task_reference task PRIVATE_OF(spawn);
	size_t core PRIVATE_OF(spawn); // where it is to run, if it is pinned
};

// The right to learn how a task has ended.
HANDLE(joinable_task)
{
	struct task_reference task PRIVATE_OF(spawn);
};

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(spawn_draft)
HANDLE_FUNCTIONS(joinable_task)

// The two halves of a spawn: first all that can fail, then all that cannot. The task keeps the cell of
// `body->run` loaded. STATUS_NO_MEMORY: for the task or its stack. STATUS_OUT_OF_RANGE: argument and result are too
// large.
MUST_USE enum status spawn_prepare(struct spawn_draft *out, const struct task_body *body,
	const struct spawn_options *options) PRODUCES_IF(STATUS_OK, out);
void *spawn_argument(const struct spawn_draft *draft) BORROWS_MUT(draft);
void spawn_task(struct spawn_draft *draft, struct joinable_task *out) CONSUMES(draft) PRODUCES(out);

// Waits until the task has ended. STATUS_CRASHED: there is no result; `why` says what has happened.
MUST_USE enum status joinable_task_wait(const struct joinable_task *task, struct task_failure *why)
	BORROWS(task) MAY_SLEEP;

// Where the result lies, once joinable_task_wait has returned STATUS_OK.
void *joinable_task_result(const struct joinable_task *task) BORROWS_MUT(task);

bool joinable_task_has_ended(const struct joinable_task *task) BORROWS(task);
uint64_t joinable_task_number(const struct joinable_task *task) BORROWS(task);
void joinable_task_reference(const struct joinable_task *task, struct task_reference *out) BORROWS(task) PRODUCES(out);

// Lets the scheduler give back what ended tasks leave. Once, before the first spawn.
void spawn_start(void);

#ifdef __cplusplus
}
#endif

// ---- Types ----

// How a type crosses: a value is copied, a handle moves.
#define TASK_VALUE(T) VALUE_, T
#define TASK_HANDLE(T) HANDLE_, T

// Declares the task type `name` whose tasks run `entry(struct ARGUMENT *, struct RESULT *)`, with name_spawn and
// name_join. At the head of a source file, after `entry` was declared.
#define TASK_TYPE(name, entry, ...) TASK_TYPE_(name, entry, __VA_ARGS__)

#define TASK_TYPE_(name, entry, argument_kind, argument_type, result_kind, result_type)                                \
	REQUIRE_SENDABLE(argument_type);                                                                               \
	REQUIRE_SENDABLE(result_type);                                                                                 \
	static void name##_run(void *argument, void *result)                                                           \
	{                                                                                                              \
		thread_may_sleep();                                                                                    \
		entry((struct argument_type *)argument, (struct result_type *)result);                                 \
	}                                                                                                              \
	TASK_RELEASE_##argument_kind(name##_release_argument, argument_type);                                          \
	TASK_RELEASE_##result_kind(name##_release_result, result_type);                                                \
	static const struct task_body name##_body = {                                                                  \
		.run = name##_run,                                                                                     \
		.release_argument = TASK_RELEASE_OF_##argument_kind(name##_release_argument),                          \
		.release_result = TASK_RELEASE_OF_##result_kind(name##_release_result),                                \
		.argument_bytes = sizeof(struct argument_type),                                                        \
		.result_bytes = sizeof(struct result_type),                                                            \
	};                                                                                                             \
	MUST_USE static __attribute__((unused)) enum status name##_spawn(                                              \
		struct joinable_task *out, struct argument_type *argument, const struct spawn_options *options)        \
		PRODUCES_IF(STATUS_OK, out) TASK_CONSUMES_##argument_kind(argument);                                   \
	static enum status name##_spawn(                                                                               \
		struct joinable_task *out, struct argument_type *argument, const struct spawn_options *options)        \
	{                                                                                                              \
		TASK_ARMED_##argument_kind(argument_type, moved, argument);                                            \
		OWN(spawn_draft, draft);                                                                               \
		TRY(spawn_prepare(&draft, &name##_body, options));                                                     \
		TASK_PUT_##argument_kind(                                                                              \
			argument_type, (struct argument_type *)spawn_argument(&draft), moved, argument);               \
		spawn_task(&draft, out);                                                                               \
		return STATUS_OK;                                                                                      \
	}                                                                                                              \
	MUST_USE static __attribute__((unused)) enum status name##_join(                                               \
		struct joinable_task *task, struct result_type *result, struct task_failure *why) CONSUMES(task)       \
		TASK_PRODUCES_##result_kind(result) MAY_SLEEP;                                                         \
	static enum status name##_join(                                                                                \
		struct joinable_task *task, struct result_type *result, struct task_failure *why)                      \
	{                                                                                                              \
		OWN(joinable_task, joined);                                                                            \
		joinable_task_move(&joined, task);                                                                     \
		TRY(joinable_task_wait(&joined, why));                                                                 \
		TASK_TAKE_##result_kind(result_type, result, (struct result_type *)joinable_task_result(&joined));     \
		return STATUS_OK;                                                                                      \
	}                                                                                                              \
	_Static_assert(1, "a semicolon follows")

#define TASK_CONSUMES_VALUE_(p)
#define TASK_CONSUMES_HANDLE_(p) CONSUMES(p)
#define TASK_PRODUCES_VALUE_(p)
#define TASK_PRODUCES_HANDLE_(p) PRODUCES_IF(STATUS_OK, p)
#define TASK_RELEASE_VALUE_(name, T) enum { name##_is_not_needed_ }
#define TASK_RELEASE_OF_VALUE_(name) NULL
#define TASK_RELEASE_OF_HANDLE_(name) name
#define TASK_ARMED_VALUE_(T, moved, from) (void)0
#define TASK_ARMED_HANDLE_(T, moved, from)                                                                             \
	OWN(T, moved);                                                                                                 \
	T##_move(&moved, from)
#define TASK_PUT_VALUE_(T, slot, moved, from) (*(slot) = *(from))
#define TASK_PUT_HANDLE_(T, slot, moved, from) T##_put_in(slot, &moved)
#define TASK_TAKE_VALUE_(T, to, slot) (*(to) = *(slot))
#define TASK_TAKE_HANDLE_(T, to, slot) T##_take_out(to, slot)
#define TASK_RELEASE_HANDLE_(name, T)                                                                                  \
	static void name(void *slot)                                                                                   \
	{                                                                                                              \
		T##_drop_in((struct T *)slot);                                                                         \
	}                                                                                                              \
	_Static_assert(1, "a semicolon follows")
