// For tests of single steps of a load: a loader that has begun, with an archive of the test's own.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "cells/loader/cell_job/cell_job.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "tests/loader/cell_maker.h"
#include "tests/loader/traces.h"

namespace ariadne_test
{

class LoaderStep : public testing::Test
{
      protected:
	// To be called once, before the first test.
	static void start(const std::vector<ArchiveCell> &cells)
	{
		static Bytes file = archive(cells);
		struct frame_region memory = {{0x100000}, 64 << 20};
		struct diagnosis why = {};
		ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
		ASSERT_EQ(cell_loader_start(view(file), &why), STATUS_OK) << why.message;
	}
	// A record for the work as it is placed.
	static struct cell_plan plan_of(const struct load_work *work)
	{
		struct cell_plan plan = {};
		plan.object = work->file;
		plan.metadata = work->metadata_section;
		plan.opened = &work->metadata;
		plan.section_names = work->object.section_names;
		plan.section_count = work->record_count;
		plan.relocation_count = work->relocation_count;
		return plan;
	}
	struct diagnosis why = {};
};

} // namespace ariadne_test
