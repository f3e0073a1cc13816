// Finds a file in an ISO 9660 image: volume descriptor, directories, and Rock Ridge's names where there are any.
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tools/depgraph/input.h"

enum {
	SECTOR_BYTES = 2048,
	FIRST_DESCRIPTOR = 16, // sectors before it are free for boot loaders
	DESCRIPTOR_LIMIT = 64, // no image has more descriptors
	DESCRIPTOR_PRIMARY = 1,
	DESCRIPTOR_END = 255,
	BLOCK_BYTES_OFFSET = 128,
	ROOT_OFFSET = 156,
	RECORD_BYTES = 33, // of a directory record without its name
	FLAG_DIRECTORY = 0x02,
	FLAG_MORE_EXTENTS = 0x80,
	NAME_LIMIT = 255,
};

struct record {
	uint32_t block, size_bytes;
	uint8_t flags;
	char name[NAME_LIMIT + 1];
};

struct image {
	struct bytes iso;
	const char *origin;
	uint16_t block_bytes;
	struct input_error *why;
};

// Rock Ridge keeps the real name in NM entries of the system use area, piece by piece.
static void read_alternate_name(struct bytes area, struct record *record)
{
	char name[NAME_LIMIT + 1];
	size_t length = 0;
	bool found = false;
	while (area.size_bytes >= 4) {
		size_t entry_bytes = bytes_at(area, 2);
		struct bytes rest;
		if (entry_bytes < 4 || bytes_slice(area, entry_bytes, area.size_bytes - entry_bytes, &rest))
			break;
		if (bytes_at(area, 0) == 'N' && bytes_at(area, 1) == 'M' && entry_bytes >= 5 &&
			length + entry_bytes - 5 <= NAME_LIMIT && !(bytes_at(area, 4) & ~1U)) {
			for (size_t i = 5; i < entry_bytes; i++)
				name[length++] = (char)bytes_at(area, i);
			found = true;
		}
		area = rest;
	}
	if (!found)
		return;
	memcpy(record->name, name, length);
	record->name[length] = '\0';
}

// "CELLS.CPI;1" is "CELLS.CPI", "README.;1" is "README".
static void drop_version(char *name)
{
	char *semicolon = strchr(name, ';');
	if (semicolon)
		*semicolon = '\0';
	size_t length = strlen(name);
	if (length && name[length - 1] == '.')
		name[length - 1] = '\0';
}

static bool read_record(struct bytes bytes, struct record *record)
{
	if (bytes.size_bytes < RECORD_BYTES || bytes_read_u32(bytes, 2, &record->block) != STATUS_OK ||
		bytes_read_u32(bytes, 10, &record->size_bytes) != STATUS_OK)
		return false;
	record->flags = bytes_at(bytes, 25);
	size_t name_bytes = bytes_at(bytes, 32);
	struct bytes name;
	if (bytes_slice(bytes, RECORD_BYTES, name_bytes, &name))
		return false;
	for (size_t i = 0; i < name_bytes; i++)
		record->name[i] = (char)bytes_at(name, i);
	record->name[name_bytes] = '\0';
	drop_version(record->name);
	size_t used = (size_t)RECORD_BYTES + name_bytes + (name_bytes % 2 == 0);
	struct bytes area;
	if (used < bytes.size_bytes && bytes_slice(bytes, used, bytes.size_bytes - used, &area) == STATUS_OK)
		read_alternate_name(area, record);
	return true;
}

