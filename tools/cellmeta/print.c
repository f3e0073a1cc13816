#include "tools/cellmeta/verbs.h"

#include <stdio.h>
#include <string.h>

#include "tools/cellmeta/cell_options.h"
#include "tools/cellmeta/sealed_object.h"

static const struct {
	uint32_t kind;
	const char *name;
} edge_kinds[] = {{CELL_EDGE_LINK, "link"}, {CELL_EDGE_TYPE, "type"}, {CELL_EDGE_HEADER, "header"},
	{CELL_EDGE_IMPLICIT, "implicit"}};

struct hash_text {
	char digits[CELL_METADATA_TYPE_HASH_TEXT_SIZE];
};

static struct hash_text hash_text(struct cell_type_hash hash)
{
	struct hash_text text;
	cell_metadata_type_hash_text(hash, text.digits);
	return text;
}

static void print_build_id(const struct cell_metadata *metadata)
{
	for (size_t i = 0; i < sizeof metadata->build_id.bytes; i++)
		printf("%02x", metadata->build_id.bytes[i]);
}

static void print_text(const char *label, struct text value)
{
	if (value.length)
		printf("  %-9s %.*s\n", label, TEXT_ARGUMENTS(value));
}

static void print_plain(const struct cell_metadata *metadata)
{
	printf("cell %.*s %.*s (%s%s, group %.*s)\n", TEXT_ARGUMENTS(metadata->name), TEXT_ARGUMENTS(metadata->version),
		cell_metadata_class_name(metadata->cell_class), metadata->flags & CELL_FLAG_TRUSTED ? ", trusted" : "",
		TEXT_ARGUMENTS(metadata->group));
	print_text("summary", metadata->summary);
	printf("  build id  ");
	print_build_id(metadata);
	printf("\n");
	print_text("init", metadata->init_symbol);
	print_text("exit", metadata->exit_symbol);
	for (uint32_t i = 0; i < metadata->dependency_count; i++) {
		struct cell_dependency dependency = cell_metadata_dependency(metadata, i);
		printf("  depends   %-24.*s", TEXT_ARGUMENTS(dependency.name));
		for (size_t k = 0; k < sizeof edge_kinds / sizeof edge_kinds[0]; k++)
			if (dependency.kinds & edge_kinds[k].kind)
				printf(" %s", edge_kinds[k].name);
		printf("\n");
	}
	for (uint32_t i = 0; i < metadata->export_count; i++) {
		struct cell_export symbol = cell_metadata_export(metadata, i);
		printf("  exports   %s %-8s %.*s\n", hash_text(symbol.type_hash).digits,
			cell_metadata_kind_name(symbol.kind), TEXT_ARGUMENTS(symbol.name));
	}
	for (uint32_t i = 0; i < metadata->import_count; i++) {
		struct cell_import symbol = cell_metadata_import(metadata, i);
		printf("  imports   %s %.*s of %.*s\n", hash_text(symbol.type_hash).digits, TEXT_ARGUMENTS(symbol.name),
			TEXT_ARGUMENTS(cell_metadata_dependency(metadata, symbol.dependency).name));
	}
	for (uint32_t i = 0; i < metadata->state_count; i++) {
		struct cell_state_variable state = cell_metadata_state(metadata, i);
		printf("  state     %s %.*s, %llu bytes\n", hash_text(state.type_hash).digits,
			TEXT_ARGUMENTS(state.name), (unsigned long long)state.size_bytes);
	}
}

static void print_json_string(struct text value)
{
	putchar('"');
	for (size_t i = 0; i < value.length; i++) {
		unsigned char character = (unsigned char)text_at(value, i);
		if (character == '"' || character == '\\')
			printf("\\%c", character);
		else if (character < ' ')
			printf("\\u%04x", character);
		else
			putchar(character);
	}
	putchar('"');
}

static void print_json_member(const char *label, struct text value)
{
	printf("  \"%s\": ", label);
	print_json_string(value);
	printf(",\n");
}

