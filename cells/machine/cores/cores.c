#include "cells/machine/cores/cores.h"

#include "cells/base/panic/panic.h"
#include "cells/base/text/text.h"
#include "cells/boot/kernel_command_line/kernel_command_line.h"
#include "cells/diagnostics/log/log.h"
#include "cells/hal/core_local/core_local.h"
#include "cells/hal/descriptor_table/descriptor_table.h"
#include "cells/hal/interrupt_table/interrupt_table.h"
#include "cells/hal/processor/processor.h"
#include "cells/machine/clock/clock.h"
#include "cells/machine/cores/cores_internal.h"
#include "cells/machine/local_apic/local_apic.h"
#include "cells/machine/machine_start/machine_start.h"
#include "cells/machine/tlb_shootdown/tlb_shootdown.h"
#include "cells/sync/cell_pointer/cell_pointer.h"

#define MICROSECOND 1000ull
#define SECOND 1000000000ull

enum {
	APIC_ID_MAX = 254,      // what a message can name
	INIT_MICROSECONDS = 10, // processors of this century need no more
	SECOND_TRY_SECONDS = 1, // the first starting message may be lost
	PATIENCE_SECONDS = 60,  // an emulated core has to wait for the host
};

CELL_POINTER_TYPE(entry_pointer, cores_entry);

struct core {
	uint32_t apic_id;
	enum core_state state; // written by its starter, and once by itself
};

static CELL_STATE_ZERO struct {
	struct core cores[CORE_LOCAL_CORES];
	size_t limit;
	size_t running;
	struct entry_pointer entry;
	// Of the core that starts: one at a time.
	size_t index;
	uint64_t stack_top;
	uint64_t arrival;         // where it goes on in C
	uint64_t page_attributes; // the boot core's
	uint64_t timestamp;       // what it read as it arrived
} state;

static enum core_state state_of(size_t index)
{
	return __atomic_load_n(&AT(state.cores, index).state, __ATOMIC_ACQUIRE);
}

static void set_state(size_t index, enum core_state to)
{
	__atomic_store_n(&AT(state.cores, index).state, to, __ATOMIC_RELEASE);
}

// ---- On the core that starts ----

// An indirect call in a function without clean-ups, where the compiler checks its type.
static __attribute__((noinline, noreturn)) void go_on(void)
{
	entry_pointer_get (&state.entry)();
	panic("cores: what core %zu was started for came back", state.index);
}

// Where the trampoline leads to, on the core's own stack, with interrupts off.
static __attribute__((noreturn)) void arrive(void)
{
	size_t index = state.index;
	core_local_install(index);
	descriptor_table_install_on(index);
	interrupt_table_install_on_this_core();
	processor_write_msr(PROCESSOR_MSR_PAT, state.page_attributes);
	local_apic_start_on_this_core();
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	tlb_shootdown_join();
	core_local_stay_unlock(&stay);
	state.timestamp = processor_timestamp();
	set_state(index, CORE_RUNNING);
	go_on();
}

// ---- On the core that starts it ----

// Waits until the core has arrived, or until `nanoseconds` have passed.
static bool wait_for(size_t index, uint64_t nanoseconds)
{
	uint64_t start = clock_nanoseconds();
	while (state_of(index) != CORE_RUNNING) {
		if (clock_nanoseconds() - start >= nanoseconds)
			return false;
		processor_pause();
	}
	return true;
}

static bool wake(size_t index, const struct trampoline_page *page) BORROWS(page)
{
	uint32_t apic_id = AT(state.cores, index).apic_id;
	local_apic_send_init(apic_id);
	(void)wait_for(index, INIT_MICROSECONDS * MICROSECOND);
	local_apic_send_startup(apic_id, trampoline_page_number(page));
	if (wait_for(index, SECOND_TRY_SECONDS * SECOND))
		return true;
	local_apic_send_startup(apic_id, trampoline_page_number(page)); // one that runs already does not hear it
	return wait_for(index, PATIENCE_SECONDS * SECOND);
}

