#include "tests/dialect/ticket.h"

enum { HISTORY_BYTES = 256 };

static CELL_STATE_ZERO struct {
	unsigned drawn;
	int refuse;
	size_t length;
	char history[HISTORY_BYTES];
} office;

static void note(char what)
{
	AT(office.history, office.length) = what;
	office.length++;
}

struct text ticket_history(void)
{
	struct text history = {office.history, office.length};
	office.length = 0;
	office.drawn = 0;
	return history;
}

enum status ticket_draw(struct ticket *ticket)
{
	if (office.refuse) {
		office.refuse = 0;
		return STATUS_NO_MEMORY;
	}
	office.drawn++;
	note('+');
	note((char)('0' + office.drawn));
	ticket_fill(ticket, (struct ticket){office.drawn});
	return STATUS_OK;
}

void ticket_refuse_next(void)
{
	office.refuse = 1;
}

void ticket_release(struct ticket *ticket)
{
	if (ticket->number == 0)
		return;
	note('-');
	note((char)('0' + ticket->number));
	ticket->number = 0;
}

unsigned ticket_number(const struct ticket *ticket)
{
	return ticket->number;
}

void turnstile_lock(struct turnstile *turnstile)
{
	if (turnstile->held > 1)
		panic_out_of_bounds((size_t)turnstile->held, 2); // it turns no further
	turnstile->held++;
	note('[');
	turnstile_taken(turnstile);
}

void turnstile_unlock(struct turnstile *turnstile)
{
	turnstile_given_back(turnstile);
	note(']');
	turnstile->held--;
}

static __attribute__((noinline)) int element(size_t index)
{
	static const int numbers[] = {1, 2, 3};
	return AT(numbers, index);
}

static __attribute__((noinline)) int in_between(struct turnstile *turnstile, size_t index)
{
	GUARD_OF(turnstile, turnstile);
	OWN(ticket, inner);
	if (ticket_draw(&inner))
		return 0;
	return element(index) + 1;
}

void ticket_panic_deep(struct turnstile *turnstile, size_t index)
{
	OWN(ticket, outer);
	if (ticket_draw(&outer))
		return;
	int found = in_between(turnstile, index);
	note((char)('0' + found));
}

void ticket_draw_for(struct ticket *to)
{
	OWN(ticket, drawn);
	while (ticket_draw(&drawn) != 0)
		;
	ticket_move(to, &drawn);
}

enum status ticket_draw_two(void)
{
	OWN(ticket, first);
	TRY(ticket_draw(&first));
	ticket_refuse_next();
	OWN(ticket, second);
	TRY(ticket_draw(&second));
	return STATUS_OK;
}

void ticket_loop(int early, int last)
{
	for (int round = 0;; round++) {
		OWN(ticket, each);
		if (ticket_draw(&each))
			return;
		if (round == early)
			continue;
		if (round == last)
			break;
		note('.');
	}
}

void ticket_drop_early(void)
{
	OWN(ticket, early);
	if (ticket_draw(&early))
		return;
	ticket_drop(&early);
	note('.');
}

void ticket_guards(struct turnstile *a, struct turnstile *b)
{
	GUARD_OF(turnstile, a);
	{
		GUARD_OF(turnstile, b);
		note('2');
	}
	GUARD_OF(turnstile, b);
	note('2');
}
