#include "cells/memory/page_table/table_window.h"
#include "cells/base/panic/panic.h"
#define PROCESSOR_INLINE
#include "cells/hal/processor/processor.h"

#define EFER_NO_EXECUTE (1ull << 11)
#define CR0_WRITE_PROTECT (1ull << 16)
#define CR4_PROTECTION_KEYS (1ull << 22)
#define GENERAL_START 0xffffc00000000000ull
#define CELLS_START 0xffffffffa0000000ull
#define IMAGE_START 0xffffffff80000000ull

// More pages than this are forgotten faster by forgetting everything.
enum { FORGET_ONE_BY_ONE = 64, HALF = TABLE_ENTRIES / 2 };

uint64_t *table_window_entry_of(unsigned level, uint64_t address)
{
	static const uint64_t windows[TABLE_LEVELS + 1] = {0, WINDOW_OF_1, WINDOW_OF_2, WINDOW_OF_3, WINDOW_OF_4};
	uint64_t index = (address & 0xffffffffffffull) >> (12 + 9 * (level - 1));
	return RAW_POINTER(uint64_t, AT(windows, level) + index * sizeof(uint64_t));
}

// The page at which the table below an entry appears.
static uint64_t *table_below(unsigned level, uint64_t address)
{
	uint64_t span_mask = (1ull << (12 + 9 * (level - 1))) - 1;
	return table_window_entry(level - 1, address & ~span_mask);
}

static void forget_everything(void)
{
	processor_write_cr3(processor_read_cr3());
}

// Where the root's scratch entry shows what it leads to.
static uint64_t *scratch_window(void)
{
	return table_below(TABLE_LEVELS, (uint64_t)SCRATCH_INDEX << 39);
}

uint64_t *table_window_prepare(uint64_t frame)
{
	uint64_t *window = scratch_window();
	*table_window_entry(TABLE_LEVELS, (uint64_t)SCRATCH_INDEX << 39) =
		frame | ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_NO_EXECUTE;
	processor_invalidate_page((uintptr_t)window);
	return window;
}

void table_window_prepared(void)
{
	*table_window_entry(TABLE_LEVELS, (uint64_t)SCRATCH_INDEX << 39) = 0;
	processor_invalidate_page((uintptr_t)scratch_window());
}

void tlb_forget_pages(uint64_t address, size_t count)
{
	if (count > FORGET_ONE_BY_ONE) {
		forget_everything();
		return;
	}
	for (size_t i = 0; i < count; i++)
		processor_invalidate_page(address + i * PAGE_SIZE_BYTES);
}

void tlb_forget_table(unsigned level, uint64_t address)
{
	// Also drops every cached upper level of this address space (SDM 3A 4.10.4.1).
	processor_invalidate_page((uintptr_t)table_below(level, address));
}

struct page_table_region page_table_general_region(void)
{
	return (struct page_table_region){{GENERAL_START}, (size_t)1 << 28};
}

struct page_table_region page_table_cells_region(void)
{
	return (struct page_table_region){{CELLS_START}, (size_t)1 << 18};
}

struct page_table_region page_table_image_region(void)
{
	struct page_range range;
	uint64_t end = IMAGE_START;
	while (!page_table_next((struct virtual_address){end}, &range) && range.start.value < CELLS_START)
		end = range.start.value + range.page_count * PAGE_SIZE_BYTES;
	return (struct page_table_region){{IMAGE_START}, (end - IMAGE_START) / PAGE_SIZE_BYTES};
}

// Panics if a page of the image may be written and executed, or is not a page of 4 KiB.
static void check_image_pages(void)
{
	for (uint64_t address = IMAGE_START; address != 0;) {
		uint64_t step = 1ull << 30;
		for (unsigned level = TABLE_LEVELS - 1; level >= 1; level--) {
			uint64_t entry = *table_window_entry(level, address);
			step = 1ull << (12 + 9 * (level - 1));
			if (!(entry & ENTRY_PRESENT))
				break;
			if (level > 1 && (entry & ENTRY_LARGE))
				panic("page_table: boot code mapped a large page at 0x%llx",
					(unsigned long long)address);
			if (level == 1 && (entry & ENTRY_WRITABLE) && !(entry & ENTRY_NO_EXECUTE))
				panic("page_table: boot code left 0x%llx writable and executable",
					(unsigned long long)address);
		}
		address = (address & ~(step - 1)) + step;
	}
}

void table_window_take_over(void)
{
	if (!(processor_read_msr(PROCESSOR_MSR_EFER) & EFER_NO_EXECUTE))
		panic("page_table: boot code left EFER.NXE off");
	if (!(processor_read_cr0() & CR0_WRITE_PROTECT))
		panic("page_table: boot code left CR0.WP off");
	if (processor_read_cr4() & CR4_PROTECTION_KEYS)
		panic("page_table: boot code left CR4.PKE on");
	uint64_t *recursive = table_window_entry(TABLE_LEVELS, (uint64_t)RECURSIVE_INDEX << 39);
	if ((*recursive & ENTRY_FRAME) != (processor_read_cr3() & ENTRY_FRAME))
		panic("page_table: entry %d of the root does not lead to the root", RECURSIVE_INDEX);

	for (uint64_t index = 0; index < RECURSIVE_INDEX; index++) {
		uint64_t *entry = table_window_entry(TABLE_LEVELS, index << 39);
		if (index >= HALF && (*entry & ENTRY_PRESENT))
			panic("page_table: boot code mapped something at entry %llu of the root",
				(unsigned long long)index);
		*entry = 0;
	}
	*recursive |= ENTRY_NO_EXECUTE; // tables are data
	forget_everything();
	check_image_pages();
}
