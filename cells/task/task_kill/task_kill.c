#include "cells/task/task_kill/task_kill.h"

#include "cells/sync/thread/thread.h"
#include "cells/task/scheduler/scheduler.h"
#include "cells/unwind/thread_kill/thread_kill.h"

enum status task_kill(const struct task_reference *reference)
{
	struct task *task = task_of(reference);
	if (!task->body)
		return STATUS_REFUSED;
	struct thread *thread = &task->thread;
	thread_kill_request(thread);
	if (thread == thread_current()) {
		thread_seek_kill_point(NULL);
		return STATUS_OK;
	}
	// In this order: a thread that is awake by then sees the request when it next wants to wait, and one that runs
	// by then is interrupted.
	thread_wake(thread);
	scheduler_interrupt(thread);
	return STATUS_OK;
}
