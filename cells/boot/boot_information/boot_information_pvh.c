// PVH: the parts that boot.S copied one after the other (the order is in boot_information.h).
// Source: Xen, public/arch-x86/hvm/start_info.h: struct hvm_start_info, hvm_modlist_entry, hvm_memmap_table_entry.
#include "cells/boot/boot_information/boot_information_internal.h"

enum {
	PVH_MAGIC = 0x336EC578,
	START_INFO_BYTES = 56, // of version 1: the first one that has a memory map
	VERSION_OFFSET = 4,
	MODULE_COUNT_OFFSET = 12,
	RSDP_ADDRESS_OFFSET = 32,
	REGION_COUNT_OFFSET = 48,
	RSDP_OFFSET = START_INFO_BYTES,
	MODULES_OFFSET = 96,
	MODULE_BYTES = 32,
	REGION_BYTES = 24,
};

static enum status read_regions(
	struct bytes data, uint64_t offset, uint32_t count, struct boot_information *out, struct diagnosis *why)
{
	for (uint32_t i = 0; i < count; i++, offset += REGION_BYTES) {
		uint64_t start, size_bytes;
		uint32_t type;
		if (bytes_read_u64(data, offset, &start) || bytes_read_u64(data, offset + 8, &size_bytes) ||
			bytes_read_u32(data, offset + 16, &type))
			return diagnosis_set(why, STATUS_MALFORMED,
				"pvh: memory map of %u entries ends after %u: the record has no room for it", count, i);
		TRY(boot_information_add_region(out, start, size_bytes, type, why));
	}
	return STATUS_OK;
}

// The command line, then the modules' names. Each lies behind the one before.
static enum status read_strings_and_modules(
	struct bytes data, uint64_t offset, uint32_t module_count, struct boot_information *out, struct diagnosis *why)
{
	struct text string;
	TRY(boot_information_read_string(data, offset, "pvh: the command line", &string, why));
	if (text_copy(string, out->command_line, sizeof out->command_line))
		return diagnosis_set(why, STATUS_OUT_OF_RANGE,
			"pvh: the command line has %zu characters, at most %d fit", string.length,
			BOOT_COMMAND_LINE_CAPACITY - 1);
	offset += string.length + 1;
	for (uint32_t i = 0; i < module_count; i++) {
		uint64_t start, size_bytes;
		TRY(bytes_read_u64(data, MODULES_OFFSET + (uint64_t)i * MODULE_BYTES, &start));
		TRY(bytes_read_u64(data, MODULES_OFFSET + (uint64_t)i * MODULE_BYTES + 8, &size_bytes));
		TRY(boot_information_read_string(data, offset, "pvh: a module's name", &string, why));
		offset += string.length + 1;
		TRY(boot_information_add_module(out, start, size_bytes, string, why));
	}
	if (offset != data.size_bytes)
		return diagnosis_set(why, STATUS_MALFORMED, "pvh: %llu bytes behind the last part",
			(unsigned long long)(data.size_bytes - offset));
	return STATUS_OK;
}

enum status boot_information_parse_pvh(struct bytes data, struct boot_information *out, struct diagnosis *why)
{
	uint32_t magic, version, module_count, region_count;
	uint64_t rsdp_address;
	if (bytes_read_u32(data, 0, &magic) || bytes_read_u32(data, VERSION_OFFSET, &version))
		return diagnosis_set(why, STATUS_MALFORMED, "pvh: %zu bytes only", data.size_bytes);
	if (magic != PVH_MAGIC)
		return diagnosis_set(why, STATUS_MALFORMED, "pvh: magic number is 0x%x", magic);
	if (version == 0)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "pvh: version 0 of the start info has no memory map");
	struct bytes rsdp;
	if (bytes_read_u32(data, MODULE_COUNT_OFFSET, &module_count) ||
		bytes_read_u64(data, RSDP_ADDRESS_OFFSET, &rsdp_address) ||
		bytes_read_u32(data, REGION_COUNT_OFFSET, &region_count) ||
		bytes_slice(data, RSDP_OFFSET, BOOT_RSDP_BYTES_MAX, &rsdp))
		return diagnosis_set(
			why, STATUS_MALFORMED, "pvh: the start info ends after %zu bytes", data.size_bytes);
	if (rsdp_address != 0 && rsdp_address <= UINT32_MAX)
		TRY(boot_information_set_rsdp(out, rsdp, why));
	if (module_count > BOOT_MODULE_CAPACITY)
		return diagnosis_set(why, STATUS_OUT_OF_RANGE, "pvh: %u modules, at most %d fit", module_count,
			BOOT_MODULE_CAPACITY);

	uint64_t regions_offset = MODULES_OFFSET + (uint64_t)module_count * MODULE_BYTES;
	TRY(read_regions(data, regions_offset, region_count, out, why));
	uint64_t strings_offset = regions_offset + (uint64_t)region_count * REGION_BYTES;
	TRY(read_strings_and_modules(data, strings_offset, module_count, out, why));
	return text_copy(TEXT("PVH"), out->loader_name, sizeof out->loader_name);
}
