#include "cells/memory/device_memory/device_memory.h"

#include <gtest/gtest.h>

#include <deque>
#include <stdexcept>
#include <string>

#include "cells/hal/device_register/device_register.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/page_allocator/page_allocator.h"

namespace
{

constexpr struct physical_address kDevice = {0xfed00000};

struct Registers {
	struct device_u32_read_only identity;
	struct device_u32 control;
};

class DeviceMemory : public testing::Test
{
      protected:
	static void SetUpTestSuite()
	{
		struct frame_region memory = {{0x100000}, 8 << 20};
		ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
	}
	void SetUp() override
	{
		before_ = Stock();
	}
	void TearDown() override
	{
		EXPECT_EQ(Stock(), before_) << "something leaked";
	}
	static std::string HolderOf(const void *address)
	{
		struct device_memory_holder holder;
		if (!device_memory_find({reinterpret_cast<uintptr_t>(address)}, &holder))
			return "nobody";
		return std::string(holder.name) + " " + std::to_string(holder.pages_left);
	}

      private:
	static std::vector<uint64_t> Stock()
	{
		return {frame_allocator_statistics().free_frames, frame_allocator_statistics().claimed_frames,
			page_allocator_statistics(PAGE_REGION_GENERAL).free_pages,
			page_table_statistics().mapped_pages};
	}
	std::vector<uint64_t> before_;
};

TEST_F(DeviceMemory, RegistersAreReadAndWritten)
{
	auto *memory = static_cast<uint32_t *>(page_table_host_physical({0x2000000}, 4096));
	memory[0] = 77;
	OWN(device_memory, device);
	ASSERT_EQ(device_memory_map_for(&device, {0x2000000}, 0x400, "timer"), STATUS_OK);
	struct Registers *registers = DEVICE_MEMORY_AS(struct Registers, &device, 0);
	EXPECT_EQ(device_u32_read_only_read(&registers->identity), 77u);
	device_u32_write(&registers->control, 5);
	EXPECT_EQ(memory[1], 5u);
	struct page_translation translation;
	ASSERT_EQ(page_table_lookup({reinterpret_cast<uintptr_t>(registers)}, &translation), STATUS_OK);
	EXPECT_EQ(translation.attributes.cache, PAGE_UNCACHED);
	EXPECT_EQ(translation.attributes.owner, PAGE_OWNER_DEVICE);
	EXPECT_THROW((void)DEVICE_MEMORY_AS(struct Registers, &device, 0x3fc), std::runtime_error) << "beyond the end";
	EXPECT_THROW((void)DEVICE_MEMORY_AS(struct Registers, &device, 2), std::runtime_error) << "misaligned";
}

TEST_F(DeviceMemory, EachPageBearsTheNameOfItsCell)
{
	OWN(device_memory, registers);
	OWN(firmware_table, table);
	ASSERT_EQ(device_memory_map_for(&registers, {kDevice.value + 0x800}, 3 * PAGE_SIZE_BYTES, "timer"), STATUS_OK);
	ASSERT_EQ(firmware_table_map_for(&table, {0x7fe0010}, 100, "tables"), STATUS_OK);
	unsigned char *start = device_memory_bytes(&registers).data;
	EXPECT_EQ(reinterpret_cast<uintptr_t>(start) % PAGE_SIZE_BYTES, 0x800u);
	EXPECT_EQ(HolderOf(start), "timer 4");
	EXPECT_EQ(HolderOf(start + 3 * PAGE_SIZE_BYTES - 1), "timer 1");
	EXPECT_EQ(HolderOf(firmware_table_bytes(&table).data), "tables 1");
	EXPECT_EQ(firmware_table_bytes(&table).size_bytes, 100u);
	const unsigned char *gone = firmware_table_bytes(&table).data;
	firmware_table_drop(&table);
	EXPECT_EQ(HolderOf(gone), "nobody");
	EXPECT_EQ(HolderOf(nullptr), "nobody");
}

TEST_F(DeviceMemory, AFirmwareTableCannotBeWritten)
{
	OWN(firmware_table, table);
	ASSERT_EQ(firmware_table_map_for(&table, {0x7fe0010}, 100, "tables"), STATUS_OK);
	struct page_translation translation;
	auto address = reinterpret_cast<uintptr_t>(firmware_table_bytes(&table).data);
	ASSERT_EQ(page_table_lookup({address}, &translation), STATUS_OK);
	EXPECT_EQ(translation.attributes.permission, PAGE_READ_ONLY);
}

TEST_F(DeviceMemory, WhatCannotBeMappedIsRefusedAndLeavesNoName)
{
	OWN(device_memory, device);
	OWN(firmware_table, table);
	EXPECT_EQ(device_memory_map_for(&device, {0x200000}, 4096, "timer"), STATUS_REFUSED) << "usable memory";
	EXPECT_EQ(firmware_table_map_for(&table, {0x200000}, 4096, "timer"), STATUS_REFUSED);
	EXPECT_EQ(device_memory_map_for(&device, kDevice, 0, "timer"), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(device_memory_map_for(&device, kDevice, 4096, ""), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(device_memory_map_for(&device, kDevice, 4096, std::string(40, 'x').c_str()), STATUS_OUT_OF_RANGE);
	ASSERT_EQ(device_memory_map_for(&device, kDevice, 4096, std::string(39, 'x').c_str()), STATUS_OK);
	OWN(device_memory, again);
	EXPECT_EQ(device_memory_map_for(&again, kDevice, 4096, "thief"), STATUS_BUSY);
	for (int i = 0; i < 2 * DEVICE_MEMORY_PIECES; i++)
		EXPECT_EQ(firmware_table_map_for(&table, kDevice, 4096, "thief"), STATUS_BUSY);
}

TEST_F(DeviceMemory, ThereAreSoManyPlacesAndTheyComeBack)
{
	for (int round = 0; round < 2; round++) {
		std::deque<struct device_memory> devices;
		enum status status = STATUS_OK;
		for (size_t i = 0; i <= DEVICE_MEMORY_PIECES; i++) {
			EXPECT_EQ(status, STATUS_OK);
			devices.emplace_back();
			status = device_memory_map_for(&devices.back(), {kDevice.value + i * 8192}, 4096, "many");
		}
		EXPECT_EQ(status, STATUS_OUT_OF_RANGE);
		for (struct device_memory &device : devices)
			device_memory_drop(&device);
	}
}

} // namespace
