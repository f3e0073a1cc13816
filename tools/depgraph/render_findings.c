#include "tools/depgraph/render_findings.h"

#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/render_json.h"

static void print_details(FILE *to, const char *details)
{
	while (*details) {
		size_t length = strcspn(details, "\n");
		fprintf(to, "    %.*s\n", (int)length, details);
		details += length + (details[length] == '\n');
	}
}

static size_t count_cycles(const struct findings *findings)
{
	size_t cycles = 0;
	for (size_t i = 0; i < findings->count; i++)
		cycles += findings->items[i].cycle;
	return cycles;
}

static size_t count_notes(const struct findings *findings)
{
	size_t notes = 0;
	for (size_t i = 0; i < findings->count; i++)
		notes += findings->items[i].note;
	return notes;
}

static void render_text(FILE *to, const struct findings *findings, const struct graph *graph, bool colour)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		fprintf(to, "%s%s%s: %s\n",
			!colour         ? ""
			: finding->note ? "\033[1;34m"
					: "\033[1;31m",
			finding->check, colour ? "\033[0m" : "", finding->message);
		if (finding->details)
			print_details(to, finding->details);
		if (finding->source && !finding->cycle)
			fprintf(to, "    at %s\n", finding->source);
		if (finding->reason)
			fprintf(to, "    because %s (%s:%u)\n", finding->reason, finding->file, finding->line);
	}
	fprintf(to, "%zu cell%s, %zu edge%s: ", graph->cell_count, graph->cell_count == 1 ? "" : "s", graph->edge_count,
		graph->edge_count == 1 ? "" : "s");
	size_t cycles = count_cycles(findings), notes = count_notes(findings), wrong = findings->count - notes;
	if (wrong)
		fprintf(to, "%zu finding%s, %zu of them cycle%s", wrong, wrong == 1 ? "" : "s", cycles,
			cycles == 1 ? "" : "s");
	else
		fprintf(to, "no cycle, no broken rule");
	if (notes)
		fprintf(to, "; %zu note%s", notes, notes == 1 ? "" : "s");
	putc('\n', to);
}

static void write_field(FILE *to, const char *name, const char *value)
{
	if (!value)
		return;
	fprintf(to, ", \"%s\": ", name);
	render_json_string(to, value);
}

static void render_json_findings(FILE *to, const struct findings *findings, const struct graph *graph)
{
	fprintf(to,
		"{\n  \"format\": \"ariadne-depgraph-findings\",\n  \"version\": 1,\n  \"cells\": %zu,\n"
		"  \"edges\": %zu,\n  \"cycles\": %zu,\n  \"findings\": [",
		graph->cell_count, graph->edge_count, count_cycles(findings));
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		fprintf(to, "%s\n    {\"check\": \"%s\"", i ? "," : "", finding->check);
		write_field(to, "subject", finding->subject);
		write_field(to, "message", finding->message);
		write_field(to, "details", finding->details);
		write_field(to, "reason", finding->reason);
		write_field(to, "file", finding->file);
		if (finding->line)
			fprintf(to, ", \"line\": %u", finding->line);
		write_field(to, "source", finding->source);
		write_field(to, "from", finding->from == GRAPH_NONE ? NULL : graph_cell_name(graph, finding->from));
		write_field(to, "to", finding->to == GRAPH_NONE ? NULL : graph_cell_name(graph, finding->to));
		fprintf(to, ", \"cycle\": %s%s}", finding->cycle ? "true" : "false",
			finding->note ? ", \"note\": true" : "");
	}
	fprintf(to, "\n  ]\n}\n");
}

// A place that a code host can show.
struct shown_place {
	char *file; // null: none is known
	unsigned line;
};

static struct shown_place shown(const char *file, size_t length, unsigned line)
{
	struct shown_place place = {.line = line ? line : 1};
	if (asprintf(&place.file, "%.*s", (int)length, file) < 0)
		abort();
	return place;
}

