// `depgraph check`: what must not be, told so that the reader knows what to change.
#include <string.h>

#include "tools/depgraph/check.h"
#include "tools/depgraph/verb.h"

static void print_details(FILE *to, const char *details)
{
	while (*details) {
		size_t length = strcspn(details, "\n");
		fprintf(to, "    %.*s\n", (int)length, details);
		details += length + (details[length] == '\n');
	}
}

static void print_text(FILE *to, const struct findings *findings, const struct graph *graph, bool colour)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		fprintf(to, "%s%s%s: %s\n", colour ? "\033[1;31m" : "", finding->check, colour ? "\033[0m" : "",
			finding->message);
		if (finding->details)
			print_details(to, finding->details);
		if (finding->reason)
			fprintf(to, "    because %s (%s:%u)\n", finding->reason, finding->file, finding->line);
	}
	size_t cycles = 0;
	for (size_t i = 0; i < findings->count; i++)
		cycles += findings->items[i].cycle;
	fprintf(to, "%zu cell%s, %zu edge%s: ", graph->cell_count, graph->cell_count == 1 ? "" : "s", graph->edge_count,
		graph->edge_count == 1 ? "" : "s");
	if (findings->count)
		fprintf(to, "%zu finding%s, %zu of them cycle%s\n", findings->count, findings->count == 1 ? "" : "s",
			cycles, cycles == 1 ? "" : "s");
	else
		fprintf(to, "no cycle, no broken rule\n");
}

static int status_of(const struct findings *findings)
{
	int status = EXIT_GOOD;
	for (size_t i = 0; i < findings->count; i++) {
		if (findings->items[i].cycle)
			return EXIT_CYCLE;
		status = EXIT_BROKEN;
	}
	return status;
}

static int check(const struct options *options, const struct graph *graph, const struct rules *rules)
{
	struct check_options what = {.kinds = options->kinds, .partial = options->partial};
	struct findings findings = {};
	check_cycles(graph, &what, &findings);
	check_integrity(graph, &what, &findings);
	rules_check(graph, rules, &findings);
	struct output output;
	output_open(&output, options);
	print_text(output.stream, &findings, graph, options->colour && !options->output);
	int written = output_close(&output);
	int status = written ? written : status_of(&findings);
	findings_free(&findings);
	return status;
}

int verb_check(const struct options *options)
{
	struct graph graph;
	struct rules rules = {};
	int status = load_graph(options, 0, false, &graph);
	if (status == EXIT_GOOD)
		status = load_rules(options, &rules);
	if (status == EXIT_GOOD)
		status = check(options, &graph, &rules);
	rules_free(&rules);
	graph_free(&graph);
	return status;
}
