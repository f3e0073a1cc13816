#include "cells/boot/boot_information/boot_information.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "cells/boot/boot_information/boot_information_test_records.h"

namespace
{

using namespace boot_records;

class BootInformation : public testing::Test
{
      protected:
	enum status Parse(const Data &record)
	{
		why_ = {};
		memset(&out_, 0xA5, sizeof out_);
		// An exact copy, so that reading beyond its end is seen by the sanitizer.
		Data copy(record);
		copy.shrink_to_fit();
		return boot_information_parse(bytes_from(copy.data(), copy.size()), &out_, &why_);
	}

	void ExpectRefused(const Data &record, enum status status, const std::string &cause)
	{
		struct boot_information untouched;
		memset(&untouched, 0xA5, sizeof untouched);
		EXPECT_EQ(Parse(record), status) << cause;
		EXPECT_NE(std::string(why_.message).find(cause), std::string::npos)
			<< "expected: " << cause << "\n  actual: " << why_.message;
		EXPECT_EQ(memcmp(&out_, &untouched, sizeof out_), 0) << "something was written: " << cause;
	}

	void ExpectMultiboot2Refused(
		const std::vector<Data> &tags, const std::string &cause, enum status status = STATUS_MALFORMED)
	{
		ExpectRefused(Record(BOOT_RECORD_MULTIBOOT2, Multiboot2(tags)), status, cause);
	}

	void ExpectPvhRefused(const std::function<void(Pvh &)> &spoil, const std::string &cause,
		enum status status = STATUS_MALFORMED)
	{
		Pvh pvh;
		spoil(pvh);
		ExpectRefused(Record(BOOT_RECORD_PVH, pvh.Get()), status, cause);
	}

