// The replacement itself, in order.
#include "cells/loader/image_replacement/image_replacement.h"

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/panic/panic.h"
#include "cells/diagnostics/crash_report/crash_report.h"
#include "cells/diagnostics/log/log.h"
#include "cells/hal/interrupt_table/interrupt_table.h"
#include "cells/loader/cell_exchange/cell_exchange.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_record/cell_record.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_view/cell_view.h"
#include "cells/loader/image_replacement/image_replacement_internal.h"
#include "cells/loader/name_space/name_space.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/low_frame/low_frame.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/page_table/page_table.h"
#include "cells/memory/stack_pool/stack_pool.h"

#define SPACE TEXT("replacement")

// The new copy finds here what the old one has left.
static CELL_STATE_ZERO struct {
	struct pooled_stack stack;         // this processor's, from now on
	struct replacement_ranges old;     // where nothing may point to
	uint64_t replaced;                 // cells
	struct frame_statistics beginning; // before anything was taken in
} state;

static __attribute__((noreturn)) void give_up(const char *what, enum status status, const struct diagnosis *why)
{
	panic("image_replacement: %s: %s%s%s", what, status_name(status), why->message[0] ? ": " : "", why->message);
}

// ---- 1. State ----

// From the first to the last state section of the cell, in whole pages.
static size_t state_page_count(const struct cell_reference *cell, const struct cell_view *view) BORROWS(cell)
{
	uint64_t start = AT(view->start_addresses, CELL_SECTION_STATE);
	uint64_t end = start;
	for (uint32_t index = 0; index < view->section_count; index++) {
		struct cell_section_view section;
		cell_reference_section(cell, index, &section);
		if (section.kind == CELL_SECTION_STATE && section.address + section.size_bytes > end)
			end = section.address + section.size_bytes;
	}
	return (end - start + PAGE_SIZE_BYTES - 1) / PAGE_SIZE_BYTES;
}

static void adopt_state(const struct cell_reference *cell, const struct cell_view *view) BORROWS(cell)
{
	struct virtual_address start = {AT(view->start_addresses, CELL_SECTION_STATE)};
	if (start.value == 0)
		return;
	OWN(mapped_pages_mut, pages);
	enum status status = mapped_pages_mut_adopt(&pages, start, state_page_count(cell, view));
	if (status)
		panic("image_replacement: the state of cell %.*s at 0x%llx: %s", TEXT_ARGUMENTS(view->name),
			(unsigned long long)start.value, status_name(status));
	mapped_pages_mut_set_owner(&pages, PAGE_OWNER_CELL);
	cell_exchange_give_state(cell, &pages);
}

// ---- 2. Cells ----

// Where a cell that is no part of the image was loaded; its state stays.
static void remember_place(const struct cell_reference *cell, const struct cell_view *view) BORROWS(cell)
{
	for (uint32_t index = 0; index < view->section_count; index++) {
		struct cell_section_view section;
		cell_reference_section(cell, index, &section);
		if (section.kind == CELL_SECTION_STATE)
			continue;
		uint64_t first = section.address / PAGE_SIZE_BYTES;
		uint64_t last = (section.address + section.size_bytes - 1) / PAGE_SIZE_BYTES;
		replacement_add_range_once(&state.old, first, last - first + 1);
	}
}

static void load_again(struct text name)
{
	struct diagnosis why = {};
	crash_report_set_activity("replacing cell %.*s", TEXT_ARGUMENTS(name));
	enum status status = cell_loader_load_in(SPACE, name, &why);
	if (status)
		give_up("loading again", status, &why);
	state.replaced++;
}

// Those that were there first have the lowest numbers, and need none that came later.
static void replace_cells(void)
{
	uint32_t limit = cell_registry_number_limit();
	struct diagnosis why = {};
	enum status status = name_space_open(SPACE, TEXT(""), NULL, NAME_SPACE_ADOPT_STATE, &why);
	if (status)
		give_up("a second name space", status, &why);
	for (uint32_t number = 0; number < limit; number++) {
		struct cell_view view;
		{
			OWN(cell_reference, cell);
			status = cell_registry_find_number(&cell, number);
			if (status)
				continue;
			cell_reference_view(&cell, &view);
			crash_report_set_activity("taking over the state of cell %.*s", TEXT_ARGUMENTS(view.name));
			if (view.is_static)
				adopt_state(&cell, &view);
			else
				remember_place(&cell, &view);
		}
		load_again(view.name);
	}
}

// ---- 3. and 4. The exchange ----

static void take_stack(uintptr_t holder)
{
	OWN(pooled_stack, stack);
	enum status status = stack_pool_take(&stack, STACK_POOL_USUAL, holder);
	if (status)
		panic("image_replacement: no memory for a stack: %s", status_name(status));
	pooled_stack_put_in(&state.stack, &stack);
}

