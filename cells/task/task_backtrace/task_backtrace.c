#include "cells/task/task_backtrace/task_backtrace.h"

#include "cells/hal/core_local/core_local.h"
#include "cells/task/context_switch/context_switch.h"
#include "cells/task/scheduler/scheduler.h"

static enum status walk(const struct thread *thread, struct backtrace *out)
{
	if (scheduler_is_running(thread) || thread->stack_pointer == 0)
		return STATUS_BUSY;
	const struct context_switch_frame *saved =
		RAW_POINTER(const struct context_switch_frame, thread->stack_pointer);
	struct backtrace callers;
	backtrace_walk(saved->rbp, &callers);
	*out = (struct backtrace){.count = 1};
	AT(out->addresses, 0) = saved->rip;
	for (size_t i = 0; i < callers.count && out->count < BACKTRACE_CAPACITY; i++) {
		AT(out->addresses, out->count) = AT(callers.addresses, i);
		out->count++;
	}
	return STATUS_OK;
}

enum status task_backtrace(const struct task_reference *reference, struct backtrace *out)
{
	struct task_view view;
	task_look(reference, &view);
	if (view.state == TASK_STATE_ENDED)
		return STATUS_END;
	struct core_local_stay stay;
	core_local_stay_lock(&stay); // so that on this core it does not go on meanwhile
	enum status status = walk(&task_of(reference)->thread, out);
	core_local_stay_unlock(&stay);
	return status;
}
