// Where the code of a core's beginning lies, as data: it runs only where it is copied to.
#include "cells/machine/cores/cores_internal.h"

extern INTERNAL const unsigned char cores_trampoline_start;
extern INTERNAL const uint64_t cores_trampoline_bytes;
extern INTERNAL const uint64_t cores_trampoline_long_mode_offset;

void trampoline_code_get(struct trampoline_code *code)
{
	*code = (struct trampoline_code){
		.all = bytes_from(&cores_trampoline_start, cores_trampoline_bytes),
		.long_mode_offset = cores_trampoline_long_mode_offset,
	};
}
