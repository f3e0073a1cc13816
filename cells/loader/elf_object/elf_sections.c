// Are the sections what the format and this system allow?
#include "cells/loader/elf_object/elf_layout.h"

// Where a section's bytes end in the file; its start if it has none.
static uint64_t content_end(const struct elf_section_header *header)
{
	bool has_content = header->type != ELF_SECTION_UNUSED && header->type != ELF_SECTION_ZEROS;
	return header->offset + (has_content ? header->size_bytes : 0);
}

static enum status check_first(const struct elf_object *object, struct diagnosis *why)
{
	const struct elf_section_header *header = elf_section_header_at(object, 0);
	if (header->type != ELF_SECTION_UNUSED || header->flags != 0 || header->size_bytes != 0 || header->link != 0 ||
		header->info != 0)
		return diagnosis_set(why, STATUS_MALFORMED, "section 0 is in use; the format keeps it empty");
	return STATUS_OK;
}

static enum status check_names(const struct elf_object *object, struct diagnosis *why)
{
	struct bytes names = object->section_names;
	if (names.size_bytes == 0 || bytes_at(names, 0) != 0)
		return diagnosis_set(why, STATUS_MALFORMED, "the section names do not begin with an empty name");
	if (bytes_at(names, names.size_bytes - 1) != 0)
		return diagnosis_set(why, STATUS_MALFORMED, "the last section name is not closed by a zero");
	return STATUS_OK;
}

static enum status check_kind(
	const struct elf_object *object, uint32_t index, const struct elf_section_header *header, struct diagnosis *why)
{
	bool allocated = header->flags & ELF_FLAG_ALLOCATE;
	switch (header->type) {
	case SECTION_TYPE_RELOCATIONS_WITHOUT_ADDEND:
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"section %u (%.*s) holds relocations without addends; x86-64 objects carry addends",
			(unsigned)index, TEXT_ARGUMENTS(elf_name_of(object, header)));
	case SECTION_TYPE_EXTENDED_INDEXES:
		return diagnosis_set(why, STATUS_UNSUPPORTED, "section %u (%.*s) extends section numbers beyond 65279",
			(unsigned)index, TEXT_ARGUMENTS(elf_name_of(object, header)));
	case ELF_SECTION_GROUP:
		return diagnosis_set(why, STATUS_UNSUPPORTED, "section %u (%.*s) is a section group; cells have none",
			(unsigned)index, TEXT_ARGUMENTS(elf_name_of(object, header)));
	case ELF_SECTION_INIT_ARRAY:
	case ELF_SECTION_FINI_ARRAY:
	case ELF_SECTION_PREINIT_ARRAY:
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"section %u (%.*s) lists constructors; a cell names its entry in its metadata", (unsigned)index,
			TEXT_ARGUMENTS(elf_name_of(object, header)));
	case ELF_SECTION_UNUSED:
	case ELF_SECTION_CONTENT:
	case ELF_SECTION_NOTE:
	case ELF_SECTION_ZEROS:
	case ELF_SECTION_UNWIND:
		return STATUS_OK;
	default:
		if (!allocated)
			return STATUS_OK; // tables, and what tools left for other tools
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"section %u (%.*s) takes memory, but its type %#x is unknown", (unsigned)index,
			TEXT_ARGUMENTS(elf_name_of(object, header)), (unsigned)header->type);
	}
}

static enum status check_flags(
	const struct elf_object *object, uint32_t index, const struct elf_section_header *header, struct diagnosis *why)
{
	const unsigned odd = ELF_FLAG_THREAD_LOCAL | SECTION_FLAG_COMPRESSED;
	if (!(header->flags & odd) && !(header->flags & ELF_FLAG_EXECUTE))
		return STATUS_OK; // most sections
	if (header->flags & ELF_FLAG_THREAD_LOCAL)
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"section %u (%.*s) is thread-local; cells have no such data", (unsigned)index,
			TEXT_ARGUMENTS(elf_name_of(object, header)));
	if (header->flags & SECTION_FLAG_COMPRESSED)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "section %u (%.*s) is compressed", (unsigned)index,
			TEXT_ARGUMENTS(elf_name_of(object, header)));
	if ((header->flags & ELF_FLAG_WRITE) && (header->flags & ELF_FLAG_EXECUTE))
		return diagnosis_set(why, STATUS_UNSUPPORTED, "section %u (%.*s) would be writable and executable",
			(unsigned)index, TEXT_ARGUMENTS(elf_name_of(object, header)));
	if (header->type == ELF_SECTION_ZEROS && (header->flags & ELF_FLAG_EXECUTE))
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"section %u (%.*s) would be executable and has no content", (unsigned)index,
			TEXT_ARGUMENTS(elf_name_of(object, header)));
	return STATUS_OK;
}

static enum status check_place(
	const struct elf_object *object, uint32_t index, const struct elf_section_header *header, struct diagnosis *why)
{
	if (header->alignment & (header->alignment - 1))
		return diagnosis_set(why, STATUS_MALFORMED, "section %u (%.*s): alignment %llu is no power of two",
			(unsigned)index, TEXT_ARGUMENTS(elf_name_of(object, header)),
			(unsigned long long)header->alignment);
	if (header->alignment > ALIGNMENT_LIMIT)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "section %u (%.*s): alignment %llu is more than a page",
			(unsigned)index, TEXT_ARGUMENTS(elf_name_of(object, header)),
			(unsigned long long)header->alignment);
	if (header->address != 0)
		return diagnosis_set(why, STATUS_MALFORMED,
			"section %u (%.*s) claims address %#llx; the loader places it", (unsigned)index,
			TEXT_ARGUMENTS(elf_name_of(object, header)), (unsigned long long)header->address);
	if (header->size_bytes > SECTION_SIZE_LIMIT)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "section %u (%.*s) has %llu bytes; 1 GiB is the most",
			(unsigned)index, TEXT_ARGUMENTS(elf_name_of(object, header)),
			(unsigned long long)header->size_bytes);
	struct bytes content;
	if (header->type != ELF_SECTION_ZEROS && header->type != ELF_SECTION_UNUSED &&
		bytes_slice(object->file, header->offset, header->size_bytes, &content))
		return diagnosis_set(why, STATUS_MALFORMED,
			"section %u (%.*s): %llu bytes at offset %#llx end beyond the file's %zu", (unsigned)index,
			TEXT_ARGUMENTS(elf_name_of(object, header)), (unsigned long long)header->size_bytes,
			(unsigned long long)header->offset, object->file.size_bytes);
	return STATUS_OK;
}

