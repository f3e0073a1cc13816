#include "tools/nano_map/link_map.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

// A line is "VMA LMA SIZE ALIGN REST", the four in columns; REST of an input section is "FILE:(SECTION)", and that of a
// piece of unwind tables "FILE:(.eh_frame+OFFSET)". Symbols and output sections have no "FILE:(".
static void read_line(const char *line, struct link_map *map)
{
	uint64_t address, load_address, size_bytes, alignment;
	int length = 0;
	if (sscanf(line, "%" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNu64 " %n", &address, &load_address, &size_bytes,
		    &alignment, &length) < 4 ||
		length == 0)
		return;
	const char *file = line + length;
	const char *open = strstr(file, ":(");
	const char *close = strrchr(file, ')');
	if (!open || !close || close < open || close[1])
		return;
	if (!strncmp(open, ":(.eh_frame+", strlen(":(.eh_frame+"))) {
		if (map->unwind_end == 0)
			map->unwind_start = address;
		map->unwind_end = address + size_bytes;
		return;
	}
	*LIST_ADD(&map->entries) = (struct link_map_entry){.file = list_copy_characters(file, (size_t)(open - file)),
		.section = list_copy_characters(open + 2, (size_t)(close - open - 2)),
		.address = address,
		.size_bytes = size_bytes};
}

enum status link_map_read(const char *text, struct link_map *map, struct diagnosis *why)
{
	*map = (struct link_map){};
	while (*text) {
		size_t length = strcspn(text, "\n");
		read_line(list_copy_characters(text, length), map);
		text += length + (text[length] == '\n');
	}
	if (map->entries.count == 0)
		return diagnosis_set(
			why, STATUS_MALFORMED, "it is no map of ld.lld: no line names a section of a file");
	return STATUS_OK;
}

const struct link_map_entry *link_map_take(
	struct link_map *map, const char *file, const char *section, uint64_t size_bytes)
{
	for (size_t i = 0; i < map->entries.count; i++) {
		struct link_map_entry *entry = &map->entries.items[i];
		if (!entry->taken && entry->size_bytes == size_bytes && !strcmp(entry->file, file) &&
			!strcmp(entry->section, section)) {
			entry->taken = 1;
			return entry;
		}
	}
	return nullptr;
}
