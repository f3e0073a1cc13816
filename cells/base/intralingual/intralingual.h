// The dialect of C that cells are written in: owned handles, borrows, locks, contexts, checked access, declared state.
//
// A handle is a struct that stands for one resource. A variable of a handle type is *armed* (declared with OWN, holds
// nothing), *filled* (by a function that PRODUCES it) or *empty* again (moved or dropped). The compiler follows every
// variable along every path (clang's capability analysis), so that these are errors, not bugs: using an empty handle,
// filling a filled one, forgetting to arm one, moving twice, dropping twice, leaking on one branch.
//
//     enum status timer_start(struct timer *timer)
//     {
//             OWN(interrupt_vector, vector);              // dropped on every way out, a panic included
//             TRY(interrupt_vector_allocate(&vector));
//             return timer_attach(timer, &vector);        // CONSUMES(vector): empty from here on
//     }
//
// Macros whose names end in an underscore are not for use outside this file. docs/dialect.md has an example of each of
// the others and says which check catches which mistake.
//
// Context: nothing here allocates, locks or touches hardware; usable from the first instruction.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/status/status.h"

#if defined(__clang__) && !defined(__cplusplus)
#define ANALYSIS_(...) __attribute__((__VA_ARGS__))
#else
#define ANALYSIS_(...) // the analysis is clang's, in C; other compilers see plain C
#endif
#if defined(__clang__) && !defined(__cplusplus) && __has_attribute(reentrant_capability)
#define REENTRANT_ __attribute__((reentrant_capability))
#else
#define REENTRANT_ // only the analysis compiler knows it, and only the analysis needs it
#endif
#define TRUSTED_ static inline __attribute__((always_inline, unused)) ANALYSIS_(no_thread_safety_analysis)
#ifdef __cplusplus
#define C_LINKAGE_ extern "C"
#else
#define C_LINKAGE_
#endif

// ---- Owned handles ----

// Contracts of functions on handles. `handle` is a pointer: a parameter, or the address of a parameter's field.
#define PRODUCES(handle) ANALYSIS_(acquire_capability(*(handle)))                      // filled on return
#define PRODUCES_IF(value, handle) ANALYSIS_(try_acquire_capability(value, *(handle))) // filled iff the result is value
#define CONSUMES(handle) ANALYSIS_(release_capability(*(handle)))                      // empty on return
#define BORROWS(handle) ANALYSIS_(requires_shared_capability(*(handle)))               // filled; read only
#define BORROWS_MUT(handle) ANALYSIS_(requires_capability(*(handle)))                  // filled; may change

