// What several cores show.
#include "cells/console/console/console.h"
#include "cells/hal/core_local/core_local.h"
#include "cells/hal/descriptor_table/descriptor_table.h"
#include "cells/hal/processor/processor.h"
#include "cells/machine/core_call/core_call.h"
#include "cells/machine/cores/cores.h"
#include "cells/machine/interrupt_vector/interrupt_vector.h"
#include "cells/machine/local_apic/local_apic.h"
#include "cells/machine/tlb_shootdown/tlb_shootdown.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/page_table/page_table.h"
#include "cells/memory/stack_pool/stack_pool.h"
#include "tests/system/command_machine/command_machine_internal.h"

enum { CALLS = 200, PATIENCE = 200000, PAGES = 100 };

static void idle(void)
{
	for (;;)
		processor_wait_for_interrupt();
}

static CELL_STATE_ZERO bool started;

void start_cores(void)
{
	if (!started && cores_limit() == 1) {
		// These cores have no thread: nothing may look for one to switch to.
		interrupt_vector_set_tail(NULL, "");
		cores_start_others(idle);
	}
	started = true;
	processor_enable_interrupts();
}

// ---- Who is who ----

struct identity {
	size_t index;
	uint32_t processor, apic_id;
	uintptr_t stack;
	bool interrupts;
	uint64_t calls;
};

static void identify(void *context)
{
	struct core_local_stay stay;
	struct identity *identity = context;
	identity->interrupts = processor_interrupts_enabled();
	GUARD_OF(core_local_stay, &stay);
	identity->index = core_local_index();
	identity->processor = processor_identity();
	identity->apic_id = local_apic_id();
	identity->stack = processor_frame_pointer();
	identity->calls++;
}

static void count(void *context)
{
	__atomic_fetch_add((uint64_t *)context, 1, __ATOMIC_RELAXED);
}

static enum status check_identity(size_t index, struct identity *identities, size_t limit)
{
	struct core_view view;
	TRY(cores_view(index, &view));
	struct identity *own = &RAW(identities[index]);
	for (unsigned i = 0; i < CALLS; i++)
		core_call_on(index, identify, own);
	if (own->index != index || own->apic_id != view.apic_id || own->interrupts || own->calls != CALLS)
		return STATUS_REFUSED;
	for (size_t other = 0; other < index && other < limit; other++)
		if (RAW(identities[other]).processor == own->processor || RAW(identities[other]).stack == own->stack)
			return STATUS_EXISTS;
	for (unsigned stack = 1; stack < DESCRIPTOR_TABLE_STACK_COUNT_; stack++) {
		struct stack_place place;
		uintptr_t top = descriptor_table_stack_top(index, stack);
		if (top == 0 || (index != 0 && (!stack_pool_find(top - 1, &place) || place.in_guard)))
			return STATUS_NOT_FOUND;
	}
	return STATUS_OK;
}

enum status try_cores(void)
{
	static CELL_STATE_ZERO struct identity identities[CORE_LOCAL_CORES];
	size_t limit = cores_limit(), running = 0;
	bytes_fill(bytes_mut_from(&identities, sizeof identities), 0);
	for (size_t index = 0; index < limit; index++) {
		if (!cores_is_running(index))
			continue;
		running++;
		enum status status = check_identity(index, identities, limit);
		if (status) {
			console_print("core %zu is not what it should be\n", index);
			return status;
		}
	}
	uint64_t counted = 0;
	for (unsigned i = 0; i < CALLS; i++)
		core_call_on_others(count, &counted);
	console_print("%zu cores run; %llu calls came back\n", running, (unsigned long long)counted);
	if (running != cores_count() || counted != (uint64_t)CALLS * (running - 1))
		return STATUS_REFUSED;
	return STATUS_OK;
}

// ---- A frame that must wait ----

// One core is kept from answering: it takes an interrupt, and in that an NMI, in which no other NMI reaches it.
static CELL_STATE_ZERO struct {
	size_t held;      // the core
	bool parked;      // it is in the interrupt
	bool release;     // it may leave that
	bool left;        // it has
	bool in_nmi;      // it is in the NMI
	bool returned;    // the mapping is gone, says the core that takes it away
	bool asked;       // the held core saw that it was asked
	bool too_early;   // and then that the other one went on, or
	bool frame_freed; // that the frame was somebody else's already
	uint64_t frame;
	unsigned own_stack; // NMIs that came on a stack of their own
} held;

