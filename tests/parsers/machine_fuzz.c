// What a firmware could leave in memory: the input is 64 KiB of it, from the root pointer on. Every table in it gets a
// right length and a right sum before it is read, or not, as the first byte says.
#include <stdlib.h>
#include <string.h>

#include "cells/machine/acpi_tables/acpi_tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY_BYTES = 1 << 16, HEADER_BYTES = 36, RSDP_BYTES = 36 };

static uint8_t memory[MEMORY_BYTES];
static int mend_sums;

static void mend(uint8_t *start, size_t size, size_t place)
{
	uint8_t sum = 0;
	start[place] = 0;
	for (size_t i = 0; i < size; i++)
		sum += start[i];
	start[place] = (uint8_t)-sum;
}

static enum status read_memory(void *context, uint64_t address, struct bytes_mut into)
{
	(void)context;
	if (address > MEMORY_BYTES || into.size_bytes > MEMORY_BYTES - address)
		return STATUS_NOT_FOUND;
	uint32_t length;
	if (mend_sums && into.size_bytes == HEADER_BYTES && address >= RSDP_BYTES) {
		memcpy(&length, memory + address + 4, sizeof length);
		if (length >= HEADER_BYTES && length <= MEMORY_BYTES - address)
			mend(memory + address, length, 9);
	}
	memcpy(into.data, memory + address, into.size_bytes);
	return STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct acpi_tables tables, before;
	const struct acpi_memory source = {read_memory, NULL};
	struct diagnosis why = {};
	if (size == 0)
		return 0;
	memset(memory, 0, sizeof memory);
	memcpy(memory, data + 1, size - 1 < MEMORY_BYTES ? size - 1 : MEMORY_BYTES);
	mend_sums = data[0] & 1;
	if (data[0] & 2) {
		uint8_t found[RSDP_BYTES];
		(void)acpi_tables_find(&source, bytes_mut_from(found, sizeof found), &why);
		return 0;
	}
	if (mend_sums) {
		const uint32_t length = RSDP_BYTES;
		memcpy(memory, "RSD PTR ", 8);
		memcpy(memory + 20, &length, sizeof length);
		mend(memory, 20, 8);
		mend(memory, RSDP_BYTES, 32);
	}
	memset(&tables, 0x5A, sizeof tables);
	memcpy(&before, &tables, sizeof before);
	if (acpi_tables_parse(&source, bytes_from(memory, RSDP_BYTES), &tables, &why)) {
		if (!why.message[0] || memcmp(&tables, &before, sizeof before) != 0)
			abort();
		return 0;
	}
	if (tables.core_count > ACPI_TABLES_CORES || tables.io_apic_count > ACPI_TABLES_IO_APICS ||
		tables.override_count > ACPI_TABLES_OVERRIDES || (tables.has_hpet && tables.hpet_address == 0))
		abort();
	for (size_t i = 0; i < tables.core_count; i++)
		for (size_t j = 0; j < i; j++)
			if (tables.cores[i].apic_id == tables.cores[j].apic_id)
				abort();
	return 0;
}
