// Channels without room: a message goes from the sender's place to the receiver's when both are there.
//
// A channel is typed, and declared as an async_channel is:
//
//     struct request {
//             int kind;
//     };
//     SENDABLE(request);
//     RENDEZVOUS_CHANNEL_TYPE(calls, request)
//     RENDEZVOUS_CHANNEL_FUNCTIONS(calls, request)     // in one source file of each cell that uses it
//
//     OWN(calls_sender, sender);
//     OWN(calls_receiver, receiver);
//     TRY(calls_create(&sender, &receiver));
//     TRY(calls_send(&sender, &request, THREAD_NO_DEADLINE));     // returns when it has been received
//     TRY(calls_receive(&receiver, &request, THREAD_NO_DEADLINE));
//
// NAME_send: STATUS_OK, it was received; else it was not, and is the sender's as before: STATUS_END, the channel is
// closed; STATUS_TIMED_OUT. A deadline is a time of clock_nanoseconds; 0 meets who is there already. NAME_share_sender
// and NAME_share_receiver make another end. The last end of a side that is dropped closes the channel, and so does
// NAME_close.
//
// Whoever comes second moves the message, under the channel's lock. The protocol is tests/models/rendezvous.pml.
//
// Context: send and receive sleep. The channel lies in the heap; a send allocates nothing.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/memory/heap/heap.h"
#include "cells/sync/spinlock/spinlock.h"
#include "cells/sync/wait_queue/wait_queue.h"

// A channel of messages of one size. For the functions that the macros below make.
struct rendezvous_channel {
	struct spinlock lock;
	bool is_closed GUARDED_BY(&lock);
	size_t message_bytes;
	struct wait_list senders GUARDED_BY(&lock); // of either, only one has somebody in it
	struct wait_list receivers GUARDED_BY(&lock);
	uint32_t sender_ends; // atomic, as the next two
	uint32_t receiver_ends;
	uint32_t ends;
	struct heap_object memory; // that it lies in
};

#ifdef __cplusplus
extern "C" {
#endif

// A channel with one end of each side. STATUS_*: as heap_allocate.
MUST_USE enum status rendezvous_channel_create(struct rendezvous_channel **channel, size_t message_bytes);

// One more end, or one less: of the last of a side the channel is closed, and with the last of both it is gone.
void rendezvous_channel_enter(struct rendezvous_channel *channel, bool is_sender);
void rendezvous_channel_leave(struct rendezvous_channel *channel, bool is_sender);

MUST_USE enum status rendezvous_channel_send(
	struct rendezvous_channel *channel, const void *message, uint64_t deadline_nanoseconds) MAY_SLEEP;
MUST_USE enum status rendezvous_channel_receive(
	struct rendezvous_channel *channel, void *message, uint64_t deadline_nanoseconds) MAY_SLEEP;

void rendezvous_channel_close(struct rendezvous_channel *channel);

#ifdef __cplusplus
}
#endif