static void print_json_tables(const struct cell_metadata *metadata)
{
	printf("  \"dependencies\": [");
	for (uint32_t i = 0; i < metadata->dependency_count; i++) {
		struct cell_dependency dependency = cell_metadata_dependency(metadata, i);
		const char *comma = "";
		printf("%s\n    {\"name\": \"%.*s\", \"kinds\": [", i ? "," : "", TEXT_ARGUMENTS(dependency.name));
		for (size_t k = 0; k < sizeof edge_kinds / sizeof edge_kinds[0]; k++) {
			if (dependency.kinds & edge_kinds[k].kind) {
				printf("%s\"%s\"", comma, edge_kinds[k].name);
				comma = ", ";
			}
		}
		printf("]}");
	}
	printf("],\n  \"exports\": [");
	for (uint32_t i = 0; i < metadata->export_count; i++) {
		struct cell_export symbol = cell_metadata_export(metadata, i);
		printf("%s\n    {\"name\": \"%.*s\", \"kind\": \"%s\", \"type_hash\": \"%s\"}", i ? "," : "",
			TEXT_ARGUMENTS(symbol.name), cell_metadata_kind_name(symbol.kind),
			hash_text(symbol.type_hash).digits);
	}
	printf("],\n  \"imports\": [");
	for (uint32_t i = 0; i < metadata->import_count; i++) {
		struct cell_import symbol = cell_metadata_import(metadata, i);
		struct text cell = cell_metadata_dependency(metadata, symbol.dependency).name;
		printf("%s\n    {\"name\": \"%.*s\", \"cell\": \"%.*s\", \"type_hash\": \"%s\"}", i ? "," : "",
			TEXT_ARGUMENTS(symbol.name), TEXT_ARGUMENTS(cell), hash_text(symbol.type_hash).digits);
	}
	printf("],\n  \"state\": [");
	for (uint32_t i = 0; i < metadata->state_count; i++) {
		struct cell_state_variable state = cell_metadata_state(metadata, i);
		printf("%s\n    {\"name\": \"%.*s\", \"size_bytes\": %llu, \"type_hash\": \"%s\"}", i ? "," : "",
			TEXT_ARGUMENTS(state.name), (unsigned long long)state.size_bytes,
			hash_text(state.type_hash).digits);
	}
	printf("]}");
}

static void print_json(const char *path, const struct cell_metadata *metadata)
{
	printf(" {\n");
	print_json_member("file", text_from(path));
	print_json_member("name", metadata->name);
	print_json_member("group", metadata->group);
	print_json_member("version", metadata->version);
	print_json_member("class", text_from(cell_metadata_class_name(metadata->cell_class)));
	printf("  \"trusted\": %s,\n", metadata->flags & CELL_FLAG_TRUSTED ? "true" : "false");
	print_json_member("summary", metadata->summary);
	printf("  \"build_id\": \"");
	print_build_id(metadata);
	printf("\",\n");
	print_json_member("init", metadata->init_symbol);
	print_json_member("exit", metadata->exit_symbol);
	print_json_tables(metadata);
}

int verb_print(int count, char **arguments)
{
	bool json = count > 0 && !strcmp(arguments[0], "--json");
	int first = json ? 1 : 0;
	if (first == count) {
		fprintf(stderr, "usage: cellmeta print [--json] FILE.o...\n");
		return EXIT_USAGE;
	}
	if (json)
		printf("[\n");
	for (int i = first; i < count; i++) {
		struct sealed_object sealed;
		struct diagnosis why = {};
		if (sealed_object_open(arguments[i], &sealed, &why))
			cell_options_bad_input(arguments[i], why.message);
		if (json) {
			print_json(arguments[i], &sealed.metadata);
			printf(i + 1 < count ? ",\n" : "\n]\n");
		} else {
			print_plain(&sealed.metadata);
		}
	}
	return 0;
}
