#include "cells/loader/cell_place/cell_place.h"

static enum cell_section_kind kind_of(const struct elf_object *object, const struct elf_section *section)
{
	if (section->flags & ELF_FLAG_EXECUTE)
		return CELL_SECTION_TEXT;
	if (!(section->flags & ELF_FLAG_WRITE))
		return CELL_SECTION_RODATA;
	struct text name = elf_object_section_name(object, section);
	bool declared = text_equal(name, TEXT(".cell_state")) || text_equal(name, TEXT(".bss.cell_state"));
	return declared ? CELL_SECTION_STATE : CELL_SECTION_DATA;
}

// Puts the section behind those of its kind that came before.
static enum status place_behind(
	struct load_work *work, const struct elf_section *section, struct placed_section *placed, struct diagnosis *why)
{
	uint64_t offset = AT(work->part_sizes, placed->kind);
	offset = (offset + section->alignment - 1) & ~(section->alignment - 1);
	if (section->size_bytes > CELL_PLACE_PART_SIZE_LIMIT ||
		offset + section->size_bytes > CELL_PLACE_PART_SIZE_LIMIT)
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"cell %.*s: with section %u (%.*s) it has more than %u bytes of %s",
			TEXT_ARGUMENTS(work->metadata.name), (unsigned)section->index,
			TEXT_ARGUMENTS(elf_object_section_name(&work->object, section)),
			(unsigned)CELL_PLACE_PART_SIZE_LIMIT,
			cell_section_kind_name((enum cell_section_kind)placed->kind));
	placed->part_offset = (uint32_t)offset;
	placed->placed = true;
	AT(work->part_sizes, placed->kind) = offset + section->size_bytes;
	return STATUS_OK;
}

static enum status place_where_linked(struct load_work *work, const struct static_map *map,
	const struct elf_section *section, struct placed_section *placed, struct diagnosis *why)
{
	struct static_map_section linked;
	if (static_map_find_section(map, &work->static_cell, section->index, &linked)) {
		// What nano_core is linked without: nothing is unwound before loaded cells have taken its place.
		if (cell_record_is_unwind_table(elf_object_section_name(&work->object, section)))
			return STATUS_OK;
		return diagnosis_set(why, STATUS_MALFORMED, "the map of nano_core lacks section %u (%.*s) of cell %.*s",
			(unsigned)section->index, TEXT_ARGUMENTS(elf_object_section_name(&work->object, section)),
			TEXT_ARGUMENTS(work->metadata.name));
	}
	if (linked.size_bytes != section->size_bytes)
		return diagnosis_set(why, STATUS_MALFORMED,
			"the map of nano_core has %llu bytes for section %u (%.*s) of cell %.*s; the object has %llu",
			(unsigned long long)linked.size_bytes, (unsigned)section->index,
			TEXT_ARGUMENTS(elf_object_section_name(&work->object, section)),
			TEXT_ARGUMENTS(work->metadata.name), (unsigned long long)section->size_bytes);
	placed->address = linked.address;
	placed->placed = true;
	return STATUS_OK;
}

// Where the state of the cell that is to be replaced lies.
static enum status place_adopted(const struct load_work *work, const struct elf_section *section,
	struct placed_section *placed, struct diagnosis *why)
{
	OWN(cell_reference, old);
	enum status status =
		cell_registry_find_in(&old, cell_name_space_parent(work->space->name_space), work->metadata.name);
	if (status)
		return status;
	uint64_t size_bytes = 0;
	status = cell_reference_placed_section(&old, section->index, &placed->address, &size_bytes);
	if (status || size_bytes != section->size_bytes)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "cell %.*s: its predecessor has no state like section %u",
			TEXT_ARGUMENTS(work->metadata.name), (unsigned)section->index);
	placed->placed = true;
	return STATUS_OK;
}

// State is adopted from a loaded cell of the same name in the parent, if that was built from the same sources.
static enum status look_for_predecessor(struct load_work *work, struct diagnosis *why)
{
	if (!work->space->adopts_state || work->metadata.state_count == 0)
		return STATUS_OK;
	OWN(cell_reference, old);
	enum status status =
		cell_registry_find_in(&old, cell_name_space_parent(work->space->name_space), work->metadata.name);
	if (status)
		return STATUS_OK; // it begins afresh
	if (!cell_metadata_build_id_equal(cell_reference_build_id(&old), work->metadata.build_id))
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"cell %.*s cannot adopt the state of its predecessor, which was built otherwise",
			TEXT_ARGUMENTS(work->metadata.name));
	work->adopts_state = true;
	return STATUS_OK;
}

