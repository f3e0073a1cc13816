#include "cells/app/command_memory/command_memory.h"

#include "cells/console/console/console.h"
#include "cells/loader/cell_view/cell_view.h"
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

static enum status run(const struct command_arguments *arguments)
{
	(void)arguments;
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

const struct command command_memory = {
	.name = "memory",
	.usage = "memory",
	.summary = "show who has how much memory",
	.run = run,
};
