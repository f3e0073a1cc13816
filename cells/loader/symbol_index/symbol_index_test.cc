#include "cells/loader/symbol_index/symbol_index.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <stdexcept>
#include <string>

#include "tests/metadata/written_tables.h"

namespace
{

using ariadne_test::string_of;
using ariadne_test::WrittenTables;

// An index as cellpack writes it.
class written_index : public WrittenTables<written_index, struct symbol_index_header>
{
      public:
	written_index()
	{
		struct symbol_index_header header = {};
		memcpy(header.magic, SYMBOL_INDEX_MAGIC, 8);
		header.version = SYMBOL_INDEX_VERSION;
		header.cell_count = 2;
		header.cells_offset = table<struct symbol_index_cell_record>(
			{{string("bytes"), SYMBOL_INDEX_STATIC, 0x400, 100}, {string("shell"), 0, 0x800, 200}});
		header.symbol_count = 4;
		header.symbols_offset = table<struct symbol_index_symbol_record>({{string("bytes_at"), 0},
			{string("command_help"), 1}, {string("command_log"), 1}, {string("shell_main"), 1}});
		finish(header);
	}

	enum status open(struct symbol_index *index, struct diagnosis *why) const
	{
		return symbol_index_open(view(), index, why);
	}
};

TEST(SymbolIndex, FindsCellsAndSymbols)
{
	written_index written;
	struct symbol_index index;
	struct symbol_index_cell cell;
	struct diagnosis why = {};
	ASSERT_EQ(written.open(&index, &why), STATUS_OK) << why.message;
	EXPECT_EQ(index.cell_count, 2u);
	EXPECT_EQ(index.symbol_count, 4u);
	ASSERT_EQ(symbol_index_find(&index, TEXT("shell_main"), &cell), STATUS_OK);
	EXPECT_EQ(string_of(cell.name), "shell");
	EXPECT_EQ(cell.object_offset, 0x800u);
	EXPECT_EQ(cell.object_size_bytes, 200u);
	EXPECT_EQ(cell.flags, 0u);
	ASSERT_EQ(symbol_index_find(&index, TEXT("bytes_at"), &cell), STATUS_OK);
	EXPECT_EQ(cell.flags, unsigned(SYMBOL_INDEX_STATIC));
	ASSERT_EQ(symbol_index_find_cell(&index, TEXT("bytes"), &cell), STATUS_OK);
	EXPECT_EQ(symbol_index_find(&index, TEXT("shell"), &cell), STATUS_NOT_FOUND);
	EXPECT_EQ(symbol_index_find_cell(&index, TEXT("shell_main"), &cell), STATUS_NOT_FOUND);
	EXPECT_EQ(string_of(symbol_index_cell_at(&index, 1).name), "shell");
	EXPECT_EQ(string_of(symbol_index_symbol_at(&index, 2).name), "command_log");
	EXPECT_THROW(symbol_index_cell_at(&index, 2), std::runtime_error);
	EXPECT_THROW(symbol_index_symbol_at(&index, 4), std::runtime_error);
}

TEST(SymbolIndex, WalksTheSymbolsOfAPrefix)
{
	written_index written;
	struct symbol_index index;
	ASSERT_EQ(written.open(&index, nullptr), STATUS_OK);
	std::string found;
	for (uint32_t position = symbol_index_lower_bound(&index, TEXT("command_")); position < index.symbol_count;
		position++) {
		struct text name = symbol_index_symbol_at(&index, position).name;
		if (!text_starts_with(name, TEXT("command_")))
			break;
		found += string_of(name) + " ";
	}
	EXPECT_EQ(found, "command_help command_log ");
	EXPECT_EQ(symbol_index_lower_bound(&index, TEXT("zzz")), 4u);
}

void expect_refused(const written_index &written, enum status status, const char *cause)
{
	struct symbol_index index = {};
	struct diagnosis why = {};
	EXPECT_EQ(written.open(&index, &why), status) << cause;
	EXPECT_NE(strstr(why.message, cause), nullptr) << why.message << "\nexpected: " << cause;
}

#define FIELD(name) offsetof(struct symbol_index_header, name)

TEST(SymbolIndex, RefusesWhatBreaksARule)
{
	const struct symbol_index_header header = written_index().header();
	expect_refused(written_index().poke(0, 0), STATUS_MALFORMED, "magic");
	expect_refused(written_index().poke(FIELD(version), 9), STATUS_UNSUPPORTED, "format version 9");
	expect_refused(written_index().poke(FIELD(size_bytes), 9), STATUS_MALFORMED, "it says 9 bytes");
	expect_refused(written_index().poke(FIELD(reserved) + 20, 1), STATUS_MALFORMED, "reserved");
	expect_refused(written_index().poke(FIELD(cell_count), 0xffffffff), STATUS_MALFORMED, "begin at");
	expect_refused(written_index().poke(FIELD(symbol_count), 0xffffffff), STATUS_MALFORMED, "begin at");
	expect_refused(written_index().poke(FIELD(cells_offset), 0), STATUS_MALFORMED, "begin at 0");
	expect_refused(written_index().poke(FIELD(strings_size_bytes), 0xffffffff), STATUS_MALFORMED, "its parts take");
	expect_refused(written_index().poke(header.cells_offset + 4, 2), STATUS_MALFORMED, "cell 0 has flags 0x2");
	expect_refused(
		written_index().poke(header.symbols_offset + 4, 2), STATUS_MALFORMED, "symbol 0 is in cell 2 of 2");
	expect_refused(written_index().poke(header.symbols_offset, 0), STATUS_MALFORMED, "has no name");
}

TEST(SymbolIndex, RefusesEveryPrefix)
{
	written_index whole;
	for (size_t size = 0; size < whole.data.size(); size++) {
		struct symbol_index index;
		EXPECT_EQ(symbol_index_open(bytes_from(whole.data.data(), size), &index, nullptr), STATUS_MALFORMED)
			<< size;
	}
}

} // namespace
