#include "tools/depgraph/render_sections.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"

// An arrow from one section to another, or to a cell with all that is used of it.
struct need {
	uint32_t from, to; // names: of sections, or of a cell
	bool within, strays;
	uint32_t places;
	uint32_t first_binding, binding_count; // what it is made of
};

struct inside {
	const struct graph *graph;
	const struct graph_cell *cell;
	struct need *needs;
	size_t need_count, need_capacity;
	uint32_t *others; // names of cells, each once
	size_t other_count, other_capacity;
};

static bool is_for_unwinding(const struct graph *graph, uint32_t name)
{
	static const char table[] = ".gcc_except_table";
	const char *text = graph_text(graph, name);
	return strcmp(text, ".eh_frame") == 0 || strncmp(text, table, sizeof table - 1) == 0;
}

static void note_other(struct inside *d, uint32_t cell)
{
	for (size_t i = 0; i < d->other_count; i++)
		if (d->others[i] == cell)
			return;
	*ARRAY_ADD(d->others, d->other_count, d->other_capacity) = cell;
}

// Bindings stand in the order of (section, cell, symbol), so those of one arrow follow each other.
static void find_needs(struct inside *d)
{
	for (uint32_t i = 0; i < d->cell->binding_count; i++) {
		const struct graph_binding *binding = &d->graph->bindings[d->cell->first_binding + i];
		if (is_for_unwinding(d->graph, binding->from))
			continue;
		uint32_t to = binding->within ? binding->target : binding->cell;
		struct need *need = d->need_count ? &d->needs[d->need_count - 1] : NULL;
		if (!need || need->from != binding->from || need->to != to || need->within != binding->within) {
			need = ARRAY_ADD(d->needs, d->need_count, d->need_capacity);
			need->from = binding->from;
			need->to = to;
			need->within = binding->within;
			need->first_binding = d->cell->first_binding + i;
			if (!binding->within)
				note_other(d, to);
		}
		need->binding_count++;
		need->places += binding->places;
		need->strays = need->strays || binding->strays;
	}
}

static void open_inside(struct inside *d, const struct graph *graph, uint32_t cell)
{
	*d = (struct inside){.graph = graph, .cell = &graph->cells[cell]};
	find_needs(d);
}

static void close_inside(struct inside *d)
{
	free(d->needs);
	free(d->others);
}

static const char *other_name(const struct inside *d, uint32_t cell)
{
	return cell ? graph_text(d->graph, cell) : "(no cell)";
}

// ---- DOT ----

static void write_escaped(FILE *to, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', to);
		putc(*text, to);
	}
}

// A section's box is known by "section:NAME", a cell's by "cell:NAME".
static void write_node(FILE *to, const char *kind, const char *name)
{
	fprintf(to, "\"%s:", kind);
	write_escaped(to, name);
	putc('"', to);
}

static void write_kind(FILE *to, const struct inside *d, enum graph_section_kind kind)
{
	static const char *const fills[] = {"#e8f1fa", "#e4f4e4", "#fae5e0", "#fdf0dc"};
	static const char *const rights[] = {"r-x", "r--", "rw-", "rw-"};
	bool open = false;
	for (uint32_t i = 0; i < d->cell->section_count; i++) {
		const struct graph_section *section = &d->graph->sections[d->cell->first_section + i];
		if (section->kind != kind || is_for_unwinding(d->graph, section->name))
			continue;
		if (!open)
			fprintf(to,
				"  subgraph \"cluster_%s\" {\n    label=\"%s (%s)\"; style=\"rounded,filled\"; "
				"color=\"#c8ccd0\"; fillcolor=\"%s\";\n",
				graph_section_kind_name(kind), graph_section_kind_name(kind), rights[kind],
				fills[kind]);
		open = true;
		fprintf(to, "    ");
		write_node(to, "section", graph_text(d->graph, section->name));
		fprintf(to, " [label=\"");
		write_escaped(to, graph_text(d->graph, section->name));
		fprintf(to, "\\n%" PRIu64 " bytes\"", section->size_bytes);
		if (section->address)
			fprintf(to, ", tooltip=\"at 0x%" PRIx64 "\"", section->address);
		fprintf(to, "];\n");
	}
	if (open)
		fprintf(to, "  }\n");
}

