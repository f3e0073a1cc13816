// `depgraph compare A B...`: whether all views of the same cells agree: declared, embedded, live.
#include <stdlib.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/comparison.h"
#include "tools/depgraph/verb.h"

static size_t compare_all(FILE *to, const struct options *options, const struct graph *graphs, struct places *places)
{
	size_t count = 0;
	for (size_t a = 0; a < options->input_count; a++)
		for (size_t b = a + 1; b < options->input_count; b++) {
			struct comparison comparison = {{&graphs[a], &graphs[b]},
				{options->inputs[a], options->inputs[b]}, {&places[a], &places[b]}, options->partial};
			count += comparison_tell(to, &comparison);
		}
	return count;
}

int verb_compare(const struct options *options)
{
	struct graph *graphs = ARRAY_NEW(struct graph, options->input_count);
	int status = EXIT_GOOD;
	for (size_t i = 0; i < options->input_count && status == EXIT_GOOD; i++)
		status = load_one_graph(options->inputs[i], true, &graphs[i]);
	if (status == EXIT_GOOD) {
		struct output output;
		output_open(&output, options);
		struct places *places = ARRAY_NEW(struct places, options->input_count);
		for (size_t i = 0; i < options->input_count; i++)
			places_init(&places[i], &graphs[i], options->source_directory, options->debug);
		size_t count = compare_all(output.stream, options, graphs, places);
		for (size_t i = 0; i < options->input_count; i++)
			places_free(&places[i]);
		free(places);
		status = output_close(&output);
		status = status ? status : count ? EXIT_BROKEN : EXIT_GOOD;
	}
	for (size_t i = 0; i < options->input_count; i++)
		graph_free(&graphs[i]);
	free(graphs);
	return status;
}
