#include "cells/hal/device_register/device_register.h"

#include <gtest/gtest.h>

#include <cstring>

namespace
{

struct Registers {
	struct device_u32_read_only identity;
	struct device_u16 control;
	struct device_u8 status;
	struct device_u8_read_only revision;
	struct device_u64 counter;
	struct device_u16_read_only line;
	struct device_u64_read_only total;
};

TEST(DeviceRegister, EachHasItsWidthAndItsPlace)
{
	static_assert(sizeof(struct device_u8) == 1 && sizeof(struct device_u16) == 2 &&
		      sizeof(struct device_u32) == 4 && sizeof(struct device_u64) == 8);
	alignas(Registers) unsigned char memory[sizeof(Registers)];
	memset(memory, 0xee, sizeof memory);
	auto *registers = reinterpret_cast<Registers *>(memory);
	device_u16_write(&registers->control, 0x1234);
	EXPECT_EQ(memory[4], 0x34);
	EXPECT_EQ(memory[5], 0x12);
	EXPECT_EQ(memory[3], 0xee) << "nothing beside it is touched";
	EXPECT_EQ(memory[6], 0xee);
	device_u8_write(&registers->status, 0x56);
	EXPECT_EQ(memory[6], 0x56);
	EXPECT_EQ(memory[7], 0xee);
	device_u64_write(&registers->counter, 0x1122334455667788);
	EXPECT_EQ(memory[8], 0x88);
	EXPECT_EQ(memory[15], 0x11);
	EXPECT_EQ(memory[16], 0xee);
	EXPECT_EQ(device_u16_read(&registers->control), 0x1234);
	EXPECT_EQ(device_u8_read(&registers->status), 0x56);
	EXPECT_EQ(device_u64_read(&registers->counter), 0x1122334455667788u);
	EXPECT_EQ(device_u32_read_only_read(&registers->identity), 0xeeeeeeeeu);
	EXPECT_EQ(device_u8_read_only_read(&registers->revision), 0xee);
	EXPECT_EQ(device_u16_read_only_read(&registers->line), 0xeeee);
	EXPECT_EQ(device_u64_read_only_read(&registers->total), 0xeeeeeeeeeeeeeeeeu);
	struct device_u32 word = {};
	device_u32_write(&word, 7);
	EXPECT_EQ(device_u32_read(&word), 7u);
}

} // namespace
