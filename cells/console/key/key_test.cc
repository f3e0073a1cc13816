#include "cells/console/key/key.h"

#include <gtest/gtest.h>

namespace
{

TEST(Key, ControlCharactersWithAKeyOfTheirOwnAreThatKey)
{
	const struct {
		uint32_t character;
		enum key_code code;
	} cases[] = {{'\t', KEY_TAB}, {'\r', KEY_ENTER}, {'\n', KEY_ENTER}, {'\b', KEY_BACKSPACE},
		{0x7F, KEY_BACKSPACE}, {0x1B, KEY_ESCAPE}};
	for (const auto &one : cases) {
		EXPECT_EQ(key_from_character(one.character).code, one.code) << one.character;
		EXPECT_EQ(key_from_character(one.character).character, 0u);
	}
}

TEST(Key, OtherControlCharactersAreControlAndALetter)
{
	for (uint32_t letter : {'a', 'b', 'c', 'd', 'e', 'f', 'k', 'l', 'n', 'p', 'u', 'w', 'y', 'z'}) {
		struct key key = key_from_character(letter - 'a' + 1);
		EXPECT_EQ(key.code, KEY_CONTROL) << letter;
		EXPECT_EQ(key.character, letter);
	}
}

TEST(Key, EverythingElseIsItself)
{
	for (uint32_t character : {0x20u, 0x41u, 0x7Eu, 0xE9u, 0x20ACu, 0x1F600u}) {
		EXPECT_EQ(key_from_character(character).code, KEY_CHARACTER);
		EXPECT_EQ(key_from_character(character).character, character);
	}
}

} // namespace
