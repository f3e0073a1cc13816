#include "tools/cellpack/package.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/sha256/sha256.h"

static __attribute__((format(printf, 2, 3))) void complain(struct package *package, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fprintf(stderr, "%s\n", list_format_arguments(format, arguments));
	va_end(arguments);
	package->errors++;
}

static int cell_by_name(const void *a, const void *b)
{
	const struct packed_cell *first = a, *second = b;
	int order = strcmp(first->name, second->name);
	return order ? order : strcmp(first->path, second->path);
}

static int symbol_by_name(const void *a, const void *b)
{
	const struct packed_symbol *first = a, *second = b;
	int order = strcmp(first->name, second->name);
	return order ? order : (first->cell > second->cell) - (first->cell < second->cell);
}

static enum status read_map(struct package *package, const char *path, struct diagnosis *why)
{
	unsigned char *contents;
	size_t size_bytes;
	struct static_map map;
	TRY(object_file_read(path, &contents, &size_bytes, why));
	TRY(static_map_open(bytes_from(contents, size_bytes), &map, why));
	blob_add(&package->map, contents, size_bytes);
	return STATUS_OK;
}

enum status package_read(struct package *package, const char *map_path, char **paths, size_t count,
	const char **bad_path, struct diagnosis *why)
{
	*package = (struct package){};
	*bad_path = map_path;
	if (map_path)
		TRY(read_map(package, map_path, why));
	for (size_t i = 0; i < count; i++) {
		struct packed_cell cell = {.path = paths[i]};
		*bad_path = paths[i];
		TRY(sealed_object_open(paths[i], &cell.sealed, why));
		cell.name = list_copy_characters(cell.sealed.metadata.name.start, cell.sealed.metadata.name.length);
		*LIST_ADD(&package->cells) = cell;
	}
	if (package->cells.count)
		qsort(package->cells.items, package->cells.count, sizeof package->cells.items[0], cell_by_name);
	for (size_t c = 0; c < package->cells.count; c++) {
		const struct cell_metadata *metadata = &package->cells.items[c].sealed.metadata;
		for (uint32_t i = 0; i < metadata->export_count; i++) {
			struct cell_export symbol = cell_metadata_export(metadata, i);
			*LIST_ADD(&package->symbols) = (struct packed_symbol){
				list_copy_characters(symbol.name.start, symbol.name.length), c, symbol.type_hash};
		}
	}
	if (package->symbols.count)
		qsort(package->symbols.items, package->symbols.count, sizeof package->symbols.items[0], symbol_by_name);
	return STATUS_OK;
}

