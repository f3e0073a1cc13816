// Looking for what is left of the old cells, everywhere. Conservative: whatever looks like a pointer to them is one.
#include "cells/base/format/format.h"
#include "cells/base/panic/panic.h"
#include "cells/hal/descriptor_table/descriptor_table.h"
#include "cells/hal/interrupt_table/interrupt_table.h"
#include "cells/hal/processor/processor.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_store/cell_store.h"
#include "cells/loader/cell_view/cell_view.h"
#include "cells/loader/image_replacement/image_replacement_internal.h"
#include "cells/loader/memory_map/memory_map.h"
#include "cells/loader/static_map/static_map.h"
#include "cells/memory/address/address.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/page_table/page_table.h"

enum { PLACE_CAPACITY = 128, WORD_BYTES = 8, HALF_WORD_BYTES = 4 };

struct place {
	char text[PLACE_CAPACITY];
};

// Which section of which cell was linked at `address`.
static bool find_linked(uint64_t address, struct text *cell_name, uint32_t *section_index, uint64_t *offset)
{
	struct static_map map;
	if (cell_store_static_map(&map))
		return false;
	for (uint32_t i = 0; i < map.cell_count; i++) {
		struct static_map_cell cell = static_map_cell_at(&map, i);
		for (uint32_t j = 0; j < cell.section_count; j++) {
			struct static_map_section section = static_map_section_at(&map, &cell, j);
			if (address - section.address >= section.size_bytes)
				continue;
			*cell_name = cell.name;
			*section_index = section.section_index;
			*offset = address - section.address;
			return true;
		}
	}
	return false;
}

// Names it by way of the same place of the cell that has replaced it.
static void describe_linked(uint64_t address, struct place *place)
{
	struct text name;
	uint32_t index = 0;
	uint64_t offset = 0;
	if (!find_linked(address, &name, &index, &offset)) {
		format_text(place->text, sizeof place->text, "image, where no cell was");
		return;
	}
	format_text(place->text, sizeof place->text, "%.*s", TEXT_ARGUMENTS(name));
	OWN(cell_reference, cell);
	enum status status = cell_registry_find(&cell, name);
	if (status)
		return;
	uint64_t start = 0, size_bytes = 0;
	struct cell_symbol_view symbol;
	if (cell_reference_placed_section(&cell, index, &start, &size_bytes) ||
		!cell_registry_symbolize(start + offset, &symbol))
		return;
	format_text(place->text, sizeof place->text, "%.*s:%.*s+0x%llx", TEXT_ARGUMENTS(symbol.cell),
		TEXT_ARGUMENTS(symbol.name), (unsigned long long)symbol.offset_bytes);
}

static __attribute__((noreturn)) void found(const char *where, const struct replacement_finding *finding)
{
	struct place place, target;
	struct cell_symbol_view symbol;
	if (cell_registry_symbolize(finding->place, &symbol))
		format_text(place.text, sizeof place.text, " %.*s:%.*s+0x%llx", TEXT_ARGUMENTS(symbol.cell),
			TEXT_ARGUMENTS(symbol.name), (unsigned long long)symbol.offset_bytes);
	else
		format_text(place.text, sizeof place.text, " at 0x%llx", (unsigned long long)finding->place);
	describe_linked(finding->value, &target);
	panic("image_replacement: %s%s still holds 0x%llx, which leads to the old %s", where, place.text,
		(unsigned long long)finding->value, target.text);
}

static void look_at(
	const struct replacement_ranges *old, const char *where, uint64_t start, uint64_t size_bytes, uint64_t step)
{
	struct replacement_finding finding;
	if (replacement_scan(old, start, size_bytes, step, &finding))
		found(where, &finding);
}

static void look_at_value(const struct replacement_ranges *old, const char *where, uint64_t value)
{
	struct replacement_finding finding = {0, value};
	if (replacement_is_inside(old, value))
		found(where, &finding);
}

// ---- The processor ----

static void look_at_processor(const struct replacement_ranges *old)
{
	uint64_t registers[REPLACEMENT_REGISTERS];
	replacement_read_registers(&registers);
	for (size_t i = 0; i < REPLACEMENT_REGISTERS; i++)
		look_at_value(old, "a register", AT(registers, i));

	struct replacement_tables tables;
	replacement_read_tables(&tables);
	look_at_value(old, "the register of the GDT", tables.segments);
	look_at_value(old, "the register of the IDT", tables.interrupts);

	// Where a system call, a thread's storage and this processor's own data begin.
	static const uint32_t registers_with_addresses[] = {
		0x175, 0x176, 0xC0000082, 0xC0000083, 0xC0000100, 0xC0000101, 0xC0000102};
	for (size_t i = 0; i < COUNT_OF(registers_with_addresses); i++)
		look_at_value(old, "a model-specific register", processor_read_msr(AT(registers_with_addresses, i)));

	struct replacement_finding finding;
	if (replacement_scan_gates(old, interrupt_table_gates(), &finding))
		found("the IDT", &finding);
	// Its addresses are not aligned to words.
	struct bytes task = descriptor_table_task_state(0);
	look_at(old, "the TSS", (uintptr_t)task.data, task.size_bytes, HALF_WORD_BYTES);
}

// ---- Cells ----

