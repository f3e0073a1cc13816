// Multiboot2: a total size, then tags, each with type and size, at multiples of 8; the last one has type 0.
// Source: Multiboot2 Specification version 2.0, section 3.6 (Boot information); its subsections' names stand with each
// reader.
#include "cells/boot/boot_information/boot_information_internal.h"

enum tag_type {
	TAG_END = 0,
	TAG_COMMAND_LINE = 1,
	TAG_LOADER_NAME = 2,
	TAG_MODULE = 3,
	TAG_MEMORY_MAP = 6,
	TAG_FRAMEBUFFER = 8,
	TAG_OLD_RSDP = 14,
	TAG_NEW_RSDP = 15,
};

enum {
	FIXED_PART_BYTES = 8,
	TAG_HEADER_BYTES = 8,
	TAG_ALIGNMENT = 8,
	MODULE_STRING_OFFSET = 16,
	MEMORY_MAP_HEADER_BYTES = 16,
	MEMORY_MAP_ENTRY_BYTES = 24,
	FRAMEBUFFER_COLOURS_OFFSET = 32,
};

// Which tags that may come only once have come.
struct seen {
	bool command_line, loader_name, memory_map, framebuffer;
};

static enum status once(bool *seen, const char *what, struct diagnosis *why)
{
	if (*seen)
		return diagnosis_set(why, STATUS_MALFORMED, "multiboot2: a second tag for the %s", what);
	*seen = true;
	return STATUS_OK;
}

// "Boot command line", "Boot loader name": a zero-terminated string.
static enum status read_string_tag(struct bytes tag, const char *what, char *to, size_t capacity, struct diagnosis *why)
{
	struct text string;
	TRY(boot_information_read_string(tag, TAG_HEADER_BYTES, what, &string, why));
	if (text_copy(string, to, capacity))
		return diagnosis_set(why, STATUS_OUT_OF_RANGE, "%s has %zu characters, at most %zu fit", what,
			string.length, capacity - 1);
	return STATUS_OK;
}

// "Modules": u32 start, u32 end, string.
static enum status read_module(struct bytes tag, struct boot_information *out, struct diagnosis *why)
{
	uint32_t start, end;
	if (bytes_read_u32(tag, 8, &start) || bytes_read_u32(tag, 12, &end))
		return diagnosis_set(
			why, STATUS_MALFORMED, "multiboot2: module tag has %zu bytes only", tag.size_bytes);
	if (end < start)
		return diagnosis_set(
			why, STATUS_MALFORMED, "multiboot2: a module ends at 0x%x, before its start 0x%x", end, start);
	struct text name;
	TRY(boot_information_read_string(tag, MODULE_STRING_OFFSET, "multiboot2: a module's name", &name, why));
	return boot_information_add_module(out, start, end - start, name, why);
}

// "Memory map": u32 entry size, u32 entry version, entries of u64 base, u64 length, u32 type, u32 reserved.
static enum status read_memory_map(struct bytes tag, struct boot_information *out, struct diagnosis *why)
{
	uint32_t entry_bytes, version;
	if (bytes_read_u32(tag, 8, &entry_bytes) || bytes_read_u32(tag, 12, &version))
		return diagnosis_set(
			why, STATUS_MALFORMED, "multiboot2: memory map tag has %zu bytes only", tag.size_bytes);
	if (version != 0)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "multiboot2: memory map entries of version %u", version);
	if (entry_bytes < MEMORY_MAP_ENTRY_BYTES || entry_bytes % 8 != 0)
		return diagnosis_set(why, STATUS_MALFORMED, "multiboot2: memory map entries of %u bytes", entry_bytes);
	if ((tag.size_bytes - MEMORY_MAP_HEADER_BYTES) % entry_bytes != 0)
		return diagnosis_set(why, STATUS_MALFORMED,
			"multiboot2: memory map of %zu bytes does not consist of entries of %u bytes",
			tag.size_bytes - MEMORY_MAP_HEADER_BYTES, entry_bytes);

	for (uint64_t offset = MEMORY_MAP_HEADER_BYTES; offset < tag.size_bytes; offset += entry_bytes) {
		uint64_t start, size_bytes;
		uint32_t type;
		TRY(bytes_read_u64(tag, offset, &start));
		TRY(bytes_read_u64(tag, offset + 8, &size_bytes));
		TRY(bytes_read_u32(tag, offset + 16, &type));
		TRY(boot_information_add_region(out, start, size_bytes, type, why));
	}
	return STATUS_OK;
}

