// Programs that must be accepted: each is the right way beside a wrong one of the other files here. One false error is
// enough to make people switch a check off.
#include "tests/misuse/pages.h"

// A handle type of this file's own cell, with handles inside.
HANDLE(misuse)
{
	struct pages ring PRIVATE_OF(misuse);
	struct pages buffers[2] PRIVATE_OF(misuse);
	uint64_t opened PRIVATE_OF(misuse);
};
HANDLE_FUNCTIONS(misuse)
SENDABLE(misuse);
REQUIRE_SENDABLE(misuse);
REQUIRE_SENDABLE(pages);

struct message {
	int kind;
	char name[8];
	struct pages pages;
};
SENDABLE(message);

SLICE_TYPE(page_list, struct pages);

static CELL_STATE_ZERO struct {
	struct spinlock lock;
	struct pages kept[4];
	int counts[4] GUARDED_BY(&lock);
} state;
static CELL_STATE int first_value = 4;
static const char *const names[] = {"one", "two"};
static const int numbers[2][2] = {{1, 2}, {3, 4}};

enum status misuse_dropped_at_the_end(void);
enum status misuse_dropped_at_the_end(void)
{
	OWN(pages, p);
	TRY(pages_map(&p, 1));
	pages_write(&p, 0, 1);
	return STATUS_OK;
}

void misuse_given_away(void);
void misuse_given_away(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	pages_write(&p, 0, 1);
	pages_give_away(&p);
}

int misuse_given_away_on_one_way_out(int early);
int misuse_given_away_on_one_way_out(int early)
{
	OWN(pages, p);
	pages_new(&p, 1);
	if (early) {
		pages_give_away(&p);
		return 1;
	}
	pages_write(&p, 0, 1);
	return 0;
}

void misuse_produced(struct pages *out) PRODUCES(out);
void misuse_produced(struct pages *out)
{
	OWN(pages, p);
	pages_new(&p, 1);
	pages_write(&p, 0, 1);
	pages_move(out, &p);
}

void misuse_consumed(struct pages *in) CONSUMES(in);
void misuse_consumed(struct pages *in)
{
	OWN(pages, p);
	pages_move(&p, in);
	pages_write(&p, 0, 1);
}

void misuse_in_a_loop(int count);
void misuse_in_a_loop(int count)
{
	for (int i = 0; i < count; i++) {
		OWN(pages, p);
		pages_new(&p, 1);
		if (i == 2)
			continue;
		if (i == 3)
			break;
		pages_write(&p, 0, 1);
	}
}

void misuse_moved_and_filled_again(void);
void misuse_moved_and_filled_again(void)
{
	OWN(pages, p);
	OWN(pages, q);
	pages_new(&p, 2);
	pages_move(&q, &p);
	pages_write(&q, 0, 1);
	pages_new(&p, 1);
	pages_drop(&q);
}

int misuse_borrowed(struct pages *pages) BORROWS_MUT(pages);
int misuse_borrowed(struct pages *pages)
{
	pages_write(pages, 1, 2);
	return pages_read(pages, 1);
}

void misuse_open_driver(struct driver *driver) PRODUCES(&driver->ring) PRODUCES(&driver->buffer);
void misuse_open_driver(struct driver *driver)
{
	pages_new(&driver->ring, 1);
	pages_new(&driver->buffer, 2);
	driver->opened = 1;
}

void misuse_close_driver(struct driver *driver) CONSUMES(&driver->ring) CONSUMES(&driver->buffer);
void misuse_close_driver(struct driver *driver)
{
	pages_drop(&driver->ring);
	pages_drop(&driver->buffer);
}

void misuse_use_driver(struct driver *driver);
void misuse_use_driver(struct driver *driver)
{
	misuse_open_driver(driver);
	pages_write(&driver->ring, 0, 1);
	misuse_close_driver(driver);
}

enum status misuse_passed_on(struct pages *out) PRODUCES_IF(STATUS_OK, out);
enum status misuse_passed_on(struct pages *out)
{
	return pages_map(out, 1);
}

int misuse_failure_handled(void);
int misuse_failure_handled(void)
{
	OWN(pages, p);
	enum status status = pages_map(&p, 1);
	if (status)
		return -1;
	return pages_read(&p, 0);
}

int misuse_failure_handled_by_number(void);
int misuse_failure_handled_by_number(void)
{
	OWN(pages, p);
	if (pages_map(&p, 1) != 0)
		return -1;
	return pages_read(&p, 0);
}

