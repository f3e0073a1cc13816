#include "cells/unwind/frame_index/frame_index.h"

#include "cells/hal/core_local/core_local.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

SLICE_TYPE(cell_slice, struct frame_index_cell);

enum {
	LEAST_CAPACITY = 32,
	SEARCHES_MAX = 1 << 16, // far more than a change takes
	FIELD_OFFSET = 8,       // from an entry's beginning to the field that leads to its function
};

// `changes` is odd during a change.
static CELL_STATE_ZERO struct {
	uint64_t changes;
	struct cell_slice cells; // sorted by address; `count` of them are in use
	size_t capacity;
	struct mapped_pages_mut memory;
	struct mapped_pages_mut former; // what `memory` was: another core may be searching it
} state;

// ---- All cells ----

// How many cells begin at or before `address`.
static size_t count_up_to(struct cell_slice cells, uint64_t address)
{
	size_t low = 0;
	size_t high = cells.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (ITEM(cells, middle).code_start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

// A thread that crashes while the index changes would lose what it holds. So whoever changes it keeps the core to the
// end of the change, and is not killed in it.
static void begin_change(void)
{
	core_local_hold_preemption();
	__atomic_store_n(&state.changes, state.changes + 1, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void end_change(void)
{
	__atomic_store_n(&state.changes, state.changes + 1, __ATOMIC_RELEASE);
	core_local_release_preemption();
}

static enum status resize(size_t capacity)
{
	OWN(mapped_pages_mut, memory);
	size_t size_bytes = capacity * sizeof(struct frame_index_cell);
	enum status status =
		mapped_pages_mut_allocate_for(&memory, size_bytes, PAGE_REGION_GENERAL, PAGE_OWNER_UNWINDER);
	if (status)
		return status;
	struct cell_slice cells = {
		mapped_pages_mut_at(&memory, 0, size_bytes, _Alignof(struct frame_index_cell)), capacity};
	for (size_t i = 0; i < state.cells.count; i++)
		ITEM(cells, i) = ITEM(state.cells, i);
	begin_change();
	state.cells.items = cells.items;
	state.capacity = capacity;
	end_change();
	if (!mapped_pages_mut_is_empty(&state.memory)) {
		OWN(mapped_pages_mut, former);
		mapped_pages_mut_take_out(&former, &state.memory);
		mapped_pages_mut_put_in(&state.former, &former);
	}
	mapped_pages_mut_put_in(&state.memory, &memory);
	return STATUS_OK;
}

static void insert(size_t place, const struct frame_index_cell *cell)
{
	begin_change();
	state.cells.count++;
	struct cell_slice cells = state.cells; // so that the compiler need not read it anew for each
	for (size_t i = cells.count - 1; i > place; i--)
		ITEM(cells, i) = ITEM(cells, i - 1);
	ITEM(state.cells, place) = *cell;
	end_change();
}

static enum status check_neighbours(size_t place, const struct frame_index_cell *cell, struct diagnosis *why)
{
	bool over_before = place > 0 && ITEM(state.cells, place - 1).code_end > cell->code_start;
	bool over_after = place < state.cells.count && ITEM(state.cells, place).code_start < cell->code_end;
	if (over_before || over_after)
		return diagnosis_set(why, STATUS_EXISTS,
			"unwind table: another one speaks of functions between %#llx and %#llx",
			(unsigned long long)cell->code_start, (unsigned long long)cell->code_end);
	return STATUS_OK;
}

enum status frame_index_add(const struct frame_index_cell *cell, struct diagnosis *why)
{
	size_t place = count_up_to(state.cells, cell->code_start);
	TRY(check_neighbours(place, cell, why));
	if (state.cells.count == state.capacity) {
		enum status status = resize(state.capacity == 0 ? LEAST_CAPACITY : state.capacity * 2);
		if (status)
			return diagnosis_set(why, status, "no memory for the index of unwind tables");
	}
	insert(place, cell);
	return STATUS_OK;
}

void frame_index_remove(uint64_t code_start)
{
	size_t place = count_up_to(state.cells, code_start);
	if (place == 0 || ITEM(state.cells, place - 1).code_start != code_start)
		return;
	begin_change();
	for (; place < state.cells.count; place++)
		ITEM(state.cells, place - 1) = ITEM(state.cells, place);
	state.cells.count--;
	end_change();
	if (state.capacity > LEAST_CAPACITY && state.cells.count <= state.capacity / 4 && resize(state.capacity / 2))
		return; // it stays larger than it need be
}

size_t frame_index_count(void)
{
	return state.cells.count;
}

// ---- Search ----

// Whether the cell that was found last, in the index as it still is, is around `address`: mostly it is the caller's,
// too.
static bool is_in_last(uint64_t address, const struct frame_index_place *place)
{
	return address >= place->cell.code_start && address < place->cell.code_end &&
	       __atomic_load_n(&state.changes, __ATOMIC_ACQUIRE) == place->changes;
}

// The cell whose code is around `address`, copied while nothing changed.
static enum status find_cell(uint64_t address, struct frame_index_place *place)
{
	if (is_in_last(address, place))
		return STATUS_OK;
	for (unsigned search = 0; search < SEARCHES_MAX; search++) {
		uint64_t changes = __atomic_load_n(&state.changes, __ATOMIC_ACQUIRE);
		if (changes & 1)
			continue;
		struct cell_slice cells = state.cells;
		size_t count = count_up_to(cells, address);
		if (count > 0)
			place->cell = ITEM(cells, count - 1);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&state.changes, __ATOMIC_RELAXED) != changes)
			continue;
		place->changes = changes;
		return count > 0 && address < place->cell.code_end ? STATUS_OK : STATUS_NOT_FOUND;
	}
	return STATUS_BUSY;
}

static bool is_in(const struct frame_entry *entry, uint64_t address)
{
	return address - entry->function_start < entry->function_size_bytes;
}

// Where the function begins that the field in the table leads to; false: the field leads out of the cell's code, so it
// is of another kind.
static bool read_field(const struct frame_index_cell *cell, uint32_t field, uint64_t *function)
{
	uint32_t distance = 0;
	if (bytes_read_u32(cell->frames.content, field, &distance))
		return false;
	*function = cell->frames.address + field + (uint64_t)(int64_t)(int32_t)distance;
	return *function >= cell->code_start && *function < cell->code_end;
}

// The entry that the field is in, if it is the one of the function around `address`.
static bool read_entry(const struct frame_index_cell *cell, uint32_t field, uint64_t address,
	struct frame_common *common, struct frame_entry *entry)
{
	return field >= FIELD_OFFSET &&
	       !frame_information_entry(&cell->frames, field - FIELD_OFFSET, common, entry, NULL) &&
	       is_in(entry, address);
}

// Functions and entries are mostly in the same order, as the compiler writes them: a bisection over the fields of the
// entries. Whatever the fields are, what was found is read and compared.
static bool find_by_field(
	const struct frame_index_cell *cell, uint64_t address, struct frame_common *common, struct frame_entry *entry)
{
	uint32_t best = 0;
	size_t low = 0;
	size_t high = cell->fields.count;
	while (low < high) {
		uint64_t function = 0;
		size_t middle = low + (high - low) / 2;
		size_t at = middle;
		while (at < high && !read_field(cell, ITEM(cell->fields, at), &function))
			at++;
		if (at == high || function > address) {
			high = middle;
		} else {
			best = ITEM(cell->fields, at);
			low = at + 1;
		}
	}
	return read_entry(cell, best, address, common, entry);
}

// The compiler writes the entries of functions with landing pads behind those of the others, and each source has its
// own: where the order differs, every field is looked at.
static bool find_among_fields(
	const struct frame_index_cell *cell, uint64_t address, struct frame_common *common, struct frame_entry *entry)
{
	uint32_t best = 0;
	uint64_t nearest = 0;
	for (size_t at = 0; at < cell->fields.count; at++) {
		uint64_t function = 0;
		if (!read_field(cell, ITEM(cell->fields, at), &function) || function > address || function < nearest)
			continue;
		nearest = function;
		best = ITEM(cell->fields, at);
	}
	return read_entry(cell, best, address, common, entry);
}

enum status frame_index_find(uint64_t address, struct frame_common *common, struct frame_index_place *place)
{
	if (is_in_last(address, place) && is_in(&place->entry, address))
		return STATUS_OK; // a function that calls itself
	TRY(find_cell(address, place));
	if (find_by_field(&place->cell, address, common, &place->entry) ||
		find_among_fields(&place->cell, address, common, &place->entry))
		return STATUS_OK;
	size_t cursor = 0;
	size_t offset;
	while (!frame_information_next(&place->cell.frames, &cursor, common, &offset, &place->entry, NULL)) {
		if (is_in(&place->entry, address))
			return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}
