// What the tables say. Each is whole, has a right checksum, and trusts nobody else.
#include "cells/machine/acpi_tables/acpi_tables_internal.h"

// ---- MADT ----

enum {
	MADT_LOCAL_APIC_ADDRESS = 36,
	MADT_FLAGS = 40,
	MADT_ENTRIES = 44,
	MADT_FLAG_LEGACY = 1,
	ENTRY_LOCAL_APIC = 0,
	ENTRY_IO_APIC = 1,
	ENTRY_OVERRIDE = 2,
	ENTRY_LOCAL_APIC_ADDRESS = 5,
	ENTRY_LOCAL_X2APIC = 9,
	CORE_ENABLED = 1,
	CORE_CAPABLE = 2, // may be enabled later
	X2APIC_LOWEST_ID = 255,
	OVERRIDE_ACTIVE_LOW = 3,
	OVERRIDE_LEVEL = 3 << 2,
};

static enum status too_many(struct diagnosis *why, const char *what, int limit)
{
	return diagnosis_set(why, STATUS_OUT_OF_RANGE, "ACPI: the MADT has more than %d %s", limit, what);
}

static enum status add_core(struct acpi_tables *tables, uint32_t apic_id, uint32_t flags, struct diagnosis *why)
{
	if (!(flags & (CORE_ENABLED | CORE_CAPABLE)))
		return STATUS_OK; // a place without a processor
	for (size_t i = 0; i < tables->core_count; i++)
		if (AT(tables->cores, i).apic_id == apic_id)
			return diagnosis_set(why, STATUS_MALFORMED, "ACPI: the MADT has core %u twice", apic_id);
	if (tables->core_count == ACPI_TABLES_CORES)
		return too_many(why, "cores", ACPI_TABLES_CORES);
	AT(tables->cores, tables->core_count) = (struct acpi_core){apic_id, (flags & CORE_ENABLED) != 0};
	tables->core_count++;
	return STATUS_OK;
}

static enum status read_local_apic(struct bytes entry, struct acpi_tables *tables, struct diagnosis *why)
{
	uint32_t flags = 0;
	TRY(bytes_read_u32(entry, 4, &flags));
	return add_core(tables, bytes_at(entry, 3), flags, why);
}

static enum status read_local_x2apic(struct bytes entry, struct acpi_tables *tables, struct diagnosis *why)
{
	uint32_t apic_id = 0, flags = 0;
	TRY(bytes_read_u32(entry, 4, &apic_id));
	TRY(bytes_read_u32(entry, 8, &flags));
	if (apic_id < X2APIC_LOWEST_ID)
		return STATUS_OK; // it has an entry of the other kind, too
	return add_core(tables, apic_id, flags, why);
}

static enum status read_io_apic(struct bytes entry, struct acpi_tables *tables, struct diagnosis *why)
{
	uint32_t address = 0, first = 0;
	TRY(bytes_read_u32(entry, 4, &address));
	TRY(bytes_read_u32(entry, 8, &first));
	if (tables->io_apic_count == ACPI_TABLES_IO_APICS)
		return too_many(why, "I/O APICs", ACPI_TABLES_IO_APICS);
	AT(tables->io_apics, tables->io_apic_count) = (struct acpi_io_apic){address, first, bytes_at(entry, 2)};
	tables->io_apic_count++;
	return STATUS_OK;
}

static enum status read_override(struct bytes entry, struct acpi_tables *tables, struct diagnosis *why)
{
	uint32_t interrupt = 0;
	uint16_t flags = 0;
	TRY(bytes_read_u32(entry, 4, &interrupt));
	TRY(bytes_read_u16(entry, 8, &flags));
	if (bytes_at(entry, 2) != 0 || bytes_at(entry, 3) > 15)
		return diagnosis_set(why, STATUS_MALFORMED,
			"ACPI: the MADT overrides line %u of bus %u, which is not there", bytes_at(entry, 3),
			bytes_at(entry, 2));
	if (tables->override_count == ACPI_TABLES_OVERRIDES)
		return too_many(why, "overrides", ACPI_TABLES_OVERRIDES);
	AT(tables->overrides, tables->override_count) = (struct acpi_override){
		.line = bytes_at(entry, 3),
		.interrupt = interrupt,
		.active_low = (flags & OVERRIDE_ACTIVE_LOW) == OVERRIDE_ACTIVE_LOW,
		.level_triggered = (flags & OVERRIDE_LEVEL) == OVERRIDE_LEVEL,
	};
	tables->override_count++;
	return STATUS_OK;
}

// How many bytes an entry of a kind has; 0: it is of no interest, and has any length.
static size_t entry_bytes(unsigned kind)
{
	switch (kind) {
	case ENTRY_LOCAL_APIC:
		return 8;
	case ENTRY_IO_APIC:
	case ENTRY_LOCAL_APIC_ADDRESS:
		return 12;
	case ENTRY_OVERRIDE:
		return 10;
	case ENTRY_LOCAL_X2APIC:
		return 16;
	default:
		return 0;
	}
}

