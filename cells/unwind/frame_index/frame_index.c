#include "cells/unwind/frame_index/frame_index.h"

#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

// Where a function's entry is: both counted from the beginning of what they are in.
struct hint {
	uint32_t function; // in the cell's code
	uint32_t entry;    // in its table
};
SLICE_TYPE(hint_slice, struct hint);

// The head of the heap memory that the hints follow.
struct hint_memory {
	struct heap_object own; // this very memory
};

struct indexed_cell {
	uint64_t code_start;
	uint64_t code_end;
	struct frame_index_cell tables;
	struct hint_slice hints;
	struct hint_memory *memory;
};
SLICE_TYPE(cell_slice, struct indexed_cell);

enum { LEAST_CAPACITY = 32, SEARCHES_MAX = 4, CODE_BYTES_MAX = 1 << 30 };

// `changes` is odd during a change.
static CELL_STATE_ZERO struct {
	uint64_t changes;
	struct cell_slice cells; // sorted by address; `count` of them are in use
	size_t capacity;
	struct mapped_pages_mut memory;
} state;

// ---- One cell ----

// Walks the table once: how many functions, and from where to where.
static enum status measure(
	const struct frame_table *frames, size_t *count, struct indexed_cell *cell, struct diagnosis *why)
{
	struct frame_common common = {};
	size_t cursor = 0;
	size_t offset;
	struct frame_entry entry;
	*count = 0;
	for (;;) {
		enum status status = frame_information_next(frames, &cursor, &common, &offset, &entry, why);
		if (status == STATUS_END)
			break;
		if (status)
			return status;
		uint64_t end = entry.function_start + entry.function_size_bytes;
		if (*count == 0 || entry.function_start < cell->code_start)
			cell->code_start = entry.function_start;
		if (*count == 0 || end > cell->code_end)
			cell->code_end = end;
		(*count)++;
	}
	if (*count == 0)
		return diagnosis_set(why, STATUS_NOT_FOUND, "unwind table: no function is in it");
	if (cell->code_end - cell->code_start > CODE_BYTES_MAX || frames->content.size_bytes > UINT32_MAX)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "unwind table: its functions lie more than 1 GiB apart");
	return STATUS_OK;
}

// The compiler writes functions and entries in the same order, so that there is seldom anything to move.
static void insert_hint(struct hint_slice hints, size_t count, struct hint hint)
{
	size_t place = count;
	while (place > 0 && ITEM(hints, place - 1).function > hint.function) {
		ITEM(hints, place) = ITEM(hints, place - 1);
		place--;
	}
	ITEM(hints, place) = hint;
}

static enum status make_hints(struct indexed_cell *cell, size_t count, struct diagnosis *why)
{
	OWN(heap_object, memory);
	enum status status = heap_allocate(&memory, sizeof(struct hint_memory) + count * sizeof(struct hint));
	if (status)
		return diagnosis_set(why, status, "no memory for the index of %zu functions", count);
	cell->hints.items =
		heap_object_at(&memory, sizeof(struct hint_memory), count * sizeof(struct hint), _Alignof(struct hint));
	cell->hints.count = count;
	struct frame_common common = {};
	size_t cursor = 0;
	size_t offset;
	struct frame_entry entry;
	for (size_t made = 0; made < count; made++) {
		status = frame_information_next(&cell->tables.frames, &cursor, &common, &offset, &entry, why);
		if (status)
			return status; // not reached: `count` were there a moment ago
		struct hint hint = {(uint32_t)(entry.function_start - cell->code_start), (uint32_t)offset};
		insert_hint(cell->hints, made, hint);
	}
	cell->memory = HEAP_AS(struct hint_memory, &memory);
	heap_object_put_in(&cell->memory->own, &memory);
	return STATUS_OK;
}

static void drop_hints(struct hint_memory *hints)
{
	OWN(heap_object, memory); // holds its own handle: goes last
	heap_object_take_out(&memory, &hints->own);
}

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

