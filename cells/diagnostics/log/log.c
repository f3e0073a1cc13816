#include "cells/diagnostics/log/log.h"

#include <stdarg.h>

#include "cells/base/format/format.h"
#include "cells/hal/processor/processor.h"
#include "cells/sync/cell_pointer/cell_pointer.h"
#include "cells/sync/spinlock/spinlock.h"

enum { LENGTH_BYTES = 2 }; // in front of each line in the ring

struct line {
	size_t length;
	char characters[LOG_LINE_CAPACITY];
};

CELL_POINTER_TYPE(sink_pointer, log_sink);

struct sink {
	struct sink_pointer show; // leads nowhere: the place is free
	void *context;
};

// Positions in the ring only grow; a position's place is its remainder.
static CELL_STATE_ZERO struct {
	struct spinlock lock;
	uint64_t first GUARDED_BY(&lock); // where the oldest line begins
	uint64_t end GUARDED_BY(&lock);   // behind the newest line
	uint64_t lines_written GUARDED_BY(&lock);
	uint64_t first_timestamp GUARDED_BY(&lock);
	uint64_t timestamp_frequency_hertz GUARDED_BY(&lock);
	struct sink sinks[LOG_SINK_CAPACITY] GUARDED_BY(&lock);
	char ring[LOG_RING_CAPACITY] GUARDED_BY(&lock);
} state;

static CELL_STATE enum log_level shown_level = LOG_INFO;

static void put(char character) NEEDS_LOCK(&state.lock)
{
	AT(state.ring, state.end % LOG_RING_CAPACITY) = character;
	state.end++;
}

static unsigned char get(uint64_t position) NEEDS_LOCK(&state.lock)
{
	return (unsigned char)AT(state.ring, position % LOG_RING_CAPACITY);
}

static size_t length_at(uint64_t position) NEEDS_LOCK(&state.lock)
{
	return get(position) | (size_t)get(position + 1) << 8;
}

static void keep(const struct line *line) NEEDS_LOCK(&state.lock)
{
	while (state.end + LENGTH_BYTES + line->length - state.first > LOG_RING_CAPACITY)
		state.first += LENGTH_BYTES + length_at(state.first);
	put((char)(line->length & 0xFF));
	put((char)(line->length >> 8));
	for (size_t i = 0; i < line->length; i++)
		put(AT(line->characters, i));
}

// Reads the line at `position` and returns the position of the next one.
static uint64_t read_line(uint64_t position, struct line *line) NEEDS_LOCK(&state.lock)
{
	line->length = length_at(position);
	position += LENGTH_BYTES;
	for (size_t i = 0; i < line->length; i++)
		AT(line->characters, i) = (char)get(position + i);
	return position + line->length;
}

static struct text text_of(const struct line *line)
{
	return (struct text){line->characters, line->length};
}

// An indirect call in a function that holds a guard would go without its type check: hence a function of its own.
static __attribute__((noinline)) void show(log_sink *sink, void *context, struct text line)
{
	if (sink)
		sink(context, line);
}

// Writes the whole line and returns the length that it would have with all of its text.
static size_t compose(struct line *line, enum log_level level, const char *cell, const char *message)
	NEEDS_LOCK(&state.lock)
{
	static const char letters[] = {'E', 'W', 'I', 'D'};
	state.lines_written++;
	if (state.lines_written == 1) {
		state.first_timestamp = processor_timestamp();
		state.timestamp_frequency_hertz = processor_timestamp_frequency_hertz();
	}
	uint64_t frequency = state.timestamp_frequency_hertz;
	if (frequency == 0)
		return format_text(line->characters, sizeof line->characters, "[%5llu] %c %s: %s",
			(unsigned long long)state.lines_written, AT(letters, level), cell, message);
	uint64_t ticks = processor_timestamp() - state.first_timestamp;
	return format_text(line->characters, sizeof line->characters, "[%5llu.%06llu] %c %s: %s",
		(unsigned long long)(ticks / frequency), (unsigned long long)(ticks % frequency * 1000000 / frequency),
		AT(letters, level), cell, message);
}

