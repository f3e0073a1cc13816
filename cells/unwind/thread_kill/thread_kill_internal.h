#pragma once

#include "cells/base/intralingual/intralingual.h"

// Lets this thread run in single steps, from the return of this function on.
INTERNAL void thread_kill_step_from_here(void);
