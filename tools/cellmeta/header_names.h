// The names that a header declares, and the names that a source uses: how a cell is seen to use what it depends on when
// no symbol is left of it.
#pragma once

#include <stdbool.h>

#include "tools/cellmeta/c_tokens.h"
#include "tools/cellmeta/list.h"

enum header_name_kind {
	HEADER_NAME_TAG,     // of a struct, union or enum: used after that keyword
	HEADER_NAME_FORWARD, // a tag that is named, but not defined
	HEADER_NAME_TYPEDEF,
	HEADER_NAME_OTHER // macro, enumerator, function, object
};

struct header_name {
	const char *name;
	enum header_name_kind kind;
};

struct header_names {
	LIST(struct header_name) names;
};

struct source_include {
	const char *file; // the source
	unsigned line;
	const char *path; // what it includes
};

// What a cell's sources mention.
struct source_names {
	LIST(const char *) names;
	LIST(const char *) tags;
	LIST(struct source_include) includes;
};

enum header_use { HEADER_USE_NONE = 0, HEADER_USE_TYPE = 1, HEADER_USE_OTHER = 2 };

#ifdef __cplusplus
extern "C" {
#endif

// Adds the names that the header itself declares (not what it includes).
void header_names_add(struct header_names *names, const char *header, size_t length);

// Adds what a source mentions.
void source_names_add(struct source_names *names, const char *file, const char *source, size_t length);

// True if the sources mention the name, a tag behind its keyword.
bool header_names_uses(const struct header_name *name, const struct source_names *source);

// Which kinds of the header's names the sources mention: HEADER_USE_* bits.
unsigned header_names_used(const struct header_names *header, const struct source_names *source);

#ifdef __cplusplus
}
#endif
