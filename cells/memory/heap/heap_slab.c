#include "cells/memory/heap/heap_slab.h"

#include "cells/sync/spinlock/spinlock.h"

// Bytes of a slot of each size class.
static const uint16_t class_bytes[SIZE_CLASSES] = {16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048};

// Pages of a slab of each size class: at least 16 slots, so that slabs are seldom full or empty.
static const uint8_t class_pages[SIZE_CLASSES] = {1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 4, 4, 8};

// Descriptors come in two shapes: most slabs have few slots.
enum shape { NARROW, WIDE, SHAPES_ };

static const uint16_t shape_bytes[SHAPES_] = {
	(sizeof(struct heap_slab) + (NARROW_SLOTS + 1) * sizeof(union slab_slot) + 7) / 8 * 8,
	(sizeof(struct heap_slab) + (WIDE_SLOTS + 1) * sizeof(union slab_slot) + 7) / 8 * 8,
};

// The head of a page of descriptors, all of one shape; they follow it.
struct slab_page {
	struct slab_page *next;
	struct mapped_pages_mut memory; // this page
	size_t used;
	enum shape shape;
};

enum { FIRST_DESCRIPTOR = (sizeof(struct slab_page) + 15) / 16 * 16 };

// Pages of descriptors stay until they are trimmed, so that a stale handle still leads to one. The lock is the heap's
// only one, and nothing else is taken while it is held: no page is mapped or unmapped under it.
static CELL_STATE_ZERO struct {
	struct spinlock lock;
	struct slab_page *pages GUARDED_BY(&lock);
	struct slab_list unused[SHAPES_] GUARDED_BY(&lock);
	uint64_t page_count GUARDED_BY(&lock);
	uint32_t first_tag GUARDED_BY(&lock);
} descriptors;

void slab_list_push(struct slab_list *list, struct heap_slab *slab)
{
	slab->previous = NULL;
	slab->next = list->first;
	if (list->first)
		list->first->previous = slab;
	list->first = slab;
}

void slab_list_remove(struct slab_list *list, struct heap_slab *slab)
{
	if (slab->next)
		slab->next->previous = slab->previous;
	if (slab->previous)
		slab->previous->next = slab->next;
	else
		list->first = slab->next;
}

size_t slab_bytes_of(uint32_t size_class)
{
	return (size_t)AT(class_pages, size_class) * PAGE_SIZE_BYTES;
}

static enum shape shape_of(uint32_t size_class)
{
	if (size_class == LARGE_CLASS)
		return NARROW;
	return slab_bytes_of(size_class) / AT(class_bytes, size_class) > NARROW_SLOTS ? WIDE : NARROW;
}

static size_t descriptors_of_page(enum shape shape)
{
	return (PAGE_SIZE_BYTES - FIRST_DESCRIPTOR) / AT(shape_bytes, shape);
}

static struct heap_slab *descriptor_at(struct slab_page *page, size_t index)
{
	mapped_pages_mut_expect_in(&page->memory);
	return MAPPED_PAGES_MUT_AS(
		struct heap_slab, &page->memory, FIRST_DESCRIPTOR + index * AT(shape_bytes, page->shape));
}

// A page that is trimmed and comes back begins with other tags, so that stale handles from before do not fit.
static void set_first_tags(struct heap_slab *slab, enum shape shape, uint32_t tag)
{
	uint32_t slots = shape == WIDE ? WIDE_SLOTS : NARROW_SLOTS;
	for (uint32_t slot = 1; slot <= slots; slot++)
		slab_slot(slab, slot)->tag = tag;
}

static enum status add_page(enum shape shape) NEEDS_UNLOCKED(&descriptors.lock)
{
	OWN(mapped_pages_mut, memory);
	TRY(mapped_pages_mut_allocate_for(&memory, PAGE_SIZE_BYTES, PAGE_REGION_GENERAL, PAGE_OWNER_HEAP));
	struct slab_page *page = MAPPED_PAGES_MUT_AS(struct slab_page, &memory, 0);
	page->shape = shape;
	mapped_pages_mut_put_in(&page->memory, &memory);

	GUARD(&descriptors.lock);
	descriptors.first_tag += 0x9E3779u * TAG_STEP;
	for (size_t i = descriptors_of_page(shape); i-- > 0;) {
		struct heap_slab *slab = descriptor_at(page, i);
		slab->page = page;
		set_first_tags(slab, shape, descriptors.first_tag);
		slab_list_push(&AT(descriptors.unused, shape), slab);
	}
	page->next = descriptors.pages;
	descriptors.pages = page;
	descriptors.page_count++;
	return STATUS_OK;
}

