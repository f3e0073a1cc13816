#include "cells/memory/heap/heap.h"

#include "cells/base/panic/panic.h"
#include "cells/memory/heap/heap_slab.h"
#include "cells/sync/spinlock/spinlock.h"

// Bytes of an object of each size class, and the class for a size in units of HEAP_ALIGNMENT_BYTES, rounded up.
static const uint16_t class_bytes[SIZE_CLASSES] = {16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048};
static const uint8_t class_of_units[HEAP_SMALL_BYTES_MAX / HEAP_ALIGNMENT_BYTES + 1] = {
	[1] = 0,
	[2] = 1,
	[3] = 2,
	[4] = 3,
	[5 ... 6] = 4,
	[7 ... 8] = 5,
	[9 ... 12] = 6,
	[13 ... 16] = 7,
	[17 ... 24] = 8,
	[25 ... 32] = 9,
	[33 ... 48] = 10,
	[49 ... 64] = 11,
	[65 ... 128] = 12,
};

static CELL_STATE_ZERO struct {
	struct spinlock lock;
	struct slab_list with_room[SIZE_CLASSES] GUARDED_BY(
		&lock); // slabs with free slots, at most one without objects
	struct slab_descriptors descriptors GUARDED_BY(&lock);
	struct heap_statistics statistics GUARDED_BY(&lock);
} heap;

// A slab with its own pages, in no list, every slot free.
static enum status make_slab(uint32_t size_class, size_t size_bytes, struct heap_slab **made) NEEDS_LOCK(&heap.lock)
{
	OWN(mapped_pages_mut, memory);
	TRY(mapped_pages_mut_allocate(&memory, size_bytes, PAGE_REGION_GENERAL));
	struct heap_slab *slab;
	TRY(slab_descriptors_take(&heap.descriptors, &slab));
	slab->data = mapped_pages_mut_bytes(&memory).data;
	heap.statistics.mapped_bytes += mapped_pages_mut_page_count(&memory) * PAGE_SIZE_BYTES;
	mapped_pages_mut_put_in(&slab->memory, &memory);
	slab->size_class = size_class;
	slab->slot_bytes = size_class == LARGE_CLASS ? 0 : AT(class_bytes, size_class);
	slab->slot_count = size_class == LARGE_CLASS ? 1 : SLAB_BYTES / slab->slot_bytes;
	slab->free_count = slab->slot_count;
	for (uint32_t word = 0; word < SLAB_WORDS; word++) {
		uint32_t first = word * 64;
		uint32_t slots = slab->slot_count > first ? slab->slot_count - first : 0;
		AT(slab->free_slots, word) = slots >= 64 ? UINT64_MAX : (1ull << slots) - 1;
	}
	*made = slab;
	return STATUS_OK;
}

static size_t slab_mapped_bytes(const struct heap_slab *slab)
{
	mapped_pages_mut_expect_in(&slab->memory);
	return mapped_pages_mut_page_count(&slab->memory) * PAGE_SIZE_BYTES;
}

static void unmake_slab(struct heap_slab *slab) NEEDS_LOCK(&heap.lock)
{
	heap.statistics.mapped_bytes -= slab_mapped_bytes(slab);
	mapped_pages_mut_drop_in(&slab->memory);
	slab_descriptors_give(&heap.descriptors, slab);
}

// The slab of this class that the next object comes from; it is in the list.
static enum status slab_with_room(uint32_t size_class, struct heap_slab **slab) NEEDS_LOCK(&heap.lock)
{
	struct slab_list *list = &AT(heap.with_room, size_class);
	if (!list->first) {
		struct heap_slab *fresh;
		TRY(make_slab(size_class, SLAB_BYTES, &fresh));
		slab_list_push(list, fresh);
	}
	*slab = list->first;
	return STATUS_OK;
}

// Takes the lowest free slot. There is one.
static uint32_t take_slot(struct heap_slab *slab)
{
	uint32_t word = 0;
	while (AT(slab->free_slots, word) == 0)
		word++;
	uint64_t bits = AT(slab->free_slots, word);
	AT(slab->free_slots, word) = bits & (bits - 1);
	slab->free_count--;
	return word * 64 + (uint32_t)__builtin_ctzll(bits);
}

static unsigned char *slot_data(const struct heap_slab *slab, uint32_t slot)
{
	return RAW(slab->data + (size_t)slot * slab->slot_bytes);
}

static enum status allocate_small(struct heap_object *out, size_t size_bytes) PRODUCES_IF(STATUS_OK, out)
{
	uint32_t size_class = AT(class_of_units, (size_bytes + HEAP_ALIGNMENT_BYTES - 1) / HEAP_ALIGNMENT_BYTES);
	GUARD(&heap.lock);
	struct heap_slab *slab;
	TRY(slab_with_room(size_class, &slab));
	uint32_t slot = take_slot(slab);
	if (slab->free_count == 0)
		slab_list_remove(&AT(heap.with_room, size_class), slab);
	heap.statistics.objects++;
	heap.statistics.object_bytes += size_bytes;
	heap_object_fill(out, (struct heap_object){slot_data(slab, slot), size_bytes, slab, slab->generation, slot});
	return STATUS_OK;
}

static enum status allocate_large(struct heap_object *out, size_t size_bytes) PRODUCES_IF(STATUS_OK, out)
{
	GUARD(&heap.lock);
	struct heap_slab *slab;
	TRY(make_slab(LARGE_CLASS, size_bytes, &slab));
	uint32_t slot = take_slot(slab);
	heap.statistics.objects++;
	heap.statistics.object_bytes += size_bytes;
	heap_object_fill(out, (struct heap_object){slab->data, size_bytes, slab, slab->generation, slot});
	return STATUS_OK;
}

