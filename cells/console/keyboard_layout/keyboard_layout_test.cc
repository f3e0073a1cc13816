#include "cells/console/keyboard_layout/keyboard_layout.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

bool operator==(const struct key &a, const struct key &b)
{
	return a.code == b.code && a.character == b.character;
}

namespace
{

using Codes = std::vector<int>;
using Keys = std::vector<struct key>;

class Keyboard
{
      public:
	explicit Keyboard(enum keyboard_layout_set set)
	{
		layout_.set = set;
	}

	Keys Take(const Codes &codes)
	{
		Keys keys;
		for (int code : codes) {
			struct key key = {};
			if (keyboard_layout_take(&layout_, static_cast<uint8_t>(code), &key))
				keys.push_back(key);
		}
		return keys;
	}

	// The characters that the codes type; keys that are none appear as '?'.
	std::string Text(const Codes &codes)
	{
		std::string text;
		for (const struct key &key : Take(codes))
			text += key.code == KEY_CHARACTER ? static_cast<char>(key.character) : '?';
		return text;
	}

      private:
	struct keyboard_layout layout_ = {};
};

struct key Key(enum key_code code)
{
	return {code, 0};
}

TEST(KeyboardLayoutSet1, EveryPlainKeyAndItsShiftedFace)
{
	const struct {
		int first_code;
		const char *plain, *shifted;
	} rows[] = {{0x02, "1234567890-=", "!@#$%^&*()_+"}, {0x10, "qwertyuiop[]", "QWERTYUIOP{}"},
		{0x1E, "asdfghjkl;'`", "ASDFGHJKL:\"~"}, {0x2B, "\\zxcvbnm,./", "|ZXCVBNM<>?"}, {0x39, " ", " "},
		{0x56, "<", ">"}};
	for (const auto &row : rows) {
		for (size_t i = 0; row.plain[i] != '\0'; i++) {
			int code = row.first_code + static_cast<int>(i);
			Keyboard keyboard(KEYBOARD_LAYOUT_SET_1);
			EXPECT_EQ(keyboard.Text({code, code | 0x80}), std::string(1, row.plain[i])) << code;
			EXPECT_EQ(keyboard.Text({0x2A, code, code | 0x80, 0xAA}), std::string(1, row.shifted[i]))
				<< code;
			EXPECT_EQ(keyboard.Text({0x36, code, 0xB6, code}), (std::string{row.shifted[i], row.plain[i]}))
				<< code;
		}
	}
}

TEST(KeyboardLayoutSet1, OneShiftLetGoLeavesTheOther)
{
	Keyboard keyboard(KEYBOARD_LAYOUT_SET_1);
	EXPECT_EQ(keyboard.Text({0x2A, 0x36, 0xAA, 0x1E, 0xB6, 0x1E}), "Aa");
}

TEST(KeyboardLayoutSet1, CapsLockTurnsLettersOnly)
{
	Keyboard keyboard(KEYBOARD_LAYOUT_SET_1);
	EXPECT_EQ(keyboard.Text({0x3A, 0xBA, 0x1E, 0x02, 0x2A, 0x1E, 0x02, 0xAA, 0x3A, 0xBA, 0x1E}), "A1a!a");
}

TEST(KeyboardLayoutSet1, ControlMakesControlKeysOfLetters)
{
	Keyboard keyboard(KEYBOARD_LAYOUT_SET_1);
	EXPECT_EQ(keyboard.Take({0x1D, 0x1E, 0x9E, 0x9D}), (Keys{{KEY_CONTROL, 'a'}}));
	EXPECT_EQ(keyboard.Take({0xE0, 0x1D, 0x26, 0xE0, 0x9D}), (Keys{{KEY_CONTROL, 'l'}}));
	EXPECT_EQ(keyboard.Take({0x1D, 0x02, 0x9D}), Keys{}); // Ctrl-1 is nothing
	EXPECT_EQ(keyboard.Text({0x1E}), "a");
}

TEST(KeyboardLayoutSet1, AltMakesNoCharacters)
{
	Keyboard keyboard(KEYBOARD_LAYOUT_SET_1);
	EXPECT_EQ(keyboard.Text({0x38, 0x1E, 0xB8, 0x1E, 0xE0, 0x38, 0x1E, 0xE0, 0xB8, 0x1E}), "aa");
}

TEST(KeyboardLayoutSet1, KeysThatAreNoCharacters)
{
	Keyboard keyboard(KEYBOARD_LAYOUT_SET_1);
	EXPECT_EQ(keyboard.Take({0x1C, 0x0F, 0x0E, 0x01}),
		(Keys{Key(KEY_ENTER), Key(KEY_TAB), Key(KEY_BACKSPACE), Key(KEY_ESCAPE)}));
	EXPECT_EQ(keyboard.Take({0x3B, 0x57, 0x58, 0x46}), Keys{}); // F1, F11, F12, Scroll Lock
}

TEST(KeyboardLayoutSet1, NavigationWithAndWithoutThePhantomShift)
{
	const struct {
		int code;
		enum key_code key;
	} cases[] = {{0x47, KEY_HOME}, {0x48, KEY_UP}, {0x49, KEY_PAGE_UP}, {0x4B, KEY_LEFT}, {0x4D, KEY_RIGHT},
		{0x4F, KEY_END}, {0x50, KEY_DOWN}, {0x51, KEY_PAGE_DOWN}, {0x52, KEY_INSERT}, {0x53, KEY_DELETE}};
	for (const auto &one : cases) {
		Keyboard keyboard(KEYBOARD_LAYOUT_SET_1);
		EXPECT_EQ(keyboard.Take({0xE0, one.code, 0xE0, one.code | 0x80}), Keys{Key(one.key)}) << one.code;
		EXPECT_EQ(keyboard.Take({0xE0, 0x2A, 0xE0, one.code, 0xE0, one.code | 0x80, 0xE0, 0xAA}),
			Keys{Key(one.key)});
		EXPECT_EQ(keyboard.Text({0x1E}), "a") << "the phantom shift stuck";
		EXPECT_EQ(keyboard.Take({one.code}), Keys{Key(one.key)}) << "the keypad without Num Lock";
	}
}

TEST(KeyboardLayoutSet1, TheKeypadWithNumLockTypesDigits)
{
	Keyboard keyboard(KEYBOARD_LAYOUT_SET_1);
	EXPECT_EQ(keyboard.Text({0x45, 0xC5, 0x47, 0x48, 0x49, 0x4B, 0x4C, 0x4D, 0x4F, 0x50, 0x51, 0x52, 0x53}),
		"78945612"
		"30.");
	EXPECT_EQ(keyboard.Text({0x45, 0xC5, 0x4A, 0x4E, 0x37, 0xE0, 0x35}), "-+*/");
	EXPECT_EQ(keyboard.Take({0x4C}), Keys{}); // 5 has no other meaning
	EXPECT_EQ(keyboard.Take({0xE0, 0x1C}), Keys{Key(KEY_ENTER)});
}

TEST(KeyboardLayoutSet1, PauseIsNothingAndLeavesNothingBehind)
{
	Keyboard keyboard(KEYBOARD_LAYOUT_SET_1);
	EXPECT_EQ(keyboard.Take({0xE1, 0x1D, 0x45, 0xE1, 0x9D, 0xC5}), Keys{});
	EXPECT_EQ(keyboard.Text({0x1E}), "a");                 // no Ctrl is held
	EXPECT_EQ(keyboard.Take({0x47}), Keys{Key(KEY_HOME)}); // Num Lock is off
}

TEST(KeyboardLayoutSet2, TypesWhatSet1Types)
{
	Keyboard keyboard(KEYBOARD_LAYOUT_SET_2);
	EXPECT_EQ(keyboard.Text({0x1C, 0xF0, 0x1C, 0x12, 0x1C, 0xF0, 0x1C, 0xF0, 0x12, 0x32, 0x45, 0x4A, 0x29}),
		"aAb0/ ");
	EXPECT_EQ(keyboard.Text({0x15, 0x1D, 0x24, 0x2D, 0x2C, 0x35}), "qwerty");
	EXPECT_EQ(keyboard.Take({0x14, 0x21, 0xF0, 0x21, 0xF0, 0x14}), (Keys{{KEY_CONTROL, 'c'}}));
}

TEST(KeyboardLayoutSet2, NavigationAndTheirRelease)
{
	Keyboard keyboard(KEYBOARD_LAYOUT_SET_2);
	EXPECT_EQ(keyboard.Take({0xE0, 0x75, 0xE0, 0xF0, 0x75, 0xE0, 0x71, 0xE0, 0xF0, 0x71, 0x5A, 0x66}),
		(Keys{Key(KEY_UP), Key(KEY_DELETE), Key(KEY_ENTER), Key(KEY_BACKSPACE)}));
}

TEST(KeyboardLayoutSet2, PauseIsNothingAndLeavesNothingBehind)
{
	Keyboard keyboard(KEYBOARD_LAYOUT_SET_2);
	EXPECT_EQ(keyboard.Take({0xE1, 0x14, 0x77, 0xE1, 0xF0, 0x14, 0xF0, 0x77}), Keys{});
	EXPECT_EQ(keyboard.Text({0x1C}), "a");
}

TEST(KeyboardLayout, NoByteWhateverIsHeldGoesOutOfBounds)
{
	for (int set = 0; set < 2; set++) {
		Keyboard keyboard(static_cast<enum keyboard_layout_set>(set));
		uint32_t seed = 1;
		for (int i = 0; i < 200000; i++) {
			seed = seed * 1664525 + 1013904223;
			for (const struct key &key : keyboard.Take({static_cast<int>(seed >> 24)})) {
				EXPECT_LT(key.character, 0x80u);
				EXPECT_EQ(key.character != 0, key.code == KEY_CHARACTER || key.code == KEY_CONTROL);
			}
		}
	}
}

} // namespace
