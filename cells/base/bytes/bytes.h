// Checked views of memory: a start and a length that travel together.
//
// `struct bytes` may be read, `struct bytes_mut` may be written. A view owns nothing: it is a borrow, and must not
// outlive what it looks at. Access beyond the end panics; functions whose input comes from outside the system return a
// status in its place.
//
// Context: pure; no allocation, no lock; callable from anywhere.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"

struct bytes {
	const unsigned char *data;
	size_t size_bytes;
};

struct bytes_mut {
	unsigned char *data;
	size_t size_bytes;
};

#ifdef __cplusplus
extern "C" {
#endif

// A view of `size_bytes` bytes from `data` on. The caller vouches that they exist.
struct bytes bytes_from(const void *data, size_t size_bytes);
struct bytes_mut bytes_mut_from(void *data, size_t size_bytes);

// The same memory, no longer writable.
struct bytes bytes_of_mut(struct bytes_mut view);

// Byte `index`. Panics beyond the end.
unsigned char bytes_at(struct bytes view, size_t index);
void bytes_mut_set(struct bytes_mut view, size_t index, unsigned char value);

// `size_bytes` bytes from `offset` on. STATUS_OUT_OF_RANGE: the view ends before that (no overflow is possible).
MUST_USE enum status bytes_slice(struct bytes view, uint64_t offset, uint64_t size_bytes, struct bytes *slice);
MUST_USE enum status bytes_mut_slice(
	struct bytes_mut view, uint64_t offset, uint64_t size_bytes, struct bytes_mut *slice);

// Little-endian integers at `offset`, aligned or not. STATUS_OUT_OF_RANGE: the view ends before that.
MUST_USE enum status bytes_read_u16(struct bytes view, uint64_t offset, uint16_t *value);
MUST_USE enum status bytes_read_u32(struct bytes view, uint64_t offset, uint32_t *value);
MUST_USE enum status bytes_read_u64(struct bytes view, uint64_t offset, uint64_t *value);
MUST_USE enum status bytes_write_u32(struct bytes_mut view, uint64_t offset, uint32_t value);
MUST_USE enum status bytes_write_u64(struct bytes_mut view, uint64_t offset, uint64_t value);

// Copies the structure of `size_bytes` bytes at `offset` to `to`. STATUS_OUT_OF_RANGE: the view ends before that.
MUST_USE enum status bytes_read(struct bytes view, uint64_t offset, void *to, size_t size_bytes);

// Copies all of `from` to the start of `to`. Panics if it does not fit. The two must not overlap.
void bytes_copy(struct bytes_mut to, struct bytes from);

// Sets every byte of `view` to `value`.
void bytes_fill(struct bytes_mut view, unsigned char value);

// 1 if both have the same length and content, else 0.
int bytes_equal(struct bytes a, struct bytes b);

#ifdef __cplusplus
}
#endif
