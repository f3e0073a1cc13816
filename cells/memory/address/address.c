#include "cells/memory/address/address.h"

#include "cells/base/panic/panic.h"

enum { PHYSICAL_BITS = 52, VIRTUAL_BITS = 48 };

struct physical_address address_physical(uint64_t value)
{
	if (value >> PHYSICAL_BITS)
		panic("0x%llx is not a physical address: it has more than 52 bits", (unsigned long long)value);
	return (struct physical_address){value};
}

struct virtual_address address_virtual(uint64_t value)
{
	uint64_t high_bits = value >> (VIRTUAL_BITS - 1);
	if (high_bits != 0 && high_bits != UINT64_MAX >> (VIRTUAL_BITS - 1))
		panic("0x%llx is not a canonical address", (unsigned long long)value);
	return (struct virtual_address){value};
}

struct physical_address address_physical_plus(struct physical_address address, uint64_t size_bytes)
{
	uint64_t sum;
	if (__builtin_add_overflow(address.value, size_bytes, &sum))
		panic("0x%llx bytes after 0x%llx there is no address", (unsigned long long)size_bytes,
			(unsigned long long)address.value);
	return address_physical(sum);
}

struct virtual_address address_virtual_plus(struct virtual_address address, uint64_t size_bytes)
{
	uint64_t sum;
	if (__builtin_add_overflow(address.value, size_bytes, &sum))
		panic("0x%llx bytes after 0x%llx there is no address", (unsigned long long)size_bytes,
			(unsigned long long)address.value);
	return address_virtual(sum);
}

static uint64_t alignment_mask(uint64_t alignment)
{
	if (alignment == 0 || (alignment & (alignment - 1)) != 0)
		panic("%llu is not an alignment: not a power of two", (unsigned long long)alignment);
	return alignment - 1;
}

bool address_is_aligned(uint64_t value, uint64_t alignment)
{
	return (value & alignment_mask(alignment)) == 0;
}

uint64_t address_round_down(uint64_t value, uint64_t alignment)
{
	return value & ~alignment_mask(alignment);
}

enum status address_round_up(uint64_t value, uint64_t alignment, uint64_t *rounded)
{
	uint64_t mask = alignment_mask(alignment);
	uint64_t sum;
	if (__builtin_add_overflow(value, mask, &sum))
		return STATUS_OUT_OF_RANGE;
	*rounded = sum & ~mask;
	return STATUS_OK;
}

enum status address_range_end(uint64_t start, uint64_t size_bytes, uint64_t *end)
{
	uint64_t sum;
	if (__builtin_add_overflow(start, size_bytes, &sum))
		return STATUS_OUT_OF_RANGE;
	*end = sum;
	return STATUS_OK;
}

enum status address_page_count(uint64_t size_bytes, uint64_t *page_count)
{
	if (size_bytes == 0)
		return STATUS_BAD_ARGUMENT;
	uint64_t rounded_bytes;
	TRY(address_round_up(size_bytes, PAGE_SIZE_BYTES, &rounded_bytes));
	*page_count = rounded_bytes / PAGE_SIZE_BYTES;
	return STATUS_OK;
}

bool address_ranges_overlap(uint64_t a_start, uint64_t a_size_bytes, uint64_t b_start, uint64_t b_size_bytes)
{
	if (a_size_bytes == 0 || b_size_bytes == 0)
		return false;
	// Distances from the other's start cannot wrap around, ends could.
	return a_start >= b_start ? a_start - b_start < b_size_bytes : b_start - a_start < a_size_bytes;
}
