// One object: a cell by its metadata, anything else by its symbols.
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <string.h>

#include "cells/loader/cell_metadata/cell_metadata.h"
#include "tools/depgraph/input.h"

// What is looked for in the sections of an object.
struct object {
	Elf *elf;
	struct bytes file;
	const char *origin;
	Elf_Scn *symbols;
	Elf_Scn *metadata;
	uint64_t code_bytes, constant_bytes, state_bytes, spilled_bytes;
	size_t section_names; // the section that holds them
	bool kernel_module;   // a Linux kernel module: it exports what its __ksymtab_* symbols name
};

static struct type_hash hash_from(struct cell_type_hash from)
{
	struct type_hash to;
	static_assert(sizeof to.bytes == sizeof from.bytes, "both are 128 bits");
	memcpy(to.bytes, from.bytes, sizeof to.bytes);
	return to;
}

static enum graph_section_kind section_kind(const char *name, const GElf_Shdr *header)
{
	if (header->sh_flags & SHF_EXECINSTR)
		return GRAPH_SECTION_TEXT;
	if (!(header->sh_flags & SHF_WRITE))
		return GRAPH_SECTION_RODATA;
	bool declared = strcmp(name, ".cell_state") == 0 || strcmp(name, ".bss.cell_state") == 0;
	return declared ? GRAPH_SECTION_STATE : GRAPH_SECTION_DATA;
}

static void add_size(struct object *object, const char *name, const GElf_Shdr *header)
{
	if (!(header->sh_flags & SHF_ALLOC))
		return;
	switch (section_kind(name, header)) {
	case GRAPH_SECTION_TEXT:
		object->code_bytes += header->sh_size;
		break;
	case GRAPH_SECTION_RODATA:
		object->constant_bytes += header->sh_size;
		break;
	case GRAPH_SECTION_DATA:
		object->spilled_bytes += header->sh_size;
		object->state_bytes += header->sh_size;
		break;
	case GRAPH_SECTION_STATE:
		object->state_bytes += header->sh_size;
		break;
	}
}

// Each section must lie in the file: libelf looks only at those that it is asked for.
static bool check_bounds(const struct object *object, size_t index, const GElf_Shdr *header, struct input_error *why)
{
	struct bytes slice;
	if (header->sh_type == SHT_NOBITS || header->sh_type == SHT_NULL ||
		bytes_slice(object->file, header->sh_offset, header->sh_size, &slice) == STATUS_OK)
		return true;
	return input_refuse(why, object->origin, "offset %#llx: section %zu of %llu bytes ends beyond the file's %zu",
		(unsigned long long)header->sh_offset, index, (unsigned long long)header->sh_size,
		object->file.size_bytes);
}

static bool scan_sections(struct object *object, struct input_error *why)
{
	size_t names;
	if (elf_getshdrstrndx(object->elf, &names) != 0)
		return input_refuse(why, object->origin, "the names of the sections are missing: %s", elf_errmsg(-1));
	object->section_names = names;
	Elf_Scn *section = NULL;
	while ((section = elf_nextscn(object->elf, section))) {
		GElf_Shdr header;
		if (!gelf_getshdr(section, &header))
			return input_refuse(
				why, object->origin, "section %zu: %s", elf_ndxscn(section), elf_errmsg(-1));
		if (!check_bounds(object, elf_ndxscn(section), &header, why))
			return false;
		const char *name = elf_strptr(object->elf, names, header.sh_name);
		if (!name)
			return input_refuse(
				why, object->origin, "section %zu has no name in the file", elf_ndxscn(section));
		add_size(object, name, &header);
		if (header.sh_type == SHT_SYMTAB)
			object->symbols = section;
		else if (strcmp(name, CELL_METADATA_SECTION) == 0)
			object->metadata = section;
		else if (strcmp(name, ".gnu.linkonce.this_module") == 0)
			object->kernel_module = true;
	}
	return true;
}

