// Writes small cell objects, archives and ISO images for the tests of depgraph: real files, without a compiler.
//
// Context: host only; allocates.
// Source: docs/metadata.md; ELF-64 Object File Format 1.5; ECMA-119; IEEE P1282.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A growing sequence of bytes. Begins as {}.
struct buffer {
	unsigned char *data;
	size_t size_bytes, capacity_bytes;
};
void buffer_append(struct buffer *buffer, const void *data, size_t size_bytes);
void buffer_align(struct buffer *buffer, size_t alignment); // with zeros
void buffer_free(struct buffer *buffer);

// One entry of a table of the metadata. The type hash is made from `type`, any text; null gives a zero hash.
struct written_symbol {
	const char *name;
	const char *cell; // imports: who exports it
	const char *type;
	uint64_t size_bytes; // states
};

struct written_dependency {
	const char *name;
	uint32_t kinds; // CELL_EDGE_*
};

struct written_cell {
	const char *name, *group, *version;
	uint32_t cell_class;
	uint64_t code_bytes, spilled_bytes;
	struct written_dependency *dependencies;
	size_t dependency_count;
	struct written_symbol *exports, *imports, *states;
	size_t export_count, import_count, state_count;
	bool bare;   // without metadata, as other projects' objects are
	bool module; // bare, and as a Linux kernel module: with the marks of one, and of what it exports
};

// The contents of `.ariadne.cell`. Sorts the tables of `cell`.
void cell_writer_metadata(struct written_cell *cell, struct buffer *to);

// A relocatable object with that section, a symbol table, code and state.
void cell_writer_object(struct written_cell *cell, struct buffer *to);

// One member at the end of an archive; the last one is made by cell_writer_trailer.
void cell_writer_member(struct buffer *archive, const char *name, const struct buffer *data);
void cell_writer_trailer(struct buffer *archive);

// A static library: members as `ar` writes them, names up to 15 characters.
void cell_writer_library_begin(struct buffer *library);
void cell_writer_library_member(struct buffer *library, const char *name, const struct buffer *data);

// An ISO image with the file /boot/cells.cpio; with Rock Ridge names or with plain ones (CELLS.CPI;1 cannot be told
// from another name, so the plain name is CELLS.CPIO;1, as level 2 allows).
void cell_writer_iso(struct buffer *iso, const struct buffer *archive, bool rock_ridge);

#ifdef __cplusplus
}
#endif
