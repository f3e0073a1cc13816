#include "tests/loader/command_churn/command_churn.h"

#include "cells/base/format/format.h"
#include "cells/console/console/console.h"
#include "cells/hal/firmware_config/firmware_config.h"
#include "cells/hal/processor/processor.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_unload/cell_unload.h"
#include "cells/loader/cell_view/cell_view.h"
#include "cells/loader/name_space/name_space.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/page_table/page_table.h"

enum { BATCHES = 10, NAME_CAPACITY = 16 };

// Everything that a load takes and an unload must give back.
struct in_use {
	uint64_t free_frames; // those of the heap and of page tables included
	uint64_t pages;       // mapped, but for those of the heap
	uint64_t heap_objects;
	uint64_t heap_bytes;
	struct cell_registry_statistics registry;
	uint32_t numbers;
};

static struct in_use measure(void)
{
	heap_trim();
	struct heap_statistics heap = heap_statistics();
	// The heap may have its objects on other pages than before, so its pages count as free; and as what is mapped
	// may lie elsewhere, so do page tables. What is mapped is counted.
	uint64_t heap_pages = heap.mapped_bytes / PAGE_SIZE_BYTES;
	struct page_table_statistics tables = page_table_statistics();
	return (struct in_use){
		.free_frames = frame_allocator_statistics().free_frames + heap_pages + tables.table_frames,
		.pages = tables.mapped_pages - heap_pages,
		.heap_objects = heap.objects,
		.heap_bytes = heap.object_bytes,
		.registry = cell_registry_statistics(),
		.numbers = cell_record_number_limit(),
	};
}

static enum status compare(const char *what, uint64_t before, uint64_t after)
{
	if (before == after)
		return STATUS_OK;
	console_print("%s: %llu before, %llu after\n", what, (unsigned long long)before, (unsigned long long)after);
	return STATUS_MALFORMED;
}

static enum status compare_all(const struct in_use *before, const struct in_use *after)
{
	TRY(compare("free frames", before->free_frames, after->free_frames));
	TRY(compare("mapped pages", before->pages, after->pages));
	TRY(compare("heap objects", before->heap_objects, after->heap_objects));
	TRY(compare("heap bytes", before->heap_bytes, after->heap_bytes));
	TRY(compare("cells", before->registry.cells, after->registry.cells));
	TRY(compare("sections", before->registry.sections, after->registry.sections));
	TRY(compare("edges", before->registry.edges, after->registry.edges));
	TRY(compare("relocations", before->registry.relocations, after->registry.relocations));
	TRY(compare("record bytes", before->registry.record_bytes, after->registry.record_bytes));
	return compare("numbers", before->numbers, after->numbers);
}

static enum status load_and_unload(struct text name)
{
	struct diagnosis why = {};
	enum status status = cell_loader_load(name, &why);
	if (!status)
		status = cell_unload(name, &why);
	if (status)
		console_print("churn: %s\n", why.message);
	return status;
}

static enum status churn(struct text name, uint64_t count)
{
	TRY(load_and_unload(name)); // what is kept for the next time is there from here on
	struct in_use before = measure();
	for (uint64_t round = 0; round < count; round++)
		TRY(load_and_unload(name));
	struct in_use after = measure();
	TRY(compare_all(&before, &after));
	console_print("%llu times, and all is as it was\n", (unsigned long long)count);
	return STATUS_OK;
}

// ---- Many cells ----

static enum status read_archive(uint64_t size_bytes, struct mapped_pages *archive) PRODUCES_IF(STATUS_OK, archive)
{
	OWN(mapped_pages_mut, pages);
	enum status status = mapped_pages_mut_allocate(&pages, size_bytes, PAGE_REGION_GENERAL);
	if (status)
		return status;
	size_t read_bytes = 0;
	status = firmware_config_read(TEXT("opt/ariadne/many"), mapped_pages_mut_bytes(&pages), &read_bytes);
	if (status)
		return status;
	if (read_bytes != size_bytes)
		return STATUS_OUT_OF_RANGE;
	mapped_pages_mut_freeze(&pages, archive);
	return STATUS_OK;
}

