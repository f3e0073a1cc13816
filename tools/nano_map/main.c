// nano_map: writes down where the link put every section of the cells in nano_core.
//
//     nano_map OUT nano_core.elf LINK_MAP CELL.o...
//
// Each section is looked up in the linker's map under the path with which the linker was given the object, and its
// bytes are compared with those in nano_core.elf, the fields of relocations aside. The format: docs/metadata.md.
#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells/loader/static_map/static_map.h"
#include "tools/cellmeta/metadata_blob.h"
#include "tools/cellmeta/sealed_object.h"
#include "tools/nano_map/link_map.h"
#include "tools/sha256/sha256.h"

enum { EXIT_REFUSED = 1, EXIT_USAGE = 64, EXIT_BAD_INPUT = 65, EXIT_CANNOT_WRITE = 73 };

struct input {
	const char *path;
	const char *name;
	struct sealed_object sealed;
};

struct mapping {
	struct object_file elf;
	struct link_map link_map;
	LIST(struct input) inputs;
	struct blob cells, sections, strings;
	uint32_t section_count;
	size_t errors;
};

static __attribute__((format(printf, 2, 3))) void complain(struct mapping *mapping, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fprintf(stderr, "%s\n", list_format_arguments(format, arguments));
	va_end(arguments);
	mapping->errors++;
}

static __attribute__((noreturn)) void bad_input(const char *path, const char *cause)
{
	fprintf(stderr, "%s: error: %s\n", path, cause);
	exit(EXIT_BAD_INPUT);
}

// The bytes of nano_core at an address; null if they are not in the file.
static const unsigned char *linked_bytes(const struct object_file *elf, uint64_t address, uint64_t size_bytes)
{
	for (size_t index = 1; index < elf->section_count; index++) {
		const struct object_section *section = &elf->sections[index];
		bool inside = (section->flags & SHF_ALLOC) && section->data && address >= section->address &&
			      size_bytes <= section->size_bytes &&
			      address - section->address <= section->size_bytes - size_bytes;
		if (inside)
			return section->data + (address - section->address);
	}
	return nullptr;
}

// True if the linker copied the section to the address. Fields that relocations fill are not compared.
static bool is_there(const struct mapping *mapping, const struct input *input, const struct object_section *section,
	uint64_t address)
{
	if (!section->data)
		return true;
	const unsigned char *linked = linked_bytes(&mapping->elf, address, section->size_bytes);
	if (!linked)
		return false;
	const struct object_file *object = &input->sealed.object;
	unsigned char *expected = list_allocate(section->size_bytes);
	memcpy(expected, section->data, section->size_bytes);
	for (size_t i = 0; i < object->relocations.count; i++) {
		const struct object_relocation *relocation = &object->relocations.items[i];
		uint64_t size = relocation->kind == R_X86_64_64 ? 8 : 4;
		if (relocation->section == section->index && relocation->offset <= section->size_bytes &&
			size <= section->size_bytes - relocation->offset)
			memcpy(expected + relocation->offset, linked + relocation->offset, size);
	}
	return !memcmp(expected, linked, section->size_bytes);
}

static void add_section(struct mapping *mapping, const struct input *input, const struct object_section *section)
{
	const struct link_map_entry *entry =
		link_map_take(&mapping->link_map, input->path, section->name, section->size_bytes);
	if (!entry) {
		complain(mapping,
			"%s: error: cell %s: section %s (%" PRIu64
			" bytes) is not in the linker's map: link it as it is, without "
			"--gc-sections, --icf, relaxation and merging of strings (-O0)",
			input->path, input->name, section->name, section->size_bytes);
		return;
	}
	if (!is_there(mapping, input, section, entry->address)) {
		complain(mapping,
			"%s: error: cell %s: section %s is not what %s holds at 0x%" PRIx64 ": the link changed it",
			input->path, input->name, section->name, mapping->elf.path, entry->address);
		return;
	}
	struct static_map_section_record record = {.name_string = blob_add_string(&mapping->strings, section->name),
		.section_index = (uint32_t)section->index,
		.address = entry->address,
		.size_bytes = section->size_bytes};
	blob_add(&mapping->sections, &record, sizeof record);
	mapping->section_count++;
}

// What nano_core is linked without: see nano_core.lds.
static bool is_unwind_table(const char *section_name)
{
	return !strcmp(section_name, ".eh_frame") ||
	       !strncmp(section_name, ".gcc_except_table", strlen(".gcc_except_table"));
}

