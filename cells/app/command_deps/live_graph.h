// The whole live graph as JSON, for a program at the other end of a wire: `deps --json`.
//
// Links are read from bound bytes, never copied from metadata. One cell after another, so nothing is held in memory.
#pragma once

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"

// Prints it. With a `mark` each line is framed as "MARK NUMBER CHECK TEXT": the number counts from 1, the check is
// the 32-bit FNV-1a of the text in 8 hexadecimal digits, and a last line "MARK end NUMBER" says how many there were. So
// a reader tells the graph from whatever else is on the line, and a whole line from a torn one.
//
// STATUS_NO_MEMORY: the heap is full; what was printed is no whole graph.
INTERNAL MUST_USE enum status live_graph_print(struct text mark);
