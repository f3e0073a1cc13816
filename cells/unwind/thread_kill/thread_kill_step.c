#include "cells/unwind/thread_kill/thread_kill_internal.h"

void thread_kill_step_from_here(void)
{
	__asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq" ::: "memory", "cc");
}
