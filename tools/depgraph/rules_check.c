// Holds a graph against a rules file.
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/rules.h"

enum { SYMBOLS_SHOWN = 8 };

static bool condition_holds(const struct graph *graph, const struct graph_cell *cell, const struct condition *condition)
{
	const char *value = "";
	switch (condition->kind) {
	case CONDITION_NAME:
		value = graph_text(graph, cell->name);
		break;
	case CONDITION_GROUP:
		value = graph_text(graph, cell->group);
		break;
	case CONDITION_CLASS:
		value = graph_class_name(cell->cell_class);
		break;
	}
	return (fnmatch(condition->pattern, value, 0) == 0) != condition->negated;
}

// Where the alternative that begins at condition `first` ends.
static size_t alternative_end(const struct selection *selection, size_t first)
{
	do
		first++;
	while (first < selection->count && !selection->conditions[first].begins_alternative);
	return first;
}

static bool alternative_holds(
	const struct graph *graph, const struct graph_cell *cell, const struct selection *selection, size_t first)
{
	for (size_t i = first; i < alternative_end(selection, first); i++)
		if (!condition_holds(graph, cell, &selection->conditions[i]))
			return false;
	return true;
}

bool *selection_cells(const struct graph *graph, const struct selection *selection)
{
	bool *cells = ARRAY_NEW(bool, graph->cell_count);
	for (size_t c = 0; c < graph->cell_count; c++)
		for (size_t i = 0; i < selection->count && !cells[c]; i = alternative_end(selection, i))
			cells[c] = alternative_holds(graph, &graph->cells[c], selection, i);
	return cells;
}

uint32_t rules_layer(const struct rules *rules, const char *group)
{
	for (size_t i = 0; i < rules->count; i++)
		for (size_t g = 0; rules->items[i].kind == RULE_ORDER && g < rules->items[i].name_count; g++)
			if (strcmp(rules->items[i].names[g], group) == 0)
				return (uint32_t)g;
	return GRAPH_NONE;
}

// What an exception covers, and which parts of it something needed. Null but for `allow`, `except` and `keep`.
struct exception {
	bool *from, *to;                  // cells
	bool *left_needed, *right_needed; // by the first condition of an alternative; of `keep`, left: by name
};

struct checker {
	const struct graph *graph;
	const struct rules *rules;
	struct findings *findings;
	struct exception *exceptions; // by rule
};

static struct finding *broken(struct checker *c, const struct rule *rule, const char *check, const char *subject)
{
	struct finding *finding = findings_add(c->findings, check, "%s", subject);
	finding->reason = rule->reason;
	finding->file = c->rules->file;
	finding->line = rule->line;
	return finding;
}

static void note_need(const struct graph *graph, const struct selection *selection, uint32_t cell, bool *needed)
{
	for (size_t i = 0; i < selection->count; i = alternative_end(selection, i))
		needed[i] = needed[i] || alternative_holds(graph, &graph->cells[cell], selection, i);
}

// Whether an exception from all rules, or from this one, covers the edge.
static bool excused(struct checker *c, const struct rule *broken_rule, const struct graph_edge *edge)
{
	for (size_t i = 0; i < c->rules->count; i++) {
		const struct exception *exception = &c->exceptions[i];
		const struct rule *rule = &c->rules->items[i];
		if (!exception->from || !exception->from[edge->from] || !exception->to[edge->to] ||
			!(edge->kinds & rule->kinds) ||
			(rule->kind == RULE_EXCEPT && &c->rules->items[rule->exempts] != broken_rule))
			continue;
		note_need(c->graph, &rule->left, edge->from, exception->left_needed);
		note_need(c->graph, &rule->right, edge->to, exception->right_needed);
		return true;
	}
	return false;
}

// Whether an unused export is listed as one to keep.
static bool is_kept(struct checker *c, const char *symbol)
{
	bool kept = false;
	for (size_t i = 0; i < c->rules->count; i++) {
		const struct rule *rule = &c->rules->items[i];
		for (size_t n = 0; rule->kind == RULE_KEEP && n < rule->name_count; n++) {
			if (fnmatch(rule->names[n], symbol, 0) != 0)
				continue;
			kept = c->exceptions[i].left_needed[n] = true;
		}
	}
	return kept;
}

static void report_edge(
	struct checker *c, const struct rule *rule, const char *check, const struct graph_edge *edge, const char *what)
{
	const struct graph *graph = c->graph;
	char subject[512];
	snprintf(subject, sizeof subject, "%s -> %s", graph_cell_name(graph, edge->from),
		graph_cell_name(graph, edge->to));
	struct finding *finding = broken(c, rule, check, subject);
	finding->from = edge->from;
	finding->to = edge->to;
	finding_say(finding, "%s depends on %s: %s", graph_cell_name(graph, edge->from),
		graph_cell_name(graph, edge->to), what);
	char kinds[EDGE_KINDS_TEXT_BYTES];
	char *symbols = edge_symbols_text(graph, edge, SYMBOLS_SHOWN);
	if (asprintf(&finding->details, "%s: %s\n", edge_kinds_text(edge->kinds, kinds), symbols) < 0)
		abort();
	free(symbols);
}

