// The start of the system: what is linked statically, in the order in which it comes to life.
//
// boot.S has copied what the boot loader tells, built the first page tables and entered the higher half; nano_core_main
// goes on from there: log, exceptions, boot information, memory, archive, loader. Then it loads image_replacement by
// its symbol, which puts loaded cells in the place of all that was linked. The loaded copy of this cell goes on with
// nano_core_continue: it loads the shell by its symbol, with all that it needs, and calls it. A failure on the way is a
// panic that names its cause.
//
// Context: nano_core_main runs once, on the boot stack, with interrupts off; nano_core_continue once, on the stack that
// image_replacement made. The other functions are pure.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/boot/boot_information/boot_information.h"
#include "cells/memory/frame_allocator/frame_allocator.h"

// What boot.S hands over: addresses that only the linker knows. The layout is repeated there.
struct nano_core_image {
	const unsigned char *boot_record;
	uint64_t boot_record_size_bytes;
	uint64_t start_physical; // the frames that stay in use: code, constants, state, page tables, stack
	uint64_t end_physical;
	const uint64_t *start_ticks; // the time stamp of the first instruction
};

// Which physical memory is for everyone and which is taken.
struct nano_core_memory {
	size_t usable_count;
	struct frame_region usable[FRAME_ALLOCATOR_REGIONS];
	size_t reserved_count;
	struct frame_region reserved[BOOT_MODULE_CAPACITY + 1]; // the image, and each module
};

#ifdef __cplusplus
extern "C" {
#endif

// The entry from boot.S.
__attribute__((noreturn)) void nano_core_main(const struct nano_core_image *image);

// Where it goes on when nothing of the image is left.
__attribute__((noreturn)) void nano_core_continue(void);

// Divides the memory of `information`: all usable regions, in whole below the 52 bits of a physical address; reserved
// are the image and the modules. STATUS_OUT_OF_RANGE: more usable regions than fit. STATUS_NOT_FOUND: none at all.
MUST_USE enum status nano_core_divide_memory(const struct boot_information *information, struct frame_region image,
	struct nano_core_memory *memory, struct diagnosis *why);

// Picks the module that is the archive of cells: the one called "cells.cpio", else the only one.
// STATUS_NOT_FOUND: neither is there.
MUST_USE enum status nano_core_find_archive(
	const struct boot_information *information, struct boot_module *archive, struct diagnosis *why);

#ifdef __cplusplus
}
#endif
