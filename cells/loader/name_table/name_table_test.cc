#include "cells/loader/name_table/name_table.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

struct record {
	uint32_t name_string;
	uint32_t value;
};

// Records behind which the strings stand.
struct built {
	std::string records, strings = std::string(3, '\0');

	uint32_t string(const std::string &text)
	{
		uint32_t offset = static_cast<uint32_t>(strings.size());
		strings += static_cast<char>(text.size() & 255);
		strings += static_cast<char>(text.size() >> 8);
		strings += text;
		strings += '\0';
		return offset;
	}

	void add(uint32_t name_string, uint32_t value)
	{
		struct record entry = {name_string, value};
		records.append(reinterpret_cast<const char *>(&entry), sizeof entry);
	}

	void add(const std::string &name, uint32_t value)
	{
		add(string(name), value);
	}

	enum status open(struct name_table *table, struct diagnosis *why, uint32_t limit = 20) const
	{
		struct name_table_layout layout = {"entries", 0,
			static_cast<uint32_t>(records.size() / sizeof(struct record)), sizeof(struct record), limit};
		return name_table_open(bytes_from(records.data(), records.size()),
			bytes_from(strings.data(), strings.size()), &layout, table, why);
	}
};

TEST(NameTable, FindsEachNameAndNoOther)
{
	built data;
	std::vector<std::string> names;
	for (char first = 'a'; first <= 'm'; first++)
		names.push_back(std::string(1, first) + "_name");
	for (size_t i = 0; i < names.size(); i++)
		data.add(names[i], static_cast<uint32_t>(i * 10));
	struct name_table table;
	struct diagnosis why = {};
	ASSERT_EQ(data.open(&table, &why), STATUS_OK) << why.message;
	for (size_t i = 0; i < names.size(); i++) {
		uint32_t index;
		struct record entry;
		ASSERT_EQ(name_table_find(&table, text_from(names[i].c_str()), &index), STATUS_OK) << names[i];
		EXPECT_EQ(index, i);
		name_table_record(&table, index, &entry);
		EXPECT_EQ(entry.value, i * 10);
		struct text name = name_table_name(&table, index);
		EXPECT_EQ(std::string(name.start, name.length), names[i]);
		std::string before = names[i].substr(0, 1), after = names[i] + "z";
		EXPECT_EQ(name_table_find(&table, text_from(before.c_str()), &index), STATUS_NOT_FOUND);
		EXPECT_EQ(name_table_find(&table, text_from(after.c_str()), &index), STATUS_NOT_FOUND);
		EXPECT_EQ(name_table_lower_bound(&table, text_from(before.c_str())), i);
		EXPECT_EQ(name_table_lower_bound(&table, text_from(after.c_str())), i + 1);
	}
}

TEST(NameTable, AnEmptyTableHasNothing)
{
	built data;
	struct name_table table;
	uint32_t index;
	ASSERT_EQ(data.open(&table, nullptr), STATUS_OK);
	EXPECT_EQ(name_table_find(&table, TEXT("a"), &index), STATUS_NOT_FOUND);
	EXPECT_EQ(name_table_lower_bound(&table, TEXT("a")), 0u);
}

TEST(NameTable, PanicsBeyondTheEnd)
{
	built data;
	data.add("one", 1);
	struct name_table table;
	struct record entry;
	ASSERT_EQ(data.open(&table, nullptr), STATUS_OK);
	EXPECT_THROW(name_table_record(&table, 1, &entry), std::runtime_error);
	EXPECT_THROW(name_table_name(&table, 1), std::runtime_error);
}

void expect_refused(const built &data, const char *cause, uint32_t limit = 20)
{
	struct name_table table = {};
	struct diagnosis why = {};
	EXPECT_EQ(data.open(&table, &why, limit), STATUS_MALFORMED);
	EXPECT_NE(strstr(why.message, cause), nullptr) << why.message;
	EXPECT_EQ(table.count, 0u) << "written in spite of the failure";
}

TEST(NameTable, RefusesWhatBreaksARule)
{
	built twice, descending, empty, zero, outside, beyond;
	twice.add("same", 1);
	twice.add("same", 2);
	expect_refused(twice, "entry 1 (same) does not come after");
	descending.add("b", 1);
	descending.add("a", 2);
	expect_refused(descending, "entry 1 (a) does not come after");
	empty.add(0u, 1);
	expect_refused(empty, "entry 0 has no name");
	zero.add(std::string("a\0b", 3), 1);
	expect_refused(zero, "has a zero in it");
	outside.add(0xfffffffeu, 1);
	expect_refused(outside, "lies outside the string table");
	beyond.add("abc", 1);
	beyond.strings[3] = 100;
	expect_refused(beyond, "ends beyond the string table");
	beyond.strings[3] = 2;
	expect_refused(beyond, "is not closed by a zero");
	built longer;
	longer.add("abcde", 1);
	expect_refused(longer, "has 5 bytes, at most 4", 4);
}

TEST(NameTable, RefusesATableBeyondTheData)
{
	built data;
	data.add("a", 1);
	struct name_table table;
	for (uint32_t count : {2u, 0xffffffffu}) {
		struct name_table_layout layout = {"entries", 0, count, sizeof(struct record), 20};
		struct diagnosis why = {};
		EXPECT_EQ(name_table_open(bytes_from(data.records.data(), data.records.size()),
				  bytes_from(data.strings.data(), data.strings.size()), &layout, &table, &why),
			STATUS_MALFORMED);
		EXPECT_NE(strstr(why.message, "end beyond"), nullptr) << why.message;
	}
}

TEST(NameTable, ReadsAString)
{
	built data;
	uint32_t offset = data.string("hello");
	struct text text;
	ASSERT_EQ(name_table_string(
			  bytes_from(data.strings.data(), data.strings.size()), offset, "greeting", &text, nullptr),
		STATUS_OK);
	EXPECT_EQ(std::string(text.start, text.length), "hello");
}

} // namespace
