// What ACPI's tables tell of the machine: its cores, its interrupt controllers, its timers, its power registers.
//
// The tables are data from outside, and only what is understood is believed: lengths are bounded before anything is
// read, every table that is used must have a right checksum, and a rule that is broken is a refusal that names table
// and rule. Tables are found from the root pointer (RSDP), which the boot loader hands over, or which a BIOS keeps in
// its own area; then the list of tables (XSDT, else RSDT); of those the MADT, the FADT and the HPET are read. Tables of
// other kinds are not looked at.
//
// Physical memory is read through a function, so that the whole of the parser runs on any bytes: acpi_tables_read gives
// it one that maps what is asked for, and unmaps it again.
//
// Context: acpi_tables_read and acpi_tables_map are to be called with interrupts on or off, by one core at a time; the
// buffer for a table is the cell's own. No heap.
// Source: ACPI Specification 6.5, sections 5.2.5 (RSDP), 5.2.6 (headers), 5.2.7, 5.2.8 (RSDT, XSDT), 5.2.9 (FADT),
// 5.2.12 (MADT); IA-PC HPET Specification 1.0a, section 3.2.4 (HPET table).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"

enum {
	ACPI_TABLES_CORES = 256,
	ACPI_TABLES_IO_APICS = 16,
	ACPI_TABLES_OVERRIDES = 32,
	ACPI_TABLES_LISTED = 256,      // tables that are listed
	ACPI_TABLES_BYTES_MAX = 16384, // of a table that is read
};

// A core that may be started. The firmware's order; the boot core is one of them.
struct acpi_core {
	uint32_t apic_id;
	bool is_enabled; // else it may come later; nobody starts it
};

struct acpi_io_apic {
	uint64_t address;
	uint32_t first_interrupt; // the global number of its first pin
	uint8_t id;
};

// A line of the old interrupt controller that is another one of the new.
struct acpi_override {
	uint8_t line;
	uint32_t interrupt; // its global number
	bool active_low;
	bool level_triggered;
};

struct acpi_tables {
	bool has_madt;
	bool has_legacy_controller; // a pair of 8259
	uint64_t local_apic_address;
	size_t core_count;
	struct acpi_core cores[ACPI_TABLES_CORES];
	size_t io_apic_count;
	struct acpi_io_apic io_apics[ACPI_TABLES_IO_APICS];
	size_t override_count;
	struct acpi_override overrides[ACPI_TABLES_OVERRIDES];

	bool has_fadt;
	uint32_t power_timer_port; // 0: none
	bool power_timer_has_32_bits;
	uint16_t century_register;

	bool has_hpet;
	uint64_t hpet_address;
	uint16_t hpet_least_ticks;
};

// Reads into.size_bytes bytes of physical memory from `address` on.
typedef enum status acpi_memory_read(void *context, uint64_t address, struct bytes_mut into);

struct acpi_memory {
	acpi_memory_read *read;
	void *context;
};

#ifdef __cplusplus
extern "C" {
#endif

// Reads the tables that begin with the root pointer `rsdp` (20 bytes of version 0, or at least 36). On failure `out` is
// left as it was. STATUS_MALFORMED: a rule is broken. STATUS_UNSUPPORTED: a revision that is not known.
// STATUS_OUT_OF_RANGE: more of something than fits. Others: what `memory` answers.
MUST_USE enum status acpi_tables_parse(
	const struct acpi_memory *memory, struct bytes rsdp, struct acpi_tables *out, struct diagnosis *why);

// The root pointer of a BIOS: in the first KiB of the extended data area, else in 0xE0000 to 0xFFFFF; 36 bytes are
// written, of which those beyond a pointer of version 0 are 0. STATUS_NOT_FOUND: there is none with a right checksum.
MUST_USE enum status acpi_tables_find(const struct acpi_memory *memory, struct bytes_mut rsdp, struct diagnosis *why);

// The tables of this machine: from the boot information's root pointer, else from the BIOS's.
MUST_USE enum status acpi_tables_read(struct acpi_tables *out, struct diagnosis *why);

#ifdef __cplusplus
}
#endif
