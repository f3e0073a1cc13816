// Files that QEMU hands to its guest (the fw_cfg device): `-fw_cfg name=opt/ariadne/options,string=...`.
//
// So an unchanged image takes options. On a machine without the device every reading says so.
//
// Context: no allocation, no lock; one user at a time (the device has one position). Reads a byte at a time: meant for
// some kilobytes.
// Source: QEMU, docs/specs/fw_cfg.rst.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Copies the file called `name` to the start of `into`; `*size_bytes` is its size.
// STATUS_NO_DEVICE: not under QEMU. STATUS_NOT_FOUND: no file of that name. STATUS_OUT_OF_RANGE: the file is larger
// than `into`; nothing is copied. STATUS_MALFORMED: the device's directory is not one.
MUST_USE enum status firmware_config_read(struct text name, struct bytes_mut into, size_t *size_bytes);

#ifdef __cplusplus
}
#endif
