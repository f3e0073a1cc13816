#include "cells/boot/boot_information/boot_information.h"

#include "cells/boot/boot_information/boot_information_internal.h"

static CELL_STATE_ZERO const struct boot_information *known;

static enum boot_region_kind kind_of(uint32_t type)
{
	switch (type) {
	case 1:
		return BOOT_REGION_USABLE;
	case 3:
		return BOOT_REGION_ACPI_RECLAIMABLE;
	case 4:
		return BOOT_REGION_ACPI_NVS;
	case 5:
		return BOOT_REGION_DEFECTIVE;
	default:
		return BOOT_REGION_RESERVED;
	}
}

enum status boot_information_add_region(
	struct boot_information *out, uint64_t start, uint64_t size_bytes, uint32_t type, struct diagnosis *why)
{
	if (size_bytes == 0)
		return STATUS_OK;
	if (size_bytes > UINT64_MAX - start)
		return diagnosis_set(why, STATUS_MALFORMED, "memory region at 0x%llx wraps around: it has 0x%llx bytes",
			(unsigned long long)start, (unsigned long long)size_bytes);
	if (out->region_count == BOOT_REGION_CAPACITY)
		return diagnosis_set(why, STATUS_OUT_OF_RANGE, "more than %d memory regions", BOOT_REGION_CAPACITY);
	AT(out->regions, out->region_count) = (struct boot_region){start, size_bytes, kind_of(type)};
	out->region_count++;
	return STATUS_OK;
}

enum status boot_information_add_module(
	struct boot_information *out, uint64_t start, uint64_t size_bytes, struct text name, struct diagnosis *why)
{
	if (size_bytes > UINT64_MAX - start)
		return diagnosis_set(why, STATUS_MALFORMED, "module %zu at 0x%llx wraps around: it has 0x%llx bytes",
			out->module_count, (unsigned long long)start, (unsigned long long)size_bytes);
	if (out->module_count == BOOT_MODULE_CAPACITY)
		return diagnosis_set(why, STATUS_OUT_OF_RANGE, "more than %d modules", BOOT_MODULE_CAPACITY);
	struct boot_module *module = &AT(out->modules, out->module_count);
	module->start = start;
	module->size_bytes = size_bytes;
	if (text_copy(name, module->name, sizeof module->name))
		return diagnosis_set(why, STATUS_OUT_OF_RANGE, "name of module %zu has %zu characters, at most %d fit",
			out->module_count, name.length, BOOT_NAME_CAPACITY - 1);
	out->module_count++;
	return STATUS_OK;
}

static uint8_t sum_of(struct bytes data)
{
	uint8_t sum = 0;
	for (size_t i = 0; i < data.size_bytes; i++)
		sum = (uint8_t)(sum + bytes_at(data, i));
	return sum;
}

enum status boot_information_set_rsdp(struct boot_information *out, struct bytes rsdp, struct diagnosis *why)
{
	// ACPI Specification 6.4, section 5.2.5.3: 20 bytes in revision 0, 36 from revision 2 on, each with a checksum.
	enum { SIGNATURE_BYTES = 8, OLD_BYTES = 20, REVISION_OFFSET = 15 };
	struct text signature = TEXT("RSD PTR ");
	struct bytes part;
	if (bytes_slice(rsdp, 0, SIGNATURE_BYTES, &part) ||
		!bytes_equal(part, bytes_from(signature.start, signature.length)))
		return diagnosis_set(why, STATUS_MALFORMED, "ACPI root pointer does not begin with \"RSD PTR \"");
	if (bytes_slice(rsdp, 0, OLD_BYTES, &part))
		return diagnosis_set(why, STATUS_MALFORMED, "ACPI root pointer has %zu bytes, less than %d",
			rsdp.size_bytes, OLD_BYTES);
	if (sum_of(part) != 0)
		return diagnosis_set(why, STATUS_MALFORMED, "ACPI root pointer: wrong checksum");
	if (bytes_at(rsdp, REVISION_OFFSET) >= 2) {
		if (bytes_slice(rsdp, 0, BOOT_RSDP_BYTES_MAX, &part))
			return diagnosis_set(why, STATUS_MALFORMED,
				"ACPI root pointer of revision %u has %zu bytes, less than %d",
				(unsigned)bytes_at(rsdp, REVISION_OFFSET), rsdp.size_bytes, BOOT_RSDP_BYTES_MAX);
		if (sum_of(part) != 0)
			return diagnosis_set(why, STATUS_MALFORMED, "ACPI root pointer: wrong extended checksum");
	}
	if (part.size_bytes < out->rsdp_size_bytes)
		return STATUS_OK; // the newer one of two says more
	bytes_copy(bytes_mut_from(out->rsdp, sizeof out->rsdp), part);
	out->rsdp_size_bytes = part.size_bytes;
	return STATUS_OK;
}

enum status boot_information_read_string(
	struct bytes data, uint64_t offset, const char *what, struct text *string, struct diagnosis *why)
{
	size_t start = offset < data.size_bytes ? (size_t)offset : data.size_bytes;
	size_t end = start;
	while (end < data.size_bytes && bytes_at(data, end) != 0)
		end++;
	struct bytes characters;
	if (end == data.size_bytes || bytes_slice(data, start, end - start, &characters))
		return diagnosis_set(why, STATUS_MALFORMED, "%s does not end with a zero", what);
	*string = (struct text){(const char *)characters.data, characters.size_bytes};
	return STATUS_OK;
}

static enum status parse_data(uint32_t kind, struct bytes data, struct boot_information *out, struct diagnosis *why)
{
	switch (kind) {
	case BOOT_RECORD_MULTIBOOT2:
		out->source = BOOT_RECORD_MULTIBOOT2;
		return boot_information_parse_multiboot2(data, out, why);
	case BOOT_RECORD_PVH:
		out->source = BOOT_RECORD_PVH;
		return boot_information_parse_pvh(data, out, why);
	default:
		return diagnosis_set(why, STATUS_UNSUPPORTED, "boot record is of the unknown kind %u", kind);
	}
}

enum status boot_information_parse(struct bytes record, struct boot_information *out, struct diagnosis *why)
{
	uint32_t kind, size_bytes;
	uint64_t reserved;
	if (bytes_read_u32(record, 0, &kind) || bytes_read_u32(record, 4, &size_bytes) ||
		bytes_read_u64(record, 8, &reserved))
		return diagnosis_set(why, STATUS_MALFORMED, "boot record has %zu bytes, less than its header's %d",
			record.size_bytes, BOOT_RECORD_HEADER_BYTES);
	if (reserved != 0)
		return diagnosis_set(why, STATUS_MALFORMED, "boot record: reserved bytes are not zero");
	struct bytes data;
	if (bytes_slice(record, BOOT_RECORD_HEADER_BYTES, size_bytes, &data))
		return diagnosis_set(why, STATUS_MALFORMED, "boot record says %u bytes of data, but has %zu",
			size_bytes, record.size_bytes - BOOT_RECORD_HEADER_BYTES);

	struct boot_information found = {};
	TRY(parse_data(kind, data, &found, why));
	if (found.region_count == 0)
		return diagnosis_set(why, STATUS_MALFORMED, "boot record tells of no memory");
	*out = found;
	return STATUS_OK;
}

void boot_information_set(const struct boot_information *information)
{
	known = information;
}

const struct boot_information *boot_information_get(void)
{
	return known;
}
