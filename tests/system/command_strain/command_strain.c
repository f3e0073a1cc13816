#include "tests/system/command_strain/command_strain.h"

#include "cells/console/console/console.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_unload/cell_unload.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/lent_pages/lent_pages.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

typedef unsigned long long number;

enum { LARGEST_MIB = 64, SLOTS = 4096, FEW = 300 };

// All that memory can lose.
struct ledger {
	uint64_t free_frames, claimed_frames, general_pages, cells_pages, mapped_pages, table_frames, large_pages;
	uint64_t heap_objects, heap_bytes;
};

static void take_stock(struct ledger *ledger)
{
	heap_trim();
	struct frame_statistics frames = frame_allocator_statistics();
	struct page_table_statistics table = page_table_statistics();
	struct heap_statistics heap = heap_statistics();
	*ledger = (struct ledger){
		.free_frames = frames.free_frames,
		.claimed_frames = frames.claimed_frames,
		.general_pages = page_allocator_statistics(PAGE_REGION_GENERAL).free_pages,
		.cells_pages = page_allocator_statistics(PAGE_REGION_CELLS).free_pages,
		.mapped_pages = table.mapped_pages,
		.table_frames = table.table_frames,
		.large_pages = table.large_pages,
		.heap_objects = heap.objects,
		.heap_bytes = heap.object_bytes,
	};
}

static bool equal(const struct ledger *a, const struct ledger *b)
{
	return a->free_frames == b->free_frames && a->claimed_frames == b->claimed_frames &&
	       a->general_pages == b->general_pages && a->cells_pages == b->cells_pages &&
	       a->mapped_pages == b->mapped_pages && a->table_frames == b->table_frames &&
	       a->large_pages == b->large_pages && a->heap_objects == b->heap_objects && a->heap_bytes == b->heap_bytes;
}

// ---- The operations: each cleans up after itself ----

static enum status map_one(void)
{
	OWN(mapped_pages_mut, pages);
	return mapped_pages_mut_allocate(&pages, 1, PAGE_REGION_GENERAL);
}

static enum status map_for_a_cell(void)
{
	OWN(mapped_pages_mut, pages);
	return mapped_pages_mut_allocate(&pages, 5 * PAGE_SIZE_BYTES, PAGE_REGION_CELLS);
}

static enum status map_large(void)
{
	OWN(mapped_pages_mut, pages);
	return mapped_pages_mut_allocate(&pages, 2 * (size_t)LARGE_PAGE_SIZE_BYTES, PAGE_REGION_GENERAL);
}

static enum status map_where_no_table_is(void)
{
	OWN(allocated_pages, pages);
	OWN(allocated_frames, registers);
	OWN(mapped_pages_mut, mapped);
	struct page_table_region region = page_table_general_region();
	uint64_t far =
		region.start.value + page_allocator_statistics(PAGE_REGION_GENERAL).total_pages / 2 * PAGE_SIZE_BYTES;
	TRY(page_allocator_allocate(&pages, (struct page_request){.from = address_virtual(far)}));
	TRY(frame_allocator_claim(&registers, address_physical(0xfed10000), 1));
	return mapped_pages_mut_map(&mapped, &pages, &registers);
}

static enum status allocate_frames(void)
{
	OWN(allocated_frames, frames);
	return frame_allocator_allocate(&frames, (struct frame_request){.count = 3, .alignment_frames = 2});
}

static enum status allocate_any_frames(void)
{
	OWN(allocated_frames, frames);
	return frame_allocator_allocate_some(&frames, 100);
}

static enum status allocate_pages(void)
{
	OWN(allocated_pages, pages);
	size_t count = page_allocator_statistics(PAGE_REGION_GENERAL).total_pages;
	return page_allocator_allocate(&pages, (struct page_request){.count = count});
}

static enum status allocate_large_object(void)
{
	OWN(heap_object, object);
	return heap_allocate(&object, 100000);
}

static enum status load_a_cell(void)
{
	struct diagnosis why = {};
	return cell_loader_load(TEXT("command_crash"), &why);
}

static const struct {
	const char *name;
	enum status (*run)(void);
} operations[] = {
	{"map_one", map_one},
	{"map_for_a_cell", map_for_a_cell},
	{"map_large", map_large},
	{"map_where_no_table_is", map_where_no_table_is},
	{"allocate_frames", allocate_frames},
	{"allocate_any_frames", allocate_any_frames},
	{"allocate_pages", allocate_pages},
	{"allocate_large_object", allocate_large_object},
	{"load_a_cell", load_a_cell},
};

// A large page that was mapped while there was memory cannot be cut now.
static enum status cut(const struct mapped_pages_mut *large)
{
	if (mapped_pages_mut_is_empty(large))
		return STATUS_NO_MEMORY; // the machine had no 2 MiB in one piece
	mapped_pages_mut_expect_in(large);
	return page_table_cut(address_virtual(mapped_pages_mut_start_address(large) + PAGE_SIZE_BYTES));
}

static __attribute__((noinline)) enum status run_operation(size_t index)
{
	return AT(operations, index).run();
}

static bool bears_it(const char *name, enum status status, const struct ledger *before)
{
	struct ledger after;
	take_stock(&after);
	console_print("%s: %s%s\n", name, status_name(status), equal(before, &after) ? "" : ", but something is lost");
	return status == STATUS_NO_MEMORY && equal(before, &after);
}

// ---- Using everything up ----

static struct mapped_pages_mut *mapping_at(const struct heap_object *mappings, size_t index) BORROWS(mappings);
static struct mapped_pages_mut *mapping_at(const struct heap_object *mappings, size_t index)
{
	return HEAP_ELEMENT(struct mapped_pages_mut, mappings, index);
}

