#include "tests/system/command_victim/command_victim_internal.h"

void command_victim_count(struct command_victim_visits *visits, uint64_t address)
{
	size_t place = (size_t)(address * 0x9E3779B97F4A7C15u >> 40) % COMMAND_VICTIM_PLACES;
	for (size_t tries = 0; tries < COMMAND_VICTIM_PLACES; tries++) {
		struct command_victim_visit *visit = &AT(visits->places, (place + tries) % COMMAND_VICTIM_PLACES);
		if (visit->address != 0 && visit->address != address)
			continue;
		visit->address = address;
		visit->count++;
		return;
	}
	visits->is_full = true;
}