// What a cell is bound to, read from its bound bytes.
static void look_at_edges(const struct replacement_ranges *old, const struct cell_reference *cell) BORROWS(cell)
{
	struct cell_view view;
	cell_reference_view(cell, &view);
	if (view.is_static)
		panic("image_replacement: cell %.*s is still that of the image", TEXT_ARGUMENTS(view.name));
	for (uint32_t index = 0; index < view.section_count; index++) {
		struct cell_section_view section;
		cell_reference_section(cell, index, &section);
		look_at_value(old, "the registry", section.address);
	}
	for (uint32_t index = 0; index < view.edge_count; index++) {
		struct cell_edge_view edge;
		cell_reference_edge(cell, index, &edge);
		if (!edge.as_recorded)
			panic("image_replacement: cell %.*s, %.*s: bound to %.*s %.*s, which is not what is recorded",
				TEXT_ARGUMENTS(edge.from_cell), TEXT_ARGUMENTS(edge.from_section),
				TEXT_ARGUMENTS(edge.to_cell), TEXT_ARGUMENTS(edge.symbol));
	}
}

static void look_at_cells(const struct replacement_ranges *old)
{
	for (uint32_t number = 0; number < cell_registry_number_limit(); number++) {
		OWN(cell_reference, cell);
		enum status status = cell_registry_find_number(&cell, number);
		if (status)
			continue;
		look_at_edges(old, &cell);
	}
}

// ---- Memory ----

struct heap_look {
	const struct replacement_ranges *old;
};

static void look_at_object(void *context, struct bytes object)
{
	const struct heap_look *look = context;
	look_at(look->old, "a heap object", (uintptr_t)object.data, object.size_bytes, WORD_BYTES);
}

// Text is looked at through its relocations, the heap object by object, the stack only where it is in use; the archive
// and devices hold no addresses of running code, and the allocators' bookkeeping only bits (33 free units after 31
// taken ones look like an address). All else, word by word.
static void look_at_range(const struct replacement_ranges *old, const struct memory_map_range *range)
{
	uint64_t size_bytes = range->page_count * PAGE_SIZE_BYTES;
	switch (range->kind) {
	case MEMORY_MAP_TEXT:
	case MEMORY_MAP_HEAP:
	case MEMORY_MAP_ARCHIVE:
	case MEMORY_MAP_BOOKKEEPING:
	case MEMORY_MAP_DEVICE:
	case MEMORY_MAP_STACK:
	case MEMORY_MAP_IMAGE:
		return;
	default:
		look_at(old, memory_map_kind_name(range->kind), range->start.value, size_bytes, WORD_BYTES);
	}
}

static void look_at_memory(const struct replacement_ranges *old)
{
	struct memory_map_walk walk = {};
	struct memory_map_range range;
	while (!memory_map_next(&walk, &range)) {
		if (range.kind == MEMORY_MAP_UNKNOWN)
			panic("image_replacement: nobody owns the page at 0x%llx (%s)",
				(unsigned long long)range.start.value, memory_map_permission_name(range.permission));
		look_at_range(old, &range);
	}
}

// The frames that the image's pages lead to, as numbers.
static void find_frames(struct replacement_ranges *frames, struct page_table_region image)
{
	for (uint64_t page = 0; page < image.page_count; page++) {
		struct page_translation translation;
		if (!page_table_lookup(address_virtual_plus(image.start, page * PAGE_SIZE_BYTES), &translation))
			replacement_add_range_once(frames, translation.physical.value / PAGE_SIZE_BYTES, 1);
	}
	if (frames->count == 0)
		panic("image_replacement: no page of the image is mapped");
}

static void look_at_frames_of(const struct replacement_ranges *frames, const struct page_range *range)
{
	for (uint64_t page = 0; page < range->page_count; page++) {
		struct virtual_address address = address_virtual_plus(range->start, page * PAGE_SIZE_BYTES);
		struct page_translation translation;
		if (!page_table_lookup(address, &translation) &&
			replacement_is_inside(frames, translation.physical.value))
			panic("image_replacement: the page at 0x%llx leads to the frame at 0x%llx, which is the "
			      "image's",
				(unsigned long long)address.value, (unsigned long long)translation.physical.value);
	}
}

// When the image goes its frames are anybody's, so no other page may lead to one.
static void look_at_frames(void)
{
	struct replacement_ranges frames = {};
	struct page_table_region image = page_table_image_region();
	find_frames(&frames, image);
	struct page_range range;
	struct virtual_address at = {};
	do {
		if (page_table_next(at, &range))
			return;
		if (range.start.value - image.start.value >= image.page_count * PAGE_SIZE_BYTES)
			look_at_frames_of(&frames, &range);
		at.value = range.start.value + range.page_count * PAGE_SIZE_BYTES;
	} while (at.value != 0);
}

// The caller's frame and all above it, up to the end of the stack's page range.
static void look_at_stack(const struct replacement_ranges *old)
{
	uint64_t from = processor_frame_pointer() & ~(uint64_t)(WORD_BYTES - 1);
	struct page_range stack;
	if (page_table_next((struct virtual_address){from / PAGE_SIZE_BYTES * PAGE_SIZE_BYTES}, &stack))
		panic("image_replacement: the stack is not mapped");
	uint64_t end = stack.start.value + stack.page_count * PAGE_SIZE_BYTES;
	look_at(old, "the stack", from, end - from, WORD_BYTES);
}

void replacement_verify(const struct replacement_ranges *old)
{
	look_at_processor(old);
	look_at_cells(old);
	look_at_memory(old);
	look_at_frames();
	struct heap_look look = {old};
	heap_for_each_object(look_at_object, &look);
	look_at_stack(old);
}
