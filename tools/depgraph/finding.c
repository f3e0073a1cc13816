#include "tools/depgraph/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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

void findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->items[i].subject);
		free(findings->items[i].message);
		free(findings->items[i].details);
	}
	free(findings->items);
	*findings = (struct findings){};
}

char *edge_symbols_text(const struct graph *graph, const struct graph_edge *edge, size_t limit)
{
	char *text = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&text, &length);
	if (!stream)
		abort();
	for (uint32_t i = 0; i < edge->import_count; i++) {
		if (limit && i == limit) {
			fprintf(stream, " and %u more", edge->import_count - i);
			break;
		}
		fprintf(stream, "%s%s", i ? ", " : "", graph_edge_symbol(graph, edge, i));
	}
	if (!edge->import_count)
		fprintf(stream, "no symbol");
	fclose(stream);
	return text;
}
