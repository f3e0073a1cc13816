#include "tools/depgraph/picture.h"
#include "tools/depgraph/render_dot.h"

// Mermaid's names have no quotes, so a box is known by its number and shows its name as its text. Names of cells hold
// nothing that would have to be escaped; of other projects' files, quotes become apostrophes.
static void write_text(FILE *to, const char *text)
{
	putc('"', to);
	for (; *text; text++)
		putc(*text == '"' ? '\'' : *text, to);
	putc('"', to);
}

static void write_box(FILE *to, const struct picture *picture, uint32_t box)
{
	fprintf(to, "    n%u[", box);
	write_text(to, picture_box_name(picture, box));
	fprintf(to, "]%s\n",
		picture->view->focus[box]                                                                  ? ":::focus"
		: !picture->view->folded[box] && picture->graph->cells[box].cell_class == GRAPH_CLASS_CORE ? ":::core"
													   : "");
}

void render_mermaid(FILE *to, const struct graph *graph, const struct view *view, const struct rules *rules)
{
	struct picture picture;
	picture_make(&picture, graph, view, rules);
	fprintf(to, "flowchart TB\n");
	for (size_t g = picture.group_count; g-- > 0;) {
		fprintf(to, "  subgraph g%zu[", g);
		write_text(to, graph_text(graph, picture.groups[g]));
		fprintf(to, "]\n");
		for (uint32_t c = 0; c < graph->cell_count; c++)
			if (picture_is_box(&picture, c, picture.groups[g]))
				write_box(to, &picture, c);
		fprintf(to, "  end\n");
	}
	for (size_t i = 0; i < picture.arrow_count; i++) {
		const struct arrow *arrow = &picture.arrows[i];
		fprintf(to, "  n%u %s", arrow->from, arrow->kinds & EDGE_LINK ? "-->" : "-.->");
		if (arrow->symbols)
			fprintf(to, "|%u|", arrow->symbols);
		fprintf(to, " n%u\n", arrow->to);
	}
	for (size_t i = 0; i < picture.arrow_count; i++) {
		const struct arrow *arrow = &picture.arrows[i];
		if (arrow->in_cycle)
			fprintf(to, "  linkStyle %zu stroke:#d01c1c,stroke-width:3px\n", i);
		else if (arrow->undeclared)
			fprintf(to, "  linkStyle %zu stroke:#c06a00\n", i);
		else if (!(arrow->kinds & EDGE_KINDS_USED))
			fprintf(to, "  linkStyle %zu stroke:#a0a4a8\n", i);
		else if (!(arrow->kinds & EDGE_KINDS_BUILT))
			fprintf(to, "  linkStyle %zu stroke:#00667a\n", i);
	}
	fprintf(to, "  classDef core stroke-width:3px\n  classDef focus fill:#ffd54d\n");
	picture_free(&picture);
}
