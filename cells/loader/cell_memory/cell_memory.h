// The one place where the loader turns an address into something that is used: memory to look at, code to call.
//
// Everything else about cells is arithmetic on addresses and needs no raw pointer.
//
// Context: no allocation, no lock; callable from anywhere. What an entry point does is its cell's affair.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"

// The entry points that a cell's metadata may name.
typedef enum status cell_memory_init(void);
typedef void cell_memory_exit(void);

#ifdef __cplusplus
extern "C" {
#endif

// The memory of a section that the registry holds. The view must not outlive the cell.
struct bytes cell_memory_view(uintptr_t address, size_t size_bytes);

// The same for state, which may be written.
struct bytes_mut cell_memory_view_mut(uintptr_t address, size_t size_bytes);

// The address at which something lies, to be compared with bounds of sections.
uintptr_t cell_memory_address(const void *place);

// Calls the init entry at `address`, and what it returns.
MUST_USE enum status cell_memory_call_init(uintptr_t address);

// Calls the exit entry at `address`.
void cell_memory_call_exit(uintptr_t address);

#ifdef __cplusplus
}
#endif
