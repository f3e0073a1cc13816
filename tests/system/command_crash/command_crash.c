#include "tests/system/command_crash/command_crash.h"

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/panic/panic.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/console/console/console.h"

static __attribute__((noinline)) void panic_on_request(void)
{
	panic("the test asked for a panic");
}

// A handle that cannot be dropped.
struct bomb;
INTERNAL void bomb_release(struct bomb *p);
HANDLE(bomb)
{
	bool armed;
};
HANDLE_FUNCTIONS(bomb)

void bomb_release(struct bomb *p)
{
	if (p->armed)
		panic("a clean-up panics, too");
}

static void panic_in_clean_up(void)
{
	OWN(bomb, bomb);
	bomb_fill(&bomb, (struct bomb){true});
	panic_on_request();
}

static void read_unmapped_page(void)
{
	// Page 0 is never mapped. Volatile: the read must happen.
	console_print("read %u\n", *RAW_POINTER(volatile unsigned, 0x10));
}

static void write_own_text(void)
{
	*RAW_POINTER(volatile unsigned char, (uintptr_t)write_own_text) = 0xcc;
}

// A function of another type than its caller's pointer says.
static __attribute__((noinline)) int takes_a_number(int number)
{
	return number + 1;
}

static void call_with_another_type(void)
{
	void (*volatile wrong)(void) = (void (*)(void))(void *)takes_a_number;
	wrong();
}

// One `ret`, with the type check's prefix of a `void (*)(void)` before it copied from a real function.
static CELL_STATE unsigned char code_in_data[64];

static void execute_own_data(void)
{
	void (*source)(void) = panic_on_request;
	__builtin_memcpy(code_in_data, RAW_POINTER(unsigned char, (uintptr_t)source - 16), 16);
	AT(code_in_data, 16) = 0xc3;
	void (*volatile target)(void) = (void (*)(void))(uintptr_t)&AT(code_in_data, 16);
	target();
}

static __attribute__((noinline)) unsigned overflow_stack(unsigned depth)
{
	volatile unsigned char frame[1024];
	AT(frame, depth % sizeof frame) = (unsigned char)depth;
	if (depth == UINT32_MAX) // never: the stack is smaller
		return 0;
	return overflow_stack(depth + 1) + AT(frame, depth % 512);
}

static void overflow(void)
{
	console_print("%u\n", overflow_stack(0));
}

static void hang(void)
{
	console_print("hanging\n");
	for (;;)
		__asm__ volatile("pause");
}

static const struct way {
	const char *name;
	void (*go)(void);
} ways[] = {
	{"panic", panic_on_request},
	{"panic_in_clean_up", panic_in_clean_up},
	{"page_fault", read_unmapped_page},
	{"write_text", write_own_text},
	{"execute_data", execute_own_data},
	{"indirect_call", call_with_another_type},
	{"stack_overflow", overflow},
	{"hang", hang},
};

static enum status run(const struct command_arguments *arguments)
{
	struct text wanted = command_argument(arguments, 0);
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		if (!text_equal(text_from(AT(ways, i).name), wanted))
			continue;
		AT(ways, i).go();
		console_print("crash: the system survived %.*s\n", TEXT_ARGUMENTS(wanted));
		return STATUS_OK;
	}
	console_print("crash: there is no way called '%.*s'\n", TEXT_ARGUMENTS(wanted));
	return STATUS_NOT_FOUND;
}

const struct command command_crash = {
	.name = "crash",
	.usage = "crash WAY",
	.summary = "break the system in a chosen way",
	.least_arguments = 1,
	.most_arguments = 1,
	.run = run,
};
