// The test command `versions`: two applications see two versions of one cell at once.
//
// The image has version_text in version 1 and version_reader, which asks it. An archive out of QEMU's firmware
// configuration (opt/ariadne/newer) has version 2, and the same version_reader; it becomes a name space.
//
// Context: runs in the shell; allocates pages.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_versions;

#ifdef __cplusplus
}
#endif
