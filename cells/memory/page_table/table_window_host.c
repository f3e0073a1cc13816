// The host's tables: real tables, in a file that plays physical memory, and real mappings of that file in the place of
// the processor's TLB. So page_table.c is the same code, and a wrong access to what it maps is a real fault.
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cells/base/panic/panic.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/page_table/table_window.h"

#define PHYSICAL_BYTES (1ull << 44)  // the file: sparse, so that device addresses exist too
#define REACHABLE_BYTES (1ull << 36) // as much of it as is always visible, for tables
#define GENERAL_PAGES (1ull << 20)
#define CELLS_START                                                                                                    \
	0x48000000ull // above the program and its heap, and below 2 GiB, so that 32-bit relocations of cells fit
#define CELLS_PAGES (3ull << 16)

static CELL_STATE_ZERO struct {
	int file;
	unsigned char *physical; // null: not started
	uint64_t general_start;
	uint64_t root[TABLE_ENTRIES];
	void (*watch)(void *context);
	void *watch_context;
} host;

void page_table_host_watch(void (*watch)(void *context), void *context)
{
	host.watch = watch;
	host.watch_context = context;
}

static void tell_watch(void)
{
	if (host.watch)
		host.watch(host.watch_context);
}

static void *reserve(uint64_t address, uint64_t size_bytes)
{
	int fixed = address ? MAP_FIXED_NOREPLACE : 0;
	void *memory = mmap(RAW_POINTER(void, address), size_bytes, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | fixed, -1, 0);
	if (memory == MAP_FAILED)
		panic("page_table: the host has no room at 0x%llx: %s", (unsigned long long)address, strerror(errno));
	return memory;
}

static void start(void)
{
	if (host.physical)
		return;
	host.file = memfd_create("physical memory", MFD_CLOEXEC);
	if (host.file < 0 || ftruncate(host.file, PHYSICAL_BYTES) != 0)
		panic("page_table: the host gives no file to play physical memory: %s", strerror(errno));
	void *physical = mmap(NULL, REACHABLE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, host.file, 0);
	if (physical == MAP_FAILED)
		panic("page_table: the host cannot show physical memory: %s", strerror(errno));
	// 2 MiB more, so that the region can begin where a table of pages does.
	uint64_t general = (uintptr_t)reserve(0, GENERAL_PAGES * PAGE_SIZE_BYTES + LARGE_PAGE_SIZE_BYTES);
	host.general_start = (general + LARGE_PAGE_SIZE_BYTES - 1) & ~(uint64_t)(LARGE_PAGE_SIZE_BYTES - 1);
	reserve(CELLS_START, CELLS_PAGES * PAGE_SIZE_BYTES);
	host.physical = physical;
}

void *page_table_host_physical(struct physical_address address, size_t size_bytes)
{
	start();
	if (address.value >= REACHABLE_BYTES || size_bytes > REACHABLE_BYTES - address.value)
		panic("page_table: physical memory at 0x%llx cannot be reached", (unsigned long long)address.value);
	return RAW(host.physical + address.value);
}

struct page_table_region page_table_general_region(void)
{
	start();
	return (struct page_table_region){{host.general_start}, GENERAL_PAGES};
}

struct page_table_region page_table_cells_region(void)
{
	start();
	return (struct page_table_region){{CELLS_START}, CELLS_PAGES};
}

uint64_t *table_window_entry(unsigned level, uint64_t address)
{
	size_t index = address >> (12 + 9 * (level - 1)) & (TABLE_ENTRIES - 1);
	if (level == TABLE_LEVELS)
		return &AT(host.root, index);
	uint64_t above = __atomic_load_n(table_window_entry(level + 1, address), __ATOMIC_RELAXED);
	if (!(above & ENTRY_PRESENT))
		panic("page_table: no table of level %u for 0x%llx: on the target this would be a page fault", level,
			(unsigned long long)address);
	uint64_t *table = page_table_host_physical((struct physical_address){above & ENTRY_FRAME}, PAGE_SIZE_BYTES);
	return RAW(table + index);
}

uint64_t *table_window_prepare(uint64_t frame)
{
	return page_table_host_physical((struct physical_address){frame}, PAGE_SIZE_BYTES);
}