static bool same_name(const char *a, const char *b, size_t length)
{
	if (strlen(a) != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (tolower((unsigned char)a[i]) != tolower((unsigned char)b[i]))
			return false;
	return true;
}

static bool extent_of(const struct image *image, const struct record *record, struct bytes *extent)
{
	uint64_t offset = (uint64_t)record->block * image->block_bytes;
	if (bytes_slice(image->iso, offset, record->size_bytes, extent) == STATUS_OK)
		return true;
	return input_refuse(image->why, image->origin, "offset %#llx: '%s' of %u bytes ends beyond the image's %zu",
		(unsigned long long)offset, record->name, record->size_bytes, image->iso.size_bytes);
}

// Looks for `name` in a directory. Records do not cross sectors; a zero length means "on to the next sector".
static bool find_in_directory(const struct image *image, const struct record *directory, const char *name,
	size_t length, struct record *found)
{
	struct bytes extent;
	if (!extent_of(image, directory, &extent))
		return false;
	for (uint64_t at = 0; at < extent.size_bytes;) {
		size_t record_bytes = bytes_at(extent, at);
		if (!record_bytes) {
			at = (at / SECTOR_BYTES + 1) * SECTOR_BYTES;
			continue;
		}
		struct bytes bytes;
		if (bytes_slice(extent, at, record_bytes, &bytes) || !read_record(bytes, found))
			return input_refuse(image->why, image->origin,
				"offset %#llx: a directory record of %zu bytes is broken",
				(unsigned long long)((uint64_t)directory->block * image->block_bytes + at),
				record_bytes);
		if (same_name(found->name, name, length))
			return true;
		at += record_bytes;
	}
	return input_refuse(image->why, image->origin, "the image has no '%.*s' in '%s'", (int)length, name,
		directory->name[0] ? directory->name : "/");
}

static bool find_root(struct image *image, struct record *root)
{
	for (uint64_t sector = FIRST_DESCRIPTOR; sector < FIRST_DESCRIPTOR + DESCRIPTOR_LIMIT; sector++) {
		struct bytes descriptor, record;
		if (bytes_slice(image->iso, sector * SECTOR_BYTES, SECTOR_BYTES, &descriptor))
			return input_refuse(image->why, image->origin,
				"offset %#llx: the image ends before its volume descriptor",
				(unsigned long long)(sector * SECTOR_BYTES));
		if (bytes_at(descriptor, 0) == DESCRIPTOR_END)
			break;
		if (bytes_at(descriptor, 0) != DESCRIPTOR_PRIMARY)
			continue;
		if (bytes_read_u16(descriptor, BLOCK_BYTES_OFFSET, &image->block_bytes) || image->block_bytes < 512 ||
			bytes_slice(descriptor, ROOT_OFFSET, RECORD_BYTES + 1, &record) || !read_record(record, root))
			break;
		root->name[0] = '\0';
		return true;
	}
	return input_refuse(image->why, image->origin, "offset %#x: no usable primary volume descriptor",
		FIRST_DESCRIPTOR * SECTOR_BYTES);
}

bool iso_find(struct bytes iso, const char *path, struct bytes *file, struct input_error *why)
{
	struct image image = {.iso = iso, .origin = "ISO image", .why = why};
	struct record here = {}, next = {};
	if (!find_root(&image, &here))
		return false;
	while (*path) {
		size_t length = strcspn(path, "/");
		if (!(here.flags & FLAG_DIRECTORY))
			return input_refuse(why, image.origin, "'%s' is not a directory", here.name);
		if (!find_in_directory(&image, &here, path, length, &next))
			return false;
		here = next;
		path += length + (path[length] == '/');
	}
	if (here.flags & (FLAG_MORE_EXTENTS | FLAG_DIRECTORY))
		return input_refuse(why, image.origin, "'%s' is not a file in one piece", here.name);
	return extent_of(&image, &here, file);
}

bool input_iso(struct graph *graph, struct bytes iso, const char *origin, struct input_error *why)
{
	struct bytes archive;
	struct input_error cause;
	if (!iso_find(iso, INPUT_ISO_ARCHIVE, &archive, &cause))
		return input_refuse(why, origin, "%s", cause.message);
	char name[512];
	snprintf(name, sizeof name, "%s:" INPUT_ISO_ARCHIVE, origin);
	return input_archive(graph, archive, name, why);
}
