// Finds a graph in what comes out of a serial line, where prompts, echoes and the log stand between its lines.
//
// The system's `deps --json MARK` prints each line of the graph as "MARK NUMBER CHECK TEXT" and, last, "MARK end COUNT"
// (cells/app/command_deps/live_graph.h). A line whose check or number is wrong was torn by something else that wrote at
// the same time; then the graph is worth nothing and must be asked for again.
//
// Context: host only; allocates.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { FRAMES_MARK_CAPACITY = 17 };

enum frames_state { FRAMES_WAITING, FRAMES_READING, FRAMES_WHOLE, FRAMES_TORN };

struct frames {
	char mark[FRAMES_MARK_CAPACITY]; // empty: that of the first line of a graph
	enum frames_state state;
	uint32_t count; // lines that were good
	char why[160];  // FRAMES_TORN
	char *line;     // the unfinished one
	size_t line_length, line_capacity;
	char *text; // the graph so far
	size_t text_length, text_capacity;
};

// A null or empty mark: a recorded line, whose mark is found.
void frames_init(struct frames *frames, const char *mark);
void frames_free(struct frames *frames);

// Takes bytes as they come. Once the graph is whole or torn nothing changes any more.
void frames_take(struct frames *frames, const char *bytes, size_t count);

#ifdef __cplusplus
}
#endif