// A handle with handles inside: built from locals, borrowed through slots, released slot by slot.
enum status misuse_open(struct misuse *out) PRODUCES_IF(STATUS_OK, out);
enum status misuse_open(struct misuse *out)
{
	OWN(pages, ring);
	TRY(pages_map(&ring, 1));
	misuse_fill(out, (struct misuse){.opened = 1});
	pages_put_in(&out->ring, &ring);
	return STATUS_OK;
}

enum status misuse_open_in_steps(struct misuse *out) PRODUCES_IF(STATUS_OK, out);
enum status misuse_open_in_steps(struct misuse *out)
{
	struct misuse begun = {};
	begun.opened = 2;
	misuse_fill(out, begun);
	return STATUS_OK;
}

int misuse_read_slot(const struct misuse *misuse) BORROWS(misuse);
int misuse_read_slot(const struct misuse *misuse)
{
	pages_expect_in(&misuse->ring);
	return pages_read(&misuse->ring, 0);
}

void misuse_exchange_slot(struct misuse *misuse, struct pages *pages) BORROWS_MUT(misuse) BORROWS_MUT(pages);
void misuse_exchange_slot(struct misuse *misuse, struct pages *pages)
{
	OWN(pages, taken);
	pages_take_out(&taken, &misuse->ring);
	pages_write(&taken, 0, pages_read(pages, 0));
	pages_put_in(&AT(misuse->buffers, 0), &taken);
}

void misuse_release(struct misuse *misuse)
{
	if (misuse->opened == 0)
		return;
	pages_drop_in(&misuse->ring);
	for (size_t i = 0; i < COUNT_OF(misuse->buffers); i++)
		pages_drop_in(&AT(misuse->buffers, i));
	*misuse = (struct misuse){};
}

// Its fields taken over, so nothing is left to give back.
uint64_t misuse_dissolve(struct misuse *misuse) CONSUMES(misuse);
uint64_t misuse_dissolve(struct misuse *misuse)
{
	uint64_t opened = misuse->opened;
	misuse_forget(misuse);
	return opened;
}

// Pointers to locals may be kept where they do not outlive them.
struct visit {
	int *count;
	struct visit *outer;
};
void misuse_visit(const struct visit *visit);
void misuse_keep_for_a_call(struct visit *outer);
void misuse_keep_for_a_call(struct visit *outer)
{
	int count = 0;
	struct visit visit = {.outer = outer};
	visit.count = &count;
	misuse_visit(&visit);
}

void misuse_guarded(struct counter *counter, int early);
void misuse_guarded(struct counter *counter, int early)
{
	GUARD(&counter->lock);
	counter->value++;
	if (early)
		return;
	*counter->place = counter->value;
}

void misuse_guarded_two(struct counter *a, struct counter *b);
void misuse_guarded_two(struct counter *a, struct counter *b)
{
	GUARD(&a->lock);
	{
		GUARD(&b->lock);
		b->value++;
	}
	a->value++;
}

void misuse_guarded_by_the_caller(struct counter *counter) NEEDS_LOCK(&counter->lock);
void misuse_guarded_by_the_caller(struct counter *counter)
{
	counter->value = 3;
}

void misuse_in_order(struct counter *counter);
void misuse_in_order(struct counter *counter)
{
	GUARD(&counter->lock);
	misuse_guarded_by_the_caller(counter);
	GUARD(&counter->inner);
	end_of_interrupt();
}

void misuse_sleeps(struct counter *counter) MAY_SLEEP;
void misuse_sleeps(struct counter *counter)
{
	sleep_for(1);
	{
		GUARD(&counter->lock);
		counter->value++;
	}
	sleep_for(2);
	counter_report(counter);
}

int misuse_static_state(size_t index);
int misuse_static_state(size_t index)
{
	GUARD(&state.lock);
	AT(state.counts, index) += first_value;
	const int(*row)[2] = &AT(numbers, 1);
	return AT(state.counts, index) + AT(*row, index);
}

const char *misuse_name(size_t index);
const char *misuse_name(size_t index)
{
	return AT(names, index);
}

int misuse_slice(struct page_list list, size_t index);
int misuse_slice(struct page_list list, size_t index)
{
	const struct pages *item = &ITEM(list, index);
	pages_expect_in(item);
	return pages_read(item, 0);
}

struct page_list misuse_all(void);
struct page_list misuse_all(void)
{
	return SLICE_OF(page_list, state.kept);
}

// What a callback gets back is of the type it was given as.
void misuse_each(void (*visit)(void *context), void *context);
static void count_one(void *context)
{
	int *count = context;
	(*count)++;
}

int misuse_count(void);
int misuse_count(void)
{
	int count = 0;
	misuse_each(count_one, &count);
	return count;
}

unsigned char misuse_as_byte(const char *text);
unsigned char misuse_as_byte(const char *text)
{
	return *(const unsigned char *)text;
}