static void add_cell(struct mapping *mapping, const struct input *input)
{
	const struct object_file *object = &input->sealed.object;
	struct static_map_cell_record record = {.name_string = blob_add_string(&mapping->strings, input->name),
		.first_section = mapping->section_count,
		.build_id = input->sealed.metadata.build_id};
	sha256_of(object->contents, object->size_bytes, record.object_digest.bytes);
	for (size_t index = 1; index < object->section_count; index++) {
		const struct object_section *section = &object->sections[index];
		if ((section->flags & SHF_ALLOC) && section->size_bytes && !is_unwind_table(section->name))
			add_section(mapping, input, section);
	}
	record.section_count = mapping->section_count - record.first_section;
	blob_add(&mapping->cells, &record, sizeof record);
}

static struct blob whole_map(struct mapping *mapping)
{
	struct static_map_header header = {.version = STATIC_MAP_VERSION,
		.cell_count = (uint32_t)mapping->inputs.count,
		.cells_offset = sizeof header,
		.section_count = mapping->section_count,
		.unwind_address = mapping->link_map.unwind_start,
		.unwind_size_bytes = mapping->link_map.unwind_end - mapping->link_map.unwind_start};
	struct blob whole = {};
	memcpy(header.magic, STATIC_MAP_MAGIC, sizeof header.magic);
	blob_add_string(&mapping->strings, "");
	header.sections_offset = header.cells_offset + (uint32_t)mapping->cells.size_bytes;
	header.strings_offset = header.sections_offset + (uint32_t)mapping->sections.size_bytes;
	header.strings_size_bytes = (uint32_t)mapping->strings.size_bytes;
	header.size_bytes = header.strings_offset + header.strings_size_bytes;
	header.size_bytes += -header.size_bytes % 8;
	blob_add(&whole, &header, sizeof header);
	blob_add(&whole, mapping->cells.bytes, mapping->cells.size_bytes);
	blob_add(&whole, mapping->sections.bytes, mapping->sections.size_bytes);
	blob_add(&whole, mapping->strings.bytes, mapping->strings.size_bytes);
	blob_align(&whole, 8);
	return whole;
}

static int by_name(const void *a, const void *b)
{
	const struct input *first = a, *second = b;
	return strcmp(first->name, second->name);
}

static void read_inputs(struct mapping *mapping, int count, char **paths)
{
	for (int i = 0; i < count; i++) {
		struct input input = {.path = paths[i]};
		struct diagnosis why = {};
		if (sealed_object_open(paths[i], &input.sealed, &why))
			bad_input(paths[i], why.message);
		input.name = list_copy_characters(input.sealed.metadata.name.start, input.sealed.metadata.name.length);
		*LIST_ADD(&mapping->inputs) = input;
	}
	qsort(mapping->inputs.items, mapping->inputs.count, sizeof mapping->inputs.items[0], by_name);
	for (size_t i = 1; i < mapping->inputs.count; i++)
		if (!strcmp(mapping->inputs.items[i].name, mapping->inputs.items[i - 1].name))
			complain(mapping, "%s: error: cell %s is linked twice: %s has that name too",
				mapping->inputs.items[i].path, mapping->inputs.items[i].name,
				mapping->inputs.items[i - 1].path);
}

int main(int count, char **arguments)
{
	struct mapping mapping = {};
	struct diagnosis why = {};
	unsigned char *text;
	size_t length;
	if (count < 5) {
		fputs("usage: nano_map OUT nano_core.elf LINK_MAP CELL.o...\n", stderr);
		return EXIT_USAGE;
	}
	if (object_file_open(arguments[2], &mapping.elf, &why))
		bad_input(arguments[2], why.message);
	if (object_file_read(arguments[3], &text, &length, &why))
		bad_input(arguments[3], why.message);
	if (link_map_read(list_copy_characters((const char *)text, length), &mapping.link_map, &why))
		bad_input(arguments[3], why.message);
	read_inputs(&mapping, count - 4, arguments + 4);
	for (size_t i = 0; i < mapping.inputs.count; i++)
		add_cell(&mapping, &mapping.inputs.items[i]);
	if (mapping.errors)
		return EXIT_REFUSED;

	struct blob whole = whole_map(&mapping);
	struct static_map map;
	if (static_map_open(bytes_from(whole.bytes, whole.size_bytes), &map, &why)) // the reader has the last word
		bad_input(arguments[1], why.message);
	FILE *file = fopen(arguments[1], "wb");
	bool written = file && fwrite(whole.bytes, 1, whole.size_bytes, file) == whole.size_bytes;
	if (!file || fclose(file) || !written) {
		fprintf(stderr, "%s: error: it cannot be written\n", arguments[1]);
		return EXIT_CANNOT_WRITE;
	}
	return 0;
}
