#include "cells/unwind/cell_frames/cell_frames.h"

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/text/text.h"
#include "cells/diagnostics/log/log.h"
#include "cells/loader/cell_record/cell_record.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/unwind/frame_index/frame_index.h"

// The offsets of the relocations of the table that is section `index`.
static struct frame_field_slice fields_of(const struct loaded_cell *cell, uint32_t index)
{
	uint32_t first = ITEM(cell->sections, index).first_relocation;
	uint32_t end = cell_record_relocations_end(cell, index);
	return first == end ? (struct frame_field_slice){}
			    : (struct frame_field_slice){&ITEM(cell->offsets, first), end - first};
}

static struct bytes memory_between(uint64_t start, uint64_t end)
{
	return bytes_from(RAW_POINTER(const void, start), end - start);
}

static void find_code(const struct loaded_cell *cell, struct frame_index_cell *tables)
{
	for (uint32_t index = 0; index < cell->sections.count; index++) {
		const struct section_record *section = &ITEM(cell->sections, index);
		if (section->kind != CELL_SECTION_TEXT)
			break; // sections of a kind stand together, text first
		if (index == 0)
			tables->code_start = section->place.address;
		tables->code_end = section->place.address + section->place.size_bytes;
	}
}

// What the cell's own sections say. The tables of call sites, one for each function, lie in one mapping. The unwind
// table's address is 0 if there is none.
static void find_tables(const struct loaded_cell *cell, struct frame_index_cell *tables)
{
	uint64_t sites_end = 0;
	for (uint32_t index = 0; index < cell->sections.count; index++) {
		const struct section_record *section = &ITEM(cell->sections, index);
		if (section->kind != CELL_SECTION_RODATA)
			continue;
		uint64_t start = section->place.address;
		uint64_t end = start + section->place.size_bytes;
		struct text name = cell_record_section_name(cell, index);
		if (!cell_record_is_unwind_table(name))
			continue;
		if (name.length == sizeof ".eh_frame" - 1) { // no other is as short
			tables->frames = (struct frame_table){memory_between(start, end), start};
			tables->fields = fields_of(cell, index);
			continue;
		}
		if (sites_end == 0)
			tables->call_sites_address = start;
		sites_end = end;
	}
	tables->call_sites = memory_between(tables->call_sites_address, sites_end);
}

static void added(const struct loaded_cell *cell)
{
	struct frame_index_cell tables = {};
	struct diagnosis why = {};
	if (cell->is_static)
		return; // nano_core is linked without tables
	find_code(cell, &tables);
	find_tables(cell, &tables);
	if (tables.code_end == 0 || tables.frames.address == 0)
		return; // a cell without code
	enum status status = frame_index_add(&tables, &why);
	if (status)
		LOG_WARNING("cell %.*s cannot be unwound: %s%s%s", TEXT_ARGUMENTS(cell->name), status_name(status),
			why.message[0] ? ": " : "", why.message);
}

static void removed(const struct loaded_cell *cell)
{
	struct frame_index_cell tables = {};
	find_code(cell, &tables);
	if (tables.code_end != 0)
		frame_index_remove(tables.code_start);
}

static const struct cell_watcher watcher = {.added = added, .removed = removed};

void cell_frames_start(void)
{
	for (const struct loaded_cell *cell = cell_registry_newest_record(); cell; cell = cell->older)
		added(cell);
	cell_registry_watch(&watcher);
}

void cell_frames_stop(void)
{
	cell_registry_watch(NULL);
	for (const struct loaded_cell *cell = cell_registry_newest_record(); cell; cell = cell->older)
		removed(cell);
}
