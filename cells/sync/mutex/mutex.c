#include "cells/sync/mutex/mutex.h"

#include "cells/base/panic/panic.h"
#include "cells/sync/held_locks/held_locks.h"
#include "cells/sync/spinlock/spinlock.h"

enum { OTHERS_WAIT = 1 };

// A thread's wait for a mutex. Should it be handed the mutex in the moment of its death, the mutex goes on.
HANDLE(mutex_turn)
{
	struct mutex *mutex;
	struct wait_node node;
	struct mutex_turn *next; // of all that wait for any mutex
	struct mutex_turn *previous;
};
INTERNAL void mutex_turn_release(struct mutex_turn *turn);
HANDLE_FUNCTIONS(mutex_turn)

// One lock for all lists: whom a thread lends its urgency, and who is lent by whom, goes from mutex to mutex.
static CELL_STATE_ZERO struct {
	struct spinlock lock;
	struct mutex_turn *first GUARDED_BY(&lock);
} waits;

static struct thread *owner_of(const struct mutex *mutex)
{
	return RAW_POINTER(struct thread, __atomic_load_n(&mutex->owner, __ATOMIC_RELAXED) & ~(uintptr_t)OTHERS_WAIT);
}

static bool change_owner(struct mutex *mutex, uintptr_t from, uintptr_t to)
{
	return __atomic_compare_exchange_n(&mutex->owner, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

// ---- Under waits.lock ----

static struct mutex_turn *turn_of(const struct thread *thread) NEEDS_LOCK(&waits.lock)
{
	struct mutex_turn *turn = waits.first;
	while (turn && turn->node.thread != thread)
		turn = turn->next;
	return turn;
}

static void list_turn(struct mutex_turn *turn) NEEDS_LOCK(&waits.lock)
{
	turn->previous = NULL;
	turn->next = waits.first;
	if (turn->next)
		turn->next->previous = turn;
	waits.first = turn;
}

static void unlist_turn(struct mutex_turn *turn) NEEDS_LOCK(&waits.lock)
{
	if (turn->next)
		turn->next->previous = turn->previous;
	if (turn->previous)
		turn->previous->next = turn->next;
	else
		waits.first = turn->next;
}

// Lends the urgency of `self` to whoever it waits for, and whoever that one waits for.
static void lend(struct mutex *mutex, struct thread *self) NEEDS_LOCK(&waits.lock)
{
	struct thread *owner = owner_of(mutex);
	while (owner) {
		if (owner == self)
			panic("mutex: %s would wait for itself", thread_name(self));
		thread_lend_priority(owner, self->priority);
		struct mutex_turn *turn = turn_of(owner);
		owner = turn ? owner_of(turn->mutex) : NULL;
	}
}

// What a thread was lent ends, but for what those lend who wait for its other mutexes.
static void end_loan(struct thread *self) NEEDS_LOCK(&waits.lock)
{
	if (self->priority == self->own_priority)
		return;
	thread_end_loan(self);
	for (struct mutex_turn *turn = waits.first; turn; turn = turn->next) {
		if (owner_of(turn->mutex) == self)
			thread_lend_priority(self, turn->node.thread->priority);
	}
}

static struct wait_node *most_urgent(const struct mutex *mutex) NEEDS_LOCK(&waits.lock)
{
	struct wait_node *best = mutex->waiters.first;
	for (struct wait_node *node = best; node; node = node->next) {
		if (node->thread->priority > best->thread->priority)
			best = node;
	}
	return best;
}

static void hand_over(struct mutex *mutex) NEEDS_LOCK(&waits.lock)
{
	struct wait_node *next = most_urgent(mutex);
	if (!next) {
		__atomic_store_n(&mutex->owner, 0, __ATOMIC_RELEASE);
		return;
	}
	struct mutex_turn *turn = turn_of(next->thread);
	if (turn)
		unlist_turn(turn);
	bool is_last = mutex->waiters.first == next && !next->next;
	uintptr_t owner = (uintptr_t)next->thread;
	__atomic_store_n(&mutex->owner, is_last ? owner : owner | OTHERS_WAIT, __ATOMIC_RELEASE);
	wait_node_grant(next);
}

// ----

// The turn ends without the mutex.
void mutex_turn_release(struct mutex_turn *turn)
{
	if (!turn->mutex)
		return;
	if (wait_node_leave(&turn->node)) {
		GUARD(&waits.lock);
		hand_over(turn->mutex);
	} else {
		GUARD(&waits.lock);
		unlist_turn(turn);
	}
	turn->mutex = NULL;
}

// True: the mutex was free by now. Else the thread is in the list, and its owner knows.
static bool enter(struct mutex_turn *turn, struct mutex *mutex, struct thread *self)
{
	GUARD(&waits.lock);
	for (;;) {
		uintptr_t owner = __atomic_load_n(&mutex->owner, __ATOMIC_RELAXED);
		if (owner == 0 && change_owner(mutex, 0, (uintptr_t)self))
			return true;
		if (owner & OTHERS_WAIT || (owner && change_owner(mutex, owner, owner | OTHERS_WAIT)))
			break;
	}
	lend(mutex, self);
	turn->mutex = mutex;
	list_turn(turn);
	wait_node_enter(&turn->node, &mutex->waiters, &waits.lock, mutex);
	return false;
}

static __attribute__((noinline)) enum status wait_for(
	struct mutex *mutex, struct thread *self, uint64_t deadline_nanoseconds) MAY_SLEEP
{
	OWN(mutex_turn, turn);
	if (enter(&turn, mutex, self))
		return STATUS_OK;
	TRY(wait_node_wait(&turn.node, deadline_nanoseconds));
	turn.mutex = NULL; // who handed it over has ended the turn
	return STATUS_OK;
}

enum status mutex_lock_until(struct mutex *mutex, uint64_t deadline_nanoseconds)
{
	struct thread *self = thread_current();
	if (!change_owner(mutex, 0, (uintptr_t)self))
		TRY(wait_for(mutex, self, deadline_nanoseconds));
	held_locks_add(self, mutex);
	return STATUS_OK;
}

static __attribute__((noinline)) void lock_slowly(struct mutex *mutex, struct thread *self) MAY_SLEEP
{
	if (wait_for(mutex, self, THREAD_NO_DEADLINE))
		panic("mutex: a wait without a deadline has ended");
	held_locks_add(self, mutex);
}

void mutex_lock(struct mutex *mutex)
{
	struct thread *self = thread_current();
	if (__builtin_expect(change_owner(mutex, 0, (uintptr_t)self), 1))
		held_locks_add(self, mutex);
	else
		lock_slowly(mutex, self);
	mutex_taken(mutex);
}

bool mutex_try_lock(struct mutex *mutex)
{
	struct thread *self = thread_current();
	if (!change_owner(mutex, 0, (uintptr_t)self))
		return false;
	held_locks_add(self, mutex);
	return true;
}

static __attribute__((noinline)) void unlock_for_others(struct mutex *mutex, struct thread *self)
{
	if (owner_of(mutex) != self)
		panic("mutex: %s gives back what %s holds", thread_name(self), thread_name(owner_of(mutex)));
	GUARD(&waits.lock);
	hand_over(mutex);
	end_loan(self);
	held_locks_remove(self, mutex);
}

void mutex_unlock(struct mutex *mutex)
{
	mutex_given_back(mutex);
	struct thread *self = thread_current();
	if (__builtin_expect(change_owner(mutex, (uintptr_t)self, 0), 1))
		held_locks_remove(self, mutex);
	else
		unlock_for_others(mutex, self);
}

void mutex_unlock_for_now(struct mutex *mutex)
{
	mutex_unlock(mutex);
	mutex_taken(mutex);
}

void mutex_lock_again(struct mutex *mutex)
{
	mutex_lock(mutex);
	mutex_given_back(mutex);
}

bool mutex_is_mine(const struct mutex *mutex)
{
	return owner_of(mutex) == thread_current();
}
