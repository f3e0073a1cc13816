#include "cells/app/command_bench_sync/command_bench_sync.h"

#include "cells/app/bench_row/bench_row.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/channel/async_channel/async_channel.h"
#include "cells/console/console/console.h"
#include "cells/hal/processor/processor.h"
#include "cells/sync/mutex/mutex.h"

enum { ROOM = 64, SAMPLES = 51 };

struct word {
	uint64_t value;
};
SENDABLE(word);
ASYNC_CHANNEL_TYPE(words, word, ROOM)
ASYNC_CHANNEL_FUNCTIONS(words, word, ROOM)
ASYNC_STREAM_TYPE(word_stream, word, ROOM)
ASYNC_STREAM_FUNCTIONS(word_stream, word, ROOM)

static CELL_STATE_ZERO struct mutex mutex;

static enum status time_mutex(void *context, uint64_t *ticks)
{
	(void)context;
	uint64_t start = processor_timestamp();
	if (!mutex_try_lock(&mutex))
		return STATUS_BUSY;
	mutex_unlock(&mutex);
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

// What the loop of the others takes by itself.
static __attribute__((noinline)) uint64_t loop_ticks(uint64_t rounds) // not a constant: else there is no loop left
{
	uint64_t start = processor_timestamp();
	for (uint64_t i = 0; i < rounds; i++) {
	}
	return processor_timestamp() - start;
}

struct streams {
	const struct word_stream_sender *sender;
	const struct word_stream_receiver *receiver;
	uint64_t last; // of what was received
	uint64_t rounds;
	bool is_send;
};

static enum status time_stream(void *context, uint64_t *ticks)
{
	struct streams *ends = context;
	const struct word_stream_sender *sender = ends->sender;
	const struct word_stream_receiver *receiver = ends->receiver;
	word_stream_sender_expect_in(sender);
	word_stream_receiver_expect_in(receiver);
	struct word word = {1};
	uint64_t start = processor_timestamp();
	for (uint64_t i = 0; i < ROOM; i++)
		TRY(word_stream_try_send(sender, &word));
	uint64_t middle = processor_timestamp();
	for (uint64_t i = 0; i < ROOM; i++)
		TRY(word_stream_try_receive(receiver, &word));
	uint64_t end = processor_timestamp();
	ends->last = word.value;
	*ticks = (ends->is_send ? middle - start : end - middle) - loop_ticks(ends->rounds);
	return STATUS_OK;
}

struct channels {
	const struct words_sender *sender;
	const struct words_receiver *receiver;
	uint64_t last; // of what was received
	uint64_t rounds;
	bool is_send;
};

static enum status time_channel(void *context, uint64_t *ticks)
{
	struct channels *ends = context;
	const struct words_sender *sender = ends->sender;
	const struct words_receiver *receiver = ends->receiver;
	words_sender_expect_in(sender);
	words_receiver_expect_in(receiver);
	struct word word = {1};
	uint64_t start = processor_timestamp();
	for (uint64_t i = 0; i < ROOM; i++)
		TRY(words_try_send(sender, &word));
	uint64_t middle = processor_timestamp();
	for (uint64_t i = 0; i < ROOM; i++)
		TRY(words_try_receive(receiver, &word));
	uint64_t end = processor_timestamp();
	ends->last = word.value;
	*ticks = (ends->is_send ? middle - start : end - middle) - loop_ticks(ends->rounds);
	return STATUS_OK;
}

static enum status bench_stream(void)
{
	OWN(word_stream_sender, sender);
	OWN(word_stream_receiver, receiver);
	TRY(word_stream_create(&sender, &receiver));
	struct streams ends = {&sender, &receiver, 0, ROOM, true};
	TRY(bench_row("async_stream_send", (struct bench_operation){time_stream, &ends, SAMPLES, ROOM}));
	ends.is_send = false;
	return bench_row("async_stream_receive", (struct bench_operation){time_stream, &ends, SAMPLES, ROOM});
}

static enum status bench_channel(void)
{
	OWN(words_sender, sender);
	OWN(words_receiver, receiver);
	TRY(words_create(&sender, &receiver));
	struct channels ends = {&sender, &receiver, 0, ROOM, true};
	TRY(bench_row("async_channel_send", (struct bench_operation){time_channel, &ends, SAMPLES, ROOM}));
	ends.is_send = false;
	return bench_row("async_channel_receive", (struct bench_operation){time_channel, &ends, SAMPLES, ROOM});
}

static enum status bench_all(void)
{
	TRY(bench_row("mutex_uncontended", (struct bench_operation){time_mutex, NULL, SAMPLES, 1}));
	TRY(bench_stream());
	return bench_channel();
}

static enum status run(const struct command_arguments *arguments)
{
	(void)arguments;
	enum status status = bench_all();
	if (status)
		console_print("bench_sync: %s\n", status_name(status));
	return status;
}

const struct command command_bench_sync = {
	.name = "bench_sync",
	.usage = "bench_sync",
	.summary = "measure what locks and channels cost",
	.run = run,
};