void table_window_prepared(void)
{
}

struct page_table_region page_table_image_region(void)
{
	return (struct page_table_region){};
}

void table_window_take_over(void)
{
	start();
}

static int protection_of(uint64_t entry)
{
	if (!(entry & ENTRY_PRESENT))
		return PROT_NONE;
	if ((entry & ENTRY_WRITABLE) && !(entry & ENTRY_NO_EXECUTE))
		panic("page_table: an entry is writable and executable");
	return PROT_READ | (entry & ENTRY_WRITABLE ? PROT_WRITE : 0) | (entry & ENTRY_NO_EXECUTE ? 0 : PROT_EXEC);
}

// Makes the host's mapping of `count` pages that lead to adjacent frames, or nowhere, say what the entries say.
static void show(uint64_t address, size_t count, uint64_t entry)
{
	void *place = RAW_POINTER(void, address);
	int flags = MAP_FIXED | MAP_NORESERVE | (entry & ENTRY_PRESENT ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS);
	int file = entry & ENTRY_PRESENT ? host.file : -1;
	off_t offset = entry & ENTRY_PRESENT ? (off_t)(entry & ENTRY_FRAME) : 0;
	if (mmap(place, count * PAGE_SIZE_BYTES, protection_of(entry), flags, file, offset) == MAP_FAILED)
		panic("page_table: the host cannot map 0x%llx: %s", (unsigned long long)address, strerror(errno));
}

// What the entry of the page at `address` says, or would say if it did not lie in a large page.
static uint64_t leaf_entry(uint64_t address)
{
	uint64_t above = __atomic_load_n(table_window_entry(2, address), __ATOMIC_RELAXED);
	if (!(above & ENTRY_LARGE))
		return *table_window_entry(1, address);
	return (above & ~ENTRY_LARGE) + address % LARGE_PAGE_SIZE_BYTES / PAGE_SIZE_BYTES * PAGE_SIZE_BYTES;
}

static void show_pages(uint64_t address, size_t count)
{
	uint64_t run_start = address;
	size_t run_count = 0;
	uint64_t run_entry = 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t here = address + i * PAGE_SIZE_BYTES;
		uint64_t entry = leaf_entry(here);
		uint64_t step = entry & ENTRY_PRESENT ? PAGE_SIZE_BYTES : 0;
		bool continues = run_count > 0 &&
				 (step == 0 ? !(run_entry & ENTRY_PRESENT) : entry == run_entry + run_count * step);
		if (!continues) {
			if (run_count > 0)
				show(run_start, run_count, run_entry);
			run_start = here;
			run_entry = entry;
			run_count = 0;
		}
		run_count++;
	}
	if (run_count > 0)
		show(run_start, run_count, run_entry);
}

void tlb_forget_pages(uint64_t address, size_t count)
{
	tell_watch();
	show_pages(address, count);
}

void tlb_expect_pages(uint64_t address, size_t count)
{
	show_pages(address, count);
}

void page_table_host_boot_map(struct virtual_address start, struct physical_address physical, size_t count,
	enum page_permission permission, struct physical_address tables)
{
	page_table_host_physical(physical, count * PAGE_SIZE_BYTES);
	for (unsigned level = TABLE_LEVELS; level > 1; level--) {
		uint64_t table = tables.value + (TABLE_LEVELS - level) * PAGE_SIZE_BYTES;
		if (*table_window_entry(level, start.value) & ENTRY_PRESENT)
			continue;
		*table_window_entry(level, start.value) = table | ENTRY_PRESENT | ENTRY_WRITABLE;
		memset(table_window_prepare(table), 0, PAGE_SIZE_BYTES);
	}
	for (size_t i = 0; i < count; i++)
		*table_window_entry(1, start.value + i * PAGE_SIZE_BYTES) =
			(physical.value + i * PAGE_SIZE_BYTES) | ENTRY_PRESENT |
			(permission == PAGE_READ_WRITE ? ENTRY_WRITABLE : 0) |
			(permission == PAGE_READ_EXECUTE ? 0 : ENTRY_NO_EXECUTE);
	tlb_expect_pages(start.value, count);
}

void tlb_forget_table(unsigned level, uint64_t address)
{
	(void)level;
	(void)address;
	tell_watch();
}