static bool open_object(struct object *object, struct input_error *why)
{
	elf_version(EV_CURRENT);
	object->elf = elf_memory((char *)(uintptr_t)object->file.data, object->file.size_bytes);
	GElf_Ehdr header;
	if (!object->elf || elf_kind(object->elf) != ELF_K_ELF || !gelf_getehdr(object->elf, &header))
		return input_refuse(why, object->origin, "offset 0: not a whole ELF file: %s", elf_errmsg(-1));
	if (header.e_type != ET_REL)
		return input_refuse(why, object->origin,
			"offset 0x10: an ELF file of type %u; a relocatable object has %u", header.e_type, ET_REL);
	uint64_t table_bytes = (uint64_t)header.e_shnum * header.e_shentsize;
	struct bytes table;
	if (!header.e_shoff || bytes_slice(object->file, header.e_shoff, table_bytes, &table))
		return input_refuse(why, object->origin,
			"offset %#llx: the table of %u sections is not in the file's %zu bytes",
			(unsigned long long)header.e_shoff, header.e_shnum, object->file.size_bytes);
	return scan_sections(object, why);
}

// Another object can be linked to it. A hidden symbol can be too: that hides it from other programs only.
static bool is_exported(const GElf_Sym *symbol)
{
	return GELF_ST_BIND(symbol->st_info) != STB_LOCAL && symbol->st_shndx != SHN_UNDEF;
}

static enum graph_symbol_kind symbol_kind(const GElf_Sym *symbol)
{
	unsigned type = GELF_ST_TYPE(symbol->st_info);
	return type == STT_FUNC ? GRAPH_SYMBOL_FUNCTION : type == STT_OBJECT ? GRAPH_SYMBOL_OBJECT : GRAPH_SYMBOL_OTHER;
}

// The cell's exports stand in the order of their names, as the metadata has them.
static struct graph_export *find_export(struct graph *graph, const char *name)
{
	const struct graph_cell *cell = &graph->cells[graph->cell_count - 1];
	size_t low = cell->first_export, high = low + cell->export_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, graph_text(graph, graph->exports[middle].name));
		if (order == 0)
			return &graph->exports[middle];
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

typedef void symbol_visitor(struct graph *graph, const char *name, const GElf_Sym *symbol);

static bool each_symbol(
	struct graph *graph, const struct object *object, symbol_visitor *visit, struct input_error *why)
{
	GElf_Shdr header;
	Elf_Data *data = object->symbols ? elf_getdata(object->symbols, NULL) : NULL;
	if (!data || !gelf_getshdr(object->symbols, &header))
		return !object->symbols || input_refuse(why, object->origin, "the symbol table: %s", elf_errmsg(-1));
	size_t count = gelf_fsize(object->elf, ELF_T_SYM, 1, EV_CURRENT);
	count = count ? data->d_size / count : 0;
	for (size_t i = 1; i < count; i++) {
		GElf_Sym symbol;
		if (!gelf_getsym(data, (int)i, &symbol))
			return input_refuse(why, object->origin, "symbol %zu: %s", i, elf_errmsg(-1));
		const char *name = elf_strptr(object->elf, header.sh_link, symbol.st_name);
		if (!name)
			return input_refuse(why, object->origin, "symbol %zu has no name in the file", i);
		if (*name)
			visit(graph, name, &symbol);
	}
	return true;
}

// ---- Sections and what binds them, for whoever wants to look inside a cell ----

static const char *section_name(const struct object *object, size_t index, GElf_Shdr *header)
{
	Elf_Scn *section = elf_getscn(object->elf, index);
	if (!section || !gelf_getshdr(section, header))
		return NULL;
	return elf_strptr(object->elf, object->section_names, header->sh_name);
}

// One relocation in section `from`: to a section of the object, or to a symbol that it lacks.
static bool add_binding(
	struct graph *graph, const struct object *object, uint32_t from, const GElf_Shdr *table, size_t symbol_index)
{
	GElf_Shdr header;
	GElf_Sym symbol;
	Elf_Data *symbols = elf_getdata(elf_getscn(object->elf, table->sh_link), NULL);
	if (!symbols || !gelf_getshdr(elf_getscn(object->elf, table->sh_link), &header) ||
		!gelf_getsym(symbols, (int)symbol_index, &symbol))
		return false;
	bool within = symbol.st_shndx != SHN_UNDEF;
	if (symbol_index == 0 || (within && symbol.st_shndx >= SHN_LORESERVE))
		return true; // leads to no section
	const char *name = within ? section_name(object, symbol.st_shndx, &header)
				  : elf_strptr(object->elf, header.sh_link, symbol.st_name);
	if (!name)
		return false;
	uint32_t target = strings_add(&graph->strings, name, strlen(name));
	graph_add_binding(graph, from, target, within)->places = 1;
	return true;
}

