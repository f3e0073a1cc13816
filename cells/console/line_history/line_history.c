#include "cells/console/line_history/line_history.h"

enum status line_history_get(const struct line_history *history, size_t age, struct text *line)
{
	if (age >= history->count)
		return STATUS_NOT_FOUND;
	size_t place = (history->next + LINE_HISTORY_LINES - 1 - age) % LINE_HISTORY_LINES;
	*line = text_from_array(AT(history->lines, place), LINE_HISTORY_LINE_CAPACITY);
	return STATUS_OK;
}

void line_history_add(struct line_history *history, struct text line)
{
	if (text_trim(line).length == 0)
		return;
	struct text newest;
	if (line_history_get(history, 0, &newest) == STATUS_OK && text_equal(newest, line))
		return;
	if (text_copy(line, AT(history->lines, history->next), LINE_HISTORY_LINE_CAPACITY) != STATUS_OK)
		return;
	history->next = (history->next + 1) % LINE_HISTORY_LINES;
	if (history->count < LINE_HISTORY_LINES)
		history->count++;
}
