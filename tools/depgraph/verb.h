// What the verbs share: reading their inputs and writing their result.
//
// Context: host only; allocates.
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "tools/depgraph/graph.h"
#include "tools/depgraph/options.h"
#include "tools/depgraph/rules.h"
#include "tools/depgraph/view.h"

#ifdef __cplusplus
extern "C" {
#endif

int verb_list(const struct options *options);
int verb_draw(const struct options *options);
int verb_check(const struct options *options);
int verb_path(const struct options *options);
int verb_why(const struct options *options);
int verb_impact(const struct options *options);
int verb_order(const struct options *options);
int verb_unused(const struct options *options);
int verb_metrics(const struct options *options);
int verb_stats(const struct options *options);
int verb_diff(const struct options *options);
int verb_compare(const struct options *options);
int verb_explain(const struct options *options);
int verb_manual(const struct options *options);
int verb_completion(const struct options *options);

// Reads the operands from `first` on into one finished graph. EXIT_GOOD, or EXIT_BAD_INPUT after a message on stderr.
// With `unique_names`, two cells of one name are refused.
int load_graph(const struct options *options, size_t first, bool unique_names, struct graph *graph);

// Reads one input into a finished graph of its own; with `sections` also what is inside the cells.
int load_one_graph(char *path, bool sections, struct graph *graph);

// The cell of that name. EXIT_GOOD, or EXIT_USAGE after a message that proposes the nearest name.
int find_cell(const struct options *options, const struct graph *graph, const char *name, uint32_t *cell);

// Reads the operands from the third on into a graph, finds the two cells that the first two name, and gives them to
// `answer`. Returns its status, or the one of what failed.
typedef int answer_function(const struct options *options, const struct graph *graph, uint32_t from, uint32_t to);
int answer_of_two(const struct options *options, answer_function *answer);

// The whole text of a file, zero-terminated; null after a message. Free with free().
char *read_text(const char *path);

// Reads --rules, if given. EXIT_GOOD or EXIT_BAD_INPUT after a message.
int load_rules(const struct options *options, struct rules *rules);

// What the options of a view ask for. EXIT_GOOD or EXIT_USAGE after a message.
int make_view(const struct options *options, const struct graph *graph, struct view *view);

// Where the result goes. A failed run leaves no half-written file.
struct output {
	const char *path; // null: standard output
	char *part;       // the file while it is written
	FILE *stream;     // never null
	int cause;        // errno of the first failure
	bool abandoned;
};
void output_open(struct output *output, const struct options *options);

// Puts the result in its place. EXIT_GOOD, or EXIT_OUTPUT after a message.
int output_close(struct output *output);

// Gives the result up, after a message of the caller. Returns EXIT_OUTPUT.
int output_abandon(struct output *output);

// The format: --format, else the output's suffix, else the verb's first.
const char *output_format(const struct options *options);

#ifdef __cplusplus
}
#endif
