// Ownership: every way found to break it with one handle, and what is said of it.
#include "tests/misuse/pages.h"
void misuse(void);

// case use_after_move: calling function 'pages_write' requires holding pages 'p' exclusively
void misuse(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	pages_give_away(&p);
	pages_write(&p, 0, 1);
}

// case moved_twice: releasing pages 'p' that was not held
void misuse(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	pages_give_away(&p);
	pages_give_away(&p);
}

// case moved_on_one_branch: pages 'p' is not held on every path through here
//   and calling function 'pages_write' requires holding pages 'p' exclusively
void misuse_if(int early);
void misuse_if(int early)
{
	OWN(pages, p);
	pages_new(&p, 1);
	if (early)
		pages_give_away(&p);
	pages_write(&p, 0, 1);
}

// case not_armed: pages 'p' is still held at the end of function
void misuse(void)
{
	struct pages p;
	pages_new(&p, 1);
	pages_write(&p, 0, 1);
}

// case not_armed_and_passed_on: [handle-not-armed]
enum status misuse_status(void);
enum status misuse_status(void)
{
	struct pages p = {};
	return pages_map(&p, 1);
}

// case literal_filled: [handle-not-armed]
enum status misuse_status(void);
enum status misuse_status(void)
{
	return pages_map(&(struct pages){}, 1);
}

// case array_of_handles_in_a_local: [handle-in-a-local]
enum status misuse_status(void);
enum status misuse_status(void)
{
	struct pages all[2] = {};
	return pages_map(&AT(all, 1), 1);
}

// case structure_of_handles_in_a_local: [handle-in-a-local]
struct two_drivers {
	struct driver drivers[2];
};
enum status misuse_status(void);
enum status misuse_status(void)
{
	struct two_drivers two = {};
	struct driver *second = &AT(two.drivers, 1);
	return pages_map(&second->ring, 1);
}

// case failure_not_looked_at: calling function 'pages_write' requires holding pages 'p' exclusively
void misuse(void)
{
	OWN(pages, p);
	(void)pages_map(&p, 1);
	pages_write(&p, 0, 1);
}

// case used_on_the_failure_path: calling function 'pages_write' requires holding pages 'p' exclusively
void misuse(void)
{
	OWN(pages, p);
	if (pages_map(&p, 1)) {
		pages_write(&p, 0, 1);
		return;
	}
}

// case never_filled: calling function 'pages_write' requires holding pages 'p' exclusively
void misuse(void)
{
	OWN(pages, p);
	pages_write(&p, 0, 1);
}

// case copy_used: calling function 'pages_write' requires holding pages 'q' exclusively
void misuse(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	struct pages q = p;
	pages_write(&q, 0, 1);
}

// case use_after_drop: calling function 'pages_read' requires holding pages 'p'
void misuse(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	pages_drop(&p);
	pages_read(&p, 0);
}

// case dropped_twice: releasing pages 'p' that was not held
void misuse(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	pages_drop(&p);
	pages_drop(&p);
}

// case moved_in_a_loop: expecting pages 'p' to be held at start of each loop
void misuse_times(int count);
void misuse_times(int count)
{
	OWN(pages, p);
	pages_new(&p, 1);
	for (int i = 0; i < count; i++)
		pages_give_away(&p);
}

// case overwritten: [handle-copy]
void misuse(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	p = (struct pages){};
}

// case filled_twice: acquiring pages 'p' that is already held
void misuse(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	pages_new(&p, 2);
}

// case borrow_returned: address of stack memory associated with local variable 'p' returned
struct pages *misuse_return(void);
struct pages *misuse_return(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	return &p;
}

// case borrow_kept_in_a_global: [borrow-escapes]
static CELL_STATE_ZERO struct pages *kept;
void misuse(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	kept = &p;
}

// case borrow_kept_in_an_object: [borrow-escapes]
struct keeper {
	const uint64_t *number;
};
void misuse_keep(struct keeper *keeper);
void misuse_keep(struct keeper *keeper)
{
	struct {
		uint64_t first;
		uint64_t second;
	} pair = {1, 2};
	keeper->number = &pair.second;
}

// case local_array_kept: [borrow-escapes]
struct keeper {
	const int *numbers;
};
static CELL_STATE_ZERO struct keeper all[4];
void misuse_keep(size_t index);
void misuse_keep(size_t index)
{
	int numbers[3] = {1, 2, 3};
	AT(all, index).numbers = numbers;
}

// case consumer_does_not_consume: pages 'in' is still held at the end of function
void misuse_take(struct pages *in) CONSUMES(in);
void misuse_take(struct pages *in)
{
	(void)in;
}

// case consumer_moves_twice: releasing pages 'in' that was not held
void misuse_take(struct pages *in) CONSUMES(in);
void misuse_take(struct pages *in)
{
	OWN(pages, a);
	OWN(pages, b);
	pages_move(&a, in);
	pages_move(&b, in);
}

