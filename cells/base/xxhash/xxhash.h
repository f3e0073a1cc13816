// The hash function XXH64 of xxHash 0.8.1 (Yann Collet; its licence: third_party/xxhash/LICENSE), as its source has it.
//
// For cell checksum alone: other cells use that.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: package libxxhash-dev, file usr/include/xxhash.h; the algorithm: xxhash_spec.md there.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The hash of `size_bytes` bytes from `data` on, aligned or not. The caller vouches that they exist; `data` may be null
// if there are none.
uint64_t xxhash_64(const void *data, size_t size_bytes, uint64_t seed);

#ifdef __cplusplus
}
#endif
