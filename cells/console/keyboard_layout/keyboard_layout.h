// Scan codes of a PC keyboard as keys: the US layout, scan code sets 1 and 2.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: IBM PS/2 Hardware Interface Technical Reference, "Keyboards (101- and 102-Key)", scan code sets 1 and 2, and
// the 8042's translation table between them.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/console/key/key.h"

enum keyboard_layout_set {
	KEYBOARD_LAYOUT_SET_1, // what the controller makes of set 2 while it translates (as firmware leaves it)
	KEYBOARD_LAYOUT_SET_2, // what keyboards send by themselves
};

// A keyboard between two codes. Begins as {.set = ...}.
struct keyboard_layout {
	enum keyboard_layout_set set;
	bool extended;      // the last byte was 0xE0
	bool released;      // the last byte was 0xF0 (set 2)
	unsigned to_ignore; // codes that are left of the Pause key
	bool shift_left, shift_right, control_left, control_right, alt_left, alt_right;
	bool caps_lock, num_lock;
};

#ifdef __cplusplus
extern "C" {
#endif

// Takes one byte of the keyboard; true if a key was pressed (or repeats), which is in `*key` then. With Alt held no
// character is made.
bool keyboard_layout_take(struct keyboard_layout *layout, uint8_t code, struct key *key);

#ifdef __cplusplus
}
#endif
