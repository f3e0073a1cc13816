// Looking for pointers into ranges of memory. What it looks at need not be aligned, and is never written.
#include "cells/base/bytes/bytes.h"
#include "cells/base/panic/panic.h"
#include "cells/loader/image_replacement/image_replacement_internal.h"
#include "cells/memory/address/address.h"

void replacement_add_range(struct replacement_ranges *ranges, uint64_t first_page, uint64_t page_count)
{
	if (ranges->count == REPLACEMENT_RANGES_MAX)
		panic("image_replacement: more than %d ranges of old memory", REPLACEMENT_RANGES_MAX);
	AT(ranges->ranges, ranges->count) = (struct replacement_range){first_page, page_count};
	ranges->count++;
}

void replacement_add_range_once(struct replacement_ranges *ranges, uint64_t first_page, uint64_t page_count)
{
	if (ranges->count > 0) {
		struct replacement_range *last = &AT(ranges->ranges, ranges->count - 1);
		uint64_t end = first_page + page_count;
		if (first_page >= last->first_page && first_page <= last->first_page + last->page_count) {
			if (end > last->first_page + last->page_count)
				last->page_count = end - last->first_page;
			return;
		}
	}
	replacement_add_range(ranges, first_page, page_count);
}

bool replacement_is_inside(const struct replacement_ranges *ranges, uint64_t value)
{
	uint64_t page = value / PAGE_SIZE_BYTES;
	for (size_t i = 0; i < ranges->count; i++) {
		const struct replacement_range *range = &AT(ranges->ranges, i);
		if (page - range->first_page < range->page_count)
			return true;
	}
	return false;
}

// All that is looked for lies in the top 2 GiB, and hardly anything else does.
static bool may_be_code(uint64_t value)
{
	return value >> 31 == UINT64_MAX >> 31;
}

bool replacement_scan(const struct replacement_ranges *ranges, uint64_t start, uint64_t size_bytes, uint64_t step,
	struct replacement_finding *finding)
{
	for (uint64_t offset = 0; offset + sizeof(uint64_t) <= size_bytes; offset += step) {
		uint64_t value;
		__builtin_memcpy(&value, RAW_POINTER(const void, start + offset), sizeof value);
		if (!may_be_code(value) || !replacement_is_inside(ranges, value))
			continue;
		*finding = (struct replacement_finding){start + offset, value};
		return true;
	}
	return false;
}

enum { GATE_BYTES = 16 };

bool replacement_scan_gates(
	const struct replacement_ranges *ranges, struct bytes gates, struct replacement_finding *finding)
{
	for (size_t at = 0; at + GATE_BYTES <= gates.size_bytes; at += GATE_BYTES) {
		uint64_t low = bytes_at(gates, at) | (uint64_t)bytes_at(gates, at + 1) << 8;
		uint64_t middle = bytes_at(gates, at + 6) | (uint64_t)bytes_at(gates, at + 7) << 8;
		uint32_t high = 0;
		if (bytes_read_u32(gates, at + 8, &high))
			continue;
		uint64_t value = low | middle << 16 | (uint64_t)high << 32;
		if (!replacement_is_inside(ranges, value))
			continue;
		*finding = (struct replacement_finding){(uintptr_t)gates.data + at, value};
		return true;
	}
	return false;
}
