#include "tools/depgraph/places.h"

#include <dwarf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/debug_file.h"

// One relocation that leads to another cell.
struct use {
	char *symbol, *file;
	int line;
};

struct cell_uses {
	struct use *items; // sorted by symbol, then by file and line
	size_t count, capacity;
	bool asked;
};

void places_init(struct places *places, const struct graph *graph, const char *source, const char *debug)
{
	*places = (struct places){graph, source, debug, ARRAY_NEW(struct cell_uses, graph->cell_count)};
}

void places_free(struct places *places)
{
	for (size_t c = 0; places->uses && c < places->graph->cell_count; c++) {
		for (size_t i = 0; i < places->uses[c].count; i++) {
			free(places->uses[c].items[i].symbol);
			free(places->uses[c].items[i].file);
		}
		free(places->uses[c].items);
	}
	free(places->uses);
	*places = (struct places){};
}

char *debug_file_of(const struct graph *graph, const struct graph_cell *cell, const char *debug)
{
	const char *name = graph_text(graph, cell->name), *origin = graph_text(graph, cell->origin);
	struct stat status;
	char *path = NULL;
	int length = 0;
	if (debug && stat(debug, &status) == 0 && S_ISREG(status.st_mode))
		length = asprintf(&path, "%s", debug);
	else if (debug)
		length = asprintf(&path, "%s/%s.debug", debug, name);
	else if (strchr(origin, ':')) {
		static const char *const suffixes[] = {".cells.cpio", ".iso", ".cpio"};
		size_t stem = strcspn(origin, ":");
		for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
			size_t suffix = strlen(suffixes[i]);
			if (stem <= suffix || strncmp(origin + stem - suffix, suffixes[i], suffix) != 0)
				continue;
			stem -= suffix;
			break;
		}
		length = asprintf(&path, "%.*s.debug/%s.debug", (int)stem, origin, name);
	} else {
		const char *dot = strrchr(origin, '.');
		length = asprintf(&path, "%.*s.debug", dot ? (int)(dot - origin) : (int)strlen(origin), origin);
	}
	if (length < 0)
		abort();
	return path;
}

// ---- Debug information ----

// What is needed to tell the line of a relocation.
struct lines {
	struct debug_file file;
	Elf *placed;     // its sections have the addresses that the line tables speak of
	Dwarf_Addr bias; // of `placed`
	Elf *raw;        // its relocations are untouched
	struct cell_uses *uses;
};

// Where an inlined function was called.
static bool call_of(Dwarf_Die *unit, Dwarf_Die *inlined, const char **file, int *line)
{
	Dwarf_Attribute attribute;
	Dwarf_Word file_number, number;
	Dwarf_Files *files;
	size_t count;
	if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file_number) != 0 ||
		dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &number) != 0 ||
		dwarf_getsrcfiles(unit, &files, &count) != 0 || file_number >= count)
		return false;
	*line = (int)number;
	return (*file = dwarf_filesrc(files, file_number, NULL, NULL));
}

// The line of the code at `address`; of an inlined function, where it was called from in the end.
static bool line_at(struct lines *lines, Dwarf_Addr address, const char **file, int *line)
{
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;
	while ((unit = dwfl_module_nextcu(lines->file.module, unit, &bias))) {
		Dwarf_Line *record = dwarf_getsrc_die(unit, address - bias);
		if (!record || dwarf_lineno(record, line) != 0 || *line <= 0)
			continue;
		*file = dwarf_linesrc(record, NULL, NULL);
		Dwarf_Die *scopes = NULL;
		int count = dwarf_getscopes(unit, address - bias, &scopes);
		for (int i = count; i-- > 0;)
			if (dwarf_tag(&scopes[i]) == DW_TAG_inlined_subroutine && call_of(unit, &scopes[i], file, line))
				break;
		free(scopes);
		return *file;
	}
	return false;
}

static void add_use(struct lines *lines, const char *symbol, Dwarf_Addr address)
{
	const char *file = NULL;
	int line = 0;
	if (!line_at(lines, address, &file, &line))
		return;
	struct use *use = ARRAY_ADD(lines->uses->items, lines->uses->count, lines->uses->capacity);
	use->symbol = strdup(symbol);
	use->file = strdup(debug_file_name(file));
	use->line = line;
	if (!use->symbol || !use->file)
		abort();
}

// The relocations of one section of code that lead out of the object.
static void add_uses(struct lines *lines, Elf_Scn *section, const GElf_Shdr *header)
{
	GElf_Shdr target, symbols_header;
	Elf_Scn *symbols = elf_getscn(lines->raw, header->sh_link);
	Elf_Data *data = elf_getdata(section, NULL), *symbol_data = elf_getdata(symbols, NULL);
	if (!data || !symbol_data || !gelf_getshdr(symbols, &symbols_header) || !header->sh_entsize ||
		!gelf_getshdr(elf_getscn(lines->placed, header->sh_info), &target) ||
		!(target.sh_flags & SHF_EXECINSTR))
		return;
	for (size_t i = 0; i < data->d_size / header->sh_entsize; i++) {
		GElf_Rela relocation;
		GElf_Sym symbol;
		if (!gelf_getrela(data, (int)i, &relocation) ||
			!gelf_getsym(symbol_data, (int)GELF_R_SYM(relocation.r_info), &symbol) ||
			symbol.st_shndx != SHN_UNDEF)
			continue;
		const char *name = elf_strptr(lines->raw, symbols_header.sh_link, symbol.st_name);
		if (name && *name)
			add_use(lines, name, target.sh_addr + lines->bias + relocation.r_offset);
	}
}

