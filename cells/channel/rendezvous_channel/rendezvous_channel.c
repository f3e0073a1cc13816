#include "cells/channel/rendezvous_channel/rendezvous_channel.h"

#include "cells/base/bytes/bytes.h"
#include "cells/base/panic/panic.h"

enum status rendezvous_channel_create(struct rendezvous_channel **channel, size_t message_bytes)
{
	OWN(heap_object, memory);
	TRY(heap_allocate(&memory, sizeof(struct rendezvous_channel)));
	struct rendezvous_channel *made = HEAP_AS(struct rendezvous_channel, &memory);
	made->message_bytes = message_bytes;
	rendezvous_channel_enter(made, true);
	rendezvous_channel_enter(made, false);
	heap_object_put_in(&made->memory, &memory);
	*channel = made;
	return STATUS_OK;
}

static uint32_t *ends_of(struct rendezvous_channel *channel, bool is_sender)
{
	return is_sender ? &channel->sender_ends : &channel->receiver_ends;
}

void rendezvous_channel_enter(struct rendezvous_channel *channel, bool is_sender)
{
	if (__atomic_add_fetch(ends_of(channel, is_sender), 1, __ATOMIC_RELAXED) == 0)
		panic("rendezvous_channel: too many ends");
	__atomic_add_fetch(&channel->ends, 1, __ATOMIC_RELAXED);
}

void rendezvous_channel_leave(struct rendezvous_channel *channel, bool is_sender)
{
	if (__atomic_sub_fetch(ends_of(channel, is_sender), 1, __ATOMIC_ACQ_REL) == 0)
		rendezvous_channel_close(channel);
	if (__atomic_sub_fetch(&channel->ends, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	OWN(heap_object, memory);
	heap_object_take_out(&memory, &channel->memory);
}

void rendezvous_channel_close(struct rendezvous_channel *channel)
{
	GUARD(&channel->lock);
	channel->is_closed = true;
	while (channel->senders.first)
		wait_node_end(channel->senders.first, STATUS_END);
	while (channel->receivers.first)
		wait_node_end(channel->receivers.first, STATUS_END);
}

// A message of one word is by far the most frequent.
static void copy(void *to, const void *from, size_t size_bytes)
{
	if (__builtin_expect(size_bytes == sizeof(uint64_t), 1))
		__builtin_memcpy(to, from, sizeof(uint64_t));
	else
		bytes_copy(bytes_mut_from(to, size_bytes), bytes_from(from, size_bytes));
}

enum meeting { MET, CLOSED, ENTERED };

static enum meeting meet_receiver(struct rendezvous_channel *channel, struct wait_node *node, const void *message)
{
	GUARD(&channel->lock);
	if (channel->is_closed)
		return CLOSED;
	struct wait_node *other = channel->receivers.first;
	if (other) {
		copy(other->place, message, channel->message_bytes);
		wait_node_grant(other);
		return MET;
	}
	node->message = message;
	wait_node_enter(node, &channel->senders, &channel->lock, channel);
	return ENTERED;
}

static enum meeting meet_sender(struct rendezvous_channel *channel, struct wait_node *node, void *message)
{
	GUARD(&channel->lock);
	if (channel->is_closed)
		return CLOSED;
	struct wait_node *other = channel->senders.first;
	if (other) {
		copy(message, other->message, channel->message_bytes);
		wait_node_grant(other);
		return MET;
	}
	node->place = message;
	wait_node_enter(node, &channel->receivers, &channel->lock, channel);
	return ENTERED;
}

static enum status end_of(enum meeting meeting, struct wait_node *node, uint64_t deadline_nanoseconds) MAY_SLEEP
{
	if (meeting == ENTERED)
		return wait_node_wait(node, deadline_nanoseconds);
	return meeting == MET ? STATUS_OK : STATUS_END;
}

enum status rendezvous_channel_send(
	struct rendezvous_channel *channel, const void *message, uint64_t deadline_nanoseconds)
{
	OWN(wait_node, node);
	return end_of(meet_receiver(channel, &node, message), &node, deadline_nanoseconds);
}

enum status rendezvous_channel_receive(struct rendezvous_channel *channel, void *message, uint64_t deadline_nanoseconds)
{
	OWN(wait_node, node);
	return end_of(meet_sender(channel, &node, message), &node, deadline_nanoseconds);
}
