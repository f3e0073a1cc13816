#include "tools/depgraph/render_json.h"

#include <inttypes.h>
#include <string.h>

#include "tools/depgraph/json_reader.h"

void render_json_string(FILE *to, const char *text)
{
	putc('"', to);
	for (const unsigned char *at = (const unsigned char *)text; *at;) {
		size_t plain = 0; // most strings are names: plain from end to end
		while (at[plain] >= 0x20 && at[plain] < 0x7f && at[plain] != '"' && at[plain] != '\\')
			plain++;
		fwrite(at, 1, plain, to);
		at += plain;
		size_t length = json_utf8_length((const char *)at, strnlen((const char *)at, 4));
		if (*at == '"' || *at == '\\')
			fprintf(to, "\\%c", *at);
		else if (*at == '\n')
			fputs("\\n", to);
		else if (*at && (*at < 0x20 || !length))
			fprintf(to, "\\u%04x", *at);
		else
			fwrite(at, 1, length, to);
		at += *at ? (length ? length : 1) : 0;
	}
	putc('"', to);
}

static void write_kinds(FILE *to, uint32_t kinds)
{
	static const char *const names[] = {"link", "type", "header", "runtime", "declared", "implicit"};
	const char *before = "[";
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!(kinds & 1U << i))
			continue;
		fprintf(to, "%s\"%s\"", before, names[i]);
		before = ", ";
	}
	fputs(*before == '[' ? "[]" : "]", to);
}

static void write_hex(FILE *to, const char *name, const unsigned char *bytes, size_t count)
{
	fprintf(to, ", \"%s\": \"", name);
	for (size_t i = 0; i < count; i++) {
		putc("0123456789abcdef"[bytes[i] >> 4], to);
		putc("0123456789abcdef"[bytes[i] & 15], to);
	}
	putc('"', to);
}

static void write_hash(FILE *to, struct type_hash hash)
{
	if (type_hash_known(hash))
		write_hex(to, "type_hash", hash.bytes, sizeof hash.bytes);
}

static void write_text_field(FILE *to, const struct graph *graph, const char *name, uint32_t text)
{
	if (!text)
		return;
	fputs(", \"", to);
	fputs(name, to);
	fputs("\": ", to);
	render_json_string(to, graph_text(graph, text));
}

static void write_dependencies(FILE *to, const struct graph *graph, const struct graph_cell *cell)
{
	fputs(",\n     \"dependencies\": [", to);
	for (uint32_t i = 0; i < cell->dependency_count; i++) {
		const struct graph_dependency *dependency = &graph->dependencies[cell->first_dependency + i];
		fputs(i ? ",\n       {\"cell\": " : "\n       {\"cell\": ", to);
		render_json_string(to, graph_text(graph, dependency->name));
		fputs(", \"kinds\": ", to);
		write_kinds(to, dependency->kinds);
		putc('}', to);
	}
	putc(']', to);
}

static void write_exports(FILE *to, const struct graph *graph, const struct graph_cell *cell)
{
	static const char *const kinds[] = {"function", "object", "other"};
	fputs(",\n     \"exports\": [", to);
	for (uint32_t i = 0; i < cell->export_count; i++) {
		const struct graph_export *export = &graph->exports[cell->first_export + i];
		fputs(i ? ",\n       {\"symbol\": " : "\n       {\"symbol\": ", to);
		render_json_string(to, graph_text(graph, export->name));
		fprintf(to, ", \"kind\": \"%s\", \"size_bytes\": %u", kinds[export->kind], export->size_bytes);
		if (export->is_entry)
			fputs(", \"entry\": true", to);
		write_hash(to, export->hash);
		putc('}', to);
	}
	putc(']', to);
}

static void write_imports(FILE *to, const struct graph *graph, const struct graph_cell *cell)
{
	fputs(",\n     \"imports\": [", to);
	for (uint32_t i = 0; i < cell->import_count; i++) {
		const struct graph_import *import = &graph->imports[cell->first_import + i];
		fputs(i ? ",\n       {\"symbol\": " : "\n       {\"symbol\": ", to);
		render_json_string(to, graph_text(graph, import->name));
		write_text_field(to, graph, "cell", import->from_cell);
		write_hash(to, import->hash);
		fputs(import->optional ? ", \"optional\": true}" : "}", to);
	}
	putc(']', to);
}

static void write_states(FILE *to, const struct graph *graph, const struct graph_cell *cell)
{
	fputs(",\n     \"states\": [", to);
	for (uint32_t i = 0; i < cell->state_count; i++) {
		const struct graph_state *state = &graph->states[cell->first_state + i];
		fputs(i ? ",\n       {\"name\": " : "\n       {\"name\": ", to);
		render_json_string(to, graph_text(graph, state->name));
		fprintf(to, ", \"size_bytes\": %" PRIu64, state->size_bytes);
		write_hash(to, state->hash);
		putc('}', to);
	}
	putc(']', to);
}

