#include "cells/console/terminal_input/terminal_input.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

bool operator==(const struct key &a, const struct key &b)
{
	return a.code == b.code && a.character == b.character;
}

namespace
{

using Keys = std::vector<struct key>;

Keys Read(struct terminal_input *input, const std::string &bytes)
{
	Keys read;
	for (char byte : bytes) {
		struct key keys[2];
		size_t count = terminal_input_take(input, static_cast<unsigned char>(byte), &keys);
		read.insert(read.end(), keys, keys + count);
	}
	return read;
}

Keys Read(const std::string &bytes)
{
	struct terminal_input input = {};
	return Read(&input, bytes);
}

struct key Character(uint32_t character)
{
	return {KEY_CHARACTER, character};
}

struct key Key(enum key_code code)
{
	return {code, 0};
}

TEST(TerminalInput, TextIsCharacters)
{
	EXPECT_EQ(Read("a\xC3\xA9"), (Keys{Character('a'), Character(0xE9)}));
}

TEST(TerminalInput, ControlCharactersAreKeys)
{
	EXPECT_EQ(Read("\x01\t\x7F"), (Keys{{KEY_CONTROL, 'a'}, Key(KEY_TAB), Key(KEY_BACKSPACE)}));
}

TEST(TerminalInput, ALineEndIsOneEnterHoweverItIsWritten)
{
	EXPECT_EQ(Read("\r"), Keys{Key(KEY_ENTER)});
	EXPECT_EQ(Read("\n"), Keys{Key(KEY_ENTER)});
	EXPECT_EQ(Read("\r\n"), Keys{Key(KEY_ENTER)});
	EXPECT_EQ(Read("\r\r"), (Keys{Key(KEY_ENTER), Key(KEY_ENTER)}));
	EXPECT_EQ(Read("\n\n"), (Keys{Key(KEY_ENTER), Key(KEY_ENTER)}));
	EXPECT_EQ(Read("\r\n\n"), (Keys{Key(KEY_ENTER), Key(KEY_ENTER)}));
	EXPECT_EQ(Read("\ra\n"), (Keys{Key(KEY_ENTER), Character('a'), Key(KEY_ENTER)}));
}

TEST(TerminalInput, EscapeSequencesAreKeys)
{
	const struct {
		const char *bytes;
		enum key_code code;
	} cases[] = {{"\x1B[A", KEY_UP}, {"\x1B[B", KEY_DOWN}, {"\x1B[C", KEY_RIGHT}, {"\x1B[D", KEY_LEFT},
		{"\x1B[H", KEY_HOME}, {"\x1B[F", KEY_END}, {"\x1BOA", KEY_UP}, {"\x1BOH", KEY_HOME},
		{"\x1BOF", KEY_END}, {"\x1B[1~", KEY_HOME}, {"\x1B[7~", KEY_HOME}, {"\x1B[2~", KEY_INSERT},
		{"\x1B[3~", KEY_DELETE}, {"\x1B[4~", KEY_END}, {"\x1B[8~", KEY_END}, {"\x1B[5~", KEY_PAGE_UP},
		{"\x1B[6~", KEY_PAGE_DOWN}, {"\x1B[1;5C", KEY_RIGHT}, {"\x1B[3;2~", KEY_DELETE}};
	for (const auto &one : cases)
		EXPECT_EQ(Read(one.bytes), Keys{Key(one.code)}) << one.bytes + 1;
}

TEST(TerminalInput, AnUnknownSequenceIsSwallowedWhole)
{
	for (const char *bytes : {"\x1B[15~", "\x1B[Z", "\x1B[?1;2c", "\x1B[99999999999999999999~", "\x1B[200~",
		     "\x1BOP", "\x1Bq", "\x1B[ q"}) {
		Keys expected = {Character('x')};
		EXPECT_EQ(Read(std::string(bytes) + "x"), expected) << bytes + 1;
	}
}

TEST(TerminalInput, ASequenceMayBeBrokenOffByAnother)
{
	EXPECT_EQ(Read("\x1B[12\x1B[Ax"), (Keys{Key(KEY_UP), Character('x')}));
	EXPECT_EQ(Read("\xC3\x1B[A"), (Keys{Character(0xFFFD), Key(KEY_UP)}));
}

TEST(TerminalInput, AnEscapeAloneIsKnownWhenNothingFollows)
{
	struct terminal_input input = {};
	struct key key = Character('?');
	EXPECT_FALSE(terminal_input_pause(&input, &key));
	EXPECT_EQ(Read(&input, "\x1B"), Keys{});
	EXPECT_TRUE(terminal_input_pause(&input, &key));
	EXPECT_EQ(key, Key(KEY_ESCAPE));
	EXPECT_FALSE(terminal_input_pause(&input, &key));
	EXPECT_EQ(Read(&input, "[A"), (Keys{Character('['), Character('A')}));
	EXPECT_EQ(Read("\x1B\x1B[B"), (Keys{Key(KEY_ESCAPE), Key(KEY_DOWN)}));
}

TEST(TerminalInput, APauseInsideASequenceDoesNotEndIt)
{
	struct terminal_input input = {};
	struct key key = {};
	EXPECT_EQ(Read(&input, "\x1B["), Keys{});
	EXPECT_FALSE(terminal_input_pause(&input, &key));
	EXPECT_EQ(Read(&input, "D"), Keys{Key(KEY_LEFT)});
}

} // namespace
