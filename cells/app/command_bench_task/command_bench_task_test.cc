#include "cells/app/command_bench_task/command_bench_task.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "cells/console/console/console_capture.h"
#include "cells/hal/core_local/core_local.h"
#include "cells/hal/processor/processor.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/stack_pool/stack_pool.h"
#include "cells/task/scheduler/scheduler.h"
#include "cells/task/spawn/spawn.h"
#include "cells/task/task/task.h"

namespace
{

enum status status_of_run;

const struct task_body kBench = {
	.run =
		[](void *, void *) {
			struct command_arguments none = {};
			status_of_run = command_bench_task.run(&none);
		},
	.release_argument = nullptr,
	.release_result = nullptr,
	.argument_bytes = 1,
	.result_bytes = 1,
};

// A task on the host's one core measures the tasks there; the counts of the host say nothing, that there are all does.
TEST(CommandBenchTask, MeasuresEveryRow)
{
	static const struct frame_region usable = {{1 << 20}, 64 << 20};
	ASSERT_EQ(mapped_pages_start({&usable, 1}, {}), STATUS_OK);
	static struct thread idle;
	processor_host_reset();
	core_local_install(0);
	processor_disable_interrupts();
	idle.name = "idle";
	scheduler_start_core(&idle);
	spawn_start();

	static struct spawn_draft draft;
	static struct joinable_task task;
	struct spawn_options options = {};
	options.name = "bench";
	ASSERT_EQ(spawn_prepare(&draft, &kBench, &options), STATUS_OK);
	spawn_task(&draft, &task);
	ConsoleCapture console;
	EXPECT_THROW(scheduler_idle([] { throw std::runtime_error("idle"); }), std::runtime_error);
	EXPECT_TRUE(joinable_task_has_ended(&task));
	EXPECT_EQ(status_of_run, STATUS_OK);
	std::string shown = console.Take();
	for (const char *row : {"call_null ", "ctx_yield_thread ", "thread_create_join ", "thread_create_join_cold ",
		     "run_queue_remove_1 ", "run_queue_remove_64 "})
		EXPECT_NE(shown.find(std::string("BENCH ") + row), std::string::npos) << row << shown;
	processor_disable_interrupts();
	joinable_task_drop(&task);
	core_local_set_thread(nullptr);
	thread_set_operations(nullptr, "");
	EXPECT_EQ(task_count(), 0u);
}

} // namespace