static void start(size_t index, const struct trampoline_page *page) BORROWS(page)
{
	enum status status = core_stacks_make(index, state.arrival, &state.stack_top);
	if (status) {
		LOG_WARNING("core %zu has no stacks: %s", index, status_name(status));
		return;
	}
	state.index = index;
	set_state(index, CORE_STARTING);
	uint64_t before = processor_timestamp();
	if (!wake(index, page)) {
		set_state(index, CORE_FAILED);
		LOG_WARNING("core %zu (APIC %u) does not start", index, AT(state.cores, index).apic_id);
		return;
	}
	if (!clock_compare(before, state.timestamp, processor_timestamp()))
		LOG_WARNING("the time stamps of core %zu do not run with those of core 0", index);
	__atomic_fetch_add(&state.running, 1, __ATOMIC_RELEASE);
}

static size_t wanted_count(void)
{
	struct text value;
	uint64_t count = CORE_LOCAL_CORES;
	if (kernel_command_line_get(TEXT("cores"), &value))
		return CORE_LOCAL_CORES;
	if (text_to_u64(value, &count) || count == 0) {
		LOG_WARNING("cores=%.*s: a number from 1 on was expected", TEXT_ARGUMENTS(value));
		return CORE_LOCAL_CORES;
	}
	return count;
}

static void add(uint32_t apic_id)
{
	if (apic_id > APIC_ID_MAX || state.limit == CORE_LOCAL_CORES) {
		LOG_WARNING("the core with APIC %u is left out: %s", apic_id,
			apic_id > APIC_ID_MAX ? "no message can name it" : "there are too many");
		return;
	}
	AT(state.cores, state.limit) = (struct core){.apic_id = apic_id};
	state.limit++;
}

// This core first, then the others.
static void number_cores(void)
{
	const struct acpi_tables *tables = machine_start_tables();
	uint32_t own = machine_start_has_interrupts() ? local_apic_id() : 0;
	add(own);
	set_state(0, CORE_RUNNING);
	state.running = 1;
	for (size_t i = 0; machine_start_has_interrupts() && i < tables->core_count; i++) {
		const struct acpi_core *core = &AT(tables->cores, i);
		if (core->is_enabled && core->apic_id != own)
			add(core->apic_id);
	}
}

size_t cores_start_others(cores_entry *entry)
{
	struct diagnosis why = {};
	if (state.limit != 0)
		panic("cores: they were started already");
	number_cores();
	size_t wanted = wanted_count();
	if (wanted > state.limit)
		wanted = state.limit;
	if (wanted == 1)
		return 1;
	entry_pointer_set(&state.entry, entry, "cores: entry");
	state.page_attributes = processor_read_msr(PROCESSOR_MSR_PAT);
	OWN(trampoline_page, page);
	state.arrival = (uintptr_t)arrive;
	enum status status = trampoline_page_make(&page, &state.stack_top, state.arrival, &why);
	if (status) {
		LOG_WARNING("%s%s%s: there is one core", status_name(status), why.message[0] ? ": " : "", why.message);
		return 1;
	}
	tlb_shootdown_start();
	for (size_t index = 1; index < wanted; index++)
		start(index, &page);
	LOG_INFO("%zu of %zu cores run", cores_count(), state.limit);
	return cores_count();
}

// ---- All about them ----

size_t cores_count(void)
{
	return state.limit == 0 ? 1 : __atomic_load_n(&state.running, __ATOMIC_ACQUIRE);
}

size_t cores_limit(void)
{
	return state.limit == 0 ? 1 : state.limit;
}

bool cores_is_running(size_t index)
{
	return index == 0 || (index < state.limit && state_of(index) == CORE_RUNNING);
}

enum status cores_view(size_t index, struct core_view *view)
{
	if (index >= cores_limit())
		return STATUS_NOT_FOUND;
	*view = (struct core_view){
		.index = index,
		.apic_id = AT(state.cores, index).apic_id,
		.state = index == 0 ? CORE_RUNNING : state_of(index),
		.interrupts = interrupt_vector_count(index),
	};
	return STATUS_OK;
}

void cores_interrupt(size_t index, const struct interrupt_vector *vector)
{
	if (!cores_is_running(index))
		panic("cores: core %zu does not run", index);
	local_apic_send(AT(state.cores, index).apic_id, interrupt_vector_number(vector));
}

const char *cores_state_name(enum core_state core_state)
{
	switch (core_state) {
	case CORE_NOT_STARTED:
		return "not started";
	case CORE_STARTING:
		return "starting";
	case CORE_RUNNING:
		return "running";
	case CORE_FAILED:
		return "failed";
	}
	return "?";
}