static enum status check_channel(
	struct boot_channel channel, uint8_t bits_per_pixel, const char *colour, struct diagnosis *why)
{
	if (channel.size_bits == 0 || channel.position + channel.size_bits > bits_per_pixel)
		return diagnosis_set(why, STATUS_MALFORMED,
			"multiboot2: framebuffer: %s has %u bits at bit %u of a pixel of %u bits", colour,
			channel.size_bits, channel.position, bits_per_pixel);
	return STATUS_OK;
}

// Colour info of type 1: for red, green and blue, position and size.
static enum status read_channels(struct bytes tag, struct boot_framebuffer *buffer, struct diagnosis *why)
{
	struct bytes info;
	if (bytes_slice(tag, FRAMEBUFFER_COLOURS_OFFSET, 6, &info))
		return diagnosis_set(
			why, STATUS_MALFORMED, "multiboot2: framebuffer tag has %zu bytes only", tag.size_bytes);
	buffer->red = (struct boot_channel){bytes_at(info, 0), bytes_at(info, 1)};
	buffer->green = (struct boot_channel){bytes_at(info, 2), bytes_at(info, 3)};
	buffer->blue = (struct boot_channel){bytes_at(info, 4), bytes_at(info, 5)};
	TRY(check_channel(buffer->red, buffer->bits_per_pixel, "red", why));
	TRY(check_channel(buffer->green, buffer->bits_per_pixel, "green", why));
	return check_channel(buffer->blue, buffer->bits_per_pixel, "blue", why);
}

static enum status check_extent(const struct boot_framebuffer *buffer, struct diagnosis *why)
{
	uint64_t row_bits = (uint64_t)buffer->width * buffer->bits_per_pixel;
	if (buffer->width == 0 || buffer->height == 0 || buffer->bits_per_pixel == 0 || buffer->bits_per_pixel > 32)
		return diagnosis_set(why, STATUS_MALFORMED, "multiboot2: framebuffer of %u x %u with %u bits",
			buffer->width, buffer->height, buffer->bits_per_pixel);
	if (row_bits > (uint64_t)buffer->pitch_bytes * 8)
		return diagnosis_set(why, STATUS_MALFORMED,
			"multiboot2: framebuffer: %u elements of %u bits do not fit a line of %u bytes", buffer->width,
			buffer->bits_per_pixel, buffer->pitch_bytes);
	if ((uint64_t)buffer->pitch_bytes * buffer->height > UINT64_MAX - buffer->start)
		return diagnosis_set(why, STATUS_MALFORMED, "multiboot2: framebuffer at 0x%llx wraps around",
			(unsigned long long)buffer->start);
	return STATUS_OK;
}

// "Framebuffer info": u64 address, u32 pitch, u32 width, u32 height, u8 bits, u8 type, u16 reserved, colour info.
static enum status read_framebuffer(struct bytes tag, struct boot_information *out, struct diagnosis *why)
{
	enum { TYPE_INDEXED = 0, TYPE_COLOUR = 1, TYPE_TEXT = 2 };
	struct boot_framebuffer buffer = {};
	struct bytes bits_and_type;
	if (bytes_read_u64(tag, 8, &buffer.start) || bytes_read_u32(tag, 16, &buffer.pitch_bytes) ||
		bytes_read_u32(tag, 20, &buffer.width) || bytes_read_u32(tag, 24, &buffer.height) ||
		bytes_slice(tag, 28, 2, &bits_and_type))
		return diagnosis_set(
			why, STATUS_MALFORMED, "multiboot2: framebuffer tag has %zu bytes only", tag.size_bytes);
	buffer.bits_per_pixel = bytes_at(bits_and_type, 0);
	unsigned type = bytes_at(bits_and_type, 1);
	if (type == TYPE_INDEXED)
		return STATUS_OK; // a palette: nothing here draws with one, so there is no screen
	if (type > TYPE_TEXT)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "multiboot2: framebuffer of the unknown type %u", type);
	TRY(check_extent(&buffer, why));
	buffer.kind = type == TYPE_TEXT ? BOOT_FRAMEBUFFER_TEXT : BOOT_FRAMEBUFFER_COLOUR;
	if (type == TYPE_COLOUR)
		TRY(read_channels(tag, &buffer, why));
	out->framebuffer = buffer;
	return STATUS_OK;
}