// HANDLE(T) opens a handle type; HANDLE_FUNCTIONS(T), after it, gives the functions on it. The cell defines
// T_release(p): it gives back what *p holds and leaves *p empty, cannot fail, and must accept an empty handle. Only the
// functions below call it.
//
// An empty handle is all zero bytes; a filled one has a byte that is not zero. Handles are filled through an
// out-parameter, never returned: a panic between the return and the store would lose what they hold.
//
// For variables and parameters, which the compiler follows:
//     T_drop(p)              gives back now what the scope's end would give back
//     T_move(to, from)       `to` owns from now on
// For slots (a field of a structure that lives on, an element of an array), which only the running system can follow:
//     T_put_in(slot, from)   the slot owns from now on; what it held before is dropped
//     T_take_out(to, slot)   the slot is empty from now on; panics if it was
//     T_expect_in(slot)      panics if the slot is empty; after it the slot may be borrowed, to the end of the function
//     T_drop_in(slot)        drops what the slot holds, if anything; how T_release gives back the handles inside *p
//     T_is_empty(p)          true if it holds nothing
// For the handle's own cell:
//     T_fill(to, value)      makes a handle out of its fields
//     T_forget(from)         empties it without giving anything back: its fields were taken over
#define HANDLE(T) struct ANALYSIS_(capability(#T), annotate("handle")) T
#define HANDLE_FUNCTIONS(T)                                                                                            \
	C_LINKAGE_ void T##_release(struct T *p);                                                                      \
	TRUSTED_ int T##_is_empty(const struct T *p)                                                                   \
	{                                                                                                              \
		const struct T empty = {};                                                                             \
		return __builtin_memcmp(p, &empty, sizeof *p) == 0;                                                    \
	}                                                                                                              \
	TRUSTED_ void T##_forget(struct T *from) CONSUMES(from);                                                       \
	TRUSTED_ void T##_forget(struct T *from)                                                                       \
	{                                                                                                              \
		__builtin_memset(from, 0, sizeof *from);                                                               \
	}                                                                                                              \
	TRUSTED_ void T##_fill(struct T *to, struct T value) PRODUCES(to);                                             \
	TRUSTED_ void T##_fill(struct T *to, struct T value)                                                           \
	{                                                                                                              \
		__builtin_memcpy(to, &value, sizeof *to);                                                              \
	}                                                                                                              \
	TRUSTED_ void T##_drop(struct T *p) CONSUMES(p);                                                               \
	TRUSTED_ void T##_drop(struct T *p)                                                                            \
	{                                                                                                              \
		T##_release(p);                                                                                        \
	}                                                                                                              \
	TRUSTED_ void T##_drop_at_scope_end(struct T *p) ANALYSIS_(assert_capability(*p)) CONSUMES(p);                 \
	TRUSTED_ void T##_drop_at_scope_end(struct T *p)                                                               \
	{                                                                                                              \
		T##_release(p);                                                                                        \
	}                                                                                                              \
	TRUSTED_ void T##_move(struct T *to, struct T *from) PRODUCES(to) CONSUMES(from);                              \
	TRUSTED_ void T##_move(struct T *to, struct T *from)                                                           \
	{                                                                                                              \
		__builtin_memcpy(to, from, sizeof *to);                                                                \
		__builtin_memset(from, 0, sizeof *from);                                                               \
	}                                                                                                              \
	TRUSTED_ void T##_drop_in(struct T *slot)                                                                      \
	{                                                                                                              \
		T##_release(slot);                                                                                     \
	}                                                                                                              \
	TRUSTED_ void T##_put_in(struct T *slot, struct T *from) CONSUMES(from);                                       \
	TRUSTED_ void T##_put_in(struct T *slot, struct T *from)                                                       \
	{                                                                                                              \
		T##_release(slot);                                                                                     \
		T##_move(slot, from);                                                                                  \
	}                                                                                                              \
	TRUSTED_ void T##_expect_in(const struct T *slot) ANALYSIS_(assert_capability(*slot));                         \
	TRUSTED_ void T##_expect_in(const struct T *slot)                                                              \
	{                                                                                                              \
		if (__builtin_expect(T##_is_empty(slot), 0))                                                           \
			panic_empty_handle(#T);                                                                        \
	}                                                                                                              \
	TRUSTED_ void T##_take_out(struct T *to, struct T *slot) PRODUCES(to);                                         \
	TRUSTED_ void T##_take_out(struct T *to, struct T *slot)                                                       \
	{                                                                                                              \
		T##_expect_in(slot);                                                                                   \
		T##_move(to, slot);                                                                                    \
	}

// Declares a variable that owns: armed here, dropped at the end of its scope if it is filled then.
#define OWN(T, name) __attribute__((cleanup(T##_drop_at_scope_end), unused)) struct T name = {}

// A field that only its own cell may touch. The cell rule defines IMPLEMENTS_<cell> as 1 for the cell's own sources.
#define PRIVATE_OF(cell) PRIVATE_IF_(IMPLEMENTS_##cell)

// ---- Results ----

// A result that must be looked at. An `enum status` always must.
#define MUST_USE __attribute__((warn_unused_result))

// Passes a failure on to the caller. Owned handles are dropped on the way out, so there is never a clean-up ladder.
// (The analysis follows `if (status)`, not `if (status != STATUS_OK)`.)
#define TRY(call)                                                                                                      \
	({                                                                                                             \
		enum status status_ = (call);                                                                          \
		if (status_)                                                                                           \
			return status_;                                                                                \
	})

// ---- Locks ----

// Which lock a field needs, or what a pointer field points at: `size_t free GUARDED_BY(&lock);`
#define GUARDED_BY(lock) ANALYSIS_(guarded_by(lock))
#define POINTEE_GUARDED_BY(lock) ANALYSIS_(pt_guarded_by(lock))

// The order in which two locks are taken when both are: `struct spinlock inner LOCKED_AFTER(&outer);`
#define LOCKED_AFTER(lock) ANALYSIS_(acquired_after(lock))
#define LOCKED_BEFORE(lock) ANALYSIS_(acquired_before(lock))

// Contracts of functions on locks. `lock` is a pointer.
#define LOCKS(lock) ANALYSIS_(acquire_capability(*(lock)))                      // held on return
#define LOCKS_IF(value, lock) ANALYSIS_(try_acquire_capability(value, *(lock))) // held iff the result is value
#define UNLOCKS(lock) ANALYSIS_(release_capability(*(lock)))                    // no longer held on return
#define NEEDS_LOCK(lock) ANALYSIS_(requires_capability(*(lock)))                // the caller holds it
#define NEEDS_UNLOCKED(lock) ANALYSIS_(locks_excluded(*(lock)))                 // the caller must not hold it

// For cells that make a kind of lock. LOCK_TYPE(T) opens the type. The cell defines T_lock (LOCKS) and T_unlock
// (UNLOCKS), which end with T_taken and begin with T_given_back, by which they vouch for it. LOCK_FUNCTIONS(T), after
// the declarations of both, makes GUARD_OF(T, lock) possible: it holds `lock` to the end of the scope, a panic
// included. While a lock of LOCK_FUNCTIONS_IN(T, context) is held, its holder is in that context too.
#define LOCK_TYPE(T) struct ANALYSIS_(capability(#T)) T
#define LOCK_FUNCTIONS(T) LOCK_FUNCTIONS_(T, , )
#define LOCK_FUNCTIONS_IN(T, context) LOCK_FUNCTIONS_(T, ENTERS(context), LEAVES(context))
#define GUARD_OF(T, lock) GUARD_OF_NAMED_(T, lock, __COUNTER__)

// ---- Contexts ----

// What code may do where it runs: tokens without a value that only the analysis sees. A function that may sleep, or
// that only works with interrupts off, says so in its header, and so must its callers, up to the entry of a task or of
// an interrupt. A function that MAY_SLEEP cannot be called with interrupts off, so not under a spinlock.
struct ANALYSIS_(capability("context")) context_token {
	char none;
};
struct ANALYSIS_(capability("context")) REENTRANT_ nesting_context_token {
	char none;
};
extern struct context_token may_sleep;              // never defined
extern struct nesting_context_token interrupts_off; // never defined
#define MAY_SLEEP ANALYSIS_(requires_shared_capability(may_sleep)) ANALYSIS_(locks_excluded(interrupts_off))
#define NEEDS_INTERRUPTS_OFF ANALYSIS_(requires_capability(interrupts_off))
#define ENTERS(context) ANALYSIS_(acquire_capability(context))
#define LEAVES(context) ANALYSIS_(release_capability(context))

// ---- Checked access ----

// Element `index` of an array whose length the compiler knows; panics (and so unwinds) when it is out of bounds. Plain
// `[]` is an error in cells (-Wunsafe-buffer-usage): sanitizer traps would stop the machine but run no clean-up. One AT
// cannot stand in another, nor in ITEM or RAW: name the inner element first.
#define AT(array, index) UNCHECKED_((array)[index_in_bounds((index), COUNT_OF(array))])
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]) + MUST_BE_ARRAY_(array))

