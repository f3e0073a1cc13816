#include "cells/app/command_cells/command_cells.h"

#include "cells/app/cell_argument/cell_argument.h"
#include "cells/console/console/console.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_store/cell_store.h"
#include "cells/loader/cell_view/cell_view.h"

// ---- One line for each cell ----

static void print_head(void)
{
	console_print("%-22s %-8s %-8s %8s %-18s %7s %7s %6s %6s\n", "cell", "class", "version", "sections", "text at",
		"text", "rodata", "data", "state");
}

static void print_cell(const struct cell_view *view)
{
	console_print("%-22.*s %-8s %-8.*s %8u 0x%016llx %7llu %7llu %6llu %6llu%s%s%.*s\n", TEXT_ARGUMENTS(view->name),
		cell_metadata_class_name(view->cell_class), TEXT_ARGUMENTS(view->version),
		(unsigned)view->section_count, (unsigned long long)AT(view->start_addresses, CELL_SECTION_TEXT),
		(unsigned long long)AT(view->size_bytes, CELL_SECTION_TEXT),
		(unsigned long long)AT(view->size_bytes, CELL_SECTION_RODATA),
		(unsigned long long)AT(view->size_bytes, CELL_SECTION_DATA),
		(unsigned long long)AT(view->size_bytes, CELL_SECTION_STATE), view->is_static ? "  nano_core" : "",
		view->name_space ? "  in " : "", TEXT_ARGUMENTS(cell_name_space_name(view->name_space)));
}

typedef void print_line(const struct cell_view *view);

// A function of its own, for the compiler leaves out the check of a call through a pointer where there are clean-ups.
static __attribute__((noinline)) void print_with(print_line *print, const struct cell_view *view)
{
	print(view);
}

static void print_one(print_line *print, const struct cell_reference *cell) BORROWS(cell);
static void print_one(print_line *print, const struct cell_reference *cell)
{
	struct cell_view view;
	cell_reference_view(cell, &view);
	print_with(print, &view);
}

// Those of name spaces below the root, in order of their numbers.
static void for_each_apart(print_line *print)
{
	for (uint32_t number = 0; number < cell_record_number_limit(); number++) {
		OWN(cell_reference, cell);
		enum status status = cell_registry_find_number(&cell, number);
		if (status)
			continue;
		if (cell_reference_name_space(&cell))
			print_one(print, &cell);
	}
}

// In order of name: the archive's names are sorted, and every cell of the root is from there.
static void for_each_cell(print_line *print)
{
	struct text name;
	for (uint32_t number = 0; !cell_store_cell_name(number, &name); number++) {
		OWN(cell_reference, cell);
		enum status status = cell_registry_find(&cell, name);
		if (status)
			continue;
		print_one(print, &cell);
	}
	for_each_apart(print);
}

static enum status list_cells(void)
{
	print_head();
	for_each_cell(print_cell);
	struct cell_registry_statistics sum = cell_registry_statistics();
	console_print("%llu cells, %llu sections, %llu bytes\n", (unsigned long long)sum.cells,
		(unsigned long long)sum.sections, (unsigned long long)sum.section_bytes);
	return STATUS_OK;
}

// ---- What the registry itself takes ----

static uint64_t bytes_of(const struct cell_view *view)
{
	uint64_t sum = 0;
	for (unsigned kind = 0; kind < CELL_SECTION_KIND_COUNT; kind++)
		sum += AT(view->size_bytes, kind);
	return sum;
}

static void print_memory(const struct cell_view *view)
{
	uint64_t size_bytes = bytes_of(view);
	console_print("%-22.*s %8u %6u %11u %9llu %9llu %4llu %% %8llu %8llu\n", TEXT_ARGUMENTS(view->name),
		(unsigned)view->section_count, (unsigned)view->edge_count, (unsigned)view->relocation_count,
		(unsigned long long)size_bytes, (unsigned long long)view->record_size_bytes,
		(unsigned long long)(size_bytes ? view->record_size_bytes * 100 / size_bytes : 0),
		(unsigned long long)view->unwind_bytes, (unsigned long long)view->slack_bytes);
}

static enum status list_memory(void)
{
	console_print("%-22s %8s %6s %11s %9s %9s %6s %8s %8s\n", "cell", "sections", "edges", "relocations", "bytes",
		"record", "share", "unwind", "slack");
	for_each_cell(print_memory);
	struct cell_registry_statistics sum = cell_registry_statistics();
	console_print("%-22s %8llu %6llu %11llu %9llu %9llu %4llu %% %8llu %8llu\n", "all",
		(unsigned long long)sum.sections, (unsigned long long)sum.edges, (unsigned long long)sum.relocations,
		(unsigned long long)sum.section_bytes, (unsigned long long)sum.record_bytes,
		(unsigned long long)(sum.section_bytes ? sum.record_bytes * 100 / sum.section_bytes : 0),
		(unsigned long long)sum.unwind_bytes, (unsigned long long)sum.slack_bytes);
	console_print("a section takes %zu bytes of its record, an edge %zu, a relocation 10\n",
		sizeof(struct section_record), sizeof(struct edge_record));
	return STATUS_OK;
}

// ---- The sections of one ----

static enum status list_sections(struct text name)
{
	OWN(cell_reference, cell);
	enum status status = cell_argument_find(&cell, name);
	if (status)
		return status;
	struct cell_view view;
	cell_reference_view(&cell, &view);
	console_print("%.*s %.*s, %s: %.*s\n", TEXT_ARGUMENTS(view.name), TEXT_ARGUMENTS(view.version),
		cell_metadata_class_name(view.cell_class), TEXT_ARGUMENTS(view.summary));
	console_print(
		"%-18s %8s %-4s %5s %5s %5s  %s\n", "address", "bytes", "mode", "needs", "relocs", "users", "section");
	for (uint32_t index = 0; index < view.section_count; index++) {
		struct cell_section_view section;
		cell_reference_section(&cell, index, &section);
		console_print("0x%016llx %8llu %-4s %5u %6u %5u  %.*s\n", (unsigned long long)section.address,
			(unsigned long long)section.size_bytes, cell_section_kind_permissions(section.kind),
			(unsigned)section.edge_count, (unsigned)section.relocation_count, (unsigned)section.user_count,
			TEXT_ARGUMENTS(section.name));
	}
	return STATUS_OK;
}

static enum status run(const struct command_arguments *arguments)
{
	if (arguments->count == 0)
		return list_cells();
	struct text word = command_argument(arguments, 0);
	return text_equal(word, TEXT("--memory")) ? list_memory() : list_sections(word);
}

static void complete(const struct command_arguments *before, struct text prefix, const struct command_offers *offers)
{
	if (before->count > 0)
		return;
	cell_argument_complete_loaded(prefix, offers);
	command_offer(offers, TEXT("--memory"));
}

const struct command command_cells = {
	.name = "cells",
	.usage = "cells [CELL | --memory]",
	.summary = "list the loaded cells, or the sections of one",
	.details = "Sizes are in bytes. With CELL: its sections, each with how many others it needs, its\n"
		   "relocations, and how many need it. With --memory: what the registry keeps about each cell, the\n"
		   "unwinding tables among its bytes, and what its pages hold beside its sections.\n",
	.most_arguments = 1,
	.run = run,
	.complete = complete,
};
