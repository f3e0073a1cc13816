#include "cells/app/command_symbols/command_symbols.h"

#include "cells/app/cell_argument/cell_argument.h"
#include "cells/console/console/console.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_view/cell_view.h"
#include "cells/memory/heap/heap.h"

SLICE_TYPE(symbol_slice, struct cell_symbol_view);

static uint32_t count_symbols(const struct cell_reference *cell) BORROWS(cell)
{
	struct cell_symbol_walk walk = {};
	struct cell_symbol_view view;
	uint32_t count = 0;
	while (!cell_reference_next_symbol(cell, &walk, &view))
		count++;
	return count;
}

// Fills `sorted`, in order of address.
static void collect(const struct cell_reference *cell, struct symbol_slice sorted) BORROWS(cell)
{
	struct cell_symbol_walk walk = {};
	struct cell_symbol_view view;
	for (size_t count = 0; count < sorted.count && !cell_reference_next_symbol(cell, &walk, &view); count++) {
		size_t at = count;
		for (; at > 0 && ITEM(sorted, at - 1).address > view.address; at--)
			ITEM(sorted, at) = ITEM(sorted, at - 1);
		ITEM(sorted, at) = view;
	}
}

static void print_symbols(struct symbol_slice symbols)
{
	console_print("%-18s %7s %-9s %-9s %s\n", "address", "bytes", "kind", "seen by", "symbol");
	for (size_t index = 0; index < symbols.count; index++) {
		const struct cell_symbol_view *symbol = &ITEM(symbols, index);
		console_print("0x%016llx %7llu %-9s %-9s %.*s\n", (unsigned long long)symbol->address,
			(unsigned long long)symbol->size_bytes, symbol->is_function ? "function" : "object",
			symbol->is_exported ? "all" : "its cell", TEXT_ARGUMENTS(symbol->name));
	}
}

static enum status run(const struct command_arguments *arguments)
{
	OWN(cell_reference, cell);
	enum status status = cell_argument_find(&cell, command_argument(arguments, 0));
	if (status)
		return status;
	uint32_t count = count_symbols(&cell);
	if (count == 0) {
		console_print("no symbols\n");
		return STATUS_OK;
	}
	OWN(heap_object, memory);
	status = heap_allocate(&memory, count * sizeof(struct cell_symbol_view));
	if (status) {
		console_print("symbols: no memory to sort %u symbols\n", (unsigned)count);
		return status;
	}
	struct symbol_slice symbols = {
		.items = heap_object_at(
			&memory, 0, count * sizeof(struct cell_symbol_view), _Alignof(struct cell_symbol_view)),
		.count = count,
	};
	collect(&cell, symbols);
	print_symbols(symbols);
	return STATUS_OK;
}

static void complete(const struct command_arguments *before, struct text prefix, const struct command_offers *offers)
{
	if (before->count == 0)
		cell_argument_complete_loaded(prefix, offers);
}

const struct command command_symbols = {
	.name = "symbols",
	.usage = "symbols CELL",
	.summary = "list the functions and variables of a loaded cell",
	.details = "In order of address. What is \"seen by\" all is exported: other cells may be bound to it.\n",
	.least_arguments = 1,
	.most_arguments = 1,
	.run = run,
	.complete = complete,
};