enum status heap_allocate(struct heap_object *out, size_t size_bytes)
{
	if (size_bytes == 0)
		return STATUS_BAD_ARGUMENT;
	if (size_bytes > HEAP_SMALL_BYTES_MAX)
		return allocate_large(out, size_bytes); // its pages are zeroed
	TRY(allocate_small(out, size_bytes));
	__builtin_memset(out->data, 0, size_bytes);
	return STATUS_OK;
}

// Panics unless this is a handle that heap_allocate filled and nobody has freed.
static void check_owner(const struct heap_object *object) NEEDS_LOCK(&heap.lock)
{
	const struct heap_slab *slab = object->slab;
	if (!slab || slab->generation != object->generation || object->slot >= slab->slot_count ||
		slot_data(slab, object->slot) != object->data)
		panic("heap: a handle to 0x%lx does not belong to an object: made up, or freed before",
			(unsigned long)(uintptr_t)object->data);
	if (AT(slab->free_slots, object->slot / 64) >> (object->slot % 64) & 1)
		panic("heap: the object at 0x%lx was freed before", (unsigned long)(uintptr_t)object->data);
}

static void give_slot(struct heap_slab *slab, uint32_t slot) NEEDS_LOCK(&heap.lock)
{
	AT(slab->free_slots, slot / 64) |= 1ull << (slot % 64);
	slab->free_count++;
	if (slab->size_class == LARGE_CLASS) {
		unmake_slab(slab);
		return;
	}
	struct slab_list *list = &AT(heap.with_room, slab->size_class);
	if (slab->free_count == 1)
		slab_list_push(list, slab);
	// One slab without objects is kept when it is the only one with room. New ones come to the front, so objects
	// are taken from it last.
	if (slab->free_count < slab->slot_count || (list->first == slab && !slab->next))
		return;
	slab_list_remove(list, slab);
	unmake_slab(slab);
}

void heap_object_release(struct heap_object *object)
{
	if (!object->data)
		return;
	{
		GUARD(&heap.lock);
		check_owner(object);
		heap.statistics.objects--;
		heap.statistics.object_bytes -= object->size_bytes;
		give_slot(object->slab, object->slot);
	}
	object->data = NULL;
	object->size_bytes = 0;
	object->slab = NULL;
	object->generation = 0;
	object->slot = 0;
}

// True if the object stays where it is with that size: it fits, and does not waste most of its place.
static bool resize_in_place(struct heap_object *object, size_t size_bytes)
{
	GUARD(&heap.lock);
	check_owner(object);
	const struct heap_slab *slab = object->slab;
	size_t room_bytes = slab->size_class == LARGE_CLASS ? slab_mapped_bytes(slab) : slab->slot_bytes;
	if (size_bytes > room_bytes || size_bytes < room_bytes / 4)
		return false;
	heap.statistics.object_bytes += size_bytes - object->size_bytes;
	return true;
}

enum status heap_resize(struct heap_object *object, size_t size_bytes)
{
	if (size_bytes == 0)
		return STATUS_BAD_ARGUMENT;
	size_t old_bytes = object->size_bytes;
	if (resize_in_place(object, size_bytes)) {
		object->size_bytes = size_bytes;
		if (size_bytes > old_bytes)
			__builtin_memset(RAW(object->data + old_bytes), 0, size_bytes - old_bytes);
		return STATUS_OK;
	}
	OWN(heap_object, other);
	TRY(heap_allocate(&other, size_bytes));
	__builtin_memcpy(other.data, object->data, old_bytes < size_bytes ? old_bytes : size_bytes);
	heap_object_put_in(object, &other);
	return STATUS_OK;
}

struct bytes_mut heap_object_bytes(const struct heap_object *object)
{
	return bytes_mut_from(object->data, object->size_bytes);
}

struct bytes heap_object_bytes_read(const struct heap_object *object)
{
	return bytes_from(object->data, object->size_bytes);
}

size_t heap_object_size_bytes(const struct heap_object *object)
{
	return object->size_bytes;
}

void *heap_object_at(const struct heap_object *object, size_t offset_bytes, size_t size_bytes, size_t alignment)
{
	if (offset_bytes > object->size_bytes || size_bytes > object->size_bytes - offset_bytes)
		panic("heap: %zu bytes at offset %zu lie beyond the end of an object of %zu bytes", size_bytes,
			offset_bytes, object->size_bytes);
	if (alignment == 0 || ((uintptr_t)object->data + offset_bytes) % alignment != 0)
		panic("heap: offset %zu of an object is not aligned to %zu bytes", offset_bytes, alignment);
	return RAW(object->data + offset_bytes);
}

// The slab of this list without objects, or null.
static struct heap_slab *find_empty(const struct slab_list *list)
{
	for (struct heap_slab *slab = list->first; slab; slab = slab->next) {
		if (slab->free_count == slab->slot_count)
			return slab;
	}
	return NULL;
}

void heap_trim(void)
{
	GUARD(&heap.lock);
	for (size_t i = 0; i < COUNT_OF(heap.with_room); i++) {
		struct slab_list *list = &AT(heap.with_room, i);
		struct heap_slab *empty = find_empty(list);
		if (!empty)
			continue;
		slab_list_remove(list, empty);
		unmake_slab(empty);
	}
	slab_descriptors_trim(&heap.descriptors);
}

struct heap_statistics heap_statistics(void)
{
	GUARD(&heap.lock);
	struct heap_statistics statistics = heap.statistics;
	for (size_t i = 0; i < COUNT_OF(heap.with_room); i++)
		statistics.cached_pages += find_empty(&AT(heap.with_room, i)) != NULL;
	statistics.descriptor_pages = heap.descriptors.page_count;
	statistics.mapped_bytes += statistics.descriptor_pages * PAGE_SIZE_BYTES;
	return statistics;
}
