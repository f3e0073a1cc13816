// The double: each thread of the host is a thread, and blocks on a condition variable.
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "cells/sync/thread/thread.h"
#include "cells/sync/thread/thread_internal.h"

namespace
{

struct HostThread {
	struct thread thread = {}; // first: found again from its address
	std::mutex mutex;
	std::condition_variable woken;
	bool is_woken = false;
};

thread_local HostThread host;

HostThread *HostOf(struct thread *thread)
{
	return reinterpret_cast<HostThread *>(thread);
}

uint64_t Now()
{
	return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1));
}

void Block(struct thread *self)
{
	HostThread *own = HostOf(self);
	uint32_t expected = THREAD_PREPARED;
	if (!__atomic_compare_exchange_n(
		    &self->waiting, &expected, THREAD_BLOCKED, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		return;
	std::unique_lock lock(own->mutex);
	auto is_woken = [own] { return own->is_woken; };
	if (self->timer.nanoseconds == THREAD_NO_DEADLINE) {
		own->woken.wait(lock, is_woken);
	} else {
		uint64_t now = Now();
		auto left = std::chrono::nanoseconds(self->timer.nanoseconds > now ? self->timer.nanoseconds - now : 0);
		if (!own->woken.wait_for(lock, left, is_woken)) {
			// Who has exchanged the state will wake: then it was not the deadline.
			if (__atomic_exchange_n(&self->waiting, THREAD_AWAKE, __ATOMIC_SEQ_CST) == THREAD_BLOCKED) {
				self->timed_out = true;
				return;
			}
			own->woken.wait(lock, is_woken);
		}
	}
	own->is_woken = false;
}

void Wake(struct thread *thread)
{
	HostThread *other = HostOf(thread);
	std::lock_guard lock(other->mutex);
	other->is_woken = true;
	other->woken.notify_one();
}

void SetPriority(struct thread *thread, uint8_t priority)
{
	thread->priority = priority;
}

const struct thread_operations kOperations = {
	.block = Block,
	.wake = Wake,
	.reschedule = [] {},
	.set_priority = SetPriority,
};

} // namespace

// A test of the scheduler switches threads itself; otherwise each of the host's is one.
struct thread *thread_host_current(void)
{
	struct thread *switched_to = core_local_host_block()->thread;
	return switched_to ? switched_to : &host.thread;
}

const struct thread_operations *thread_host_operations(void)
{
	return &kOperations;
}

void thread_start_boot(void)
{
	host.thread = {};
	host.thread.priority = host.thread.own_priority = THREAD_PRIORITY_USUAL;
}