static void park(struct interrupt_frame *frame)
{
	(void)frame;
	__atomic_store_n(&held.parked, true, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&held.release, __ATOMIC_ACQUIRE))
		processor_pause();
	__atomic_store_n(&held.left, true, __ATOMIC_RELEASE);
}

static bool frame_is_free(uint64_t physical)
{
	OWN(allocated_frames, frame);
	enum status status = frame_allocator_allocate_at(&frame, address_physical(physical), 1);
	return !status;
}

static bool hold(void)
{
	uintptr_t top = descriptor_table_stack_top(held.held, DESCRIPTOR_TABLE_STACK_NMI);
	if (top - processor_frame_pointer() < 8192)
		held.own_stack++;
	__atomic_store_n(&held.in_nmi, true, __ATOMIC_RELEASE);
	while (!tlb_shootdown_is_asked(held.held))
		processor_pause();
	held.asked = true;
	for (unsigned patience = PATIENCE; patience > 0; patience--) {
		if (__atomic_load_n(&held.returned, __ATOMIC_ACQUIRE))
			held.too_early = true;
		processor_pause();
	}
	held.frame_freed = frame_is_free(held.frame);
	return true;
}

static void wait_until(const bool *flag)
{
	while (!__atomic_load_n(flag, __ATOMIC_ACQUIRE))
		processor_pause();
}

// Takes `page_count` pages away while core `index` does not answer.
static enum status unmap_under_hold(size_t index, const struct interrupt_vector *vector, size_t page_count)
	BORROWS(vector)
{
	struct core_view view;
	TRY(cores_view(index, &view));
	OWN(mapped_pages_mut, pages);
	TRY(mapped_pages_mut_allocate(&pages, page_count * PAGE_SIZE_BYTES, PAGE_REGION_GENERAL));
	bytes_fill(mapped_pages_mut_bytes(&pages), 0x5A);
	struct page_translation translation;
	TRY(page_table_lookup(address_virtual(mapped_pages_mut_start_address(&pages)), &translation));
	held.frame = translation.physical.value;
	held.held = index;
	held.parked = held.release = held.left = held.in_nmi = held.returned = held.asked = held.too_early =
		held.frame_freed = false;
	cores_interrupt(index, vector);
	wait_until(&held.parked);
	interrupt_vector_set_nmi_handler(hold, "command_machine");
	local_apic_send_nmi(view.apic_id);
	wait_until(&held.in_nmi);
	tlb_shootdown_start(); // its handler is back; the held core does not leave its own before it was asked
	mapped_pages_mut_drop(&pages);
	__atomic_store_n(&held.returned, true, __ATOMIC_RELEASE);
	__atomic_store_n(&held.release, true, __ATOMIC_RELEASE);
	wait_until(&held.left);
	if (!held.asked)
		return STATUS_NOT_FOUND;
	if (held.too_early || held.frame_freed) {
		console_print("core %zu had not answered when %s\n", index,
			held.frame_freed ? "the frame was free" : "the mapping was said to be gone");
		return STATUS_REFUSED;
	}
	return frame_is_free(held.frame) ? STATUS_OK : STATUS_BUSY;
}

enum status try_shootdown(void)
{
	OWN(interrupt_vector, vector);
	TRY(interrupt_vector_claim(&vector, park, "command_machine: parking"));
	unsigned cores = 0;
	core_local_hold_preemption();
	for (size_t index = 1; index < cores_limit(); index++) {
		if (!cores_is_running(index))
			continue;
		enum status status = unmap_under_hold(index, &vector, 1);
		if (!status)
			status = unmap_under_hold(index, &vector, PAGES);
		if (status) {
			core_local_release_preemption();
			return status;
		}
		cores++;
	}
	core_local_release_preemption();
	console_print("the frames waited for each of %u cores; %u NMIs had their own stack\n", cores, held.own_stack);
	return held.own_stack == 2 * cores ? STATUS_OK : STATUS_REFUSED;
}
