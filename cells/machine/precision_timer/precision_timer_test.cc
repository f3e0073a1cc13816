#include "cells/machine/precision_timer/precision_timer.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>

#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/page_table/page_table.h"

namespace
{

uint64_t &Register(size_t offset)
{
	return *static_cast<uint64_t *>(page_table_host_physical({0xFED00000 + offset}, 8));
}

TEST(PrecisionTimer, WhatIsNoneIsRefused)
{
	static const struct frame_region usable = {{0x100000}, 8 << 20};
	ASSERT_EQ(mapped_pages_start({&usable, 1}, {nullptr, 0}), STATUS_OK);
	struct diagnosis why = {};
	EXPECT_THROW(precision_timer_ticks(), std::runtime_error);
	for (uint64_t capabilities :
		{0ull, ~0ull, 0x0000000080862201ull, 0x0098968080862200ull, 0x0A00000080862201ull}) {
		Register(0) = capabilities;
		why = {};
		EXPECT_EQ(precision_timer_start(0xFED00000, &why), STATUS_NO_DEVICE) << std::hex << capabilities;
		EXPECT_NE(strstr(why.message, "no HPET"), nullptr);
	}
	why = {};
	EXPECT_EQ(precision_timer_start(0x200000, &why), STATUS_REFUSED) << "usable memory";
}

TEST(PrecisionTimer, CountsFromItsStart)
{
	Register(0) = 0x0098968080862201; // 10,000,000 fs, 64 bits
	Register(0x10) = 2;
	struct diagnosis why = {};
	ASSERT_EQ(precision_timer_start(0xFED00000, &why), STATUS_OK) << why.message;
	EXPECT_EQ(Register(0x10), 3u) << "on, and otherwise as it was";
	EXPECT_EQ(precision_timer_hertz(), 100000000u);
	EXPECT_EQ(precision_timer_mask(), UINT64_MAX);
	Register(0xF0) = 0x123456789A;
	EXPECT_EQ(precision_timer_ticks(), 0x123456789Au);
}

} // namespace
