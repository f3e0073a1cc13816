#include "tools/depgraph/source_lines.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Where the scan of a text stands.
struct scan {
	const char *at;
	bool code_on_line;
};

static bool word_at(const char *text, const char *at, const char *word)
{
	size_t length = strlen(word);
	bool begins = at == text || (!isalnum((unsigned char)at[-1]) && at[-1] != '_');
	return begins && strncmp(at, word, length) == 0 && !isalnum((unsigned char)at[length]) && at[length] != '_';
}

static void skip_string(struct scan *scan)
{
	char quote = *scan->at++;
	while (*scan->at && *scan->at != quote && *scan->at != '\n')
		scan->at += scan->at[0] == '\\' && scan->at[1] ? 2 : 1;
	if (*scan->at == quote)
		scan->at++;
}

// Over one comment, line end, string or character.
static void step(struct scan *scan, const char *text, bool assembly, struct source_lines *count)
{
	const char *at = scan->at;
	if (*at == '\n') {
		count->lines += scan->code_on_line;
		count->raw += scan->code_on_line && assembly;
		scan->code_on_line = false;
		scan->at++;
	} else if (at[0] == '/' && at[1] == '/') {
		scan->at += strcspn(at, "\n");
	} else if (at[0] == '/' && at[1] == '*') {
		const char *end = strstr(at + 2, "*/");
		for (scan->at = end ? end + 2 : at + strlen(at); at < scan->at; at++)
			if (*at == '\n') {
				count->lines += scan->code_on_line;
				scan->code_on_line = false;
			}
	} else if (*at == '"' || (*at == '\'' && !assembly)) {
		scan->code_on_line = true;
		skip_string(scan);
	} else {
		static const char *const raw[] = {"RAW", "RAW_POINTER", "asm", "__asm__"};
		for (size_t i = 0; !assembly && i < sizeof raw / sizeof *raw; i++)
			count->raw += word_at(text, at, raw[i]);
		scan->code_on_line = scan->code_on_line || !isspace((unsigned char)*at);
		scan->at++;
	}
}

void source_lines_of_text(const char *text, bool assembly, struct source_lines *count)
{
	struct scan scan = {.at = text};
	while (*scan.at)
		step(&scan, text, assembly, count);
	count->lines += scan.code_on_line;
	count->raw += scan.code_on_line && assembly;
}

// The line of the first use of `word`, 0 if there is none.
static unsigned find_in_text(const char *text, const char *word)
{
	struct scan scan = {.at = text};
	struct source_lines ignored = {};
	unsigned included = 0;
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *hit = strncmp(line, "#include", 8) == 0 ? strstr(line, word) : NULL;
		if (hit && hit < line + strcspn(line, "\n") && !included) {
			included = 1;
			for (const char *at = text; at < line; at++)
				included += *at == '\n';
		}
	}
	while (*scan.at) {
		if (!strchr("\"'/", *scan.at) && word_at(text, scan.at, word)) {
			unsigned number = 1;
			for (const char *at = text; at < scan.at; at++)
				number += *at == '\n';
			return number;
		}
		step(&scan, text, false, &ignored);
	}
	return included;
}

static char *read_whole(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	size_t capacity = 0;
	bool good = file && getdelim(&text, &capacity, '\0', file) > 0;
	if (file)
		fclose(file);
	if (good)
		return text;
	free(text);
	return NULL;
}

static void count_file(const char *path, bool assembly, struct source_lines *count)
{
	char *text = read_whole(path);
	if (text)
		source_lines_of_text(text, assembly, count);
	free(text);
}

static int is_source(const struct dirent *entry)
{
	const char *suffix = strrchr(entry->d_name, '.');
	return suffix && (strcmp(suffix, ".c") == 0 || strcmp(suffix, ".h") == 0 || strcmp(suffix, ".S") == 0);
}

bool source_lines_count(const char *root, const char *group, const char *name, struct source_lines *count)
{
	char directory[1024], path[2048];
	snprintf(directory, sizeof directory, "%s/cells/%s/%s", root, group, name);
	DIR *entries = opendir(directory);
	if (!entries)
		return false;
	struct dirent *entry;
	while ((entry = readdir(entries))) {
		if (!is_source(entry))
			continue;
		snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
		count_file(path, strrchr(entry->d_name, '.')[1] == 'S', count);
	}
	closedir(entries);
	return true;
}

bool source_find(
	const char *root, const char *group, const char *name, const char *word, char place[SOURCE_PLACE_BYTES])
{
	char directory[1024], path[2048];
	snprintf(directory, sizeof directory, "%s/cells/%s/%s", root, group, name);
	struct dirent **entries = NULL;
	int count = scandir(directory, &entries, is_source, alphasort);
	unsigned line = 0;
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/%s", directory, entries[i]->d_name);
		char *text = line ? NULL : read_whole(path);
		if (text && (line = find_in_text(text, word)))
			snprintf(place, SOURCE_PLACE_BYTES, "cells/%.100s/%.100s/%.200s:%u", group, name,
				entries[i]->d_name, line);
		free(text);
		free(entries[i]);
	}
	free(entries);
	return line;
}

bool source_find_export(
	const char *root, const char *group, const char *name, const char *word, char place[SOURCE_PLACE_BYTES])
{
	char path[2048];
	snprintf(path, sizeof path, "%s/cells/%s/%s/%s.h", root, group, name, name);
	char *text = read_whole(path);
	unsigned line = text ? find_in_text(text, word) : 0;
	free(text);
	if (line)
		snprintf(place, SOURCE_PLACE_BYTES, "cells/%.100s/%.100s/%.100s.h:%u", group, name, name, line);
	return line;
}

// "//cells/GROUP/NAME", or ":NAME" after it.
static bool is_label_of(const char *line, size_t length, const char *name)
{
	size_t name_length = strlen(name);
	for (size_t i = 1; i + name_length < length; i++)
		if ((line[i - 1] == '/' || line[i - 1] == ':') && strncmp(line + i, name, name_length) == 0 &&
			line[i + name_length] == '"')
			return true;
	return false;
}

bool source_find_declaration(
	const char *root, const char *group, const char *name, const char *to, char place[SOURCE_PLACE_BYTES])
{
	char path[2048];
	snprintf(path, sizeof path, "%s/cells/%s/%s/BUILD", root, group, name);
	char *text = read_whole(path);
	unsigned number = 1;
	bool found = false;
	for (const char *line = text; line && *line && !found; number++) {
		size_t length = strcspn(line, "\n");
		found = is_label_of(line, length, to);
		line += length + (line[length] == '\n');
	}
	free(text);
	if (found)
		snprintf(place, SOURCE_PLACE_BYTES, "cells/%.100s/%.100s/BUILD:%u", group, name, number - 1);
	return found;
}
