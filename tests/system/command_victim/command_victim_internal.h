#pragma once

#include <stdbool.h>

#include "cells/base/intralingual/intralingual.h"

// From the return on this thread runs in single steps, and no longer.
INTERNAL void command_victim_step(void);
INTERNAL void command_victim_end_step(void);
