#include "cells/app/command_deps/command_deps.h"

#include "cells/app/cell_argument/cell_argument.h"
#include "cells/app/command_deps/link_list.h"
#include "cells/app/command_deps/live_graph.h"
#include "cells/console/console/console.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_store/cell_store.h"
#include "cells/loader/cell_view/cell_view.h"
#include "cells/sync/cell_pointer/cell_pointer.h"

enum { LINE_WIDTH = 100, KINDS_CAPACITY = 32, MARK_LENGTH_MAX = 16 };

static void print_kinds(struct text name, uint32_t kinds)
{
	console_print("  %-22.*s %s%s%s%s\n", TEXT_ARGUMENTS(name), kinds & CELL_EDGE_LINK ? "link " : "",
		kinds & CELL_EDGE_TYPE ? "type " : "", kinds & CELL_EDGE_HEADER ? "header " : "",
		kinds & CELL_EDGE_IMPLICIT ? "implicit" : "");
}

// The symbols by which two cells are linked, several to a line, each with the number of places that are bound to it.
static void print_symbols(struct link_slice links, struct text cell)
{
	size_t column = 0;
	for (size_t index = 0; index < links.count; index++) {
		const struct link *link = &ITEM(links, index);
		if (!text_equal(link->cell, cell))
			continue;
		if (column + link->symbol.length > LINE_WIDTH) {
			console_print("\n");
			column = 0;
		}
		console_print("%s%.*s(%u)", column == 0 ? "      " : " ", TEXT_ARGUMENTS(link->symbol),
			(unsigned)link->relocation_count);
		column += link->symbol.length + 6;
	}
	if (column > 0)
		console_print("\n");
}

static bool has_links(struct link_slice links, struct text cell)
{
	for (size_t index = 0; index < links.count; index++) {
		if (text_equal(ITEM(links, index).cell, cell))
			return true;
	}
	return false;
}

// ---- What it needs ----

// The live link edges are those that were read from memory; the other kinds leave no trace there, so the metadata says
// them. Where the two differ about a link, that is said.
static void print_needs(const struct cell_reference *cell, struct link_slice links) BORROWS(cell)
{
	struct cell_dependency dependency;
	uint32_t count = 0;
	while (!cell_reference_dependency(cell, count, &dependency)) {
		bool linked = has_links(links, dependency.name);
		uint32_t kinds = (dependency.kinds & ~(uint32_t)CELL_EDGE_LINK) | (linked ? CELL_EDGE_LINK : 0);
		print_kinds(dependency.name, kinds);
		print_symbols(links, dependency.name);
		if (kinds != dependency.kinds)
			console_print("      the metadata says %s link\n", linked ? "no" : "there is a");
		count++;
	}
	if (count == 0)
		console_print("  nothing\n");
}

static bool is_dependency(const struct cell_reference *cell, struct text name, uint32_t *kinds) BORROWS(cell)
{
	struct cell_dependency dependency;
	for (uint32_t index = 0; !cell_reference_dependency(cell, index, &dependency); index++) {
		if (!text_equal(dependency.name, name))
			continue;
		*kinds = dependency.kinds;
		return true;
	}
	return false;
}

static void print_strays(const struct cell_reference *cell, struct link_slice links) BORROWS(cell)
{
	uint32_t kinds = 0;
	for (size_t index = 0; index < links.count; index++) {
		const struct link *link = &ITEM(links, index);
		if (!link->as_recorded)
			console_print("  %.*s: bound to %.*s, which is not what was recorded\n",
				TEXT_ARGUMENTS(link->section), TEXT_ARGUMENTS(link->cell));
		else if (!is_dependency(cell, link->cell, &kinds))
			console_print("  %.*s: a link that the metadata does not have\n", TEXT_ARGUMENTS(link->cell));
	}
}

// ---- Who needs it ----

