#include "cells/channel/rendezvous_channel/rendezvous_channel_user.h"

#include "cells/channel/rendezvous_channel/rendezvous_channel.h"
#include "cells/sync/thread/thread.h"

struct number {
	uint64_t value;
};
SENDABLE(number);
RENDEZVOUS_CHANNEL_TYPE(numbers, number)
RENDEZVOUS_CHANNEL_FUNCTIONS(numbers, number)

struct wide {
	char text[20];
	uint16_t last;
};
SENDABLE(wide);
RENDEZVOUS_CHANNEL_TYPE(wides, wide)
RENDEZVOUS_CHANNEL_FUNCTIONS(wides, wide)

static struct {
	struct numbers_sender senders[USER_ENDS];
	struct numbers_receiver receivers[USER_ENDS];
	struct wides_sender wide_sender;
	struct wides_receiver wide_receiver;
} user;

enum status user_create(void)
{
	OWN(numbers_sender, sender);
	OWN(numbers_receiver, receiver);
	TRY(numbers_create(&sender, &receiver));
	numbers_sender_put_in(&AT(user.senders, 0), &sender);
	numbers_receiver_put_in(&AT(user.receivers, 0), &receiver);
	return STATUS_OK;
}

void user_share(size_t to)
{
	OWN(numbers_sender, sender);
	numbers_share_sender(&AT(user.senders, 0), &sender);
	numbers_sender_put_in(&AT(user.senders, to), &sender);
	OWN(numbers_receiver, receiver);
	numbers_share_receiver(&AT(user.receivers, 0), &receiver);
	numbers_receiver_put_in(&AT(user.receivers, to), &receiver);
}

void user_drop_sender(size_t end)
{
	numbers_sender_drop_in(&AT(user.senders, end));
}

void user_drop_receiver(size_t end)
{
	numbers_receiver_drop_in(&AT(user.receivers, end));
}

void user_close(void)
{
	numbers_close(&AT(user.senders, 0));
}

enum status user_send(size_t end, uint64_t number, uint64_t deadline)
{
	struct number message = {number};
	return numbers_send(&AT(user.senders, end), &message, deadline);
}

enum status user_receive(size_t end, uint64_t *number, uint64_t deadline)
{
	struct number message = {};
	enum status status = numbers_receive(&AT(user.receivers, end), &message, deadline);
	*number = message.value;
	return status;
}

enum status user_wide_send(void)
{
	struct wide message = {"nineteen characters", 4321};
	return wides_send(&user.wide_sender, &message, THREAD_NO_DEADLINE);
}

enum status user_wide_works(void (*start_sender)(void))
{
	OWN(wides_sender, sender);
	OWN(wides_receiver, receiver);
	TRY(wides_create(&sender, &receiver));
	wides_sender_put_in(&user.wide_sender, &sender);
	start_sender();
	struct wide message = {};
	enum status status = wides_receive(&receiver, &message, THREAD_NO_DEADLINE);
	wides_sender_drop_in(&user.wide_sender);
	if (status)
		return status;
	bool is_whole = __builtin_strcmp(message.text, "nineteen characters") == 0 && message.last == 4321;
	return is_whole ? STATUS_OK : STATUS_MALFORMED;
}
