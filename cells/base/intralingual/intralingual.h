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

// The ledger's part of the macros below. The cell rule defines LEDGER_, for the target, in the cells that have one.
#ifdef LEDGER_
#define LEDGER_ORDER_() __asm__ volatile("" ::: "memory") // what is written before can be seen in memory from here on
#define LEDGER_HOLD_KILLS_() ledger_hold_kills_()
#define LEDGER_RELEASE_KILLS_() ledger_release_kills_()
#define LEDGER_STRIKE_() ledger_strike_()
#define LEDGER_NOTED_(name, function, type, ...)                                                                       \
	({                                                                                                             \
		ledger_note_(&name, function);                                                                         \
		(type) __VA_ARGS__;                                                                                    \
	})
#define LEDGER_RELEASE_FUNCTION_(T, what, ...)                                                                         \
	static __attribute__((unused)) void T##_##what##_noted(void *variable)                                         \
	{                                                                                                              \
		__VA_ARGS__;                                                                                           \
	}
#else
#define LEDGER_ORDER_() (void)0
#define LEDGER_HOLD_KILLS_() (void)0
#define LEDGER_RELEASE_KILLS_() (void)0
#define LEDGER_STRIKE_() (void)0
#define LEDGER_NOTED_(name, function, type, ...) __VA_ARGS__
#define LEDGER_RELEASE_FUNCTION_(T, what, ...)
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
// On the target, what a checked cell above the loader owns is also noted outside of its stack, in the ledger of its
// thread (below); nothing of that shows in the source.
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
		LEDGER_ORDER_();                                                                                       \
	}                                                                                                              \
	TRUSTED_ void T##_drop(struct T *p) CONSUMES(p);                                                               \
	TRUSTED_ void T##_drop(struct T *p)                                                                            \
	{                                                                                                              \
		LEDGER_HOLD_KILLS_();                                                                                  \
		T##_release(p);                                                                                        \
		LEDGER_RELEASE_KILLS_();                                                                               \
	}                                                                                                              \
	TRUSTED_ void T##_drop_at_scope_end(struct T *p) ANALYSIS_(assert_capability(*p)) CONSUMES(p);                 \
	TRUSTED_ void T##_drop_at_scope_end(struct T *p)                                                               \
	{                                                                                                              \
		LEDGER_STRIKE_();                                                                                      \
		T##_drop(p);                                                                                           \
	}                                                                                                              \
	TRUSTED_ void T##_move(struct T *to, struct T *from) PRODUCES(to) CONSUMES(from);                              \
	TRUSTED_ void T##_move(struct T *to, struct T *from)                                                           \
	{                                                                                                              \
		__builtin_memcpy(to, from, sizeof *to);                                                                \
		LEDGER_ORDER_();                                                                                       \
		__builtin_memset(from, 0, sizeof *from);                                                               \
		LEDGER_ORDER_();                                                                                       \
	}                                                                                                              \
	TRUSTED_ void T##_drop_in(struct T *slot)                                                                      \
	{                                                                                                              \
		T##_drop(slot);                                                                                        \
	}                                                                                                              \
	TRUSTED_ void T##_put_in(struct T *slot, struct T *from) CONSUMES(from);                                       \
	TRUSTED_ void T##_put_in(struct T *slot, struct T *from)                                                       \
	{                                                                                                              \
		T##_drop(slot);                                                                                        \
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
	}                                                                                                              \
	LEDGER_RELEASE_FUNCTION_(T, release, struct T *p = (struct T *)variable; T##_release(p))

// Declares a variable that owns: armed here, dropped at the end of its scope if it is filled then.
#define OWN(T, name)                                                                                                   \
	__attribute__((cleanup(T##_drop_at_scope_end), unused)) struct T name =                                        \
		LEDGER_NOTED_(name, T##_release_noted, struct T, {})

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

// ---- The ledger ----

// What a thread owns, noted outside of its stack: each variable of OWN and each guard, in the order in which they came.
// Landing pads release what the frames that stand at calls own. What was done by the very instruction that faulted
// shows in no landing pad; there the unwinder releases what the ledger has (docs/unwinding.md).
struct thread_ledger_entry {
	void *variable;                  // what OWN or GUARD has declared
	void (*release)(void *variable); // gives back what it holds, if anything
};

// The beginning of every `struct thread`, which the second word behind GS leads to.
struct thread_ledger {
	struct thread_ledger_entry *top; // the next one to be used
	struct thread_ledger_entry *end; // of its memory
	uint64_t kill_holds;             // while it is not 0, its thread is not killed
};

// For a section of code that must not end half way, a kill of its thread included, though no lock says so:
//     UNKILLABLE(); // to the end of the scope
// The kill is put off to the next kill point behind it. (A function that gives something back need not say so.)

// At the beginning of a function that calls itself, by whatever way: its kill point. Loops need none: the cell rule
// gives each its own (kill_points.h).
#ifdef KILL_POINT_
#define RECURSES() KILL_POINT_()
#else
#define RECURSES() (void)0
#endif

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
__attribute__((noreturn, cold)) void panic_ledger_is_full(void);

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

#if defined(__x86_64__) && !__STDC_HOSTED__
// The running thread's. Asked for again each time: one instruction, and no register that must be kept for it.
static inline __attribute__((always_inline, unused)) struct thread_ledger *ledger_current_(void)
{
	struct thread_ledger *ledger;
	__asm__ volatile("movq %%gs:8, %0" : "=r"(ledger));
	return ledger;
}

static inline __attribute__((always_inline, unused)) void ledger_hold_kills_(void)
{
	ledger_current_()->kill_holds++;
	__asm__ volatile("" ::: "memory");
}

static inline __attribute__((always_inline, unused)) void ledger_release_kills_(void)
{
	__asm__ volatile("" ::: "memory");
	ledger_current_()->kill_holds--;
}
#else
static inline void ledger_hold_kills_(void)
{
}

static inline void ledger_release_kills_(void)
{
}
#endif

#ifdef LEDGER_
static inline __attribute__((always_inline, unused)) void ledger_note_(void *variable, void (*release)(void *variable))
{
	struct thread_ledger *ledger = ledger_current_();
	struct thread_ledger_entry *entry = ledger->top;
	if (__builtin_expect(entry == ledger->end, 0))
		panic_ledger_is_full();
	entry->variable = variable;
	entry->release = release;
	__asm__("addq %1, %0" : "+m"(ledger->top) : "i"(sizeof *entry) : "cc"); // in one instruction
}

static inline __attribute__((always_inline, unused)) void ledger_strike_(void)
{
	struct thread_ledger *ledger = ledger_current_();
	ledger->top = UNCHECKED_(ledger->top - 1);
}
#endif

static inline __attribute__((always_inline, unused)) char unkillable_begin_(void)
{
	ledger_hold_kills_();
	return 0;
}

static inline __attribute__((always_inline, unused)) void unkillable_end_(const char *section)
{
	(void)section;
	ledger_release_kills_();
}

#define UNKILLABLE() UNKILLABLE_NAMED_(__COUNTER__)
#define UNKILLABLE_NAMED_(number) UNKILLABLE_NAMED_AGAIN_(number)
#define UNKILLABLE_NAMED_AGAIN_(number)                                                                                \
	const char unkillable_##number##_ __attribute__((cleanup(unkillable_end_), unused)) = unkillable_begin_()

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
	GUARD_FUNCTIONS_(T, leaves)

// A guard gives back what it has taken: nothing, while T_lock still waits or when T_lock panics. The analysis knows a
// lock by the variable's first value, so it sees the variable filled before T_lock is called.
#if defined(ANALYSIS_PASS_)
#define GUARD_FUNCTIONS_(T, leaves)                                                                                    \
	TRUSTED_ void T##_unlock_at_scope_end(struct T *const *lock) UNLOCKS(*lock) leaves;                            \
	TRUSTED_ void T##_unlock_at_scope_end(struct T *const *lock)                                                   \
	{                                                                                                              \
		T##_unlock(*lock);                                                                                     \
	}
#define GUARD_OF_NAMED_AGAIN_(T, lock, number)                                                                         \
	struct T *const guarded_##number##_ __attribute__((cleanup(T##_unlock_at_scope_end), unused)) = (lock);        \
	T##_lock(guarded_##number##_)
#elif defined(LEDGER_)
#define GUARD_FUNCTIONS_(T, leaves)                                                                                    \
	TRUSTED_ void T##_lock_for_scope(struct T **guarded, struct T *lock)                                           \
	{                                                                                                              \
		T##_lock(lock);                                                                                        \
		*guarded = lock;                                                                                       \
		LEDGER_ORDER_();                                                                                       \
	}                                                                                                              \
	TRUSTED_ void T##_unlock_guarded(struct T **guarded)                                                           \
	{                                                                                                              \
		struct T *lock = *guarded;                                                                             \
		if (!lock)                                                                                             \
			return;                                                                                        \
		*guarded = 0;                                                                                          \
		LEDGER_HOLD_KILLS_();                                                                                  \
		T##_unlock(lock);                                                                                      \
		LEDGER_RELEASE_KILLS_();                                                                               \
	}                                                                                                              \
	TRUSTED_ void T##_unlock_at_scope_end(struct T **guarded)                                                      \
	{                                                                                                              \
		LEDGER_STRIKE_();                                                                                      \
		T##_unlock_guarded(guarded);                                                                           \
	}                                                                                                              \
	LEDGER_RELEASE_FUNCTION_(T, unlock, struct T **guarded = (struct T **)variable; T##_unlock_guarded(guarded))
#define GUARD_OF_NAMED_AGAIN_(T, lock, number)                                                                         \
	struct T *guarded_##number##_ __attribute__((cleanup(T##_unlock_at_scope_end), unused)) =                      \
		LEDGER_NOTED_(guarded_##number##_, T##_unlock_noted, struct T *, 0);                                   \
	T##_lock_for_scope(&guarded_##number##_, (lock))
#else
#define GUARD_FUNCTIONS_(T, leaves)                                                                                    \
	TRUSTED_ struct T *T##_lock_for_scope(struct T *lock)                                                          \
	{                                                                                                              \
		T##_lock(lock);                                                                                        \
		return lock;                                                                                           \
	}                                                                                                              \
	TRUSTED_ void T##_unlock_at_scope_end(struct T *const *lock)                                                   \
	{                                                                                                              \
		T##_unlock(*lock);                                                                                     \
	}
#define GUARD_OF_NAMED_AGAIN_(T, lock, number)                                                                         \
	struct T *const guarded_##number##_ __attribute__((cleanup(T##_unlock_at_scope_end), unused)) =                \
		T##_lock_for_scope(lock)
#endif
#define GUARD_OF_NAMED_(T, lock, number) GUARD_OF_NAMED_AGAIN_(T, lock, number)

#define PRIVATE_IF_(flag) PRIVATE_IF_DEFINED_(flag)
#define PRIVATE_IF_DEFINED_(flag) PRIVATE_PICK_(PRIVATE_FLAG_##flag)
#define PRIVATE_FLAG_1 , /* nothing */
#define PRIVATE_PICK_(maybe_comma) PRIVATE_SECOND_(maybe_comma, __attribute__((unavailable("private to its cell"))), )
#define PRIVATE_SECOND_(...) PRIVATE_SECOND_OF_(__VA_ARGS__)
#define PRIVATE_SECOND_OF_(first, second, ...) second
