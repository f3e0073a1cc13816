#include "cells/loader/cell_exports/cell_exports.h"

#include <gtest/gtest.h>

#include <string>

#include "cells/loader/cell_place/cell_place.h"
#include "cells/loader/cell_store/cell_store.h"
#include "tests/loader/loader_step.h"

namespace
{

using namespace ariadne_test;

class CellExports : public LoaderStep
{
      protected:
	static void SetUpTestSuite()
	{
		Cell stranger = user_of_low("stranger");
		stranger.object.add_symbol({"stranger_extra", 1, 2, 1, 0, 1});
		start({low_cell().finish(), stranger.finish()});
	}
};

TEST_F(CellExports, TellsTheRegistryWhereEachLies)
{
	OWN(cell_job, job);
	ASSERT_EQ(cell_job_open(&job, cell_store_root(), TEXT("low"), &why), STATUS_OK) << why.message;
	ASSERT_EQ(cell_place_sections(job.work, &why), STATUS_OK) << why.message;
	struct cell_plan plan = plan_of(job.work);
	OWN(cell_registration, cell);
	ASSERT_EQ(cell_registry_begin(&cell, &plan, &why), STATUS_OK) << why.message;
	ASSERT_EQ(cell_exports_register(job.work, &cell, &why), STATUS_OK) << why.message;
	const struct loaded_cell *record = cell_record_numbered(cell_registration_number(&cell));
	for (uint32_t index = 0; index < job.work->metadata.export_count; index++) {
		EXPECT_EQ(ITEM(record->exports, index).placed, 1);
		EXPECT_NE(cell_record_export_address(record, index), 0u);
	}
	EXPECT_EQ(cell_exports_register(job.work, &cell, &why), STATUS_MALFORMED) << "each is defined once";
}

TEST_F(CellExports, RefusesWhatTheMetadataDoesNotSay)
{
	OWN(cell_job, job);
	ASSERT_EQ(cell_job_open(&job, cell_store_root(), TEXT("stranger"), &why), STATUS_OK) << why.message;
	ASSERT_EQ(cell_place_sections(job.work, &why), STATUS_OK) << why.message;
	struct cell_plan plan = plan_of(job.work);
	OWN(cell_registration, cell);
	ASSERT_EQ(cell_registry_begin(&cell, &plan, &why), STATUS_OK) << why.message;
	EXPECT_EQ(cell_exports_register(job.work, &cell, &why), STATUS_MALFORMED);
	EXPECT_STREQ(why.message, "cell stranger: symbol stranger_extra is global, but no export");
}

} // namespace
