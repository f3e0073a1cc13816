#include "tools/cellmeta/verbs.h"

#include <elf.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "tools/cellmeta/cell_options.h"
#include "tools/cellmeta/metadata_blob.h"
#include "tools/cellmeta/sealed_object.h"

// The note by which a debugger knows that an object and a file of debug information belong together.
static void write_note(const char *path, const struct cell_build_id *id)
{
	static const char owner[4] = "GNU";
	Elf64_Nhdr header = {.n_namesz = sizeof owner, .n_descsz = sizeof id->bytes, .n_type = NT_GNU_BUILD_ID};
	struct blob note = {};
	blob_add(&note, &header, sizeof header);
	blob_add(&note, owner, sizeof owner);
	blob_add(&note, id->bytes, sizeof id->bytes);
	cell_options_write(path, note.bytes, note.size_bytes);
}

int verb_seal(int count, char **arguments)
{
	struct sealed_object sealed;
	struct diagnosis why = {};
	if (count != 2) {
		fprintf(stderr, "usage: cellmeta seal OBJECT NOTE\n");
		return EXIT_USAGE;
	}
	if (sealed_object_open(arguments[0], &sealed, &why))
		cell_options_bad_input(arguments[0], why.message);
	struct cell_build_id id = sealed_object_build_id(&sealed);
	memcpy(sealed.object.contents + sealed.metadata_offset + offsetof(struct cell_metadata_header, build_id),
		id.bytes, sizeof id.bytes);
	cell_options_write(arguments[0], sealed.object.contents, sealed.object.size_bytes);
	write_note(arguments[1], &id);
	return 0;
}
