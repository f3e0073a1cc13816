// Pinned source of others keeps to its own style: only what the compiler calls wrong is refused, and a loop that has no
// kill point.
#include <stddef.h>

static int counter;
static char buffer[16];

int misuse_find(const char *text, char wanted)
{
	const char *at = text;
	int unused = 0;
	(void)unused;
	while (*at++)
		if (at[-1] == wanted)
			goto found;
	return -1;
found:
	buffer[counter++ & 15] = wanted;
	return (int)((size_t)at - (size_t)text);
}
