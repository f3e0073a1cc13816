// A cell of the size of a small Linux module (crc7.ko: one function and one table), which `bench` loads and unloads.
//
// Context: pure; no allocation, no lock.
// Source: the 7-bit cyclic redundancy check with polynomial x^7 + x^3 + 1, as in the SD physical layer, section 4.5.
#pragma once

#include <stdint.h>

#include "cells/base/bytes/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

// The check of `bytes`, in the upper seven bits, continued from `crc` (0 at first).
uint8_t bench_module_crc7(uint8_t crc, struct bytes bytes);

#ifdef __cplusplus
}
#endif
