// Loading as a whole: one at a time, dependencies first, all or nothing.
#include "cells/loader/cell_loader/cell_loader.h"

#include "cells/base/format/format.h"
#include "cells/base/panic/panic.h"
#include "cells/loader/cell_bind/cell_bind.h"
#include "cells/loader/cell_exports/cell_exports.h"
#include "cells/loader/cell_job/cell_job.h"
#include "cells/loader/cell_memory/cell_memory.h"
#include "cells/loader/cell_place/cell_place.h"
#include "cells/loader/cell_store/cell_store.h"
#include "cells/loader/debugger_table/debugger_table.h"
#include "cells/sync/spinlock/spinlock.h"

static CELL_STATE_ZERO struct {
	struct spinlock lock;
	bool loading GUARDED_BY(&lock);
	bool started; // written once, while loading
} loader;

// ---- Transactions ----

enum status cell_loader_begin(struct load_transaction *out, struct diagnosis *why)
{
	GUARD(&loader.lock);
	if (loader.loading)
		return diagnosis_set(why, STATUS_BUSY, "another cell is being loaded");
	loader.loading = true;
	struct load_transaction begun = {.open = true};
	OWN(cell_reference, newest);
	enum status status = cell_registry_newest(&newest, 0);
	if (!status) {
		begun.had_newest = true;
		begun.newest = cell_reference_number(&newest);
	}
	load_transaction_fill(out, begun);
	return STATUS_OK;
}

// The address of the exit entry, if there is one and the cell's init has run; else 0.
static uint64_t exit_entry(const struct cell_reference *cell) BORROWS(cell)
{
	if (!cell_reference_is_started(cell))
		return 0;
	struct text symbol;
	struct cell_export_place place;
	if (cell_reference_exit_symbol(cell, &symbol) || cell_reference_export(cell, symbol, &place))
		return 0;
	return place.address;
}

// Takes the cell out, runs its exit entry, and gives its memory back. `name` must not be found through the cell.
enum status cell_loader_remove(const struct cell_name_space *name_space, struct text name, struct diagnosis *why)
{
	uint64_t exit = 0;
	{
		OWN(cell_reference, reference);
		enum status status = cell_registry_find_own(&reference, name_space, name);
		if (status)
			return diagnosis_set(why, status, "no cell %.*s is loaded", TEXT_ARGUMENTS(name));
		exit = exit_entry(&reference);
	}
	OWN(cell_registration, cell);
	enum status status = cell_registry_take_out(&cell, name_space, name, why);
	if (status)
		return status;
	if (exit != 0)
		cell_memory_call_exit(exit);
	return STATUS_OK;
}

// Which cell it is.
struct identity {
	const struct cell_name_space *name_space;
	struct text name;
};

// The newest cell, if it came after the transaction's beginning.
static enum status newest_since(const struct load_transaction *transaction, struct identity *newest)
{
	OWN(cell_reference, cell);
	enum status status = cell_registry_newest(&cell, 0);
	if (status)
		return STATUS_END;
	*newest = (struct identity){cell_reference_name_space(&cell), cell_reference_name(&cell)};
	bool was_there = transaction->had_newest && cell_reference_number(&cell) == transaction->newest;
	return was_there ? STATUS_END : STATUS_OK;
}

// Newest first, so that nobody is bound to what goes.
static void roll_back(const struct load_transaction *transaction)
{
	struct identity newest;
	while (newest_since(transaction, &newest) == STATUS_OK) {
		struct diagnosis why = {};
		if (cell_loader_remove(newest.name_space, newest.name, &why))
			panic("cell_loader: cannot undo a load: %s", why.message);
	}
}

static void end_loading(void)
{
	GUARD(&loader.lock);
	loader.loading = false;
}

void load_transaction_release(struct load_transaction *transaction)
{
	if (!transaction->open)
		return;
	roll_back(transaction);
	*transaction = (struct load_transaction){};
	end_loading();
}

