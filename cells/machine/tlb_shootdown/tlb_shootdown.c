#include "cells/machine/tlb_shootdown/tlb_shootdown.h"

#include "cells/hal/core_local/core_local.h"
#include "cells/hal/processor/processor.h"
#include "cells/machine/interrupt_vector/interrupt_vector.h"
#include "cells/machine/local_apic/local_apic.h"
#include "cells/memory/address/address.h"
#include "cells/memory/page_table/page_table.h"

static_assert(CORE_LOCAL_CORES <= 64, "a bit for each core");

// What one core wants of others, and what others want of it; each on cache lines of its own.
struct core {
	_Alignas(64) uint64_t address;
	size_t page_count;
	uint64_t waiting;              // a bit for each core that has not answered yet
	_Alignas(64) uint64_t mailbox; // a bit for each core that asks
	uint64_t asked;
	uint32_t apic_id;
};

static CELL_STATE_ZERO struct {
	struct core cores[CORE_LOCAL_CORES];
	uint64_t joined; // a bit for each core
} shootdown;

static uint64_t bit(size_t index)
{
	return 1ull << index;
}

static void forget(uint64_t address, size_t page_count)
{
	if (page_count == 0 || page_count > TLB_SHOOTDOWN_PAGES_MAX) {
		processor_write_cr3(processor_read_cr3());
		return;
	}
	for (size_t i = 0; i < page_count; i++)
		processor_invalidate_page(address + i * PAGE_SIZE_BYTES);
}

// The NMI. One look at the mailbox for each.
static bool answer(void)
{
	struct core_local_stay stay;
	GUARD_OF(core_local_stay, &stay);
	size_t me = core_local_index();
	struct core *own = &AT(shootdown.cores, me);
	uint64_t asking = __atomic_exchange_n(&own->mailbox, 0, __ATOMIC_ACQ_REL);
	bool expected = asking != 0;
	while (asking) {
		struct core *other = &AT(shootdown.cores, (size_t)__builtin_ctzll(asking));
		asking &= asking - 1;
		forget(other->address, other->page_count);
		own->asked++;
		__atomic_fetch_and(&other->waiting, ~bit(me), __ATOMIC_ACQ_REL);
	}
	return expected;
}

void tlb_shootdown_join(void)
{
	size_t me = core_local_index();
	AT(shootdown.cores, me).apic_id = local_apic_id();
	__atomic_fetch_or(&shootdown.joined, bit(me), __ATOMIC_SEQ_CST);
	forget(0, 0);
}

void tlb_shootdown_start(void)
{
	interrupt_vector_set_nmi_handler(answer, "tlb_shootdown: NMI");
	struct core_local_stay stay;
	GUARD_OF(core_local_stay, &stay);
	tlb_shootdown_join();
	page_table_set_shootdown(tlb_shootdown_run, "page_table: shootdown");
}

static void ask(size_t me, size_t index)
{
	struct core *core = &AT(shootdown.cores, index);
	if (__atomic_fetch_or(&core->mailbox, bit(me), __ATOMIC_ACQ_REL) == 0)
		local_apic_send_nmi(core->apic_id);
}

void tlb_shootdown_run(uint64_t address, size_t page_count)
{
	struct core_local_stay stay;
	GUARD_OF(core_local_stay, &stay);
	size_t me = core_local_index();
	uint64_t others = __atomic_load_n(&shootdown.joined, __ATOMIC_SEQ_CST) & ~bit(me);
	if (others == 0)
		return;
	struct core *own = &AT(shootdown.cores, me);
	own->address = address;
	own->page_count = page_count;
	__atomic_store_n(&own->waiting, others, __ATOMIC_RELEASE);
	for (uint64_t left = others; left; left &= left - 1)
		ask(me, (size_t)__builtin_ctzll(left));
	while (__atomic_load_n(&own->waiting, __ATOMIC_ACQUIRE))
		processor_pause();
}

bool tlb_shootdown_is_asked(size_t index)
{
	return __atomic_load_n(&AT(shootdown.cores, index).mailbox, __ATOMIC_ACQUIRE) != 0;
}

uint64_t tlb_shootdown_count(size_t index)
{
	return __atomic_load_n(&AT(shootdown.cores, index).asked, __ATOMIC_RELAXED);
}
