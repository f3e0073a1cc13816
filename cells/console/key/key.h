// What someone pressed, wherever it came from: a character, or a key that means something else.
//
// Keyboards and serial terminals say it in different ways; from here on there is one.
//
// Context: pure; no allocation, no lock; callable from anywhere.
#pragma once

#include <stdint.h>

enum key_code {
	KEY_CHARACTER, // `character` is what it stands for
	KEY_CONTROL,   // Ctrl and a letter: `character` is the letter, 'a' to 'z'
	KEY_ENTER,
	KEY_TAB,
	KEY_BACKSPACE,
	KEY_DELETE,
	KEY_INSERT,
	KEY_ESCAPE,
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
};

struct key {
	enum key_code code;
	uint32_t character; // a Unicode code point; 0 where `code` says it all
};

#ifdef __cplusplus
extern "C" {
#endif

// The key that a terminal means by a character: control characters are keys of their own (Tab, Enter, Ctrl-A ...), with
// DEL and BS both Backspace; everything else is itself.
struct key key_from_character(uint32_t character);

#ifdef __cplusplus
}
#endif
