// Run-time pointers into cells that the loader knows: handlers, sinks, entry functions, tables of operations.
//
// A pointer that another cell keeps while the system runs is in no relocation, so the loader could not know that the
// cell it leads to is in use. So it is kept in a *slot*: while a slot leads into a cell, that cell is not unloaded, and
// the refusal names the slot's holder; when a cell is replaced, its slots are made to lead to its successor.
//
//     CELL_POINTER_TYPE(sink_pointer, log_sink);            // a slot for a pointer to a function of that type
//     static CELL_STATE_ZERO struct sink_pointer sink;      // slots do not move: state or heap, not copied
//
//     sink_pointer_set(&sink, show, "log: sink");
//     call(sink_pointer_get(&sink), line);
//
// A cell that lies below this one (panic, interrupt_table, compiler_support) keeps its pointer in a word of its own; a
// slot that follows the word makes it known all the same.
//
// Context: allocates nothing. The list of slots has its own lock, a spinlock; reading one slot takes no lock and may be
// done in a crash.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"

enum { CELL_POINTER_HOLDER_CAPACITY = 32 };

// All zeros: it leads nowhere and is in no list.
struct cell_pointer {
	const void *target;
	const void **word PRIVATE_OF(
		cell_pointer); // not null: a pointer kept elsewhere, which counts in place of `target`
	struct cell_pointer *next PRIVATE_OF(cell_pointer);
	struct cell_pointer *previous PRIVATE_OF(cell_pointer);
	char holder[CELL_POINTER_HOLDER_CAPACITY]; // its own copy: it outlives what it was copied from
};

// Declares `struct name`, a slot for a pointer to `type`, with name_set, name_clear and name_get.
#define CELL_POINTER_TYPE(name, type)                                                                                  \
	struct name {                                                                                                  \
		struct cell_pointer slot;                                                                              \
	};                                                                                                             \
	union name##_target {                                                                                          \
		const void *address;                                                                                   \
		type *typed;                                                                                           \
	};                                                                                                             \
	static inline __attribute__((unused)) void name##_set(struct name *pointer, type *target, const char *holder)  \
	{                                                                                                              \
		union name##_target both;                                                                              \
		both.typed = target;                                                                                   \
		cell_pointer_set(&pointer->slot, both.address, holder);                                                \
	}                                                                                                              \
	static inline __attribute__((unused)) void name##_clear(struct name *pointer)                                  \
	{                                                                                                              \
		cell_pointer_set(&pointer->slot, NULL, "");                                                            \
	}                                                                                                              \
	static inline __attribute__((unused)) type *name##_get(const struct name *pointer)                             \
	{                                                                                                              \
		union name##_target both;                                                                              \
		both.address = pointer->slot.target;                                                                   \
		return both.typed;                                                                                     \
	}                                                                                                              \
	_Static_assert(sizeof(struct name) == sizeof(struct cell_pointer), "a slot and nothing else")

// A cell's word for a pointer to `type`, seen as cell_pointer_follow takes it.
#define CELL_POINTER_WORD(type, place)                                                                                 \
	({                                                                                                             \
		union {                                                                                                \
			type **typed;                                                                                  \
			const void **word;                                                                             \
		} both_ = {.typed = (place)};                                                                          \
		both_.word;                                                                                            \
	})

#ifdef __cplusplus
extern "C" {
#endif

// Makes the slot lead to `target`; null: nowhere, and it leaves the list. `holder`, who keeps it and what for, is cut
// to CELL_POINTER_HOLDER_CAPACITY - 1 characters.
void cell_pointer_set(struct cell_pointer *slot, const void *target, const char *holder);

// The slot after `before` of those that lead somewhere, or the first after null; null: there are no more. Slots must
// not be set meanwhile.
struct cell_pointer *cell_pointer_next(const struct cell_pointer *before);

// From now on the slot, which is empty, stands for the pointer that is kept in `word`, whatever it leads to.
void cell_pointer_follow(struct cell_pointer *slot, const void **word, const char *holder);

// Where a slot leads now, and where that is kept: in the slot itself, or in the word that it follows.
const void *cell_pointer_target(const struct cell_pointer *slot);
const void *cell_pointer_place(const struct cell_pointer *slot);

// Makes a slot that is in the list lead elsewhere.
void cell_pointer_redirect(struct cell_pointer *slot, const void *target);

#ifdef __cplusplus
}
#endif
