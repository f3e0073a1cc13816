#include "cells/machine/core_call/core_call.h"

#include "cells/base/panic/panic.h"
#include "cells/hal/core_local/core_local.h"
#include "cells/hal/processor/processor.h"
#include "cells/machine/cores/cores.h"
#include "cells/machine/interrupt_vector/interrupt_vector.h"

static_assert(CORE_LOCAL_CORES <= 64, "a bit for each core");

// What one core wants of others, and what others want of it; each on cache lines of its own.
struct core {
	_Alignas(64) core_call_function *function;
	void *context;
	uint64_t waiting;              // a bit for each core that has not come to the end yet
	_Alignas(64) uint64_t mailbox; // a bit for each core that asks
};

static CELL_STATE_ZERO struct {
	struct interrupt_vector vector;
	struct core cores[CORE_LOCAL_CORES];
} call;

static uint64_t bit(size_t index)
{
	return 1ull << index;
}

// An indirect call in a function without clean-ups, where the compiler checks its type.
static __attribute__((noinline)) void run(core_call_function *function, void *context)
{
	function(context);
}

// Runs what other cores want of this one.
static void answer(size_t me)
{
	uint64_t asking = __atomic_exchange_n(&AT(call.cores, me).mailbox, 0, __ATOMIC_ACQ_REL);
	while (asking) {
		struct core *other = &AT(call.cores, (size_t)__builtin_ctzll(asking));
		asking &= asking - 1;
		run(other->function, other->context);
		__atomic_fetch_and(&other->waiting, ~bit(me), __ATOMIC_ACQ_REL);
	}
}

static void be_asked(struct interrupt_frame *frame)
{
	(void)frame;
	struct core_local_stay stay;
	GUARD_OF(core_local_stay, &stay);
	answer(core_local_index());
}

enum status core_call_init(void)
{
	OWN(interrupt_vector, vector);
	TRY(interrupt_vector_claim(&vector, be_asked, "core_call: calls"));
	interrupt_vector_put_in(&call.vector, &vector);
	return STATUS_OK;
}

static void ask(size_t me, size_t index)
{
	interrupt_vector_expect_in(&call.vector);
	if (__atomic_fetch_or(&AT(call.cores, index).mailbox, bit(me), __ATOMIC_ACQ_REL) == 0)
		cores_interrupt(index, &call.vector);
}

static void call_and_wait(size_t me, uint64_t targets, core_call_function *function, void *context)
{
	struct core *own = &AT(call.cores, me);
	own->function = function;
	own->context = context;
	__atomic_store_n(&own->waiting, targets, __ATOMIC_RELEASE);
	for (uint64_t left = targets; left; left &= left - 1)
		ask(me, (size_t)__builtin_ctzll(left));
	while (__atomic_load_n(&own->waiting, __ATOMIC_ACQUIRE)) {
		answer(me);
		processor_pause();
	}
}

void core_call_on(size_t index, core_call_function *function, void *context)
{
	struct core_local_stay stay;
	GUARD_OF(core_local_stay, &stay);
	size_t me = core_local_index();
	if (!cores_is_running(index))
		panic("core_call: core %zu does not run", index);
	if (index == me)
		run(function, context);
	else
		call_and_wait(me, bit(index), function, context);
}

void core_call_on_others(core_call_function *function, void *context)
{
	struct core_local_stay stay;
	GUARD_OF(core_local_stay, &stay);
	size_t me = core_local_index();
	uint64_t targets = 0;
	for (size_t index = 0; index < cores_limit(); index++)
		if (index != me && cores_is_running(index))
			targets |= bit(index);
	if (targets)
		call_and_wait(me, targets, function, context);
}
