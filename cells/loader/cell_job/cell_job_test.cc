#include "cells/loader/cell_job/cell_job.h"

#include <gtest/gtest.h>

#include <string>

#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_store/cell_store.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "tests/loader/cell_maker.h"
#include "tests/loader/traces.h"

namespace
{

using namespace ariadne_test;

class CellJob : public testing::Test
{
      protected:
	static void SetUpTestSuite()
	{
		struct frame_region memory = {{0x100000}, 64 << 20};
		struct diagnosis why = {};
		ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
		Cell odd = user_of_low("odd");
		odd.with_metadata = false;
		static Bytes file = archive({low_cell().finish(), odd.finish()});
		ASSERT_EQ(cell_loader_start(view(file), &why), STATUS_OK) << why.message;
	}
	struct diagnosis why = {};
};

TEST_F(CellJob, FindsTheObjectAndJudgesIt)
{
	Traces before = traces();
	{
		OWN(cell_job, job);
		ASSERT_EQ(cell_job_open(&job, cell_store_root(), TEXT("low"), &why), STATUS_OK) << why.message;
		EXPECT_EQ(job.work->space, cell_store_root());
		EXPECT_FALSE(job.work->is_static);
		EXPECT_EQ(job.work->metadata.export_count, 3u);
		EXPECT_EQ(job.work->sections.count, job.work->object.section_count);
		EXPECT_EQ(job.work->symbols.count, job.work->object.symbol_count);
		EXPECT_FALSE(ITEM(job.work->sections, 1).placed);
	}
	EXPECT_EQ(traces(), before);
}

TEST_F(CellJob, RefusalsLeaveNothing)
{
	Traces before = traces();
	{
		OWN(cell_job, job);
		EXPECT_EQ(cell_job_open(&job, cell_store_root(), TEXT("nobody"), &why), STATUS_NOT_FOUND);
		EXPECT_STREQ(why.message, "no cell nobody in the archive");
		why = {};
		EXPECT_EQ(cell_job_open(&job, cell_store_root(), TEXT("odd"), &why), STATUS_MALFORMED);
		EXPECT_STREQ(why.message, "cell odd: the object has no section .ariadne.cell");
	}
	EXPECT_EQ(traces(), before);
}

} // namespace
