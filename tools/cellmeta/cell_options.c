#include "tools/cellmeta/cell_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cellmeta/object_file.h"

void cell_options_bad_input(const char *path, const char *cause)
{
	fprintf(stderr, "%s: error: %s\n", path, cause);
	exit(EXIT_BAD_INPUT);
}

static __attribute__((noreturn)) void usage(const char *what, const char *which)
{
	fprintf(stderr, "cellmeta: error: %s %s (see tools/cellmeta/make_cell_object.sh)\n", what, which);
	exit(EXIT_USAGE);
}

static struct exports_file read_exports(const char *path)
{
	struct exports_file exports = {};
	struct diagnosis why = {};
	if (exports_file_read(path, &exports, &why))
		cell_options_bad_input(path, why.message);
	return exports;
}

// NAME=EXPORTS=HEADER
static void add_dependency(struct cell_options *options, char *argument, bool implicit)
{
	char *rest = nullptr;
	const char *name = strtok_r(argument, "=", &rest);
	const char *exports = strtok_r(nullptr, "=", &rest);
	const char *header = strtok_r(nullptr, "=", &rest);
	if (!name || !exports || !header)
		usage("no NAME=EXPORTS=HEADER:", argument);
	*LIST_ADD(&options->dependencies) = (struct cell_option_dependency){
		.name = name, .header = header, .implicit = implicit, .exports = read_exports(exports)};
}

static bool read_value(struct cell_options *options, const char *name, char *value)
{
	const struct {
		const char *name;
		const char **value;
	} plain[] = {{"--name", &options->name}, {"--group", &options->group}, {"--package", &options->package},
		{"--version", &options->version}, {"--summary", &options->summary}, {"--class", &options->class_name},
		{"--init", &options->init_symbol}, {"--exit", &options->exit_symbol}, {"--merged", &options->merged},
		{"--header", &options->header}, {"--directory", &options->directory},
		{"--undeclared", &options->undeclared}, {"--blob", &options->blob}, {"--exports", &options->exports}};
	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
		if (!strcmp(name, plain[i].name)) {
			*plain[i].value = value;
			return true;
		}
	}
	if (!strcmp(name, "--dep") || !strcmp(name, "--implicit-dep"))
		add_dependency(options, value, !strcmp(name, "--implicit-dep"));
	else if (!strcmp(name, "--known-exports"))
		*LIST_ADD(&options->known) = read_exports(value);
	else if (!strcmp(name, "--source"))
		*LIST_ADD(&options->sources) = value;
	else if (!strcmp(name, "--pinned"))
		*LIST_ADD(&options->pinned) = value;
	else if (!strcmp(name, "--interface"))
		*LIST_ADD(&options->interfaces) = value;
	else
		return false;
	return true;
}

static void read_undeclared(struct cell_options *options)
{
	unsigned char *contents;
	size_t size_bytes;
	struct diagnosis why = {};
	if (!options->undeclared)
		return;
	if (object_file_read(options->undeclared, &contents, &size_bytes, &why))
		cell_options_bad_input(options->undeclared, why.message);
	char *text = list_copy_characters((const char *)contents, size_bytes), *rest = nullptr;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(nullptr, "\n", &rest))
		*LIST_ADD(&options->undeclared_symbols) = line;
}

void cell_options_read(struct cell_options *options, int count, char **arguments)
{
	*options = (struct cell_options){
		.group = "", .version = "", .summary = "", .class_name = "", .init_symbol = "", .exit_symbol = ""};
	for (int i = 0; i < count; i += 2) {
		if (i + 1 == count)
			usage("no value after", arguments[i]);
		if (!read_value(options, arguments[i], arguments[i + 1]))
			usage("unknown option", arguments[i]);
	}
	if (!options->name || !options->package || !options->merged || !options->header)
		usage("needed are", "--name, --package, --merged and --header");
	options->build_file = list_format("%s/BUILD", options->package);
	read_undeclared(options);
}

bool cell_options_is_undeclared(const struct cell_options *options, const char *symbol)
{
	for (size_t i = 0; i < options->undeclared_symbols.count; i++)
		if (!strcmp(options->undeclared_symbols.items[i], symbol))
			return true;
	return false;
}

const struct cell_option_dependency *cell_options_exporter(const struct cell_options *options, const char *symbol)
{
	for (size_t i = 0; i < options->dependencies.count; i++)
		if (exports_file_find(&options->dependencies.items[i].exports, symbol))
			return &options->dependencies.items[i];
	return nullptr;
}

void cell_options_write(const char *path, const void *contents, size_t size_bytes)
{
	FILE *file = fopen(path, "wb");
	bool written = file && fwrite(contents, 1, size_bytes, file) == size_bytes;
	if (!file || fclose(file) || !written) {
		fprintf(stderr, "%s: error: it cannot be written: %s\n", path, strerror(errno));
		exit(EXIT_CANNOT_WRITE);
	}
}
