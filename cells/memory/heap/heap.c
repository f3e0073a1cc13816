#include "cells/memory/heap/heap.h"

#include "cells/base/panic/panic.h"
#include "cells/hal/core_local/core_local.h"
#include "cells/memory/heap/heap_core.h"
#include "cells/memory/heap/heap_slab.h"

// The class for a size: element (size - 1) / HEAP_ALIGNMENT_BYTES.
static const uint8_t classes[HEAP_SMALL_BYTES_MAX / HEAP_ALIGNMENT_BYTES] = {
	[0] = 0,
	[1] = 1,
	[2] = 2,
	[3] = 3,
	[4 ... 5] = 4,
	[6 ... 7] = 5,
	[8 ... 11] = 6,
	[12 ... 15] = 7,
	[16 ... 23] = 8,
	[24 ... 31] = 9,
	[32 ... 47] = 10,
	[48 ... 63] = 11,
	[64 ... 127] = 12,
};

static CELL_STATE_ZERO struct heap_core cores[CORE_LOCAL_CORES];

static inline struct heap_core *core_here(void) NEEDS_INTERRUPTS_OFF;
static inline struct heap_core *core_here(void)
{
	return RAW(&cores[core_local_index()]);
}

// ---- What makes a handle fit ----

static inline uint32_t seal_of(uint32_t tag, const unsigned char *data)
{
	return HEAP_CHECKS ? tag + (uint32_t)(uintptr_t)data : 0;
}

// Reads only: a handle that somebody made up may name a slot beyond the last.
static inline bool fits(const struct heap_object *object, struct heap_slab *slab, uint32_t slot)
{
	if (!HEAP_CHECKS)
		return true;
	return seal_of(__atomic_load_n(&slab_slot(slab, slot)->tag, __ATOMIC_RELAXED), object->data) == object->seal;
}

static __attribute__((noreturn, noinline, cold)) void refuse(const struct heap_object *object)
{
	panic("heap: a handle to 0x%lx does not belong to an object: made up, or freed before",
		(unsigned long)(uintptr_t)object->data);
}

// ---- Allocation ----

// Takes the first free slot of a slab. There is one.
static inline void take_slot(struct heap_slab *slab, struct heap_object *out, size_t size_bytes)
	PRODUCES(out) NEEDS_INTERRUPTS_OFF;
static inline void take_slot(struct heap_slab *slab, struct heap_object *out, size_t size_bytes)
{
	uint32_t slot = slab->free;
	uint32_t tag = slab_slot(slab, slot)->tag;
	slab->free = (uint8_t)tag;
	slab_set_used(slab, slab_used(slab) + 1);
	unsigned char *data = RAW(slab->origin + slot * slab->slot_bytes);
	heap_object_fill(out, (struct heap_object){data, size_bytes, slab, seal_of(tag, data), slot});
}

// All of the place, so that what lies behind the object in it is zero as well.
static inline void clear_place(unsigned char *data, size_t place_bytes)
{
	if (place_bytes == 64) {
		__builtin_memset(data, 0, 64);
		return;
	}
	if (place_bytes > 64) {
		__builtin_memset(data, 0, place_bytes);
		return;
	}
	__builtin_memset(data, 0, 16);
	if (place_bytes >= 32)
		__builtin_memset(RAW(data + 16), 0, 16);
	if (place_bytes == 48)
		__builtin_memset(RAW(data + 32), 0, 16);
}

// Gives back to the system what this core keeps beyond `most` pages without objects. False: there were no more.
static bool give_back_empty(uint32_t most)
{
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	struct heap_slab *slab = heap_core_take_empty(core_here(), most);
	core_local_stay_unlock(&stay);
	if (!slab)
		return false;
	slab_unmake(slab);
	return true;
}

// A fresh slab, of whichever core this runs on when it is made. When memory has run out, what this core keeps for its
// next allocations is given back first.
static enum status make_slab(struct heap_slab **slab, uint32_t size_class, size_t size_bytes)
{
	enum status status = slab_make(slab, size_class, size_bytes);
	if (status != STATUS_NO_MEMORY)
		return status;
	heap_trim();
	return slab_make(slab, size_class, size_bytes);
}

static bool allocate_here(struct heap_object *out, size_t size_bytes, uint32_t size_class, size_t *place_bytes)
	PRODUCES_IF(true, out);
static bool allocate_here(struct heap_object *out, size_t size_bytes, uint32_t size_class, size_t *place_bytes)
{
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	struct heap_core *core = core_here();
	if (!heap_core_find_room(core, size_class)) {
		core_local_stay_unlock(&stay);
		return false;
	}
	struct heap_slab *slab = AT(core->current, size_class);
	*place_bytes = slab->slot_bytes;
	take_slot(slab, out, size_bytes);
	core_local_stay_unlock(&stay);
	return true;
}

// When the current slab is full.
static __attribute__((noinline)) enum status allocate_slowly(
	struct heap_object *out, size_t size_bytes, uint32_t size_class) PRODUCES_IF(STATUS_OK, out);
static enum status allocate_slowly(struct heap_object *out, size_t size_bytes, uint32_t size_class)
{
	size_t place_bytes;
	while (!allocate_here(out, size_bytes, size_class, &place_bytes)) {
		struct heap_slab *slab;
		TRY(make_slab(&slab, size_class, slab_bytes_of(size_class)));
		struct core_local_stay stay;
		core_local_stay_lock(&stay);
		heap_core_add(core_here(), core_local_index(), slab);
		core_local_stay_unlock(&stay);
	}
	while (give_back_empty(EMPTY_PAGES_MAX))
		; // others may have freed many
	clear_place(out->data, place_bytes);
	return STATUS_OK;
}

