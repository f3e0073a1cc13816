// Victims that have to do with other tasks. Those that they leave behind, because they are killed before they join
// them, end by themselves.
#include "cells/base/panic/panic.h"
#include "cells/channel/async_channel/async_channel.h"
#include "cells/channel/rendezvous_channel/rendezvous_channel.h"
#include "cells/hal/core_local/core_local.h"
#include "cells/memory/heap/heap.h"
#include "cells/sync/mutex/mutex.h"
#include "cells/sync/thread/thread.h"
#include "cells/task/scheduler/scheduler.h"
#include "cells/task/spawn/spawn.h"
#include "tests/system/victims/victims_internal.h"

enum { MESSAGES = 4 };

struct message {
	uint64_t value;
};
SENDABLE(message);

static const struct spawn_options options = {.name = "victim", .stack = SPAWN_STACK_SMALL};

// Each message came once.
static void check_sum(uint64_t sum)
{
	if (sum != MESSAGES * (MESSAGES + 1) / 2)
		panic("victims: the sum of all messages is %llu", (unsigned long long)sum);
}

// ---- Spawning and joining ----

// A place goes there and back.
static void carry(struct place *argument, struct place *result)
{
	OWN(place, place);
	place_take_out(&place, argument);
	place_put_in(result, &place);
}
TASK_TYPE(carrier, carry, TASK_HANDLE(place), TASK_HANDLE(place));

void victims_spawn_and_join(void)
{
	thread_may_sleep();
	for (unsigned round = 0; round < 2; round++) {
		OWN(place, place);
		if (place_take(&place))
			return;
		OWN(joinable_task, task);
		if (carrier_spawn(&task, &place, &options))
			return;
		struct task_failure why;
		OWN(place, returned);
		if (carrier_join(&task, &returned, &why))
			return;
	}
}

// ---- A mutex ----

static CELL_STATE_ZERO struct {
	struct mutex lock;
	uint64_t value GUARDED_BY(&lock);
} shared;

static void add_one(struct nothing *argument, struct nothing *result) MAY_SLEEP;
static void add_one(struct nothing *argument, struct nothing *result)
{
	(void)argument;
	(void)result;
	GUARD_MUTEX(&shared.lock);
	shared.value++;
	scheduler_yield(); // so that the victim waits, too
}
TASK_TYPE(adder, add_one, TASK_VALUE(nothing), TASK_VALUE(nothing));

void victims_hold_what_another_waits_for(void)
{
	thread_may_sleep();
	struct nothing nothing = {};
	OWN(joinable_task, other);
	{
		GUARD_MUTEX(&shared.lock);
		if (adder_spawn(&other, &nothing, &options))
			return;
		scheduler_yield(); // it waits from now on
		for (unsigned i = 0; i < 2; i++)
			shared.value++;
	}
	for (unsigned round = 0; round < 2; round++) {
		GUARD_MUTEX(&shared.lock);
		shared.value++;
	}
	struct task_failure why;
	if (adder_join(&other, &nothing, &why))
		return;
}

bool victims_mutex_is_held(void)
{
	if (!mutex_try_lock(&shared.lock))
		return true;
	mutex_unlock(&shared.lock);
	return false;
}

// ---- Messages: a channel with room ----

ASYNC_CHANNEL_TYPE(mails, message, 2)
ASYNC_CHANNEL_FUNCTIONS(mails, message, 2)

static void mails_take_all(struct mails_receiver *argument, struct message *sum) MAY_SLEEP;
static void mails_take_all(struct mails_receiver *argument, struct message *sum)
{
	OWN(mails_receiver, receiver);
	mails_receiver_take_out(&receiver, argument);
	struct message message;
	while (mails_receive(&receiver, &message, THREAD_NO_DEADLINE) == STATUS_OK)
		sum->value += message.value;
}
TASK_TYPE(mails_reader, mails_take_all, TASK_HANDLE(mails_receiver), TASK_VALUE(message));

static void mails_give_all(struct mails_sender *argument, struct nothing *result) MAY_SLEEP;
static void mails_give_all(struct mails_sender *argument, struct nothing *result)
{
	(void)result;
	OWN(mails_sender, sender);
	mails_sender_take_out(&sender, argument);
	for (uint64_t value = 1; value <= MESSAGES; value++) {
		struct message message = {value};
		if (mails_send(&sender, &message, THREAD_NO_DEADLINE))
			return;
	}
}
TASK_TYPE(mails_writer, mails_give_all, TASK_HANDLE(mails_sender), TASK_VALUE(nothing));