#define RENDEZVOUS_CHANNEL_TYPE(NAME, T)                                                                               \
	REQUIRE_SENDABLE(T);                                                                                           \
	HANDLE(NAME##_sender)                                                                                          \
	{                                                                                                              \
		struct rendezvous_channel *channel;                                                                    \
	};                                                                                                             \
	HANDLE(NAME##_receiver)                                                                                        \
	{                                                                                                              \
		struct rendezvous_channel *channel;                                                                    \
	};                                                                                                             \
	INTERNAL void NAME##_sender_release(struct NAME##_sender *sender);                                             \
	INTERNAL void NAME##_receiver_release(struct NAME##_receiver *receiver);                                       \
	HANDLE_FUNCTIONS(NAME##_sender)                                                                                \
	HANDLE_FUNCTIONS(NAME##_receiver)                                                                              \
	SENDABLE(NAME##_sender);                                                                                       \
	SENDABLE(NAME##_receiver);                                                                                     \
	INTERNAL MUST_USE enum status NAME##_create(struct NAME##_sender *sender, struct NAME##_receiver *receiver)    \
		PRODUCES_IF(STATUS_OK, sender) PRODUCES_IF(STATUS_OK, receiver);                                       \
	INTERNAL void NAME##_share_sender(const struct NAME##_sender *sender, struct NAME##_sender *other)             \
		BORROWS(sender) PRODUCES(other);                                                                       \
	INTERNAL void NAME##_share_receiver(const struct NAME##_receiver *receiver, struct NAME##_receiver *other)     \
		BORROWS(receiver) PRODUCES(other);                                                                     \
	MUST_USE static inline __attribute__((unused)) enum status NAME##_send(const struct NAME##_sender *sender,     \
		const struct T *message, uint64_t deadline_nanoseconds) BORROWS(sender) MAY_SLEEP;                     \
	static inline enum status NAME##_send(                                                                         \
		const struct NAME##_sender *sender, const struct T *message, uint64_t deadline_nanoseconds)            \
	{                                                                                                              \
		return rendezvous_channel_send(sender->channel, message, deadline_nanoseconds);                        \
	}                                                                                                              \
	MUST_USE static inline __attribute__((unused)) enum status NAME##_receive(                                     \
		const struct NAME##_receiver *receiver, struct T *message, uint64_t deadline_nanoseconds)              \
		BORROWS(receiver) MAY_SLEEP;                                                                           \
	static inline enum status NAME##_receive(                                                                      \
		const struct NAME##_receiver *receiver, struct T *message, uint64_t deadline_nanoseconds)              \
	{                                                                                                              \
		return rendezvous_channel_receive(receiver->channel, message, deadline_nanoseconds);                   \
	}                                                                                                              \
	static inline __attribute__((unused)) void NAME##_close(const struct NAME##_sender *sender) BORROWS(sender);   \
	static inline void NAME##_close(const struct NAME##_sender *sender)                                            \
	{                                                                                                              \
		rendezvous_channel_close(sender->channel);                                                             \
	}

#define RENDEZVOUS_CHANNEL_FUNCTIONS(NAME, T)                                                                          \
	enum status NAME##_create(struct NAME##_sender *sender, struct NAME##_receiver *receiver)                      \
	{                                                                                                              \
		struct rendezvous_channel *channel;                                                                    \
		TRY(rendezvous_channel_create(&channel, sizeof(struct T)));                                            \
		NAME##_sender_fill(sender, (struct NAME##_sender){channel});                                           \
		NAME##_receiver_fill(receiver, (struct NAME##_receiver){channel});                                     \
		return STATUS_OK;                                                                                      \
	}                                                                                                              \
	void NAME##_sender_release(struct NAME##_sender *sender)                                                       \
	{                                                                                                              \
		struct rendezvous_channel *channel = sender->channel;                                                  \
		sender->channel = NULL;                                                                                \
		if (channel)                                                                                           \
			rendezvous_channel_leave(channel, true);                                                       \
	}                                                                                                              \
	void NAME##_receiver_release(struct NAME##_receiver *receiver)                                                 \
	{                                                                                                              \
		struct rendezvous_channel *channel = receiver->channel;                                                \
		receiver->channel = NULL;                                                                              \
		if (channel)                                                                                           \
			rendezvous_channel_leave(channel, false);                                                      \
	}                                                                                                              \
	void NAME##_share_sender(const struct NAME##_sender *sender, struct NAME##_sender *other)                      \
	{                                                                                                              \
		rendezvous_channel_enter(sender->channel, true);                                                       \
		NAME##_sender_fill(other, (struct NAME##_sender){sender->channel});                                    \
	}                                                                                                              \
	void NAME##_share_receiver(const struct NAME##_receiver *receiver, struct NAME##_receiver *other)              \
	{                                                                                                              \
		rendezvous_channel_enter(receiver->channel, false);                                                    \
		NAME##_receiver_fill(other, (struct NAME##_receiver){receiver->channel});                              \
	}
