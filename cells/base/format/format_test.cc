#include "cells/base/format/format.h"

#include <gtest/gtest.h>

#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace
{

// The formats here are made at random or wrong on purpose. Through these the compiler does not compare them with the
// arguments.
size_t (*const ours)(char *, size_t, const char *, ...) = format_text;
int (*const theirs)(char *, size_t, const char *, ...) = std::snprintf;

template <typename... Arguments>
std::string Ours(const std::string &format, Arguments... arguments)
{
	size_t length = ours(nullptr, 0, format.c_str(), arguments...);
	std::vector<char> buffer(length + 1, '?');
	EXPECT_EQ(ours(buffer.data(), buffer.size(), format.c_str(), arguments...), length);
	EXPECT_EQ(buffer[length], '\0');
	return std::string(buffer.data(), length);
}

template <typename... Arguments>
std::string Glibc(const std::string &format, Arguments... arguments)
{
	int length = theirs(nullptr, 0, format.c_str(), arguments...);
	EXPECT_GE(length, 0) << format;
	std::vector<char> buffer(static_cast<size_t>(length) + 1);
	theirs(buffer.data(), buffer.size(), format.c_str(), arguments...);
	return std::string(buffer.data(), static_cast<size_t>(length));
}

class RandomDirectives : public ::testing::Test
{
      protected:
	size_t Below(size_t limit)
	{
		return std::uniform_int_distribution<size_t>(0, limit - 1)(random_);
	}

	// Flags that the standard allows for the letter, in any order, some of them twice.
	std::string Flags(const std::string &allowed)
	{
		std::string flags;
		for (size_t count = Below(5); count > 0; count--)
			flags += allowed[Below(allowed.size())];
		return flags;
	}

	std::string Number()
	{
		return Below(2) == 0 ? "" : std::to_string(Below(30));
	}

	std::string Precision()
	{
		static const char *const kinds[] = {"", "", ".", ".0"};
		size_t kind = Below(6);
		return kind < 4 ? kinds[kind] : "." + std::to_string(Below(30));
	}

	uint64_t Value()
	{
		static const uint64_t edges[] = {0, 1, 7, 8, 9, 10, 15, 16, 127, 128, 255, 256, 32767, 32768, 65535,
			INT32_MAX, uint64_t{INT32_MAX} + 1, UINT32_MAX, INT64_MAX, uint64_t{INT64_MAX} + 1, UINT64_MAX};
		if (Below(2) == 0)
			return edges[Below(sizeof edges / sizeof edges[0])];
		return std::uniform_int_distribution<uint64_t>()(random_) >> Below(64);
	}

	std::mt19937_64 random_{20261122};
};

TEST_F(RandomDirectives, IntegersAreFormattedAsByGlibc)
{
	static const char *const lengths[] = {"hh", "h", "", "l", "ll", "z", "t", "j"};
	static const char letters[] = "diuxXo";
	for (int round = 0; round < 200000; round++) {
		char letter = letters[Below(6)];
		const char *length = lengths[Below(8)];
		std::string flags = Flags(letter == 'd' || letter == 'i' ? "-0+ " : letter == 'u' ? "-0" : "-0#");
		std::string format = "<%" + flags + Number() + Precision() + length + letter + ">";
		uint64_t value = Value();
		if (std::strlen(length) == 1 && *length != 'h')
			ASSERT_EQ(Ours(format, value), Glibc(format, value)) << format << " of " << value;
		else if (std::string(length) == "ll")
			ASSERT_EQ(Ours(format, (unsigned long long)value), Glibc(format, (unsigned long long)value))
				<< format << " of " << value;
		else
			ASSERT_EQ(Ours(format, (int)value), Glibc(format, (int)value))
				<< format << " of " << (int)value;
	}
}

TEST_F(RandomDirectives, StringsCharactersAndPointersAreFormattedAsByGlibc)
{
	static const char *const strings[] = {
		"", "a", "cell", "a longer string than any width here", "\xc3\xa9", nullptr};
	for (int round = 0; round < 50000; round++) {
		const char *string = strings[Below(6)];
		std::string width = Flags("-") + Number();
		std::string format = "<%" + width + Precision() + "s>";
		ASSERT_EQ(Ours(format, string), Glibc(format, string)) << format;
		int character = static_cast<int>(Below(256));
		format = "<%" + width + "c>";
		ASSERT_EQ(Ours(format, character), Glibc(format, character)) << format;
		void *pointer = reinterpret_cast<void *>(Value());
		format = "<%" + width + "p>";
		ASSERT_EQ(Ours(format, pointer), Glibc(format, pointer)) << format;
	}
}

TEST_F(RandomDirectives, StarsTakeTheirNumbersFromTheArguments)
{
	for (int round = 0; round < 50000; round++) {
		int width = static_cast<int>(Below(41)) - 20;
		int precision = static_cast<int>(Below(41)) - 20;
		int value = static_cast<int>(Value());
		std::string format = "<%" + Flags("-0+ ") + "*.*d|%*x|%.*s>";
		ASSERT_EQ(Ours(format, width, precision, value, width, value, precision, "cells and more"),
			Glibc(format, width, precision, value, width, value, precision, "cells and more"))
			<< format << " " << width << " " << precision << " " << value;
	}
}

TEST_F(RandomDirectives, SeveralDirectivesTakeTheirArgumentsInOrder)
{
	for (int round = 0; round < 20000; round++) {
		uint64_t a = Value(), b = Value();
		const char *format = "%s: %d%% of %#lx, %c%c [%8u|%-8u] %hhd %p %zu %lld";
		ASSERT_EQ(Ours(format, "heap", (int)a, b, 'x', 'y', (unsigned)b, (unsigned)a, (int)b, (void *)(a | 1),
				  (size_t)b, (long long)a),
			Glibc(format, "heap", (int)a, b, 'x', 'y', (unsigned)b, (unsigned)a, (int)b, (void *)(a | 1),
				(size_t)b, (long long)a));
	}
}

TEST_F(RandomDirectives, TextIsCutAsByGlibcWhateverTheCapacity)
{
	for (size_t capacity = 1; capacity < 40; capacity++) {
		char ours[48], glibc[48];
		std::memset(ours, 'q', sizeof ours);
		std::memset(glibc, 'q', sizeof glibc);
		size_t length = format_text(ours, capacity, "%-10s|%+08d|%x", "section", -4711, 0xbeefu);
		int expected = std::snprintf(glibc, capacity, "%-10s|%+08d|%x", "section", -4711, 0xbeefu);
		EXPECT_EQ(length, static_cast<size_t>(expected));
		EXPECT_EQ(std::memcmp(ours, glibc, sizeof ours), 0) << capacity << ": " << ours << " for " << glibc;
	}
}

TEST(Format, WithNoCapacityNothingIsWritten)
{
	char byte = 'q';
	EXPECT_EQ(format_text(&byte, 0, "%d", 12345), 5u);
	EXPECT_EQ(byte, 'q');
	EXPECT_EQ(format_text(nullptr, 0, "abc"), 3u);
}

TEST(Format, AnUnterminatedStringIsReadOnlyToItsPrecision)
{
	std::vector<char> exact = {'a', 'b', 'c'}; // the address sanitizer sees a fourth read
	EXPECT_EQ(Ours("%.3s", exact.data()), "abc");
	EXPECT_EQ(Ours("%.*s", 2, exact.data()), "ab");
}

TEST(Format, AnUnknownDirectiveIsCopiedAsItStands)
{
	EXPECT_EQ(Ours("a%kb"), "a%kb");
	EXPECT_EQ(Ours("%-08.3k|%d", 5), "%-08.3k|5");
	EXPECT_EQ(Ours("100%"), "100%");
	EXPECT_EQ(Ours("%5"), "%5");
	EXPECT_EQ(Ours("%l"), "%l");
	EXPECT_EQ(Ours("%ls"), "%ls");
	EXPECT_EQ(Ours("%n"), "%n");
	EXPECT_EQ(Ours("%f"), "%f");
}

TEST(Format, AWidthBeyondEveryTextIsClampedNotOverflown)
{
	char buffer[4];
	EXPECT_EQ(format_text(buffer, sizeof buffer, "%.3000s|", "x"), 2u);
	EXPECT_EQ(format_text(buffer, sizeof buffer, "%99999999999999999999.0s", ""), static_cast<size_t>(INT_MAX));
	EXPECT_STREQ(buffer, "   ");
}

size_t ThroughList(char *buffer, size_t capacity, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	size_t first = format_text_list(buffer, capacity, format, arguments);
	// The caller's list is not consumed: a second use sees the same arguments.
	size_t second = format_text_list(buffer, capacity, format, arguments);
	va_end(arguments);
	EXPECT_EQ(first, second);
	return second;
}

TEST(Format, AListOfArgumentsIsReadAndLeftAsItWas)
{
	char buffer[32];
	EXPECT_EQ(ThroughList(buffer, sizeof buffer, "%s=%d", "x", 42), 4u);
	EXPECT_STREQ(buffer, "x=42");
}

} // namespace