static uint32_t layer_in(const struct rule *rule, const char *group)
{
	for (size_t g = 0; g < rule->name_count; g++)
		if (strcmp(rule->names[g], group) == 0)
			return (uint32_t)g;
	return GRAPH_NONE;
}

static void check_order(struct checker *c, const struct rule *rule)
{
	const struct graph *graph = c->graph;
	uint32_t *layers = ARRAY_NEW(uint32_t, graph->cell_count);
	for (size_t i = 0; i < graph->cell_count; i++) {
		const char *group = graph_text(graph, graph->cells[i].group);
		layers[i] = layer_in(rule, group);
		if (layers[i] == GRAPH_NONE)
			finding_say(broken(c, rule, "order", graph_cell_name(graph, i)),
				"%s is in group '%s', which the order does not list", graph_cell_name(graph, i), group);
	}
	for (size_t e = 0; e < graph->edge_count; e++) {
		const struct graph_edge *edge = &graph->edges[e];
		if (!(edge->kinds & rule->kinds) || layers[edge->from] == GRAPH_NONE ||
			layers[edge->to] == GRAPH_NONE || layers[edge->from] >= layers[edge->to] ||
			excused(c, rule, edge))
			continue;
		char what[256];
		snprintf(what, sizeof what, "group %s is below %s", rule->names[layers[edge->from]],
			rule->names[layers[edge->to]]);
		report_edge(c, rule, "order", edge, what);
	}
	free(layers);
}

// forbid, only and independent: an edge is wrong by its two ends.
static void check_edges(struct checker *c, const struct rule *rule, const bool *left, const bool *right)
{
	for (size_t e = 0; e < c->graph->edge_count; e++) {
		const struct graph_edge *edge = &c->graph->edges[e];
		const char *check = NULL, *what = NULL;
		if (rule->kind == RULE_FORBID && left[edge->from] && right[edge->to]) {
			check = "forbid";
			what = "a rule forbids it";
		} else if (rule->kind == RULE_ONLY && right[edge->to] && !left[edge->from] && !right[edge->from]) {
			check = "only";
			what = "it is not among the allowed users";
		} else if (rule->kind == RULE_INDEPENDENT && left[edge->from] && left[edge->to]) {
			check = "independent";
			what = "the two must not know each other";
		}
		if (check && edge->kinds & rule->kinds && !excused(c, rule, edge))
			report_edge(c, rule, check, edge, what);
	}
}

static void check_require(struct checker *c, const struct rule *rule, const bool *left, const bool *right)
{
	const struct graph *graph = c->graph;
	for (size_t i = 0; i < graph->cell_count; i++) {
		const struct graph_cell *cell = &graph->cells[i];
		bool met = !left[i];
		for (uint32_t e = cell->first_edge; e < cell->first_edge + cell->edge_count; e++)
			met = met || (right[graph->edges[e].to] && graph->edges[e].kinds & rule->kinds);
		if (!met)
			finding_say(broken(c, rule, "require", graph_cell_name(graph, i)),
				"%s depends on none of the cells that a rule requires", graph_cell_name(graph, i));
	}
}

static void check_used(struct checker *c, const struct rule *rule, const bool *left)
{
	const struct graph *graph = c->graph;
	for (size_t i = 0; i < graph->export_count; i++) {
		const struct graph_export *export = &graph->exports[i];
		const char *cell = graph_cell_name(graph, export->cell), *symbol = graph_text(graph, export->name);
		if (!left[export->cell] || !graph_export_is_unused(export) || is_kept(c, symbol))
			continue;
		struct finding *finding = broken(c, rule, "unused-export", symbol);
		finding->from = export->cell;
		finding->symbol = export->name;
		finding_say(finding, "%s exports %s, which nobody uses", cell, symbol);
	}
}

static void check_at_most(struct checker *c, const struct rule *rule, const bool *left)
{
	size_t count = 0;
	for (size_t i = 0; i < c->graph->cell_count; i++)
		count += left[i];
	if (count > rule->limit)
		finding_say(broken(c, rule, "at-most", "at most"), "%zu cells are there where at most %zu may be",
			count, rule->limit);
}

