// make_script: completes nano_core's linker script with the places of its cells' state.
//
//     make_script OUT SCRIPT CELL.o...
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/cellmeta/sealed_object.h"
#include "tools/nano_map/state_script.h"

enum { EXIT_USAGE = 64, EXIT_BAD_INPUT = 65, EXIT_CANNOT_WRITE = 73 };

static __attribute__((noreturn)) void bad_input(const char *path, const char *cause)
{
	fprintf(stderr, "%s: error: %s\n", path, cause);
	exit(EXIT_BAD_INPUT);
}

static int takes_memory(const struct object_file *object, const char *name)
{
	const struct object_section *section = object_file_section(object, name);
	return section && section->size_bytes > 0;
}

static struct state_of_cell state_of(const char *path)
{
	struct sealed_object sealed;
	struct diagnosis why = {};
	if (sealed_object_open(path, &sealed, &why))
		bad_input(path, why.message);
	struct text name = sealed.metadata.name;
	return (struct state_of_cell){
		.path = path,
		.name = list_copy_characters(name.start, name.length),
		.has_bytes = takes_memory(&sealed.object, ".cell_state"),
		.has_zeros = takes_memory(&sealed.object, ".bss.cell_state"),
	};
}

int main(int count, char **arguments)
{
	if (count < 4) {
		fputs("usage: make_script OUT SCRIPT CELL.o...\n", stderr);
		return EXIT_USAGE;
	}
	struct diagnosis why = {};
	unsigned char *text;
	size_t length;
	if (object_file_read(arguments[2], &text, &length, &why))
		bad_input(arguments[2], why.message);
	LIST(struct state_of_cell) cells = {};
	for (int i = 3; i < count; i++)
		*LIST_ADD(&cells) = state_of(arguments[i]);
	const char *script =
		state_script_fill(list_copy_characters((const char *)text, length), cells.items, cells.count);
	if (!script)
		bad_input(arguments[2], "@state_segments@ and @state_sections@ must each be there once");

	FILE *file = fopen(arguments[1], "w");
	bool written = file && fputs(script, file) >= 0;
	if (!file || fclose(file) || !written) {
		fprintf(stderr, "%s: error: it cannot be written\n", arguments[1]);
		return EXIT_CANNOT_WRITE;
	}
	return 0;
}
