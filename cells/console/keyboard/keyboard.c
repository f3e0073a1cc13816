#include "cells/console/keyboard/keyboard.h"

#include "cells/console/keyboard_layout/keyboard_layout.h"
#include "cells/hal/ps2_controller/ps2_controller.h"
#include "cells/sync/spinlock/spinlock.h"

enum { CODES_OF_ONE_KEY_MAX = 8 }; // Pause has the most

static CELL_STATE_ZERO struct {
	struct spinlock lock;
	bool is_open GUARDED_BY(&lock);
	struct keyboard_layout layout GUARDED_BY(&lock);
} keyboard;

enum status keyboard_open(void)
{
	GUARD(&keyboard.lock);
	bool translates = false;
	keyboard.is_open = false;
	TRY(ps2_controller_open(&translates));
	enum keyboard_layout_set set = translates ? KEYBOARD_LAYOUT_SET_1 : KEYBOARD_LAYOUT_SET_2;
	keyboard.layout = (struct keyboard_layout){.set = set};
	keyboard.is_open = true;
	return STATUS_OK;
}

bool keyboard_read(struct key *key)
{
	GUARD(&keyboard.lock);
	if (!keyboard.is_open)
		return false;
	for (int i = 0; i < CODES_OF_ONE_KEY_MAX; i++) {
		uint8_t code = 0;
		if (!ps2_controller_read(&code))
			return false;
		if (keyboard_layout_take(&keyboard.layout, code, key))
			return true;
	}
	return false;
}
