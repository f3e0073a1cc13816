// Channels with room for some messages: senders go on at once while there is room, receivers while there are messages.
//
// A channel is typed. It is declared once, for a message type that may cross to another task:
//
//     struct request {
//             int kind;
//     };
//     SENDABLE(request);
//     ASYNC_CHANNEL_TYPE(requests, request, 64);       // room for 64: a power of two
//     ASYNC_CHANNEL_FUNCTIONS(requests, request, 64)   // in one source file of each cell that uses it
//
//     OWN(requests_sender, sender);
//     OWN(requests_receiver, receiver);
//     TRY(requests_create(&sender, &receiver));        // each end is a handle
//     TRY(requests_send(&sender, &request, THREAD_NO_DEADLINE));
//     TRY(requests_receive(&receiver, &request, THREAD_NO_DEADLINE));
//
// NAME_send: STATUS_OK, and the message will be received exactly once, unless the last receiver goes before; else it
// was not sent and is the sender's as before: STATUS_END, the channel is closed; STATUS_TIMED_OUT. NAME_receive:
// STATUS_END, it is closed and empty; STATUS_TIMED_OUT. NAME_try_send and NAME_try_receive never wait: STATUS_BUSY,
// full or empty. A deadline is a time of clock_nanoseconds.
//
// NAME_share_sender and NAME_share_receiver make another end. When the last sender or the last receiver is dropped, or
// by NAME_close, the channel is closed: nothing more is sent, what is there may still be received. It ends with its
// last end; messages that nobody has received end with it.
//
// ASYNC_STREAM_TYPE and ASYNC_STREAM_FUNCTIONS declare a channel of the same functions with one sender and one
// receiver, which cannot be shared, and costs less.
//
// A ring in the heap; who finds room or a message takes no lock. Those who wait are in channel_waiters. The protocol is
// tests/models/async_channel.pml.
//
// Context: send and receive sleep; try_send may be called in interrupts. A task that is ended by a fault (not by a
// kill) between the two stores of a send leaves a slot that is never filled: the code there cannot fault by itself.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/channel/channel_waiters/channel_waiters.h"
#include "cells/memory/heap/heap.h"

#define ASYNC_CHANNEL_CLOSED ((uint64_t)1 << 63)

// What a channel is but for its messages. For the functions that the macros below make.
struct async_channel {
	struct heap_object memory; // that it lies in
	uint64_t tail;             // messages sent, and ASYNC_CHANNEL_CLOSED
	uint64_t head;       // messages received; of a stream: the same plus its room, so that tail may grow up to it
	uint64_t known_tail; // of a stream: up to where its receiver knows messages, plus its room
	uint64_t lead;       // what head is ahead of the messages received
	uint64_t room;
	struct channel_waiters waiters;
	uint32_t ends; // of both sides; atomic, as the next two
	uint32_t senders;
	uint32_t receivers;
};

#ifdef __cplusplus
extern "C" {
#endif

// After a change of the ring: wakes who can go on now, one of each side.
void async_channel_progress(struct async_channel *channel);

void async_channel_close(struct async_channel *channel);

// Whether nothing more is sent; whether nothing more is received besides.
bool async_channel_is_closed(const struct async_channel *channel);
bool async_channel_is_drained(const struct async_channel *channel);

// One more end, or one less: of the last of a side the channel is closed. True: it was the last of both.
void async_channel_enter(struct async_channel *channel, enum channel_side side);
MUST_USE bool async_channel_leave(struct async_channel *channel, enum channel_side side);

static inline void async_channel_changed_(struct async_channel *channel)
{
	if (channel_waiters_are_there(&channel->waiters))
		async_channel_progress(channel);
}

#ifdef __cplusplus
}
#endif

// A message type NAME is a `struct NAME` that is SENDABLE.
#define ASYNC_CHANNEL_TYPE(NAME, T, ROOM)                                                                              \
	struct NAME##_slot {                                                                                           \
		uint64_t sequence;                                                                                     \
		struct T message;                                                                                      \
	};                                                                                                             \
	ASYNC_TYPE_(NAME, T, ROOM)                                                                                     \
	ASYNC_MANY_(NAME, T, ROOM)                                                                                     \
	ASYNC_ENDS_(NAME, T)
#define ASYNC_STREAM_TYPE(NAME, T, ROOM)                                                                               \
	struct NAME##_slot {                                                                                           \
		struct T message;                                                                                      \
	};                                                                                                             \
	ASYNC_TYPE_(NAME, T, ROOM)                                                                                     \
	ASYNC_ONE_(NAME, T, ROOM)                                                                                      \
	ASYNC_ENDS_(NAME, T)
