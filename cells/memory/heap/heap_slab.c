#include "cells/memory/heap/heap_slab.h"

// The head of a page of descriptors; they follow it.
struct slab_page {
	struct slab_page *next;
	struct mapped_pages_mut memory; // this page
	size_t used;
};

enum {
	FIRST_DESCRIPTOR = (sizeof(struct slab_page) + 15) / 16 * 16,
	DESCRIPTORS_PER_PAGE = (PAGE_SIZE_BYTES - FIRST_DESCRIPTOR) / sizeof(struct heap_slab),
};

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

static struct heap_slab *descriptor_at(const struct mapped_pages_mut *page, size_t index) BORROWS_MUT(page)
{
	return MAPPED_PAGES_MUT_AS(struct heap_slab, page, FIRST_DESCRIPTOR + index * sizeof(struct heap_slab));
}

static enum status add_page(struct slab_descriptors *descriptors)
{
	OWN(mapped_pages_mut, memory);
	TRY(mapped_pages_mut_allocate(&memory, PAGE_SIZE_BYTES, PAGE_REGION_GENERAL));
	struct slab_page *page = MAPPED_PAGES_MUT_AS(struct slab_page, &memory, 0);
	for (size_t i = DESCRIPTORS_PER_PAGE; i-- > 0;) {
		struct heap_slab *slab = descriptor_at(&memory, i);
		slab->page = page;
		slab_list_push(&descriptors->unused, slab);
	}
	page->next = descriptors->pages;
	descriptors->pages = page;
	descriptors->page_count++;
	mapped_pages_mut_put_in(&page->memory, &memory);
	return STATUS_OK;
}

enum status slab_descriptors_take(struct slab_descriptors *descriptors, struct heap_slab **slab)
{
	if (!descriptors->unused.first)
		TRY(add_page(descriptors));
	*slab = descriptors->unused.first;
	slab_list_remove(&descriptors->unused, *slab);
	(*slab)->generation++;
	(*slab)->page->used++;
	return STATUS_OK;
}

void slab_descriptors_give(struct slab_descriptors *descriptors, struct heap_slab *slab)
{
	slab->generation++; // from now on no handle fits
	slab->page->used--;
	slab_list_push(&descriptors->unused, slab);
}

void slab_descriptors_trim(struct slab_descriptors *descriptors)
{
	for (struct slab_page **link = &descriptors->pages; *link;) {
		struct slab_page *page = *link;
		if (page->used > 0) {
			link = &page->next;
			continue;
		}
		OWN(mapped_pages_mut, memory);
		mapped_pages_mut_take_out(&memory, &page->memory);
		for (size_t i = 0; i < DESCRIPTORS_PER_PAGE; i++)
			slab_list_remove(&descriptors->unused, descriptor_at(&memory, i));
		*link = page->next;
		descriptors->page_count--;
	}
}