static bool add_bindings(struct graph *graph, const struct object *object, Elf_Scn *section, const GElf_Shdr *header)
{
	GElf_Shdr patched;
	const char *name = section_name(object, header->sh_info, &patched);
	if (!name)
		return false;
	if (!(patched.sh_flags & SHF_ALLOC))
		return true;
	uint32_t from = strings_add(&graph->strings, name, strlen(name));
	Elf_Data *data = elf_getdata(section, NULL);
	bool rela = header->sh_type == SHT_RELA;
	size_t size = gelf_fsize(object->elf, rela ? ELF_T_RELA : ELF_T_REL, 1, EV_CURRENT);
	for (size_t i = 0; data && size && i < data->d_size / size; i++) {
		GElf_Rela with;
		GElf_Rel without = {};
		if (rela ? !gelf_getrela(data, (int)i, &with) : !gelf_getrel(data, (int)i, &without))
			return false;
		size_t symbol = GELF_R_SYM(rela ? with.r_info : without.r_info);
		if (!add_binding(graph, object, from, header, symbol))
			return false;
	}
	return true;
}

static bool add_sections(struct graph *graph, const struct object *object, struct input_error *why)
{
	Elf_Scn *section = NULL;
	while (graph->want_sections && (section = elf_nextscn(object->elf, section))) {
		GElf_Shdr header = {};
		const char *name = section_name(object, elf_ndxscn(section), &header);
		bool relocations = header.sh_type == SHT_RELA || header.sh_type == SHT_REL;
		if (name && header.sh_flags & SHF_ALLOC && header.sh_size) {
			struct graph_section *added = graph_add_section(graph, name, strlen(name));
			added->kind = section_kind(name, &header);
			added->size_bytes = header.sh_size;
		}
		if (relocations && !add_bindings(graph, object, section, &header))
			return input_refuse(why, object->origin,
				"offset %#llx: the relocations of section %zu are broken",
				(unsigned long long)header.sh_offset, elf_ndxscn(section));
	}
	return true;
}

static void visit_for_size(struct graph *graph, const char *name, const GElf_Sym *symbol)
{
	struct graph_export *export = is_exported(symbol) ? find_export(graph, name) : NULL;
	if (export)
		export->size_bytes = (uint32_t)symbol->st_size;
}

static void add_tables(struct graph *graph, const struct cell_metadata *metadata)
{
	for (uint32_t i = 0; i < metadata->dependency_count; i++) {
		struct cell_dependency dependency = cell_metadata_dependency(metadata, i);
		uint32_t kinds = dependency.kinds & CELL_EDGE_IMPLICIT ? EDGE_IMPLICIT : EDGE_DECLARED;
		kinds |= dependency.kinds & CELL_EDGE_LINK ? EDGE_LINK : 0;
		kinds |= dependency.kinds & CELL_EDGE_TYPE ? EDGE_TYPE : 0;
		kinds |= dependency.kinds & CELL_EDGE_HEADER ? EDGE_HEADER : 0;
		graph_add_dependency(graph, dependency.name.start, dependency.name.length, kinds);
	}
	for (uint32_t i = 0; i < metadata->export_count; i++) {
		struct cell_export export = cell_metadata_export(metadata, i);
		struct graph_export *added = graph_add_export(graph, export.name.start, export.name.length);
		added->hash = hash_from(export.type_hash);
		added->kind = export.kind == CELL_SYMBOL_FUNCTION ? GRAPH_SYMBOL_FUNCTION : GRAPH_SYMBOL_OBJECT;
		added->is_entry = text_equal(export.name, metadata->init_symbol) ||
				  text_equal(export.name, metadata->exit_symbol);
	}
	for (uint32_t i = 0; i < metadata->import_count; i++) {
		struct cell_import import = cell_metadata_import(metadata, i);
		struct graph_import *added = graph_add_import(graph, import.name.start, import.name.length);
		added->hash = hash_from(import.type_hash);
		struct text exporter = cell_metadata_dependency(metadata, import.dependency).name;
		added->from_cell = strings_add(&graph->strings, exporter.start, exporter.length);
	}
	for (uint32_t i = 0; i < metadata->state_count; i++) {
		struct cell_state_variable state = cell_metadata_state(metadata, i);
		struct graph_state *added = graph_add_state(graph, state.name.start, state.name.length);
		added->size_bytes = state.size_bytes;
		added->hash = hash_from(state.type_hash);
	}
}

static void describe(struct graph *graph, struct graph_cell *cell, const struct object *object)
{
	cell->origin = strings_add(&graph->strings, object->origin, strlen(object->origin));
	cell->code_bytes = object->code_bytes;
	cell->constant_bytes = object->constant_bytes;
	cell->state_bytes = object->state_bytes;
	cell->spilled_bytes = object->spilled_bytes;
}

