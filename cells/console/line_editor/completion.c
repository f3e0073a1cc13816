// Tab: asks the hook what the word before the cursor may become. The hook is asked once to find what all candidates
// have in common, and again to list them, so that nothing needs to be kept in between.
#include "cells/base/utf8/utf8.h"
#include "cells/console/line_editor/line_editor_internal.h"

struct line_editor_candidates {
	const struct line_editor *editor;
	struct text word; // what each must begin with
	size_t count;
	size_t widest;                     // columns
	char common[LINE_EDITOR_CAPACITY]; // what all of them begin with
	size_t common_length;
	bool listing;
	size_t column; // while listing
};

static void list(struct line_editor_candidates *candidates, struct text candidate)
{
	size_t width = utf8_count(candidate);
	size_t field = candidates->widest + 2;
	if (candidates->column != 0 && candidates->column + candidates->widest >= candidates->editor->columns) {
		line_editor_write(candidates->editor, TEXT("\n"));
		candidates->column = 0;
	}
	line_editor_write(candidates->editor, candidate);
	for (size_t i = width; i < field; i++)
		line_editor_write(candidates->editor, TEXT(" "));
	candidates->column += field;
}

static void narrow(struct line_editor_candidates *candidates, struct text candidate)
{
	size_t same = 0;
	while (same < candidates->common_length && same < candidate.length &&
		AT(candidates->common, same) == text_at(candidate, same))
		same++;
	// Not into the middle of a character.
	struct text common = {candidates->common, candidates->common_length};
	candidates->common_length = same == common.length ? same : utf8_previous(common, same + 1);
}

void line_editor_offer(struct line_editor_candidates *candidates, struct text candidate)
{
	if (!text_starts_with(candidate, candidates->word) || candidate.length > sizeof candidates->common)
		return;
	if (candidates->listing) {
		list(candidates, candidate);
		return;
	}
	size_t width = utf8_count(candidate);
	if (width > candidates->widest)
		candidates->widest = width;
	if (candidates->count == 0) {
		for (size_t i = 0; i < candidate.length; i++)
			AT(candidates->common, i) = text_at(candidate, i);
		candidates->common_length = candidate.length;
	} else {
		narrow(candidates, candidate);
	}
	candidates->count++;
}

static __attribute__((noinline)) void call_complete(
	const struct line_editor_hooks *hooks, struct text before, struct line_editor_candidates *candidates)
{
	hooks->complete(hooks->context, before, candidates->word, candidates);
}

static bool ends_word(char character)
{
	return character == ' ' || character == ';';
}

void line_editor_complete(struct line_editor *editor)
{
	bool second = editor->completed;
	editor->completed = false;
	if (!editor->hooks->complete)
		return;
	struct text line = line_editor_line(editor);
	size_t start = editor->cursor;
	while (start > 0 && !ends_word(text_at(line, start - 1)))
		start--;
	struct line_editor_candidates candidates = {
		.editor = editor,
		.word = text_slice(line, start, editor->cursor),
	};
	struct text before = text_slice(line, 0, start);
	call_complete(editor->hooks, before, &candidates);
	size_t typed = candidates.word.length;
	if (candidates.count == 0) {
		line_editor_beep(editor);
	} else if (candidates.count == 1 || candidates.common_length > typed) {
		struct text rest = text_slice(
			(struct text){candidates.common, candidates.common_length}, typed, candidates.common_length);
		bool fits = line_editor_insert(editor, rest);
		if (fits && candidates.count == 1)
			fits = line_editor_insert(editor, TEXT(" "));
		if (!fits)
			line_editor_beep(editor);
		line_editor_refresh(editor);
	} else if (!second) {
		editor->completed = true;
		line_editor_beep(editor);
	} else {
		line_editor_write(editor, TEXT("\n"));
		candidates.listing = true;
		call_complete(editor->hooks, before, &candidates);
		line_editor_write(editor, TEXT("\n"));
		line_editor_refresh(editor);
	}
}
