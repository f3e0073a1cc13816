// Feeds what may come out of a serial line: in pieces, with a mark and without, right frames among them.
//     bazel run --config=fuzz //tests/depgraph:frames_fuzz -- -max_total_time=60
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/frames.h"
#include "tools/depgraph/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// The fuzzer cannot guess checks: each of its lines is also sent as a right frame.
static void send_framed(struct frames *frames, const char *line, size_t length, uint32_t number)
{
	uint32_t hash = 0x811c9dc5;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)line[i]) * 0x01000193;
	char head[64];
	int head_length = snprintf(head, sizeof head, "m %u %08x ", number, hash);
	frames_take(frames, head, (size_t)head_length);
	frames_take(frames, line, length);
	frames_take(frames, "\n", 1);
}

static void take_framed(const char *text, size_t size)
{
	struct frames frames;
	uint32_t number = 0;
	frames_init(&frames, "m");
	while (size) {
		const char *end = memchr(text, '\n', size);
		size_t length = end ? (size_t)(end - text) : size;
		send_framed(&frames, text, length, ++number);
		text += length + (end ? 1 : 0);
		size -= length + (end ? 1 : 0);
	}
	char last[32];
	frames_take(&frames, last, (size_t)snprintf(last, sizeof last, "m end %u\n", number));
	if (frames.state == FRAMES_WHOLE) {
		struct graph graph;
		struct input_error why;
		graph_init(&graph);
		graph.want_sections = true;
		if (input_json(&graph, bytes_from(frames.text, frames.text_length), "fuzz", &why))
			graph_finish(&graph);
		graph_free(&graph);
	}
	frames_free(&frames);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct graph graph;
	struct input_error why;
	struct frames frames;
	graph_init(&graph);
	if (input_frames(&graph, bytes_from(data, size), "fuzz", &why))
		graph_finish(&graph);
	graph_free(&graph);
	frames_init(&frames, "m");
	for (size_t i = 0; i < size; i += 7)
		frames_take(&frames, (const char *)data + i, size - i < 7 ? size - i : 7);
	frames_free(&frames);
	take_framed((const char *)data, size);
	return 0;
}
