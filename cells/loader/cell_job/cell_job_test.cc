#include "cells/loader/cell_job/cell_job.h"

#include <gtest/gtest.h>

#include <string>

#include "cells/loader/cell_store/cell_store.h"
#include "tests/loader/loader_step.h"

namespace
{

using namespace ariadne_test;

class CellJob : public LoaderStep
{
      protected:
	static void SetUpTestSuite()
	{
		Cell odd = user_of_low("odd");
		odd.with_metadata = false;
		start({low_cell().finish(), odd.finish()});
	}
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
