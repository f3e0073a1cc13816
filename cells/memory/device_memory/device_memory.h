// Device memory: registers, frame buffers and tables of the firmware, each piece mapped for one cell, whose name it
// bears.
//
// A piece is reserved physical memory (frame_allocator.h), so nobody else can have it at the same time: neither the
// allocator nor a second driver. Two types: `device_memory` is written and read past the caches, `firmware_table` is
// only read. Who has it is not said by the driver but by its build: the macros pass CELL_NAME, and `memory --map` shows
// it (cells/loader/memory_map), so that no page of a device is nobody's.
//
//     struct timer_registers { struct device_u32_read_only identity; struct device_u32 control; };
//
//     OWN(device_memory, memory);
//     TRY(device_memory_map(&memory, address_physical(0xfed00000), 0x400));
//     struct timer_registers *timer = DEVICE_MEMORY_AS(struct timer_registers, &memory, 0);
//     device_u32_write(&timer->control, device_u32_read(&timer->control) | TIMER_ENABLE);
//     device_memory_put_in(&state.memory, &memory);
//
// Context: a spinlock for the list of names, then those of mapped_pages; no heap; may be called with interrupts off.
#pragma once

#include "cells/base/bytes/bytes.h"
#include "cells/memory/address/address.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

enum {
	DEVICE_MEMORY_PIECES = 32,        // mapped at the same time
	DEVICE_MEMORY_NAME_CAPACITY = 40, // of a cell
};

HANDLE(device_memory)
{
	struct mapped_pages_mut pages PRIVATE_OF(device_memory); // none: empty
	size_t piece PRIVATE_OF(device_memory);
};

HANDLE(firmware_table)
{
	struct mapped_pages pages PRIVATE_OF(device_memory); // none: empty
	size_t piece PRIVATE_OF(device_memory);
};

struct device_memory_holder {
	char name[DEVICE_MEMORY_NAME_CAPACITY]; // of the cell, as a string
	uint64_t pages_left;                    // from the page asked for on
};

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(device_memory)
HANDLE_FUNCTIONS(firmware_table)

// `size_bytes` bytes at `start`, which may lie anywhere in a page, for the cell that this stands in.
// STATUS_OUT_OF_RANGE: the DEVICE_MEMORY_PIECES pieces are all in use, or the size wraps around. STATUS_REFUSED: it is
// usable memory. STATUS_BUSY: a part of it is mapped already. STATUS_NO_MEMORY, STATUS_BAD_ARGUMENT: as
// mapped_pages_map_physical.
#define device_memory_map(out, start, size_bytes) device_memory_map_for((out), (start), (size_bytes), CELL_NAME)
#define firmware_table_map(out, start, size_bytes) firmware_table_map_for((out), (start), (size_bytes), CELL_NAME)

MUST_USE enum status device_memory_map_for(struct device_memory *out, struct physical_address start, size_t size_bytes,
	const char *cell) PRODUCES_IF(STATUS_OK, out);
MUST_USE enum status firmware_table_map_for(struct firmware_table *out, struct physical_address start,
	size_t size_bytes, const char *cell) PRODUCES_IF(STATUS_OK, out);

struct bytes_mut device_memory_bytes(const struct device_memory *memory) BORROWS_MUT(memory);
struct bytes firmware_table_bytes(const struct firmware_table *table) BORROWS(table);

// A structure of device_u8 to device_u64 (cells/hal/device_register). Panics beyond the end and on a misaligned place.
#define DEVICE_MEMORY_AS(type, memory, offset_bytes)                                                                   \
	((type *)device_memory_at((memory), (offset_bytes), sizeof(type), _Alignof(type)))

void *device_memory_at(const struct device_memory *memory, size_t offset_bytes, size_t size_bytes, size_t alignment)
	BORROWS_MUT(memory);

// Which cell has the page at `address`. False: it was not mapped here.
bool device_memory_find(struct virtual_address address, struct device_memory_holder *holder);

#ifdef __cplusplus
}
#endif
