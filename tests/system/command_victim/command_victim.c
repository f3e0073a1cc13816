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
#include "cells/memory/stack_pool/stack_pool.h"
#include "cells/sync/thread/thread.h"
#include "cells/task/scheduler/scheduler.h"
#include "cells/task/task/task.h"
#include "cells/unwind/landing/landing.h"
#include "cells/unwind/thread_kill/thread_kill.h"
#include "tests/system/command_victim/command_victim_internal.h"
#include "tests/system/victims/victims.h"

enum { FLAG_STEP = 1 << 8, FLAG_RESUME = 1 << 16, SETTLE_YIELDS_MAX = 100000 };

// The run that goes on.
static CELL_STATE_ZERO struct {
	const struct victim *victim;
	struct thread *thread;
	uint64_t tasks; // as many as before the first run
	bool is_stepping;
	uint64_t steps;
	uint64_t kill_at;  // the step at which its kill is asked for
	uint64_t break_at; // or the address, when it gets there for the time
	uint64_t kill_at_visit;
	uint64_t visits;
	struct command_victim_visits *table; // of this run; null: not asked for
} run_state;

// ---- What must be as before ----

struct traces {
	uint64_t free_frames, mapped_pages, heap_objects, heap_bytes, cells, edges, tasks, held, twice, kill_holds,
		ledger;
	bool lock_is_held, interrupts;
};

// Tasks that the victim has spawned and not joined end by themselves.
static void settle(void) MAY_SLEEP;
static void settle(void)
{
	for (unsigned yields = 0; task_count() != run_state.tasks && yields < SETTLE_YIELDS_MAX; yields++)
		scheduler_yield();
	stack_pool_trim();
	heap_trim();
}

static struct traces traces(void) MAY_SLEEP;
static struct traces traces(void)
{
	settle();
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
		.tasks = task_count(),
		.held = victims_held(),
		.twice = victims_given_back_twice(),
		.kill_holds = thread->ledger.kill_holds,
		.ledger = (uintptr_t)thread->ledger.top,
		.lock_is_held = victims_lock_is_held(),
		.interrupts = processor_interrupts_enabled(),
	};
}

// ---- One run ----

static void observe_step(struct interrupt_frame *interrupted)
{
	interrupted->rflags |=
		FLAG_STEP; // of other tasks, too: the flag is still set when the victim has the core again
	if (thread_current() != run_state.thread)
		return;
	run_state.steps++;
	if (run_state.table)
		command_victim_count(run_state.table, interrupted->rip);
	if (run_state.steps == run_state.kill_at)
		thread_kill_request(run_state.thread);
}

static void observe_breakpoint(struct interrupt_frame *interrupted)
{
	interrupted->rflags |= FLAG_RESUME; // past it, this time
	if (thread_current() != run_state.thread)
		return;
	run_state.visits++;
	if (run_state.visits == run_state.kill_at_visit)
		thread_kill_request(run_state.thread);
}

static void observe(struct interrupt_frame *interrupted)
{
	if (run_state.is_stepping)
		observe_step(interrupted);
	else if (run_state.break_at != 0 && interrupted->rip == run_state.break_at)
		observe_breakpoint(interrupted);
}

static __attribute__((noinline)) void call_victim(void)
{
	run_state.victim->run();
}

static void run_victim(void *context)
{
	(void)context;
	if (run_state.break_at != 0) {
		call_victim();
		return;
	}
	run_state.is_stepping = true;
	command_victim_step();
	call_victim();
	run_state.is_stepping = false;
	command_victim_end_step();
}

static enum status fail(const char *what)
{
	if (run_state.break_at != 0)
		console_print("victim: FAILED: %s, killed at 0x%llx, visit %llu: %s\n", run_state.victim->name,
			(unsigned long long)run_state.break_at, (unsigned long long)run_state.kill_at_visit, what);
	else
		console_print("victim: FAILED: %s, killed at step %llu: %s\n", run_state.victim->name,
			(unsigned long long)run_state.kill_at, what);
	return STATUS_MALFORMED;
}