// A view of elements of any type: `SLICE_TYPE(page_list, struct page);` declares `struct page_list`. It owns nothing
// and must not outlive what it looks at. ITEM panics when the index is out of bounds; it evaluates `slice` twice.
// (Bytes and characters have struct bytes and struct text.)
#define SLICE_TYPE(name, type)                                                                                         \
	struct name {                                                                                                  \
		type *items;                                                                                           \
		size_t count;                                                                                          \
	}
#define SLICE_OF(name, array) ((struct name){(array), COUNT_OF(array)})
#define ITEM(slice, index) UNCHECKED_((slice).items[index_in_bounds((index), (slice).count)])

// A pointer operation that the compiler cannot check (pointer arithmetic, `[]` on a pointer), and a pointer made from
// an address. Core cells only. The analysis pass defines CHECKED_CELL_ for the others.
#ifdef CHECKED_CELL_
#define RAW(expression)                                                                                                \
	_Pragma("GCC error \"RAW is for core cells: use AT, ITEM, struct bytes or struct text\"") UNCHECKED_(expression)
#define RAW_POINTER(type, address)                                                                                     \
	_Pragma("GCC error \"RAW_POINTER is for core cells: a checked cell gets memory as a handle or a view\"")(      \
		(type *)(uintptr_t)(address))
