#include "cells/loader/memory_map/memory_map.h"

#include "cells/loader/cell_record/cell_record.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_view/cell_view.h"
#include "cells/memory/address/address.h"
#include "cells/memory/device_memory/device_memory.h"
#include "cells/memory/stack_pool/stack_pool.h"

const char *memory_map_kind_name(enum memory_map_kind kind)
{
	static const char *const names[MEMORY_MAP_KIND_COUNT] = {
		[MEMORY_MAP_UNKNOWN] = "unknown",
		[MEMORY_MAP_TEXT] = "text",
		[MEMORY_MAP_RODATA] = "rodata",
		[MEMORY_MAP_DATA] = "data",
		[MEMORY_MAP_STATE] = "state",
		[MEMORY_MAP_HEAP] = "heap",
		[MEMORY_MAP_STACK] = "stack",
		[MEMORY_MAP_BOOKKEEPING] = "bookkeeping",
		[MEMORY_MAP_ARCHIVE] = "archive",
		[MEMORY_MAP_DEVICE] = "device",
		[MEMORY_MAP_PROCESSOR] = "processor",
		[MEMORY_MAP_TRAMPOLINE] = "trampoline",
		[MEMORY_MAP_IMAGE] = "image",
	};
	return AT(names, (size_t)kind);
}

const char *memory_map_permission_name(enum page_permission permission)
{
	switch (permission) {
	case PAGE_READ_ONLY:
		return "r--";
	case PAGE_READ_WRITE:
		return "rw-";
	case PAGE_READ_EXECUTE:
		return "r-x";
	}
	return "?";
}

static enum memory_map_kind kind_of_owner(enum page_owner owner)
{
	switch (owner) {
	case PAGE_OWNER_HEAP:
		return MEMORY_MAP_HEAP;
	case PAGE_OWNER_STACK:
		return MEMORY_MAP_STACK;
	case PAGE_OWNER_ALLOCATOR:
	case PAGE_OWNER_UNWINDER:
		return MEMORY_MAP_BOOKKEEPING;
	case PAGE_OWNER_ARCHIVE:
		return MEMORY_MAP_ARCHIVE;
	case PAGE_OWNER_DEVICE:
		return MEMORY_MAP_DEVICE;
	case PAGE_OWNER_PROCESSOR:
		return MEMORY_MAP_PROCESSOR;
	case PAGE_OWNER_TRAMPOLINE:
		return MEMORY_MAP_TRAMPOLINE;
	case PAGE_OWNER_IMAGE:
		return MEMORY_MAP_IMAGE;
	default:
		return MEMORY_MAP_UNKNOWN;
	}
}

// The kind of a cell's section, if the pages have just the permission that it must have.
static enum memory_map_kind kind_of_section(enum cell_section_kind kind, enum page_permission permission)
{
	switch (kind) {
	case CELL_SECTION_TEXT:
		return permission == PAGE_READ_EXECUTE ? MEMORY_MAP_TEXT : MEMORY_MAP_UNKNOWN;
	case CELL_SECTION_RODATA:
		return permission == PAGE_READ_ONLY ? MEMORY_MAP_RODATA : MEMORY_MAP_UNKNOWN;
	case CELL_SECTION_DATA:
		return permission == PAGE_READ_WRITE ? MEMORY_MAP_DATA : MEMORY_MAP_UNKNOWN;
	case CELL_SECTION_STATE:
		return permission == PAGE_READ_WRITE ? MEMORY_MAP_STATE : MEMORY_MAP_UNKNOWN;
	default:
		return MEMORY_MAP_UNKNOWN;
	}
}

static uint64_t pages_up_to(uint64_t start, uint64_t end)
{
	return (end - start + PAGE_SIZE_BYTES - 1) / PAGE_SIZE_BYTES;
}