#define ASYNC_CHANNEL_FUNCTIONS(NAME, T, ROOM) ASYNC_FUNCTIONS_(NAME, T, ROOM) ASYNC_SHARE_(NAME)
#define ASYNC_STREAM_FUNCTIONS(NAME, T, ROOM) ASYNC_FUNCTIONS_(NAME, T, ROOM)

#define ASYNC_TYPE_(NAME, T, ROOM)                                                                                     \
	REQUIRE_SENDABLE(T);                                                                                           \
	_Static_assert((ROOM) >= 2 && ((ROOM) & ((ROOM)-1)) == 0, "the room of a channel is a power of two");          \
	struct NAME##_channel {                                                                                        \
		struct async_channel core;                                                                             \
		struct NAME##_slot slots[ROOM];                                                                        \
	};                                                                                                             \
	HANDLE(NAME##_sender)                                                                                          \
	{                                                                                                              \
		struct NAME##_channel *channel;                                                                        \
	};                                                                                                             \
	HANDLE(NAME##_receiver)                                                                                        \
	{                                                                                                              \
		struct NAME##_channel *channel;                                                                        \
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
	INTERNAL MUST_USE enum status NAME##_send_waiting_(                                                            \
		struct NAME##_channel *channel, const struct T *message, uint64_t deadline) MAY_SLEEP;                 \
	INTERNAL MUST_USE enum status NAME##_receive_waiting_(                                                         \
		struct NAME##_channel *channel, struct T *message, uint64_t deadline) MAY_SLEEP;

// Many senders, many receivers: each slot says by its sequence number for which message it is free, or which it holds.
#define ASYNC_MANY_(NAME, T, ROOM)                                                                                     \
	static inline __attribute__((unused)) void NAME##_prepare_(struct NAME##_channel *channel)                     \
	{                                                                                                              \
		for (uint64_t i = 0; i < (ROOM); i++)                                                                  \
			AT(channel->slots, i).sequence = i;                                                            \
	}                                                                                                              \
	static inline                                                                                                  \
		__attribute__((unused)) bool NAME##_put_(struct NAME##_channel *channel, const struct T *message)      \
	{                                                                                                              \
		for (;;) {                                                                                             \
			uint64_t at = __atomic_load_n(&channel->core.tail, __ATOMIC_RELAXED);                          \
			struct NAME##_slot *slot = &AT(channel->slots, at & ((ROOM)-1));                               \
			if (__atomic_load_n(&slot->sequence, __ATOMIC_ACQUIRE) != at)                                  \
				return false;                                                                          \
			if (!__atomic_compare_exchange_n(                                                              \
				    &channel->core.tail, &at, at + 1, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))      \
				continue;                                                                              \
			slot->message = *message;                                                                      \
			__atomic_exchange_n(&slot->sequence, at + 1, __ATOMIC_SEQ_CST);                                \
			async_channel_changed_(&channel->core);                                                        \
			return true;                                                                                   \
		}                                                                                                      \
	}                                                                                                              \
	static inline __attribute__((unused)) bool NAME##_take_(struct NAME##_channel *channel, struct T *message)     \
	{                                                                                                              \
		for (;;) {                                                                                             \
			uint64_t at = __atomic_load_n(&channel->core.head, __ATOMIC_RELAXED);                          \
			struct NAME##_slot *slot = &AT(channel->slots, at & ((ROOM)-1));                               \
			if (__atomic_load_n(&slot->sequence, __ATOMIC_ACQUIRE) != at + 1)                              \
				return false;                                                                          \
			if (!__atomic_compare_exchange_n(                                                              \
				    &channel->core.head, &at, at + 1, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))      \
				continue;                                                                              \
			*message = slot->message;                                                                      \
			__atomic_exchange_n(&slot->sequence, at + (ROOM), __ATOMIC_SEQ_CST);                           \
			async_channel_changed_(&channel->core);                                                        \
			return true;                                                                                   \
		}                                                                                                      \
	}

// One sender, one receiver: tail is the sender's alone, head the receiver's. A closed channel's tail is beyond any
// head. Plain reads, which the compiler can make part of a comparison, stand between atomic changes and fences.
#define ASYNC_ONE_(NAME, T, ROOM)                                                                                      \
	static inline __attribute__((unused)) void NAME##_prepare_(struct NAME##_channel *channel)                     \
	{                                                                                                              \
		channel->core.lead = (ROOM);                                                                           \
		channel->core.head = (ROOM);                                                                           \
		channel->core.known_tail = (ROOM);                                                                     \
	}                                                                                                              \
	static inline                                                                                                  \
		__attribute__((unused)) bool NAME##_put_(struct NAME##_channel *channel, const struct T *message)      \
	{                                                                                                              \
		uint64_t at = channel->core.tail;                                                                      \
		if (__builtin_expect(at >= channel->core.head, 0)) {                                                   \
			__atomic_signal_fence(__ATOMIC_SEQ_CST);                                                       \
			return false;                                                                                  \
		}                                                                                                      \
		AT(channel->slots, at &((ROOM)-1)).message = *message;                                                 \
		__atomic_fetch_add(&channel->core.tail, 1, __ATOMIC_SEQ_CST);                                          \
		async_channel_changed_(&channel->core);                                                                \
		return true;                                                                                           \
	}                                                                                                              \
	static inline __attribute__((unused)) bool NAME##_take_(struct NAME##_channel *channel, struct T *message)     \
	{                                                                                                              \
		uint64_t at = channel->core.head;                                                                      \
		if (__builtin_expect(at == channel->core.known_tail, 0)) {                                             \
			uint64_t tail = __atomic_load_n(&channel->core.tail, __ATOMIC_ACQUIRE);                        \
			channel->core.known_tail = (tail & ~ASYNC_CHANNEL_CLOSED) + (ROOM);                            \
			__atomic_signal_fence(__ATOMIC_SEQ_CST);                                                       \
			if (at == channel->core.known_tail)                                                            \
				return false;                                                                          \
		}                                                                                                      \
		*message = AT(channel->slots, at & ((ROOM)-1)).message;                                                \
		__atomic_fetch_add(&channel->core.head, 1, __ATOMIC_SEQ_CST);                                          \
		async_channel_changed_(&channel->core);                                                                \
		return true;                                                                                           \
	}

#define ASYNC_ENDS_(NAME, T)                                                                                           \
	MUST_USE static inline __attribute__((unused)) enum status NAME##_send(const struct NAME##_sender *sender,     \
		const struct T *message, uint64_t deadline_nanoseconds) BORROWS(sender) MAY_SLEEP;                     \
	static inline enum status NAME##_send(                                                                         \
		const struct NAME##_sender *sender, const struct T *message, uint64_t deadline_nanoseconds)            \
	{                                                                                                              \
		if (__builtin_expect(NAME##_put_(sender->channel, message), 1))                                        \
			return STATUS_OK;                                                                              \
		return NAME##_send_waiting_(sender->channel, message, deadline_nanoseconds);                           \
	}                                                                                                              \
	MUST_USE static inline __attribute__((unused)) enum status NAME##_try_send(                                    \
		const struct NAME##_sender *sender, const struct T *message) BORROWS(sender);                          \
	static inline enum status NAME##_try_send(const struct NAME##_sender *sender, const struct T *message)         \
	{                                                                                                              \
		if (__builtin_expect(NAME##_put_(sender->channel, message), 1))                                        \
			return STATUS_OK;                                                                              \
		return async_channel_is_closed(&sender->channel->core) ? STATUS_END : STATUS_BUSY;                     \
	}                                                                                                              \
	MUST_USE static inline __attribute__((unused)) enum status NAME##_receive(                                     \
		const struct NAME##_receiver *receiver, struct T *message, uint64_t deadline_nanoseconds)              \
		BORROWS(receiver) MAY_SLEEP;                                                                           \
	static inline enum status NAME##_receive(                                                                      \
		const struct NAME##_receiver *receiver, struct T *message, uint64_t deadline_nanoseconds)              \
	{                                                                                                              \
		if (__builtin_expect(NAME##_take_(receiver->channel, message), 1))                                     \
			return STATUS_OK;                                                                              \
		return NAME##_receive_waiting_(receiver->channel, message, deadline_nanoseconds);                      \
	}                                                                                                              \
	MUST_USE static inline __attribute__((unused)) enum status NAME##_try_receive(                                 \
		const struct NAME##_receiver *receiver, struct T *message) BORROWS(receiver);                          \
	static inline enum status NAME##_try_receive(const struct NAME##_receiver *receiver, struct T *message)        \
	{                                                                                                              \
		if (__builtin_expect(NAME##_take_(receiver->channel, message), 1))                                     \
			return STATUS_OK;                                                                              \
		return async_channel_is_drained(&receiver->channel->core) ? STATUS_END : STATUS_BUSY;                  \
	}                                                                                                              \
	static inline __attribute__((unused)) void NAME##_close(const struct NAME##_sender *sender) BORROWS(sender);   \
	static inline void NAME##_close(const struct NAME##_sender *sender)                                            \
	{                                                                                                              \
		async_channel_close(&sender->channel->core);                                                           \
	}

#define ASYNC_FUNCTIONS_(NAME, T, ROOM)                                                                                \
	enum status NAME##_create(struct NAME##_sender *sender, struct NAME##_receiver *receiver)                      \
	{                                                                                                              \
		OWN(heap_object, memory);                                                                              \
		TRY(heap_allocate(&memory, sizeof(struct NAME##_channel)));                                            \
		struct NAME##_channel *channel = HEAP_AS(struct NAME##_channel, &memory);                              \
		channel->core.room = (ROOM);                                                                           \
		NAME##_prepare_(channel);                                                                              \
		async_channel_enter(&channel->core, CHANNEL_SENDERS);                                                  \
		async_channel_enter(&channel->core, CHANNEL_RECEIVERS);                                                \
		heap_object_put_in(&channel->core.memory, &memory);                                                    \
		NAME##_sender_fill(sender, (struct NAME##_sender){channel});                                           \
		NAME##_receiver_fill(receiver, (struct NAME##_receiver){channel});                                     \
		return STATUS_OK;                                                                                      \
	}                                                                                                              \
	static void NAME##_end_(struct NAME##_channel *channel, enum channel_side side)                                \
	{                                                                                                              \
		if (!channel || !async_channel_leave(&channel->core, side))                                            \
			return;                                                                                        \
		OWN(heap_object, memory);                                                                              \
		heap_object_take_out(&memory, &channel->core.memory);                                                  \
	}                                                                                                              \
	void NAME##_sender_release(struct NAME##_sender *sender)                                                       \
	{                                                                                                              \
		struct NAME##_channel *channel = sender->channel;                                                      \
		sender->channel = NULL;                                                                                \
		NAME##_end_(channel, CHANNEL_SENDERS);                                                                 \
	}                                                                                                              \
	void NAME##_receiver_release(struct NAME##_receiver *receiver)                                                 \
	{                                                                                                              \
		struct NAME##_channel *channel = receiver->channel;                                                    \
		receiver->channel = NULL;                                                                              \
		NAME##_end_(channel, CHANNEL_RECEIVERS);                                                               \
	}                                                                                                              \
	enum status NAME##_send_waiting_(struct NAME##_channel *channel, const struct T *message, uint64_t deadline)   \
	{                                                                                                              \
		OWN(channel_turn, turn);                                                                               \
		for (;;) {                                                                                             \
			channel_turn_enter(&turn, &channel->core.waiters, CHANNEL_SENDERS, channel);                   \
			if (NAME##_put_(channel, message))                                                             \
				return STATUS_OK;                                                                      \
			if (async_channel_is_closed(&channel->core))                                                   \
				return STATUS_END;                                                                     \
			TRY(channel_turn_wait(&turn, deadline));                                                       \
			if (NAME##_put_(channel, message)) {                                                           \
				channel_turn_use(&turn);                                                               \
				return STATUS_OK;                                                                      \
			}                                                                                              \
		}                                                                                                      \
	}                                                                                                              \
	enum status NAME##_receive_waiting_(struct NAME##_channel *channel, struct T *message, uint64_t deadline)      \
	{                                                                                                              \
		OWN(channel_turn, turn);                                                                               \
		for (;;) {                                                                                             \
			channel_turn_enter(&turn, &channel->core.waiters, CHANNEL_RECEIVERS, channel);                 \
			if (NAME##_take_(channel, message))                                                            \
				return STATUS_OK;                                                                      \
			if (async_channel_is_drained(&channel->core))                                                  \
				return STATUS_END;                                                                     \
			TRY(channel_turn_wait(&turn, deadline));                                                       \
			if (NAME##_take_(channel, message)) {                                                          \
				channel_turn_use(&turn);                                                               \
				return STATUS_OK;                                                                      \
			}                                                                                              \
		}                                                                                                      \
	}

#define ASYNC_SHARE_(NAME)                                                                                             \
	void NAME##_share_sender(const struct NAME##_sender *sender, struct NAME##_sender *other)                      \
	{                                                                                                              \
		async_channel_enter(&sender->channel->core, CHANNEL_SENDERS);                                          \
		NAME##_sender_fill(other, (struct NAME##_sender){sender->channel});                                    \
	}                                                                                                              \
	void NAME##_share_receiver(const struct NAME##_receiver *receiver, struct NAME##_receiver *other)              \
	{                                                                                                              \
		async_channel_enter(&receiver->channel->core, CHANNEL_RECEIVERS);                                      \
		NAME##_receiver_fill(other, (struct NAME##_receiver){receiver->channel});                              \
	}