static uintptr_t new_address(struct text symbol)
{
	struct diagnosis why = {};
	uintptr_t address;
	enum status status = cell_loader_symbol_in(SPACE, symbol, &address, &why);
	if (status)
		give_up("where to go on", status, &why);
	return address;
}

static void remember_image(void)
{
	struct page_table_region image = page_table_image_region();
	replacement_add_range(&state.old, image.start.value / PAGE_SIZE_BYTES, image.page_count);
}

void image_replacement_run(struct text then)
{
	struct diagnosis why = {};
	low_frame_keep(); // before two systems lie in memory
	state.beginning = frame_allocator_statistics();
	remember_image();
	replace_cells();
	uintptr_t finish = new_address(TEXT("image_replacement_finish"));
	uintptr_t then_address = new_address(then);
	take_stack(then_address);
	crash_report_set_activity("exchanging the cells");
	enum status status = cell_exchange_run(SPACE, &why);
	if (status)
		give_up("the exchange", status, &why);
	pooled_stack_expect_in(&state.stack);
	replacement_switch(pooled_stack_top(&state.stack), finish, then_address);
}

// ---- 5. and 6. The end of the image, by the new copy ----

// All that the registry still has of the old cells.
static __attribute__((noinline)) void drop_old_cells(void)
{
	crash_report_set_activity("dropping the old cells");
	interrupt_table_install(); // its gates lead to code
	struct diagnosis why = {};
	enum status status = name_space_close(SPACE, &why);
	if (status)
		give_up("closing the second name space", status, &why);
	status = cell_exchange_drop_retired(&why);
	if (status)
		give_up("dropping the old cells", status, &why);
}

// Takes one range of the image over, as what it is, and gives it away: pages, frames, and tables that are empty then.
static void drop_range(const struct page_range *range)
{
	enum status status;
	if (range->attributes.permission == PAGE_READ_EXECUTE) {
		OWN(mapped_pages_exec, pages);
		status = mapped_pages_exec_adopt(&pages, range->start, range->page_count);
		if (!status)
			mapped_pages_exec_drop(&pages);
	} else if (range->attributes.permission == PAGE_READ_ONLY) {
		OWN(mapped_pages, pages);
		status = mapped_pages_adopt(&pages, range->start, range->page_count);
		if (!status)
			mapped_pages_drop(&pages);
	} else {
		OWN(mapped_pages_mut, pages);
		status = mapped_pages_mut_adopt(&pages, range->start, range->page_count);
		if (!status)
			mapped_pages_mut_drop(&pages);
	}
	if (status)
		panic("image_replacement: the image at 0x%llx: %s", (unsigned long long)range->start.value,
			status_name(status));
}

// Returns how many pages were unmapped.
static __attribute__((noinline)) uint64_t drop_image(void)
{
	crash_report_set_activity("unmapping the image");
	struct page_table_region image = page_table_image_region();
	uint64_t end = image.start.value + image.page_count * PAGE_SIZE_BYTES;
	uint64_t dropped = 0;
	struct page_range range;
	while (!page_table_next(image.start, &range) && range.start.value < end) {
		drop_range(&range);
		dropped += range.page_count;
	}
	return dropped;
}

static __attribute__((noinline)) void report(uint64_t dropped, uint64_t free_before)
{
	struct frame_statistics frames = frame_allocator_statistics();
	if (page_table_image_region().page_count != 0)
		panic("image_replacement: %llu pages of the image are still mapped",
			(unsigned long long)page_table_image_region().page_count);
	if (frames.free_frames < free_before + dropped)
		panic("image_replacement: %llu pages of the image were unmapped, %llu frames came back",
			(unsigned long long)dropped, (unsigned long long)(frames.free_frames - free_before));
	LOG_INFO("%llu cells replaced; nano_core's image is gone: %llu KiB unmapped, %llu KiB more memory",
		(unsigned long long)state.replaced, (unsigned long long)(dropped * PAGE_SIZE_BYTES / 1024),
		(unsigned long long)((frames.total_frames - state.beginning.total_frames) * PAGE_SIZE_BYTES / 1024));
}

typedef void continuation(void);

// A function of its own, for the compiler leaves out the check of a call through a pointer where there are clean-ups.
static __attribute__((noinline)) void go_on(uintptr_t then)
{
	continuation *function = RAW_POINTER(continuation, then);
	function();
	panic("image_replacement: what comes after it came back");
}

void image_replacement_finish(uintptr_t then)
{
	drop_old_cells();
	crash_report_set_activity("looking for what is left of the image");
	replacement_clear_stack_below();
	replacement_verify(&state.old);
	uint64_t free_before = frame_allocator_statistics().free_frames;
	uint64_t dropped = drop_image();
	report(dropped, free_before);
	crash_report_set_activity("%s", "");
	go_on(then);
	__builtin_unreachable();
}
