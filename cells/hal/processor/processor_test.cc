// The host sees the double: what is tested is that a test can set and see everything that cells ask the processor for.
#include "cells/hal/processor/processor.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace
{

class Processor : public testing::Test
{
      protected:
	void SetUp() override
	{
		processor_host_reset();
	}
};

TEST_F(Processor, InterruptsAreOnOrOff)
{
	EXPECT_TRUE(processor_interrupts_enabled());
	processor_disable_interrupts();
	EXPECT_FALSE(processor_interrupts_enabled());
	EXPECT_FALSE(processor_host()->interrupts_enabled);
	processor_enable_interrupts();
	EXPECT_TRUE(processor_interrupts_enabled());
}

TEST_F(Processor, HaltingIsTheEnd)
{
	EXPECT_THROW(processor_halt_forever(), std::runtime_error);
	EXPECT_FALSE(processor_interrupts_enabled());
}

TEST_F(Processor, WaitingEnablesInterruptsAndIsCounted)
{
	processor_disable_interrupts();
	processor_pause();
	EXPECT_FALSE(processor_interrupts_enabled());
	processor_wait_for_interrupt();
	EXPECT_TRUE(processor_interrupts_enabled());
	EXPECT_EQ(processor_host()->waits, 2u);
}

TEST_F(Processor, ControlRegistersKeepWhatIsWritten)
{
	processor_write_cr0(processor_read_cr0() | 1 << 16);
	processor_write_cr3(0x5000);
	processor_write_cr4(processor_read_cr4() | 1 << 7);
	processor_host()->cr2 = 0xDEAD000;
	EXPECT_EQ(processor_read_cr0(), 0x80010033u);
	EXPECT_EQ(processor_read_cr2(), 0xDEAD000u);
	EXPECT_EQ(processor_read_cr3(), 0x5000u);
	EXPECT_EQ(processor_read_cr4(), 0xA0u);
}

TEST_F(Processor, ModelSpecificRegistersKeepWhatIsWritten)
{
	for (uint32_t number :
		{PROCESSOR_MSR_APIC_BASE, PROCESSOR_MSR_EFER, PROCESSOR_MSR_PAT, PROCESSOR_MSR_GS_BASE}) {
		processor_write_msr(number, uint64_t{0x1234567800000000} + number);
		EXPECT_EQ(processor_read_msr(number), uint64_t{0x1234567800000000} + number);
	}
	EXPECT_THROW(processor_read_msr(0x1), std::runtime_error);
}

TEST_F(Processor, TimeStampsGrow)
{
	uint64_t first = processor_timestamp();
	EXPECT_GT(processor_timestamp(), first);
	EXPECT_EQ(processor_timestamp_frequency_hertz(), 0u);
	processor_host()->timestamp_frequency_hertz = 1000;
	EXPECT_EQ(processor_timestamp_frequency_hertz(), 1000u);
}

TEST_F(Processor, IdentityAndFeaturesAreTheTests)
{
	EXPECT_EQ(processor_identity(), 1u);
	processor_host()->identity = 25;
	EXPECT_EQ(processor_identity(), 25u);
	processor_host()->features = {1, 2, 3, 4};
	EXPECT_EQ(processor_identify(7, 0).ecx, 3u);
}

TEST_F(Processor, InvalidatedPagesAreCounted)
{
	processor_invalidate_page(0x1000);
	processor_invalidate_page(0x7000);
	EXPECT_EQ(processor_host()->invalidated_pages, 2u);
	EXPECT_EQ(processor_host()->last_invalidated_page, 0x7000u);
}

TEST_F(Processor, FramePointerIsTheTests)
{
	EXPECT_EQ(processor_frame_pointer(), 0u);
	processor_host()->frame_pointer = 0x7FF0;
	EXPECT_EQ(processor_frame_pointer(), 0x7FF0u);
}

} // namespace
