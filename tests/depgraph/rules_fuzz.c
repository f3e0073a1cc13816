// Feeds the parser of rules files whatever the fuzzer thinks of.
//     bazel run --config=fuzz //tests/depgraph:rules_fuzz -- -max_total_time=60
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	char why[128];
	struct rules rules;
	struct graph graph;
	struct findings findings = {};
	graph_init(&graph);
	graph_add_cell(&graph, "a", 1);
	graph_add_dependency(&graph, "b", 1, EDGE_LINK);
	graph_add_cell(&graph, "b", 1);
	graph_finish(&graph);
	if (rules_parse("rules", text, &rules, why, sizeof why))
		rules_check(&graph, &rules, false, &findings);
	rules_free(&rules);
	findings_free(&findings);
	graph_free(&graph);
	free(text);
	return 0;
}
