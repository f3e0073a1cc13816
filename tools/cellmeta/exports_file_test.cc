#include "tools/cellmeta/exports_file.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <string>

namespace
{

const char *const EXAMPLE = "cell text\npackage cells/base/text\n"
			    "text_at 000102030405060708090a0b0c0d0eff function\n"
			    "text_table ff000000000000000000000000000001 object\n";

std::string written(const std::string &content)
{
	std::string path = testing::TempDir() + "/example.exports";
	FILE *file = fopen(path.c_str(), "wb");
	fwrite(content.data(), 1, content.size(), file);
	fclose(file);
	return path;
}

TEST(ExportsFile, ReadsWhatItWrites)
{
	std::string path = written(EXAMPLE);
	struct exports_file exports;
	struct diagnosis why = {};
	ASSERT_EQ(exports_file_read(path.c_str(), &exports, &why), STATUS_OK) << why.message;
	EXPECT_STREQ(exports.cell, "text");
	EXPECT_STREQ(exports.package, "cells/base/text");
	ASSERT_EQ(exports.symbols.count, 2u);
	const struct exported_symbol *symbol = exports_file_find(&exports, "text_at");
	ASSERT_NE(symbol, nullptr);
	EXPECT_EQ(symbol->hash.bytes[15], 0xff);
	EXPECT_EQ(symbol->kind, CELL_SYMBOL_FUNCTION);
	EXPECT_EQ(exports_file_find(&exports, "text_table")->kind, CELL_SYMBOL_OBJECT);
	EXPECT_EQ(exports_file_find(&exports, "text"), nullptr);
	EXPECT_STREQ(exports_file_text(&exports), EXAMPLE);
}

TEST(ExportsFile, RefusesOtherLines)
{
	const char *const bad[] = {"", "cell text\n", "package a\ncell text\n", "cell\npackage a\n",
		"cell a\npackage b\nsymbol\n", "cell a\npackage b\nsymbol 00 function\n",
		"cell a\npackage b\nsymbol 000102030405060708090a0b0c0d0eff\n",
		"cell a\npackage b\nsymbol 000102030405060708090a0b0c0d0eff section\n",
		"cell a\npackage b\nsymbol 000102030405060708090a0b0c0d0efG object\n"};
	for (const char *content : bad) {
		std::string path = written(content);
		struct exports_file exports;
		struct diagnosis why = {};
		EXPECT_EQ(exports_file_read(path.c_str(), &exports, &why), STATUS_MALFORMED) << content;
		EXPECT_NE(why.message[0], '\0') << content;
	}
	struct exports_file exports;
	EXPECT_EQ(exports_file_read("/nowhere/none.exports", &exports, nullptr), STATUS_NOT_FOUND);
}

} // namespace