void cell_loader_commit(struct load_transaction *transaction)
{
	load_transaction_forget(transaction);
	end_loading();
}

// ---- One cell ----

// Text becomes executable, constants become read-only: only now, when every relocation is written.
static void finish(struct load_work *work, struct cell_registration *cell) BORROWS_MUT(cell)
{
	if (!mapped_pages_mut_is_empty(&AT(work->parts, CELL_SECTION_TEXT))) {
		OWN(mapped_pages_mut, writable);
		mapped_pages_mut_take_out(&writable, &AT(work->parts, CELL_SECTION_TEXT));
		OWN(mapped_pages_exec, text);
		mapped_pages_mut_make_executable(&writable, &text);
		cell_registration_own_text(cell, &text);
	}
	if (!mapped_pages_mut_is_empty(&AT(work->parts, CELL_SECTION_RODATA))) {
		OWN(mapped_pages_mut, writable);
		mapped_pages_mut_take_out(&writable, &AT(work->parts, CELL_SECTION_RODATA));
		OWN(mapped_pages, rodata);
		mapped_pages_mut_freeze(&writable, &rodata);
		cell_registration_own_rodata(cell, &rodata);
	}
	if (!mapped_pages_mut_is_empty(&AT(work->parts, CELL_SECTION_DATA))) {
		OWN(mapped_pages_mut, data);
		mapped_pages_mut_take_out(&data, &AT(work->parts, CELL_SECTION_DATA));
		cell_registration_own_data(cell, &data);
	}
	if (!mapped_pages_mut_is_empty(&AT(work->parts, CELL_SECTION_STATE))) {
		OWN(mapped_pages_mut, state);
		mapped_pages_mut_take_out(&state, &AT(work->parts, CELL_SECTION_STATE));
		cell_registration_own_state(cell, &state);
	}
}

static __attribute__((noinline)) enum status load_one(struct load_work *work, struct diagnosis *why)
{
	enum status status = cell_bind_imports(work, why);
	if (status)
		return status;
	status = cell_place_sections(work, why);
	if (status)
		return status;
	struct cell_plan plan = {
		.object = work->file,
		.metadata = work->metadata_section,
		.opened = &work->metadata,
		.section_names = work->object.section_names,
		.section_count = work->record_count,
		.relocation_count = work->relocation_count,
		.is_static = work->is_static,
		.is_wanted = work->is_wanted,
		.adopts_state = work->adopts_state,
		.name_space = work->space->name_space,
	};
	OWN(cell_registration, cell);
	status = cell_registry_begin(&cell, &plan, why);
	if (status)
		return status;
	status = cell_exports_register(work, &cell, why);
	if (status)
		return status;
	status = cell_bind_relocations(work, &cell, why);
	if (status)
		return status;
	finish(work, &cell);
	return cell_registration_publish(&cell, !work->is_static, why);
}

static __attribute__((noinline)) enum status run_init(const struct load_work *work, struct diagnosis *why)
{
	if (work->metadata.init_symbol.length == 0 && work->metadata.exit_symbol.length == 0)
		return STATUS_OK;
	OWN(cell_reference, cell);
	enum status status = cell_registry_find_own(&cell, work->space->name_space, work->metadata.name);
	if (status)
		return status;
	struct text symbol = work->metadata.init_symbol;
	if (symbol.length > 0) {
		struct cell_export_place place;
		status = cell_reference_export(&cell, symbol, &place);
		if (!status)
			status = cell_memory_call_init(place.address);
		if (status)
			return diagnosis_set(why, status, "cell %.*s: its init entry %.*s failed: %s",
				TEXT_ARGUMENTS(work->metadata.name), TEXT_ARGUMENTS(symbol), status_name(status));
	}
	if (work->metadata.exit_symbol.length > 0)
		cell_reference_mark_started(&cell);
	return STATUS_OK;
}

// ---- Dependencies first ----

// The functions that `need` calls are kept out of it: it calls itself, and stacks are small.

