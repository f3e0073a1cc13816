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

bool *selection_cells(const struct graph *graph, const struct selection *selection)
{
	bool *cells = ARRAY_NEW(bool, graph->cell_count);
	for (size_t c = 0; c < graph->cell_count; c++) {
		bool all = false;
		for (size_t i = 0; i < selection->count && !(cells[c] && selection->conditions[i].begins_alternative);
			i++) {
			const struct condition *condition = &selection->conditions[i];
			all = (condition->begins_alternative || all) &&
			      condition_holds(graph, &graph->cells[c], condition);
			bool last = i + 1 == selection->count || selection->conditions[i + 1].begins_alternative;
			if (last && all)
				cells[c] = true;
		}
	}
	return cells;
}

uint32_t rules_layer(const struct rules *rules, const char *group)
{
	for (size_t i = 0; i < rules->count; i++)
		for (size_t g = 0; g < rules->items[i].group_count; g++)
			if (strcmp(rules->items[i].groups[g], group) == 0)
				return (uint32_t)g;
	return GRAPH_NONE;
}

struct checker {
	const struct graph *graph;
	const struct rules *rules;
	struct findings *findings;
	bool **allowed_from, **allowed_to; // by rule; null but for `allow`
	bool *needed;                      // by rule: an exception that something needed
};

static struct finding *broken(struct checker *c, const struct rule *rule, const char *check, const char *subject)
{
	struct finding *finding = findings_add(c->findings, check, "%s", subject);
	finding->reason = rule->reason;
	finding->file = c->rules->file;
	finding->line = rule->line;
	return finding;
}

static bool excused(struct checker *c, const struct graph_edge *edge)
{
	for (size_t i = 0; i < c->rules->count; i++) {
		if (!c->allowed_from[i] || !c->allowed_from[i][edge->from] || !c->allowed_to[i][edge->to] ||
			!(edge->kinds & c->rules->items[i].kinds))
			continue;
		c->needed[i] = true;
		return true;
	}
	return false;
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
	for (size_t g = 0; g < rule->group_count; g++)
		if (strcmp(rule->groups[g], group) == 0)
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
			layers[edge->to] == GRAPH_NONE || layers[edge->from] >= layers[edge->to] || excused(c, edge))
			continue;
		char what[256];
		snprintf(what, sizeof what, "group %s is below %s", rule->groups[layers[edge->from]],
			rule->groups[layers[edge->to]]);
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
		if (check && edge->kinds & rule->kinds && !excused(c, edge))
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
		if (!left[export->cell] || export->user_count)
			continue;
		const char *cell = graph_cell_name(graph, export->cell), *symbol = graph_text(graph, export->name);
		struct finding *finding = broken(c, rule, "unused-export", symbol);
		finding->from = export->cell;
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
	case RULE_KIND_COUNT:
		break;
	}
	free(left);
	free(right);
}

void rules_check(const struct graph *graph, const struct rules *rules, bool partial, struct findings *findings)
{
	struct checker c = {
		.graph = graph,
		.rules = rules,
		.findings = findings,
		.allowed_from = ARRAY_NEW(bool *, rules->count),
		.allowed_to = ARRAY_NEW(bool *, rules->count),
		.needed = ARRAY_NEW(bool, rules->count),
	};
	for (size_t i = 0; i < rules->count; i++) {
		if (rules->items[i].kind != RULE_ALLOW)
			continue;
		c.allowed_from[i] = selection_cells(graph, &rules->items[i].left);
		c.allowed_to[i] = selection_cells(graph, &rules->items[i].right);
	}
	for (size_t i = 0; i < rules->count; i++)
		if (!partial || (rules->items[i].kind != RULE_REQUIRE && rules->items[i].kind != RULE_USED))
			check_rule(&c, &rules->items[i]);
	for (size_t i = 0; i < rules->count; i++) {
		if (rules->items[i].kind == RULE_ALLOW && !c.needed[i] && !partial)
			finding_say(broken(&c, &rules->items[i], "allow", "allow"),
				"an exception that nothing needs any more: take it out");
		free(c.allowed_from[i]);
		free(c.allowed_to[i]);
	}
	free(c.allowed_from);
	free(c.allowed_to);
	free(c.needed);
}
