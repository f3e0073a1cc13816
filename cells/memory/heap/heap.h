// The heap: owned pieces of memory of any size.
//
// An allocation is a `heap_object` handle: moved, never copied, freed when dropped. What the heap knows of an object
// lies outside of it, in a slab descriptor that the handle leads to, so that a write beyond an object cannot harm the
// heap; a handle that was copied and freed before, or made up, is noticed when it is freed (panic). Small objects share
// pages by size class; above HEAP_SMALL_BYTES_MAX an object has mapped pages of its own. A page whose last object is
// freed goes back to the system, but for one page per size class that is kept for the next allocation; heap_trim gives
// those back too, and the pages of descriptors that are not in use.
//
//     OWN(heap_object, object);
//     TRY(heap_allocate(&object, sizeof(struct node)));
//     struct node *node = HEAP_AS(struct node, &object);
//
// Context: takes the heap's spinlock, the outermost of the memory cells: heap, page_table, page_allocator,
// frame_allocator. None of those uses the heap. May be called with interrupts off.
#pragma once

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"

enum { HEAP_SMALL_BYTES_MAX = 2048, HEAP_ALIGNMENT_BYTES = 16 };

struct heap_slab;

HANDLE(heap_object)
{
	unsigned char *data PRIVATE_OF(heap); // null: empty
	size_t size_bytes PRIVATE_OF(heap);
	struct heap_slab *slab PRIVATE_OF(heap);
	uint32_t generation PRIVATE_OF(heap); // the slab's when this was allocated
	uint32_t slot PRIVATE_OF(heap);
};

struct heap_statistics {
	uint64_t objects;      // in somebody's hands
	uint64_t object_bytes; // as asked for
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

// Gives back the pages that are kept for the next allocation, and unused pages of descriptors.
void heap_trim(void);

struct heap_statistics heap_statistics(void);

#ifdef __cplusplus
}
#endif