static int compare_uses(const void *a, const void *b)
{
	const struct use *left = a, *right = b;
	int order = strcmp(left->symbol, right->symbol);
	order = order ? order : strcmp(left->file, right->file);
	return order ? order : left->line - right->line;
}

static void read_debug_file(struct cell_uses *uses, const char *path, struct cell_build_id build_id)
{
	struct lines lines = {.uses = uses};
	struct input_error ignored; // without lines the source is searched
	struct stat status;
	if (stat(path, &status) != 0 || !debug_file_open(&lines.file, path, build_id, &ignored))
		return;
	FILE *file = fopen(path, "rb");
	lines.raw = file ? elf_begin(fileno(file), ELF_C_READ, NULL) : NULL;
	lines.placed = dwfl_module_getelf(lines.file.module, &lines.bias);
	Elf_Scn *section = NULL;
	while (lines.raw && lines.placed && (section = elf_nextscn(lines.raw, section))) {
		GElf_Shdr header;
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_RELA)
			add_uses(&lines, section, &header);
	}
	if (uses->count)
		qsort(uses->items, uses->count, sizeof *uses->items, compare_uses);
	elf_end(lines.raw);
	if (file)
		fclose(file);
	debug_file_close(&lines.file);
}

static const struct cell_uses *uses_of(struct places *places, uint32_t cell)
{
	struct cell_uses *uses = &places->uses[cell];
	if (!uses->asked) {
		const struct graph_cell *record = &places->graph->cells[cell];
		char *path = debug_file_of(places->graph, record, places->debug);
		uses->asked = true;
		read_debug_file(uses, path, record->build_id);
		free(path);
	}
	return uses;
}

// ---- Answers ----

static const char *group_of(const struct places *places, uint32_t cell)
{
	return graph_text(places->graph, places->graph->cells[cell].group);
}

static bool is_own_file(const struct places *places, uint32_t cell, const char *file)
{
	const char *name = graph_cell_name(places->graph, cell);
	const char *end = strrchr(file, '/');
	size_t length = strlen(name);
	return end && (size_t)(end - file) > length && strncmp(end - length, name, length) == 0 &&
	       end[-(long)length - 1] == '/';
}

bool places_of_symbol(struct places *places, uint32_t from, const char *symbol, char place[SOURCE_PLACE_BYTES])
{
	const struct cell_uses *uses = uses_of(places, from);
	const struct use *best = NULL;
	for (size_t i = 0; i < uses->count; i++) {
		const struct use *use = &uses->items[i];
		if (strcmp(use->symbol, symbol) == 0 &&
			(!best || (!is_own_file(places, from, best->file) && is_own_file(places, from, use->file))))
			best = use;
	}
	if (best)
		snprintf(place, SOURCE_PLACE_BYTES, "%.400s:%d", best->file, best->line);
	return best || (places->source && source_find(places->source, group_of(places, from),
						  graph_cell_name(places->graph, from), symbol, place));
}

bool places_of_declaration(struct places *places, uint32_t from, uint32_t to, char place[SOURCE_PLACE_BYTES])
{
	return places->source &&
	       source_find_declaration(places->source, group_of(places, from), graph_cell_name(places->graph, from),
		       graph_cell_name(places->graph, to), place);
}

bool places_of_edge(struct places *places, uint32_t from, uint32_t to, char place[SOURCE_PLACE_BYTES])
{
	const struct graph *graph = places->graph;
	const struct graph_edge *edge = graph_find_edge(graph, from, to);
	bool found = false;
	for (uint32_t i = 0; edge && i < edge->import_count && !(found && is_own_file(places, from, place)); i++) {
		char next[SOURCE_PLACE_BYTES];
		if (!places_of_symbol(places, from, graph_edge_symbol(graph, edge, i), next))
			continue;
		if (!found || is_own_file(places, from, next))
			memcpy(place, next, sizeof next);
		found = true;
	}
	if (found)
		return true;
	return (places->source && edge && edge->kinds & EDGE_KINDS_USED &&
		       source_find(places->source, group_of(places, from), graph_cell_name(graph, from),
			       graph_cell_name(graph, to), place)) ||
	       places_of_declaration(places, from, to, place);
}

bool places_of_export(struct places *places, uint32_t cell, const char *symbol, char place[SOURCE_PLACE_BYTES])
{
	return places->source && (source_find_export(places->source, group_of(places, cell),
					  graph_cell_name(places->graph, cell), symbol, place) ||
					 source_find(places->source, group_of(places, cell),
						 graph_cell_name(places->graph, cell), symbol, place));
}
