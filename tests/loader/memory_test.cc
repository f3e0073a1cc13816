// Running out of memory: for every allocation of a load, an unload and a name space, of whatever kind (objects, pages,
// frames, tables of pages), that one fails, and then that one and all after it. All must be as it was, and the next try
// must work.
#include <gtest/gtest.h>

#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_unload/cell_unload.h"
#include "cells/loader/name_space/name_space.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "tests/loader/cell_maker.h"
#include "tests/loader/traces.h"

namespace
{

int allocations_left = -1; // until one fails; below 0: none does
bool for_good = false;     // and all after it, too
int failed = 0;

bool fails()
{
	if (allocations_left < 0 || (allocations_left > 0 && allocations_left--))
		return false;
	if (!for_good)
		allocations_left = -1;
	failed++;
	return true;
}

} // namespace

// The linker puts these in the place of the functions (--wrap), wherever another cell calls them.
#define MAY_FAIL(name, parameters, arguments)                                                                          \
	extern "C" enum status __real_##name parameters;                                                               \
	extern "C" enum status __wrap_##name parameters;                                                               \
	enum status __wrap_##name parameters                                                                           \
	{                                                                                                              \
		return fails() ? STATUS_NO_MEMORY : __real_##name arguments;                                           \
	}
MAY_FAIL(heap_allocate, (struct heap_object * out, size_t size_bytes), (out, size_bytes))
MAY_FAIL(heap_resize, (struct heap_object * object, size_t size_bytes), (object, size_bytes))
MAY_FAIL(mapped_pages_mut_allocate, (struct mapped_pages_mut * out, size_t size_bytes, enum page_region region),
	(out, size_bytes, region))
MAY_FAIL(mapped_pages_mut_allocate_for,
	(struct mapped_pages_mut * out, size_t size_bytes, enum page_region region, enum page_owner owner),
	(out, size_bytes, region, owner))
MAY_FAIL(page_allocator_allocate, (struct allocated_pages * pages, struct page_request request), (pages, request))
MAY_FAIL(frame_allocator_allocate, (struct allocated_frames * frames, struct frame_request request), (frames, request))
MAY_FAIL(frame_allocator_allocate_some, (struct allocated_frames * frames, size_t at_most), (frames, at_most))
MAY_FAIL(page_table_map_any, (struct virtual_address start, size_t count, struct page_attributes attributes),
	(start, count, attributes))

namespace
{

using namespace ariadne_test;

class OutOfMemory : public testing::Test
{
      protected:
	static void SetUpTestSuite()
	{
		struct frame_region memory = {{0x100000}, 64 << 20};
		struct diagnosis why = {};
		static Bytes file = archive({low_cell().finish(), middle_cell().finish()});
		ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
		ASSERT_EQ(cell_loader_start(view(file), &why), STATUS_OK) << why.message;
	}
	void TearDown() override
	{
		allocations_left = -1;
	}
	static void unload(const char *name)
	{
		EXPECT_EQ(cell_unload(text_from(name), nullptr), STATUS_OK);
	}
	// Tries until nothing fails any more; every failure is STATUS_NO_MEMORY and leaves all as it was. Some
	// allocations are not needed: then `undo` takes back what worked. How many tries failed.
	template <typename Operation, typename Undo>
	static int try_all(Operation operation, Undo undo)
	{
		int refusals = 0;
		for (bool all_after : {false, true}) {
			for (int failing = 0;; failing++) {
				Traces before = traces();
				allocations_left = failing;
				for_good = all_after;
				failed = 0;
				enum status status = operation();
				allocations_left = -1;
				if (status == STATUS_OK)
					undo();
				else
					refusals++;
				EXPECT_EQ(traces(), before) << failing;
				if (failed == 0) {
					EXPECT_EQ(status, STATUS_OK) << failing;
					break;
				}
				EXPECT_TRUE(status == STATUS_OK || status == STATUS_NO_MEMORY) << failing;
			}
		}
		return refusals;
	}
};

TEST_F(OutOfMemory, InALoad)
{
	// Per cell: the job with two tables, the record, its edges, its addresses, and a mapping for each kind of
	// section, each of them with pages and frames; one alone, and with all after it.
	int refusals = try_all([] { return cell_loader_load(TEXT("middle"), nullptr); }, [] { unload("middle"); });
	EXPECT_GE(refusals, 60);
	EXPECT_EQ(cell_registry_cell_count(), 0U);
	uintptr_t address = 0;
	ASSERT_EQ(cell_loader_symbol(TEXT("middle_value"), &address, nullptr), STATUS_OK);
	EXPECT_EQ(((int (*)())address)(), 43);
	unload("middle");
}

TEST_F(OutOfMemory, InAnUnload)
{
	ASSERT_EQ(cell_loader_load(TEXT("middle"), nullptr), STATUS_OK);
	allocations_left = 0;
	for_good = true; // what gives back needs nothing
	EXPECT_EQ(cell_unload(TEXT("middle"), nullptr), STATUS_OK);
	EXPECT_EQ(cell_registry_cell_count(), 0U);
}

TEST_F(OutOfMemory, InANameSpace)
{
	ASSERT_EQ(cell_loader_load(TEXT("middle"), nullptr), STATUS_OK);
	auto open = [] { return name_space_open(TEXT("apart"), TEXT(""), nullptr, 0, nullptr); };
	auto close = [] { EXPECT_EQ(name_space_close(TEXT("apart"), nullptr), STATUS_OK); };
	EXPECT_GE(try_all(open, close), 4);
	ASSERT_EQ(open(), STATUS_OK);
	auto load = [] { return cell_loader_load_in(TEXT("apart"), TEXT("middle"), nullptr); };
	auto empty = [] { EXPECT_EQ(cell_unload_in(TEXT("apart"), TEXT("middle"), nullptr), STATUS_OK); };
	EXPECT_GE(try_all(load, empty), 60);
	EXPECT_EQ(name_space_close(TEXT("apart"), nullptr), STATUS_OK);
	EXPECT_EQ(cell_unload(TEXT("middle"), nullptr), STATUS_OK);
}

} // namespace