static void begin_change(void)
{
	__atomic_store_n(&state.changes, state.changes + 1, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void end_change(void)
{
	__atomic_store_n(&state.changes, state.changes + 1, __ATOMIC_RELEASE);
}

static enum status resize(size_t capacity)
{
	OWN(mapped_pages_mut, memory);
	size_t size_bytes = capacity * sizeof(struct indexed_cell);
	enum status status =
		mapped_pages_mut_allocate_for(&memory, size_bytes, PAGE_REGION_GENERAL, PAGE_OWNER_UNWINDER);
	if (status)
		return status;
	struct cell_slice cells = {
		mapped_pages_mut_at(&memory, 0, size_bytes, _Alignof(struct indexed_cell)), capacity};
	for (size_t i = 0; i < state.cells.count; i++)
		ITEM(cells, i) = ITEM(state.cells, i);
	begin_change();
	state.cells.items = cells.items;
	state.capacity = capacity;
	end_change();
	mapped_pages_mut_put_in(&state.memory, &memory);
	return STATUS_OK;
}

static void insert(const struct indexed_cell *cell)
{
	size_t place = count_up_to(state.cells, cell->code_start);
	begin_change();
	state.cells.count++;
	for (size_t i = state.cells.count - 1; i > place; i--)
		ITEM(state.cells, i) = ITEM(state.cells, i - 1);
	ITEM(state.cells, place) = *cell;
	end_change();
}

static enum status check_neighbours(const struct indexed_cell *cell, struct diagnosis *why)
{
	size_t place = count_up_to(state.cells, cell->code_start);
	bool over_before = place > 0 && ITEM(state.cells, place - 1).code_end > cell->code_start;
	bool over_after = place < state.cells.count && ITEM(state.cells, place).code_start < cell->code_end;
	if (over_before || over_after)
		return diagnosis_set(why, STATUS_EXISTS,
			"unwind table: another one speaks of functions between %#llx and %#llx",
			(unsigned long long)cell->code_start, (unsigned long long)cell->code_end);
	return STATUS_OK;
}

enum status frame_index_add(const struct frame_index_cell *tables, struct diagnosis *why)
{
	struct indexed_cell cell = {.tables = *tables};
	size_t count;
	TRY(measure(&tables->frames, &count, &cell, why));
	TRY(check_neighbours(&cell, why));
	if (state.cells.count == state.capacity) {
		enum status status = resize(state.capacity == 0 ? LEAST_CAPACITY : state.capacity * 2);
		if (status)
			return diagnosis_set(why, status, "no memory for the index of unwind tables");
	}
	TRY(make_hints(&cell, count, why));
	insert(&cell);
	return STATUS_OK;
}

void frame_index_remove(uint64_t frames_address)
{
	size_t place = 0;
	while (place < state.cells.count && ITEM(state.cells, place).tables.frames.address != frames_address)
		place++;
	if (place == state.cells.count)
		return;
	struct hint_memory *hints = ITEM(state.cells, place).memory;
	begin_change();
	for (size_t i = place; i + 1 < state.cells.count; i++)
		ITEM(state.cells, i) = ITEM(state.cells, i + 1);
	state.cells.count--;
	end_change();
	drop_hints(hints);
	if (state.capacity > LEAST_CAPACITY && state.cells.count <= state.capacity / 4 && resize(state.capacity / 2))
		return; // it stays larger than it need be
}

size_t frame_index_count(void)
{
	return state.cells.count;
}

// ---- Search ----

// The cell whose code is around `address`, copied while nothing changed.
static enum status find_cell(uint64_t address, struct indexed_cell *cell)
{
	for (unsigned search = 0; search < SEARCHES_MAX; search++) {
		uint64_t changes = __atomic_load_n(&state.changes, __ATOMIC_ACQUIRE);
		if (changes & 1)
			continue;
		struct cell_slice cells = state.cells;
		size_t place = count_up_to(cells, address);
		if (place > 0)
			*cell = ITEM(cells, place - 1);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&state.changes, __ATOMIC_RELAXED) != changes)
			continue;
		return place > 0 && address < cell->code_end ? STATUS_OK : STATUS_NOT_FOUND;
	}
	return STATUS_BUSY;
}

static bool is_in(const struct frame_entry *entry, uint64_t address)
{
	return address - entry->function_start < entry->function_size_bytes;
}

static bool find_by_hint(
	const struct indexed_cell *cell, uint64_t address, struct frame_common *common, struct frame_entry *entry)
{
	size_t low = 0;
	size_t high = cell->hints.count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (ITEM(cell->hints, middle).function <= address - cell->code_start)
			low = middle;
		else
			high = middle;
	}
	enum status status =
		frame_information_entry(&cell->tables.frames, ITEM(cell->hints, low).entry, common, entry, NULL);
	return !status && is_in(entry, address);
}

enum status frame_index_find(uint64_t address, struct frame_common *common, struct frame_index_place *place)
{
	struct indexed_cell cell = {};
	TRY(find_cell(address, &cell));
	place->cell = cell.tables;
	if (find_by_hint(&cell, address, common, &place->entry))
		return STATUS_OK;
	size_t cursor = 0;
	size_t offset;
	while (!frame_information_next(&cell.tables.frames, &cursor, common, &offset, &place->entry, NULL)) {
		if (is_in(&place->entry, address))
			return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}