static struct allocated_frames *frames_at(const struct heap_object *rest, size_t index) BORROWS(rest);
static struct allocated_frames *frames_at(const struct heap_object *rest, size_t index)
{
	return HEAP_ELEMENT(struct allocated_frames, rest, index);
}

// Maps all memory, in ever smaller pieces, and takes the frames that are too few to be mapped.
static void use_up(const struct heap_object *mappings, const struct heap_object *rest) BORROWS(mappings) BORROWS(rest);
static void use_up(const struct heap_object *mappings, const struct heap_object *rest)
{
	size_t used = 0;
	size_t size_bytes = (size_t)LARGEST_MIB << 20;
	while (size_bytes >= PAGE_SIZE_BYTES && used < SLOTS) {
		OWN(mapped_pages_mut, pages);
		if (mapped_pages_mut_allocate(&pages, size_bytes, PAGE_REGION_GENERAL)) {
			size_bytes /= 2;
			continue;
		}
		mapped_pages_mut_put_in(mapping_at(mappings, used), &pages);
		used++;
	}
	for (size_t i = 0; i < SLOTS; i++) {
		OWN(allocated_frames, frames);
		if (frame_allocator_allocate_some(&frames, SLOTS))
			return;
		allocated_frames_put_in(frames_at(rest, i), &frames);
	}
}

static void give_all_back(const struct heap_object *mappings, const struct heap_object *rest) BORROWS(mappings)
	BORROWS(rest);
static void give_all_back(const struct heap_object *mappings, const struct heap_object *rest)
{
	for (size_t i = 0; i < SLOTS; i++) {
		mapped_pages_mut_drop_in(mapping_at(mappings, i));
		allocated_frames_drop_in(frames_at(rest, i));
	}
}

static bool try_all(const struct mapped_pages_mut *large)
{
	bool good = true;
	struct ledger before;
	take_stock(&before);
	console_print("%llu frames are left\n", (number)before.free_frames);
	for (size_t i = 0; i < COUNT_OF(operations); i++)
		good &= bears_it(AT(operations, i).name, run_operation(i), &before);
	return good & bears_it("cut", cut(large), &before);
}

// Loads a cell with no frame, with one, with two, and so on, until it works: whatever step memory runs out in, all of
// it comes back. The frames are those of `few`.
static bool load_with_few(struct allocated_frames *few) BORROWS_MUT(few);
static bool load_with_few(struct allocated_frames *few)
{
	for (number frames = 0; allocated_frames_count(few) > 1; frames++) {
		struct ledger before, after;
		take_stock(&before);
		enum status status = load_a_cell();
		if (!status)
			status = cell_unload(TEXT("command_crash"), NULL) ? STATUS_BUSY : STATUS_OK;
		take_stock(&after);
		if (!equal(&before, &after))
			console_print("load_with_few: %llu frames: something is lost\n", frames);
		if (status != STATUS_NO_MEMORY || !equal(&before, &after)) {
			console_print("load_with_few: with %llu frames: %s\n", frames, status_name(status));
			return status == STATUS_OK && frames > 0 && equal(&before, &after);
		}
		OWN(allocated_frames, one);
		frame_allocator_split(few, 1, &one);
	}
	console_print("load_with_few: it never works\n");
	return false;
}

static enum status strain(void)
{
	OWN(heap_object, mappings);
	OWN(heap_object, rest);
	OWN(mapped_pages_mut, large);
	TRY(heap_allocate(&mappings, SLOTS * sizeof(struct mapped_pages_mut)));
	TRY(heap_allocate(&rest, SLOTS * sizeof(struct allocated_frames)));
	TRY(mapped_pages_mut_allocate(&large, LARGE_PAGE_SIZE_BYTES, PAGE_REGION_GENERAL));
	struct ledger before, after;
	take_stock(&before);
	OWN(allocated_frames, few);
	TRY(frame_allocator_allocate(&few, (struct frame_request){.count = FEW}));
	use_up(&mappings, &rest);
	bool good = try_all(&large);
	good &= load_with_few(&few);
	allocated_frames_drop(&few);
	give_all_back(&mappings, &rest);
	take_stock(&after);
	console_print("%llu of %llu frames came back\n", (number)after.free_frames, (number)before.free_frames);
	return good && equal(&before, &after) ? STATUS_OK : STATUS_REFUSED;
}

// ---- What else programs do with memory ----

static enum status work(void)
{
	for (size_t pages = 1; pages < 700; pages += 37) {
		OWN(mapped_pages_mut, memory);
		OWN(mapped_pages_mut, rest);
		OWN(mapped_pages, constants);
		OWN(mapped_pages_exec, code);
		TRY(mapped_pages_mut_allocate(&memory, (pages + 1) * PAGE_SIZE_BYTES, PAGE_REGION_GENERAL));
		bytes_fill(mapped_pages_mut_bytes(&memory), 0x5a);
		TRY(mapped_pages_mut_split(&memory, pages, &rest));
		mapped_pages_mut_drop(&rest);
		mapped_pages_mut_freeze(&memory, &constants);
		OWN(lent_pages, loan);
		TRY(lent_pages_from(&loan, &constants));
		if (bytes_at(lent_pages_bytes(&loan), pages * PAGE_SIZE_BYTES - 1) != 0x5a)
			return STATUS_REFUSED;
		lent_pages_drop(&loan);
		mapped_pages_thaw(&constants, &memory);
		mapped_pages_mut_make_executable(&memory, &code);
	}
	return STATUS_OK;
}

static enum status run(const struct command_arguments *arguments)
{
	(void)arguments;
	TRY(work());
	enum status status = strain();
	console_print("strain: %s\n", status_name(status));
	return status;
}

const struct command command_strain = {
	.name = "strain",
	.usage = "strain",
	.summary = "use memory up, and see that every operation bears it",
	.run = run,
};
