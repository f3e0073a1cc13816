#include "cells/loader/cell_place/cell_place.h"

#include <gtest/gtest.h>

#include <string>

#include "cells/loader/cell_store/cell_store.h"
#include "tests/loader/loader_step.h"

namespace
{

using namespace ariadne_test;

class CellPlace : public LoaderStep
{
      protected:
	static void SetUpTestSuite()
	{
		Cell huge = user_of_low("huge");
		huge.object.add_section({".bss.huge", 8, 3, {}, CELL_PLACE_PART_SIZE_LIMIT + 1, 8});
		start({low_cell().finish(), huge.finish()});
	}
};

TEST_F(CellPlace, SectionsOfAKindLieInOneMappingInOrder)
{
	Traces before = traces();
	{
		OWN(cell_job, job);
		ASSERT_EQ(cell_job_open(&job, cell_store_root(), TEXT("low"), &why), STATUS_OK) << why.message;
		struct load_work *work = job.work;
		ASSERT_EQ(cell_place_sections(work, &why), STATUS_OK) << why.message;
		ASSERT_GT(work->record_count, 3u);
		uint64_t end = 0;
		int kind = -1;
		for (uint32_t record = 0; record < work->record_count; record++) {
			uint32_t index = ITEM(work->sections, record).in_order;
			const struct placed_section &placed = ITEM(work->sections, index);
			EXPECT_EQ(placed.record, record);
			EXPECT_GE(placed.kind, kind);
			if (placed.kind == kind)
				EXPECT_GE(placed.address, end);
			struct elf_section section;
			elf_object_section(&work->object, index, &section);
			EXPECT_EQ(placed.address % section.alignment, 0u);
			struct bytes memory = bytes_of_mut(cell_place_section_bytes(work, index));
			EXPECT_EQ((uint64_t)(uintptr_t)memory.data, placed.address);
			if (section.content.size_bytes > 0)
				EXPECT_TRUE(bytes_equal(memory, section.content));
			kind = placed.kind;
			end = placed.address + placed.size_bytes;
		}
		EXPECT_EQ(kind, CELL_SECTION_STATE);
	}
	EXPECT_EQ(traces(), before) << "what was not published goes with the job";
}

TEST_F(CellPlace, RefusesMoreThanCanBeMeant)
{
	OWN(cell_job, job);
	ASSERT_EQ(cell_job_open(&job, cell_store_root(), TEXT("huge"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(cell_place_sections(job.work, &why), STATUS_UNSUPPORTED);
	EXPECT_NE(
		std::string(why.message).find("(.bss.huge) it has more than 67108864 bytes of data"), std::string::npos)
		<< why.message;
}

} // namespace