// "ACPI old RSDP", "ACPI new RSDP": a copy of it.
static enum status read_rsdp(struct bytes tag, struct boot_information *out, struct diagnosis *why)
{
	struct bytes copy;
	TRY(bytes_slice(tag, TAG_HEADER_BYTES, tag.size_bytes - TAG_HEADER_BYTES, &copy));
	return boot_information_set_rsdp(out, copy, why);
}

// A tag that is not known is no error: new ones may come.
static enum status read_tag(
	uint32_t type, struct bytes tag, struct boot_information *out, struct seen *seen, struct diagnosis *why)
{
	switch (type) {
	case TAG_COMMAND_LINE:
		TRY(once(&seen->command_line, "command line", why));
		return read_string_tag(
			tag, "multiboot2: the command line", out->command_line, sizeof out->command_line, why);
	case TAG_LOADER_NAME:
		TRY(once(&seen->loader_name, "boot loader's name", why));
		return read_string_tag(
			tag, "multiboot2: the boot loader's name", out->loader_name, sizeof out->loader_name, why);
	case TAG_MODULE:
		return read_module(tag, out, why);
	case TAG_MEMORY_MAP:
		TRY(once(&seen->memory_map, "memory map", why));
		return read_memory_map(tag, out, why);
	case TAG_FRAMEBUFFER:
		TRY(once(&seen->framebuffer, "framebuffer", why));
		return read_framebuffer(tag, out, why);
	case TAG_OLD_RSDP:
	case TAG_NEW_RSDP:
		return read_rsdp(tag, out, why);
	default:
		return STATUS_OK;
	}
}

enum status boot_information_parse_multiboot2(struct bytes data, struct boot_information *out, struct diagnosis *why)
{
	uint32_t total_bytes;
	if (bytes_read_u32(data, 0, &total_bytes))
		return diagnosis_set(why, STATUS_MALFORMED, "multiboot2: %zu bytes only", data.size_bytes);
	if (total_bytes > data.size_bytes)
		return diagnosis_set(why, STATUS_MALFORMED, "multiboot2: total size is %u, but %zu bytes are there",
			total_bytes, data.size_bytes);
	if (bytes_slice(data, 0, total_bytes, &data))
		return STATUS_MALFORMED;

	struct seen seen = {};
	for (uint64_t offset = FIXED_PART_BYTES;;) {
		uint32_t type, size_bytes;
		if (bytes_read_u32(data, offset, &type) || bytes_read_u32(data, offset + 4, &size_bytes))
			return diagnosis_set(why, STATUS_MALFORMED,
				"multiboot2: no end tag before the total size of %u", total_bytes);
		if (size_bytes < TAG_HEADER_BYTES)
			return diagnosis_set(why, STATUS_MALFORMED,
				"multiboot2: tag of type %u at %llu says that it has %u bytes", type,
				(unsigned long long)offset, size_bytes);
		struct bytes tag;
		if (bytes_slice(data, offset, size_bytes, &tag))
			return diagnosis_set(why, STATUS_MALFORMED,
				"multiboot2: tag of type %u at %llu with %u bytes goes beyond the total size of %u",
				type, (unsigned long long)offset, size_bytes, total_bytes);
		if (type == TAG_END)
			return size_bytes == TAG_HEADER_BYTES ? STATUS_OK
							      : diagnosis_set(why, STATUS_MALFORMED,
									"multiboot2: end tag of %u bytes", size_bytes);
		TRY(read_tag(type, tag, out, &seen, why));
		offset += ((uint64_t)size_bytes + TAG_ALIGNMENT - 1) / TAG_ALIGNMENT * TAG_ALIGNMENT;
	}
}
