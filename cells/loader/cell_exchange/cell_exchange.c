// A name space takes the place of its parent's cells of the same names.
//
// Everything that can fail is judged before anything is changed: who is replaced by whom, whether anybody who stays is
// bound to what goes, and whether every pointer that must be redirected has somewhere to lead.
#include "cells/loader/cell_exchange/cell_exchange.h"

#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_memory/cell_memory.h"
#include "cells/loader/cell_record/cell_record.h"
#include "cells/loader/cell_relocation/cell_relocation.h"

static CELL_STATE_ZERO struct {
	struct loaded_cell *first;
} retired;

void cell_exchange_give_state(const struct cell_reference *reference, struct mapped_pages_mut *pages)
{
	mapped_pages_mut_put_in(&cell_registry_record(reference)->state, pages);
}

// ---- Judging ----

// Writes down who is replaced by whom, or takes that back.
static void pair(const struct cell_name_space *name_space, bool undo)
{
	for (struct loaded_cell *cell = cell_registry_newest_record(); cell; cell = cell->older) {
		if (cell->name_space != name_space)
			continue;
		struct loaded_cell *old = cell_registry_record_named(name_space->parent, cell->name);
		if (old)
			old->successor = undo ? NULL : cell;
	}
}

static enum status check_users(const struct loaded_cell *old, struct diagnosis *why)
{
	for (uint32_t section = 0; section < old->sections.count; section++) {
		uint32_t link = ITEM(old->sections, section).first_user;
		while (link) {
			struct loaded_cell *user = NULL;
			const struct edge_record *edge = cell_record_edge_of(link, &user);
			if (!user->successor)
				return diagnosis_set(why, STATUS_BUSY,
					"cell %.*s is to be replaced, but cell %.*s, which stays, is bound to it",
					TEXT_ARGUMENTS(old->name), TEXT_ARGUMENTS(user->name));
			link = edge->next_user;
		}
	}
	if (old->reference_count != 0)
		return diagnosis_set(why, STATUS_BUSY, "cell %.*s is to be replaced, but %u references to it are held",
			TEXT_ARGUMENTS(old->name), (unsigned)old->reference_count);
	return STATUS_OK;
}

static enum status translate_in(const struct loaded_cell *old, uint32_t section, uint64_t address, uint64_t *successor)
{
	const struct section_record *from = &ITEM(old->sections, section);
	uint32_t index = 0;
	if (!old->successor)
		return STATUS_NOT_FOUND;
	TRY(cell_record_find_section(old->successor, from->elf_index, &index));
	const struct section_record *to = &ITEM(old->successor->sections, index);
	if (to->place.size_bytes != from->place.size_bytes || to->place.name_offset != from->place.name_offset)
		return STATUS_NOT_FOUND;
	*successor = to->place.address + (address - from->place.address);
	return STATUS_OK;
}

enum status cell_exchange_translate(uint64_t address, uint64_t *successor_address)
{
	uint32_t section = 0;
	const struct loaded_cell *old = cell_registry_record_at(address, &section);
	return old ? translate_in(old, section, address, successor_address) : STATUS_NOT_FOUND;
}

// Before the exchange only cells that go have a successor, so the same translation serves to judge and to act.
static enum status check_pointers(struct diagnosis *why)
{
	struct cell_pointer *pointer = cell_pointer_next(NULL);
	for (; pointer; pointer = cell_pointer_next(pointer)) {
		uint32_t section = 0;
		uint64_t successor = 0;
		const struct loaded_cell *old =
			cell_registry_record_at(cell_memory_address(cell_pointer_target(pointer)), &section);
		if (!old || !old->successor)
			continue;
		if (translate_in(old, section, cell_memory_address(cell_pointer_target(pointer)), &successor))
			return diagnosis_set(why, STATUS_UNSUPPORTED,
				"%s: the pointer into cell %.*s leads to a section that its successor lacks",
				pointer->holder, TEXT_ARGUMENTS(old->name));
	}
	return STATUS_OK;
}

static enum status check(const struct cell_name_space *name_space, struct diagnosis *why)
{
	for (struct loaded_cell *cell = cell_registry_newest_record(); cell; cell = cell->older) {
		if (cell->name_space != name_space)
			continue;
		const struct loaded_cell *old = cell_registry_record_named(name_space->parent, cell->name);
		if (old)
			TRY(check_users(old, why));
	}
	return check_pointers(why);
}

// ---- Acting; nothing fails from here on ----

static void redirect_pointers(void)
{
	struct cell_pointer *pointer = cell_pointer_next(NULL);
	for (; pointer; pointer = cell_pointer_next(pointer)) {
		uint64_t successor = 0;
		if (!cell_exchange_translate(cell_memory_address(cell_pointer_target(pointer)), &successor))
			cell_pointer_redirect(pointer, cell_memory_view(successor, 0).data);
	}
}