// `*was_killed`: false if it ended by itself, for want of a kill point in what was left.
static enum status kill_once(bool *was_killed) MAY_SLEEP;
static enum status kill_once(bool *was_killed)
{
	struct landing_crash crash;
	struct traces before = traces();
	run_state.steps = 0;
	run_state.visits = 0;
	command_victim_break_at(run_state.break_at);
	enum status status = landing_catch_kills(run_victim, NULL, &crash);
	command_victim_break_at(0);
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

// How the runs ended.
struct tally {
	uint64_t kills;
	uint64_t ends;   // by itself
	uint64_t missed; // the same, and it did not come to that visit: its way was another one this time
};

static enum status kill_and_count(struct tally *tally) MAY_SLEEP;
static enum status kill_and_count(struct tally *tally)
{
	bool was_killed;
	TRY(kill_once(&was_killed));
	if (was_killed)
		tally->kills++;
	else
		tally->ends++;
	if (run_state.break_at != 0 && run_state.visits < run_state.kill_at_visit)
		tally->missed++;
	return STATUS_OK;
}

// The victim to its end, in single steps; twice, because the first time makes tables that stay.
static enum status run_whole(struct command_victim_visits *table) MAY_SLEEP;
static enum status run_whole(struct command_victim_visits *table)
{
	bool was_killed;
	run_state.kill_at = UINT64_MAX;
	TRY(kill_once(&was_killed));
	run_state.table = table;
	enum status status = kill_once(&was_killed);
	run_state.table = NULL;
	return status;
}

static enum status kill_everywhere(uint64_t stride) MAY_SLEEP;
static enum status kill_everywhere(uint64_t stride)
{
	struct tally tally = {};
	TRY(run_whole(NULL));
	uint64_t length = run_state.steps;
	for (uint64_t at = 1; at <= length; at += stride) {
		run_state.kill_at = at;
		TRY(kill_and_count(&tally));
	}
	console_print("victim: %s: %llu instructions, killed %llu times, ended by itself %llu times: nothing is left\n",
		run_state.victim->name, (unsigned long long)length, (unsigned long long)tally.kills,
		(unsigned long long)tally.ends);
	return tally.kills > 0 ? STATUS_OK : STATUS_MALFORMED;
}

// The first visit of an address, the second, and the last.
static enum status kill_at_address(const struct command_victim_visit *visit, struct tally *tally) MAY_SLEEP;
static enum status kill_at_address(const struct command_victim_visit *visit, struct tally *tally)
{
	run_state.break_at = visit->address;
	for (uint64_t time = 1; time <= visit->count; time = time == 2 ? visit->count : time + 1) {
		run_state.kill_at_visit = time;
		TRY(kill_and_count(tally));
		if (time == visit->count)
			break;
	}
	return STATUS_OK;
}

static enum status kill_at_visits(uint64_t stride) MAY_SLEEP;
static enum status kill_at_visits(uint64_t stride)
{
	OWN(heap_object, memory);
	TRY(heap_allocate(&memory, sizeof(struct command_victim_visits)));
	struct command_victim_visits *table = HEAP_AS(struct command_victim_visits, &memory);
	struct tally tally = {};
	TRY(run_whole(table));
	uint64_t length = run_state.steps, addresses = 0;
	for (size_t place = 0; place < COMMAND_VICTIM_PLACES; place++) {
		const struct command_victim_visit *visit = &AT(table->places, place);
		if (visit->address == 0 || addresses++ % stride != 0)
			continue;
		enum status status = kill_at_address(visit, &tally);
		run_state.break_at = 0;
		if (status)
			return status;
	}
	console_print("victim: %s: %llu instructions at %llu addresses, killed %llu times, ended by itself %llu times, "
		      "%llu visits missed: nothing is left\n",
		run_state.victim->name, (unsigned long long)length, (unsigned long long)addresses,
		(unsigned long long)tally.kills, (unsigned long long)tally.ends, (unsigned long long)tally.missed);
	return tally.kills > 0 && !table->is_full ? STATUS_OK : STATUS_MALFORMED;
}

// ---- Faults ----

static void run_fault(void *context)
{
	(void)context;
	call_victim();
}

static enum status fault_once(const struct victim *victim, struct landing_crash *crash) MAY_SLEEP;
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

static enum status fault_everywhere(uint64_t times) MAY_SLEEP;
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

// ---- The command ----

static const struct victim *find(struct text name)
{
	const struct victim *victim = NULL;
	for (size_t index = 0; (victim = victims_at(index)) != NULL; index++) {
		if (text_equal(text_from(victim->name), name))
			break;
	}
	return victim;
}

static enum status run(const struct command_arguments *arguments)
{
	thread_may_sleep();
	uint64_t stride = 1;
	bool by_visits = arguments->count > 1 && text_equal(command_argument(arguments, 1), TEXT("visits"));
	size_t last = by_visits ? 2 : 1;
	if (arguments->count > last && (text_to_u64(command_argument(arguments, last), &stride) || stride == 0))
		return STATUS_BAD_ARGUMENT;
	run_state.tasks = task_count();
	if (text_equal(command_argument(arguments, 0), TEXT("fault")))
		return fault_everywhere(stride);
	run_state.victim = find(command_argument(arguments, 0));
	if (!run_state.victim) {
		console_print("victim: there is no such victim\n");
		return STATUS_NOT_FOUND;
	}
	run_state.thread = thread_current();
	bool interrupts = processor_interrupts_enabled();
	processor_enable_interrupts();
	thread_kill_observe(observe);
	enum status status = by_visits ? kill_at_visits(stride) : kill_everywhere(stride);
	thread_kill_observe(NULL);
	if (!interrupts)
		processor_disable_interrupts();
	return status;
}

const struct command command_victim = {
	.name = "victim",
	.usage = "victim NAME [visits] [STRIDE]",
	.summary = "kill a program at every instruction and see whether everything comes back",
	.least_arguments = 1,
	.most_arguments = 3,
	.run = run,
};
