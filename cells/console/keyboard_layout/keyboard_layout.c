#include "cells/console/keyboard_layout/keyboard_layout.h"

#include "cells/base/text/text.h"

enum {
	CODE_EXTENDED = 0xE0,
	CODE_PAUSE = 0xE1,
	CODE_RELEASED = 0xF0, // set 2: the next code is of a key let go
	BIT_RELEASED = 0x80,  // set 1: this code is
	// Keys that are held, and locks, by their codes of set 1.
	CODE_CONTROL = 0x1D,
	CODE_SHIFT_LEFT = 0x2A,
	CODE_SHIFT_RIGHT = 0x36,
	CODE_ALT = 0x38,
	CODE_CAPS_LOCK = 0x3A,
	CODE_NUM_LOCK = 0x45,
	CODE_KEYPAD_FIRST = 0x47,
	CODE_KEYPAD_LAST = 0x53,
	CODE_NONE = 0xFF,
};

// By the codes of set 1; 0 where no character belongs to the key.
static const char plain[] = "\0\0331234567890-=\b\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] = "\0\033!@#$%^&*()_+\b\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";
static const char keypad[] = "789-456+1230.";

// The key next to the left shift of keyboards with 102 keys.
enum { CODE_102ND = 0x56 };

// From set 2 to set 1, as the controller itself translates.
static const uint8_t set_1_of_set_2[0x85] = {
	0xFF, 0x43, 0x41, 0x3F, 0x3D, 0x3B, 0x3C, 0x58, 0x64, 0x44, 0x42, 0x40, 0x3E, 0x0F, 0x29, 0x59, // 00
	0x65, 0x38, 0x2A, 0x70, 0x1D, 0x10, 0x02, 0x5A, 0x66, 0x71, 0x2C, 0x1F, 0x1E, 0x11, 0x03, 0x5B, // 10
	0x67, 0x2E, 0x2D, 0x20, 0x12, 0x05, 0x04, 0x5C, 0x68, 0x39, 0x2F, 0x21, 0x14, 0x13, 0x06, 0x5D, // 20
	0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5E, 0x6A, 0x72, 0x32, 0x24, 0x16, 0x08, 0x09, 0x5F, // 30
	0x6B, 0x33, 0x25, 0x17, 0x18, 0x0B, 0x0A, 0x60, 0x6C, 0x34, 0x35, 0x26, 0x27, 0x19, 0x0C, 0x61, // 40
	0x6D, 0x73, 0x28, 0x74, 0x1A, 0x0D, 0x62, 0x6E, 0x3A, 0x36, 0x1C, 0x1B, 0x75, 0x2B, 0x63, 0x76, // 50
	0x55, 0x56, 0x77, 0x78, 0x79, 0x7A, 0x0E, 0x7B, 0x7C, 0x4F, 0x7D, 0x4B, 0x47, 0x7E, 0x7F, 0x6F, // 60
	0x52, 0x53, 0x50, 0x4C, 0x4D, 0x48, 0x01, 0x45, 0x57, 0x4E, 0x51, 0x4A, 0x37, 0x49, 0x46, 0x54, // 70
	0xFF, 0xFF, 0xFF, 0x41, 0x54,                                                                   // 80
};

static char lookup(const char *table, size_t size_bytes, uint8_t code)
{
	return code < size_bytes ? text_at((struct text){table, size_bytes}, code) : '\0';
}

// The keys of the block between letters and keypad, and of the keypad without Num Lock. KEY_CHARACTER: none.
static enum key_code navigation_key(uint8_t code)
{
	switch (code) {
	case 0x47:
		return KEY_HOME;
	case 0x48:
		return KEY_UP;
	case 0x49:
		return KEY_PAGE_UP;
	case 0x4B:
		return KEY_LEFT;
	case 0x4D:
		return KEY_RIGHT;
	case 0x4F:
		return KEY_END;
	case 0x50:
		return KEY_DOWN;
	case 0x51:
		return KEY_PAGE_DOWN;
	case 0x52:
		return KEY_INSERT;
	case 0x53:
		return KEY_DELETE;
	default:
		return KEY_CHARACTER;
	}
}

