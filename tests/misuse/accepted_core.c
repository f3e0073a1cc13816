// What a core cell may do, and a checked one may not. Ownership, locks and state bind it all the same.
#include "tests/misuse/pages.h"

static CELL_STATE_ZERO unsigned calls;

unsigned misuse_flags(void);
unsigned misuse_flags(void)
{
	unsigned long flags;
	__asm__ volatile("pushfq; popq %0" : "=r"(flags)::"memory");
	calls++;
	return (unsigned)flags;
}

uint32_t misuse_register(uintptr_t address, size_t index);
uint32_t misuse_register(uintptr_t address, size_t index)
{
	volatile uint32_t *registers = RAW_POINTER(volatile uint32_t, address);
	return RAW(registers[index]);
}

uintptr_t misuse_address(const struct pages *pages);
uintptr_t misuse_address(const struct pages *pages)
{
	return (uintptr_t)pages;
}

unsigned char misuse_first_byte(const uint64_t *word);
unsigned char misuse_first_byte(const uint64_t *word)
{
	return *(const unsigned char *)word;
}

void misuse_copy(char *to, const char *from, size_t size_bytes);
void misuse_copy(char *to, const char *from, size_t size_bytes)
{
	PAGES_BARRIER();
	__builtin_memcpy(to, from, size_bytes);
}

void misuse_spin(const volatile int *flag);
void misuse_spin(const volatile int *flag)
{
	while (*flag == 0)
		;
}
