#include "cells/channel/async_channel/async_channel_user.h"

#include "cells/channel/async_channel/async_channel.h"

struct number {
	uint64_t value;
};
SENDABLE(number);
ASYNC_CHANNEL_TYPE(numbers, number, USER_ROOM)
ASYNC_CHANNEL_FUNCTIONS(numbers, number, USER_ROOM)
ASYNC_STREAM_TYPE(stream, number, USER_ROOM)
ASYNC_STREAM_FUNCTIONS(stream, number, USER_ROOM)

static struct {
	enum channel_kind kind;
	struct numbers_sender senders[USER_ENDS];
	struct numbers_receiver receivers[USER_ENDS];
	struct stream_sender stream_sender;
	struct stream_receiver stream_receiver;
	struct async_channel *core;
} user;

enum status user_create(enum channel_kind kind)
{
	user.kind = kind;
	if (kind == KIND_STREAM) {
		OWN(stream_sender, sender);
		OWN(stream_receiver, receiver);
		TRY(stream_create(&sender, &receiver));
		user.core = &sender.channel->core;
		stream_sender_put_in(&user.stream_sender, &sender);
		stream_receiver_put_in(&user.stream_receiver, &receiver);
		return STATUS_OK;
	}
	OWN(numbers_sender, sender);
	OWN(numbers_receiver, receiver);
	TRY(numbers_create(&sender, &receiver));
	user.core = &sender.channel->core;
	numbers_sender_put_in(&AT(user.senders, 0), &sender);
	numbers_receiver_put_in(&AT(user.receivers, 0), &receiver);
	return STATUS_OK;
}

void user_share_sender(size_t to)
{
	OWN(numbers_sender, other);
	numbers_sender_expect_in(&AT(user.senders, 0));
	numbers_share_sender(&AT(user.senders, 0), &other);
	numbers_sender_put_in(&AT(user.senders, to), &other);
}

void user_share_receiver(size_t to)
{
	OWN(numbers_receiver, other);
	numbers_receiver_expect_in(&AT(user.receivers, 0));
	numbers_share_receiver(&AT(user.receivers, 0), &other);
	numbers_receiver_put_in(&AT(user.receivers, to), &other);
}

void user_drop_sender(size_t end)
{
	numbers_sender_drop_in(&AT(user.senders, end));
	if (user.kind == KIND_STREAM)
		stream_sender_drop_in(&user.stream_sender);
}

void user_drop_receiver(size_t end)
{
	numbers_receiver_drop_in(&AT(user.receivers, end));
	if (user.kind == KIND_STREAM)
		stream_receiver_drop_in(&user.stream_receiver);
}

void user_close(void)
{
	if (user.kind == KIND_STREAM)
		stream_close(&user.stream_sender);
	else
		numbers_close(&AT(user.senders, 0));
}

enum status user_send(size_t end, uint64_t number, uint64_t deadline)
{
	struct number message = {number};
	if (user.kind == KIND_STREAM)
		return stream_send(&user.stream_sender, &message, deadline);
	return numbers_send(&AT(user.senders, end), &message, deadline);
}

enum status user_try_send(size_t end, uint64_t number)
{
	struct number message = {number};
	if (user.kind == KIND_STREAM)
		return stream_try_send(&user.stream_sender, &message);
	return numbers_try_send(&AT(user.senders, end), &message);
}

enum status user_receive(size_t end, uint64_t *number, uint64_t deadline)
{
	struct number message = {};
	enum status status = user.kind == KIND_STREAM ? stream_receive(&user.stream_receiver, &message, deadline)
						      : numbers_receive(&AT(user.receivers, end), &message, deadline);
	*number = message.value;
	return status;
}

enum status user_try_receive(size_t end, uint64_t *number)
{
	struct number message = {};
	enum status status = user.kind == KIND_STREAM ? stream_try_receive(&user.stream_receiver, &message)
						      : numbers_try_receive(&AT(user.receivers, end), &message);
	*number = message.value;
	return status;
}

uint32_t user_waiting(void)
{
	return __atomic_load_n(&user.core->waiters.count, __ATOMIC_SEQ_CST);
}
