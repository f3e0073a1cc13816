// What other cells do for page_table: telling processors, giving back memory.
#include "cells/hal/core_local/core_local.h"
#include "cells/memory/page_table/tables.h"

// Functions of their own, for the compiler leaves out the check of a call through a pointer where there are clean-ups.
static __attribute__((noinline)) void tell_others(uint64_t address, size_t count)
{
	page_table_shootdown *shootdown = shootdown_pointer_get(&page_tables()->shootdown);
	if (shootdown)
		shootdown(address, count);
}

// "All others" are the same ones for both, because this stays on its core.
void forget_pages_everywhere(uint64_t address, size_t count)
{
	struct core_local_stay stay;
	GUARD_OF(core_local_stay, &stay);
	tlb_forget_pages(address, count);
	tell_others(address, count);
}

void table_drain_flush(struct tables *tables, struct table_drain *drain)
{
	(void)tables;
	if (drain->count == 0)
		return;
	tell_others(0, 0);
	for (size_t i = 0; i < drain->count; i++) {
		OWN(unmapped_frames, frames);
		frame_allocator_from_mapping(&frames, (struct physical_address){AT(drain->frames, i)}, 1);
	}
	drain->count = 0;
}

void page_table_set_shootdown(page_table_shootdown *shootdown, const char *holder)
{
	shootdown_pointer_set(&page_tables()->shootdown, shootdown, holder);
}

bool reclaim(void)
{
	page_table_reclaimer *reclaimer = reclaimer_pointer_get(&page_tables()->reclaimer);
	if (!reclaimer)
		return false;
	reclaimer();
	return true;
}

void page_table_set_reclaimer(page_table_reclaimer *reclaimer, const char *holder)
{
	reclaimer_pointer_set(&page_tables()->reclaimer, reclaimer, holder);
}
