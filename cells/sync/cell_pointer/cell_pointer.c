#include "cells/sync/cell_pointer/cell_pointer.h"

#include "cells/base/text/text.h"
#include "cells/sync/spinlock/spinlock.h"

static CELL_STATE_ZERO struct {
	struct spinlock lock;
	struct cell_pointer *first GUARDED_BY(&lock);
} slots;

static void enter(struct cell_pointer *slot) NEEDS_LOCK(&slots.lock)
{
	slot->previous = NULL;
	slot->next = slots.first;
	if (slot->next)
		slot->next->previous = slot;
	slots.first = slot;
}

static void leave(struct cell_pointer *slot) NEEDS_LOCK(&slots.lock)
{
	if (slot->next)
		slot->next->previous = slot->previous;
	if (slot->previous)
		slot->previous->next = slot->next;
	else
		slots.first = slot->next;
	slot->next = NULL;
	slot->previous = NULL;
}

static void set_holder(struct cell_pointer *slot, const char *holder)
{
	struct text name = text_slice(text_from(holder), 0, sizeof slot->holder - 1);
	(void)text_copy(name, slot->holder, sizeof slot->holder); // was cut to fit
}

void cell_pointer_set(struct cell_pointer *slot, const void *target, const char *holder)
{
	GUARD(&slots.lock);
	bool is_listed = slot->target || slot->word;
	if (target && !is_listed)
		enter(slot);
	if (!target && is_listed)
		leave(slot);
	slot->word = NULL;
	__atomic_store_n(&slot->target, target, __ATOMIC_RELEASE);
	set_holder(slot, holder);
}

void cell_pointer_follow(struct cell_pointer *slot, const void **word, const char *holder)
{
	GUARD(&slots.lock);
	if (!slot->target && !slot->word)
		enter(slot);
	slot->word = word;
	set_holder(slot, holder);
}

const void *cell_pointer_target(const struct cell_pointer *slot)
{
	return __atomic_load_n(slot->word ? slot->word : &slot->target, __ATOMIC_ACQUIRE);
}

const void *cell_pointer_place(const struct cell_pointer *slot)
{
	if (slot->word)
		return slot->word;
	return slot;
}

struct cell_pointer *cell_pointer_next(const struct cell_pointer *before)
{
	GUARD(&slots.lock);
	struct cell_pointer *first = slots.first;
	return before ? before->next : first;
}

void cell_pointer_redirect(struct cell_pointer *slot, const void *target)
{
	__atomic_store_n(slot->word ? slot->word : &slot->target, target, __ATOMIC_RELEASE);
}