// Shift, Ctrl, Alt and the locks. False: it is another key.
static bool take_modifier(struct keyboard_layout *layout, uint8_t code, bool extended, bool pressed)
{
	switch (code) {
	case CODE_SHIFT_LEFT:
		if (!extended) // extended, it is a phantom that comes with the navigation keys
			layout->shift_left = pressed;
		return true;
	case CODE_SHIFT_RIGHT:
		if (!extended)
			layout->shift_right = pressed;
		return true;
	case CODE_CONTROL:
		*(extended ? &layout->control_right : &layout->control_left) = pressed;
		return true;
	case CODE_ALT:
		*(extended ? &layout->alt_right : &layout->alt_left) = pressed;
		return true;
	case CODE_CAPS_LOCK:
		layout->caps_lock ^= pressed;
		return true;
	case CODE_NUM_LOCK:
		layout->num_lock ^= pressed;
		return true;
	default:
		return false;
	}
}

// The character of a key, by what is held. 0: none.
static char character_of(const struct keyboard_layout *layout, uint8_t code, bool extended)
{
	if (extended)
		return code == 0x1C ? '\r' : code == 0x35 ? '/' : '\0'; // the keypad's
	if (code >= CODE_KEYPAD_FIRST && code <= CODE_KEYPAD_LAST) {
		bool is_sign = code == 0x4A || code == 0x4E;
		if (!layout->num_lock && !is_sign)
			return '\0';
		return lookup(keypad, sizeof keypad - 1, (uint8_t)(code - CODE_KEYPAD_FIRST));
	}
	bool shift = layout->shift_left || layout->shift_right;
	if (code == CODE_102ND)
		return shift ? '>' : '<';
	char unshifted = lookup(plain, sizeof plain - 1, code);
	if (layout->caps_lock && unshifted >= 'a' && unshifted <= 'z')
		shift = !shift;
	return shift ? lookup(shifted, sizeof shifted - 1, code) : unshifted;
}

static bool take_press(struct keyboard_layout *layout, uint8_t code, bool extended, struct key *key)
{
	char character = character_of(layout, code, extended);
	if (character == '\0') {
		enum key_code navigation = navigation_key(code);
		*key = (struct key){navigation, 0};
		return navigation != KEY_CHARACTER;
	}
	if (layout->alt_left || layout->alt_right)
		return false;
	if (layout->control_left || layout->control_right) {
		char letter = lookup(plain, sizeof plain - 1, code);
		if (letter < 'a' || letter > 'z')
			return false;
		*key = key_from_character((uint32_t)(letter - 'a') + 1);
		return true;
	}
	*key = key_from_character((unsigned char)character);
	return true;
}

bool keyboard_layout_take(struct keyboard_layout *layout, uint8_t code, struct key *key)
{
	if (code == CODE_EXTENDED) {
		layout->extended = true;
		return false;
	}
	if (layout->set == KEYBOARD_LAYOUT_SET_2 && code == CODE_RELEASED) {
		layout->released = true;
		return false;
	}
	if (code == CODE_PAUSE) {
		layout->to_ignore = 2; // Pause is Ctrl and Num Lock behind this code, but means neither
		return false;
	}
	bool extended = layout->extended;
	bool pressed = !layout->released;
	layout->extended = false;
	layout->released = false;
	if (layout->to_ignore > 0) {
		layout->to_ignore--;
		return false;
	}
	if (layout->set == KEYBOARD_LAYOUT_SET_1) {
		pressed = (code & BIT_RELEASED) == 0;
		code &= BIT_RELEASED - 1;
	} else {
		code = code < COUNT_OF(set_1_of_set_2) ? AT(set_1_of_set_2, code) : CODE_NONE;
	}
	if (code == CODE_NONE || take_modifier(layout, code, extended, pressed) || !pressed)
		return false;
	return take_press(layout, code, extended, key);
}
