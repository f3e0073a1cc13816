#include "tests/system/command_victim/command_victim.h"

#include "cells/base/bytes/bytes.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/console/console/console.h"
#include "cells/hal/interrupt_table/interrupt_table.h"
#include "cells/hal/processor/processor.h"
#include "cells/loader/cell_view/cell_view.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/page_table/page_table.h"
#include "cells/sync/thread/thread.h"
#include "cells/unwind/landing/landing.h"
#include "cells/unwind/thread_kill/thread_kill.h"
#include "tests/system/command_victim/command_victim_internal.h"
#include "tests/system/victims/victims.h"

enum { FLAG_STEP = 1 << 8 };

// The run that goes on.
static CELL_STATE_ZERO struct {
	const struct victim *victim;
	bool is_stepping;
	uint64_t steps;
	uint64_t kill_at; // the step at which its kill is asked for
	uint64_t steps_to_kill_point;
} run_state;

// ---- What must be as before ----

struct traces {
	uint64_t free_frames, mapped_pages, heap_objects, heap_bytes, cells, edges, held, twice, kill_holds, ledger;
	bool lock_is_held, interrupts;
};

static struct traces traces(void)
{
	heap_trim();
	struct heap_statistics heap = heap_statistics();
	struct cell_registry_statistics registry = cell_registry_statistics();
	const struct thread *thread = thread_current();
	return (struct traces){
		.free_frames = frame_allocator_statistics().free_frames,
		.mapped_pages = page_table_statistics().mapped_pages,
		.heap_objects = heap.objects,
		.heap_bytes = heap.object_bytes,
		.cells = registry.cells,
		.edges = registry.edges,
		.held = victims_held(),
		.twice = victims_given_back_twice(),
		.kill_holds = thread->ledger.kill_holds,
		.ledger = (uintptr_t)thread->ledger.top,
		.lock_is_held = victims_lock_is_held(),
		.interrupts = processor_interrupts_enabled(),
	};
}

// ---- One run ----

static void observe(struct interrupt_frame *interrupted)
{
	if (!run_state.is_stepping)
		return;
	interrupted->rflags |= FLAG_STEP;
	run_state.steps++;
	if (run_state.steps == run_state.kill_at)
		thread_kill_request(thread_current());
}

static __attribute__((noinline)) void call_victim(void)
{
	run_state.victim->run();
}

static void run_victim(void *context)
{
	(void)context;
	run_state.is_stepping = true;
	command_victim_step();
	call_victim();
	run_state.is_stepping = false;
	command_victim_end_step();
}

static enum status fail(const char *what)
{
	console_print("victim: FAILED: %s, killed at step %llu: %s\n", run_state.victim->name,
		(unsigned long long)run_state.kill_at, what);
	return STATUS_MALFORMED;
}

// `*was_killed`: false if it ended by itself, for want of a kill point in what was left.
static enum status kill_once(bool *was_killed)
{
	struct landing_crash crash;
	struct traces before = traces();
	run_state.steps = 0;
	enum status status = landing_catch_kills(run_victim, NULL, &crash);
	run_state.is_stepping = false;
	thread_current()->kill_requested = 0;
	struct traces after = traces();
	*was_killed = status == STATUS_CRASHED;
	if (*was_killed && crash.cause != LANDING_KILL)
		return fail(crash.message);
	if (*was_killed && !crash.is_complete)
		return fail("the walk stopped");
	if (*was_killed && crash.from_ledger != 0)
		return fail("something came from the ledger");
	if (after.held != 0 || after.twice != 0)
		return fail("its handles were not given back once");
	if (after.lock_is_held)
		return fail("its lock is still held");
	if (!bytes_equal(bytes_from(&before, sizeof before), bytes_from(&after, sizeof after)))
		return fail("something is left");
	return STATUS_OK;
}

static enum status kill_everywhere(const struct victim *victim, uint64_t stride)
{
	bool was_killed;
	uint64_t kills = 0, ends = 0, length;
	run_state.victim = victim;
	run_state.kill_at = UINT64_MAX;
	TRY(kill_once(&was_killed)); // makes tables that stay
	TRY(kill_once(&was_killed));
	length = run_state.steps;
	for (uint64_t at = 1; at <= length; at += stride) {
		run_state.kill_at = at;
		TRY(kill_once(&was_killed));
		if (was_killed)
			kills++;
		else
			ends++;
	}
	console_print("victim: %s: %llu instructions, killed %llu times, ended by itself %llu times: nothing is left\n",
		victim->name, (unsigned long long)length, (unsigned long long)kills, (unsigned long long)ends);
	return kills > 0 ? STATUS_OK : STATUS_MALFORMED;
}

// ---- Faults ----

static void run_fault(void *context)
{
	(void)context;
	call_victim();
}

static enum status fault_once(const struct victim *victim, struct landing_crash *crash)
{
	run_state.victim = victim;
	run_state.kill_at = 0;
	struct traces before = traces();
	if (!landing_catch(run_fault, NULL, LANDING_SILENT, crash))
		return fail("it did not fault");
	struct traces after = traces();
	if (crash->cause != LANDING_FAULT || !crash->is_complete)
		return fail(crash->message);
	if (!bytes_equal(bytes_from(&before, sizeof before), bytes_from(&after, sizeof after)))
		return fail("something is left");
	return STATUS_OK;
}

static enum status fault_everywhere(uint64_t times)
{
	const struct victim *victim;
	for (size_t index = 0; (victim = victims_fault_at(index)) != NULL; index++) {
		struct landing_crash crash = {};
		for (uint64_t time = 0; time < times; time++)
			TRY(fault_once(victim, &crash));
		console_print("victim: fault %s: %u landing pads, %u from the ledger: nothing is left\n", victim->name,
			(unsigned)crash.clean_ups, (unsigned)crash.from_ledger);
	}
	return STATUS_OK;
}

static enum status run(const struct command_arguments *arguments)
{
	uint64_t stride = 1;
	if (arguments->count > 1 && (text_to_u64(command_argument(arguments, 1), &stride) || stride == 0))
		return STATUS_BAD_ARGUMENT;
	if (text_equal(command_argument(arguments, 0), TEXT("fault")))
		return fault_everywhere(stride);
	const struct victim *victim = NULL;
	for (size_t index = 0; (victim = victims_at(index)) != NULL; index++) {
		if (text_equal(text_from(victim->name), command_argument(arguments, 0)))
			break;
	}
	if (!victim) {
		console_print("victim: there is no such victim\n");
		return STATUS_NOT_FOUND;
	}
	bool interrupts = processor_interrupts_enabled();
	processor_enable_interrupts();
	thread_kill_observe(observe);
	enum status status = kill_everywhere(victim, stride);
	thread_kill_observe(NULL);
	if (!interrupts)
		processor_disable_interrupts();
	return status;
}

const struct command command_victim = {
	.name = "victim",
	.usage = "victim NAME [STRIDE]",
	.summary = "kill a program at every instruction and see whether everything comes back",
	.least_arguments = 1,
	.most_arguments = 2,
	.run = run,
};
