// The host's double: no processor steps here.
#include "tests/system/command_victim/command_victim_internal.h"

void command_victim_step(void)
{
}

void command_victim_end_step(void)
{
}

void command_victim_break_at(uint64_t address)
{
	(void)address;
}
