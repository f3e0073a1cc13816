// cellpack: packs finished cells into an archive, or lists one. The format: docs/metadata.md.
//
//     cellpack OUT.cpio [--map nano_core.map] CELL.o...
//     cellpack list ARCHIVE
//
// The order of the arguments does not matter. Without a map the archive has no member nano_core.map. Exit status: 0; 1,
// a rule between the cells is broken; 64, usage; 65, a file that cannot be used; 73, the archive cannot be written.
#include <stdio.h>
#include <string.h>

#include "cells/loader/cell_archive/cell_archive.h"
#include "cells/loader/symbol_index/symbol_index.h"
#include "tools/cellpack/package.h"

enum { EXIT_BROKEN_RULE = 1, EXIT_USAGE = 64, EXIT_BAD_INPUT = 65, EXIT_CANNOT_WRITE = 73 };

static int usage(void)
{
	fputs("usage: cellpack OUT.cpio [--map nano_core.map] CELL.o...\n       cellpack list ARCHIVE\n", stderr);
	return EXIT_USAGE;
}

static int bad_input(const char *path, const char *cause)
{
	fprintf(stderr, "%s: error: %s\n", path, cause);
	return EXIT_BAD_INPUT;
}

// One line per cell: name, size, where, and whether nano_core has it too.
static int list_archive(const char *path)
{
	unsigned char *contents;
	size_t size_bytes;
	struct cell_archive archive;
	struct cell_archive_member member;
	struct symbol_index index;
	struct diagnosis why = {};
	if (object_file_read(path, &contents, &size_bytes, &why) ||
		cell_archive_open(bytes_from(contents, size_bytes), &archive, &why))
		return bad_input(path, why.message);
	if (cell_archive_find(&archive, TEXT(CELL_ARCHIVE_INDEX_MEMBER), &member))
		return bad_input(path, "it has no member " CELL_ARCHIVE_INDEX_MEMBER);
	if (symbol_index_open(member.data, &index, &why))
		return bad_input(path, why.message);
	for (uint32_t i = 0; i < index.cell_count; i++) {
		struct symbol_index_cell cell = symbol_index_cell_at(&index, i);
		struct bytes object;
		if (cell_archive_object(&archive, cell.object_offset, cell.object_size_bytes, &object, &why))
			return bad_input(path, why.message);
		printf("%-32.*s %8llu bytes at %8llu%s\n", TEXT_ARGUMENTS(cell.name),
			(unsigned long long)cell.object_size_bytes, (unsigned long long)cell.object_offset,
			cell.flags & SYMBOL_INDEX_STATIC ? ", in nano_core too" : "");
	}
	printf("%u cells, %u symbols, %zu bytes\n", index.cell_count, index.symbol_count, size_bytes);
	return 0;
}

static int pack(const char *out, const char *map_path, char **paths, size_t count)
{
	struct package package;
	struct diagnosis why = {};
	const char *bad_path;
	if (package_read(&package, map_path, paths, count, &bad_path, &why))
		return bad_input(bad_path, why.message);
	package_check(&package);
	if (package.errors)
		return EXIT_BROKEN_RULE;
	struct blob archive = package_archive(&package);
	FILE *file = fopen(out, "wb");
	bool written = file && fwrite(archive.bytes, 1, archive.size_bytes, file) == archive.size_bytes;
	if (!file || fclose(file) || !written) {
		fprintf(stderr, "%s: error: it cannot be written\n", out);
		return EXIT_CANNOT_WRITE;
	}
	return 0;
}

int main(int count, char **arguments)
{
	if (count == 3 && !strcmp(arguments[1], "list"))
		return list_archive(arguments[2]);
	bool map = count > 3 && !strcmp(arguments[2], "--map");
	int first = map ? 4 : 2;
	if (first >= count)
		return usage();
	return pack(arguments[1], map ? arguments[3] : nullptr, arguments + first, (size_t)(count - first));
}
