// What of the start only computes. The rest is seen by booting (tests/system).
#include "nano_core/nano_core.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>
#include <string>

namespace
{

class NanoCore : public testing::Test
{
      protected:
	void AddRegion(uint64_t start, uint64_t size_bytes, enum boot_region_kind kind)
	{
		information_.regions[information_.region_count++] = {start, size_bytes, kind};
	}

	void AddModule(uint64_t start, uint64_t size_bytes, const char *name)
	{
		struct boot_module *module = &information_.modules[information_.module_count++];
		module->start = start;
		module->size_bytes = size_bytes;
		strcpy(module->name, name);
	}

	enum status Divide()
	{
		why_ = {};
		return nano_core_divide_memory(&information_, {{0x102000}, 0x3F000}, &memory_, &why_);
	}

	std::string Archive()
	{
		why_ = {};
		struct boot_module archive = {};
		if (nano_core_find_archive(&information_, &archive, &why_) != STATUS_OK)
			return why_.message;
		return std::string(archive.name) + " at " + std::to_string(archive.start);
	}

	struct boot_information information_ = {};
	struct nano_core_memory memory_ = {};
	struct diagnosis why_ = {};
};

TEST_F(NanoCore, UsableMemoryIsForEveryoneTheImageAndModulesAreTaken)
{
	AddRegion(0, 0x9FC00, BOOT_REGION_USABLE);
	AddRegion(0x9FC00, 0x400, BOOT_REGION_RESERVED);
	AddRegion(0x100000, 0x7EDF000, BOOT_REGION_USABLE);
	AddRegion(0x7FDF000, 0x21000, BOOT_REGION_ACPI_RECLAIMABLE);
	AddModule(0x200000, 0x1234, "cells.cpio");
	AddModule(0x300000, 0, "empty");
	AddModule(0x400000, 1, "other");
	ASSERT_EQ(Divide(), STATUS_OK) << why_.message;
	ASSERT_EQ(memory_.usable_count, 2u);
	EXPECT_EQ(memory_.usable[0].start.value, 0u);
	EXPECT_EQ(memory_.usable[0].size_bytes, 0x9FC00u);
	EXPECT_EQ(memory_.usable[1].start.value, 0x100000u);
	ASSERT_EQ(memory_.reserved_count, 3u);
	EXPECT_EQ(memory_.reserved[0].start.value, 0x102000u);
	EXPECT_EQ(memory_.reserved[0].size_bytes, 0x3F000u);
	EXPECT_EQ(memory_.reserved[1].start.value, 0x200000u);
	EXPECT_EQ(memory_.reserved[1].size_bytes, 0x1234u);
	EXPECT_EQ(memory_.reserved[2].start.value, 0x400000u);
}

TEST_F(NanoCore, MemoryThatNoAddressReachesIsLeftOut)
{
	const uint64_t kEnd = uint64_t{1} << 52;
	AddRegion(kEnd, 0x1000, BOOT_REGION_USABLE);
	AddRegion(kEnd - 0x3000, 0x100000, BOOT_REGION_USABLE);
	ASSERT_EQ(Divide(), STATUS_OK);
	ASSERT_EQ(memory_.usable_count, 1u);
	EXPECT_EQ(memory_.usable[0].start.value, kEnd - 0x3000);
	EXPECT_LE(memory_.usable[0].start.value + memory_.usable[0].size_bytes, kEnd);
	EXPECT_GE(memory_.usable[0].size_bytes, 0x2000u);
}

TEST_F(NanoCore, NoMemoryIsRefused)
{
	EXPECT_EQ(Divide(), STATUS_NOT_FOUND);
	AddRegion(0x100000, 0x100000, BOOT_REGION_DEFECTIVE);
	EXPECT_EQ(Divide(), STATUS_NOT_FOUND);
	EXPECT_STREQ(why_.message, "the boot loader tells of no usable memory");
}

TEST_F(NanoCore, TooManyRegionsAreRefused)
{
	for (uint64_t i = 0; i <= FRAME_ALLOCATOR_REGIONS; i++)
		AddRegion(i << 20, 0x1000, BOOT_REGION_USABLE);
	EXPECT_EQ(Divide(), STATUS_OUT_OF_RANGE);
	information_.region_count--;
	EXPECT_EQ(Divide(), STATUS_OK);
}

TEST_F(NanoCore, AsManyModulesAsTheLoaderMayGiveAreReserved)
{
	AddRegion(0x100000, 0x100000, BOOT_REGION_USABLE);
	for (uint64_t i = 0; i < BOOT_MODULE_CAPACITY; i++)
		AddModule(0x100000 + i * 0x1000, 0x1000, "m");
	ASSERT_EQ(Divide(), STATUS_OK);
	EXPECT_EQ(memory_.reserved_count, size_t{BOOT_MODULE_CAPACITY} + 1);
}

TEST_F(NanoCore, AModuleBeyondPhysicalMemoryIsAPanic)
{
	AddRegion(0x100000, 0x100000, BOOT_REGION_USABLE);
	AddModule(uint64_t{1} << 60, 0x1000, "m");
	EXPECT_THROW((void)!Divide(), std::runtime_error);
}

TEST_F(NanoCore, TheArchiveIsTheModuleOfThatNameOrTheOnlyOne)
{
	EXPECT_EQ(Archive(), "none of the boot loader's 0 modules is the archive cells.cpio");
	AddModule(1000, 5, "");
	EXPECT_EQ(Archive(), " at 1000");
	AddModule(2000, 5, "cells.cpio");
	EXPECT_EQ(Archive(), "cells.cpio at 2000");
	information_.modules[1].name[0] = 'C';
	EXPECT_EQ(Archive(), "none of the boot loader's 2 modules is the archive cells.cpio");
}

} // namespace
