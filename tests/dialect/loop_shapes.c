#include "tests/dialect/loop_shapes.h"

static void note(struct path *path, int number)
{
	path->folded = path->folded * 31 + (unsigned long)number;
	path->count++;
}

static int while_returns(int n, struct path *path)
{
	while (1) {
		note(path, n);
		if (n-- < 1)
			return n;
	}
}

static int while_breaks(int n, struct path *path)
{
	int last;
	while (1) {
		last = n;
		note(path, last);
		if (n-- < 1)
			break;
	}
	return last;
}

static int while_without_body(int n, struct path *path)
{
	while (n-- > 3)
		;
	note(path, n);
	return n;
}

static int while_assigns(int n, struct path *path)
{
	int half;
	while ((half = n / 2)) {
		note(path, half);
		n = half;
	}
	return half;
}

static int do_continues(int n, struct path *path)
{
	do {
		if (n == 3)
			continue;
		note(path, n);
	} while (--n > 0);
	return n;
}

static int do_once(int n, struct path *path)
{
	do {
		note(path, n);
	} while (0);
	return n;
}

static int do_without_braces(int n, struct path *path)
{
	if (n > 2)
		do
			note(path, n);
		while (--n > 1);
	else
		note(path, -1);
	return n;
}

static int else_behind_a_for(int n, struct path *path)
{
	if (n > 2)
		for (int i = 0; i < n; i++)
			note(path, i);
	else
		note(path, -1);
	return n;
}

static int else_if_chain(int n, struct path *path)
{
	if (n == 0)
		note(path, 100);
	else if (n > 4)
		for (int i = 0; i < n; i++)
			if (i % 2)
				note(path, i);
			else
				note(path, -i);
	else if (n > 2)
		while (n-- > 2)
			note(path, n);
	else
		note(path, -1);
	return n;
}

static int for_declares_two(int n, struct path *path)
{
	for (int i = 0, j = n; i < j; i++, j--)
		note(path, i * 10 + j);
	return n;
}

static int for_declares_a_structure(int n, struct path *path)
{
	for (struct {
		     int at;
		     int end;
	     } range = {1, n};
		range.at < range.end; range.at++) {
		note(path, range.at);
	}
	return n;
}

static int for_ever(int n, struct path *path)
{
	for (;;) {
		if (n > 5)
			break;
		n++;
		if (n == 3)
			continue;
		note(path, n);
	}
	return n;
}

static int for_without_body(int n, struct path *path)
{
	int i;
	for (i = 0; i < n; note(path, i), i++)
		;
	return i;
}

static int nested(int n, struct path *path)
{
	for (int i = 0; i < n; i++) {
		for (int j = 0; j < n; j++) {
			if (j == 2)
				continue;
			if (j == i + 1)
				break;
			int k = 0;
			while (k < 2)
				note(path, i * 100 + j * 10 + k++);
		}
		if (i == 4)
			return i;
	}
	return -1;
}

static int nested_without_braces(int n, struct path *path)
{
	for (int i = 0; i < n; i++)
		for (int j = i; j < n; j++)
			while (j % 3)
				note(path, i * 10 + j++);
	return n;
}

static int into_a_switch(int n, struct path *path)
{
	for (int i = 0; i < n; i++) {
		switch (i % 3) {
		case 0:
			continue;
		case 1:
			note(path, i);
			break;
		default:
			note(path, -i);
			return i;
		}
	}
	return n;
}

static int shadowed(int n, struct path *path)
{
	for (int i = 0; i < n; i++) {
		int i = 7;
		note(path, i);
	}
	return n;
}

static int macro_with_a_loop(int n, struct path *path)
{
#define REPEAT(times)                                                                                                  \
	do {                                                                                                           \
		for (int each = 0; each < (times); each++)                                                             \
			note(path, each);                                                                              \
	} while (0)
	if (n > 1)
		REPEAT(n);
	else
		REPEAT(1);
	return n;
}

const struct loop_shape_entry LOOP_SHAPES[] = {
	{"while_returns", while_returns},
	{"while_breaks", while_breaks},
	{"while_without_body", while_without_body},
	{"while_assigns", while_assigns},
	{"do_continues", do_continues},
	{"do_once", do_once},
	{"do_without_braces", do_without_braces},
	{"else_behind_a_for", else_behind_a_for},
	{"else_if_chain", else_if_chain},
	{"for_declares_two", for_declares_two},
	{"for_declares_a_structure", for_declares_a_structure},
	{"for_ever", for_ever},
	{"for_without_body", for_without_body},
	{"nested", nested},
	{"nested_without_braces", nested_without_braces},
	{"into_a_switch", into_a_switch},
	{"shadowed", shadowed},
	{"macro_with_a_loop", macro_with_a_loop},
};

#ifdef COUNT_LOOP_SHAPES
const int loop_shape_count = sizeof LOOP_SHAPES / sizeof LOOP_SHAPES[0];
#endif