// Pointers in the adopted state that the loader (or the linker) once wrote there, and that nobody has changed since.
static void redirect_state(const struct loaded_cell *cell)
{
	for (uint32_t section = 0; section < cell->sections.count; section++) {
		const struct section_record *record = &ITEM(cell->sections, section);
		if (record->kind != CELL_SECTION_STATE)
			continue;
		struct bytes_mut memory = cell_memory_view_mut(record->place.address, record->place.size_bytes);
		uint32_t end = cell_record_relocations_end(cell, section);
		for (uint32_t relocation = record->first_relocation; relocation < end; relocation++) {
			uint32_t offset = ITEM(cell->offsets, relocation);
			uint64_t value = 0;
			uint64_t successor = 0;
			if (cell_record_kind_of(ITEM(cell->bindings, relocation)) == CELL_RELOCATION_64 &&
				!bytes_read_u64(bytes_of_mut(memory), offset, &value) &&
				!cell_exchange_translate(value, &successor))
				(void)bytes_write_u64(memory, offset, successor); // it could be read
		}
	}
}

static void retire(struct loaded_cell *old)
{
	struct loaded_cell *cell = old->successor;
	cell_registry_unpublish(old, true);
	old->is_retired = true;
	old->newer = NULL;
	old->older = retired.first;
	retired.first = old;
	cell->is_started = old->is_started;
	cell->is_wanted = old->is_wanted || old->is_static;
	if (!cell->adopts_state)
		return;
	mapped_pages_mut_drop_in(&cell->state);
	if (!mapped_pages_mut_is_empty(&old->state)) {
		OWN(mapped_pages_mut, state);
		mapped_pages_mut_take_out(&state, &old->state);
		mapped_pages_mut_put_in(&cell->state, &state);
	}
	cell_registry_insert_state_ranges(cell);
}

static void move_up(struct loaded_cell *cell)
{
	struct cell_name_space *parent = cell->name_space->parent;
	struct loaded_cell *old = cell_registry_record_named(parent, cell->name);
	if (old)
		retire(old);
	cell_registry_remove_name(cell);
	cell->name_space = parent;
	cell_registry_insert_name(cell);
}

static enum status exchange(struct cell_name_space *name_space, struct diagnosis *why)
{
	if (!name_space)
		return diagnosis_set(why, STATUS_REFUSED, "the root has no parent");
	pair(name_space, false);
	enum status status = check(name_space, why);
	if (status) {
		pair(name_space, true);
		return status;
	}
	redirect_pointers(); // while addresses still lead to the old records' sections
	for (struct loaded_cell *cell = cell_registry_newest_record(); cell; cell = cell->older) {
		if (cell->name_space == name_space && cell->adopts_state)
			redirect_state(cell);
	}
	for (struct loaded_cell *cell = cell_registry_newest_record(); cell;) {
		struct loaded_cell *older = cell->older;
		if (cell->name_space == name_space) {
			move_up(cell);
			older = cell->older; // the next one may have been retired
		}
		cell = older;
	}
	return STATUS_OK;
}

enum status cell_exchange_run(struct text name, struct diagnosis *why)
{
	UNKILLABLE();
	struct cell_name_space *name_space = NULL;
	OWN(load_transaction, transaction);
	enum status status = cell_loader_begin(&transaction, why);
	if (status)
		return status;
	if (cell_name_space_find(name, &name_space))
		return diagnosis_set(why, STATUS_NOT_FOUND, "there is no name space %.*s", TEXT_ARGUMENTS(name));
	status = exchange(name_space, why);
	if (status)
		return status;
	cell_loader_commit(&transaction);
	debugger_table_changed(debugger_table_get());
	return STATUS_OK;
}

// ---- Letting go ----

enum status cell_exchange_drop_retired(struct diagnosis *why)
{
	UNKILLABLE();
	for (const struct loaded_cell *cell = retired.first; cell; cell = cell->older) {
		if (cell_registry_next_pointer(cell, NULL))
			return diagnosis_set(why, STATUS_BUSY, "the retired cell %.*s is held by %s",
				TEXT_ARGUMENTS(cell->name), cell_registry_next_pointer(cell, NULL)->holder);
		if (cell->reference_count != 0)
			return diagnosis_set(why, STATUS_BUSY, "the retired cell %.*s is held by %u references",
				TEXT_ARGUMENTS(cell->name), (unsigned)cell->reference_count);
	}
	for (struct loaded_cell *cell = retired.first; cell; cell = cell->older)
		cell_record_unlink_edges(cell); // to each other, in any order
	while (retired.first) {
		struct loaded_cell *cell = retired.first;
		retired.first = cell->older;
		cell_registry_free(cell);
	}
	return STATUS_OK;
}
