// The other rules: results, bounds, casts, control flow, state, what may cross to another task, what switches checks
// off.
#include "tests/misuse/pages.h"
int misuse(int number);

// case status_ignored: ignoring return value of type 'status' declared with 'nodiscard' attribute
enum status try_it(void);
int misuse(int number)
{
	try_it();
	return number;
}

// case index_on_a_pointer: unsafe buffer access
int misuse_index(const int *numbers, int index);
int misuse_index(const int *numbers, int index)
{
	return numbers[index];
}

// case pointer_arithmetic: unsafe pointer arithmetic
const int *misuse_next(const int *number);
const int *misuse_next(const int *number)
{
	return number + 1;
}

// case index_on_an_array: unsafe buffer access
int misuse(int number)
{
	int numbers[4] = {};
	return numbers[number];
}

// case at_on_a_pointer: AT and COUNT_OF take an array: a pointer needs ITEM, struct bytes or struct text
//   and will return the size of the pointer, not the array itself
int misuse_at(const long *numbers);
int misuse_at(const long *numbers)
{
	return COUNT_OF(numbers + 0) != 0;
}

// case raw_in_a_checked_cell: RAW is for core cells: use AT, ITEM, struct bytes or struct text
int misuse_raw(const int *numbers, int index);
int misuse_raw(const int *numbers, int index)
{
	return RAW(numbers[index]);
}

// case raw_pointer_in_a_checked_cell: RAW_POINTER is for core cells: a checked cell gets memory as a handle or a view
int misuse(int number)
{
	return *RAW_POINTER(int, number);
}

// case pointer_from_integer: [pointer-from-integer]
int misuse(int number)
{
	volatile int *place = (volatile int *)(uintptr_t)number;
	return *place;
}

// case integer_from_pointer: [integer-from-pointer]
uintptr_t misuse_address(const int *place);
uintptr_t misuse_address(const int *place)
{
	return (uintptr_t)place;
}

// case pointer_cast: [pointer-cast]
unsigned char misuse_first(const int *place);
unsigned char misuse_first(const int *place)
{
	return *(const unsigned char *)place;
}

// case function_pointer_cast: [pointer-cast]
typedef int calls(void);
calls *misuse_call(void (*function)(void));
calls *misuse_call(void (*function)(void))
{
	return (calls *)function;
}

// case const_cast_away: drops const qualifier
int *misuse_const(const int *place);
int *misuse_const(const int *place)
{
	return (int *)place;
}

// case unchecked_copy: [unchecked-copy]
void misuse_copy(char *to, const char *from, size_t size_bytes);
void misuse_copy(char *to, const char *from, size_t size_bytes)
{
	__builtin_memcpy(to, from, size_bytes);
}

// case goto: [goto]
int misuse(int number)
{
again:
	if (number-- > 3)
		goto again;
	return number;
}

// case inline_assembly: [inline-assembly]
int misuse(int number)
{
	__asm__ volatile("cli");
	return number;
}

// case assembly_through_a_macro: [inline-assembly]
int misuse(int number)
{
	PAGES_BARRIER();
	return number;
}

// case assembly_in_a_file: [inline-assembly]
__asm__(".globl sneaked; sneaked: ret");
int misuse(int number);

// case undeclared_state: [undeclared-state]
int misuse(int number)
{
	static int last;
	last += number;
	return last;
}

// case undeclared_table: [undeclared-state]
static const char *names[] = {"one", "two"};
const char *misuse_name(size_t index);
const char *misuse_name(size_t index)
{
	return AT(names, index);
}

// case undeclared_exported_state: [undeclared-state]
extern int misuse_count;
int misuse_count;

// case thread_local_state: [thread-local]
static _Thread_local CELL_STATE_ZERO int each;
int misuse(int number)
{
	return each += number;
}

// case not_sendable: use of undeclared identifier 'driver_declared_SENDABLE'
REQUIRE_SENDABLE(driver);
int misuse(int number);

// case sendable_with_a_pointer: [sendable-borrows]
struct message {
	int kind;
	const int *numbers;
};
SENDABLE(message);
int misuse(int number);

// case sendable_with_a_view_inside: [sendable-borrows]
#include "cells/base/text/text.h"
struct header {
	struct text name;
};
struct message {
	struct header headers[2];
};
SENDABLE(message);
int misuse(int number);

// case analysis_switched_off: [analysis-off]
__attribute__((no_thread_safety_analysis)) int misuse(int number)
{
	return number;
}

// case analysis_switched_off_through_a_macro: [analysis-off]
PAGES_TRUSTED int misuse(int number)
{
	return number;
}

// case analysis_switched_off_by_the_dialects_own_macro: [analysis-off]
TRUSTED_ int misuse_trusted(int number)
{
	return number;
}

// case unchecked_by_the_dialects_own_macro: [analysis-off]
int misuse_first(const int *numbers, int index);
int misuse_first(const int *numbers, int index)
{
	return UNCHECKED_(numbers[index]);
}

// case warning_switched_off_by_pragma: [analysis-off]
#pragma clang diagnostic ignored "-Wunsafe-buffer-usage"
int misuse(int number);

// case warning_switched_off_by_operator: [analysis-off]
int misuse_first(const int *numbers, int index);
int misuse_first(const int *numbers, int index)
{
	return _Pragma("clang unsafe_buffer_usage begin") numbers[index] _Pragma("clang unsafe_buffer_usage end");
}

// case line_number_in_the_object: [line-in-object]
int misuse(int number)
{
	return number + __LINE__;
}
