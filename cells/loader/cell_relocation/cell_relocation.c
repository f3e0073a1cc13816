#include "cells/loader/cell_relocation/cell_relocation.h"

const char *cell_relocation_name(uint32_t kind)
{
	switch (kind) {
	case CELL_RELOCATION_64:
		return "R_X86_64_64";
	case CELL_RELOCATION_PC32:
		return "R_X86_64_PC32";
	case CELL_RELOCATION_PLT32:
		return "R_X86_64_PLT32";
	case CELL_RELOCATION_32:
		return "R_X86_64_32";
	case CELL_RELOCATION_32S:
		return "R_X86_64_32S";
	default:
		return "an unknown relocation";
	}
}

size_t cell_relocation_width(uint32_t kind)
{
	switch (kind) {
	case CELL_RELOCATION_64:
		return 8;
	case CELL_RELOCATION_PC32:
	case CELL_RELOCATION_PLT32:
	case CELL_RELOCATION_32:
	case CELL_RELOCATION_32S:
		return 4;
	default:
		return 0;
	}
}

static bool is_relative(uint32_t kind)
{
	return kind == CELL_RELOCATION_PC32 || kind == CELL_RELOCATION_PLT32;
}

// Whether `value`, cut to the field and extended again as the processor does it, is still the same.
static bool fits(uint32_t kind, uint64_t value)
{
	switch (kind) {
	case CELL_RELOCATION_64:
		return true;
	case CELL_RELOCATION_32:
		return value == (uint32_t)value;
	default:
		return value == (uint64_t)(int64_t)(int32_t)(uint32_t)value;
	}
}

static enum status check_field(
	size_t section_size_bytes, uint32_t kind, uint64_t offset, size_t *width, struct diagnosis *why)
{
	size_t field_width = cell_relocation_width(kind);
	if (field_width == 0)
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"relocation kind %u at %#llx; cells have only 1, 2, 4, 10 and 11 (64, PC32, PLT32, 32, 32S)",
			(unsigned)kind, (unsigned long long)offset);
	if (offset > section_size_bytes || field_width > section_size_bytes - offset)
		return diagnosis_set(why, STATUS_MALFORMED, "%s at %#llx: its %zu bytes end beyond the section's %zu",
			cell_relocation_name(kind), (unsigned long long)offset, field_width, section_size_bytes);
	*width = field_width;
	return STATUS_OK;
}

enum status cell_relocation_apply(struct bytes_mut section, uint64_t section_address, uint32_t kind, uint64_t offset,
	uint64_t symbol_address, int64_t addend, struct diagnosis *why)
{
	size_t width = 0;
	TRY(check_field(section.size_bytes, kind, offset, &width, why));
	uint64_t place = section_address + offset;
	uint64_t value = symbol_address + (uint64_t)addend - (is_relative(kind) ? place : 0);
	if (!fits(kind, value))
		return diagnosis_set(why, STATUS_OUT_OF_RANGE, "%s at %#llx: %#llx does not fit its 4 bytes",
			cell_relocation_name(kind), (unsigned long long)place, (unsigned long long)value);
	if (width == 8)
		return bytes_write_u64(section, offset, value);
	return bytes_write_u32(section, offset, (uint32_t)value);
}

static enum status read_field(struct bytes section, uint32_t kind, uint64_t offset, size_t width, uint64_t *value)
{
	if (width == 8)
		return bytes_read_u64(section, offset, value);
	uint32_t field = 0;
	TRY(bytes_read_u32(section, offset, &field));
	*value = kind == CELL_RELOCATION_32 ? field : (uint64_t)(int64_t)(int32_t)field;
	return STATUS_OK;
}

enum status cell_relocation_read(struct bytes section, uint64_t section_address, uint32_t kind, uint64_t offset,
	int64_t addend, uint64_t *symbol_address)
{
	size_t width = 0;
	TRY(check_field(section.size_bytes, kind, offset, &width, 0));
	uint64_t value = 0;
	TRY(read_field(section, kind, offset, width, &value));
	uint64_t place = section_address + offset;
	*symbol_address = value - (uint64_t)addend + (is_relative(kind) ? place : 0);
	return STATUS_OK;
}
