#include "cells/base/text/text.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

std::string String(struct text view)
{
	return std::string(view.start, view.length);
}

struct text View(const std::string &string)
{
	return {string.data(), string.size()};
}

TEST(Text, ALiteralHasNoTerminatingZero)
{
	EXPECT_EQ(TEXT("").length, 0u);
	EXPECT_EQ(TEXT("abc").length, 3u);
	EXPECT_EQ(String(TEXT("abc")), "abc");
}

TEST(Text, AStringIsSeenToItsZeroAndNullIsEmpty)
{
	EXPECT_EQ(String(text_from("one")), "one");
	EXPECT_EQ(text_from("").length, 0u);
	EXPECT_EQ(text_from(nullptr).length, 0u);
	EXPECT_NE(text_from(nullptr).start, nullptr);
}

TEST(Text, AnArrayIsSeenToItsZeroOrItsEnd)
{
	const char array[4] = {'a', 'b', '\0', 'c'};
	EXPECT_EQ(String(text_from_array(array, 4)), "ab");
	EXPECT_EQ(String(text_from_array(array, 2)), "ab");
	EXPECT_EQ(String(text_from_array(array, 1)), "a");
	EXPECT_EQ(text_from_array(array, 0).length, 0u);
}

TEST(Text, ACharacterBeyondTheEndPanics)
{
	EXPECT_EQ(text_at(TEXT("ab"), 1), 'b');
	EXPECT_THROW(text_at(TEXT("ab"), 2), std::runtime_error);
	EXPECT_THROW(text_at(TEXT(""), 0), std::runtime_error);
}

TEST(Text, SlicesAreClamped)
{
	EXPECT_EQ(String(text_slice(TEXT("abcdef"), 1, 3)), "bc");
	EXPECT_EQ(String(text_slice(TEXT("abcdef"), 4, 99)), "ef");
	EXPECT_EQ(text_slice(TEXT("abcdef"), 3, 3).length, 0u);
	EXPECT_EQ(text_slice(TEXT("abcdef"), 5, 2).length, 0u);
	EXPECT_EQ(text_slice(TEXT("abcdef"), 6, SIZE_MAX).length, 0u);
	EXPECT_EQ(text_slice(TEXT("abcdef"), SIZE_MAX, SIZE_MAX).length, 0u);
}

TEST(Text, OrderIsThatOfTheBytes)
{
	const std::vector<std::string> ordered = {"", "a", "aa", "ab", "b", "\x7f", "\x80", "\xff", "\xff\x01"};
	for (size_t i = 0; i < ordered.size(); i++) {
		for (size_t j = 0; j < ordered.size(); j++) {
			int order = text_compare(View(ordered[i]), View(ordered[j]));
			EXPECT_EQ(order < 0, i < j) << i << " " << j;
			EXPECT_EQ(order > 0, i > j) << i << " " << j;
			EXPECT_EQ(text_equal(View(ordered[i]), View(ordered[j])), i == j);
		}
	}
}

TEST(Text, ZeroBytesAreCharactersLikeAnyOther)
{
	EXPECT_LT(text_compare(View(std::string("a\0b", 3)), View(std::string("a\0c", 3))), 0);
	EXPECT_FALSE(text_equal(View(std::string("a\0", 2)), TEXT("a")));
}

TEST(Text, APrefixIsRecognised)
{
	EXPECT_TRUE(text_starts_with(TEXT("command_help"), TEXT("command_")));
	EXPECT_TRUE(text_starts_with(TEXT("abc"), TEXT("")));
	EXPECT_TRUE(text_starts_with(TEXT("abc"), TEXT("abc")));
	EXPECT_FALSE(text_starts_with(TEXT("abc"), TEXT("abcd")));
	EXPECT_FALSE(text_starts_with(TEXT(""), TEXT("a")));
	EXPECT_FALSE(text_starts_with(TEXT("abc"), TEXT("b")));
}

TEST(Text, FindGivesTheFirstPlaceOrTheLength)
{
	EXPECT_EQ(text_find(TEXT("a=b=c"), '='), 1u);
	EXPECT_EQ(text_find(TEXT("abc"), '='), 3u);
	EXPECT_EQ(text_find(TEXT(""), '='), 0u);
}

TEST(Text, TrimTakesBlanksOffBothEndsOnly)
{
	EXPECT_EQ(String(text_trim(TEXT(" \t\r\n a b \n"))), "a b");
	EXPECT_EQ(text_trim(TEXT(" \t ")).length, 0u);
	EXPECT_EQ(text_trim(TEXT("")).length, 0u);
	EXPECT_EQ(String(text_trim(TEXT("x"))), "x");
}

TEST(Text, WordsComeOneByOneAndThenTheEnd)
{
	struct text rest = TEXT("  load\tcell_x   now\r\n");
	struct text word = {};
	std::vector<std::string> words;
	while (text_next_word(&rest, &word) == STATUS_OK)
		words.push_back(String(word));
	EXPECT_EQ(words, (std::vector<std::string>{"load", "cell_x", "now"}));
	word = TEXT("kept");
	EXPECT_EQ(text_next_word(&rest, &word), STATUS_END);
	EXPECT_EQ(String(word), "kept");
}

TEST(Text, NumbersAreReadInBothBases)
{
	const struct {
		const char *text;
		uint64_t value;
	} good[] = {{"0", 0}, {"7", 7}, {"0042", 42}, {"18446744073709551615", UINT64_MAX}, {"0x0", 0}, {"0xfF", 255},
		{"0xffffffffffffffff", UINT64_MAX}, {"0x00000000000000000001", 1}};
	for (const auto &one : good) {
		uint64_t value = 99;
		EXPECT_EQ(text_to_u64(text_from(one.text), &value), STATUS_OK) << one.text;
		EXPECT_EQ(value, one.value) << one.text;
	}
}

TEST(Text, WhatIsNoNumberIsMalformedAndWhatIsTooLargeIsOutOfRange)
{
	for (const char *text :
		{"", "0x", "-1", "+1", " 1", "1 ", "12a", "0x12g", "0X12", "x", "1.0", "99999999999999999999999x"}) {
		uint64_t value = 99;
		EXPECT_EQ(text_to_u64(text_from(text), &value), STATUS_MALFORMED) << text;
		EXPECT_EQ(value, 99u);
	}
	for (const char *text :
		{"18446744073709551616", "18446744073709551620", "184467440737095516150", "0x10000000000000000"}) {
		uint64_t value = 99;
		EXPECT_EQ(text_to_u64(text_from(text), &value), STATUS_OUT_OF_RANGE) << text;
		EXPECT_EQ(value, 99u);
	}
}

TEST(Text, ACopyIsTerminatedOrNotMadeAtAll)
{
	char buffer[4] = {'x', 'x', 'x', 'x'};
	EXPECT_EQ(text_copy(TEXT("abcd"), buffer, 4), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(std::memcmp(buffer, "xxxx", 4), 0);
	EXPECT_EQ(text_copy(TEXT("abc"), buffer, 4), STATUS_OK);
	EXPECT_STREQ(buffer, "abc");
	EXPECT_EQ(text_copy(TEXT(""), buffer, 1), STATUS_OK);
	EXPECT_STREQ(buffer, "");
	EXPECT_EQ(text_copy(TEXT(""), buffer, 0), STATUS_OUT_OF_RANGE);
}

} // namespace
