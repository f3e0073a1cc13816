// Makes cell objects from a few lines of text, or a large random graph, for the tests and the measurements of depgraph.
//
//     make_cells objects CELLS.txt DIRECTORY      one NAME.o for each cell
//     make_cells archive CELLS.txt FILE.cpio
//     make_cells iso CELLS.txt FILE.iso           with Rock Ridge names; `plain-iso` without
//     make_cells bare CELLS.txt DIRECTORY         the same objects without metadata
//     make_cells modules CELLS.txt DIRECTORY      as Linux kernel modules, NAME.ko
//     make_cells library CELLS.txt FILE.a         those in a static library
//     make_cells frames GRAPH.json MARK FILE      as a running system sends it through a serial line
//     make_cells random CELLS EDGES SYMBOLS SEED FILE.cpio
//     make_cells random-modules CELLS EDGES SYMBOLS SEED DIRECTORY
//
// CELLS.txt, one word after another, a cell's lines follow its first:
//
//     cell NAME GROUP CLASS CODE_BYTES
//     needs NAME KINDS        kinds as in cells/loader/cell_metadata: 1 link, 2 type, 4 header, 8 implicit; 0 unused
//     export SYMBOL TYPE      any text for the type; equal texts give equal hashes
//     import SYMBOL CELL TYPE
//     state NAME BYTES
//     spill BYTES             writable data that is not declared
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells/loader/cell_metadata/cell_metadata.h"
#include "tests/depgraph/cell_writer.h"

enum { ROOM = 64, SYMBOL_ROOM = 4096 };

static struct written_cell *cells;
static size_t cell_count;

static _Noreturn void stop(const char *what, const char *which)
{
	fprintf(stderr, "make_cells: %s: %s\n", what, which);
	exit(1);
}

static void *grow(void *array, size_t count, size_t element_bytes)
{
	if (count & (count - 1)) // grows when the count is a power of two
		return array;
	array = realloc(array, (count ? count * 2 : 1) * element_bytes);
	if (!array)
		abort();
	return array;
}

static char *copy(const char *text)
{
	char *result = strdup(text);
	if (!result)
		abort();
	return result;
}

static struct written_cell *add_cell(const char *name, const char *group, uint32_t cell_class, uint64_t code_bytes)
{
	cells = grow(cells, cell_count, sizeof *cells);
	cells[cell_count] = (struct written_cell){.name = copy(name),
		.group = copy(group),
		.version = "1.0",
		.cell_class = cell_class,
		.code_bytes = code_bytes};
	return &cells[cell_count++];
}

static void add_dependency(struct written_cell *cell, const char *name, uint32_t kinds)
{
	for (size_t i = 0; i < cell->dependency_count; i++)
		if (strcmp(cell->dependencies[i].name, name) == 0) {
			cell->dependencies[i].kinds |= kinds;
			return;
		}
	cell->dependencies = grow(cell->dependencies, cell->dependency_count, sizeof *cell->dependencies);
	cell->dependencies[cell->dependency_count++] = (struct written_dependency){copy(name), kinds};
}

static void add_symbol(struct written_symbol **symbols, size_t *count, const char *name, const char *cell,
	const char *type, uint64_t size)
{
	*symbols = grow(*symbols, *count, sizeof **symbols);
	(*symbols)[(*count)++] = (struct written_symbol){copy(name), cell ? copy(cell) : NULL, copy(type), size};
}

static uint32_t class_from(const char *word)
{
	return strcmp(word, "core") == 0      ? CELL_CLASS_CORE
	       : strcmp(word, "checked") == 0 ? CELL_CLASS_CHECKED
					      : CELL_CLASS_FOREIGN;
}

static void read_line(char *line, const char *file)
{
	char words[5][ROOM] = {};
	int count = sscanf(line, "%63s %63s %63s %63s %63s", words[0], words[1], words[2], words[3], words[4]);
	struct written_cell *cell = cell_count ? &cells[cell_count - 1] : NULL;
	if (count <= 0 || words[0][0] == '#')
		return;
	if (strcmp(words[0], "cell") == 0 && count == 5)
		add_cell(words[1], words[2], class_from(words[3]), strtoull(words[4], NULL, 10));
	else if (cell && strcmp(words[0], "needs") == 0 && count == 3)
		add_dependency(cell, words[1], (uint32_t)strtoul(words[2], NULL, 10));
	else if (cell && strcmp(words[0], "export") == 0 && count == 3)
		add_symbol(&cell->exports, &cell->export_count, words[1], NULL, words[2], 0);
	else if (cell && strcmp(words[0], "import") == 0 && count == 4)
		add_symbol(&cell->imports, &cell->import_count, words[1], words[2], words[3], 0);
	else if (cell && strcmp(words[0], "state") == 0 && count == 3)
		add_symbol(&cell->states, &cell->state_count, words[1], NULL, "state", strtoull(words[2], NULL, 10));
	else if (cell && strcmp(words[0], "spill") == 0 && count == 2)
		cell->spilled_bytes = strtoull(words[1], NULL, 10);
	else
		stop(file, line);
}

static void read_description(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[512];
	if (!file)
		stop(path, strerror(errno));
	while (fgets(line, sizeof line, file))
		read_line(line, path);
	fclose(file);
}

static uint64_t random_state;

// Marsaglia's xorshift64: the same numbers everywhere for the same seed.
static size_t random_below(size_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % limit;
}

