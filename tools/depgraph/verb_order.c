// `depgraph order`: in which order cells are loaded, and which can be loaded side by side.
#include <stdlib.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/cycle.h"
#include "tools/depgraph/paths.h"
#include "tools/depgraph/verb.h"

// One line a level: what stands in a level needs only the levels before it. Cells of one cycle must come together.
static bool print_levels(FILE *to, const struct graph *graph, uint32_t kinds)
{
	struct components components;
	components_find(graph, kinds, &components);
	struct standing *standings = standings_of(graph, kinds, &components);
	uint32_t deepest = 0;
	for (size_t c = 0; c < graph->cell_count; c++)
		if (standings[c].depth > deepest)
			deepest = standings[c].depth;
	bool cyclic = false;
	for (uint32_t level = 0; graph->cell_count && level <= deepest; level++) {
		fprintf(to, "%u", level);
		for (size_t c = 0; c < graph->cell_count; c++) {
			uint32_t k = components.of_cell[c];
			if (standings[c].depth != level || components.members[components.first[k]] != c)
				continue;
			for (uint32_t m = components.first[k]; m < components.first[k + 1]; m++)
				fprintf(to, "%c%s", m == components.first[k] ? ' ' : '+',
					graph_cell_name(graph, components.members[m]));
			cyclic = cyclic || component_size(&components, k) > 1;
		}
		putc('\n', to);
	}
	free(standings);
	components_free(&components);
	return !cyclic;
}

int verb_order(const struct options *options)
{
	struct graph graph;
	int status = load_graph(options, 0, true, &graph);
	if (status == EXIT_GOOD) {
		struct output output;
		output_open(&output, options);
		bool acyclic = print_levels(output.stream, &graph, options->kinds);
		status = output_close(&output);
		if (status == EXIT_GOOD && !acyclic)
			status = EXIT_CYCLE;
	}
	graph_free(&graph);
	return status;
}
