#include "cells/app/command_memory/command_memory.h"

#include "cells/console/console/console.h"
#include "cells/loader/cell_view/cell_view.h"
#include "cells/loader/memory_map/memory_map.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/page_allocator/page_allocator.h"
#include "cells/memory/page_table/page_table.h"

typedef unsigned long long number;

static number kib_of_pages(uint64_t pages)
{
	return (number)(pages * (PAGE_SIZE_BYTES / 1024));
}

static void print_pages(const char *name, enum page_region region)
{
	struct page_statistics pages = page_allocator_statistics(region);
	console_print("%-16s %12llu KiB, %12llu KiB free\n", name, kib_of_pages(pages.total_pages),
		kib_of_pages(pages.free_pages));
}

// ---- The whole address space, range by range ----

static void print_range(const struct memory_map_range *range)
{
	console_print("0x%016llx %8llu %s %-11s %.*s\n", (number)range->start.value, kib_of_pages(range->page_count),
		memory_map_permission_name(range->permission), memory_map_kind_name(range->kind),
		TEXT_ARGUMENTS(range->owner));
}

static enum status print_map(void)
{
	uint64_t pages[MEMORY_MAP_KIND_COUNT] = {};
	uint64_t executable = 0, all = 0;
	console_print("%-18s %8s %s %-11s %s\n", "address", "KiB", "may", "kind", "owner");
	struct memory_map_walk walk = {};
	struct memory_map_range range;
	while (!memory_map_next(&walk, &range)) {
		print_range(&range);
		AT(pages, (size_t)range.kind) += range.page_count;
		all += range.page_count;
		executable += range.permission == PAGE_READ_EXECUTE ? range.page_count : 0;
	}
	// The tables are mapped by themselves.
	console_print("%-18s %8llu rw- %-11s page_table\n", "(recursive)",
		kib_of_pages(page_table_statistics().table_frames), "tables");
	for (size_t kind = 0; kind < MEMORY_MAP_KIND_COUNT; kind++)
		console_print("sum %-14s %8llu KiB\n", memory_map_kind_name((enum memory_map_kind)kind),
			kib_of_pages(AT(pages, kind)));
	console_print("sum %-14s %8llu KiB, %llu KiB executable, of which %llu KiB are text of cells\n", "all",
		kib_of_pages(all), kib_of_pages(executable), kib_of_pages(AT(pages, MEMORY_MAP_TEXT)));
	return AT(pages, MEMORY_MAP_UNKNOWN) ? STATUS_NOT_FOUND : STATUS_OK;
}

// ---- Sums ----

static enum status print_sums(void)
{
	struct frame_statistics frames = frame_allocator_statistics();
	struct page_table_statistics table = page_table_statistics();
	struct heap_statistics heap = heap_statistics();
	struct cell_registry_statistics cells = cell_registry_statistics();
	console_print("%-16s %12llu KiB, %12llu KiB free, %llu reserved frames in use\n", "physical",
		kib_of_pages(frames.total_frames), kib_of_pages(frames.free_frames), (number)frames.claimed_frames);
	print_pages("virtual", PAGE_REGION_GENERAL);
	print_pages("virtual, cells", PAGE_REGION_CELLS);
	console_print("%-16s %12llu KiB in %llu pages, by %llu tables\n", "mapped", kib_of_pages(table.mapped_pages),
		(number)table.mapped_pages, (number)table.table_frames);
	console_print("%-16s %12llu bytes in %llu objects, %llu KiB of pages\n", "heap", (number)heap.object_bytes,
		(number)heap.objects, (number)heap.mapped_bytes / 1024);
	console_print("%-16s %12llu bytes in %llu sections, records of %llu bytes\n", "cells",
		(number)cells.section_bytes, (number)cells.sections, (number)cells.record_bytes);
	return STATUS_OK;
}

static enum status run(const struct command_arguments *arguments)
{
	if (arguments->count == 0)
		return print_sums();
	if (text_equal(command_argument(arguments, 0), TEXT("--map")))
		return print_map();
	console_print("memory: %.*s: there is only --map\n", TEXT_ARGUMENTS(command_argument(arguments, 0)));
	return STATUS_BAD_ARGUMENT;
}

static void complete(const struct command_arguments *before, struct text prefix, const struct command_offers *offers)
{
	(void)prefix;
	if (before->count == 0)
		command_offer(offers, TEXT("--map"));
}

const struct command command_memory = {
	.name = "memory",
	.usage = "memory [--map]",
	.summary = "show who has how much memory, or what every mapped page is for",
	.details = "  --map   each range of the address space: what may be done with it, what it is for, which cell "
		   "has it;\n"
		   "          fails if there is a page that nobody owns\n",
	.most_arguments = 1,
	.run = run,
	.complete = complete,
};
