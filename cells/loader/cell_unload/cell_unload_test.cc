#include "cells/loader/cell_unload/cell_unload.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/loader/loader_step.h"

namespace
{

using namespace ariadne_test;

class CellUnload : public LoaderStep
{
      protected:
	static void SetUpTestSuite()
	{
		start({low_cell().finish(), middle_cell().finish()});
	}
};

TEST_F(CellUnload, TakesACellAndWhatOnlyItNeeded)
{
	Traces before = traces();
	ASSERT_EQ(cell_loader_load(TEXT("middle"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(cell_unload(TEXT("low"), &why), STATUS_BUSY);
	EXPECT_STREQ(why.message, "cell low is in use by middle");
	EXPECT_EQ(cell_unload(TEXT("middle"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(traces(), before);
	EXPECT_EQ(cell_unload(TEXT("low"), &why), STATUS_NOT_FOUND) << "it went with middle";
	why = {};
	EXPECT_EQ(cell_unload_in(TEXT("apart"), TEXT("low"), &why), STATUS_NOT_FOUND);
	EXPECT_STREQ(why.message, "there is no name space apart");
}

TEST_F(CellUnload, WhatSomebodyAskedForStays)
{
	ASSERT_EQ(cell_loader_load(TEXT("low"), &why), STATUS_OK) << why.message;
	ASSERT_EQ(cell_loader_load(TEXT("middle"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(cell_unload(TEXT("middle"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(cell_unload(TEXT("low"), &why), STATUS_OK) << why.message;
}

TEST_F(CellUnload, OneChangeAtATime)
{
	OWN(load_transaction, transaction);
	ASSERT_EQ(cell_loader_begin(&transaction, &why), STATUS_OK);
	EXPECT_EQ(cell_unload(TEXT("low"), &why), STATUS_BUSY);
}

} // namespace