// The sections of a cell that lie from `start` on, all of the kind of the first: their kind, and where the last ends.
// A mapping of a cell begins with a section, so one that does not belongs to nobody.
static bool find_sections(
	const struct cell_reference *cell, uint64_t start, enum cell_section_kind *kind, uint64_t *end) BORROWS(cell)
{
	struct cell_view view;
	cell_reference_view(cell, &view);
	bool found = false;
	for (uint32_t index = 0; index < view.section_count; index++) {
		struct cell_section_view section;
		cell_reference_section(cell, index, &section);
		if (!found && section.address != start)
			continue;
		if (found && (section.kind != *kind || section.address < *end))
			break;
		found = true;
		*kind = section.kind;
		*end = section.address + section.size_bytes;
	}
	return found;
}

// Cuts the range off where the cell's sections end, and names the cell.
static void name_cell(struct memory_map_range *range)
{
	uint64_t page_count = range->page_count;
	range->page_count = 1; // unless more is known
	OWN(cell_reference, cell);
	enum status status = cell_registry_find_address(&cell, range->start.value);
	if (status)
		return;
	enum cell_section_kind kind = CELL_SECTION_DATA;
	uint64_t end = 0;
	if (!find_sections(&cell, range->start.value, &kind, &end))
		return;
	uint64_t wanted = pages_up_to(range->start.value, end);
	range->page_count = wanted < page_count ? wanted : page_count;
	range->kind = kind_of_section(kind, range->permission);
	range->owner = cell_reference_name(&cell);
}

// Registers and tables of devices: cuts the range off where the piece ends, and names the cell that mapped it.
static void name_device(struct memory_map_range *range)
{
	uint64_t page_count = range->page_count;
	range->page_count = 1; // unless more is known
	struct device_memory_holder holder;
	OWN(cell_reference, cell);
	if (!device_memory_find(range->start, &holder) ||
		cell_registry_find(&cell, text_from_array(holder.name, sizeof holder.name))) {
		range->kind = MEMORY_MAP_UNKNOWN;
		return;
	}
	range->page_count = holder.pages_left < page_count ? holder.pages_left : page_count;
	range->owner = cell_reference_name(&cell);
}

// Stacks, which have a page between them that is not mapped: names the cell that the stack works for; one that is kept
// for the next user is the pool's.
static void name_stack(struct memory_map_range *range)
{
	struct stack_place place;
	if (!stack_pool_find(range->start.value, &place)) {
		range->kind = MEMORY_MAP_UNKNOWN;
		return;
	}
	OWN(cell_reference, cell);
	if (place.holder == 0 || cell_registry_find_address(&cell, place.holder))
		return;
	range->owner = cell_reference_name(&cell);
}

static void name_owner(struct memory_map_range *range, enum page_owner owner)
{
	switch (owner) {
	case PAGE_OWNER_CELL:
		name_cell(range);
		break;
	case PAGE_OWNER_DEVICE:
		name_device(range);
		break;
	case PAGE_OWNER_STACK:
		name_stack(range);
		break;
	default:
		break;
	}
}

enum status memory_map_next(struct memory_map_walk *walk, struct memory_map_range *range)
{
	struct page_range pages;
	if (walk->ended || page_table_next((struct virtual_address){walk->next}, &pages)) {
		walk->ended = true;
		return STATUS_END;
	}
	*range = (struct memory_map_range){
		.start = pages.start,
		.page_count = pages.page_count,
		.permission = pages.attributes.permission,
		.kind = kind_of_owner(pages.attributes.owner),
		.owner = page_owner_name(pages.attributes.owner),
	};
	if (!pages.owns_frames) { // the boot code mapped them, and nobody has taken them over
		range->kind = MEMORY_MAP_IMAGE;
		range->owner = page_owner_name(PAGE_OWNER_IMAGE);
	} else {
		name_owner(range, pages.attributes.owner);
	}
	walk->next = range->start.value + range->page_count * PAGE_SIZE_BYTES;
	walk->ended = walk->next == 0; // the last page of all
	return STATUS_OK;
}
