// What the files of the screen share: the grid below, the control sequences above it.
#pragma once

#include "cells/console/terminal_screen/terminal_screen.h"

// Empties the cells from `from` up to and without `to`, counted from the top left, row by row.
INTERNAL void terminal_screen_erase(struct terminal_screen *screen, size_t from, size_t to);

// The number of the cell where the cursor stands.
INTERNAL size_t terminal_screen_cursor_index(const struct terminal_screen *screen);

// Moves the cursor, at most to the edges. Columns and rows count from 0.
INTERNAL void terminal_screen_move(struct terminal_screen *screen, long column, long row);

// Begins a control sequence, and takes its bytes up to the last one.
INTERNAL void terminal_screen_begin_sequence(struct terminal_screen *screen);
INTERNAL void terminal_screen_take_in_sequence(struct terminal_screen *screen, uint32_t character);
