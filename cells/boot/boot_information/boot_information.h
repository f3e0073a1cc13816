// What the boot loader tells: memory, modules, command line, screen, where ACPI begins.
//
// Two kinds of loaders start the kernel: those of the Multiboot2 specification (GRUB) and those of Xen's PVH protocol
// (QEMU's -kernel). boot.S copies what they hand over into one *boot record* while paging is still off, so that nothing
// of it need be mapped later; this cell reads the record as plain bytes and trusts none of them.
//
// The boot record (all numbers little-endian):
//
//     0  u32  kind: enum boot_record_kind
//     4  u32  size of the data that follows the header, in bytes
//     8  u64  0
//     16      the data
//
// Data of a multiboot2 record: the boot information as the loader made it (total_size, reserved, tags).
// Data of a PVH record, one part after the other, without gaps:
//
//     0       hvm_start_info, 56 bytes (version 1 and up)
//     56      36 bytes from the address rsdp_paddr; zeros if that is 0 or beyond 4 GiB; then 4 bytes of 0
//     96      nr_modules entries of hvm_modlist_entry, 32 bytes each
//     ..      memmap_entries entries of hvm_memmap_table_entry, 24 bytes each
//     ..      the command line with its terminating zero (only the zero if there is none)
//     ..      for each module its command line with its terminating zero
//
// A part for which the record has no room is left out with all that follow: the parser then finds the end too early.
//
// Context: pure but for _set and _get; no allocation, no lock.
// Source: Multiboot2 Specification version 2.0, section 3.6 (boot information); Xen, public/arch-x86/hvm/start_info.h.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"

enum boot_record_kind {
	BOOT_RECORD_MULTIBOOT2 = 1,
	BOOT_RECORD_PVH = 2,
};

enum {
	BOOT_RECORD_HEADER_BYTES = 16,
	BOOT_REGION_CAPACITY = 256,
	BOOT_MODULE_CAPACITY = 16,
	BOOT_NAME_CAPACITY = 64,
	BOOT_COMMAND_LINE_CAPACITY = 2048,
	BOOT_RSDP_BYTES_MAX = 36,
};

enum boot_region_kind {
	BOOT_REGION_USABLE,   // ordinary memory, free for all but what the loader put there (modules, the kernel)
	BOOT_REGION_RESERVED, // not to be touched, or of a kind that is not known
	BOOT_REGION_ACPI_RECLAIMABLE, // ordinary memory once the ACPI tables in it have been read
	BOOT_REGION_ACPI_NVS,         // to be kept as it is for the firmware
	BOOT_REGION_DEFECTIVE,
};

// A piece of the physical address space. No arithmetic on it overflows: start + size_bytes <= 2^64 - 1.
struct boot_region {
	uint64_t start;
	uint64_t size_bytes;
	enum boot_region_kind kind;
};

// A file that the loader put into memory.
struct boot_module {
	uint64_t start;
	uint64_t size_bytes;
	char name[BOOT_NAME_CAPACITY]; // zero-terminated; empty if the loader gave none
};

enum boot_framebuffer_kind {
	BOOT_FRAMEBUFFER_NONE, // nothing was said: a PC's text screen may be there
	BOOT_FRAMEBUFFER_COLOUR,
	BOOT_FRAMEBUFFER_TEXT, // cells of character and attribute; width and height count characters
};

// The bits of one colour in a pixel.
struct boot_channel {
	uint8_t position;
	uint8_t size_bits;
};

struct boot_framebuffer {
	enum boot_framebuffer_kind kind;
	uint64_t start;
	uint32_t pitch_bytes; // from one line to the next
	uint32_t width;
	uint32_t height;
	uint8_t bits_per_pixel;
	struct boot_channel red, green, blue;
};

struct boot_information {
	enum boot_record_kind source;
	size_t region_count;
	struct boot_region regions[BOOT_REGION_CAPACITY]; // in the loader's order; may overlap
	size_t module_count;
	struct boot_module modules[BOOT_MODULE_CAPACITY];
	struct boot_framebuffer framebuffer;
	size_t rsdp_size_bytes; // 0: ACPI's root pointer is not known
	unsigned char rsdp[BOOT_RSDP_BYTES_MAX];
	uint64_t start_ticks; // the time stamp of the first instruction; no part of the record
	char loader_name[BOOT_NAME_CAPACITY];
	char command_line[BOOT_COMMAND_LINE_CAPACITY];
};

#ifdef __cplusplus
extern "C" {
#endif

// Reads a whole boot record. On failure `out` is left as it was, and `why` names what breaks which rule.
// STATUS_MALFORMED: the record breaks its format. STATUS_UNSUPPORTED: a kind or version that is not known.
// STATUS_OUT_OF_RANGE: more regions, modules or characters than fit.
MUST_USE enum status boot_information_parse(struct bytes record, struct boot_information *out, struct diagnosis *why);

// Keeps what the loader of this very system told, for everyone; null before it is set. `information` is borrowed for
// ever.
void boot_information_set(const struct boot_information *information);
const struct boot_information *boot_information_get(void);

#ifdef __cplusplus
}
#endif
