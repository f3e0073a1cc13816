// Editing one line: keys go in, text for a terminal comes out.
//
// The editor is a state machine: it waits for nothing and owns no device, so that a test types into it and reads what a
// terminal would show. It knows the keys of most shells: arrows, Home, End, Delete; Ctrl-A, E, B, F (move), H, D
// (delete), K, U, W (cut to the end, to the start, the word), Y (put the cut text back), P, N (history), L (clear the
// screen), C (give the line up); Tab completes. A line that is wider than the terminal scrolls sideways on its one row.
// Characters beyond ASCII pass as UTF-8 and count one column each.
//
// Context: no allocation, no lock. Calls its hooks from within line_editor_press and line_editor_start.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/console/key/key.h"
#include "cells/console/line_history/line_history.h"

enum { LINE_EDITOR_CAPACITY = 512, LINE_EDITOR_COLUMNS_MIN = 16 };

// What could stand in the place of a word; filled by the completion hook.
struct line_editor_candidates;

struct line_editor_hooks {
	void *context;

	// Shows characters on the terminal: text, line feeds, and the control sequences CR, BEL, ESC[nC, ESC[K, ESC[H,
	// ESC[2J.
	void (*write)(void *context, struct text characters);

	// Offers (line_editor_offer) what may stand where `word` begins, after the text `before`. May be null.
	void (*complete)(
		void *context, struct text before, struct text word, struct line_editor_candidates *candidates);
};

enum line_editor_event {
	LINE_EDITOR_EDITING,  // more keys are needed
	LINE_EDITOR_LINE,     // Enter: line_editor_line is complete
	LINE_EDITOR_GIVEN_UP, // Ctrl-C: nothing is to be done with this line
	LINE_EDITOR_END,      // Ctrl-D on an empty line: no more lines are wanted
};

struct line_editor {
	const struct line_editor_hooks *hooks;
	struct line_history *history;
	struct text prompt;
	size_t columns;

	char line[LINE_EDITOR_CAPACITY];
	size_t length;
	size_t cursor;

	char cut[LINE_EDITOR_CAPACITY]; // for Ctrl-Y; lives from line to line
	size_t cut_length;

	char draft[LINE_EDITOR_CAPACITY]; // the line that was left for the history
	size_t draft_length;
	size_t age; // 0: the draft; n: history line n - 1

	bool completed; // the last key was Tab: another one lists the candidates
};

#ifdef __cplusplus
extern "C" {
#endif

// Begins a new, empty line and shows the prompt. `hooks`, `history` and `prompt` are borrowed until the line is
// complete. `columns` is the width of the terminal; less than LINE_EDITOR_COLUMNS_MIN counts as that. `editor` begins
// as
// {}.
void line_editor_start(struct line_editor *editor, const struct line_editor_hooks *hooks, struct line_history *history,
	struct text prompt, size_t columns);

// Takes one key. A complete line is not added to the history: who runs it decides.
enum line_editor_event line_editor_press(struct line_editor *editor, struct key key);

// The line so far. The view is good until the next key.
struct text line_editor_line(const struct line_editor *editor);

// Shows prompt and line anew, below something else that was printed in between.
void line_editor_show(const struct line_editor *editor);

// From the completion hook: `candidate` may stand in the place of the word. What does not begin with the word is
// ignored.
void line_editor_offer(struct line_editor_candidates *candidates, struct text candidate);

#ifdef __cplusplus
}
#endif
