// Feeds the readers whatever the fuzzer thinks of, and asks the finished graph some questions.
//     bazel run --config=fuzz //tests/depgraph:input_fuzz -- -max_total_time=60
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/check.h"
#include "tools/depgraph/input.h"
#include "tools/depgraph/render_json.h"
#include "tools/depgraph/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *copy = malloc(size ? size : 1); // libelf wants memory that it could write to
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	struct graph graph;
	struct input_error why;
	graph_init(&graph);
	graph.want_sections = true;
	if (input_bytes(&graph, bytes_from(copy, size), "fuzz", &why)) {
		graph_finish(&graph);
		struct findings findings = {};
		struct check_options options = {.kinds = EDGE_KINDS_USED};
		check_cycles(&graph, &options, &findings);
		check_integrity(&graph, &options, &findings);
		findings_free(&findings);
		struct view view;
		view_init(&view, &graph, EDGE_KINDS_USED);
		view_reduce(&view, &graph);
		char *text = NULL;
		size_t text_bytes = 0;
		FILE *memory = open_memstream(&text, &text_bytes);
		if (memory) {
			render_json(memory, &graph, &view);
			fclose(memory);
		}
		free(text);
		view_free(&view);
	}
	graph_free(&graph);
	free(copy);
	return 0;
}
