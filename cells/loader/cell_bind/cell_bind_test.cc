#include "cells/loader/cell_bind/cell_bind.h"

#include <gtest/gtest.h>

#include <string>

#include "cells/loader/cell_exports/cell_exports.h"
#include "cells/loader/cell_place/cell_place.h"
#include "cells/loader/cell_store/cell_store.h"
#include "tests/loader/loader_step.h"

namespace
{

using namespace ariadne_test;

class CellBind : public LoaderStep
{
      protected:
	static void SetUpTestSuite()
	{
		start({low_cell().finish(), middle_cell().finish()});
	}
};

TEST_F(CellBind, ImportsAreFoundInLoadedCellsOnly)
{
	OWN(cell_job, job);
	ASSERT_EQ(cell_job_open(&job, cell_store_root(), TEXT("middle"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(cell_bind_imports(job.work, &why), STATUS_NOT_FOUND);
	EXPECT_STREQ(why.message, "cell middle: its dependency low is not loaded");
}

TEST_F(CellBind, BindsEveryRelocationAndKeepsIt)
{
	uintptr_t low_value = 0;
	ASSERT_EQ(cell_loader_symbol(TEXT("low_value"), &low_value, &why), STATUS_OK) << why.message;
	OWN(cell_job, job);
	ASSERT_EQ(cell_job_open(&job, cell_store_root(), TEXT("middle"), &why), STATUS_OK) << why.message;
	ASSERT_EQ(cell_bind_imports(job.work, &why), STATUS_OK) << why.message;
	ASSERT_EQ(cell_place_sections(job.work, &why), STATUS_OK) << why.message;
	struct cell_plan plan = plan_of(job.work);
	OWN(cell_registration, cell);
	ASSERT_EQ(cell_registry_begin(&cell, &plan, &why), STATUS_OK) << why.message;
	ASSERT_EQ(cell_exports_register(job.work, &cell, &why), STATUS_OK) << why.message;
	ASSERT_EQ(cell_bind_relocations(job.work, &cell, &why), STATUS_OK) << why.message;
	const struct loaded_cell *record = cell_record_numbered(cell_registration_number(&cell));
	EXPECT_EQ(record->relocation_count, job.work->relocation_count);
	EXPECT_GT(record->relocation_count, 2u);
	bool bound = false;
	for (uint32_t edge = 0; edge < record->edge_count; edge++) {
		const struct cell_target &to = ITEM(record->edges, edge).to;
		const struct loaded_cell *other = cell_record_numbered(to.cell);
		bound = bound || (other != record && cell_record_export_address(other, to.index) == low_value);
	}
	EXPECT_TRUE(bound);
}

} // namespace
