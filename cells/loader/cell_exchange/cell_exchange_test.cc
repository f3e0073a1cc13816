// The whole of an exchange is in tests/loader/name_space_test.cc; here, what is refused.
#include "cells/loader/cell_exchange/cell_exchange.h"

#include <gtest/gtest.h>

#include "cells/loader/cell_loader/cell_loader.h"
#include "tests/loader/cell_maker.h"

namespace
{

using namespace ariadne_test;

TEST(CellExchange, RefusesWhatIsNoReplacement)
{
	struct frame_region memory = {{0x100000}, 64 << 20};
	struct diagnosis why = {};
	Bytes file = archive({low_cell().finish()});
	ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
	ASSERT_EQ(cell_loader_start(view(file), &why), STATUS_OK) << why.message;
	EXPECT_EQ(cell_exchange_run(TEXT("nowhere"), &why), STATUS_NOT_FOUND);
	EXPECT_STREQ(why.message, "there is no name space nowhere");
	EXPECT_EQ(cell_exchange_run(TEXT(""), nullptr), STATUS_REFUSED);
	{
		struct load_transaction busy = {};
		ASSERT_EQ(cell_loader_begin(&busy, nullptr), STATUS_OK);
		EXPECT_EQ(cell_exchange_run(TEXT(""), nullptr), STATUS_BUSY);
		load_transaction_drop(&busy);
	}
	uint64_t address = 0;
	EXPECT_EQ(cell_exchange_translate(1, &address), STATUS_NOT_FOUND);
	EXPECT_EQ(cell_exchange_drop_retired(&why), STATUS_OK);

	// A record of nano_core may be given the mapping of its state.
	ASSERT_EQ(cell_loader_load(TEXT("low"), nullptr), STATUS_OK);
	struct cell_reference low = {};
	struct mapped_pages_mut pages = {};
	ASSERT_EQ(cell_registry_find(&low, TEXT("low")), STATUS_OK);
	ASSERT_EQ(mapped_pages_mut_allocate(&pages, 4096, PAGE_REGION_CELLS), STATUS_OK);
	cell_exchange_give_state(&low, &pages);
	EXPECT_TRUE(mapped_pages_mut_is_empty(&pages));
	cell_reference_drop(&low);
	EXPECT_EQ(cell_loader_unload(TEXT("low"), nullptr), STATUS_OK);
}

} // namespace
