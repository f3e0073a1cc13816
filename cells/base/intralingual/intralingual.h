// The dialect of C that cells are written in: owned handles, borrows, guards, declared state, checked access.
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
// Context: nothing here allocates, locks or touches hardware; usable from the first instruction.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/status/status.h"

#if defined(__clang__) && !defined(__cplusplus)
#define ANALYSIS_(attribute) __attribute__((attribute))
#else
#define ANALYSIS_(attribute) // the analysis is clang's, in C; other compilers see plain C
#endif

// Contracts of functions on handles. `handle` is a pointer parameter.
#define PRODUCES(handle) ANALYSIS_(acquire_capability(*(handle)))                      // filled on return
#define PRODUCES_IF(value, handle) ANALYSIS_(try_acquire_capability(value, *(handle))) // filled iff the result is value
#define CONSUMES(handle) ANALYSIS_(release_capability(*(handle)))                      // empty on return
#define BORROWS(handle) ANALYSIS_(requires_shared_capability(*(handle)))               // filled; read only
#define BORROWS_MUT(handle) ANALYSIS_(requires_capability(*(handle)))                  // filled; may change
#define MUST_USE __attribute__((warn_unused_result))

// HANDLE(T) opens a handle type; HANDLE_FUNCTIONS(T) gives it T_drop, T_move and, for its own cell, T_fill.
// The cell defines T_release(p): gives back what *p holds and leaves *p empty. It cannot fail, and must accept an empty
// handle.
#define HANDLE(T) struct ANALYSIS_(capability(#T)) T
#define HANDLE_FUNCTIONS(T)                                                                                            \
	void T##_release(struct T *p);                                                                                 \
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
	TRUSTED_ void T##_fill(struct T *to, struct T value) PRODUCES(to);                                             \
	TRUSTED_ void T##_fill(struct T *to, struct T value)                                                           \
	{                                                                                                              \
		__builtin_memcpy(to, &value, sizeof *to);                                                              \
	}                                                                                                              \
	TRUSTED_ void T##_move(struct T *to, struct T *from) PRODUCES(to) CONSUMES(from);                              \
	TRUSTED_ void T##_move(struct T *to, struct T *from)                                                           \
	{                                                                                                              \
		__builtin_memcpy(to, from, sizeof *to);                                                                \
		__builtin_memset(from, 0, sizeof *from);                                                               \
	}

// Declares a variable that owns: armed here, dropped at the end of its scope if it is filled then.
#define OWN(T, name) __attribute__((cleanup(T##_drop_at_scope_end), unused)) struct T name = {}

// A field that only its own cell may touch. The cell rule defines IMPLEMENTS_<cell> as 1 for the cell's own sources.
#define PRIVATE_OF(cell) PRIVATE_IF_(IMPLEMENTS_##cell)

// Passes a failure on to the caller. Owned handles are dropped on the way out, so there is never a clean-up ladder.
// (The analysis follows `if (status)`, not `if (status != STATUS_OK)`.)
#define TRY(call)                                                                                                      \
	do {                                                                                                           \
		enum status status_ = (call);                                                                          \
		if (status_)                                                                                           \
			return status_;                                                                                \
	} while (0)

// Element `index` of an array whose length the compiler knows; panics (and so unwinds) when it is out of bounds. Plain
// `[]` is an error in cells (-Wunsafe-buffer-usage): sanitizer traps would stop the machine but run no clean-up.
#define AT(array, index) RAW((array)[index_in_bounds((index), sizeof(array) / sizeof((array)[0]))])
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

// A pointer operation that the compiler cannot check (pointer arithmetic, `[]` on a pointer). Core cells only; counted.
#if defined(__clang__)
#define RAW(expression)                                                                                                \
	_Pragma("clang unsafe_buffer_usage begin")(expression) _Pragma("clang unsafe_buffer_usage end")
#else
#define RAW(expression) (expression)
#endif

// A pointer made from an address. Core cells only; counted.
#define RAW_POINTER(type, address) ((type *)(uintptr_t)(address))

// A function shared between the files of one cell: not exported, invisible to other cells.
#define INTERNAL __attribute__((visibility("hidden")))

// Holds a lock to the end of the scope. Fields say which lock they need: `size_t free GUARDED_BY(&lock);`
#define GUARDED_BY(lock) ANALYSIS_(guarded_by(lock))

// Static state must be declared: it is the only writable static data a cell may have, and what a swap carries over.
// CELL_STATE for state with a first value, CELL_STATE_ZERO for state that begins as zeros (takes no room in the image).
#define CELL_STATE __attribute__((section(".cell_state"), used))
#define CELL_STATE_ZERO __attribute__((section(".bss.cell_state"), used))

#ifdef __cplusplus
extern "C" {
#endif

__attribute__((noreturn, cold)) void panic_out_of_bounds(size_t index, size_t count);

static inline size_t index_in_bounds(size_t index, size_t count)
{
	if (__builtin_expect(index >= count, 0))
		panic_out_of_bounds(index, count);
	return index;
}

#ifdef __cplusplus
}
#endif

#define TRUSTED_ static inline __attribute__((always_inline, unused)) ANALYSIS_(no_thread_safety_analysis)
#define PRIVATE_IF_(flag) PRIVATE_IF_DEFINED_(flag)
#define PRIVATE_IF_DEFINED_(flag) PRIVATE_PICK_(PRIVATE_FLAG_##flag)
#define PRIVATE_FLAG_1 , /* nothing */
#define PRIVATE_PICK_(maybe_comma) PRIVATE_SECOND_(maybe_comma, __attribute__((unavailable("private to its cell"))), )
#define PRIVATE_SECOND_(...) PRIVATE_SECOND_OF_(__VA_ARGS__)
#define PRIVATE_SECOND_OF_(first, second, ...) second
