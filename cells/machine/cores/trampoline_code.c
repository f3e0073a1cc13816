// Where the code of a core's beginning lies, as data: it runs only where it is copied to.
#include "cells/machine/cores/cores_internal.h"

extern INTERNAL const unsigned char cores_trampoline_start;
extern INTERNAL const unsigned char cores_trampoline_long_mode;
extern INTERNAL const unsigned char cores_trampoline_end;

void trampoline_code_get(struct trampoline_code *code)
{
	const unsigned char *start = &cores_trampoline_start;
	*code = (struct trampoline_code){
		.all = bytes_from(start, (uintptr_t)&cores_trampoline_end - (uintptr_t)start),
		.long_mode_offset = (uintptr_t)&cores_trampoline_long_mode - (uintptr_t)start,
	};
}
