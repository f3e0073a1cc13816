// Opens data as each of the build's formats and, where a reader accepts them, asks it for everything that it has.
//
// What a reader accepted it must be able to read: a panic after a successful open is a bug, and so is any access beyond
// the data (give it memory of the very size, and an address sanitizer sees it).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

// Each returns the number of entries read; 0 if the reader refused the data.
size_t formats_walk_metadata(struct bytes data);
size_t formats_walk_index(struct bytes data);
size_t formats_walk_map(struct bytes data);

// The archive, and in it the index, the map, and every cell section (found by its magic).
size_t formats_walk_archive(struct bytes data);

#ifdef __cplusplus
}
#endif
