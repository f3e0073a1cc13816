// The host's double: no processor steps here.
#include "cells/unwind/thread_kill/thread_kill_internal.h"

void thread_kill_step_from_here(void)
{
}