static bool add_cell(struct graph *graph, const struct object *object, struct input_error *why)
{
	Elf_Data *data = elf_rawdata(object->metadata, NULL);
	GElf_Shdr header = {};
	if (!data || !data->d_buf || !gelf_getshdr(object->metadata, &header))
		return input_refuse(why, object->origin, "section " CELL_METADATA_SECTION " is empty");
	struct cell_metadata metadata;
	struct diagnosis diagnosis = {};
	if (cell_metadata_open(bytes_from(data->d_buf, data->d_size), &metadata, &diagnosis))
		return input_refuse(why, object->origin, "offset %#llx: section " CELL_METADATA_SECTION ": %s",
			(unsigned long long)header.sh_offset, diagnosis.message);
	struct graph_cell *cell = graph_add_cell(graph, metadata.name.start, metadata.name.length);
	describe(graph, cell, object);
	cell->group = strings_add(&graph->strings, metadata.group.start, metadata.group.length);
	cell->version = strings_add(&graph->strings, metadata.version.start, metadata.version.length);
	switch (metadata.cell_class) {
	case CELL_CLASS_CORE:
		cell->cell_class = GRAPH_CLASS_CORE;
		break;
	case CELL_CLASS_CHECKED:
		cell->cell_class = GRAPH_CLASS_CHECKED;
		break;
	case CELL_CLASS_FOREIGN:
		cell->cell_class = GRAPH_CLASS_FOREIGN;
		break;
	}
	cell->build_id = metadata.build_id;
	add_tables(graph, &metadata);
	return add_sections(graph, object, why) && each_symbol(graph, object, visit_for_size, why);
}

static void visit_generic(struct graph *graph, const char *name, const GElf_Sym *symbol)
{
	if (symbol->st_shndx == SHN_UNDEF && GELF_ST_BIND(symbol->st_info) != STB_LOCAL) {
		graph_add_import(graph, name, strlen(name))->optional = GELF_ST_BIND(symbol->st_info) == STB_WEAK;
	} else if (is_exported(symbol)) {
		struct graph_export *export = graph_add_export(graph, name, strlen(name));
		export->kind = symbol_kind(symbol);
		export->size_bytes = (uint32_t)symbol->st_size;
	}
}

static void visit_kernel_module(struct graph *graph, const char *name, const GElf_Sym *symbol)
{
	static const char mark[] = "__ksymtab_";
	if (symbol->st_shndx == SHN_UNDEF)
		visit_generic(graph, name, symbol);
	else if (strncmp(name, mark, sizeof mark - 1) == 0 && name[sizeof mark - 1])
		graph_add_export(graph, name + sizeof mark - 1, strlen(name) - (sizeof mark - 1));
}

// "a/b/heap.o" is cell `heap` of group `b`; "lib.a:heap.o" is `heap` of `lib.a`.
static bool add_generic(struct graph *graph, const struct object *object, struct input_error *why)
{
	const char *end = object->origin + strlen(object->origin);
	const char *name = end;
	while (name > object->origin && name[-1] != '/' && name[-1] != ':')
		name--;
	const char *group_end = name > object->origin ? name - 1 : name;
	const char *group = group_end;
	while (group > object->origin && group[-1] != '/')
		group--;
	const char *suffix = strrchr(name, '.');
	struct graph_cell *cell = graph_add_cell(graph, name, (size_t)((suffix > name ? suffix : end) - name));
	describe(graph, cell, object);
	cell->group = strings_add(&graph->strings, group, (size_t)(group_end - group));
	graph->without_metadata = true;
	return add_sections(graph, object, why) &&
	       each_symbol(graph, object, object->kernel_module ? visit_kernel_module : visit_generic, why);
}

bool input_object(struct graph *graph, struct bytes file, const char *origin, struct input_error *why)
{
	struct object object = {.file = file, .origin = origin};
	bool good = open_object(&object, why) &&
		    (object.metadata ? add_cell(graph, &object, why) : add_generic(graph, &object, why));
	elf_end(object.elf);
	return good;
}

bool input_has_metadata(struct bytes file)
{
	struct object object = {.file = file, .origin = ""};
	struct input_error ignored;
	bool found = open_object(&object, &ignored) && object.metadata;
	elf_end(object.elf);
	return found;
}