static enum status choose_places(struct load_work *work, const struct static_map *map, struct diagnosis *why)
{
	for (uint32_t index = 1; index < work->object.section_count; index++) {
		if (!(elf_object_section_flags(&work->object, index) & ELF_FLAG_ALLOCATE))
			continue;
		struct elf_section section;
		elf_object_section(&work->object, index, &section);
		if (section.size_bytes == 0)
			continue;
		struct placed_section *placed = &ITEM(work->sections, index);
		placed->kind = (uint8_t)kind_of(&work->object, &section);
		placed->size_bytes = (uint32_t)section.size_bytes;
		if (work->is_static)
			TRY(place_where_linked(work, map, &section, placed, why));
		else if (work->adopts_state && placed->kind == CELL_SECTION_STATE)
			TRY(place_adopted(work, &section, placed, why));
		else
			TRY(place_behind(work, &section, placed, why));
		AT(work->kind_counts, placed->kind) += placed->placed;
	}
	return STATUS_OK;
}

// Sections of a kind stand together in the registry, in order of address.
static void number_sections(struct load_work *work)
{
	uint32_t next[CELL_SECTION_KIND_COUNT];
	for (unsigned kind = 0; kind < CELL_SECTION_KIND_COUNT; kind++) {
		AT(next, kind) = work->record_count;
		work->record_count += AT(work->kind_counts, kind);
	}
	for (uint32_t index = 1; index < work->object.section_count; index++) {
		struct placed_section *placed = &ITEM(work->sections, index);
		if (!placed->placed)
			continue;
		placed->record = AT(next, placed->kind)++;
		ITEM(work->sections, placed->record).in_order = index;
	}
}

static enum status find_relocations(struct load_work *work, struct diagnosis *why)
{
	for (uint32_t index = 1; index < work->object.section_count; index++) {
		if (elf_object_section_type(&work->object, index) != ELF_SECTION_RELOCATIONS)
			continue;
		struct elf_section section;
		elf_object_section(&work->object, index, &section);
		struct placed_section *placed = &ITEM(work->sections, section.info);
		if (!placed->placed)
			continue;
		if (placed->relocations != 0)
			return diagnosis_set(why, STATUS_MALFORMED,
				"cell %.*s: sections %u and %u both relocate section %u",
				TEXT_ARGUMENTS(work->metadata.name), (unsigned)placed->relocations, (unsigned)index,
				(unsigned)section.info);
		placed->relocations = index;
		work->relocation_count += elf_section_relocation_count(&section);
	}
	return STATUS_OK;
}

static enum status allocate_part(struct load_work *work, unsigned kind, struct diagnosis *why)
{
	if (AT(work->part_sizes, kind) == 0)
		return STATUS_OK;
	OWN(mapped_pages_mut, part);
	enum status status = mapped_pages_mut_allocate(&part, AT(work->part_sizes, kind), PAGE_REGION_CELLS);
	if (status)
		return diagnosis_set(why, status, "cell %.*s: no memory for %llu bytes of %s",
			TEXT_ARGUMENTS(work->metadata.name), (unsigned long long)AT(work->part_sizes, kind),
			cell_section_kind_name((enum cell_section_kind)kind));
	mapped_pages_mut_put_in(&AT(work->parts, kind), &part);
	return STATUS_OK;
}

struct bytes_mut cell_place_section_bytes(struct load_work *work, uint32_t index)
{
	const struct placed_section *placed = &ITEM(work->sections, index);
	struct mapped_pages_mut *part = &AT(work->parts, placed->kind);
	mapped_pages_mut_expect_in(part);
	struct bytes_mut section = {};
	if (bytes_mut_slice(mapped_pages_mut_bytes(part), placed->part_offset, placed->size_bytes, &section))
		return (struct bytes_mut){}; // not reached: the part was made as large as its sections
	return section;
}

static void copy_sections(struct load_work *work)
{
	for (uint32_t record = 0; record < work->record_count; record++) {
		uint32_t index = ITEM(work->sections, record).in_order;
		struct placed_section *placed = &ITEM(work->sections, index);
		if (placed->address != 0)
			continue; // adopted
		struct mapped_pages_mut *part = &AT(work->parts, placed->kind);
		mapped_pages_mut_expect_in(part);
		placed->address = mapped_pages_mut_start_address(part) + placed->part_offset;
		struct elf_section section;
		elf_object_section(&work->object, index, &section);
		bytes_copy(cell_place_section_bytes(work, index), section.content); // fresh memory is zero
	}
}

enum status cell_place_sections(struct load_work *work, struct diagnosis *why)
{
	TRY(look_for_predecessor(work, why));
	TRY(choose_places(work, &work->space->sources.map, why));
	number_sections(work);
	TRY(find_relocations(work, why));
	if (work->is_static)
		return STATUS_OK;
	for (unsigned kind = 0; kind < CELL_SECTION_KIND_COUNT; kind++)
		TRY(allocate_part(work, kind, why));
	copy_sections(work);
	return STATUS_OK;
}
