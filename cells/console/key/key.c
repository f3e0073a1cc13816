#include "cells/console/key/key.h"

struct key key_from_character(uint32_t character)
{
	switch (character) {
	case '\t':
		return (struct key){KEY_TAB, 0};
	case '\r':
	case '\n':
		return (struct key){KEY_ENTER, 0};
	case '\b':
	case 0x7F:
		return (struct key){KEY_BACKSPACE, 0};
	case 0x1B:
		return (struct key){KEY_ESCAPE, 0};
	default:
		break;
	}
	if (character >= 1 && character <= 26)
		return (struct key){KEY_CONTROL, 'a' + character - 1};
	return (struct key){KEY_CHARACTER, character};
}
