#include "cells/unwind/call_site_table/call_site_table.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/unwind/frame_builder.h"

namespace
{

using namespace ariadne_test;

struct Site {
	uint64_t start, size, pad, action;
};

// A function of 256 bytes at 0x5000; its table as clang writes it.
Octets table_of(const std::vector<Site> &sites, Octets header = {0xFF, 0xFF, 0x01})
{
	Octets list;
	for (const Site &site : sites)
		for (uint64_t number : {site.start, site.size, site.pad, site.action})
			append(list, uleb(number));
	append(header, uleb(list.size()));
	append(header, list);
	append(header, {0xEE, 0xEE}); // what follows is of another function
	return header;
}

struct Found {
	enum status status;
	uint64_t pad;
	std::string words;
};

Found find(const Octets &content, uint64_t address)
{
	struct call_site_table table = {bytes_from(content.data(), content.size()), 0x9000, 0x5000, 0x100};
	struct diagnosis why = {};
	Found found = {STATUS_OK, 77, ""};
	found.status = call_site_table_find(&table, address, &found.pad, &why);
	found.words = why.message;
	return found;
}

TEST(CallSiteTable, FindsTheLandingPadOfAStretch)
{
	Octets table = table_of({{0x10, 0x20, 0x80, 0}, {0x30, 0x10, 0, 0}, {0x60, 0x08, 0x90, 1}});
	const std::pair<uint64_t, uint64_t> cases[] = {{0x5000, 0}, {0x500F, 0}, {0x5010, 0x5080}, {0x502F, 0x5080},
		{0x5030, 0}, {0x503F, 0}, {0x5040, 0}, {0x505F, 0}, {0x5060, 0x5090}, {0x5067, 0x5090}, {0x5068, 0},
		{0x50FF, 0}};
	for (const auto &[address, pad] : cases) {
		Found found = find(table, address);
		EXPECT_EQ(found.status, STATUS_OK) << found.words;
		EXPECT_EQ(found.pad, pad) << std::hex << address;
	}
	EXPECT_EQ(find(table_of({}), 0x5000).pad, 0u);
}

TEST(CallSiteTable, KnowsTypesAPadBaseAndFixedWidths)
{
	// Types 16 bytes further (not looked at), landing pads from the function's byte 8 on.
	Octets base = {0x03};
	append(base, integer(0x5008, 4));
	append(base, {0x9B, 16, 0x01});
	EXPECT_EQ(find(table_of({{0, 0x10, 0x78, 0}}, base), 0x5001).pad, 0x5080u);

	Octets fixed = {0xFF, 0xFF, 0x03, 13};
	for (uint64_t number : {4, 4, 0x40})
		append(fixed, integer(number, 4));
	append(fixed, {0});
	EXPECT_EQ(find(fixed, 0x5004).pad, 0x5040u);
	EXPECT_EQ(find(fixed, 0x5008).pad, 0u);
}

TEST(CallSiteTable, RefusesBadTablesEachInItsOwnWords)
{
	Octets no_list = {0xFF, 0xFF, 0x01};
	Octets long_list = {0xFF, 0xFF, 0x01, 0x20, 1, 1, 1, 1};
	Octets cut_site = {0xFF, 0xFF, 0x01, 3, 1, 1, 1, 1};
	Octets endless = {0xFF, 0xFF, 0x01, 2, 0x80, 0x80, 1, 1};
	const struct {
		Octets table;
		enum status status;
		const char *words;
	} cases[] = {
		{{}, STATUS_MALFORMED, "the header is cut off or unsound"},
		{{0x03, 1, 2}, STATUS_MALFORMED, "the start of the landing pads is cut off or unsound"},
		{{0x9B, 1, 2, 3, 4}, STATUS_MALFORMED, "the start of the landing pads"},
		{{0xFF}, STATUS_MALFORMED, "the encoding of types is cut off"},
		{{0xFF, 0x03, 0x80}, STATUS_MALFORMED, "the offset of types is cut off"},
		{{0xFF, 0xFF}, STATUS_MALFORMED, "the encoding of call sites is cut off"},
		{{0xFF, 0xFF, 0x1B, 0}, STATUS_UNSUPPORTED, "encoding 0x1b counts from something"},
		{no_list, STATUS_MALFORMED, "the list is cut off"},
		{long_list, STATUS_MALFORMED, "the list is cut off"},
		{cut_site, STATUS_MALFORMED, "a call site is cut off"},
		{endless, STATUS_MALFORMED, "a call site is cut off"},
		{{0xFF, 0xFF, 0x05, 4, 1, 1, 1, 1}, STATUS_UNSUPPORTED, "encoding 0x5 is unknown"},
		{table_of({{0xF0, 0x20, 0, 0}}), STATUS_MALFORMED, "32 bytes at 0xf0 leave its 256 bytes"},
		{table_of({{0x200, 1, 0, 0}}), STATUS_MALFORMED, "1 bytes at 0x200 leave"},
		{table_of({{0x10, 0x10, 0, 0}, {0x18, 8, 0, 0}}), STATUS_MALFORMED,
			"the one at 0x18 begins before the end of another"},
		{table_of({{0, 0x100, 0x100, 0}}), STATUS_MALFORMED, "the landing pad 0x5100 is outside of it"},
	};
	std::set<std::string> words;
	for (const auto &bad : cases) {
		Found found = find(bad.table, 0x50F1);
		EXPECT_EQ(found.status, bad.status) << bad.words;
		EXPECT_NE(found.words.find(bad.words), std::string::npos) << bad.words << " != " << found.words;
		EXPECT_NE(found.words.find("call sites of the function at 0x5000"), std::string::npos);
		EXPECT_EQ(found.pad, 77u) << "no result without success";
		words.insert(found.words);
	}
	EXPECT_GE(words.size(), 12u);
}

} // namespace
