// What the two readers share: each adds what it finds to one `struct boot_information`, by the same rules.
#pragma once

#include "cells/boot/boot_information/boot_information.h"

INTERNAL MUST_USE enum status boot_information_parse_multiboot2(
	struct bytes data, struct boot_information *out, struct diagnosis *why);
INTERNAL MUST_USE enum status boot_information_parse_pvh(
	struct bytes data, struct boot_information *out, struct diagnosis *why);

// Adds a piece of memory; an empty one is left out. `type` is numbered as in the BIOS call E820.
INTERNAL MUST_USE enum status boot_information_add_region(
	struct boot_information *out, uint64_t start, uint64_t size_bytes, uint32_t type, struct diagnosis *why);

// Adds a module called `name`.
INTERNAL MUST_USE enum status boot_information_add_module(
	struct boot_information *out, uint64_t start, uint64_t size_bytes, struct text name, struct diagnosis *why);

// Keeps ACPI's root pointer if its signature and its checksums are right. `rsdp` may be longer than the structure.
INTERNAL MUST_USE enum status boot_information_set_rsdp(
	struct boot_information *out, struct bytes rsdp, struct diagnosis *why);

// Takes the string that begins at `offset`, which must end with a zero before the end of `data`. `what` names it.
INTERNAL MUST_USE enum status boot_information_read_string(
	struct bytes data, uint64_t offset, const char *what, struct text *string, struct diagnosis *why);
