// The tables of the machine that this runs on.
#include "cells/boot/boot_information/boot_information.h"
#include "cells/machine/acpi_tables/acpi_tables_internal.h"
#include "cells/memory/address/address.h"
#include "cells/memory/device_memory/device_memory.h"

#define PHYSICAL_ADDRESSES_END (1ull << 52)

// Maps what is asked for, copies it, and unmaps it.
static enum status read_mapped(void *context, uint64_t address, struct bytes_mut into)
{
	(void)context;
	if (address >= PHYSICAL_ADDRESSES_END || into.size_bytes > PHYSICAL_ADDRESSES_END - address)
		return STATUS_OUT_OF_RANGE;
	OWN(firmware_table, table);
	TRY(firmware_table_map(&table, address_physical(address), into.size_bytes));
	bytes_copy(into, firmware_table_bytes(&table));
	return STATUS_OK;
}

enum status acpi_tables_read(struct acpi_tables *out, struct diagnosis *why)
{
	const struct acpi_memory memory = {read_mapped, NULL};
	const struct boot_information *information = boot_information_get();
	if (information && information->rsdp_size_bytes != 0)
		return acpi_tables_parse(
			&memory, bytes_from(information->rsdp, information->rsdp_size_bytes), out, why);
	unsigned char found[ACPI_RSDP_BYTES];
	TRY(acpi_tables_find(&memory, bytes_mut_from(found, sizeof found), why));
	return acpi_tables_parse(&memory, bytes_from(found, sizeof found), out, why);
}