// Compares with what came before. Objects as tools write them have their sections in the order of the file, so that
// `*end` (how far the earlier ones reach) settles it at once; only a section out of order is compared with each.
static enum status check_overlap(
	const struct elf_object *object, uint32_t index, uint64_t headers_offset, uint64_t *end, struct diagnosis *why)
{
	const struct elf_section_header *header = elf_section_header_at(object, index);
	uint64_t from = header->offset;
	uint64_t to = content_end(header);
	if (from == to)
		return STATUS_OK;
	if (from < sizeof(struct elf_file_header))
		return diagnosis_set(why, STATUS_MALFORMED, "section %u overlaps the file header", (unsigned)index);
	if (from < headers_offset + object->section_headers.size_bytes && headers_offset < to)
		return diagnosis_set(why, STATUS_MALFORMED, "section %u overlaps the section headers", (unsigned)index);
	if (from < *end) {
		for (uint32_t earlier = 1; earlier < index; earlier++) {
			const struct elf_section_header *other = elf_section_header_at(object, earlier);
			if (from < content_end(other) && other->offset < to)
				return diagnosis_set(why, STATUS_MALFORMED, "sections %u and %u overlap in the file",
					(unsigned)earlier, (unsigned)index);
		}
	}
	*end = to > *end ? to : *end;
	return STATUS_OK;
}

static enum status check_symbol_table(struct elf_object *object, uint32_t index, struct diagnosis *why)
{
	const struct elf_section_header *header = elf_section_header_at(object, index);
	if (header->entry_size_bytes != sizeof(struct elf_symbol_record))
		return diagnosis_set(why, STATUS_MALFORMED,
			"the symbol table (section %u) has entries of %llu bytes; 24 "
			"is right",
			(unsigned)index, (unsigned long long)header->entry_size_bytes);
	if (header->size_bytes == 0 || header->size_bytes % sizeof(struct elf_symbol_record) != 0)
		return diagnosis_set(why, STATUS_MALFORMED,
			"the symbol table (section %u) has %llu bytes, no whole number of entries", (unsigned)index,
			(unsigned long long)header->size_bytes);
	if (header->link == 0 || header->link >= object->section_count)
		return diagnosis_set(why, STATUS_MALFORMED,
			"the symbol table (section %u) names section %u for its strings; there are %u", (unsigned)index,
			(unsigned)header->link, (unsigned)object->section_count);
	const struct elf_section_header *strings = elf_section_header_at(object, header->link);
	if (strings->type != ELF_SECTION_STRINGS)
		return diagnosis_set(why, STATUS_MALFORMED,
			"the symbol table (section %u) takes its strings from section %u, which is no string table",
			(unsigned)index, (unsigned)header->link);
	TRY(bytes_slice(object->file, header->offset, header->size_bytes, &object->symbols));
	object->symbol_count = (uint32_t)(header->size_bytes / sizeof(struct elf_symbol_record));
	if (header->info > object->symbol_count)
		return diagnosis_set(why, STATUS_MALFORMED,
			"the symbol table says that %u symbols are local; it has %u", (unsigned)header->info,
			(unsigned)object->symbol_count);
	if (bytes_slice(object->file, strings->offset, strings->size_bytes, &object->symbol_names))
		return diagnosis_set(why, STATUS_MALFORMED, "the symbol names (section %u) end beyond the file",
			(unsigned)header->link);
	struct bytes names = object->symbol_names;
	if (names.size_bytes == 0 || bytes_at(names, 0) != 0 || bytes_at(names, names.size_bytes - 1) != 0)
		return diagnosis_set(why, STATUS_MALFORMED,
			"the symbol names (section %u) do not begin and end with a zero", (unsigned)header->link);
	return STATUS_OK;
}

enum status elf_check_sections(
	struct elf_object *object, uint64_t headers_offset, uint32_t *symbol_table, struct diagnosis *why)
{
	TRY(check_first(object, why));
	TRY(check_names(object, why));
	uint64_t end = 0;
	for (uint32_t index = 1; index < object->section_count; index++) {
		const struct elf_section_header *header = elf_section_header_at(object, index);
		if (header->name >= object->section_names.size_bytes)
			return diagnosis_set(why, STATUS_MALFORMED,
				"section %u: its name is at %u of the %zu bytes of section names", (unsigned)index,
				(unsigned)header->name, object->section_names.size_bytes);
		TRY(check_kind(object, index, header, why));
		TRY(check_flags(object, index, header, why));
		TRY(check_place(object, index, header, why));
		TRY(check_overlap(object, index, headers_offset, &end, why));
		if (header->type != ELF_SECTION_SYMBOLS)
			continue;
		if (*symbol_table != 0)
			return diagnosis_set(why, STATUS_MALFORMED, "two symbol tables: sections %u and %u",
				(unsigned)*symbol_table, (unsigned)index);
		TRY(check_symbol_table(object, index, why));
		*symbol_table = index;
	}
	return STATUS_OK;
}
