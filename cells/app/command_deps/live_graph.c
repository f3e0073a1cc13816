// Format: tools/depgraph/render_json.h. Frames are undone by tools/depgraph/frames.c. FNV-1a: G. Fowler, L. C. Noll,
// K.-P. Vo, D. Eastlake, "The FNV Non-Cryptographic Hash Algorithm", RFC 9923.
#include "cells/app/command_deps/live_graph.h"

#include "cells/app/command_deps/link_list.h"
#include "cells/base/format/format.h"
#include "cells/console/console/console.h"
#include "cells/loader/cell_record/cell_record.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_store/cell_store.h"

enum {
	LINE_CAPACITY =
		900, // three names of 255 characters fit; a frame around it fits what the console prints at once
	FIELD_CAPACITY = 64,
	FNV_BASIS = 0x811c9dc5,
	FNV_PRIME = 0x01000193,
};

// The line at hand, and how many there were.
struct printer {
	struct text mark;
	uint32_t number;
	size_t length;
	char line[LINE_CAPACITY];
};

static void put(struct printer *p, struct text text)
{
	for (size_t index = 0; index < text.length && p->length < LINE_CAPACITY; index++)
		AT(p->line, p->length++) = text_at(text, index);
}

// A string in quotes. Names come from objects: what would end the string or is no printable character is replaced.
static void put_string(struct printer *p, struct text text)
{
	put(p, TEXT("\""));
	for (size_t index = 0; index < text.length; index++) {
		char c = text_at(text, index);
		bool plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
		put(p, plain ? text_slice(text, index, index + 1) : TEXT("?"));
	}
	put(p, TEXT("\""));
}

// `name` is the text before the value, with its quotes and colon.
static void put_name(struct printer *p, struct text name, struct text value)
{
	put(p, name);
	put_string(p, value);
}

static void put_number(struct printer *p, struct text name, uint64_t value)
{
	char digits[FIELD_CAPACITY];
	format_text(digits, sizeof digits, "%llu", (unsigned long long)value);
	put(p, name);
	put(p, text_from_array(digits, sizeof digits));
}

static void put_address(struct printer *p, struct text name, uint64_t value)
{
	char digits[FIELD_CAPACITY];
	format_text(digits, sizeof digits, "\"%016llx\"", (unsigned long long)value);
	put(p, name);
	put(p, text_from_array(digits, sizeof digits));
}

static uint32_t check_of(struct text text)
{
	uint32_t hash = FNV_BASIS;
	for (size_t index = 0; index < text.length; index++)
		hash = (hash ^ (uint8_t)text_at(text, index)) * FNV_PRIME;
	return hash;
}

static void end_line(struct printer *p)
{
	struct text line = text_slice(text_from_array(p->line, sizeof p->line), 0, p->length);
	p->number++;
	if (p->mark.length > 0)
		console_print("%.*s %u %08x %.*s\n", TEXT_ARGUMENTS(p->mark), (unsigned)p->number,
			(unsigned)check_of(line), TEXT_ARGUMENTS(line));
	else
		console_print("%.*s\n", TEXT_ARGUMENTS(line));
	p->length = 0;
}

// ---- What a cell has ----

static void put_sections(struct printer *p, const struct cell_reference *cell, uint32_t count) BORROWS(cell)
{
	put(p, TEXT(" \"sections\": ["));
	for (uint32_t index = 0; index < count; index++) {
		struct cell_section_view section;
		cell_reference_section(cell, index, &section);
		end_line(p);
		put_name(p, index > 0 ? TEXT("  ,{\"name\": ") : TEXT("  {\"name\": "), section.name);
		put_name(p, TEXT(", \"kind\": "), text_from(cell_section_kind_name(section.kind)));
		put_number(p, TEXT(", \"size_bytes\": "), section.size_bytes);
		put_address(p, TEXT(", \"address\": "), section.address);
		put(p, TEXT("}"));
	}
	put(p, TEXT("],"));
	end_line(p);
}

static void put_exports(struct printer *p, const struct cell_reference *cell) BORROWS(cell)
{
	put(p, TEXT(" \"exports\": ["));
	struct cell_symbol_walk walk = {};
	struct cell_symbol_view symbol;
	bool is_first = true;
	while (!cell_reference_next_symbol(cell, &walk, &symbol)) {
		if (!symbol.is_exported)
			continue;
		end_line(p);
		put_name(p, is_first ? TEXT("  {\"symbol\": ") : TEXT("  ,{\"symbol\": "), symbol.name);
		put_name(p, TEXT(", \"kind\": "), symbol.is_function ? TEXT("function") : TEXT("object"));
		put_number(p, TEXT(", \"size_bytes\": "), symbol.size_bytes);
		put(p, TEXT("}"));
		is_first = false;
	}
	put(p, TEXT("],"));
	end_line(p);
}

// The symbols of other cells that are bound, each once.
static enum status put_imports(struct printer *p, const struct cell_reference *cell) BORROWS(cell)
{
	OWN(link_list, needs);
	enum status status = link_list_of_needs(&needs, cell);
	if (status)
		return status;
	struct link_slice links = link_list_items(&needs);
	put(p, TEXT(" \"imports\": ["));
	bool is_first = true;
	for (size_t index = 0; index < links.count; index++) {
		const struct link *link = &ITEM(links, index);
		if (link->symbol.length == 0)
			continue; // leads astray: the bindings tell
		end_line(p);
		put_name(p, is_first ? TEXT("  {\"symbol\": ") : TEXT("  ,{\"symbol\": "), link->symbol);
		put_name(p, TEXT(", \"cell\": "), link->cell);
		put(p, TEXT("}"));
		is_first = false;
	}
	put(p, TEXT("],"));
	end_line(p);
	return STATUS_OK;
}

