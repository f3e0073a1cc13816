// What only machine code shows: programs of a checked cell that compile, and whose object is refused.
//
// They are compiled as the cell rule does it, with kill points.
#include "tests/misuse/pages.h"
int misuse(int number);
int misuse_step(int number);

// case loop_without_kill_point: the loop at misuse+0x
#undef while
int misuse(int number)
{
	while (misuse_step(number))
		number++;
	return number;
}

// case endless_loop: the loop at misuse_forever+0x
#undef for
void misuse_forever(void);
void misuse_forever(void)
{
	for (;;)
		;
}

// case only_the_outer_loop_has_one: the loop at misuse+0x
int misuse(int number)
{
	for (int i = 0; i < number; i++) {
#undef while
		while (misuse_step(number))
			number++;
	}
	return number;
}

// case recursion_became_a_loop: the loop at misuse+0x
int misuse(int number)
{
	if (misuse_step(number))
		return number;
	return misuse(number + 1);
}

// case goto_became_a_loop: the loop at misuse+0x
int misuse(int number)
{
again:
	if (misuse_step(number++))
		goto again;
	return number;
}

// case call_without_its_check: a call through a pointer without its kCFI check
struct operations {
	int (*step)(int number);
};
int misuse_operate(const struct operations *operations);
int misuse_operate(const struct operations *operations)
{
	OWN(pages, p);
	pages_new(&p, 1);
	return operations->step(pages_read(&p, 0));
}

// case port_instruction: `outb` is for core cells
int misuse(int number)
{
	__asm__ volatile("outb %b0, $0x80" ::"a"(number));
	return number;
}

// case interrupts_off_by_hand: `cli` is for core cells
int misuse(int number)
{
	__asm__ volatile("cli");
	return number;
}

// case control_register: `movq` is for core cells
int misuse(int number)
{
	unsigned long value;
	__asm__ volatile("movq %%cr3, %0" : "=r"(value));
	return number + (int)value;
}

// case model_specific_register: `wrmsr` is for core cells
int misuse(int number)
{
	__asm__ volatile("wrmsr" ::"a"(number), "d"(0), "c"(0xC0000080));
	return number;
}
