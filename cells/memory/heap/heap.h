// The heap: owned pieces of memory of any size.
//
// An allocation is a `heap_object` handle: moved, never copied, freed when dropped. What the heap knows of an object
// lies outside of it, in a slab descriptor that the handle leads to, so that a write beyond an object cannot harm the
// heap; a handle that was copied and freed before, or made up, is noticed when it is freed (panic, before anything is
// changed). Small objects share pages by size class; above HEAP_SMALL_BYTES_MAX an object has mapped pages of its own.
//
// Each core allocates from slabs of its own, which no other core looks into; so allocating and freeing take no lock:
// interrupts are off for some twenty instructions. An object may be freed on any core: on another than its slab's it is
// put, lock-free, where the owner finds it. A core keeps some pages without objects for its next allocations; the
// others go back to the system.
//
//     OWN(heap_object, object);
//     TRY(heap_allocate(&object, sizeof(struct node)));
//     struct node *node = HEAP_AS(struct node, &object);
//
// Context: may be called with interrupts off, and from an interrupt handler: nothing is held when pages are mapped or
// unmapped, and the cells that do it (mapped_pages and below) do not use the heap. Needs core_local_install on each
// core.
#pragma once

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"

enum { HEAP_SMALL_BYTES_MAX = 2048, HEAP_ALIGNMENT_BYTES = 16 };

struct heap_slab;

HANDLE(heap_object)
{
	unsigned char *data PRIVATE_OF(heap);
	size_t size_bytes PRIVATE_OF(heap);
	struct heap_slab *slab PRIVATE_OF(heap); // null: empty
	uint32_t seal PRIVATE_OF(heap);          // fits this place in this life of the slot, and no other
	uint32_t slot PRIVATE_OF(heap);
};

struct heap_statistics {
	uint64_t objects;      // in somebody's hands
	uint64_t object_bytes; // the places they take; what another core freed counts until the owner has looked at it
	uint64_t mapped_bytes; // pages of objects and of descriptors
	uint64_t cached_pages; // of those, pages without an object, kept for the next allocation
	uint64_t descriptor_pages;
};

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(heap_object)

// Zeroed memory of `size_bytes` bytes, aligned to HEAP_ALIGNMENT_BYTES (to a page when larger than
// HEAP_SMALL_BYTES_MAX). STATUS_NO_MEMORY: no frames or pages are left. STATUS_BAD_ARGUMENT: size is 0.
// STATUS_OUT_OF_RANGE: the size wraps around when rounded up.
MUST_USE enum status heap_allocate(struct heap_object *out, size_t size_bytes) PRODUCES_IF(STATUS_OK, out);

// Makes the object `size_bytes` long; its content is kept up to the smaller size, the rest is zero. It may move: views
// and pointers of before are void. STATUS_*: as heap_allocate; the object is as it was.
MUST_USE enum status heap_resize(struct heap_object *object, size_t size_bytes) BORROWS_MUT(object);

struct bytes_mut heap_object_bytes(const struct heap_object *object) BORROWS_MUT(object);
struct bytes heap_object_bytes_read(const struct heap_object *object) BORROWS(object);
size_t heap_object_size_bytes(const struct heap_object *object) BORROWS(object);

// `size_bytes` bytes at `offset_bytes` of the object. Panics beyond its end, and on a misaligned place.
void *heap_object_at(const struct heap_object *object, size_t offset_bytes, size_t size_bytes, size_t alignment)
	BORROWS(object);

#define HEAP_AS(type, object) ((type *)heap_object_at((object), 0, sizeof(type), _Alignof(type)))
#define HEAP_ELEMENT(type, object, index)                                                                              \
	((type *)heap_object_at((object), sizeof(type) * (size_t)(index), sizeof(type), _Alignof(type)))

// Takes in what other cores have freed, and gives back the pages that this core keeps for its next allocations, and
// unused pages of descriptors. What a core has when it goes idle: it runs this there.
void heap_trim(void);

// Of all cores; of a running one, as it was a moment ago.
struct heap_statistics heap_statistics(void);

// Visits the place of every object: its size is that of the place, and what is beyond the object in it is zero. For
// when nothing else runs; `visit` must not use the heap.
void heap_for_each_object(void (*visit)(void *context, struct bytes place), void *context);

#ifdef __cplusplus
}
#endif