// Every slot free, in order. The tags stay what they are.
static void link_slots(struct heap_slab *slab)
{
	for (uint32_t slot = 1; slot <= slab->slot_count; slot++)
		slab_slot(slab, slot)->next = slot < slab->slot_count ? slot + 1 : 0;
	slab->free = 1;
}

static void describe(struct heap_slab *slab, uint32_t size_class, struct mapped_pages_mut *memory) CONSUMES(memory);
static void describe(struct heap_slab *slab, uint32_t size_class, struct mapped_pages_mut *memory)
{
	slab->size_class = size_class;
	slab->slot_bytes = size_class == LARGE_CLASS ? 0 : AT(class_bytes, size_class);
	size_t slots = size_class == LARGE_CLASS ? 1 : slab_bytes_of(size_class) / slab->slot_bytes;
	slab->slot_count = (uint8_t)(slots < WIDE_SLOTS ? slots : WIDE_SLOTS);
	unsigned char *data = mapped_pages_mut_bytes(memory).data;
	slab->origin = RAW(data - slab->slot_bytes);
	slab->local_core = NO_CORE;
	slab->core = NULL;
	slab->is_current = false;
	slab_set_used(slab, 0);
	link_slots(slab);
	mapped_pages_mut_put_in(&slab->memory, memory);
}

enum status slab_make(struct heap_slab **made, uint32_t size_class, size_t size_bytes)
{
	OWN(mapped_pages_mut, memory);
	TRY(mapped_pages_mut_allocate_for(&memory, size_bytes, PAGE_REGION_GENERAL, PAGE_OWNER_HEAP));
	enum shape shape = shape_of(size_class);
	for (;;) {
		{
			GUARD(&descriptors.lock);
			struct slab_list *unused = &AT(descriptors.unused, shape);
			struct heap_slab *slab = unused->first;
			if (slab) {
				slab_list_remove(unused, slab);
				slab->page->used++;
				describe(slab, size_class, &memory);
				*made = slab;
				return STATUS_OK;
			}
		}
		TRY(add_page(shape));
	}
}

void slab_unmake(struct heap_slab *slab)
{
	OWN(mapped_pages_mut, memory); // unmapped when the lock is no longer held
	GUARD(&descriptors.lock);
	mapped_pages_mut_take_out(&memory, &slab->memory);
	slab->slot_count = 0;
	slab->page->used--;
	slab_list_push(&AT(descriptors.unused, slab->page->shape), slab);
}

size_t slab_mapped_bytes(const struct heap_slab *slab)
{
	mapped_pages_mut_expect_in(&slab->memory);
	return mapped_pages_mut_page_count(&slab->memory) * PAGE_SIZE_BYTES;
}

// Takes the pages without a slab out of the list of pages, and their descriptors out of the unused ones.
static struct slab_page *take_unused_pages(void) NEEDS_LOCK(&descriptors.lock)
{
	struct slab_page *taken = NULL;
	for (struct slab_page **link = &descriptors.pages; *link;) {
		struct slab_page *page = *link;
		if (page->used > 0) {
			link = &page->next;
			continue;
		}
		for (size_t i = 0; i < descriptors_of_page(page->shape); i++)
			slab_list_remove(&AT(descriptors.unused, page->shape), descriptor_at(page, i));
		descriptors.page_count--;
		*link = page->next;
		page->next = taken;
		taken = page;
	}
	return taken;
}

void slab_trim_descriptors(void)
{
	struct slab_page *page;
	{
		GUARD(&descriptors.lock);
		page = take_unused_pages();
	}
	while (page) {
		OWN(mapped_pages_mut, memory);
		mapped_pages_mut_take_out(&memory, &page->memory);
		page = page->next;
	}
}

// An indirect call in a function without clean-ups, where the compiler checks its type.
static __attribute__((noinline)) void visit_page(
	struct slab_page *page, void (*visit)(void *context, struct heap_slab *slab), void *context)
{
	for (size_t i = 0; i < descriptors_of_page(page->shape); i++) {
		struct heap_slab *slab = descriptor_at(page, i);
		if (slab->slot_count > 0)
			visit(context, slab);
	}
}

uint64_t slab_for_each(void (*visit)(void *context, struct heap_slab *slab), void *context)
{
	GUARD(&descriptors.lock);
	for (struct slab_page *page = descriptors.pages; page; page = page->next)
		visit_page(page, visit, context);
	return descriptors.page_count;
}
