#include "cells/machine/local_apic/local_apic.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>

#include "cells/hal/processor/processor.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/page_table/page_table.h"

namespace
{

// The registers, as memory: what is written stays.
uint32_t &Register(size_t offset)
{
	return *static_cast<uint32_t *>(page_table_host_physical({0xFEE00000 + offset}, 4));
}

void StartMemory()
{
	static const struct frame_region usable = {{0x100000}, 8 << 20};
	static const enum status started = mapped_pages_start({&usable, 1}, {nullptr, 0});
	ASSERT_EQ(started, STATUS_OK);
}

// In order: the cell starts once.
TEST(LocalApic, IsRefusedWhereItIsMissingOrInAnotherMode)
{
	StartMemory();
	struct diagnosis why = {};
	EXPECT_THROW(local_apic_id(), std::runtime_error) << "it was not started";
	EXPECT_EQ(local_apic_start(&why), STATUS_NO_DEVICE);
	EXPECT_NE(why.message[0], 0);
	processor_host()->features.edx = 1 << 9;
	processor_write_msr(PROCESSOR_MSR_APIC_BASE, 0xFEE00D00);
	why = {};
	EXPECT_EQ(local_apic_start(&why), STATUS_UNSUPPORTED);
	EXPECT_NE(strstr(why.message, "x2APIC"), nullptr);
	processor_write_msr(PROCESSOR_MSR_APIC_BASE, 0x200900); // usable memory
	why = {};
	EXPECT_EQ(local_apic_start(&why), STATUS_REFUSED);
}

TEST(LocalApic, IsTurnedOnWithNothingConnected)
{
	StartMemory();
	processor_host_reset();
	processor_host()->features.edx = 1 << 9;
	processor_write_msr(PROCESSOR_MSR_APIC_BASE, 0xFEE00100); // off
	struct diagnosis why = {};
	ASSERT_EQ(local_apic_start(&why), STATUS_OK) << why.message;
	EXPECT_EQ(processor_read_msr(PROCESSOR_MSR_APIC_BASE), 0xFEE00900u);
	EXPECT_EQ(Register(0xF0), 0x1FFu) << "on, and its spurious vector";
	EXPECT_EQ(Register(0x80), 0u) << "every interrupt may come";
	for (size_t line : {0x320, 0x350, 0x360})
		EXPECT_EQ(Register(line) >> 16 & 1, 1u) << line;
	EXPECT_EQ(Register(0x3E0), 3u);
	Register(0x20) = 0x07000000;
	EXPECT_EQ(local_apic_id(), 7u);
	Register(0xB0) = 0x55;
	local_apic_end_of_interrupt();
	EXPECT_EQ(Register(0xB0), 0u);
}

TEST(LocalApic, MessagesNameTheirTarget)
{
	local_apic_send(9, 0x41);
	EXPECT_EQ(Register(0x310), 0x09000000u);
	EXPECT_EQ(Register(0x300), 0x4041u);
	local_apic_send_to_others(0x42);
	EXPECT_EQ(Register(0x300), 0xC4042u);
	local_apic_send_nmi(3);
	EXPECT_EQ(Register(0x310), 0x03000000u);
	EXPECT_EQ(Register(0x300), 0x4400u);
	local_apic_send_init(255);
	EXPECT_EQ(Register(0x310), 0xFF000000u);
	EXPECT_EQ(Register(0x300), 0x4500u);
	local_apic_send_startup(1, 0x9F);
	EXPECT_EQ(Register(0x310), 0x01000000u);
	EXPECT_EQ(Register(0x300), 0x469Fu);
}

TEST(LocalApic, SendingLeavesInterruptsAsTheyWere)
{
	processor_disable_interrupts();
	local_apic_send(1, 0x50);
	EXPECT_FALSE(processor_interrupts_enabled());
	processor_enable_interrupts();
	local_apic_send(1, 0x50);
	EXPECT_TRUE(processor_interrupts_enabled());
}

TEST(LocalApic, TheTimerFiresOnceOrNotAtAll)
{
	local_apic_timer_start(0x60, 12345);
	EXPECT_EQ(Register(0x320), 0x60u) << "one shot, not masked";
	EXPECT_EQ(Register(0x380), 12345u);
	Register(0x390) = 99;
	EXPECT_EQ(local_apic_timer_remaining(), 99u);
	local_apic_timer_start(0x60, 0);
	EXPECT_EQ(Register(0x320) >> 16 & 1, 1u);
	EXPECT_EQ(Register(0x380), 0u);
	processor_write_msr(PROCESSOR_MSR_APIC_BASE, 0xFEE00000);
	local_apic_start_on_this_core();
	EXPECT_EQ(processor_read_msr(PROCESSOR_MSR_APIC_BASE), 0xFEE00800u);
}

} // namespace