	struct boot_information out_;
	struct diagnosis why_;
};

TEST_F(BootInformation, ReadsAllOfMultiboot2)
{
	ASSERT_EQ(Parse(Record(BOOT_RECORD_MULTIBOOT2, FullMultiboot2())), STATUS_OK) << why_.message;
	EXPECT_EQ(out_.source, BOOT_RECORD_MULTIBOOT2);
	EXPECT_STREQ(out_.command_line, "log=debug quiet");
	EXPECT_STREQ(out_.loader_name, "GRUB 2.06");
	ASSERT_EQ(out_.module_count, 2u);
	EXPECT_EQ(out_.modules[0].start, 0x200000u);
	EXPECT_EQ(out_.modules[0].size_bytes, 0x12345u);
	EXPECT_STREQ(out_.modules[0].name, "cells.cpio");
	EXPECT_EQ(out_.modules[1].size_bytes, 0u);
	ASSERT_EQ(out_.region_count, 3u) << "the empty one counts for nothing";
	EXPECT_EQ(out_.regions[1].kind, BOOT_REGION_RESERVED);
	EXPECT_EQ(out_.regions[2].start, 0x100000u);
	EXPECT_EQ(out_.regions[2].size_bytes, 0x7EE0000u);
	EXPECT_EQ(out_.regions[2].kind, BOOT_REGION_USABLE);
	EXPECT_EQ(out_.framebuffer.kind, BOOT_FRAMEBUFFER_COLOUR);
	EXPECT_EQ(out_.framebuffer.start, 0x80000000u);
	EXPECT_EQ(out_.framebuffer.pitch_bytes, 4096u);
	EXPECT_EQ(out_.framebuffer.width, 1024u);
	EXPECT_EQ(out_.framebuffer.height, 768u);
	EXPECT_EQ(out_.framebuffer.bits_per_pixel, 32);
	EXPECT_EQ(out_.framebuffer.red.position, 16);
	EXPECT_EQ(out_.framebuffer.green.position, 8);
	EXPECT_EQ(out_.framebuffer.blue.size_bits, 8);
	EXPECT_EQ(out_.rsdp_size_bytes, 36u) << "the newer of two says more";
	EXPECT_EQ(out_.rsdp[15], 2);
}

TEST_F(BootInformation, TheNewerRsdpWinsInEitherOrder)
{
	ASSERT_EQ(Parse(Record(BOOT_RECORD_MULTIBOOT2,
			  Multiboot2({MemoryMap(), Tag(15, Rsdp(2)), Tag(14, Rsdp(0)), EndTag()}))),
		STATUS_OK);
	EXPECT_EQ(out_.rsdp_size_bytes, 36u);
	ASSERT_EQ(Parse(Record(BOOT_RECORD_MULTIBOOT2, Multiboot2({MemoryMap(), Tag(14, Rsdp(0)), EndTag()}))),
		STATUS_OK);
	EXPECT_EQ(out_.rsdp_size_bytes, 20u);
}

TEST_F(BootInformation, LittleIsEnough)
{
	ASSERT_EQ(Parse(Record(BOOT_RECORD_MULTIBOOT2, Multiboot2({MemoryMap(), EndTag()}))), STATUS_OK)
		<< why_.message;
	EXPECT_STREQ(out_.command_line, "");
	EXPECT_EQ(out_.module_count, 0u);
	EXPECT_EQ(out_.framebuffer.kind, BOOT_FRAMEBUFFER_NONE);
	EXPECT_EQ(out_.rsdp_size_bytes, 0u);
}

TEST_F(BootInformation, ScreensOfOtherKinds)
{
	ASSERT_EQ(Parse(Record(BOOT_RECORD_MULTIBOOT2,
			  Multiboot2({MemoryMap(), Framebuffer(2, 160, 80, 25, 16, 0xB8000, {}), EndTag()}))),
		STATUS_OK)
		<< why_.message;
	EXPECT_EQ(out_.framebuffer.kind, BOOT_FRAMEBUFFER_TEXT);
	EXPECT_EQ(out_.framebuffer.width, 80u);
	ASSERT_EQ(Parse(Record(BOOT_RECORD_MULTIBOOT2,
			  Multiboot2({MemoryMap(), Framebuffer(0, 320, 320, 200, 8, 0xA0000, {}), EndTag()}))),
		STATUS_OK)
		<< why_.message;
	EXPECT_EQ(out_.framebuffer.kind, BOOT_FRAMEBUFFER_NONE) << "a palette is of no use";
}

TEST_F(BootInformation, MemoryKindsAreTold)
{
	Bytes map;
	map.U32(32).U32(0); // entries may grow
	for (uint32_t type : {1u, 2u, 3u, 4u, 5u, 6u, 0u, 0xFFFFFFFFu})
		map.U64(0x1000 * type).U64(0x1000).U32(type).U32(0).U64(0);
	ASSERT_EQ(Parse(Record(BOOT_RECORD_MULTIBOOT2, Multiboot2({Tag(6, map.Get()), EndTag()}))), STATUS_OK)
		<< why_.message;
	std::vector<int> kinds;
	for (size_t i = 0; i < out_.region_count; i++)
		kinds.push_back(out_.regions[i].kind);
	EXPECT_EQ(kinds, (std::vector<int>{BOOT_REGION_USABLE, BOOT_REGION_RESERVED, BOOT_REGION_ACPI_RECLAIMABLE,
				 BOOT_REGION_ACPI_NVS, BOOT_REGION_DEFECTIVE, BOOT_REGION_RESERVED,
				 BOOT_REGION_RESERVED, BOOT_REGION_RESERVED}));
}

TEST_F(BootInformation, ReadsAllOfPvh)
{
	ASSERT_EQ(Parse(Record(BOOT_RECORD_PVH, Pvh().Get())), STATUS_OK) << why_.message;
	EXPECT_EQ(out_.source, BOOT_RECORD_PVH);
	EXPECT_STREQ(out_.command_line, "log=debug");
	EXPECT_STREQ(out_.loader_name, "PVH");
	ASSERT_EQ(out_.module_count, 1u);
	EXPECT_EQ(out_.modules[0].start, 0x7FD7000u);
	EXPECT_EQ(out_.modules[0].size_bytes, 0x5000u);
	EXPECT_STREQ(out_.modules[0].name, "cells.cpio");
	ASSERT_EQ(out_.region_count, 2u);
	EXPECT_EQ(out_.regions[1].size_bytes, 0x7EDF000u);
	EXPECT_EQ(out_.rsdp_size_bytes, 36u);
	EXPECT_EQ(out_.framebuffer.kind, BOOT_FRAMEBUFFER_NONE);
}

TEST_F(BootInformation, PvhWithoutModulesAndRsdp)
{
	Pvh pvh;
	pvh.module_count = 0;
	pvh.modules = {};
	pvh.strings = {0};
	pvh.rsdp_address = 0;
	pvh.rsdp = Data(36);
	ASSERT_EQ(Parse(Record(BOOT_RECORD_PVH, pvh.Get())), STATUS_OK) << why_.message;
	EXPECT_EQ(out_.module_count, 0u);
	EXPECT_STREQ(out_.command_line, "");
	EXPECT_EQ(out_.rsdp_size_bytes, 0u);
}

TEST_F(BootInformation, DefectsOfTheRecord)
{
	ExpectRefused({}, STATUS_MALFORMED, "boot record has 0 bytes");
	ExpectRefused(Data(15), STATUS_MALFORMED, "boot record has 15 bytes");
	ExpectRefused(Record(3, FullMultiboot2()), STATUS_UNSUPPORTED, "unknown kind 3");
	Data record = Record(BOOT_RECORD_MULTIBOOT2, FullMultiboot2());
	record[8] = 1;
	ExpectRefused(record, STATUS_MALFORMED, "reserved bytes are not zero");
	record = Record(BOOT_RECORD_MULTIBOOT2, FullMultiboot2());
	record.pop_back();
	ExpectRefused(record, STATUS_MALFORMED, "bytes of data, but has");
	record = Record(BOOT_RECORD_MULTIBOOT2, FullMultiboot2());
	record[7] = 0xFF; // nearly 4 GiB of data
	ExpectRefused(record, STATUS_MALFORMED, "bytes of data, but has");
}

TEST_F(BootInformation, DefectsOfMultiboot2sFrame)
{
	ExpectRefused(Record(BOOT_RECORD_MULTIBOOT2, {}), STATUS_MALFORMED, "multiboot2: 0 bytes only");
	Data data = FullMultiboot2();
	data[0]++;
	ExpectRefused(Record(BOOT_RECORD_MULTIBOOT2, data), STATUS_MALFORMED, "total size is");
	ExpectRefused(Record(BOOT_RECORD_MULTIBOOT2, Bytes().U32(8).U32(0).Get()), STATUS_MALFORMED, "no end tag");
	ExpectRefused(Record(BOOT_RECORD_MULTIBOOT2, Bytes().U32(0).U32(0).Get()), STATUS_MALFORMED, "no end tag");
	ExpectMultiboot2Refused({MemoryMap()}, "no end tag");
	ExpectMultiboot2Refused({MemoryMap(), Bytes().U32(1).U32(7).Get(), EndTag()}, "says that it has 7 bytes");
	ExpectMultiboot2Refused({MemoryMap(), Bytes().U32(1).U32(0).Get(), EndTag()}, "says that it has 0 bytes");
	ExpectMultiboot2Refused(
		{MemoryMap(), Bytes().U32(1).U32(0xFFFFFFFF).Get(), EndTag()}, "goes beyond the total size");
	ExpectMultiboot2Refused({MemoryMap(), Bytes().U32(0).U32(16).U64(0).Get()}, "end tag of 16 bytes");
	ExpectMultiboot2Refused({EndTag()}, "tells of no memory");
}

TEST_F(BootInformation, DefectsOfMultiboot2sStrings)
{
	ExpectMultiboot2Refused({Tag(1, {'a', 'b'}), EndTag()}, "command line does not end with a zero");
	ExpectMultiboot2Refused({Tag(1, {}), EndTag()}, "command line does not end with a zero");
	ExpectMultiboot2Refused({Tag(1, {0}), Tag(1, {0}), EndTag()}, "a second tag for the command line");
	ExpectMultiboot2Refused({Tag(1, Bytes().String(std::string(BOOT_COMMAND_LINE_CAPACITY, 'x')).Get()), EndTag()},
		"has 2048 characters, at most 2047 fit", STATUS_OUT_OF_RANGE);
	ExpectMultiboot2Refused({Tag(2, {'a', 'b'}), EndTag()}, "boot loader's name does not end with a zero");
	ExpectMultiboot2Refused({Tag(2, {0}), Tag(2, {0}), EndTag()}, "a second tag for the boot loader's name");
	ExpectMultiboot2Refused({Tag(2, Bytes().String(std::string(BOOT_NAME_CAPACITY, 'x')).Get()), EndTag()},
		"has 64 characters, at most 63 fit", STATUS_OUT_OF_RANGE);
}

TEST_F(BootInformation, DefectsOfMultiboot2sModules)
{
	ExpectMultiboot2Refused({Tag(3, Bytes().U32(0x1000).Get()), EndTag()}, "module tag has 12 bytes only");
	ExpectMultiboot2Refused({Module(0x2000, 0x1FFF, "m"), EndTag()}, "ends at 0x1fff, before its start 0x2000");
	ExpectMultiboot2Refused(
		{Tag(3, Bytes().U32(0x1000).U32(0x2000).Get()), EndTag()}, "a module's name does not end with a zero");
	ExpectMultiboot2Refused({Module(0x1000, 0x2000, std::string(BOOT_NAME_CAPACITY, 'm')), EndTag()},
		"name of module 0 has 64 characters", STATUS_OUT_OF_RANGE);
	ExpectMultiboot2Refused(std::vector<Data>(BOOT_MODULE_CAPACITY + 1, Module(0x1000, 0x2000, "m")),
		"more than 16 modules", STATUS_OUT_OF_RANGE);
}

TEST_F(BootInformation, DefectsOfMultiboot2sMemoryMap)
{
	auto map = [](uint32_t entry_bytes, uint32_t version, const Data &entries) {
		return Tag(6, Bytes().U32(entry_bytes).U32(version).Append(entries).Get());
	};
	ExpectMultiboot2Refused({Tag(6, Bytes().U32(24).Get()), EndTag()}, "memory map tag has 12 bytes only");
	ExpectMultiboot2Refused({map(24, 1, Data(24)), EndTag()}, "entries of version 1", STATUS_UNSUPPORTED);
	ExpectMultiboot2Refused({map(0, 0, Data(24)), EndTag()}, "entries of 0 bytes");
	ExpectMultiboot2Refused({map(16, 0, Data(16)), EndTag()}, "entries of 16 bytes");
	ExpectMultiboot2Refused({map(28, 0, Data(28)), EndTag()}, "entries of 28 bytes");
	ExpectMultiboot2Refused({map(24, 0, Data(47)), EndTag()}, "does not consist of entries of 24 bytes");
	ExpectMultiboot2Refused({map(0xFFFFFFF8, 0, Data(24)), EndTag()}, "does not consist of entries");
	ExpectMultiboot2Refused({map(24, 0, Bytes().U64(0xFFFFFFFFFFFFF000).U64(0x2000).U32(1).U32(0).Get()), EndTag()},
		"wraps around");
	Bytes many;
	for (uint64_t i = 0; i <= BOOT_REGION_CAPACITY; i++)
		many.U64(i << 20).U64(0x1000).U32(1).U32(0);
	ExpectMultiboot2Refused(
		{map(24, 0, many.Get()), EndTag()}, "more than 256 memory regions", STATUS_OUT_OF_RANGE);
	ExpectMultiboot2Refused({MemoryMap(), MemoryMap(), EndTag()}, "a second tag for the memory map");
	ExpectMultiboot2Refused({map(24, 0, {}), EndTag()}, "tells of no memory");
}

TEST_F(BootInformation, DefectsOfMultiboot2sFramebuffer)
{
	ExpectMultiboot2Refused({Tag(8, Data(21)), EndTag()}, "framebuffer tag has 29 bytes only");
	ExpectMultiboot2Refused({Framebuffer(3, 4096, 1024, 768, 32), EndTag()}, "unknown type 3", STATUS_UNSUPPORTED);
	ExpectMultiboot2Refused({Framebuffer(1, 4096, 0, 768, 32), EndTag()}, "framebuffer of 0 x 768");
	ExpectMultiboot2Refused({Framebuffer(1, 4096, 1024, 0, 32), EndTag()}, "framebuffer of 1024 x 0");
	ExpectMultiboot2Refused({Framebuffer(1, 4096, 1024, 768, 0), EndTag()}, "with 0 bits");
	ExpectMultiboot2Refused({Framebuffer(1, 4096, 1024, 768, 33), EndTag()}, "with 33 bits");
	ExpectMultiboot2Refused({Framebuffer(1, 4095, 1024, 768, 32), EndTag()}, "do not fit a line of 4095 bytes");
	ExpectMultiboot2Refused({Framebuffer(1, 4096, 1024, 768, 32, 0xFFFFFFFFFFFFF000), EndTag()}, "wraps around");
	ExpectMultiboot2Refused(
		{Framebuffer(1, 4096, 1024, 768, 32, 0x80000000, {16, 8, 8, 8, 0}), EndTag()}, "37 bytes only");
	ExpectMultiboot2Refused({Framebuffer(1, 4096, 1024, 768, 32, 0x80000000, {25, 8, 8, 8, 0, 8}), EndTag()},
		"red has 8 bits at bit 25");
	ExpectMultiboot2Refused(
		{Framebuffer(1, 4096, 1024, 768, 32, 0x80000000, {16, 8, 8, 0, 0, 8}), EndTag()}, "green has 0 bits");
	ExpectMultiboot2Refused({Framebuffer(1, 4096, 1024, 768, 32, 0x80000000, {16, 8, 8, 8, 255, 255}), EndTag()},
		"blue has 255 bits");
	Data good = Framebuffer(1, 4096, 1024, 768, 32);
	ExpectMultiboot2Refused({good, good, EndTag()}, "a second tag for the framebuffer");
}

TEST_F(BootInformation, DefectsOfTheRsdp)
{
	Data rsdp = Rsdp(2);
	ExpectMultiboot2Refused({Tag(15, Data(rsdp.begin(), rsdp.begin() + 7)), EndTag()}, "does not begin with");
	ExpectMultiboot2Refused({Tag(15, Data(rsdp.begin(), rsdp.begin() + 19)), EndTag()}, "has 19 bytes");
	ExpectMultiboot2Refused({Tag(15, Data(rsdp.begin(), rsdp.begin() + 35)), EndTag()}, "revision 2 has 35 bytes");
	Data changed = rsdp;
	changed[0] = 'r';
	ExpectMultiboot2Refused({Tag(15, changed), EndTag()}, "does not begin with");
	changed = rsdp;
	changed[17]++;
	ExpectMultiboot2Refused({Tag(15, changed), EndTag()}, "wrong checksum");
	changed = rsdp;
	changed[25]++;
	ExpectMultiboot2Refused({Tag(15, changed), EndTag()}, "wrong extended checksum");
}

TEST_F(BootInformation, DefectsOfPvh)
{
	ExpectRefused(Record(BOOT_RECORD_PVH, Data(7)), STATUS_MALFORMED, "pvh: 7 bytes only");
	ExpectPvhRefused([](Pvh &pvh) { pvh.magic++; }, "magic number is 0x336ec579");
	ExpectPvhRefused([](Pvh &pvh) { pvh.version = 0; }, "version 0", STATUS_UNSUPPORTED);
	Data data = Pvh().Get();
	ExpectRefused(Record(BOOT_RECORD_PVH, Data(data.begin(), data.begin() + 91)), STATUS_MALFORMED,
		"start info ends after 91 bytes");
	ExpectPvhRefused([](Pvh &pvh) { pvh.rsdp[0] = 'x'; }, "does not begin with");
	ExpectPvhRefused([](Pvh &pvh) { pvh.module_count = 17; }, "17 modules", STATUS_OUT_OF_RANGE);
	ExpectPvhRefused([](Pvh &pvh) { pvh.module_count = 0xFFFFFFFF; }, "4294967295 modules", STATUS_OUT_OF_RANGE);
	ExpectPvhRefused([](Pvh &pvh) { pvh.region_count = 2000; }, "pvh: memory map of 2000 entries ends");
	ExpectPvhRefused([](Pvh &pvh) { pvh.region_count = 0xFFFFFFFF; }, "pvh: memory map of 4294967295 entries ends");
	ExpectPvhRefused(
		[](Pvh &pvh) { pvh.regions[15] = 0xFF, pvh.regions[0] = 0xFF, pvh.regions[7] = 0xFF; }, "wraps around");
	ExpectPvhRefused([](Pvh &pvh) { pvh.strings = {}; }, "command line does not end with a zero");
	ExpectPvhRefused([](Pvh &pvh) { pvh.strings = {0, 'm'}; }, "module's name does not end with a zero");
	ExpectPvhRefused([](Pvh &pvh) { pvh.strings.push_back(0); }, "1 bytes behind the last part");
	ExpectPvhRefused([](Pvh &pvh) { pvh.strings = Bytes().String(std::string(2048, 'x')).String("").Get(); },
		"2048 characters, at most 2047 fit", STATUS_OUT_OF_RANGE);
	ExpectPvhRefused([](Pvh &pvh) { pvh.modules = Bytes().U64(~0ull).U64(1).U64(0).U64(0).Get(); }, "wraps around");
	ExpectPvhRefused(
		[](Pvh &pvh) {
			pvh.region_count = 0;
			pvh.regions = {};
		},
		"tells of no memory");
}

// Whatever is cut or changed, the parser ends and reads nothing beyond the record (the sanitizers would say so).
TEST_F(BootInformation, EveryTruncationIsRefused)
{
	for (const Data &data : {FullMultiboot2(), Pvh().Get()}) {
		uint32_t kind = data[0] == 0x78 ? BOOT_RECORD_PVH : BOOT_RECORD_MULTIBOOT2;
		for (size_t length = 0; length < data.size(); length++)
			EXPECT_NE(Parse(Record(kind, Data(data.begin(), data.begin() + length))), STATUS_OK) << length;
	}
}

TEST_F(BootInformation, RandomChangesNeverHarm)
{
	const int kRounds = getenv("ARIADNE_FULL") ? 2000000 : 20000;
	std::mt19937 random(1);
	for (const Data &data : {FullMultiboot2(), Pvh().Get()}) {
		Data record = Record(data[0] == 0x78 ? BOOT_RECORD_PVH : BOOT_RECORD_MULTIBOOT2, data);
		int accepted = 0;
		for (int round = 0; round < kRounds; round++) {
			Data changed = record;
			for (int i = random() % 4; i >= 0; i--)
				changed[random() % changed.size()] = random() % 3 ? random() : 0xFF;
			if (Parse(changed) != STATUS_OK) {
				EXPECT_NE(why_.message[0], 0) << "refused without a cause";
				continue;
			}
			accepted++;
			ASSERT_LE(out_.region_count, size_t{BOOT_REGION_CAPACITY});
			ASSERT_LE(out_.module_count, size_t{BOOT_MODULE_CAPACITY});
			for (size_t i = 0; i < out_.region_count; i++)
				ASSERT_LE(out_.regions[i].size_bytes, ~out_.regions[i].start);
		}
		EXPECT_GT(accepted, 0);
	}
}

TEST(BootInformationOfTheSystem, IsKnownOnceItIsSet)
{
	static struct boot_information information;
	EXPECT_EQ(boot_information_get(), nullptr);
	boot_information_set(&information);
	EXPECT_EQ(boot_information_get(), &information);
	boot_information_set(nullptr);
}

} // namespace
