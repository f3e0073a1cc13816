// The archive of cells, and static libraries.
#include <libelf.h>
#include <stdio.h>
#include <string.h>

#include "cells/loader/cell_archive/cell_archive.h"
#include "tools/depgraph/input.h"

enum { ORIGIN_BYTES = 512 };

bool input_archive(struct graph *graph, struct bytes archive, const char *origin, struct input_error *why)
{
	struct cell_archive opened;
	struct diagnosis diagnosis = {};
	if (cell_archive_open(archive, &opened, &diagnosis))
		return input_refuse(why, origin, "%s", diagnosis.message);
	uint64_t cursor = 0;
	struct cell_archive_member member;
	size_t objects = 0;
	while (cell_archive_next(&opened, &cursor, &member) == STATUS_OK) {
		if (member.name.length < 2 || memcmp(member.name.start + member.name.length - 2, ".o", 2) != 0)
			continue;
		char name[ORIGIN_BYTES];
		snprintf(name, sizeof name, "%s:%.*s", origin, TEXT_ARGUMENTS(member.name));
		if (!input_object(graph, member.data, name, why))
			return false;
		objects++;
	}
	return objects || input_refuse(why, origin, "the archive holds no object (*.o)");
}

static bool library_member(struct graph *graph, Elf *member, const char *origin, struct input_error *why)
{
	Elf_Arhdr *header = elf_getarhdr(member);
	if (!header)
		return input_refuse(why, origin, "a member's header is broken: %s", elf_errmsg(-1));
	if (header->ar_name[0] == '/' || elf_kind(member) != ELF_K_ELF)
		return true;
	size_t size_bytes = 0;
	char *image = elf_rawfile(member, &size_bytes);
	char name[ORIGIN_BYTES];
	snprintf(name, sizeof name, "%s:%s", origin, header->ar_name);
	if (!image)
		return input_refuse(why, name, "%s", elf_errmsg(-1));
	return input_object(graph, bytes_from(image, size_bytes), name, why);
}

bool input_library(struct graph *graph, struct bytes library, const char *origin, struct input_error *why)
{
	elf_version(EV_CURRENT);
	Elf *archive = elf_memory((char *)(uintptr_t)library.data, library.size_bytes);
	if (!archive || elf_kind(archive) != ELF_K_AR) {
		elf_end(archive);
		return input_refuse(why, origin, "offset 0: not a static library: %s", elf_errmsg(-1));
	}
	bool good = true;
	size_t before = graph->cell_count;
	Elf *member;
	Elf_Cmd command = ELF_C_READ_MMAP; // members too are read from memory, as there is no file
	while (good && (member = elf_begin(-1, command, archive))) {
		good = library_member(graph, member, origin, why);
		command = elf_next(member);
		elf_end(member);
	}
	elf_end(archive);
	if (good && graph->cell_count == before)
		return input_refuse(why, origin, "the library holds no object");
	return good;
}
