#include "tools/depgraph/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"

static char *format_list(const char *format, va_list arguments)
{
	char *text = NULL;
	if (vasprintf(&text, format, arguments) < 0)
		abort();
	return text;
}

struct finding *findings_add(struct findings *findings, const char *check, const char *subject, ...)
{
	struct finding *finding = ARRAY_ADD(findings->items, findings->count, findings->capacity);
	va_list arguments;
	va_start(arguments, subject);
	finding->subject = format_list(subject, arguments);
	va_end(arguments);
	finding->check = check;
	finding->from = finding->to = GRAPH_NONE;
	return finding;
}

void finding_say(struct finding *finding, const char *message, ...)
{
	va_list arguments;
	va_start(arguments, message);
	free(finding->message);
	finding->message = format_list(message, arguments);
	va_end(arguments);
}

static bool find_place(struct places *places, const struct finding *finding, char place[SOURCE_PLACE_BYTES])
{
	if (finding->from == GRAPH_NONE)
		return false;
	if (finding->symbol && strcmp(finding->check, "unused-export") == 0)
		return places_of_export(places, finding->from, graph_text(places->graph, finding->symbol), place);
	if (finding->symbol &&
		places_of_symbol(places, finding->from, graph_text(places->graph, finding->symbol), place))
		return true;
	return finding->to != GRAPH_NONE && places_of_edge(places, finding->from, finding->to, place);
}

void findings_locate(struct findings *findings, struct places *places)
{
	char place[SOURCE_PLACE_BYTES];
	for (size_t i = 0; i < findings->count; i++)
		if (!findings->items[i].source && find_place(places, &findings->items[i], place))
			findings->items[i].source = strdup(place);
}

void findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->items[i].subject);
		free(findings->items[i].message);
		free(findings->items[i].details);
		free(findings->items[i].source);
	}
	free(findings->items);
	*findings = (struct findings){};
}

char *edge_pointers_text(const struct graph *graph, const struct graph_edge *edge)
{
	char *text = NULL;
	size_t length = 0, written = 0;
	FILE *stream = open_memstream(&text, &length);
	if (!stream)
		abort();
	const struct graph_cell *cell = &graph->cells[edge->to];
	for (uint32_t i = 0; i < cell->pointer_count; i++) {
		const struct graph_pointer *pointer = &graph->pointers[cell->first_pointer + i];
		if (pointer->keeper != graph->cells[edge->from].name)
			continue;
		fprintf(stream, "%spointer '%s'%s%s", written++ ? ", " : "", graph_text(graph, pointer->holder),
			pointer->symbol ? " to " : "", graph_text(graph, pointer->symbol));
	}
	fclose(stream);
	return text;
}

char *edge_symbols_text(const struct graph *graph, const struct graph_edge *edge, size_t limit)
{
	char *text = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&text, &length);
	if (!stream)
		abort();
	uint32_t written = 0;
	for (; written < edge->import_count; written++) {
		if (limit && written == limit) {
			fprintf(stream, " and %u more", edge->import_count - written);
			break;
		}
		fprintf(stream, "%s%s", written ? ", " : "", graph_edge_symbol(graph, edge, written));
	}
	char *pointers = edge->kinds & EDGE_RUNTIME ? edge_pointers_text(graph, edge) : NULL;
	if (pointers)
		fprintf(stream, "%s%s", written ? ", " : "", pointers);
	else if (!written)
		fprintf(stream, "no symbol");
	free(pointers);
	fclose(stream);
	return text;
}
