#include "tools/depgraph/page/render_html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/page/page_files.h"
#include "tools/depgraph/render_json.h"

static void write_string(FILE *to, const struct page *page, uint32_t string)
{
	render_json_string(to, strings_get(&page->strings, string));
}

static void write_symbols(FILE *to, const struct page *page, uint32_t first, uint32_t count)
{
	putc('[', to);
	for (uint32_t i = 0; i < count; i++)
		fprintf(to, i ? ",%u" : "%u", page->symbols[first + i]);
	putc(']', to);
}

static const char *const change_words[] = {"", "added", "removed", "changed"};

static void write_group(FILE *to, const struct page *page, const struct page_group *group)
{
	fputs("{\"name\":", to);
	write_string(to, page, group->name);
	fprintf(to, ",\"band\":%u,\"open\":%s,\"width\":%u,\"height\":%u}", group->band, group->open ? "true" : "false",
		group->width, group->height);
}

static void write_cell(FILE *to, const struct page *page, const struct page_cell *cell)
{
	fputs("{\"name\":", to);
	write_string(to, page, cell->name);
	fprintf(to, ",\"group\":%u,\"class\":\"%s\",\"x\":%u,\"y\":%u,\"width\":%u", cell->group,
		cell->cell_class ? graph_class_name(cell->cell_class) : "", cell->x, cell->y, cell->width);
	fprintf(to, ",\"bytes\":[%" PRIu64 ",%" PRIu64 ",%" PRIu64 "],\"exports\":", cell->code_bytes,
		cell->constant_bytes, cell->state_bytes);
	write_symbols(to, page, cell->first_export, cell->export_count);
	if (cell->focus)
		fputs(",\"focus\":true", to);
	if (cell->change)
		fprintf(to, ",\"change\":\"%s\",\"what\":\"%s%s%s\"", change_words[cell->change],
			cell->interface_changed ? "interface " : "", cell->state_changed ? "state " : "",
			cell->size_changed ? "size " : "");
	putc('}', to);
}

static void write_edge(FILE *to, const struct page *page, const struct page_edge *edge)
{
	fprintf(to, "{\"from\":%u,\"to\":%u,\"kinds\":%u,\"symbols\":", edge->from, edge->to, edge->kinds);
	write_symbols(to, page, edge->first_symbol, edge->symbol_count);
	if (edge->pointers)
		fprintf(to, ",\"pointers\":%u", edge->pointers);
	if (edge->in_cycle)
		fputs(",\"cycle\":true", to);
	if (edge->replaced)
		fputs(",\"replaced\":true", to);
	if (edge->change)
		fprintf(to, ",\"change\":\"%s\"", change_words[edge->change]);
	if (edge->added_count) {
		fputs(",\"added\":", to);
		write_symbols(to, page, edge->first_symbol + edge->symbol_count, edge->added_count);
	}
	if (edge->removed_count) {
		fputs(",\"removed\":", to);
		write_symbols(
			to, page, edge->first_symbol + edge->symbol_count + edge->added_count, edge->removed_count);
	}
	putc('}', to);
}

static void write_cycle(FILE *to, const struct page *page, const struct page_cycle *cycle)
{
	fprintf(to, "{\"among\":%u,%s\"cells\":[", cycle->component_size,
		cycle->at_run_time ? "\"runtime\":true," : "");
	for (uint32_t i = 0; i < cycle->count; i++)
		fprintf(to, i ? ",%u" : "%u", page->cycle_cells[cycle->first + i]);
	fputs("]}", to);
}

static void write_data(FILE *to, const struct page *page)
{
	fprintf(to, "{\"version\":1,\"difference\":%s,\n\"groups\":[", page->is_difference ? "true" : "false");
	for (size_t i = 0; i < page->group_count; i++) {
		fputs(i ? ",\n" : "\n", to);
		write_group(to, page, &page->groups[i]);
	}
	fputs("],\n\"cells\":[", to);
	for (size_t i = 0; i < page->cell_count; i++) {
		fputs(i ? ",\n" : "\n", to);
		write_cell(to, page, &page->cells[i]);
	}
	fputs("],\n\"edges\":[", to);
	for (size_t i = 0; i < page->edge_count; i++) {
		fputs(i ? ",\n" : "\n", to);
		write_edge(to, page, &page->edges[i]);
	}
	fputs("],\n\"cycles\":[", to);
	for (size_t i = 0; i < page->cycle_count; i++) {
		fputs(i ? ",\n" : "\n", to);
		write_cycle(to, page, &page->cycles[i]);
	}
	fputs("],\n\"strings\":[", to);
	for (uint32_t i = 0; i < page->strings.count; i++) {
		fputs(i ? ",\n" : "\n", to);
		write_string(to, page, i);
	}
	fputs("]}\n", to);
}

// In JSON a `<` stands only within strings, so each can be written as an escape: then no name ends the element
// (</script>) or begins a comment in it (<!--). Source: HTML Living Standard, 4.12.1.3, "Restrictions for contents of
// script elements".
static void write_without_tags(FILE *to, const char *text, size_t length)
{
	const char *end = text + length;
	while (text < end) {
		const char *tag = memchr(text, '<', (size_t)(end - text));
		const char *stop = tag ? tag : end;
		fwrite(text, 1, (size_t)(stop - text), to);
		if (tag)
			fputs("\\u003c", to);
		text = tag ? tag + 1 : end;
	}
}

static void write_file(FILE *to, struct page_file file)
{
	fwrite(file.bytes, 1, file.size_bytes, to);
}

void render_html(FILE *to, const struct page *page)
{
	char *data = NULL;
	size_t data_bytes = 0;
	FILE *memory = open_memstream(&data, &data_bytes);
	if (!memory)
		abort();
	write_data(memory, page);
	fclose(memory);
	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
	      "script-src 'unsafe-inline'; img-src data:\">\n",
		to);
	fprintf(to, "<title>%s: %zu cells, %zu dependencies</title>\n<style>\n",
		page->is_difference ? "What changed" : "Graph of cells", page->cell_count, page->edge_count);
	write_file(to, page_style);
	fputs("</style>\n</head>\n", to);
	write_file(to, page_body);
	fputs("<script type=\"application/json\" id=\"data\">", to);
	write_without_tags(to, data, data_bytes);
	fputs("</script>\n<script type=\"text/plain\" id=\"licences\">\n", to);
	write_file(to, page_licences);
	fputs("</script>\n<script>\n", to);
	write_file(to, page_libraries);
	fputs("</script>\n<script>\n(function () {\n\"use strict\";\n", to);
	write_file(to, page_script);
	fputs("})();\n</script>\n</body>\n</html>\n", to);
	free(data);
}
