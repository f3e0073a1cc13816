// Reads whatever a graph can come from: cell objects, the archive, the ISO, directories, static libraries, saved
// graphs, running systems.
//
// The kind of a file is told by its contents, not by its name. Cells carry metadata (section .ariadne.cell) and are
// read through the same reader as in the kernel; any other object is known by its symbol table alone (generic mode):
// its name is the file's, its group the directory's.
//
// Nothing of a file is believed before it is checked; a file that is cut short, of another version or something else
// altogether is refused with its name, the offset and the cause.
//
// Context: host only; allocates.
// Source: docs/metadata.md; ELF-64 Object File Format 1.5; ECMA-119 (ISO 9660); IEEE P1282 (Rock Ridge).
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "tools/depgraph/graph.h"

#ifdef __cplusplus
extern "C" {
#endif

struct input_error {
	char message[1024]; // "FILE: offset N: cause"
};

// The archive's place in the ISO.
#define INPUT_ISO_ARCHIVE "boot/cells.cpio"

// Adds the cells of the file or directory at `path`, or of a running system ("live:..."). False: `why` says what was
// wrong; the graph is then unfit for use.
bool input_read(struct graph *graph, const char *path, struct input_error *why);

// The readers for one kind each; `origin` names the file in messages.
bool input_object(struct graph *graph, struct bytes object, const char *origin, struct input_error *why);
bool input_archive(struct graph *graph, struct bytes archive, const char *origin, struct input_error *why);
bool input_library(struct graph *graph, struct bytes library, const char *origin, struct input_error *why);
bool input_json(struct graph *graph, struct bytes json, const char *origin, struct input_error *why);
bool input_iso(struct graph *graph, struct bytes iso, const char *origin, struct input_error *why);

// A running system, asked through its serial line: `where` is "live:unix:PATH" or "live:tcp:HOST:PORT".
#define INPUT_LIVE_PREFIX "live:"
bool input_live(struct graph *graph, const char *where, struct input_error *why);
extern int input_live_seconds; // how long it may take in all

// What came out of such a line, recorded ("live:file:PATH").
bool input_frames(struct graph *graph, struct bytes recorded, const char *origin, struct input_error *why);

// Tells the kind from the first bytes and calls the reader.
bool input_bytes(struct graph *graph, struct bytes file, const char *origin, struct input_error *why);

// Whether the bytes are an object that has a section with metadata.
bool input_has_metadata(struct bytes object);

// A file of an ISO 9660 image by its path ("boot/cells.cpio"), letters compared without case.
bool iso_find(struct bytes iso, const char *path, struct bytes *file, struct input_error *why);

// Fills `why` and returns false.
__attribute__((format(printf, 3, 4))) bool input_refuse(
	struct input_error *why, const char *origin, const char *format, ...);

#ifdef __cplusplus
}
#endif
