// Archives and ISO images around cell objects.
#include <stdio.h>
#include <string.h>

#include "tests/depgraph/cell_writer.h"

enum { CPIO_HEADER_BYTES = 110, CPIO_ALIGNMENT = 16, SECTOR_BYTES = 2048 };

static void write_member(
	struct buffer *archive, const char *name, const void *data, size_t size_bytes, size_t alignment)
{
	size_t name_bytes = strlen(name) + 1;
	while ((archive->size_bytes + CPIO_HEADER_BYTES + name_bytes) % alignment)
		name_bytes++;
	char header[CPIO_HEADER_BYTES + 1];
	snprintf(header, sizeof header, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 1U, 0100644U, 0U,
		0U, 1U, 0U, (unsigned)size_bytes, 0U, 0U, 0U, 0U, (unsigned)name_bytes, 0U);
	buffer_append(archive, header, CPIO_HEADER_BYTES);
	buffer_append(archive, name, strlen(name) + 1);
	buffer_append(archive, NULL, name_bytes - strlen(name) - 1);
	buffer_append(archive, data, size_bytes);
	buffer_align(archive, 4);
}

void cell_writer_member(struct buffer *archive, const char *name, const struct buffer *data)
{
	write_member(archive, name, data->data, data->size_bytes, CPIO_ALIGNMENT);
}

void cell_writer_trailer(struct buffer *archive)
{
	write_member(archive, "TRAILER!!!", NULL, 0, 4);
}

void cell_writer_library_begin(struct buffer *library)
{
	buffer_append(library, "!<arch>\n", 8);
}

void cell_writer_library_member(struct buffer *library, const char *name, const struct buffer *data)
{
	char header[61], member[17];
	snprintf(member, sizeof member, "%s/", name);
	snprintf(header, sizeof header, "%-16s%-12d%-6d%-6d%-8o%-10zu`\n", member, 0, 0, 0, 0100644, data->size_bytes);
	buffer_append(library, header, 60);
	buffer_append(library, data->data, data->size_bytes);
	if (data->size_bytes % 2)
		buffer_append(library, "\n", 1);
}

static void put_u32(unsigned char *to, uint32_t value)
{
	memcpy(to, &value, sizeof value);
	uint32_t big = __builtin_bswap32(value); // ECMA-119 has most numbers in both byte orders
	memcpy(to + sizeof value, &big, sizeof big);
}

// Appends a directory record; `name` of one byte 0 or 1 stands for the directory itself or its parent.
static void write_record(struct buffer *to, const char *name, size_t name_bytes, const char *alternate_name,
	uint32_t block, uint32_t size_bytes, unsigned char flags)
{
	unsigned char record[256] = {};
	size_t used = 33 + name_bytes + (name_bytes % 2 == 0);
	put_u32(record + 2, block);
	put_u32(record + 10, size_bytes);
	record[25] = flags;
	record[28] = 1;
	record[32] = (unsigned char)name_bytes;
	memcpy(record + 33, name, name_bytes);
	if (alternate_name) {
		size_t length = strlen(alternate_name);
		record[used] = 'N';
		record[used + 1] = 'M';
		record[used + 2] = (unsigned char)(5 + length);
		record[used + 3] = 1;
		memcpy(record + used + 5, alternate_name, length);
		used += 5 + length;
		used += used % 2;
	}
	record[0] = (unsigned char)used;
	buffer_append(to, record, used);
}

void cell_writer_iso(struct buffer *iso, const struct buffer *archive, bool rock_ridge)
{
	enum { ROOT_SECTOR = 18, BOOT_SECTOR, ARCHIVE_SECTOR, DIRECTORY = 2 };
	buffer_append(iso, NULL, 16 * SECTOR_BYTES);
	unsigned char descriptor[SECTOR_BYTES] = {1, 'C', 'D', '0', '0', '1', 1};
	descriptor[128] = SECTOR_BYTES & 0xff;
	descriptor[129] = SECTOR_BYTES >> 8;
	struct buffer root = {};
	write_record(&root, "\0", 1, NULL, ROOT_SECTOR, SECTOR_BYTES, DIRECTORY);
	memcpy(descriptor + 156, root.data, root.size_bytes);
	buffer_append(iso, descriptor, sizeof descriptor);
	unsigned char end[SECTOR_BYTES] = {255, 'C', 'D', '0', '0', '1', 1};
	buffer_append(iso, end, sizeof end);
	write_record(&root, "\1", 1, NULL, ROOT_SECTOR, SECTOR_BYTES, DIRECTORY);
	write_record(&root, "BOOT", 4, rock_ridge ? "boot" : NULL, BOOT_SECTOR, SECTOR_BYTES, DIRECTORY);
	buffer_append(iso, root.data, root.size_bytes);
	buffer_align(iso, SECTOR_BYTES);
	buffer_free(&root);
	write_record(iso, "\0", 1, NULL, BOOT_SECTOR, SECTOR_BYTES, DIRECTORY);
	write_record(iso, "\1", 1, NULL, ROOT_SECTOR, SECTOR_BYTES, DIRECTORY);
	write_record(iso, rock_ridge ? "CELLS.CPI;1" : "CELLS.CPIO;1", rock_ridge ? 11 : 12,
		rock_ridge ? "cells.cpio" : NULL, ARCHIVE_SECTOR, (uint32_t)archive->size_bytes, 0);
	buffer_align(iso, SECTOR_BYTES);
	buffer_append(iso, archive->data, archive->size_bytes);
	buffer_align(iso, SECTOR_BYTES);
}
