#include "cells/memory/device_memory/device_memory.h"

#include "cells/base/text/text.h"
#include "cells/memory/page_table/page_table.h"
#include "cells/sync/spinlock/spinlock.h"

// What is mapped, and for whom. No pages: the place is free; a name and no pages: it is about to be used.
struct piece {
	uint64_t first_page;
	uint64_t page_count;
	char name[DEVICE_MEMORY_NAME_CAPACITY];
};

static CELL_STATE_ZERO struct {
	struct spinlock lock;
	struct piece pieces[DEVICE_MEMORY_PIECES] GUARDED_BY(&lock);
} devices;

// ---- The list of names ----

static enum status reserve(size_t *index, struct text cell)
{
	if (cell.length == 0)
		return STATUS_BAD_ARGUMENT;
	GUARD(&devices.lock);
	for (size_t i = 0; i < DEVICE_MEMORY_PIECES; i++) {
		struct piece *piece = &AT(devices.pieces, i);
		if (AT(piece->name, 0) != '\0')
			continue;
		*index = i;
		return text_copy(cell, piece->name, sizeof piece->name);
	}
	return STATUS_OUT_OF_RANGE;
}

static void fill_in(size_t index, uintptr_t start, size_t page_count)
{
	GUARD(&devices.lock);
	struct piece *piece = &AT(devices.pieces, index);
	piece->first_page = start / PAGE_SIZE_BYTES;
	piece->page_count = page_count;
}

static void give_up(size_t index)
{
	GUARD(&devices.lock);
	AT(devices.pieces, index) = (struct piece){};
}

bool device_memory_find(struct virtual_address address, struct device_memory_holder *holder)
{
	uint64_t page = address.value / PAGE_SIZE_BYTES;
	GUARD(&devices.lock);
	for (size_t i = 0; i < DEVICE_MEMORY_PIECES; i++) {
		const struct piece *piece = &AT(devices.pieces, i);
		if (page - piece->first_page >= piece->page_count)
			continue;
		*holder = (struct device_memory_holder){.pages_left = piece->first_page + piece->page_count - page};
		return text_copy(text_from(piece->name), holder->name, sizeof holder->name) == STATUS_OK;
	}
	return false;
}

// ---- Mapping ----

enum status device_memory_map_for(
	struct device_memory *out, struct physical_address start, size_t size_bytes, const char *cell)
{
	size_t index;
	TRY(reserve(&index, text_from(cell)));
	OWN(mapped_pages_mut, pages);
	enum status status = mapped_pages_mut_map_physical(&pages, start, size_bytes, PAGE_UNCACHED);
	if (status) {
		give_up(index);
		return status;
	}
	fill_in(index, mapped_pages_mut_start_address(&pages), mapped_pages_mut_page_count(&pages));
	device_memory_fill(out, (struct device_memory){.piece = index});
	mapped_pages_mut_put_in(&out->pages, &pages);
	return STATUS_OK;
}

enum status firmware_table_map_for(
	struct firmware_table *out, struct physical_address start, size_t size_bytes, const char *cell)
{
	size_t index;
	TRY(reserve(&index, text_from(cell)));
	OWN(mapped_pages, pages);
	enum status status = mapped_pages_map_physical(&pages, start, size_bytes);
	if (status) {
		give_up(index);
		return status;
	}
	fill_in(index, mapped_pages_start_address(&pages), mapped_pages_page_count(&pages));
	firmware_table_fill(out, (struct firmware_table){.piece = index});
	mapped_pages_put_in(&out->pages, &pages);
	return STATUS_OK;
}

void device_memory_release(struct device_memory *memory)
{
	if (mapped_pages_mut_is_empty(&memory->pages))
		return;
	mapped_pages_mut_drop_in(&memory->pages);
	give_up(memory->piece);
	memory->piece = 0;
}

void firmware_table_release(struct firmware_table *table)
{
	if (mapped_pages_is_empty(&table->pages))
		return;
	mapped_pages_drop_in(&table->pages);
	give_up(table->piece);
	table->piece = 0;
}

// ---- Access ----

struct bytes_mut device_memory_bytes(const struct device_memory *memory)
{
	mapped_pages_mut_expect_in(&memory->pages);
	return mapped_pages_mut_bytes(&memory->pages);
}

struct bytes firmware_table_bytes(const struct firmware_table *table)
{
	mapped_pages_expect_in(&table->pages);
	return mapped_pages_bytes(&table->pages);
}

void *device_memory_at(const struct device_memory *memory, size_t offset_bytes, size_t size_bytes, size_t alignment)
{
	mapped_pages_mut_expect_in(&memory->pages);
	return mapped_pages_mut_at(&memory->pages, offset_bytes, size_bytes, alignment);
}
