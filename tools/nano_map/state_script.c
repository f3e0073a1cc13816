#include "tools/nano_map/state_script.h"

#include <string.h>

// Where the state goes in physical memory: behind the stack, with the same distances as in the address space.
#define LOAD_ADDRESS "AT(ABSOLUTE(ADDR(%s) - cells_start) + state_start_physical)"

void state_script_segments(const struct state_of_cell *cells, size_t count, struct text_buffer *lines)
{
	for (size_t i = 0; i < count; i++) {
		if (cells[i].has_bytes)
			text_buffer_format(lines, "state_%s PT_LOAD FLAGS(6);\n\t", cells[i].name);
	}
	text_buffer_add(lines, "state PT_LOAD FLAGS(6);");
}

static void add_section(struct text_buffer *lines, const char *output, const char *type, const char *path,
	const char *input, const char *segment)
{
	text_buffer_format(
		lines, "%s%s : " LOAD_ADDRESS " { %s(%s) } :%s\n\t", output, type, output, path, input, segment);
}

// A cell's state with bytes and its zeros lie in one run of pages.
static void add_cell(struct text_buffer *lines, const struct state_of_cell *cell)
{
	const char *segment = cell->has_bytes ? list_format("state_%s", cell->name) : "state";
	text_buffer_add(lines, ". = ALIGN(4096);\n\t");
	if (cell->has_bytes)
		add_section(lines, list_format(".state.%s", cell->name), "", cell->path, ".cell_state", segment);
	if (cell->has_zeros)
		add_section(lines, list_format(".zeros.%s", cell->name), " (NOLOAD)", cell->path, ".bss.cell_state",
			segment);
}

void state_script_sections(const struct state_of_cell *cells, size_t count, struct text_buffer *lines)
{
	for (size_t i = 0; i < count; i++) {
		if (cells[i].has_bytes)
			add_cell(lines, &cells[i]);
	}
	for (size_t i = 0; i < count; i++) {
		if (cells[i].has_zeros && !cells[i].has_bytes)
			add_cell(lines, &cells[i]);
	}
}

static char *replace(const char *script, const char *mark, const char *lines)
{
	const char *at = strstr(script, mark);
	if (!at || strstr(at + 1, mark))
		return nullptr;
	return list_format(
		"%s%s%s", list_copy_characters(script, (size_t)(at - script)), lines ? lines : "", at + strlen(mark));
}

char *state_script_fill(const char *script, const struct state_of_cell *cells, size_t count)
{
	struct text_buffer segments = {}, sections = {};
	state_script_segments(cells, count, &segments);
	state_script_sections(cells, count, &sections);
	char *half = replace(script, "@state_segments@", segments.characters);
	return half ? replace(half, "@state_sections@", sections.characters) : nullptr;
}
