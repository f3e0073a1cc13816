// `depgraph check`: what must not be, told so that the reader knows what to change.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/baseline.h"
#include "tools/depgraph/check.h"
#include "tools/depgraph/render_findings.h"
#include "tools/depgraph/verb.h"

static int status_of(const struct findings *findings)
{
	int status = EXIT_GOOD;
	for (size_t i = 0; i < findings->count; i++) {
		if (findings->items[i].cycle)
			return EXIT_CYCLE;
		if (!findings->items[i].note)
			status = EXIT_BROKEN;
	}
	return status;
}

static int write_baseline(const char *path, const struct findings *findings)
{
	FILE *file = fopen(path, "wb");
	if (file)
		baseline_write(file, findings);
	if (file && fclose(file) == 0)
		return EXIT_GOOD;
	fprintf(stderr, "depgraph: %s: cannot write: %s\n", path, strerror(errno));
	return EXIT_OUTPUT;
}

static int report(const struct options *options, const struct graph *graph, struct findings *findings)
{
	if (options->write_baseline_file)
		return write_baseline(options->write_baseline_file, findings);
	if (options->baseline_file) {
		char *text = read_text(options->baseline_file);
		if (!text)
			return EXIT_BAD_INPUT;
		baseline_apply(options->baseline_file, text, findings);
		free(text);
	}
	struct output output;
	output_open(&output, options);
	render_findings(output.stream, output_format(options), findings, graph, options->colour && !options->output);
	int written = output_close(&output);
	return written ? written : status_of(findings);
}

int verb_check(const struct options *options)
{
	struct graph graph;
	struct rules rules = {};
	int status = load_graph(options, 0, false, &graph);
	if (status == EXIT_GOOD)
		status = load_rules(options, &rules);
	if (status == EXIT_GOOD) {
		struct places places;
		places_init(&places, &graph, options->source_directory, options->debug);
		struct check_options what = {.kinds = options->kinds,
			.notes = !options->kinds_given,
			.partial = options->partial,
			.unused_exports = options->unused_exports,
			.places = &places};
		struct findings findings = {};
		check_cycles(&graph, &what, &findings);
		check_integrity(&graph, &what, &findings);
		rules_check(&graph, &rules, options->partial, &findings);
		findings_locate(&findings, &places);
		status = report(options, &graph, &findings);
		places_free(&places);
		findings_free(&findings);
	}
	rules_free(&rules);
	graph_free(&graph);
	return status;
}