// Every edge of every section, as the bytes have it.
static void put_bindings(struct printer *p, const struct cell_reference *cell, struct text name, uint32_t count)
	BORROWS(cell)
{
	put(p, TEXT(" \"bindings\": ["));
	for (uint32_t index = 0; index < count; index++) {
		struct cell_edge_view edge;
		cell_reference_edge(cell, index, &edge);
		bool within = text_equal(edge.to_cell, name) && edge.symbol.length == 0;
		end_line(p);
		put_name(p, index > 0 ? TEXT("  ,{\"from\": ") : TEXT("  {\"from\": "), edge.from_section);
		if (!within && edge.to_cell.length > 0)
			put_name(p, TEXT(", \"cell\": "), edge.to_cell);
		if (within && edge.to_section.length > 0)
			put_name(p, TEXT(", \"section\": "), edge.to_section);
		if (!within && edge.symbol.length > 0)
			put_name(p, TEXT(", \"symbol\": "), edge.symbol);
		put_number(p, TEXT(", \"places\": "), edge.relocation_count);
		put(p, edge.as_recorded ? TEXT("}") : TEXT(", \"strays\": true}"));
	}
	put(p, TEXT("]"));
}

// Who keeps a run-time pointer into the cell: a sink, a handler, the entry of a task. No relocation shows these.
static void put_pointers(struct printer *p, const struct cell_reference *cell) BORROWS(cell);
static void put_pointers(struct printer *p, const struct cell_reference *cell)
{
	put(p, TEXT(" \"pointers\": ["));
	const struct cell_pointer *pointer = NULL;
	bool is_first = true;
	while (!cell_reference_next_pointer(cell, &pointer)) {
		struct cell_pointer_view view;
		cell_view_pointer(pointer, &view);
		end_line(p);
		put_name(p, is_first ? TEXT("  {\"holder\": ") : TEXT("  ,{\"holder\": "), view.holder);
		if (view.holder_cell.length > 0)
			put_name(p, TEXT(", \"cell\": "), view.holder_cell);
		if (view.symbol.length > 0)
			put_name(p, TEXT(", \"symbol\": "), view.symbol);
		put(p, TEXT("}"));
		is_first = false;
	}
	put(p, TEXT("],"));
	end_line(p);
}

static enum status put_cell(struct printer *p, const struct cell_reference *cell, bool is_first) BORROWS(cell)
{
	struct cell_view view;
	cell_reference_view(cell, &view);
	put_name(p, is_first ? TEXT("{\"name\": ") : TEXT(",{\"name\": "), view.name);
	put_name(p, TEXT(", \"group\": "), view.group);
	put_name(p, TEXT(", \"class\": "), text_from(cell_metadata_class_name(view.cell_class)));
	put_name(p, TEXT(", \"version\": "), view.version);
	end_line(p);
	put_number(p, TEXT(" ,\"code_bytes\": "), AT(view.size_bytes, CELL_SECTION_TEXT));
	put_number(p, TEXT(", \"constant_bytes\": "), AT(view.size_bytes, CELL_SECTION_RODATA));
	put_number(p, TEXT(", \"state_bytes\": "),
		AT(view.size_bytes, CELL_SECTION_DATA) + AT(view.size_bytes, CELL_SECTION_STATE));
	put_number(p, TEXT(", \"spilled_bytes\": "), AT(view.size_bytes, CELL_SECTION_DATA));
	put_number(p, TEXT(", \"references\": "), view.reference_count - 1); // without the one that looks
	put(p, TEXT(","));
	end_line(p);
	put_sections(p, cell, view.section_count);
	put_exports(p, cell);
	put_pointers(p, cell);
	enum status status = put_imports(p, cell);
	put_bindings(p, cell, view.name, view.edge_count);
	put(p, TEXT("}"));
	end_line(p);
	return status;
}

// In order of name: the archive's names are sorted, and every cell is from there.
static enum status put_cells(struct printer *p)
{
	struct text name;
	bool is_first = true;
	for (uint32_t number = 0; !cell_store_cell_name(number, &name); number++) {
		OWN(cell_reference, cell);
		enum status status = cell_registry_find(&cell, name);
		if (status)
			continue; // not loaded
		status = put_cell(p, &cell, is_first);
		if (status)
			return status;
		is_first = false;
	}
	return STATUS_OK;
}

enum status live_graph_print(struct text mark)
{
	struct printer p = {.mark = mark};
	put(&p, TEXT("{\"format\": \"ariadne-depgraph\", \"version\": 1, \"view\": \"live\", \"cells\": ["));
	end_line(&p);
	enum status status = put_cells(&p);
	if (status)
		return status;
	put(&p, TEXT("]}"));
	end_line(&p);
	if (mark.length > 0)
		console_print("%.*s end %u\n", TEXT_ARGUMENTS(mark), (unsigned)p.number);
	return STATUS_OK;
}
