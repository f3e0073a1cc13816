#include "cells/loader/cell_archive/cell_archive.h"

#include "cells/base/panic/panic.h"

// Places of the fields that matter in a newc header: eight hexadecimal digits each, after the magic of six.
enum { MAGIC_SIZE = 6, FIELD_SIZE = 8, FILE_SIZE_OFFSET = 54, NAME_SIZE_OFFSET = 94, CPIO_ALIGNMENT = 4 };

#define CPIO_MAGIC "070701"
#define TRAILER "TRAILER!!!"

static enum status hexadecimal_field(struct bytes header, size_t offset, uint64_t *value)
{
	uint64_t result = 0;
	for (size_t index = 0; index < FIELD_SIZE; index++) {
		unsigned char digit = bytes_at(header, offset + index);
		if (digit >= '0' && digit <= '9')
			result = result << 4 | (unsigned)(digit - '0');
		else if (digit >= 'a' && digit <= 'f')
			result = result << 4 | (unsigned)(digit - 'a' + 10);
		else if (digit >= 'A' && digit <= 'F')
			result = result << 4 | (unsigned)(digit - 'A' + 10);
		else
			return STATUS_MALFORMED;
	}
	*value = result;
	return STATUS_OK;
}

// Reads the member whose header is at `offset`; `next` is where the header after it begins. Fields have 32 bits and an
// archive is held in memory, so no sum below overflows 64 bits.
static enum status read_member(
	struct bytes raw, uint64_t offset, struct cell_archive_member *member, uint64_t *next, struct diagnosis *why)
{
	const unsigned long long at = offset;
	struct bytes header, name;
	if (bytes_slice(raw, offset, CELL_ARCHIVE_HEADER_SIZE, &header))
		return diagnosis_set(why, STATUS_MALFORMED,
			"archive: the header at %llu ends beyond the %zu bytes that there are", at, raw.size_bytes);
	for (size_t index = 0; index < MAGIC_SIZE; index++)
		if (bytes_at(header, index) != (unsigned char)text_at(TEXT(CPIO_MAGIC), index))
			return diagnosis_set(why, STATUS_MALFORMED,
				"archive: the header at %llu does not begin with %s", at, CPIO_MAGIC);
	uint64_t size_bytes, name_size_bytes;
	if (hexadecimal_field(header, FILE_SIZE_OFFSET, &size_bytes) ||
		hexadecimal_field(header, NAME_SIZE_OFFSET, &name_size_bytes))
		return diagnosis_set(
			why, STATUS_MALFORMED, "archive: the header at %llu has a size that is no number", at);
	if (bytes_slice(raw, offset + CELL_ARCHIVE_HEADER_SIZE, name_size_bytes, &name))
		return diagnosis_set(
			why, STATUS_MALFORMED, "archive: the name of the member at %llu ends beyond the archive", at);
	struct cell_archive_member read;
	read.name = text_from_array((const char *)name.data, name.size_bytes);
	if (read.name.length == 0 || read.name.length == name.size_bytes)
		return diagnosis_set(why, STATUS_MALFORMED,
			"archive: the name of the member at %llu is empty or not closed by a zero", at);
	read.data_offset = offset + CELL_ARCHIVE_HEADER_SIZE + name_size_bytes;
	read.data_offset += -read.data_offset % CPIO_ALIGNMENT;
	if (bytes_slice(raw, read.data_offset, size_bytes, &read.data))
		return diagnosis_set(why, STATUS_MALFORMED,
			"archive: the data of %.*s (%llu bytes at %llu) end beyond the archive",
			TEXT_ARGUMENTS(read.name), (unsigned long long)size_bytes,
			(unsigned long long)read.data_offset);
	*next = read.data_offset + size_bytes;
	*next += -*next % CPIO_ALIGNMENT;
	*member = read;
	return STATUS_OK;
}

static bool is_trailer(const struct cell_archive_member *member)
{
	return text_equal(member->name, TEXT(TRAILER));
}

enum status cell_archive_open(struct bytes raw, struct cell_archive *archive, struct diagnosis *why)
{
	uint32_t member_count = 0;
	uint64_t offset = 0;
	for (;;) {
		struct cell_archive_member member;
		TRY(read_member(raw, offset, &member, &offset, why));
		if (is_trailer(&member))
			break;
		if (member.data_offset % CELL_ARCHIVE_ALIGNMENT)
			return diagnosis_set(why, STATUS_MALFORMED,
				"archive: the data of %.*s begin at %llu, no multiple of %u",
				TEXT_ARGUMENTS(member.name), (unsigned long long)member.data_offset,
				CELL_ARCHIVE_ALIGNMENT);
		member_count++;
	}
	*archive = (struct cell_archive){.raw = raw, .member_count = member_count};
	return STATUS_OK;
}

enum status cell_archive_next(const struct cell_archive *archive, uint64_t *cursor, struct cell_archive_member *member)
{
	struct cell_archive_member read;
	uint64_t next;
	if (read_member(archive->raw, *cursor, &read, &next, nullptr))
		panic("no member of the archive begins at offset %llu", (unsigned long long)*cursor);
	if (is_trailer(&read))
		return STATUS_END;
	*cursor = next;
	*member = read;
	return STATUS_OK;
}

enum status cell_archive_find(const struct cell_archive *archive, struct text name, struct cell_archive_member *member)
{
	struct cell_archive_member candidate;
	uint64_t cursor = 0;
	while (!cell_archive_next(archive, &cursor, &candidate)) {
		if (text_equal(candidate.name, name)) {
			*member = candidate;
			return STATUS_OK;
		}
	}
	return STATUS_NOT_FOUND;
}

enum status cell_archive_object(const struct cell_archive *archive, uint64_t data_offset, uint64_t size_bytes,
	struct bytes *object, struct diagnosis *why)
{
	if (data_offset % CELL_ARCHIVE_ALIGNMENT)
		return diagnosis_set(why, STATUS_MALFORMED, "archive: no object can be at %llu, no multiple of %u",
			(unsigned long long)data_offset, CELL_ARCHIVE_ALIGNMENT);
	if (bytes_slice(archive->raw, data_offset, size_bytes, object))
		return diagnosis_set(why, STATUS_MALFORMED,
			"archive: an object of %llu bytes at %llu ends beyond the archive",
			(unsigned long long)size_bytes, (unsigned long long)data_offset);
	return STATUS_OK;
}
