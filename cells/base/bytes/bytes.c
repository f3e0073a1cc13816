#include "cells/base/bytes/bytes.h"

#include "cells/base/panic/panic.h"

struct bytes bytes_from(const void *data, size_t size_bytes)
{
	return (struct bytes){data, size_bytes};
}

struct bytes_mut bytes_mut_from(void *data, size_t size_bytes)
{
	return (struct bytes_mut){data, size_bytes};
}

struct bytes bytes_of_mut(struct bytes_mut view)
{
	return (struct bytes){view.data, view.size_bytes};
}

unsigned char bytes_at(struct bytes view, size_t index)
{
	return RAW(view.data[index_in_bounds(index, view.size_bytes)]);
}

void bytes_mut_set(struct bytes_mut view, size_t index, unsigned char value)
{
	RAW(view.data[index_in_bounds(index, view.size_bytes)] = value);
}

// Whether `size_bytes` bytes from `offset` on lie within `view_size_bytes`. No sum is formed, so none can overflow.
static bool lies_within(size_t view_size_bytes, uint64_t offset, uint64_t size_bytes)
{
	return offset <= view_size_bytes && size_bytes <= view_size_bytes - offset;
}

enum status bytes_slice(struct bytes view, uint64_t offset, uint64_t size_bytes, struct bytes *slice)
{
	if (!lies_within(view.size_bytes, offset, size_bytes))
		return STATUS_OUT_OF_RANGE;
	// An empty view may have no memory at all: a null pointer must not be added to.
	*slice = bytes_from(size_bytes == 0 ? view.data : RAW(view.data + offset), size_bytes);
	return STATUS_OK;
}

enum status bytes_mut_slice(struct bytes_mut view, uint64_t offset, uint64_t size_bytes, struct bytes_mut *slice)
{
	if (!lies_within(view.size_bytes, offset, size_bytes))
		return STATUS_OUT_OF_RANGE;
	*slice = bytes_mut_from(size_bytes == 0 ? view.data : RAW(view.data + offset), size_bytes);
	return STATUS_OK;
}

enum status bytes_read(struct bytes view, uint64_t offset, void *to, size_t size_bytes)
{
	if (!lies_within(view.size_bytes, offset, size_bytes))
		return STATUS_OUT_OF_RANGE;
	if (size_bytes != 0)
		__builtin_memcpy(to, RAW(view.data + offset), size_bytes);
	return STATUS_OK;
}

static enum status write(struct bytes_mut view, uint64_t offset, const void *from, size_t size_bytes)
{
	if (!lies_within(view.size_bytes, offset, size_bytes))
		return STATUS_OUT_OF_RANGE;
	__builtin_memcpy(RAW(view.data + offset), from, size_bytes);
	return STATUS_OK;
}

enum status bytes_read_u16(struct bytes view, uint64_t offset, uint16_t *value)
{
	if (!lies_within(view.size_bytes, offset, sizeof *value))
		return STATUS_OUT_OF_RANGE;
	__builtin_memcpy(value, RAW(view.data + offset), sizeof *value); // one instruction, as the size is known
	return STATUS_OK;
}

enum status bytes_read_u32(struct bytes view, uint64_t offset, uint32_t *value)
{
	if (!lies_within(view.size_bytes, offset, sizeof *value))
		return STATUS_OUT_OF_RANGE;
	__builtin_memcpy(value, RAW(view.data + offset), sizeof *value); // one instruction, as the size is known
	return STATUS_OK;
}

enum status bytes_read_u64(struct bytes view, uint64_t offset, uint64_t *value)
{
	if (!lies_within(view.size_bytes, offset, sizeof *value))
		return STATUS_OUT_OF_RANGE;
	__builtin_memcpy(value, RAW(view.data + offset), sizeof *value); // one instruction, as the size is known
	return STATUS_OK;
}

enum status bytes_write_u32(struct bytes_mut view, uint64_t offset, uint32_t value)
{
	return write(view, offset, &value, sizeof value);
}

enum status bytes_write_u64(struct bytes_mut view, uint64_t offset, uint64_t value)
{
	return write(view, offset, &value, sizeof value);
}

void bytes_copy(struct bytes_mut to, struct bytes from)
{
	if (from.size_bytes > to.size_bytes)
		panic("a copy of %zu bytes does not fit into %zu", from.size_bytes, to.size_bytes);
	if (from.size_bytes != 0)
		__builtin_memcpy(to.data, from.data, from.size_bytes);
}

void bytes_fill(struct bytes_mut view, unsigned char value)
{
	if (view.size_bytes != 0)
		__builtin_memset(view.data, value, view.size_bytes);
}

int bytes_equal(struct bytes a, struct bytes b)
{
	if (a.size_bytes != b.size_bytes)
		return 0;
	return a.size_bytes == 0 || __builtin_memcmp(a.data, b.data, a.size_bytes) == 0;
}