// case forged: 'start' is unavailable: private to its cell
void misuse(void)
{
	struct pages p = {.start = 4096};
	pages_give_away(&p);
}

// case used_through_an_alias: calling function 'pages_write' requires holding pages 'p' exclusively
void misuse(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	struct pages *alias = &p;
	pages_give_away(&p);
	pages_write(alias, 0, 1);
}

// case private_field_read: 'start' is unavailable: private to its cell
uint64_t misuse_start(const struct pages *pages);
uint64_t misuse_start(const struct pages *pages)
{
	return pages->start;
}

// case borrow_not_declared: calling function 'pages_write' requires holding pages 'pages' exclusively
void misuse_borrow(struct pages *pages);
void misuse_borrow(struct pages *pages)
{
	pages_write(pages, 0, 1);
}

// case producer_does_not_fill: expecting pages 'out' to be held at the end of function
void misuse_make(struct pages *out) PRODUCES(out);
void misuse_make(struct pages *out)
{
	(void)out;
}

// case field_forgotten: pages 'driver->buffer' is still held at the end of function
void misuse_close(struct driver *driver) CONSUMES(&driver->ring) CONSUMES(&driver->buffer);
void misuse_close(struct driver *driver)
{
	pages_drop(&driver->ring);
}

// case written_through_a_shared_borrow: calling function 'pages_write' requires holding pages 'pages' exclusively
void misuse_read(struct pages *pages) BORROWS(pages);
void misuse_read(struct pages *pages)
{
	pages_write(pages, 0, 1);
}

// case cleared_by_memset: [memory-function-on-handle]
void misuse(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	__builtin_memset(&p, 0, sizeof p);
}

// case copied_by_memcpy: [memory-function-on-handle]
void misuse_copy(struct pages *to, const struct pages *from);
void misuse_copy(struct pages *to, const struct pages *from)
{
	__builtin_memcpy(to, from, sizeof *to);
}

// case copied_in_silence: [handle-copy]
void misuse_copy(struct pages *from) CONSUMES(from);
void misuse_copy(struct pages *from)
{
	struct pages copy = *from;
	(void)sizeof copy;
	pages_drop(from);
}

// case consumed_through_a_function_pointer: [contract-lost]
void misuse(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	void (*give)(struct pages *) = pages_give_away;
	give(&p);
	pages_write(&p, 0, 1);
}

// case contract_taken_by_address: [contract-lost]
struct operations {
	void (*give)(struct pages *);
};
extern const struct operations misuse_operations;
const struct operations misuse_operations = {.give = &pages_give_away};

// case borrowed_through_a_kept_pointer: calling function 'pages_write' requires holding pages 'kept->ring' exclusively
static CELL_STATE_ZERO struct driver *kept;
void misuse_keep(struct driver *driver);
void misuse_keep(struct driver *driver)
{
	kept = driver;
	pages_write(&kept->ring, 0, 1);
}

// case filled_in_a_global: pages 'global' is still held at the end of function
static CELL_STATE_ZERO struct pages global;
void misuse(void)
{
	pages_new(&global, 1);
}

// case made_by_a_cast: releasing pages 'number' that was not held
void misuse(void)
{
	int number = 1;
	struct pages *p = (struct pages *)&number;
	pages_give_away(p);
}

// case moved_out_of_a_borrow: releasing pages 'driver->ring' that was not held
void misuse_borrow(struct driver *driver);
void misuse_borrow(struct driver *driver)
{
	pages_give_away(&driver->ring);
}

// case consumed_while_borrowed: expecting pages 'driver->ring' to be held at the end of function
void misuse_borrow(struct driver *driver) BORROWS_MUT(&driver->ring);
void misuse_borrow(struct driver *driver)
{
	pages_give_away(&driver->ring);
}

// case returned_by_value: [handle-by-value]
struct pages misuse_return(void);

// case passed_by_value: [handle-by-value]
void misuse_pass(struct pages by_value);

// case released_by_hand: [release-called]
void misuse(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	pages_release(&p);
}

// case filled_outside_its_cell: [made-outside-its-cell]
void misuse(void)
{
	OWN(pages, p);
	pages_fill(&p, (struct pages){});
}

// case forgotten_outside_its_cell: [made-outside-its-cell]
void misuse(void)
{
	OWN(pages, p);
	pages_new(&p, 1);
	pages_forget(&p);
}

// case slot_not_expected: calling function 'pages_read' requires holding pages 'driver->ring'
int misuse_slot(const struct driver *driver);
int misuse_slot(const struct driver *driver)
{
	return pages_read(&driver->ring, 0);
}

// case private_field_unlocked_by_a_define: [private-field]
#define IMPLEMENTS_pages 1
void misuse(void);
