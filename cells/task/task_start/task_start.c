#include "cells/task/task_start/task_start.h"

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/panic/panic.h"
#include "cells/base/status/status.h"
#include "cells/diagnostics/log/log.h"
#include "cells/hal/core_local/core_local.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/machine/clock/clock.h"
#include "cells/machine/core_timer/core_timer.h"
#include "cells/machine/interrupt_vector/interrupt_vector.h"
#include "cells/machine/machine_start/machine_start.h"
#include "cells/memory/heap/heap.h"
#include "cells/sync/cell_pointer/cell_pointer.h"
#include "cells/sync/thread/thread.h"
#include "cells/task/scheduler/scheduler.h"
#include "cells/task/spawn/spawn.h"
#include "cells/task/task/task.h"

typedef void first_entry(void);
CELL_POINTER_TYPE(first_pointer, first_entry);

static CELL_STATE_ZERO struct {
	struct first_pointer first;
	struct task_reference idle[CORE_LOCAL_CORES]; // for ever, as what follows
	struct heap_object ledgers[CORE_LOCAL_CORES];
} state;

// ---- The first task ----

static __attribute__((noinline)) void call_first(void)
{
	first_pointer_get (&state.first)();
}

static void run_first(struct nothing *argument, struct nothing *result)
{
	(void)argument;
	(void)result;
	call_first();
	panic("the first task came back");
}

TASK_TYPE(first_task, run_first, TASK_VALUE(nothing), TASK_VALUE(nothing));

static void spawn_first(struct text symbol)
{
	struct diagnosis why = {};
	uintptr_t address = 0;
	enum status status = cell_loader_symbol(symbol, &address, &why);
	if (status)
		panic("%.*s: %s%s%s", TEXT_ARGUMENTS(symbol), status_name(status), why.message[0] ? ": " : "",
			why.message);
	first_pointer_set(&state.first, RAW_POINTER(first_entry, address), "task_start: first task");
	OWN(joinable_task, task);
	struct nothing nothing = {};
	status =
		first_task_spawn(&task, &nothing, &(struct spawn_options){.name = "shell", .stack = SPAWN_STACK_LARGE});
	if (status)
		panic("task_start: the first task: %s", status_name(status));
}

// ---- Idle tasks ----

static void give_ledger(struct thread_ledger *ledger, size_t core)
{
	OWN(heap_object, memory);
	enum status status = heap_allocate(&memory, THREAD_LEDGER_ENTRIES * sizeof(struct thread_ledger_entry));
	if (status)
		panic("task_start: the ledger of core %zu: %s", core, status_name(status));
	ledger->top = HEAP_AS(struct thread_ledger_entry, &memory);
	ledger->end = RAW(ledger->top + THREAD_LEDGER_ENTRIES);
	heap_object_put_in(&AT(state.ledgers, core), &memory);
}

// The thread that runs goes on as this task. Nothing of what is on its stack is in its old ledger.
static void become_idle(void)
{
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	size_t core = core_local_index();
	OWN(task_reference, reference);
	enum status status = task_create(&reference, TEXT("idle"), NULL);
	if (status)
		panic("task_start: the idle task of core %zu: %s", core, status_name(status));
	struct thread *idle = &task_of(&reference)->thread;
	give_ledger(&idle->ledger, core);
	scheduler_start_core(idle);
	task_reference_put_in(&AT(state.idle, core), &reference);
	core_local_stay_unlock(&stay);
}

// ---- The machine ----

// Interrupts are off already; this says so to the analysis.
static void set_alarm(uint64_t nanoseconds)
{
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	core_timer_start(nanoseconds);
	core_local_stay_unlock(&stay);
}

static void interrupt_core(size_t core)
{
	(void)core; // there is one
}

static const struct scheduler_machine machine = {
	.now = clock_nanoseconds,
	.set_alarm = set_alarm,
	.interrupt_core = interrupt_core,
};

static void start_machine(void)
{
	machine_start();
	if (!machine_start_has_interrupts())
		return;
	core_timer_set_handler(scheduler_alarm, "task_start: alarm");
	interrupt_vector_set_tail(scheduler_interrupt_tail, "task_start: tail");
	scheduler_set_machine(&machine, "task_start: machine");
}

// Kills are led by a cell that nobody here calls.
static void load_kills(void)
{
	struct diagnosis why = {};
	enum status status = cell_loader_load(TEXT("thread_kill"), &why);
	if (status)
		LOG_WARNING(
			"no task can be killed: %s%s%s", status_name(status), why.message[0] ? ": " : "", why.message);
}

void task_start(struct text first)
{
	become_idle();
	spawn_start();
	start_machine();
	load_kills();
	spawn_first(first);
	LOG_INFO("tasks are there; the first one takes over");
	scheduler_idle(heap_trim);
}
