#include "cells/base/compiler_support/compiler_support.h"

#include <stdint.h>

// This cell lies below the dialect: CELL_STATE_ZERO is written out by hand.
static __attribute__((section(".bss.cell_state"), used)) compiler_support_resume *registered_resume;

// Words at any alignment, over memory of any type.
struct __attribute__((packed, may_alias)) word64 {
	uint64_t value;
};
struct __attribute__((packed, may_alias)) word32 {
	uint32_t value;
};
struct __attribute__((packed, may_alias)) word16 {
	uint16_t value;
};

// What lies `offset` bytes from `start`. Nothing here knows how much memory there is: the callers vouch for it.
static struct word64 *word64_at(void *start, size_t offset)
{
	return (struct word64 *)((uintptr_t)start + offset);
}

static const struct word64 *const_word64_at(const void *start, size_t offset)
{
	return (const struct word64 *)((uintptr_t)start + offset);
}

static struct word32 *word32_at(void *start, size_t offset)
{
	return (struct word32 *)((uintptr_t)start + offset);
}

static const struct word32 *const_word32_at(const void *start, size_t offset)
{
	return (const struct word32 *)((uintptr_t)start + offset);
}

static struct word16 *word16_at(void *start, size_t offset)
{
	return (struct word16 *)((uintptr_t)start + offset);
}

static const struct word16 *const_word16_at(const void *start, size_t offset)
{
	return (const struct word16 *)((uintptr_t)start + offset);
}

static unsigned char byte_at(const void *start, size_t offset)
{
	return *(const unsigned char *)((uintptr_t)start + offset);
}

// Copies fewer than 16 bytes, overlapping or not: everything is read before anything is written, in two words that
// overlap each other when the size is not a power of two.
static void copy_small(void *to, const void *from, size_t size_bytes)
{
	if (size_bytes >= 8) {
		uint64_t first = const_word64_at(from, 0)->value;
		uint64_t last = const_word64_at(from, size_bytes - 8)->value;
		word64_at(to, 0)->value = first;
		word64_at(to, size_bytes - 8)->value = last;
	} else if (size_bytes >= 4) {
		uint32_t first = const_word32_at(from, 0)->value;
		uint32_t last = const_word32_at(from, size_bytes - 4)->value;
		word32_at(to, 0)->value = first;
		word32_at(to, size_bytes - 4)->value = last;
	} else if (size_bytes >= 2) {
		uint16_t first = const_word16_at(from, 0)->value;
		uint16_t last = const_word16_at(from, size_bytes - 2)->value;
		word16_at(to, 0)->value = first;
		word16_at(to, size_bytes - 2)->value = last;
	} else if (size_bytes == 1) {
		*(unsigned char *)to = byte_at(from, 0);
	}
}

// 16 bytes or more, from the first to the last. The last word is read first, as an overlapping copy may write over it.
static void copy_upwards(void *to, const void *from, size_t size_bytes)
{
	uint64_t last = const_word64_at(from, size_bytes - 8)->value;
	void *target = to;
	size_t words = size_bytes / 8;
	__asm__ volatile("rep movsq" : "+D"(target), "+S"(from), "+c"(words) : : "memory");
	word64_at(to, size_bytes - 8)->value = last;
}

// 16 bytes or more, from the last to the first.
static void copy_downwards(void *to, const void *from, size_t size_bytes)
{
	uint64_t first = const_word64_at(from, 0)->value;
	void *target = word64_at(to, size_bytes - 8);
	const void *source = const_word64_at(from, size_bytes - 8);
	size_t words = size_bytes / 8;
	__asm__ volatile("std; rep movsq; cld" : "+D"(target), "+S"(source), "+c"(words) : : "memory", "cc");
	word64_at(to, 0)->value = first;
}

void *COMPILER_SUPPORT_SYMBOL(memcpy)(void *to, const void *from, size_t size_bytes)
{
	if (size_bytes < 16)
		copy_small(to, from, size_bytes);
	else
		copy_upwards(to, from, size_bytes);
	return to;
}

void *COMPILER_SUPPORT_SYMBOL(memmove)(void *to, const void *from, size_t size_bytes)
{
	if (size_bytes < 16)
		copy_small(to, from, size_bytes);
	else if ((uintptr_t)to - (uintptr_t)from < size_bytes)
		copy_downwards(to, from, size_bytes); // the target begins inside the source
	else
		copy_upwards(to, from, size_bytes);
	return to;
}

void *COMPILER_SUPPORT_SYMBOL(memset)(void *to, int value, size_t size_bytes)
{
	uint64_t pattern = (uint64_t)(unsigned char)value * 0x0101010101010101;
	if (size_bytes < 8) {
		for (size_t i = 0; i < size_bytes; i++)
			*(volatile unsigned char *)((uintptr_t)to + i) = (unsigned char)value;
		return to;
	}
	void *target = to;
	size_t words = size_bytes / 8;
	__asm__ volatile("rep stosq" : "+D"(target), "+c"(words) : "a"(pattern) : "memory");
	word64_at(to, size_bytes - 8)->value = pattern;
	return to;
}

// How two words compare whose bytes count from the first on.
static int compare_words(uint64_t a, uint64_t b)
{
	a = __builtin_bswap64(a);
	b = __builtin_bswap64(b);
	return a == b ? 0 : a < b ? -1 : 1;
}

// Fewer than 8 bytes.
static int compare_small(const void *a, const void *b, size_t size_bytes)
{
	uint64_t word_a = 0;
	uint64_t word_b = 0;
	if (size_bytes >= 4) {
		// The last four bytes overlap the first: where these are equal, so is what is compared twice.
		word_a = (uint64_t)const_word32_at(a, size_bytes - 4)->value << 32 | const_word32_at(a, 0)->value;
		word_b = (uint64_t)const_word32_at(b, size_bytes - 4)->value << 32 | const_word32_at(b, 0)->value;
		return compare_words(word_a, word_b);
	}
	for (size_t i = size_bytes; i > 0; i--) {
		word_a = word_a << 8 | byte_at(a, i - 1);
		word_b = word_b << 8 | byte_at(b, i - 1);
	}
	return compare_words(word_a, word_b);
}

int COMPILER_SUPPORT_SYMBOL(memcmp)(const void *a, const void *b, size_t size_bytes)
{
	if (size_bytes < 8)
		return compare_small(a, b, size_bytes);
	for (size_t place = 0; place < size_bytes - 8; place += 8) {
		uint64_t of_a = const_word64_at(a, place)->value;
		uint64_t of_b = const_word64_at(b, place)->value;
		if (of_a != of_b)
			return compare_words(of_a, of_b);
	}
	return compare_words(const_word64_at(a, size_bytes - 8)->value, const_word64_at(b, size_bytes - 8)->value);
}

static __attribute__((noreturn)) void stop_processor(void)
{
#if __STDC_HOSTED__
	__builtin_trap();
#else
	for (;;)
		__asm__ volatile("cli; hlt");
#endif
}

void COMPILER_SUPPORT_SYMBOL(_Unwind_Resume)(void *exception)
{
	if (registered_resume)
		registered_resume(exception);
	stop_processor();
}

int COMPILER_SUPPORT_SYMBOL(__gcc_personality_v0)(void)
{
	stop_processor();
}

void COMPILER_SUPPORT_SYMBOL(abort)(void)
{
	stop_processor();
}

void compiler_support_set_resume(compiler_support_resume *resume)
{
	registered_resume = resume;
}

compiler_support_resume **compiler_support_resume_word(void)
{
	return &registered_resume;
}
