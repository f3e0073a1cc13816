#include "cells/loader/static_map/static_map.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <stdexcept>
#include <string>

#include "tests/metadata/written_tables.h"

namespace
{

using ariadne_test::string_of;
using ariadne_test::WrittenTables;

constexpr uint64_t BASE = 0xffffffff80100000;

// A map as nano_map writes it.
class written_map : public WrittenTables<written_map, struct static_map_header>
{
      public:
	written_map()
	{
		struct static_map_header header = {};
		memcpy(header.magic, STATIC_MAP_MAGIC, 8);
		header.version = STATIC_MAP_VERSION;
		header.unwind_address = BASE + 0x8000;
		header.unwind_size_bytes = 0x123;
		header.cell_count = 2;
		header.cells_offset = table<struct static_map_cell_record>(
			{{string("bytes"), 0, 2, {{5}}, {{6}}}, {string("panic"), 2, 1, {{7}}, {{8}}}});
		header.section_count = 3;
		header.sections_offset = table<struct static_map_section_record>(
			{{string(".text.bytes_at"), 2, BASE, 0x30}, {string(".rodata.str1.1"), 5, BASE + 0x1000, 0x11},
				{string(".text.panic"), 2, BASE + 0x30, 0x66}});
		finish(header);
	}

	enum status open(struct static_map *map, struct diagnosis *why) const
	{
		return static_map_open(view(), map, why);
	}
};

TEST(StaticMap, ReadsCellsAndSections)
{
	written_map written;
	struct static_map map;
	struct static_map_cell cell;
	struct static_map_section section;
	struct diagnosis why = {};
	ASSERT_EQ(written.open(&map, &why), STATUS_OK) << why.message;
	EXPECT_EQ(map.cell_count, 2u);
	EXPECT_EQ(map.section_count, 3u);
	EXPECT_EQ(map.unwind_address, BASE + 0x8000);
	EXPECT_EQ(map.unwind_size_bytes, 0x123u);
	cell = static_map_cell_at(&map, 0);
	EXPECT_EQ(string_of(cell.name), "bytes");
	EXPECT_EQ(cell.build_id.bytes[0], 5);
	EXPECT_EQ(cell.object_digest.bytes[0], 6);
	ASSERT_EQ(cell.section_count, 2u);
	section = static_map_section_at(&map, &cell, 1);
	EXPECT_EQ(string_of(section.name), ".rodata.str1.1");
	EXPECT_EQ(section.section_index, 5u);
	EXPECT_EQ(section.address, BASE + 0x1000);
	EXPECT_EQ(section.size_bytes, 0x11u);
	EXPECT_THROW(static_map_section_at(&map, &cell, 2), std::runtime_error);
	EXPECT_THROW(static_map_cell_at(&map, 2), std::runtime_error);
}

TEST(StaticMap, Finds)
{
	written_map written;
	struct static_map map;
	struct static_map_cell cell;
	struct static_map_section section;
	ASSERT_EQ(written.open(&map, nullptr), STATUS_OK);
	ASSERT_EQ(static_map_find_cell(&map, TEXT("panic"), &cell), STATUS_OK);
	ASSERT_EQ(static_map_find_section(&map, &cell, 2, &section), STATUS_OK);
	EXPECT_EQ(section.address, BASE + 0x30);
	EXPECT_EQ(static_map_find_section(&map, &cell, 1, &section), STATUS_NOT_FOUND);
	EXPECT_EQ(static_map_find_section(&map, &cell, 5, &section), STATUS_NOT_FOUND);
	ASSERT_EQ(static_map_find_cell(&map, TEXT("bytes"), &cell), STATUS_OK);
	ASSERT_EQ(static_map_find_section(&map, &cell, 5, &section), STATUS_OK);
	EXPECT_EQ(static_map_find_cell(&map, TEXT("shell"), &cell), STATUS_NOT_FOUND);
}

void expect_refused(const written_map &written, enum status status, const char *cause)
{
	struct static_map map = {};
	struct diagnosis why = {};
	EXPECT_EQ(written.open(&map, &why), status) << cause;
	EXPECT_NE(strstr(why.message, cause), nullptr) << why.message << "\nexpected: " << cause;
}

#define FIELD(name) offsetof(struct static_map_header, name)

TEST(StaticMap, RefusesWhatBreaksARule)
{
	const struct static_map_header header = written_map().header();
	const size_t panic_cell = header.cells_offset + sizeof(struct static_map_cell_record);
	expect_refused(written_map().poke(0, 0), STATUS_MALFORMED, "magic");
	expect_refused(written_map().poke(FIELD(version), 2), STATUS_UNSUPPORTED, "format version 2");
	expect_refused(written_map().poke(FIELD(size_bytes), 4), STATUS_MALFORMED, "it says 4 bytes");
	expect_refused(written_map().poke(FIELD(reserved), 1), STATUS_MALFORMED, "reserved");
	expect_refused(written_map().poke(FIELD(cell_count), 0xffffffff), STATUS_MALFORMED, "begin at");
	expect_refused(written_map().poke(FIELD(section_count), 0xffffffff), STATUS_MALFORMED, "begin at");
	expect_refused(written_map().poke(FIELD(strings_size_bytes), 0xffffffff), STATUS_MALFORMED, "its parts take");
	expect_refused(written_map().poke(panic_cell + 4, 1), STATUS_MALFORMED, "sections of panic (1 from 1)");
	expect_refused(written_map().poke(panic_cell + 8, 0xffffffff), STATUS_MALFORMED, "sections of panic");
	expect_refused(written_map().poke(panic_cell + 8, 0), STATUS_MALFORMED, "2 of 3 sections belong");
	expect_refused(
		written_map().poke(header.sections_offset + 24 + 4, 2), STATUS_MALFORMED, "out of order or range");
	expect_refused(
		written_map().poke(header.sections_offset + 20, 0xffffffff), STATUS_MALFORMED, "out of order or range");
	expect_refused(
		written_map().poke(header.sections_offset, 0xfffffff0), STATUS_MALFORMED, "outside the string table");
}

TEST(StaticMap, RefusesEveryPrefix)
{
	written_map whole;
	for (size_t size = 0; size < whole.data.size(); size++) {
		struct static_map map;
		EXPECT_EQ(static_map_open(bytes_from(whole.data.data(), size), &map, nullptr), STATUS_MALFORMED)
			<< size;
	}
}

} // namespace
