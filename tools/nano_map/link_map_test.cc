#include "tools/nano_map/link_map.h"

#include <gtest/gtest.h>

#include <cstring>

namespace
{

const char *const EXAMPLE = "             VMA              LMA     Size Align Out     In      Symbol\n"
			    "               0                0 ffffffff80100000     1 . = 0xffffffff80100000\n"
			    "ffffffff80100000 ffffffff80100000      e28    16 .text\n"
			    "ffffffff80100000 ffffffff80100000       1c    16         out/bytes.o:(.text.bytes_from)\n"
			    "ffffffff80100000 ffffffff80100000       10     1                 __cfi_bytes_from\n"
			    "ffffffff80100010 ffffffff80100010        c     1                 bytes_from\n"
			    "ffffffff80100020 ffffffff80100020       1c    16         out/bytes.o:(.text.bytes_from)\n"
			    "ffffffff80101110 ffffffff80101110      5c4     8 .eh_frame\n"
			    "ffffffff80101110 ffffffff80101110      128     1         out/bytes.o:(.eh_frame+0x0)\n"
			    "ffffffff80101238 ffffffff80101238       88     1         out/panic.o:(.eh_frame+0x18)\n";

TEST(LinkMap, ReadsSectionsAndNothingElse)
{
	struct link_map map;
	struct diagnosis why = {};
	ASSERT_EQ(link_map_read(EXAMPLE, &map, &why), STATUS_OK) << why.message;
	ASSERT_EQ(map.entries.count, 2u);
	EXPECT_STREQ(map.entries.items[0].file, "out/bytes.o");
	EXPECT_STREQ(map.entries.items[0].section, ".text.bytes_from");
	EXPECT_EQ(map.entries.items[0].address, 0xffffffff80100000u);
	EXPECT_EQ(map.entries.items[0].size_bytes, 0x1cu);
	EXPECT_EQ(map.unwind_start, 0xffffffff80101110u);
	EXPECT_EQ(map.unwind_end, 0xffffffff801012c0u);
}

TEST(LinkMap, GivesEachEntryOnce)
{
	struct link_map map;
	ASSERT_EQ(link_map_read(EXAMPLE, &map, nullptr), STATUS_OK);
	EXPECT_EQ(link_map_take(&map, "out/bytes.o", ".text.bytes_from", 0x1d), nullptr);
	EXPECT_EQ(link_map_take(&map, "bytes.o", ".text.bytes_from", 0x1c), nullptr);
	const struct link_map_entry *entry = link_map_take(&map, "out/bytes.o", ".text.bytes_from", 0x1c);
	ASSERT_NE(entry, nullptr);
	EXPECT_EQ(entry->address, 0xffffffff80100000u);
	entry = link_map_take(&map, "out/bytes.o", ".text.bytes_from", 0x1c);
	ASSERT_NE(entry, nullptr);
	EXPECT_EQ(entry->address, 0xffffffff80100020u);
	EXPECT_EQ(link_map_take(&map, "out/bytes.o", ".text.bytes_from", 0x1c), nullptr);
}

TEST(LinkMap, RefusesOtherTexts)
{
	struct link_map map;
	struct diagnosis why = {};
	EXPECT_EQ(link_map_read("Archive member included\n.text 0x0 0x10 bytes.o\n", &map, &why), STATUS_MALFORMED);
	EXPECT_NE(strstr(why.message, "no map of ld.lld"), nullptr);
}

} // namespace