static uint32_t print_user(struct text user_name, struct text name, struct link_slice links)
{
	OWN(cell_reference, user);
	enum status status = cell_registry_find(&user, user_name);
	if (status)
		return 0;
	uint32_t kinds = 0;
	bool linked = has_links(links, user_name);
	bool declared = is_dependency(&user, name, &kinds);
	if (!linked && !declared)
		return 0;
	print_kinds(user_name, (kinds & ~(uint32_t)CELL_EDGE_LINK) | (linked ? CELL_EDGE_LINK : 0));
	print_symbols(links, user_name);
	return 1;
}

static void print_users(struct text name, struct link_slice links)
{
	uint32_t count = 0;
	struct text user;
	for (uint32_t number = 0; !cell_store_cell_name(number, &user); number++)
		count += print_user(user, name, links);
	if (count == 0)
		console_print("  nobody\n");
}

// Run-time pointers, which no relocation shows: who holds each, and where it leads.
static void print_pointers(const struct cell_reference *cell) BORROWS(cell);
static void print_pointers(const struct cell_reference *cell)
{
	const struct cell_pointer *pointer = NULL;
	while (!cell_reference_next_pointer(cell, &pointer)) {
		struct cell_pointer_view view;
		cell_view_pointer(pointer, &view);
		console_print("  %-22.*s pointer %.*s\n", TEXT_ARGUMENTS(view.holder), TEXT_ARGUMENTS(view.symbol));
	}
}

// ---- The command ----

static enum status give_up(enum status status)
{
	console_print("deps: %s\n", status_name(status));
	return status;
}

// `deps --json [MARK]`
static enum status print_whole(const struct command_arguments *arguments)
{
	struct text mark = arguments->count > 1 ? command_argument(arguments, 1) : TEXT("");
	if (mark.length > MARK_LENGTH_MAX) {
		console_print("deps: a mark has at most %u characters\n", MARK_LENGTH_MAX);
		return STATUS_BAD_ARGUMENT;
	}
	enum status status = live_graph_print(mark);
	return status ? give_up(status) : STATUS_OK;
}

static enum status print_one(struct text name)
{
	OWN(cell_reference, cell);
	enum status status = cell_argument_find(&cell, name);
	if (status)
		return status;
	OWN(link_list, needs);
	OWN(link_list, users);
	status = link_list_of_needs(&needs, &cell);
	if (status)
		return give_up(status);
	status = link_list_of_users(&users, &cell);
	if (status)
		return give_up(status);
	struct cell_view view;
	cell_reference_view(&cell, &view);
	console_print("%.*s %.*s, %s, needs\n", TEXT_ARGUMENTS(view.name), TEXT_ARGUMENTS(view.version),
		cell_metadata_class_name(view.cell_class));
	print_needs(&cell, link_list_items(&needs));
	print_strays(&cell, link_list_items(&needs));
	console_print("and is needed by\n");
	print_users(view.name, link_list_items(&users));
	print_pointers(&cell);
	return STATUS_OK;
}

static enum status run(const struct command_arguments *arguments)
{
	struct text word = command_argument(arguments, 0);
	if (text_equal(word, TEXT("--json")))
		return print_whole(arguments);
	if (arguments->count == 1)
		return print_one(word);
	console_print("deps: one cell at a time\n");
	return STATUS_BAD_ARGUMENT;
}

static void complete(const struct command_arguments *before, struct text prefix, const struct command_offers *offers)
{
	if (before->count > 0)
		return;
	cell_argument_complete_loaded(prefix, offers);
	command_offer(offers, TEXT("--json"));
}

const struct command command_deps = {
	.name = "deps",
	.usage = "deps CELL | --json [MARK]",
	.summary = "show what a cell needs and who needs it",
	.details = "Links are read from memory: each symbol is shown with the number of places that are bound\n"
		   "to it now. The kinds type and header are what the cell's metadata says.\n"
		   "With --json: all loaded cells, their sections and what each is bound to, for depgraph; with\n"
		   "MARK each line is framed, so that a program can read it out of a serial line.\n",
	.least_arguments = 1,
	.most_arguments = 2,
	.run = run,
	.complete = complete,
};