enum { CHAIN_LENGTH_MAX = 64 };

// Who is being loaded for whom: a list on the stack.
struct chain {
	struct text name;
	const struct chain *user;
	unsigned length;
};

static bool is_loaded(const struct store_space *space, struct text name)
{
	OWN(cell_reference, cell);
	enum status status = cell_registry_find_own(&cell, space->name_space, name);
	return !status;
}

// Writes "a -> b -> a": from `name`, which is in the chain, down to its end, which needs `name` again.
static void print_circle(const struct chain *chain, struct text name, char (*words)[DIAGNOSIS_CAPACITY])
{
	format_text(*words, sizeof *words, "%.*s", TEXT_ARGUMENTS(name));
	for (; chain; chain = chain->user) {
		char longer[DIAGNOSIS_CAPACITY];
		format_text(longer, sizeof longer, "%.*s -> %s", TEXT_ARGUMENTS(chain->name), *words);
		bytes_copy(bytes_mut_from(*words, sizeof *words), bytes_from(longer, sizeof longer));
		if (text_equal(chain->name, name))
			break;
	}
}

static __attribute__((noinline)) enum status check_chain(
	struct text name, const struct chain *user, struct diagnosis *why)
{
	if (user && user->length >= CHAIN_LENGTH_MAX)
		return diagnosis_set(why, STATUS_REFUSED, "cell %.*s: the chain of those who need it is longer than %u",
			TEXT_ARGUMENTS(name), (unsigned)CHAIN_LENGTH_MAX);
	for (const struct chain *link = user; link; link = link->user) {
		if (!text_equal(link->name, name))
			continue;
		char circle[DIAGNOSIS_CAPACITY];
		print_circle(user, name, &circle);
		return diagnosis_set(why, STATUS_REFUSED, "cells need each other in a circle: %s", circle);
	}
	return STATUS_OK;
}

static enum status load(struct store_space *space, struct text name, const struct chain *user, struct diagnosis *why);

// Name spaces on the way to a cell's home do not have it, loaded or to be loaded.
static enum status need(struct store_space *asking, struct text name, const struct chain *user, struct diagnosis *why)
{
	struct store_space *space = cell_store_home(asking, name);
	return is_loaded(space, name) ? STATUS_OK : load(space, name, user, why);
}

// Loads a cell that is not there, into the space that has it, and first what it needs. Without a user somebody asked
// for the cell itself.
static enum status load(struct store_space *space, struct text name, const struct chain *user, struct diagnosis *why)
{
	enum status status = check_chain(name, user, why);
	if (status)
		return status;
	OWN(cell_job, job);
	status = cell_job_open(&job, space, name, why);
	if (status)
		return status;
	struct chain chain = {name, user, user ? user->length + 1 : 1};
	const struct cell_metadata *metadata = &job.work->metadata;
	for (uint32_t index = 0; index < metadata->dependency_count; index++) {
		struct cell_dependency dependency = cell_metadata_dependency(metadata, index);
		if (!(dependency.kinds & CELL_EDGE_LINK))
			continue;
		status = need(space, dependency.name, &chain, why);
		if (status)
			return status;
	}
	job.work->is_wanted = !user;
	status = load_one(job.work, why);
	if (status || job.work->is_static || job.work->adopts_state)
		return status; // nano_core starts its own cells; what adopts state has been started
	return run_init(job.work, why);
}

// ---- The interface ----

static enum status register_static_cells(struct store_space *root, struct diagnosis *why)
{
	for (uint32_t position = 0; position < root->sources.map.cell_count; position++)
		TRY(need(root, static_map_cell_at(&root->sources.map, position).name, NULL, why));
	return STATUS_OK;
}