void render_sections_dot(FILE *to, const struct graph *graph, uint32_t cell)
{
	struct inside d;
	open_inside(&d, graph, cell);
	fprintf(to, "digraph sections {\n  label=\"");
	write_escaped(to, graph_cell_name(graph, cell));
	fprintf(to, "\"; labelloc=t; rankdir=LR; newrank=true; fontname=\"Helvetica\"; ranksep=0.6; nodesep=0.15;\n"
		    "  node [shape=box, style=filled, fontname=\"Helvetica\", fontsize=10, fillcolor=\"white\", "
		    "color=\"#40484f\"];\n"
		    "  edge [fontname=\"Helvetica\", fontsize=8, color=\"#40484f\", arrowsize=0.7];\n");
	for (enum graph_section_kind kind = GRAPH_SECTION_TEXT; kind <= GRAPH_SECTION_STATE; kind++)
		write_kind(to, &d, kind);
	for (size_t i = 0; i < d.other_count; i++) {
		fprintf(to, "  ");
		write_node(to, "cell", other_name(&d, d.others[i]));
		fprintf(to, " [style=\"filled,rounded\", fillcolor=\"#eef0f2\", label=\"");
		write_escaped(to, other_name(&d, d.others[i]));
		fprintf(to, "\"];\n");
	}
	for (size_t i = 0; i < d.need_count; i++) {
		const struct need *need = &d.needs[i];
		fprintf(to, "  ");
		write_node(to, "section", graph_text(graph, need->from));
		fprintf(to, " -> ");
		write_node(to, need->within ? "section" : "cell",
			need->within ? graph_text(graph, need->to) : other_name(&d, need->to));
		fprintf(to, " [%s%slabel=\"", need->strays ? "color=\"#d01c1c\", " : "",
			need->within ? "" : "style=dashed, ");
		if (need->places > 1)
			fprintf(to, "%u", need->places);
		fprintf(to, "\", tooltip=\"");
		for (uint32_t b = 0; b < need->binding_count; b++) {
			fputs(b ? ", " : "", to);
			write_escaped(to, graph_text(graph, graph->bindings[need->first_binding + b].target));
		}
		fprintf(to, "\"];\n");
	}
	fprintf(to, "}\n");
	close_inside(&d);
}

// ---- Mermaid ----

// Names have no quotes there: a box is known by the number of its string.
static void write_mermaid_text(FILE *to, const char *text)
{
	for (; *text; text++)
		putc(*text == '"' ? '\'' : *text, to);
}

static void write_mermaid_kind(FILE *to, const struct inside *d, enum graph_section_kind kind)
{
	bool open = false;
	for (uint32_t i = 0; i < d->cell->section_count; i++) {
		const struct graph_section *section = &d->graph->sections[d->cell->first_section + i];
		if (section->kind != kind || is_for_unwinding(d->graph, section->name))
			continue;
		if (!open)
			fprintf(to, "  subgraph %s\n", graph_section_kind_name(kind));
		open = true;
		fprintf(to, "    s%u[\"", i);
		write_mermaid_text(to, graph_text(d->graph, section->name));
		fprintf(to, "\"]\n");
	}
	if (open)
		fprintf(to, "  end\n");
}

// The place of a section in the cell's list, or GRAPH_NONE.
static uint32_t section_number(const struct inside *d, uint32_t name)
{
	for (uint32_t i = 0; i < d->cell->section_count; i++)
		if (d->graph->sections[d->cell->first_section + i].name == name)
			return i;
	return GRAPH_NONE;
}

void render_sections_mermaid(FILE *to, const struct graph *graph, uint32_t cell)
{
	struct inside d;
	open_inside(&d, graph, cell);
	fprintf(to, "flowchart LR\n");
	for (enum graph_section_kind kind = GRAPH_SECTION_TEXT; kind <= GRAPH_SECTION_STATE; kind++)
		write_mermaid_kind(to, &d, kind);
	for (size_t i = 0; i < d.other_count; i++) {
		fprintf(to, "  c%zu([\"", i);
		write_mermaid_text(to, other_name(&d, d.others[i]));
		fprintf(to, "\"])\n");
	}
	for (size_t i = 0; i < d.need_count; i++) {
		const struct need *need = &d.needs[i];
		uint32_t from = section_number(&d, need->from);
		uint32_t to_section = need->within ? section_number(&d, need->to) : 0;
		size_t other = 0;
		if (from == GRAPH_NONE || to_section == GRAPH_NONE)
			continue; // a section of the cell that the input does not list
		while (!need->within && d.others[other] != need->to)
			other++;
		fprintf(to, "  s%u %s", from, need->within ? "-->" : "-.->");
		if (need->places > 1)
			fprintf(to, "|%u|", need->places);
		if (need->within)
			fprintf(to, " s%u\n", to_section);
		else
			fprintf(to, " c%zu\n", other);
	}
	close_inside(&d);
}
