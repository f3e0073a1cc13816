#include "cells/base/utf8/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace
{

std::vector<uint32_t> Decode(const std::string &bytes)
{
	struct utf8_decoder decoder = {};
	std::vector<uint32_t> decoded;
	for (char byte : bytes) {
		uint32_t characters[2];
		size_t count = utf8_decode(&decoder, static_cast<unsigned char>(byte), &characters);
		decoded.insert(decoded.end(), characters, characters + count);
	}
	return decoded;
}

std::string Encode(uint32_t character)
{
	char bytes[UTF8_BYTES_MAX];
	return std::string(bytes, utf8_encode(character, &bytes));
}

TEST(Utf8, EveryCharacterSurvivesTheWayThereAndBack)
{
	for (uint32_t character = 0; character <= 0x10FFFF; character++) {
		if (character >= 0xD800 && character <= 0xDFFF)
			continue;
		ASSERT_EQ(Decode(Encode(character)), std::vector<uint32_t>{character});
	}
}

TEST(Utf8, KnownBytes)
{
	EXPECT_EQ(Encode(0x24), "\x24");
	EXPECT_EQ(Encode(0xA3), "\xC2\xA3");
	EXPECT_EQ(Encode(0x20AC), "\xE2\x82\xAC");
	EXPECT_EQ(Encode(0x10348), "\xF0\x90\x8D\x88");
}

TEST(Utf8, WhatIsNoCharacterIsWrittenAsTheReplacement)
{
	for (uint32_t bad : {0xD800u, 0xDFFFu, 0x110000u, 0xFFFFFFFFu})
		EXPECT_EQ(Encode(bad), "\xEF\xBF\xBD");
}

TEST(Utf8, BrokenSequencesBecomeReplacementsAndLoseNothingElse)
{
	const std::vector<std::pair<std::string, std::vector<uint32_t>>> cases = {
		{"\x80", {0xFFFD}},             // a continuation alone
		{"\xC0\x80", {0xFFFD, 0xFFFD}}, // overlong in two bytes
		{"\xE0\x80\x80", {0xFFFD}},     // overlong in three
		{"\xF0\x80\x80\x80", {0xFFFD}}, // overlong in four
		{"\xED\xA0\x80", {0xFFFD}},     // a surrogate
		{"\xF4\x90\x80\x80", {0xFFFD}}, // beyond U+10FFFF
		{"\xF5", {0xFFFD}},             // never begins anything
		{"\xFF", {0xFFFD}},             //
		{"\xC3"
		 "A",
			{0xFFFD, 'A'}},               // broken off by ASCII
		{"\xE2\x82\xC3\xA9", {0xFFFD, 0xE9}}, // broken off by another beginning
		{"\xE2\x82\xFF", {0xFFFD, 0xFFFD}},   // broken off by a byte that is bad itself
		{"a\xC3\xA9z", {'a', 0xE9, 'z'}},     // all well
	};
	for (const auto &[bytes, expected] : cases)
		EXPECT_EQ(Decode(bytes), expected) << ::testing::PrintToString(bytes);
}

TEST(Utf8, StepsGoFromCharacterToCharacterAndStopAtTheEnds)
{
	const std::string line = "a\xC3\xA9\xE2\x82\xAC!";
	struct text text = {line.data(), line.size()};
	EXPECT_EQ(utf8_next(text, 0), 1u);
	EXPECT_EQ(utf8_next(text, 1), 3u);
	EXPECT_EQ(utf8_next(text, 3), 6u);
	EXPECT_EQ(utf8_next(text, 6), 7u);
	EXPECT_EQ(utf8_next(text, 7), 7u);
	EXPECT_EQ(utf8_next(text, 99), 7u);
	EXPECT_EQ(utf8_previous(text, 99), 6u);
	EXPECT_EQ(utf8_previous(text, 7), 6u);
	EXPECT_EQ(utf8_previous(text, 6), 3u);
	EXPECT_EQ(utf8_previous(text, 3), 1u);
	EXPECT_EQ(utf8_previous(text, 1), 0u);
	EXPECT_EQ(utf8_previous(text, 0), 0u);
	EXPECT_EQ(utf8_count(text), 4u);
	EXPECT_EQ(utf8_count(TEXT("")), 0u);
}

} // namespace
