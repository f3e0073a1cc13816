// What a boot loader could hand over: records of both kinds, and command lines. The first byte says which.
#include <stdlib.h>
#include <string.h>

#include "cells/boot/boot_information/boot_information.h"
#include "cells/boot/kernel_command_line/kernel_command_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// A record is believed whole or not at all, and a refusal has its cause.
static void parse(struct bytes record)
{
	static struct boot_information information, before;
	struct diagnosis why = {};
	memset(&information, 0x5A, sizeof information);
	memcpy(&before, &information, sizeof before);
	if (boot_information_parse(record, &information, &why)) {
		if (!why.message[0] || memcmp(&information, &before, sizeof before) != 0)
			abort();
		return;
	}
	for (size_t i = 0; i < information.region_count; i++)
		if (information.regions[i].size_bytes > UINT64_MAX - information.regions[i].start)
			abort();
	for (size_t i = 0; i < information.module_count; i++)
		if (!memchr(information.modules[i].name, 0, BOOT_NAME_CAPACITY))
			abort();
	if (!memchr(information.command_line, 0, BOOT_COMMAND_LINE_CAPACITY))
		abort();
}

// The fuzzer need not find out the header and the magic number by itself.
static void parse_with_header(uint32_t kind, const uint8_t *data, size_t size)
{
	uint8_t record[BOOT_RECORD_HEADER_BYTES + 4096] = {};
	uint32_t size_bytes = (uint32_t)(size < 4096 ? size : 4096);
	memcpy(record, &kind, sizeof kind);
	memcpy(record + 4, &size_bytes, sizeof size_bytes);
	memcpy(record + BOOT_RECORD_HEADER_BYTES, data, size_bytes);
	if (kind == BOOT_RECORD_MULTIBOOT2 && size_bytes >= 4)
		memcpy(record + BOOT_RECORD_HEADER_BYTES, &size_bytes, sizeof size_bytes);
	if (kind == BOOT_RECORD_PVH && size_bytes >= 4)
		memcpy(record + BOOT_RECORD_HEADER_BYTES, (const uint8_t[]){0x78, 0xC5, 0x6E, 0x33}, 4);
	parse(bytes_from(record, BOOT_RECORD_HEADER_BYTES + size_bytes));
}

static void read_options(const uint8_t *data, size_t size)
{
	struct text whole = {(const char *)data, size}, value;
	size_t half = size / 2;
	if (kernel_command_line_set((struct text){whole.start, half}) ||
		kernel_command_line_append((struct text){whole.start + half, size - half}))
		return;
	struct text kept = kernel_command_line_whole();
	if (kept.length > KERNEL_COMMAND_LINE_CAPACITY)
		abort();
	if (!kernel_command_line_get(TEXT("log"), &value) && value.length > kept.length)
		abort();
	(void)kernel_command_line_flag(TEXT("quiet"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	switch (data[0] % 4) {
	case 0:
		parse(bytes_from(data + 1, size - 1));
		break;
	case 1:
		parse_with_header(BOOT_RECORD_MULTIBOOT2, data + 1, size - 1);
		break;
	case 2:
		parse_with_header(BOOT_RECORD_PVH, data + 1, size - 1);
		break;
	default:
		read_options(data + 1, size - 1);
	}
	return 0;
}
