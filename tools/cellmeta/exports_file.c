#include "tools/cellmeta/exports_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tools/cellmeta/object_file.h"

static bool read_hash(const char *digits, struct cell_type_hash *hash)
{
	if (strlen(digits) != 2 * sizeof hash->bytes || strspn(digits, "0123456789abcdef") != 2 * sizeof hash->bytes)
		return false;
	for (size_t i = 0; i < sizeof hash->bytes; i++) {
		unsigned value;
		sscanf(digits + 2 * i, "%2x", &value);
		hash->bytes[i] = (unsigned char)value;
	}
	return true;
}

static enum status read_line(struct exports_file *exports, unsigned number, char *line, struct diagnosis *why)
{
	char *words[3] = {}, *rest = nullptr;
	for (size_t i = 0; i < 3; i++)
		words[i] = strtok_r(i ? nullptr : line, " ", &rest);
	if (number == 1 && words[1] && !strcmp(words[0], "cell")) {
		exports->cell = list_copy_text(words[1]);
		return STATUS_OK;
	}
	if (number == 2 && words[1] && !strcmp(words[0], "package")) {
		exports->package = list_copy_text(words[1]);
		return STATUS_OK;
	}
	struct exported_symbol symbol = {};
	bool function = words[2] && !strcmp(words[2], "function");
	if (number <= 2 || !words[2] || (!function && strcmp(words[2], "object")) || !read_hash(words[1], &symbol.hash))
		return diagnosis_set(why, STATUS_MALFORMED, "line %u is none of a file of exports", number);
	symbol.name = list_copy_text(words[0]);
	symbol.kind = function ? CELL_SYMBOL_FUNCTION : CELL_SYMBOL_OBJECT;
	*LIST_ADD(&exports->symbols) = symbol;
	return STATUS_OK;
}

enum status exports_file_read(const char *path, struct exports_file *exports, struct diagnosis *why)
{
	struct exports_file read = {.path = path};
	unsigned char *contents;
	size_t size_bytes;
	TRY(object_file_read(path, &contents, &size_bytes, why));
	char *text = list_copy_characters((const char *)contents, size_bytes), *rest = nullptr;
	unsigned number = 0;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(nullptr, "\n", &rest))
		TRY(read_line(&read, ++number, line, why));
	if (!read.cell || !read.package)
		return diagnosis_set(
			why, STATUS_MALFORMED, "it does not begin with the lines \"cell\" and \"package\"");
	*exports = read;
	return STATUS_OK;
}

const struct exported_symbol *exports_file_find(const struct exports_file *exports, const char *symbol)
{
	for (size_t i = 0; i < exports->symbols.count; i++)
		if (!strcmp(exports->symbols.items[i].name, symbol))
			return &exports->symbols.items[i];
	return nullptr;
}

char *exports_file_text(const struct exports_file *exports)
{
	struct text_buffer text = {};
	text_buffer_format(&text, "cell %s\npackage %s\n", exports->cell, exports->package);
	for (size_t i = 0; i < exports->symbols.count; i++) {
		const struct exported_symbol *symbol = &exports->symbols.items[i];
		char hash[CELL_METADATA_TYPE_HASH_TEXT_SIZE];
		cell_metadata_type_hash_text(symbol->hash, hash);
		text_buffer_format(&text, "%s %s %s\n", symbol->name, hash, cell_metadata_kind_name(symbol->kind));
	}
	return text.characters;
}