// The source that is wrong, else the rule that says so, else the BUILD file of the cell that depends.
static struct shown_place place_of(const struct graph *graph, const struct finding *finding)
{
	const char *colon = finding->source ? strrchr(finding->source, ':') : NULL;
	if (colon)
		return shown(
			finding->source, (size_t)(colon - finding->source), (unsigned)strtoul(colon + 1, NULL, 10));
	if (finding->file)
		return shown(finding->file, strlen(finding->file), finding->line);
	if (finding->from == GRAPH_NONE || !graph->cells[finding->from].group)
		return (struct shown_place){};
	const struct graph_cell *cell = &graph->cells[finding->from];
	struct shown_place place = {.line = 1};
	if (asprintf(&place.file, "cells/%s/%s/BUILD", graph_text(graph, cell->group), graph_text(graph, cell->name)) <
		0)
		abort();
	return place;
}

// The message, its details and its reason as one text of several lines. Free with free().
static char *whole_text(const struct finding *finding)
{
	char *text = NULL;
	if (asprintf(&text, "%s%s%s%s%s", finding->message, finding->details ? "\n" : "",
		    finding->details ? finding->details : "",
		    !finding->reason   ? ""
		    : finding->details ? "because "
				       : "\nbecause ",
		    finding->reason ? finding->reason : "") < 0)
		abort();
	return text;
}

static void write_sarif_rules(FILE *to, const struct findings *findings)
{
	const char *before = "";
	for (size_t i = 0; i < findings->count; i++) {
		bool seen = false;
		for (size_t j = 0; j < i && !seen; j++)
			seen = strcmp(findings->items[j].check, findings->items[i].check) == 0;
		if (seen)
			continue;
		fprintf(to, "%s{\"id\": \"%s\"}", before, findings->items[i].check);
		before = ", ";
	}
}

static void write_sarif_place(FILE *to, const char *field, const char *file, unsigned line)
{
	fprintf(to, ", \"%s\": [{\"physicalLocation\": {\"artifactLocation\": {\"uri\": ", field);
	render_json_string(to, file);
	fprintf(to, "}, \"region\": {\"startLine\": %u}}}]", line);
}

static void render_sarif(FILE *to, const struct findings *findings, const struct graph *graph)
{
	fprintf(to, "{\n  \"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n  \"version\": \"2.1.0\",\n"
		    "  \"runs\": [{\n    \"tool\": {\"driver\": {\"name\": \"depgraph\", \"rules\": [");
	write_sarif_rules(to, findings);
	fprintf(to, "]}},\n    \"results\": [");
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		char *text = whole_text(finding);
		struct shown_place place = place_of(graph, finding);
		fprintf(to, "%s\n      {\"ruleId\": \"%s\", \"level\": \"%s\", \"message\": {\"text\": ", i ? "," : "",
			finding->check, finding->note ? "note" : "error");
		render_json_string(to, text);
		fprintf(to, "}, \"partialFingerprints\": {\"subject/v1\": ");
		render_json_string(to, finding->subject);
		putc('}', to);
		if (place.file)
			write_sarif_place(to, "locations", place.file, place.line);
		if (place.file && finding->source && finding->file)
			write_sarif_place(to, "relatedLocations", finding->file, finding->line ? finding->line : 1);
		putc('}', to);
		free(text);
		free(place.file);
	}
	fprintf(to, "\n    ]\n  }]\n}\n");
}

// GitHub's commands end at the line's end: line feeds and percent signs are escaped, in properties also ':' and ','.
static void write_command_text(FILE *to, const char *text, bool property)
{
	for (; *text; text++)
		if (strchr("%\r\n", *text) || (property && strchr(":,", *text)))
			fprintf(to, "%%%02X", (unsigned char)*text);
		else
			putc(*text, to);
}

static void render_github(FILE *to, const struct findings *findings, const struct graph *graph)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		char *text = whole_text(finding);
		struct shown_place place = place_of(graph, finding);
		fprintf(to, finding->note ? "::notice " : "::error ");
		if (place.file) {
			fprintf(to, "file=");
			write_command_text(to, place.file, true);
			fprintf(to, ",line=%u,", place.line);
		}
		fprintf(to, "title=depgraph %s::", finding->check);
		write_command_text(to, text, false);
		putc('\n', to);
		free(text);
		free(place.file);
	}
}

void render_findings(
	FILE *to, const char *format, const struct findings *findings, const struct graph *graph, bool colour)
{
	if (strcmp(format, "json") == 0)
		render_json_findings(to, findings, graph);
	else if (strcmp(format, "sarif") == 0)
		render_sarif(to, findings, graph);
	else if (strcmp(format, "github") == 0)
		render_github(to, findings, graph);
	else
		render_text(to, findings, graph, colour);
}
