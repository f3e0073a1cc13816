// The functions that compiled code calls without naming them: block copies, and the hand-over to the unwinder.
//
// The compiler makes these calls by itself in every cell, so every cell depends on this one without declaring it, and
// this one depends on nothing. The unwinder lies far above; it registers itself here, so that no cycle arises. In a
// hosted compilation the names belong to the C library, and the functions have the prefix `compiler_support_` in its
// place, so that host tests run the same code.
//
// Context: no allocation, no lock; callable from anywhere.
// Source: the block functions are those of ISO/IEC 9899:2024, 7.26; `_Unwind_Resume` is that of the Itanium C++ ABI,
// Level I.
#pragma once

#include <stddef.h>

#if __STDC_HOSTED__
#define COMPILER_SUPPORT_SYMBOL(name) compiler_support_##name
#else
#define COMPILER_SUPPORT_SYMBOL(name) name
#endif

#ifdef __cplusplus
extern "C" {
#endif

// Copies `size_bytes` bytes; the two must not overlap. Returns `to`.
void *COMPILER_SUPPORT_SYMBOL(memcpy)(void *to, const void *from, size_t size_bytes);

// Copies `size_bytes` bytes as if through a third place; the two may overlap. Returns `to`.
void *COMPILER_SUPPORT_SYMBOL(memmove)(void *to, const void *from, size_t size_bytes);

// Sets `size_bytes` bytes to the low byte of `value`. Returns `to`.
void *COMPILER_SUPPORT_SYMBOL(memset)(void *to, int value, size_t size_bytes);

// Negative, 0 or positive as the first byte that differs is smaller in `a`, there is none, or is greater in `a`.
int COMPILER_SUPPORT_SYMBOL(memcmp)(const void *a, const void *b, size_t size_bytes);

// The end of a landing pad: goes on unwinding with the exception that arrived there. Stops the processor while no
// unwinder is registered.
__attribute__((noreturn)) void COMPILER_SUPPORT_SYMBOL(_Unwind_Resume)(void *exception);

// Named in unwind tables as what interprets a frame's landing pads. The unwinder reads the tables itself and never
// calls this; should anything do so, the processor stops.
int COMPILER_SUPPORT_SYMBOL(__gcc_personality_v0)(void);

// Called where a clean-up panics while a panic unwinds. Stops the processor.
__attribute__((noreturn)) void COMPILER_SUPPORT_SYMBOL(abort)(void);

// From now on landing pads end in `resume`, which gets the exception object and must not return. Null: none.
typedef void compiler_support_resume(void *exception);
void compiler_support_set_resume(compiler_support_resume *resume);

// Where it is kept: for a slot that makes it known to the loader (cells/sync/cell_pointer).
compiler_support_resume **compiler_support_resume_word(void);

#ifdef __cplusplus
}
#endif