static enum status read_madt_entry(struct bytes entry, struct acpi_tables *tables, struct diagnosis *why)
{
	unsigned kind = bytes_at(entry, 0);
	size_t expected = entry_bytes(kind);
	if (expected != 0 && entry.size_bytes != expected)
		return diagnosis_set(why, STATUS_MALFORMED,
			"ACPI: an entry of kind %u in the MADT has %zu bytes, not %zu", kind, entry.size_bytes,
			expected);
	switch (kind) {
	case ENTRY_LOCAL_APIC:
		return read_local_apic(entry, tables, why);
	case ENTRY_IO_APIC:
		return read_io_apic(entry, tables, why);
	case ENTRY_OVERRIDE:
		return read_override(entry, tables, why);
	case ENTRY_LOCAL_APIC_ADDRESS:
		return bytes_read_u64(entry, 4, &tables->local_apic_address);
	case ENTRY_LOCAL_X2APIC:
		return read_local_x2apic(entry, tables, why);
	default:
		return STATUS_OK;
	}
}

enum status acpi_parse_madt(struct bytes table, struct acpi_tables *tables, struct diagnosis *why)
{
	uint32_t address = 0, flags = 0;
	if (tables->has_madt)
		return diagnosis_set(why, STATUS_MALFORMED, "ACPI: there are two MADTs");
	if (bytes_read_u32(table, MADT_LOCAL_APIC_ADDRESS, &address) || bytes_read_u32(table, MADT_FLAGS, &flags))
		return diagnosis_set(
			why, STATUS_MALFORMED, "ACPI: the MADT has %zu bytes, which are too few", table.size_bytes);
	tables->local_apic_address = address;
	tables->has_legacy_controller = (flags & MADT_FLAG_LEGACY) != 0;
	uint64_t at = MADT_ENTRIES;
	while (at < table.size_bytes) {
		struct bytes entry;
		if (table.size_bytes - at < 2 || bytes_at(table, at + 1) < 2 ||
			bytes_slice(table, at, bytes_at(table, at + 1), &entry))
			return diagnosis_set(why, STATUS_MALFORMED,
				"ACPI: the entry at offset %llu of the MADT has no end", (unsigned long long)at);
		TRY(read_madt_entry(entry, tables, why));
		at += entry.size_bytes;
	}
	tables->has_madt = true;
	return STATUS_OK;
}

// ---- FADT ----

enum {
	FADT_POWER_TIMER_PORT = 76,
	FADT_CENTURY = 108,
	FADT_FLAGS = 112,
	FADT_LEAST_BYTES = 116, // revision 1
	FADT_FLAG_TIMER_32_BITS = 1 << 8,
	PORTS = 0x10000,
};

enum status acpi_parse_fadt(struct bytes table, struct acpi_tables *tables, struct diagnosis *why)
{
	uint32_t flags = 0;
	if (tables->has_fadt)
		return diagnosis_set(why, STATUS_MALFORMED, "ACPI: there are two FADTs");
	if (table.size_bytes < FADT_LEAST_BYTES)
		return diagnosis_set(
			why, STATUS_MALFORMED, "ACPI: the FADT has %zu bytes, which are too few", table.size_bytes);
	TRY(bytes_read_u32(table, FADT_POWER_TIMER_PORT, &tables->power_timer_port));
	TRY(bytes_read_u32(table, FADT_FLAGS, &flags));
	if (tables->power_timer_port >= PORTS)
		return diagnosis_set(why, STATUS_MALFORMED, "ACPI: the FADT has a timer at port 0x%x, which is none",
			tables->power_timer_port);
	tables->power_timer_has_32_bits = (flags & FADT_FLAG_TIMER_32_BITS) != 0;
	tables->century_register = bytes_at(table, FADT_CENTURY);
	tables->has_fadt = true;
	return STATUS_OK;
}

// ---- HPET ----

enum { HPET_ADDRESS_SPACE = 40, HPET_ADDRESS = 44, HPET_LEAST_TICKS = 53, HPET_BYTES = 56, HPET_ALIGNMENT = 1024 };

enum status acpi_parse_hpet(struct bytes table, struct acpi_tables *tables, struct diagnosis *why)
{
	if (tables->has_hpet)
		return STATUS_OK; // the first of several does
	if (table.size_bytes < HPET_BYTES)
		return diagnosis_set(why, STATUS_MALFORMED, "ACPI: the HPET table has %zu bytes, which are too few",
			table.size_bytes);
	if (bytes_at(table, HPET_ADDRESS_SPACE) != 0)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "ACPI: the HPET is not in memory");
	TRY(bytes_read_u64(table, HPET_ADDRESS, &tables->hpet_address));
	TRY(bytes_read_u16(table, HPET_LEAST_TICKS, &tables->hpet_least_ticks));
	if (tables->hpet_address == 0 || tables->hpet_address % HPET_ALIGNMENT != 0)
		return diagnosis_set(why, STATUS_MALFORMED, "ACPI: the HPET cannot be at 0x%llx",
			(unsigned long long)tables->hpet_address);
	tables->has_hpet = true;
	return STATUS_OK;
}
