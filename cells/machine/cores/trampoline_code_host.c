// The host's double: something to copy.
#include "cells/machine/cores/cores_internal.h"

void trampoline_code_get(struct trampoline_code *code)
{
	static const unsigned char nothing[200] = {0xFA};
	*code = (struct trampoline_code){.all = bytes_from(nothing, sizeof nothing), .long_mode_offset = 64};
}