void victims_send_async(void)
{
	thread_may_sleep();
	OWN(mails_sender, sender);
	OWN(mails_receiver, receiver);
	if (mails_create(&sender, &receiver))
		return;
	OWN(joinable_task, reader);
	if (mails_reader_spawn(&reader, &receiver, &options))
		return;
	for (uint64_t value = 1; value <= MESSAGES; value++) {
		struct message message = {value};
		if (mails_send(&sender, &message, THREAD_NO_DEADLINE))
			return;
	}
	mails_sender_drop(&sender);
	struct message sum;
	struct task_failure why;
	if (mails_reader_join(&reader, &sum, &why))
		return;
	check_sum(sum.value);
}

void victims_receive_async(void)
{
	thread_may_sleep();
	OWN(mails_sender, sender);
	OWN(mails_receiver, receiver);
	if (mails_create(&sender, &receiver))
		return;
	OWN(joinable_task, writer);
	if (mails_writer_spawn(&writer, &sender, &options))
		return;
	uint64_t sum = 0;
	struct message message;
	while (mails_receive(&receiver, &message, THREAD_NO_DEADLINE) == STATUS_OK)
		sum += message.value;
	check_sum(sum);
}

// ---- Messages: a channel without room ----

RENDEZVOUS_CHANNEL_TYPE(calls, message)
RENDEZVOUS_CHANNEL_FUNCTIONS(calls, message)

static void calls_take_all(struct calls_receiver *argument, struct message *sum) MAY_SLEEP;
static void calls_take_all(struct calls_receiver *argument, struct message *sum)
{
	OWN(calls_receiver, receiver);
	calls_receiver_take_out(&receiver, argument);
	struct message message;
	while (calls_receive(&receiver, &message, THREAD_NO_DEADLINE) == STATUS_OK)
		sum->value += message.value;
}
TASK_TYPE(calls_reader, calls_take_all, TASK_HANDLE(calls_receiver), TASK_VALUE(message));

static void calls_give_all(struct calls_sender *argument, struct nothing *result) MAY_SLEEP;
static void calls_give_all(struct calls_sender *argument, struct nothing *result)
{
	(void)result;
	OWN(calls_sender, sender);
	calls_sender_take_out(&sender, argument);
	for (uint64_t value = 1; value <= MESSAGES; value++) {
		struct message message = {value};
		if (calls_send(&sender, &message, THREAD_NO_DEADLINE))
			return;
	}
}
TASK_TYPE(calls_writer, calls_give_all, TASK_HANDLE(calls_sender), TASK_VALUE(nothing));

void victims_send_rendezvous(void)
{
	thread_may_sleep();
	OWN(calls_sender, sender);
	OWN(calls_receiver, receiver);
	if (calls_create(&sender, &receiver))
		return;
	OWN(joinable_task, reader);
	if (calls_reader_spawn(&reader, &receiver, &options))
		return;
	for (uint64_t value = 1; value <= MESSAGES; value++) {
		struct message message = {value};
		if (calls_send(&sender, &message, THREAD_NO_DEADLINE))
			return;
	}
	calls_sender_drop(&sender);
	struct message sum;
	struct task_failure why;
	if (calls_reader_join(&reader, &sum, &why))
		return;
	check_sum(sum.value);
}

void victims_receive_rendezvous(void)
{
	thread_may_sleep();
	OWN(calls_sender, sender);
	OWN(calls_receiver, receiver);
	if (calls_create(&sender, &receiver))
		return;
	OWN(joinable_task, writer);
	if (calls_writer_spawn(&writer, &sender, &options))
		return;
	uint64_t sum = 0;
	struct message message;
	while (calls_receive(&receiver, &message, THREAD_NO_DEADLINE) == STATUS_OK)
		sum += message.value;
	check_sum(sum);
}

// ---- Memory of another core ----

SENDABLE(heap_object);

static void allocate(struct nothing *argument, struct heap_object *result)
{
	(void)argument;
	OWN(heap_object, object);
	if (heap_allocate(&object, 100))
		panic("victims: there is no memory");
	heap_object_put_in(result, &object);
}
TASK_TYPE(allocator, allocate, TASK_VALUE(nothing), TASK_HANDLE(heap_object));

// The last core that runs tasks; on a machine with one, its own.
static size_t other_core(void)
{
	size_t last = 0;
	for (size_t core = 0; core < CORE_LOCAL_CORES; core++) {
		struct scheduler_view view;
		if (scheduler_look(core, &view) == STATUS_OK && view.is_started)
			last = core;
	}
	return last;
}

void victims_free_what_another_core_has_taken(void)
{
	thread_may_sleep();
	for (unsigned round = 0; round < 2; round++) {
		struct nothing nothing = {};
		OWN(joinable_task, task);
		if (allocator_spawn(&task, &nothing,
			    &(struct spawn_options){.name = "victim",
				    .stack = SPAWN_STACK_SMALL,
				    .place = SPAWN_PINNED,
				    .core = other_core()}))
			return;
		struct task_failure why;
		OWN(heap_object, object);
		if (allocator_join(&task, &object, &why))
			return;
	}
}