static __attribute__((noinline)) enum status allocate_large(struct heap_object *out, size_t size_bytes)
	PRODUCES_IF(STATUS_OK, out);
static enum status allocate_large(struct heap_object *out, size_t size_bytes)
{
	if (size_bytes == 0)
		return STATUS_BAD_ARGUMENT;
	struct heap_slab *slab;
	TRY(make_slab(&slab, LARGE_CLASS, size_bytes)); // its pages are zeroed
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	take_slot(slab, out, size_bytes);
	core_local_stay_unlock(&stay);
	return STATUS_OK;
}

enum status heap_allocate(struct heap_object *out, size_t size_bytes)
{
	if (size_bytes - 1 >= HEAP_SMALL_BYTES_MAX)
		return allocate_large(out, size_bytes); // or nothing
	uint32_t size_class = RAW(classes[(size_bytes - 1) / HEAP_ALIGNMENT_BYTES]);
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	struct heap_slab *slab = RAW(core_here()->current[size_class]);
	if (!slab || slab->free == 0) {
		core_local_stay_unlock(&stay);
		return allocate_slowly(out, size_bytes, size_class);
	}
	size_t place_bytes = slab->slot_bytes;
	take_slot(slab, out, size_bytes);
	core_local_stay_unlock(&stay);
	clear_place(out->data, place_bytes);
	return STATUS_OK;
}

// ---- Release ----

// Puts the slot at the head of the free ones. From here on no handle fits it.
static inline void give_slot(struct heap_slab *slab, uint32_t number) NEEDS_INTERRUPTS_OFF;
static inline void give_slot(struct heap_slab *slab, uint32_t number)
{
	union slab_slot *slot = slab_slot(slab, number);
	if (HEAP_CHECKS)
		slot->tag += TAG_STEP;
	slot->next = slab->free;
	slab->free = (uint8_t)number;
	slab_set_used(slab, slab_used(slab) - 1);
}

static inline void empty(struct heap_object *object)
{
	object->data = NULL;
	object->size_bytes = 0;
	object->slab = NULL;
	object->seal = 0;
	object->slot = 0;
}

// Ends the life of a slot of another core, or of nobody: of several that try it, one succeeds.
static bool claim(const struct heap_object *object)
{
	if (!HEAP_CHECKS)
		return true;
	uint32_t tag = object->seal - (uint32_t)(uintptr_t)object->data;
	uint32_t *word = &slab_slot(object->slab, (uint8_t)object->slot)->tag;
	return __atomic_compare_exchange_n(word, &tag, tag + TAG_STEP, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

// All but the usual: a large object, one of a full slab, the last one of a slab, one of another core's; and none at
// all.
static __attribute__((noinline)) void release_slowly(struct heap_object *object)
{
	struct heap_slab *slab = object->slab;
	uint32_t slot = (uint8_t)object->slot;
	if (!slab || !fits(object, slab, slot))
		refuse(object);
	bool unmake = slab->size_class == LARGE_CLASS;
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	bool is_mine = !unmake && slab->index == core_local_index();
	if (!is_mine && !claim(object)) {
		core_local_stay_unlock(&stay);
		refuse(object);
	}
	if (is_mine) {
		give_slot(slab, slot);
		if (slab->local_core == NO_CORE)
			heap_core_has_room_again(slab);
		unmake = slab_used(slab) == 0 && !heap_core_keep_empty(slab);
	} else if (!unmake) {
		heap_core_free_remotely(slab, slot);
	}
	empty(object);
	core_local_stay_unlock(&stay);
	if (unmake)
		slab_unmake(slab);
}

void heap_object_release(struct heap_object *object)
{
	struct heap_slab *slab = object->slab;
	if (!slab) {
		if (object->data)
			release_slowly(object);
		return;
	}
	uint32_t slot = (uint8_t)object->slot;
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	if (!fits(object, slab, slot) || __atomic_load_n(&slab->local_core, __ATOMIC_RELAXED) != core_local_index() ||
		slab_used(slab) == 1) {
		core_local_stay_unlock(&stay);
		release_slowly(object);
		return;
	}
	give_slot(slab, slot);
	empty(object);
	core_local_stay_unlock(&stay);
}

void heap_trim(void)
{
	while (give_back_empty(0))
		;
	slab_trim_descriptors();
}

// ---- What is done with an object ----

// True if the object stays where it is with that size: it fits, and does not waste most of its place.
static bool stays(const struct heap_object *object, size_t size_bytes)
{
	struct heap_slab *slab = object->slab;
	if (!slab || !fits(object, slab, (uint8_t)object->slot))
		refuse(object);
	size_t place_bytes = slab->size_class == LARGE_CLASS ? slab_mapped_bytes(slab) : slab->slot_bytes;
	return size_bytes <= place_bytes && size_bytes >= place_bytes / 4;
}

enum status heap_resize(struct heap_object *object, size_t size_bytes)
{
	if (size_bytes == 0)
		return STATUS_BAD_ARGUMENT;
	size_t old_bytes = object->size_bytes;
	if (stays(object, size_bytes)) {
		object->size_bytes = size_bytes;
		if (size_bytes < old_bytes)
			__builtin_memset(RAW(object->data + size_bytes), 0, old_bytes - size_bytes);
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
	if (alignment == 0 || (((uintptr_t)object->data + offset_bytes) & (alignment - 1)) != 0)
		panic("heap: offset %zu of an object is not aligned to %zu bytes", offset_bytes, alignment);
	return RAW(object->data + offset_bytes);
}