static void check_rule(struct checker *c, const struct rule *rule)
{
	if (rule->kind == RULE_ORDER) {
		check_order(c, rule);
		return;
	}
	bool *left = selection_cells(c->graph, &rule->left);
	bool *right = selection_cells(c->graph, &rule->right);
	switch (rule->kind) {
	case RULE_FORBID:
	case RULE_ONLY:
	case RULE_INDEPENDENT:
		check_edges(c, rule, left, right);
		break;
	case RULE_REQUIRE:
		check_require(c, rule, left, right);
		break;
	case RULE_AT_MOST:
		check_at_most(c, rule, left);
		break;
	case RULE_USED:
		check_used(c, rule, left);
		break;
	case RULE_ORDER:
	case RULE_ALLOW:
	case RULE_EXCEPT:
	case RULE_KEEP:
	case RULE_KIND_COUNT:
		break;
	}
	free(left);
	free(right);
}

// ---- Exceptions that nothing needs ----

static void tell_stale(struct checker *c, const struct rule *rule, const char *what)
{
	static const char *const words[RULE_KIND_COUNT] = {
		[RULE_ALLOW] = "allow", [RULE_EXCEPT] = "except", [RULE_KEEP] = "keep"};
	char subject[512];
	snprintf(subject, sizeof subject, "%s%s%s", words[rule->kind], what ? " " : "", what ? what : "");
	struct finding *finding = broken(c, rule, words[rule->kind], subject);
	if (rule->kind == RULE_KEEP)
		finding_say(finding, "%s is no unused export any more: take it out of the list", what);
	else if (what)
		finding_say(finding, "an exception that no longer needs '%s': take that out", what);
	else
		finding_say(finding, "an exception that nothing needs any more: take it out");
}

static bool any_needed(const struct selection *selection, const bool *needed)
{
	for (size_t i = 0; i < selection->count; i++)
		if (needed[i])
			return true;
	return false;
}

// The alternative in the words of the rules file.
static char *alternative_text(const struct selection *selection, size_t first)
{
	static const char *const prefixes[] = {
		[CONDITION_NAME] = "", [CONDITION_GROUP] = "group:", [CONDITION_CLASS] = "class:"};
	char *text = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&text, &length);
	if (!stream)
		abort();
	for (size_t i = first; i < alternative_end(selection, first); i++)
		fprintf(stream, "%s%s%s%s", i > first ? " & " : "", selection->conditions[i].negated ? "!" : "",
			prefixes[selection->conditions[i].kind], selection->conditions[i].pattern);
	fclose(stream);
	return text;
}

static void tell_stale_alternatives(
	struct checker *c, const struct rule *rule, const struct selection *selection, const bool *needed)
{
	for (size_t i = 0; i < selection->count; i = alternative_end(selection, i)) {
		if (needed[i])
			continue;
		char *text = alternative_text(selection, i);
		tell_stale(c, rule, text);
		free(text);
	}
}

static void check_exception(struct checker *c, size_t index)
{
	const struct rule *rule = &c->rules->items[index];
	const struct exception *exception = &c->exceptions[index];
	for (size_t n = 0; rule->kind == RULE_KEEP && n < rule->name_count; n++)
		if (!exception->left_needed[n])
			tell_stale(c, rule, rule->names[n]);
	if (rule->kind != RULE_ALLOW && rule->kind != RULE_EXCEPT)
		return;
	if (!any_needed(&rule->left, exception->left_needed)) {
		tell_stale(c, rule, NULL);
		return;
	}
	tell_stale_alternatives(c, rule, &rule->left, exception->left_needed);
	tell_stale_alternatives(c, rule, &rule->right, exception->right_needed);
}

// ---- The whole ----

static void open_exception(struct checker *c, size_t index)
{
	const struct rule *rule = &c->rules->items[index];
	struct exception *exception = &c->exceptions[index];
	if (rule->kind == RULE_KEEP)
		exception->left_needed = ARRAY_NEW(bool, rule->name_count);
	if (rule->kind != RULE_ALLOW && rule->kind != RULE_EXCEPT)
		return;
	exception->from = selection_cells(c->graph, &rule->left);
	exception->to = selection_cells(c->graph, &rule->right);
	exception->left_needed = ARRAY_NEW(bool, rule->left.count);
	exception->right_needed = ARRAY_NEW(bool, rule->right.count);
}

static void close_exception(struct exception *exception)
{
	free(exception->from);
	free(exception->to);
	free(exception->left_needed);
	free(exception->right_needed);
}

void rules_check(const struct graph *graph, const struct rules *rules, bool partial, struct findings *findings)
{
	struct checker c = {
		.graph = graph,
		.rules = rules,
		.findings = findings,
		.exceptions = ARRAY_NEW(struct exception, rules->count),
	};
	for (size_t i = 0; i < rules->count; i++)
		open_exception(&c, i);
	for (size_t i = 0; i < rules->count; i++)
		if (!partial || (rules->items[i].kind != RULE_REQUIRE && rules->items[i].kind != RULE_USED))
			check_rule(&c, &rules->items[i]);
	for (size_t i = 0; i < rules->count; i++) {
		if (!partial)
			check_exception(&c, i);
		close_exception(&c.exceptions[i]);
	}
	free(c.exceptions);
}