// Closes a line whose text would have `length` characters: what did not fit is replaced by dots.
static void close(struct line *line, size_t length)
{
	if (length > sizeof line->characters - 1) {
		length = sizeof line->characters - 1;
		for (size_t i = length - 3; i < length; i++)
			AT(line->characters, i) = '.';
	}
	AT(line->characters, length) = '\n';
	line->length = length + 1;
}

void log_write(enum log_level level, const char *cell, const char *format, ...)
{
	if (level > log_get_level() || level > LOG_DEBUG)
		return;
	char message[LOG_LINE_CAPACITY];
	va_list arguments;
	va_start(arguments, format);
	size_t message_length = format_text_list(message, sizeof message, format, arguments);
	va_end(arguments);

	GUARD(&state.lock);
	struct line line;
	size_t length = compose(&line, level, cell, message);
	if (message_length >= sizeof message)
		length += message_length - (sizeof message - 1); // was cut already
	close(&line, length);
	keep(&line);
	for (size_t i = 0; i < LOG_SINK_CAPACITY; i++) {
		const struct sink *sink = &AT(state.sinks, i);
		show(sink_pointer_get(&sink->show), sink->context, text_of(&line));
	}
}

static bool find_sink(log_sink *sink, void *context, size_t *index) NEEDS_LOCK(&state.lock)
{
	for (size_t i = 0; i < LOG_SINK_CAPACITY; i++) {
		const struct sink *candidate = &AT(state.sinks, i);
		if (sink_pointer_get(&candidate->show) == sink && candidate->context == context) {
			*index = i;
			return true;
		}
	}
	return false;
}

enum status log_add_sink(log_sink *sink, void *context)
{
	GUARD(&state.lock);
	size_t index;
	if (find_sink(sink, context, &index))
		return STATUS_EXISTS;
	if (!find_sink(NULL, NULL, &index))
		return STATUS_NO_MEMORY;
	struct sink *added = &AT(state.sinks, index);
	added->context = context;
	sink_pointer_set(&added->show, sink, "log: sink");

	struct line line;
	for (uint64_t position = state.first; position < state.end;) {
		position = read_line(position, &line);
		show(sink, context, text_of(&line));
	}
	return STATUS_OK;
}

enum status log_remove_sink(log_sink *sink, void *context)
{
	GUARD(&state.lock);
	size_t index;
	if (!find_sink(sink, context, &index))
		return STATUS_NOT_FOUND;
	struct sink *removed = &AT(state.sinks, index);
	sink_pointer_clear(&removed->show);
	removed->context = NULL;
	return STATUS_OK;
}

// Takes the next line that is still there and older than `end`, and moves `position` behind it.
static bool take_line(uint64_t *position, uint64_t end, struct line *line)
{
	GUARD(&state.lock);
	if (*position < state.first)
		*position = state.first;
	if (*position >= end)
		return false;
	*position = read_line(*position, line);
	return true;
}

static uint64_t end_of_ring(void)
{
	GUARD(&state.lock);
	return state.end;
}

void log_for_each(log_sink *visit, void *context)
{
	uint64_t end = end_of_ring();
	uint64_t position = 0;
	struct line line;
	while (take_line(&position, end, &line))
		visit(context, text_of(&line));
}

void log_set_level(enum log_level level)
{
	__atomic_store_n(&shown_level, level, __ATOMIC_RELAXED);
}

enum log_level log_get_level(void)
{
	return __atomic_load_n(&shown_level, __ATOMIC_RELAXED);
}

enum status log_level_from(struct text name, enum log_level *level)
{
	if (text_equal(name, TEXT("error")))
		*level = LOG_ERROR;
	else if (text_equal(name, TEXT("warning")))
		*level = LOG_WARNING;
	else if (text_equal(name, TEXT("info")))
		*level = LOG_INFO;
	else if (text_equal(name, TEXT("debug")))
		*level = LOG_DEBUG;
	else
		return STATUS_NOT_FOUND;
	return STATUS_OK;
}

void log_break_lock(void)
{
	spinlock_break(&state.lock);
}
