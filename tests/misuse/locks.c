// Locks and contexts: data touched without its lock, locks taken in the wrong way, calls from the wrong place.
#include "tests/misuse/pages.h"
void misuse(struct counter *counter);

// case used_after_the_guard: writing variable 'value' requires holding spinlock '&counter::lock' exclusively
void misuse(struct counter *counter)
{
	{
		GUARD(&counter->lock);
		counter->value++;
	}
	counter->value = 0;
}

// case unlocked_under_a_guard: releasing spinlock 'counter->lock' that was not held
//   and releasing context 'interrupts_off' that was not held
void misuse(struct counter *counter)
{
	GUARD(&counter->lock);
	spinlock_unlock(&counter->lock);
}

// case guarded_twice: acquiring spinlock 'counter->lock' that is already held
//   and releasing spinlock 'counter->lock' that was not held
void misuse(struct counter *counter)
{
	GUARD(&counter->lock);
	GUARD(&counter->lock);
}

// case read_without_the_lock: reading variable 'value' requires holding spinlock '&counter::lock'
int misuse_read(const struct counter *counter);
int misuse_read(const struct counter *counter)
{
	return counter->value;
}

// case written_under_anothers_lock: [lock-of-another-object]
void misuse_two(struct counter *a, struct counter *b);
void misuse_two(struct counter *a, struct counter *b)
{
	GUARD(&a->lock);
	b->value = 1;
}

// case guarded_address_returned: returning pointer to variable 'value' requires holding spinlock '&counter::lock'
int *misuse_return(struct counter *counter);
int *misuse_return(struct counter *counter)
{
	GUARD(&counter->lock);
	return &counter->value;
}

// case pointee_without_the_lock: reading the value pointed to by 'place' requires holding spinlock '&counter::lock'
int misuse_pointee(const struct counter *counter);
int misuse_pointee(const struct counter *counter)
{
	return *counter->place;
}

// case guarded_address_passed: passing pointer to variable 'value' requires holding spinlock '&counter::lock'
void take(int *value);
void misuse(struct counter *counter)
{
	take(&counter->value);
}

// case locked_and_not_unlocked: spinlock 'counter->lock' is still held at the end of function
//   and context 'interrupts_off' is still held at the end of function
void misuse(struct counter *counter)
{
	spinlock_lock(&counter->lock);
	counter->value = 1;
}

// case wrong_order: spinlock 'lock' must be acquired before 'inner'
void misuse(struct counter *counter)
{
	GUARD(&counter->inner);
	GUARD(&counter->lock);
}

// case locked_by_the_caller_already: cannot call function 'counter_report' while spinlock 'counter->lock' is held
void misuse(struct counter *counter)
{
	GUARD(&counter->lock);
	counter_report(counter);
}

// case slept_under_a_spinlock: cannot call function 'sleep_for' while context 'interrupts_off' is held
void misuse_sleep(struct counter *counter) MAY_SLEEP;
void misuse_sleep(struct counter *counter)
{
	GUARD(&counter->lock);
	sleep_for(1);
}

// case slept_without_saying_so: calling function 'sleep_for' requires holding context 'may_sleep'
void misuse(struct counter *counter)
{
	(void)counter;
	sleep_for(1);
}

// case interrupts_on: calling function 'end_of_interrupt' requires holding context 'interrupts_off' exclusively
void misuse(struct counter *counter)
{
	(void)counter;
	end_of_interrupt();
}

// case interrupts_on_after_the_guard: calling function 'end_of_interrupt' requires holding context 'interrupts_off'
void misuse(struct counter *counter)
{
	{
		GUARD(&counter->lock);
	}
	end_of_interrupt();
}

// case lock_copied: [handle-copy]
void misuse(struct counter *counter)
{
	struct spinlock copy = counter->lock;
	(void)&copy;
}

// case vouched_for_outside_its_cell: [made-outside-its-cell]
void misuse(struct counter *counter)
{
	spinlock_taken(&counter->lock);
	counter->value = 1;
	spinlock_given_back(&counter->lock);
}
