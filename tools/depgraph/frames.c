// FNV-1a: G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, RFC 9923.
#include "tools/depgraph/frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHECK_DIGITS = 8, NUMBER_DIGITS = 9, LINE_LIMIT = 65536 };

void frames_init(struct frames *frames, const char *mark)
{
	*frames = (struct frames){};
	snprintf(frames->mark, sizeof frames->mark, "%s", mark ? mark : "");
}

void frames_free(struct frames *frames)
{
	free(frames->line);
	free(frames->text);
	frames->line = frames->text = NULL;
}

static void append(char **to, size_t *length, size_t *capacity, const char *bytes, size_t count)
{
	if (!count)
		return;
	if (*length + count > *capacity) {
		*capacity = (*length + count) * 2;
		char *larger = realloc(*to, *capacity);
		if (!larger)
			abort();
		*to = larger;
	}
	memcpy(*to + *length, bytes, count);
	*length += count;
}

static uint32_t check_of(const char *text, size_t length)
{
	uint32_t hash = 0x811c9dc5;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x01000193;
	return hash;
}

static void tear(struct frames *frames, const char *what)
{
	frames->state = FRAMES_TORN;
	snprintf(frames->why, sizeof frames->why, "line %u of the graph %s", frames->count + 1, what);
}

// Decimal digits, then a blank or the end.
static const char *take_number(const char *at, const char *end, uint32_t *number)
{
	const char *begin = at;
	*number = 0;
	while (at < end && *at >= '0' && *at <= '9' && at - begin < NUMBER_DIGITS)
		*number = *number * 10 + (uint32_t)(*at++ - '0');
	if (at == begin || (at < end && *at != ' '))
		return NULL;
	return at < end ? at + 1 : at;
}

static const char *take_check(const char *at, const char *end, uint32_t *check)
{
	*check = 0;
	if (end - at < CHECK_DIGITS + 1 || at[CHECK_DIGITS] != ' ')
		return NULL;
	for (int i = 0; i < CHECK_DIGITS; i++, at++) {
		char c = *at;
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return NULL;
		*check = *check * 16 + (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return at + 1;
}

// What follows the mark, if this is a line of the graph.
static const char *after_mark(const struct frames *frames, const char *line, const char *end)
{
	size_t length = strlen(frames->mark);
	for (const char *at = line; at + length < end; at++)
		if (memcmp(at, frames->mark, length) == 0 && at[length] == ' ')
			return at + length + 1;
	return NULL;
}

// Without a mark: a line "WORD 1 CHECK {..." whose check is right begins a graph, and gives the mark.
static void find_mark(struct frames *frames, const char *line, const char *end)
{
	const char *blank = memchr(line, ' ', (size_t)(end - line));
	uint32_t number, check;
	if (!blank || blank == line || (size_t)(blank - line) >= sizeof frames->mark)
		return;
	const char *rest = take_number(blank + 1, end, &number);
	rest = rest && number == 1 ? take_check(rest, end, &check) : NULL;
	if (!rest || rest == end || *rest != '{' || check_of(rest, (size_t)(end - rest)) != check)
		return;
	memcpy(frames->mark, line, (size_t)(blank - line));
	frames->mark[blank - line] = '\0';
}

static void take_frame(struct frames *frames, const char *at, const char *end)
{
	uint32_t number, check;
	if (end - at >= 4 && memcmp(at, "end ", 4) == 0) {
		bool whole = take_number(at + 4, end, &number) == end && number == frames->count && frames->count;
		if (whole)
			frames->state = FRAMES_WHOLE;
		else
			tear(frames, "is missing");
		return;
	}
	const char *rest = take_number(at, end, &number);
	const char *text = rest ? take_check(rest, end, &check) : NULL;
	if (!text || check_of(text, (size_t)(end - text)) != check) {
		// A shell echoes the command, whose last word is the mark; that is before the first line.
		if (frames->state == FRAMES_READING)
			tear(frames, "is torn: something else was written into it");
		return;
	}
	if (number != frames->count + 1) {
		tear(frames, "is missing");
		return;
	}
	frames->state = FRAMES_READING;
	frames->count++;
	append(&frames->text, &frames->text_length, &frames->text_capacity, text, (size_t)(end - text));
	append(&frames->text, &frames->text_length, &frames->text_capacity, "\n", 1);
}

static void take_line(struct frames *frames)
{
	if (!frames->line_length)
		return;
	const char *line = frames->line, *end = line + frames->line_length;
	while (end > line && end[-1] == '\r')
		end--;
	while (line < end && *line == '\r')
		line++;
	if (!frames->mark[0])
		find_mark(frames, line, end);
	const char *at = frames->mark[0] ? after_mark(frames, line, end) : NULL;
	if (at)
		take_frame(frames, at, end);
	frames->line_length = 0;
}

void frames_take(struct frames *frames, const char *bytes, size_t count)
{
	while (count && frames->state < FRAMES_WHOLE) {
		const char *end = memchr(bytes, '\n', count);
		size_t length = end ? (size_t)(end - bytes) : count;
		if (frames->line_length + length > LINE_LIMIT)
			frames->line_length = 0; // no line of a graph is so long
		else
			append(&frames->line, &frames->line_length, &frames->line_capacity, bytes, length);
		if (end)
			take_line(frames);
		bytes += length + (end ? 1 : 0);
		count -= length + (end ? 1 : 0);
	}
}
