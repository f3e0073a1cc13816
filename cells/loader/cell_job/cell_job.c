#include "cells/loader/cell_job/cell_job.h"

void cell_job_release(struct cell_job *job)
{
	if (!job->work)
		return;
	struct load_work *work = job->work;
	job->work = NULL;
	for (unsigned kind = 0; kind < CELL_SECTION_KIND_COUNT; kind++)
		mapped_pages_mut_drop_in(&AT(work->parts, kind));
	heap_object_drop_in(&work->section_memory);
	heap_object_drop_in(&work->symbol_memory);
	heap_object_drop_in(&job->memory);
}

// The words of a reader, with the name of the cell before them.
static enum status blame(
	struct diagnosis *why, enum status status, struct text cell_name, const struct diagnosis *inner)
{
	return diagnosis_set(why, status, "cell %.*s: %s", TEXT_ARGUMENTS(cell_name), inner->message);
}

static enum status open_object(struct load_work *work, struct text cell_name, struct diagnosis *why)
{
	struct diagnosis inner = {};
	enum status status = elf_object_open(work->file, &work->object, &inner);
	if (status)
		return blame(why, status, cell_name, &inner);

	struct elf_section section;
	if (elf_object_find_section(&work->object, TEXT(CELL_METADATA_SECTION), &section))
		return diagnosis_set(why, STATUS_MALFORMED,
			"cell %.*s: the object has no section " CELL_METADATA_SECTION, TEXT_ARGUMENTS(cell_name));
	if (section.flags & ELF_FLAG_ALLOCATE)
		return diagnosis_set(why, STATUS_MALFORMED, "cell %.*s: section " CELL_METADATA_SECTION " takes memory",
			TEXT_ARGUMENTS(cell_name));
	work->metadata_section = section.content;
	status = cell_metadata_open(section.content, &work->metadata, &inner);
	if (status)
		return blame(why, status, cell_name, &inner);
	if (!text_equal(work->metadata.name, cell_name))
		return diagnosis_set(why, STATUS_MALFORMED, "the archive's %.*s.o calls itself cell %.*s",
			TEXT_ARGUMENTS(cell_name), TEXT_ARGUMENTS(work->metadata.name));
	return STATUS_OK;
}

static enum status find_object(
	struct store_space *space, struct text cell_name, struct load_work *work, struct diagnosis *why)
{
	const struct cell_sources *sources = &space->sources;
	struct symbol_index_cell entry;
	if (symbol_index_find_cell(&sources->index, cell_name, &entry))
		return diagnosis_set(why, STATUS_NOT_FOUND, "no cell %.*s in the archive", TEXT_ARGUMENTS(cell_name));
	TRY(cell_archive_object(&sources->archive, entry.object_offset, entry.object_size_bytes, &work->file, why));
	work->space = space;
	work->is_static = space->has_static_cells &&
			  static_map_find_cell(&sources->map, cell_name, &work->static_cell) == STATUS_OK;
	return STATUS_OK;
}

static enum status check_static(const struct load_work *work, struct diagnosis *why)
{
	if (work->is_static && !cell_metadata_build_id_equal(work->metadata.build_id, work->static_cell.build_id))
		return diagnosis_set(why, STATUS_MALFORMED, "nano_core was linked from another %.*s than the archive's",
			TEXT_ARGUMENTS(work->metadata.name));
	return STATUS_OK;
}

static enum status make_tables(struct load_work *work)
{
	OWN(heap_object, sections);
	enum status status = heap_allocate(&sections, work->object.section_count * sizeof(struct placed_section));
	if (status)
		return status;
	work->sections = (struct placed_section_slice){
		.items = HEAP_AS(struct placed_section, &sections),
		.count = work->object.section_count,
	};
	heap_object_put_in(&work->section_memory, &sections);
	if (work->object.symbol_count == 0)
		return STATUS_OK;

	OWN(heap_object, symbols);
	status = heap_allocate(&symbols, work->object.symbol_count * sizeof(struct bound_symbol));
	if (status)
		return status;
	work->symbols = (struct bound_symbol_slice){
		.items = HEAP_AS(struct bound_symbol, &symbols),
		.count = work->object.symbol_count,
	};
	heap_object_put_in(&work->symbol_memory, &symbols);
	return STATUS_OK;
}

static enum status make_job(struct cell_job *out) PRODUCES_IF(STATUS_OK, out)
{
	OWN(heap_object, memory);
	enum status status = heap_allocate(&memory, sizeof(struct load_work));
	if (status)
		return status;
	cell_job_fill(out, (struct cell_job){.work = HEAP_AS(struct load_work, &memory)});
	heap_object_put_in(&out->memory, &memory);
	return STATUS_OK;
}

enum status cell_job_open(struct cell_job *out, struct store_space *space, struct text cell_name, struct diagnosis *why)
{
	OWN(cell_job, job);
	enum status status = make_job(&job);
	if (status)
		return diagnosis_set(why, status, "no memory to load cell %.*s", TEXT_ARGUMENTS(cell_name));
	status = find_object(space, cell_name, job.work, why);
	if (status)
		return status;
	status = open_object(job.work, cell_name, why);
	if (status)
		return status;
	status = check_static(job.work, why);
	if (status)
		return status;
	status = make_tables(job.work);
	if (status)
		return diagnosis_set(why, status, "no memory to load cell %.*s", TEXT_ARGUMENTS(cell_name));
	cell_job_move(out, &job);
	return STATUS_OK;
}
