#include "cells/channel/async_channel/async_channel.h"

#include "cells/base/panic/panic.h"

static uint64_t tail_of(const struct async_channel *channel)
{
	return __atomic_load_n(&channel->tail, __ATOMIC_SEQ_CST);
}

static uint64_t received(const struct async_channel *channel)
{
	return __atomic_load_n(&channel->head, __ATOMIC_SEQ_CST) - channel->lead;
}

void async_channel_progress(struct async_channel *channel)
{
	// By the counters alone: a slot may be claimed and not filled, or not yet be free. Who is woken in vain waits
	// again, and whoever has claimed comes here, too.
	uint64_t head = received(channel);
	uint64_t tail = tail_of(channel) & ~ASYNC_CHANNEL_CLOSED;
	if (head != tail)
		channel_waiters_wake(&channel->waiters, CHANNEL_RECEIVERS);
	if (tail - head < channel->room)
		channel_waiters_wake(&channel->waiters, CHANNEL_SENDERS);
}

bool async_channel_is_closed(const struct async_channel *channel)
{
	return tail_of(channel) & ASYNC_CHANNEL_CLOSED;
}

bool async_channel_is_drained(const struct async_channel *channel)
{
	uint64_t tail = tail_of(channel);
	return tail & ASYNC_CHANNEL_CLOSED && (tail & ~ASYNC_CHANNEL_CLOSED) == received(channel);
}

void async_channel_close(struct async_channel *channel)
{
	__atomic_fetch_or(&channel->tail, ASYNC_CHANNEL_CLOSED, __ATOMIC_SEQ_CST);
	channel_waiters_wake_all(&channel->waiters);
}

static uint32_t *ends_of(struct async_channel *channel, enum channel_side side)
{
	return side == CHANNEL_SENDERS ? &channel->senders : &channel->receivers;
}

void async_channel_enter(struct async_channel *channel, enum channel_side side)
{
	if (__atomic_add_fetch(ends_of(channel, side), 1, __ATOMIC_RELAXED) == 0)
		panic("async_channel: too many ends");
	__atomic_add_fetch(&channel->ends, 1, __ATOMIC_RELAXED);
}

bool async_channel_leave(struct async_channel *channel, enum channel_side side)
{
	if (__atomic_sub_fetch(ends_of(channel, side), 1, __ATOMIC_ACQ_REL) == 0)
		async_channel_close(channel);
	return __atomic_sub_fetch(&channel->ends, 1, __ATOMIC_ACQ_REL) == 0;
}