enum status cell_loader_start(struct bytes archive, struct diagnosis *why)
{
	if (loader.started)
		return diagnosis_set(why, STATUS_EXISTS, "the loader has an archive already");
	struct store_space *root = cell_store_root();
	struct cell_sources sources = {};
	TRY(cell_store_open_sources(archive, &sources, why));
	OWN(load_transaction, transaction);
	enum status status = cell_loader_begin(&transaction, why);
	if (status)
		return status;
	root->sources = sources;
	root->has_static_cells = true;
	status = register_static_cells(root, why);
	root->has_static_cells = false;
	if (status) {
		root->sources = (struct cell_sources){};
		return status;
	}
	cell_loader_commit(&transaction);
	loader.started = true;
	debugger_table_changed(debugger_table_get());
	return STATUS_OK;
}

static enum status find_started_space(struct text name, struct store_space **space, struct diagnosis *why)
{
	if (!loader.started)
		return diagnosis_set(why, STATUS_NOT_FOUND, "the loader has no archive yet");
	return cell_store_find_space(name, space, why);
}

// Loads the cell, and notes that somebody asked for it.
static enum status want(struct store_space *asking, struct text name, struct diagnosis *why)
{
	struct store_space *space = cell_store_home(asking, name);
	OWN(cell_reference, cell);
	enum status status = cell_registry_find_own(&cell, space->name_space, name);
	if (status)
		return load(space, name, NULL, why);
	cell_reference_mark_wanted(&cell);
	return STATUS_OK;
}

enum status cell_loader_load_set(
	struct text name_space, const struct text *cell_names, size_t count, struct diagnosis *why)
{
	UNKILLABLE();
	SLICE_TYPE(name_slice, const struct text) names = {cell_names, count};
	struct store_space *space = NULL;
	TRY(find_started_space(name_space, &space, why));
	OWN(load_transaction, transaction);
	enum status status = cell_loader_begin(&transaction, why);
	if (status)
		return status;
	for (size_t index = 0; index < count; index++) {
		status = want(space, ITEM(names, index), why);
		if (status)
			return status;
	}
	cell_loader_commit(&transaction);
	return STATUS_OK;
}

enum status cell_loader_load_in(struct text name_space, struct text cell_name, struct diagnosis *why)
{
	return cell_loader_load_set(name_space, &cell_name, 1, why);
}

enum status cell_loader_load(struct text cell_name, struct diagnosis *why)
{
	return cell_loader_load_in(TEXT(""), cell_name, why);
}

// Which cell, seen from the space, exports the symbol.
static enum status find_exporter(
	struct store_space *space, struct text symbol, struct symbol_index_cell *entry, struct diagnosis *why)
{
	for (; space; space = space->parent) {
		if (!symbol_index_find(&space->sources.index, symbol, entry))
			return STATUS_OK;
	}
	return diagnosis_set(why, STATUS_NOT_FOUND, "no cell in the archive exports %.*s", TEXT_ARGUMENTS(symbol));
}

enum status cell_loader_symbol_in(struct text name_space, struct text symbol, uintptr_t *address, struct diagnosis *why)
{
	struct store_space *space = NULL;
	TRY(find_started_space(name_space, &space, why));
	struct symbol_index_cell entry;
	TRY(find_exporter(space, symbol, &entry, why));
	if (!is_loaded(cell_store_home(space, entry.name), entry.name))
		TRY(cell_loader_load_in(name_space, entry.name, why));
	OWN(cell_reference, cell);
	enum status status = cell_registry_find_in(&cell, space->name_space, entry.name);
	if (status)
		return diagnosis_set(why, status, "cell %.*s is not loaded", TEXT_ARGUMENTS(entry.name));
	struct cell_export_place place;
	status = cell_reference_export(&cell, symbol, &place);
	if (status)
		return diagnosis_set(why, STATUS_MALFORMED, "the index says that cell %.*s exports %.*s; it does not",
			TEXT_ARGUMENTS(entry.name), TEXT_ARGUMENTS(symbol));
	*address = place.address;
	return STATUS_OK;
}

enum status cell_loader_symbol(struct text symbol, uintptr_t *address, struct diagnosis *why)
{
	return cell_loader_symbol_in(TEXT(""), symbol, address, why);
}
