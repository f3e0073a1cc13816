// Running out of memory: for every allocation of a load, an unload and a name space, in turn, that one fails. All must
// be as it was, and the next try must work.
#include <gtest/gtest.h>

#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/name_space/name_space.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "tests/loader/cell_maker.h"
#include "tests/loader/traces.h"

namespace
{

int allocations_left = -1; // until one fails; below 0: none does

bool fails()
{
	return allocations_left >= 0 && allocations_left-- == 0;
}

} // namespace

// The linker puts these in the place of the functions (--wrap).
extern "C" {
enum status __real_heap_allocate(struct heap_object *out, size_t size_bytes);
enum status __wrap_heap_allocate(struct heap_object *out, size_t size_bytes);
enum status __real_heap_resize(struct heap_object *object, size_t size_bytes);
enum status __wrap_heap_resize(struct heap_object *object, size_t size_bytes);
enum status __real_mapped_pages_mut_allocate(struct mapped_pages_mut *out, size_t size_bytes, enum page_region region);
enum status __wrap_mapped_pages_mut_allocate(struct mapped_pages_mut *out, size_t size_bytes, enum page_region region);

enum status __wrap_heap_allocate(struct heap_object *out, size_t size_bytes)
{
	return fails() ? STATUS_NO_MEMORY : __real_heap_allocate(out, size_bytes);
}

enum status __wrap_heap_resize(struct heap_object *object, size_t size_bytes)
{
	return fails() ? STATUS_NO_MEMORY : __real_heap_resize(object, size_bytes);
}

enum status __wrap_mapped_pages_mut_allocate(struct mapped_pages_mut *out, size_t size_bytes, enum page_region region)
{
	return fails() ? STATUS_NO_MEMORY : __real_mapped_pages_mut_allocate(out, size_bytes, region);
}
}

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
	// Tries until it works; every failure is STATUS_NO_MEMORY and leaves all as it was. How many failed.
	template <typename Operation>
	static int try_all(Operation operation)
	{
		for (int failing = 0; failing < 1000; failing++) {
			Traces before = traces();
			allocations_left = failing;
			enum status status = operation();
			bool reached = allocations_left < 0;
			allocations_left = -1;
			if (!reached) {
				EXPECT_EQ(status, STATUS_OK);
				return failing;
			}
			if (status == STATUS_OK)
				continue; // it can do without
			EXPECT_EQ(status, STATUS_NO_MEMORY) << failing;
			EXPECT_EQ(traces(), before) << failing;
		}
		ADD_FAILURE() << "it never works";
		return 0;
	}
};

TEST_F(OutOfMemory, InALoad)
{
	// Per cell: the job with two tables, the record, its edges, its addresses, and a mapping for each kind of
	// section.
	int failed = try_all([] { return cell_loader_load(TEXT("middle"), nullptr); });
	EXPECT_GE(failed, 15);
	EXPECT_EQ(cell_registry_cell_count(), 2U);
	uintptr_t address = 0;
	ASSERT_EQ(cell_loader_symbol(TEXT("middle_value"), &address, nullptr), STATUS_OK);
	EXPECT_EQ(((int (*)())address)(), 43);
}

TEST_F(OutOfMemory, InAnUnload)
{
	ASSERT_EQ(cell_loader_load(TEXT("middle"), nullptr), STATUS_OK);
	allocations_left = 0; // from the first on: what gives back needs nothing
	EXPECT_EQ(cell_loader_unload(TEXT("middle"), nullptr), STATUS_OK);
	EXPECT_EQ(cell_registry_cell_count(), 0U);
}

TEST_F(OutOfMemory, InANameSpace)
{
	ASSERT_EQ(cell_loader_load(TEXT("middle"), nullptr), STATUS_OK);
	int failed = try_all([] { return name_space_open(TEXT("apart"), TEXT(""), nullptr, 0, nullptr); });
	EXPECT_EQ(failed, 2);
	EXPECT_GE(try_all([] { return cell_loader_load_in(TEXT("apart"), TEXT("middle"), nullptr); }), 15);
	EXPECT_EQ(name_space_close(TEXT("apart"), nullptr), STATUS_OK);
	EXPECT_EQ(cell_loader_unload(TEXT("middle"), nullptr), STATUS_OK);
}

} // namespace
