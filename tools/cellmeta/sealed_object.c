#include "tools/cellmeta/sealed_object.h"

#include <elf.h>
#include <stddef.h>
#include <string.h>

#include "tools/sha256/sha256.h"

enum status sealed_object_open(const char *path, struct sealed_object *sealed, struct diagnosis *why)
{
	struct sealed_object opened = {};
	struct diagnosis cause = {};
	TRY(object_file_open(path, &opened.object, why));
	if (opened.object.type != ET_REL)
		return diagnosis_set(why, STATUS_MALFORMED, "offset 16: it is no relocatable object");
	const struct object_section *section = object_file_section(&opened.object, CELL_METADATA_SECTION);
	if (!section || !section->data)
		return diagnosis_set(why, STATUS_MALFORMED, "offset 0: it has no section %s", CELL_METADATA_SECTION);
	opened.metadata_offset = section->file_offset;
	enum status status =
		cell_metadata_open(bytes_from(section->data, section->size_bytes), &opened.metadata, &cause);
	if (status)
		return diagnosis_set(
			why, status, "offset %llu: %s", (unsigned long long)section->file_offset, cause.message);
	*sealed = opened;
	return STATUS_OK;
}

struct cell_build_id sealed_object_build_id(const struct sealed_object *sealed)
{
	static const unsigned char zeros[CELL_METADATA_BUILD_ID_SIZE];
	size_t start = sealed->metadata_offset + offsetof(struct cell_metadata_header, build_id);
	size_t end = start + sizeof zeros;
	unsigned char digest[SHA256_SIZE];
	struct cell_build_id id;
	struct sha256 hash;
	sha256_begin(&hash);
	sha256_add(&hash, sealed->object.contents, start);
	sha256_add(&hash, zeros, sizeof zeros);
	sha256_add(&hash, sealed->object.contents + end, sealed->object.size_bytes - end);
	sha256_end(&hash, digest);
	memcpy(id.bytes, digest, sizeof id.bytes);
	return id;
}
