#include "cells/machine/core_timer/core_timer.h"

#include <gtest/gtest.h>

#include "cells/hal/core_local/core_local.h"
#include "cells/hal/processor/processor.h"
#include "cells/machine/interrupt_vector/interrupt_vector.h"
#include "cells/machine/local_apic/local_apic.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/page_table/page_table.h"

namespace
{

uint32_t Register(size_t offset)
{
	return *static_cast<uint32_t *>(page_table_host_physical({0xFEE00000 + offset}, 4));
}

unsigned went_off;

TEST(CoreTimer, GoesOffAfterTheTimeInTicks)
{
	core_timer_start(1000); // before it is prepared: nothing to touch
	core_timer_stop();
	EXPECT_EQ(core_timer_hertz(), 0u);

	static const struct frame_region usable = {{0x100000}, 8 << 20};
	ASSERT_EQ(mapped_pages_start({&usable, 1}, {nullptr, 0}), STATUS_OK);
	processor_host()->features.edx = 1 << 9;
	struct diagnosis why = {};
	ASSERT_EQ(local_apic_start(&why), STATUS_OK) << why.message;
	interrupt_vector_start();
	ASSERT_EQ(core_timer_prepare(62500000), STATUS_OK);
	EXPECT_EQ(core_timer_hertz(), 62500000u);

	core_timer_start(16000);
	EXPECT_NEAR(Register(0x380), 1000, 1);
	EXPECT_GE(Register(0x380), 1000u) << "never too early";
	unsigned vector = Register(0x320);
	EXPECT_GE(vector, 48u);
	EXPECT_LT(vector, 255u);
	core_timer_start(0);
	EXPECT_EQ(Register(0x380), 1u) << "at once is not never";
	core_timer_start(UINT64_MAX);
	EXPECT_EQ(Register(0x380), UINT32_MAX) << "earlier than never";
	core_timer_start(68000000000);
	EXPECT_NEAR(Register(0x380), 4.25e9, 10);

	struct interrupt_frame frame = {};
	frame.vector = vector;
	interrupt_table_host_raise(&frame); // nobody listens
	core_timer_set_handler([](struct interrupt_frame *) { went_off++; }, "test");
	interrupt_table_host_raise(&frame);
	EXPECT_EQ(went_off, 1u);
	core_timer_set_handler(nullptr, "");
	core_timer_stop();
	EXPECT_EQ(Register(0x380), 0u);
}

} // namespace