#else
#define RAW(expression) UNCHECKED_(expression)
#define RAW_POINTER(type, address) ((type *)(uintptr_t)(address))
#endif

// ---- State and visibility ----

// Static state must be declared: it is the only writable static data a cell may have, and what a swap carries over.
// CELL_STATE for state with a first value, CELL_STATE_ZERO for state that begins as zeros (takes no room in the image).
#define CELL_STATE __attribute__((section(".cell_state"), used))
#define CELL_STATE_ZERO __attribute__((section(".bss.cell_state"), used))

// A function shared between the files of one cell: not exported, invisible to other cells.
#define INTERNAL __attribute__((visibility("hidden")))

// ---- Crossing from task to task ----

// SENDABLE(T); after `struct T` declares that a T may cross to another task: it borrows nothing. The lint refuses it
// for a structure that holds a pointer or a view; a handle is sendable, because it is moved. A function that carries a
// type across demands it with REQUIRE_SENDABLE(T);
#define SENDABLE(T) typedef struct T T##_declared_SENDABLE
#define REQUIRE_SENDABLE(T) _Static_assert(sizeof(T##_declared_SENDABLE) > 0, #T " must be SENDABLE")

#ifdef __cplusplus
extern "C" {
#endif

__attribute__((noreturn, cold)) void panic_out_of_bounds(size_t index, size_t count);
__attribute__((noreturn, cold)) void panic_empty_handle(const char *type);

static inline size_t index_in_bounds(size_t index, size_t count)
{
	if (__builtin_expect(index >= count, 0))
		panic_out_of_bounds(index, count);
	return index;
}

#ifdef __cplusplus
}
#endif

// ---- What the macros above are made of ----

#if defined(__clang__)
#define UNCHECKED_(expression)                                                                                         \
	_Pragma("clang unsafe_buffer_usage begin")(expression) _Pragma("clang unsafe_buffer_usage end")
#else
#define UNCHECKED_(expression) (expression)
#endif

#ifdef __cplusplus
#define MUST_BE_ARRAY_(array) 0
#define _Static_assert static_assert
#else
#define MUST_BE_ARRAY_(array)                                                                                          \
	(0 * sizeof(struct {                                                                                           \
		_Static_assert(!__builtin_types_compatible_p(__typeof__(array), __typeof__(&(array)[0])),              \
			"AT and COUNT_OF take an array: a pointer needs ITEM, struct bytes or struct text");           \
		char none;                                                                                             \
	}))
#endif

#define LOCK_FUNCTIONS_(T, enters, leaves)                                                                             \
	TRUSTED_ void T##_taken(struct T *lock) LOCKS(lock) enters;                                                    \
	TRUSTED_ void T##_taken(struct T *lock)                                                                        \
	{                                                                                                              \
		(void)lock;                                                                                            \
	}                                                                                                              \
	TRUSTED_ void T##_given_back(struct T *lock) UNLOCKS(lock) leaves;                                             \
	TRUSTED_ void T##_given_back(struct T *lock)                                                                   \
	{                                                                                                              \
		(void)lock;                                                                                            \
	}                                                                                                              \
	TRUSTED_ void T##_unlock_at_scope_end(struct T *const *lock) UNLOCKS(*lock) leaves;                            \
	TRUSTED_ void T##_unlock_at_scope_end(struct T *const *lock)                                                   \
	{                                                                                                              \
		T##_unlock(*lock);                                                                                     \
	}
#define GUARD_OF_NAMED_(T, lock, number) GUARD_OF_NAMED_AGAIN_(T, lock, number)
#define GUARD_OF_NAMED_AGAIN_(T, lock, number)                                                                         \
	struct T *const guarded_##number##_ __attribute__((cleanup(T##_unlock_at_scope_end), unused)) = (lock);        \
	T##_lock(guarded_##number##_)

#define PRIVATE_IF_(flag) PRIVATE_IF_DEFINED_(flag)
#define PRIVATE_IF_DEFINED_(flag) PRIVATE_PICK_(PRIVATE_FLAG_##flag)
#define PRIVATE_FLAG_1 , /* nothing */
#define PRIVATE_PICK_(maybe_comma) PRIVATE_SECOND_(maybe_comma, __attribute__((unavailable("private to its cell"))), )
#define PRIVATE_SECOND_(...) PRIVATE_SECOND_OF_(__VA_ARGS__)
#define PRIVATE_SECOND_OF_(first, second, ...) second
