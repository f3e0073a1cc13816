// Addresses: physical and virtual ones are different types, and arithmetic on them never wraps around in silence.
//
// A number is not an address: it becomes one here, where it is checked, and from then on the compiler keeps the two
// kinds apart. Sizes and alignments are plain `uint64_t` in bytes.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: Intel SDM volume 1, section 3.3.7.1 (canonical addresses); volume 3A, section 4.1.4 (52 physical bits).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"

enum { PAGE_SIZE_BYTES = 4096, LARGE_PAGE_SIZE_BYTES = 2 * 1024 * 1024 };

struct physical_address {
	uint64_t value;
};

struct virtual_address {
	uint64_t value;
};

#ifdef __cplusplus
extern "C" {
#endif

// Panics on a value beyond the 52 bits of a physical address.
struct physical_address address_physical(uint64_t value);

// Panics on a value that is not canonical (bits 63 to 47 not all equal).
struct virtual_address address_virtual(uint64_t value);

// The address `size_bytes` further on. Panics where the result would not be an address.
struct physical_address address_physical_plus(struct physical_address address, uint64_t size_bytes);
struct virtual_address address_virtual_plus(struct virtual_address address, uint64_t size_bytes);

// True if `value` is a multiple of `alignment`. Panics if `alignment` is not a power of two.
bool address_is_aligned(uint64_t value, uint64_t alignment);

// The next multiple of `alignment` at or below `value`. Panics if `alignment` is not a power of two.
uint64_t address_round_down(uint64_t value, uint64_t alignment);

// The next multiple of `alignment` at or above `value`. Panics if `alignment` is not a power of two.
// STATUS_OUT_OF_RANGE: it does not fit in 64 bits.
MUST_USE enum status address_round_up(uint64_t value, uint64_t alignment, uint64_t *rounded);

// The first byte behind `size_bytes` bytes at `start`. STATUS_OUT_OF_RANGE: it does not fit in 64 bits.
MUST_USE enum status address_range_end(uint64_t start, uint64_t size_bytes, uint64_t *end);

// How many pages `size_bytes` bytes need. STATUS_BAD_ARGUMENT: none. STATUS_OUT_OF_RANGE: rounding up wraps around.
MUST_USE enum status address_page_count(uint64_t size_bytes, uint64_t *page_count);

// True if the two ranges share a byte. An empty range shares none; a range that wraps around counts to the top.
bool address_ranges_overlap(uint64_t a_start, uint64_t a_size_bytes, uint64_t b_start, uint64_t b_size_bytes);

#ifdef __cplusplus
}
#endif