static const struct packed_symbol *find_symbol(const struct package *package, struct text name)
{
	struct packed_symbol key = {.name = list_copy_characters(name.start, name.length)};
	size_t low = 0, high = package->symbols.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(package->symbols.items[middle].name, key.name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	bool found = low < package->symbols.count && !strcmp(package->symbols.items[low].name, key.name);
	return found ? &package->symbols.items[low] : nullptr;
}

static struct packed_cell *find_cell(struct package *package, struct text name)
{
	for (size_t i = 0; i < package->cells.count; i++)
		if (text_equal(text_from(package->cells.items[i].name), name))
			return &package->cells.items[i];
	return nullptr;
}

static void check_names(struct package *package)
{
	for (size_t i = 1; i < package->cells.count; i++) {
		const struct packed_cell *cell = &package->cells.items[i], *before = cell - 1;
		if (!strcmp(cell->name, before->name))
			complain(package, "%s: error: two cells have the name %s; the other is %s: rename one",
				cell->path, cell->name, before->path);
	}
	for (size_t i = 1; i < package->symbols.count; i++) {
		const struct packed_symbol *symbol = &package->symbols.items[i], *before = symbol - 1;
		if (!strcmp(symbol->name, before->name) && symbol->cell != before->cell)
			complain(package, "%s: error: cells %s and %s both export %s: rename it in one of them",
				package->cells.items[symbol->cell].path, package->cells.items[before->cell].name,
				package->cells.items[symbol->cell].name, symbol->name);
	}
}

static void check_import(struct package *package, const struct packed_cell *cell, const struct cell_import *import)
{
	const struct cell_metadata *metadata = &cell->sealed.metadata;
	struct text wanted = cell_metadata_dependency(metadata, import->dependency).name;
	const struct packed_symbol *symbol = find_symbol(package, import->name);
	if (!symbol) {
		complain(package,
			"%s: error: cell %s imports %.*s of cell %.*s, but no cell of this archive exports it",
			cell->path, cell->name, TEXT_ARGUMENTS(import->name), TEXT_ARGUMENTS(wanted));
		return;
	}
	const char *exporter = package->cells.items[symbol->cell].name;
	if (!text_equal(text_from(exporter), wanted))
		complain(package, "%s: error: cell %s imports %.*s of cell %.*s, but cell %s exports it", cell->path,
			cell->name, TEXT_ARGUMENTS(import->name), TEXT_ARGUMENTS(wanted), exporter);
	if (!cell_metadata_type_hash_equal(symbol->hash, import->type_hash)) {
		char here[CELL_METADATA_TYPE_HASH_TEXT_SIZE], there[CELL_METADATA_TYPE_HASH_TEXT_SIZE];
		cell_metadata_type_hash_text(import->type_hash, here);
		cell_metadata_type_hash_text(symbol->hash, there);
		complain(package,
			"%s: error: type mismatch at %s: cell %s imports it with type hash %s, cell %s exports it with "
			"%s: build "
			"both from the same source",
			cell->path, symbol->name, cell->name, here, exporter, there);
	}
}

static void check_cell(struct package *package, const struct packed_cell *cell)
{
	const struct cell_metadata *metadata = &cell->sealed.metadata;
	if (!cell_metadata_build_id_equal(metadata->build_id, sealed_object_build_id(&cell->sealed)))
		complain(package, "%s: error: cell %s was changed after it was finished: its build id does not fit",
			cell->path, cell->name);
	for (uint32_t i = 0; i < metadata->dependency_count; i++) {
		struct text name = cell_metadata_dependency(metadata, i).name;
		if (!find_cell(package, name))
			complain(package, "%s: error: cell %s depends on cell %.*s, which is not in this archive",
				cell->path, cell->name, TEXT_ARGUMENTS(name));
	}
	for (uint32_t i = 0; i < metadata->import_count; i++) {
		struct cell_import import = cell_metadata_import(metadata, i);
		check_import(package, cell, &import);
	}
}

// The cells of nano_core must be in the archive, byte by byte the objects that were linked.
static void check_map(struct package *package)
{
	struct static_map map;
	struct diagnosis why = {};
	if (package->map.size_bytes == 0)
		return;
	if (static_map_open(bytes_from(package->map.bytes, package->map.size_bytes), &map, &why)) {
		complain(package, "nano_core.map: error: %s", why.message);
		return;
	}
	for (uint32_t i = 0; i < map.cell_count; i++) {
		struct static_map_cell linked = static_map_cell_at(&map, i);
		struct packed_cell *cell = find_cell(package, linked.name);
		unsigned char digest[SHA256_SIZE];
		if (!cell) {
			complain(package,
				"nano_core.map: error: cell %.*s is linked into nano_core, but not in this archive",
				TEXT_ARGUMENTS(linked.name));
			continue;
		}
		cell->is_static = true;
		sha256_of(cell->sealed.object.contents, cell->sealed.object.size_bytes, digest);
		if (memcmp(digest, linked.object_digest.bytes, sizeof digest))
			complain(package,
				"%s: error: cell %s is not the object that was linked into nano_core: link again",
				cell->path, cell->name);
	}
}

void package_check(struct package *package)
{
	check_names(package);
	for (size_t i = 0; i < package->cells.count; i++)
		check_cell(package, &package->cells.items[i]);
	check_map(package);
}