static enum status load_batch(uint64_t first, uint64_t end)
{
	for (uint64_t number = first; number < end; number++) {
		char name[NAME_CAPACITY];
		struct diagnosis why = {};
		format_text(name, sizeof name, "s%04llu", (unsigned long long)number);
		enum status status = cell_loader_load_in(TEXT("many"), text_from_array(name, sizeof name), &why);
		if (status) {
			console_print("churn: %s\n", why.message);
			return status;
		}
	}
	return STATUS_OK;
}

static enum status unload_batch(uint64_t first, uint64_t end)
{
	for (uint64_t number = end; number > first; number--) {
		char name[NAME_CAPACITY];
		struct diagnosis why = {};
		format_text(name, sizeof name, "s%04llu", (unsigned long long)(number - 1));
		enum status status = cell_unload_in(TEXT("many"), text_from_array(name, sizeof name), &why);
		if (status) {
			console_print("churn: %s\n", why.message);
			return status;
		}
	}
	return STATUS_OK;
}

static enum status time_batches(uint64_t count)
{
	uint64_t size = count / BATCHES;
	for (uint64_t batch = 0; batch < BATCHES; batch++) {
		uint64_t start = processor_timestamp();
		TRY(load_batch(batch * size, (batch + 1) * size));
		console_print("LOAD %llu %llu\n", (unsigned long long)batch,
			(unsigned long long)((processor_timestamp() - start) / size));
	}
	struct cell_registry_statistics sum = cell_registry_statistics();
	console_print("%llu cells, %llu sections, %llu edges, %llu relocations, %llu bytes of records\n",
		(unsigned long long)sum.cells, (unsigned long long)sum.sections, (unsigned long long)sum.edges,
		(unsigned long long)sum.relocations, (unsigned long long)sum.record_bytes);
	for (uint64_t batch = BATCHES; batch > 0; batch--) {
		uint64_t start = processor_timestamp();
		TRY(unload_batch((batch - 1) * size, batch * size));
		console_print("UNLOAD %llu %llu\n", (unsigned long long)(batch - 1),
			(unsigned long long)((processor_timestamp() - start) / size));
	}
	return STATUS_OK;
}

static enum status open_many(uint64_t size_bytes, struct diagnosis *why)
{
	OWN(mapped_pages, archive);
	enum status status = read_archive(size_bytes, &archive);
	if (status)
		return diagnosis_set(why, status, "the archive of many cells cannot be read");
	return name_space_open(TEXT("many"), TEXT(""), &archive, 0, why);
}

static enum status load_many_once(uint64_t size_bytes, uint64_t count)
{
	struct diagnosis why = {};
	enum status status = open_many(size_bytes, &why);
	if (!status)
		status = time_batches(count);
	if (!status)
		status = name_space_close(TEXT("many"), &why);
	if (status)
		console_print("churn: %s\n", why.message);
	return status;
}

static enum status load_many(uint64_t size_bytes, uint64_t count)
{
	TRY(load_many_once(size_bytes, count)); // what the allocators keep at hand is there from here on
	struct in_use before = measure();
	TRY(load_many_once(size_bytes, count));
	struct in_use after = measure();
	TRY(compare_all(&before, &after));
	console_print("all is as it was\n");
	return STATUS_OK;
}

static enum status run(const struct command_arguments *arguments)
{
	uint64_t first = 0;
	uint64_t second = 0;
	struct text word = command_argument(arguments, 0);
	TRY(text_to_u64(command_argument(arguments, 1), &first));
	if (!text_equal(word, TEXT("--many")))
		return churn(word, first);
	if (arguments->count < 3)
		return STATUS_BAD_ARGUMENT;
	TRY(text_to_u64(command_argument(arguments, 2), &second));
	return load_many(first, second);
}

const struct command command_churn = {
	.name = "churn",
	.usage = "churn CELL COUNT | churn --many SIZE COUNT",
	.summary = "load and unload, and see that nothing stays behind",
	.least_arguments = 2,
	.most_arguments = 3,
	.run = run,
};
