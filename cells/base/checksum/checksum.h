// A fast checksum of memory: tells by accident changed bytes from unchanged ones, and no forger from an author.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: XXH64 with seed 0, as `xxh64sum` computes it on files.
#pragma once

#include <stdint.h>

#include "cells/base/bytes/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

// The checksum of all bytes of `data`, of which there may be none.
uint64_t checksum_of(struct bytes data);

#ifdef __cplusplus
}
#endif