static void write_pointers(FILE *to, const struct graph *graph, const struct graph_cell *cell)
{
	fputs(",\n     \"pointers\": [", to);
	for (uint32_t i = 0; i < cell->pointer_count; i++) {
		const struct graph_pointer *pointer = &graph->pointers[cell->first_pointer + i];
		fputs(i ? ",\n       {\"holder\": " : "\n       {\"holder\": ", to);
		render_json_string(to, graph_text(graph, pointer->holder));
		write_text_field(to, graph, "cell", pointer->keeper);
		write_text_field(to, graph, "symbol", pointer->symbol);
		putc('}', to);
	}
	putc(']', to);
}

static void write_sections(FILE *to, const struct graph *graph, const struct graph_cell *cell)
{
	fputs(",\n     \"sections\": [", to);
	for (uint32_t i = 0; i < cell->section_count; i++) {
		const struct graph_section *section = &graph->sections[cell->first_section + i];
		fputs(i ? ",\n       {\"name\": " : "\n       {\"name\": ", to);
		render_json_string(to, graph_text(graph, section->name));
		fprintf(to, ", \"kind\": \"%s\", \"size_bytes\": %" PRIu64, graph_section_kind_name(section->kind),
			section->size_bytes);
		if (section->address)
			fprintf(to, ", \"address\": \"%016" PRIx64 "\"", section->address);
		putc('}', to);
	}
	fputs("],\n     \"bindings\": [", to);
	for (uint32_t i = 0; i < cell->binding_count; i++) {
		const struct graph_binding *binding = &graph->bindings[cell->first_binding + i];
		fputs(i ? ",\n       {\"from\": " : "\n       {\"from\": ", to);
		render_json_string(to, graph_text(graph, binding->from));
		if (!binding->within)
			write_text_field(to, graph, "cell", binding->cell);
		write_text_field(to, graph, binding->within ? "section" : "symbol", binding->target);
		fprintf(to, ", \"places\": %u%s}", binding->places, binding->strays ? ", \"strays\": true" : "");
	}
	putc(']', to);
}

static void write_cell(FILE *to, const struct graph *graph, const struct graph_cell *cell)
{
	fputs("    {\"name\": ", to);
	render_json_string(to, graph_text(graph, cell->name));
	write_text_field(to, graph, "group", cell->group);
	if (cell->cell_class)
		fprintf(to, ", \"class\": \"%s\"", graph_class_name(cell->cell_class));
	write_text_field(to, graph, "version", cell->version);
	write_text_field(to, graph, "origin", cell->origin);
	fprintf(to,
		",\n     \"code_bytes\": %" PRIu64 ", \"constant_bytes\": %" PRIu64 ", \"state_bytes\": %" PRIu64
		", \"spilled_bytes\": %" PRIu64,
		cell->code_bytes, cell->constant_bytes, cell->state_bytes, cell->spilled_bytes);
	if (cell->lines)
		fprintf(to, ", \"lines\": %" PRIu64 ", \"raw_operations\": %" PRIu64, cell->lines,
			cell->raw_operations);
	if (cell->references)
		fprintf(to, ", \"references\": %" PRIu64, cell->references);
	static const struct cell_build_id unknown;
	if (!cell_metadata_build_id_equal(cell->build_id, unknown))
		write_hex(to, "build_id", cell->build_id.bytes, sizeof cell->build_id.bytes);
	write_dependencies(to, graph, cell);
	write_exports(to, graph, cell);
	write_imports(to, graph, cell);
	write_states(to, graph, cell);
	if (cell->pointer_count)
		write_pointers(to, graph, cell);
	if (cell->section_count)
		write_sections(to, graph, cell);
	putc('}', to);
}

static void write_edge(FILE *to, const struct graph *graph, const struct graph_edge *edge, bool in_cycle)
{
	fputs("    {\"from\": ", to);
	render_json_string(to, graph_cell_name(graph, edge->from));
	fputs(", \"to\": ", to);
	render_json_string(to, graph_cell_name(graph, edge->to));
	fputs(", \"kinds\": ", to);
	write_kinds(to, edge->kinds);
	fputs(", \"symbols\": [", to);
	for (uint32_t i = 0; i < edge->import_count; i++) {
		fputs(i ? ", " : "", to);
		render_json_string(to, graph_edge_symbol(graph, edge, i));
	}
	fprintf(to, "], \"in_cycle\": %s}", in_cycle ? "true" : "false");
}

void render_json(FILE *to, const struct graph *graph, const struct view *view)
{
	static const char *const views[] = {"embedded", "declared", "live"};
	fprintf(to,
		"{\n  \"format\": \"ariadne-depgraph\",\n  \"version\": 1,\n  \"view\": \"%s\",\n  \"metadata\": %s,\n"
		"  \"cells\": [",
		views[graph->origin], graph->without_metadata ? "false" : "true");
	const char *before = "\n";
	for (size_t c = 0; c < graph->cell_count; c++) {
		if (!view->cells[c])
			continue;
		fputs(before, to);
		write_cell(to, graph, &graph->cells[c]);
		before = ",\n";
	}
	fputs("\n  ],\n  \"edges\": [", to);
	before = "\n";
	for (size_t e = 0; e < graph->edge_count; e++) {
		if (!view->edges[e])
			continue;
		fputs(before, to);
		write_edge(to, graph, &graph->edges[e], view->in_cycle[e]);
		before = ",\n";
	}
	fputs("\n  ]\n}\n", to);
}
