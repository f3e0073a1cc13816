// What the parts of this cell share.
#pragma once

#include "cells/machine/acpi_tables/acpi_tables.h"

enum { ACPI_HEADER_BYTES = 36, ACPI_RSDP_BYTES = 36, ACPI_RSDP_OLD_BYTES = 20 };

// One table, as it stands in the cell's buffer.
INTERNAL enum status acpi_parse_madt(struct bytes table, struct acpi_tables *tables, struct diagnosis *why);
INTERNAL enum status acpi_parse_fadt(struct bytes table, struct acpi_tables *tables, struct diagnosis *why);
INTERNAL enum status acpi_parse_hpet(struct bytes table, struct acpi_tables *tables, struct diagnosis *why);

// The sum of all bytes is 0.
INTERNAL bool acpi_sum_is_right(struct bytes content);

// Whether the `size_bytes` bytes at `offset` are those of the string `expected`.
INTERNAL bool acpi_has_signature(struct bytes content, uint64_t offset, const char *expected);
