// What the rules for core cells refuse too: their right to the machine is no right to break ownership.
#include "tests/misuse/pages.h"
int misuse(int number);

// case use_after_move: calling function 'pages_write' requires holding pages 'p' exclusively
int misuse(int number)
{
	OWN(pages, p);
	pages_new(&p, 1);
	pages_give_away(&p);
	pages_write(&p, 0, number);
	return 0;
}

// case goto: [goto]
int misuse(int number)
{
again:
	if (number-- > 3)
		goto again;
	return number;
}

// case undeclared_state: [undeclared-state]
int misuse(int number)
{
	static int last;
	return last += number;
}

// case handle_copied: [handle-copy]
void misuse_copy(struct pages *to, struct pages *from);
void misuse_copy(struct pages *to, struct pages *from)
{
	*to = *from;
}

// case plain_index: unsafe buffer access
int misuse_index(const int *numbers, int index);
int misuse_index(const int *numbers, int index)
{
	return numbers[index];
}

// case analysis_switched_off: [analysis-off]
#pragma clang diagnostic ignored "-Wthread-safety"
int misuse(int number);