// A graph without cycles, in layers as software has them: cell i uses cells before it, near ones more often.
static void make_random(size_t count, size_t edges, size_t symbols, uint64_t seed)
{
	static const char *const groups[] = {"base", "hal", "memory", "loader", "console", "fs", "net", "app"};
	random_state = seed * 2 + 1;
	size_t per_edge = symbols / edges;
	for (size_t i = 0; i < count; i++) {
		char name[ROOM];
		snprintf(name, sizeof name, "cell_%05zu", i);
		struct written_cell *cell = add_cell(name, groups[i * 8 / count], i % 5 == 0, 100 + random_below(4000));
		for (size_t s = 0; s < per_edge * 2; s++) {
			char symbol[ROOM];
			snprintf(symbol, sizeof symbol, "cell_%05zu_function_%zu", i, s);
			add_symbol(&cell->exports, &cell->export_count, symbol, NULL, "f", 0);
		}
		size_t wanted = i ? edges / count : 0;
		for (size_t e = 0; e < wanted; e++) {
			size_t reach = e % 2 ? i : (i < 64 ? i : 64);
			size_t target = i - 1 - random_below(reach);
			snprintf(name, sizeof name, "cell_%05zu", target);
			size_t before = cell->dependency_count;
			add_dependency(cell, name, CELL_EDGE_LINK);
			for (size_t s = 0; s < per_edge && cell->dependency_count > before; s++) {
				char symbol[ROOM];
				snprintf(symbol, sizeof symbol, "cell_%05zu_function_%zu", target, s * 2);
				add_symbol(&cell->imports, &cell->import_count, symbol, name, "f", 0);
			}
		}
	}
}

static int compare_cells(const void *a, const void *b)
{
	return strcmp(((const struct written_cell *)a)->name, ((const struct written_cell *)b)->name);
}

static void write_file(const char *path, const struct buffer *data)
{
	FILE *file = fopen(path, "wb");
	if (!file || fwrite(data->data, 1, data->size_bytes, file) != data->size_bytes || fclose(file) != 0)
		stop(path, strerror(errno));
}

static void write_objects(const char *directory)
{
	for (size_t i = 0; i < cell_count; i++) {
		struct buffer object = {};
		char path[SYMBOL_ROOM];
		snprintf(path, sizeof path, "%s/%s.%s", directory, cells[i].name, cells[i].module ? "ko" : "o");
		cell_writer_object(&cells[i], &object);
		write_file(path, &object);
		buffer_free(&object);
	}
}

static void write_library(struct buffer *library)
{
	cell_writer_library_begin(library);
	for (size_t i = 0; i < cell_count; i++) {
		struct buffer object = {};
		char name[ROOM * 2];
		snprintf(name, sizeof name, "%s.o", cells[i].name);
		cell_writer_object(&cells[i], &object);
		cell_writer_library_member(library, name, &object);
		buffer_free(&object);
	}
}

static void write_archive(struct buffer *archive)
{
	qsort(cells, cell_count, sizeof *cells, compare_cells);
	for (size_t i = 0; i < cell_count; i++) {
		struct buffer object = {};
		char name[ROOM * 2];
		snprintf(name, sizeof name, "%s.o", cells[i].name);
		cell_writer_object(&cells[i], &object);
		cell_writer_member(archive, name, &object);
		buffer_free(&object);
	}
	cell_writer_trailer(archive);
}

// Each line of a text as `deps --json MARK` prints it, with what else comes out of such a line.
static int write_frames(const char *from, const char *mark, const char *to)
{
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	if (!in || !out)
		stop(in ? to : from, strerror(errno));
	char line[SYMBOL_ROOM];
	unsigned number = 0;
	fprintf(out, "[log] hello\r\nariadne> deps --json %s\r\n", mark);
	while (fgets(line, sizeof line, in)) {
		line[strcspn(line, "\n")] = '\0';
		uint32_t hash = 0x811c9dc5;
		for (const char *at = line; *at; at++)
			hash = (hash ^ (unsigned char)*at) * 0x01000193;
		fprintf(out, "%s %u %08x %s\r\n", mark, ++number, hash, line);
		if (number == 3)
			fprintf(out, "[log] something happened\r\n");
	}
	fprintf(out, "%s end %u\r\nariadne> ", mark, number);
	return fclose(in) || fclose(out);
}

int main(int count, char **arguments)
{
	const char *verb = count > 3 ? arguments[1] : "";
	if (strcmp(verb, "frames") == 0 && count == 5)
		return write_frames(arguments[2], arguments[3], arguments[4]);
	struct buffer archive = {}, iso = {};
	bool modules = strcmp(verb, "modules") == 0 || strcmp(verb, "random-modules") == 0;
	if (strncmp(verb, "random", 6) == 0 && count == 7)
		make_random(strtoull(arguments[2], NULL, 10), strtoull(arguments[3], NULL, 10),
			strtoull(arguments[4], NULL, 10), strtoull(arguments[5], NULL, 10));
	else if (count == 4)
		read_description(arguments[2]);
	else
		stop("usage",
			"make_cells objects|bare|modules|library|archive|iso|plain-iso CELLS.txt OUT, or random CELLS "
			"EDGES SYMBOLS "
			"SEED OUT");
	if (!cell_count)
		stop(arguments[2], "no cell");
	bool is_library = strcmp(verb, "library") == 0;
	for (size_t i = 0; i < cell_count; i++) {
		cells[i].module = modules;
		cells[i].bare = modules || is_library || strcmp(verb, "bare") == 0;
	}
	if (modules || strcmp(verb, "objects") == 0 || strcmp(verb, "bare") == 0) {
		write_objects(arguments[count - 1]);
		return 0;
	}
	if (is_library)
		write_library(&archive);
	else
		write_archive(&archive);
	if (strcmp(verb, "iso") == 0 || strcmp(verb, "plain-iso") == 0) {
		cell_writer_iso(&iso, &archive, verb[0] == 'i');
		write_file(arguments[3], &iso);
	} else {
		write_file(arguments[count - 1], &archive);
	}
	buffer_free(&archive);
	buffer_free(&iso);
	return 0;
}
