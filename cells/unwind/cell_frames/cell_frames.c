#include "cells/unwind/cell_frames/cell_frames.h"

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/text/text.h"
#include "cells/diagnostics/log/log.h"
#include "cells/loader/debugger_table/debugger_table.h"
#include "cells/unwind/frame_index/frame_index.h"

// From where to where a cell's tables of call sites lie: each function has a section of its own, all in one mapping.
struct span {
	uint64_t start;
	uint64_t end;
};

static const struct debugger_section *section_at(const struct debugger_cell *cell, uint32_t index)
{
	uintptr_t first = (uintptr_t)cell->sections;
	return RAW_POINTER(const struct debugger_section, first + (uintptr_t)index * cell->section_stride_bytes);
}

static struct text section_name(const struct debugger_cell *cell, const struct debugger_section *section)
{
	return text_from(RAW(cell->section_names + section->name_offset));
}

// What the cell's own sections say. The table's address is 0 if none is among them.
static void find_tables(const struct debugger_cell *cell, struct frame_index_cell *tables)
{
	struct span sites = {};
	for (uint32_t index = 0; index < cell->section_count; index++) {
		const struct debugger_section *section = section_at(cell, index);
		struct text name = section_name(cell, section);
		uint64_t end = section->address + section->size_bytes;
		if (text_equal(name, TEXT(".eh_frame")))
			tables->frames = (struct frame_table){
				bytes_from(RAW_POINTER(const void, section->address), section->size_bytes),
				section->address};
		if (!text_starts_with(name, TEXT(".gcc_except_table")))
			continue;
		if (sites.end == 0 || section->address < sites.start)
			sites.start = section->address;
		if (end > sites.end)
			sites.end = end;
	}
	tables->call_sites = bytes_from(RAW_POINTER(const void, sites.start), sites.end - sites.start);
	tables->call_sites_address = sites.start;
}

static void added(const struct debugger_cell *cell)
{
	struct frame_index_cell tables = {};
	struct diagnosis why = {};
	find_tables(cell, &tables);
	if (tables.frames.address == 0)
		return; // a cell without code
	enum status status = frame_index_add(&tables, &why);
	if (status)
		LOG_WARNING("cell %s cannot be unwound: %s%s%s", cell->name, status_name(status),
			why.message[0] ? ": " : "", why.message);
}

static void removed(const struct debugger_cell *cell)
{
	struct frame_index_cell tables = {};
	find_tables(cell, &tables);
	if (tables.frames.address != 0)
		frame_index_remove(tables.frames.address);
}

static const struct debugger_table_watcher watcher = {.added = added, .removed = removed};

void cell_frames_start(void)
{
	for (const struct debugger_cell *cell = debugger_table_get()->first; cell; cell = cell->next)
		added(cell);
	debugger_table_watch(&watcher);
}

void cell_frames_stop(void)
{
	debugger_table_watch(NULL);
	for (const struct debugger_cell *cell = debugger_table_get()->first; cell; cell = cell->next)
		removed(cell);
}
