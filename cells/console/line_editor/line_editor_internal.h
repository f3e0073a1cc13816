// What the files of the line editor share: changing the line, and showing it.
#pragma once

#include "cells/console/line_editor/line_editor.h"

// Puts `characters` in at the cursor, which moves behind them. All or nothing: false if there is no room.
INTERNAL bool line_editor_insert(struct line_editor *editor, struct text characters);

// Takes out what lies from `from` up to and without `to`; the cursor moves there.
INTERNAL void line_editor_remove(struct line_editor *editor, size_t from, size_t to);

INTERNAL void line_editor_write(const struct line_editor *editor, struct text characters);
INTERNAL void line_editor_beep(const struct line_editor *editor);

// Shows the row of the line anew: prompt, the part of the line around the cursor, the cursor in its place.
INTERNAL void line_editor_refresh(const struct line_editor *editor);

// Tab: replaces the word before the cursor by what can only be meant, or lists what may be.
INTERNAL void line_editor_complete(struct line_editor *editor);
