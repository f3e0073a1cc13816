// Tasks on one core of the host. What crashes is tried in the booted system: a panic of the host is no crash.
#include "cells/task/spawn/spawn.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "cells/hal/processor/processor.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/task/scheduler/scheduler.h"

namespace
{

constexpr uint64_t kMiB = 1024 * 1024;

unsigned runs = 0;
unsigned released = 0;
unsigned result = 0;
struct joinable_task other;

const struct task_body kDouble = {
	.run =
		[](void *argument, void *answer) {
			runs++;
			EXPECT_STREQ(task_current()->name, "doubler");
			*static_cast<unsigned *>(answer) = 2 * *static_cast<unsigned *>(argument);
		},
	.release_argument = [](void *slot) { released += *static_cast<unsigned *>(slot); },
	.release_result = nullptr,
	.argument_bytes = sizeof(unsigned),
	.result_bytes = sizeof(unsigned),
};

const struct task_body kJoin = {
	.run =
		[](void *, void *) {
			struct task_failure why = {};
			EXPECT_FALSE(joinable_task_has_ended(&other));
			EXPECT_EQ(joinable_task_wait(&other, &why), STATUS_OK);
			EXPECT_TRUE(joinable_task_has_ended(&other));
			result = *static_cast<unsigned *>(joinable_task_result(&other));
			joinable_task_drop(&other);
		},
	.release_argument = nullptr,
	.release_result = nullptr,
	.argument_bytes = 1,
	.result_bytes = 1,
};

class Spawn : public testing::Test
{
      protected:
	void SetUp() override
	{
		static const enum status started = [] {
			static const struct frame_region usable = {{kMiB}, 64 * kMiB};
			return mapped_pages_start({&usable, 1}, {});
		}();
		ASSERT_EQ(started, STATUS_OK);
		processor_host_reset();
		core_local_install(3);
		processor_disable_interrupts();
		idle_.name = "idle";
		scheduler_start_core(&idle_);
		spawn_start();
		runs = released = result = 0;
		objects_ = heap_statistics().objects;
	}
	void TearDown() override
	{
		core_local_set_thread(nullptr);
		thread_set_operations(nullptr, "");
		EXPECT_EQ(task_count(), 0u) << "all are reaped";
		stack_pool_trim();
		EXPECT_EQ(stack_pool_statistics().stacks, 0u);
	}
	void RunUntilIdle()
	{
		EXPECT_THROW(scheduler_idle([] { throw std::runtime_error("idle"); }), std::runtime_error);
		processor_disable_interrupts();
	}
	void Start(const struct task_body *body, const char *name, unsigned argument, struct joinable_task *task)
	{
		static struct spawn_draft draft;
		struct spawn_options options = {};
		options.name = name;
		ASSERT_EQ(spawn_prepare(&draft, body, &options), STATUS_OK);
		if (body->argument_bytes == sizeof argument)
			*static_cast<unsigned *>(spawn_argument(&draft)) = argument;
		spawn_task(&draft, task);
	}
	struct thread idle_ = {};
	uint64_t objects_ = 0;
};

TEST_F(Spawn, TheJoinerGetsTheResult)
{
	static struct joinable_task joiner;

	Start(&kJoin, "joiner", 0, &joiner);
	Start(&kDouble, "doubler", 21, &other);
	uint64_t number = joinable_task_number(&other);
	static struct task_reference reference;
	joinable_task_reference(&other, &reference);
	EXPECT_EQ(task_of(&reference)->number, number);
	task_reference_drop(&reference);
	RunUntilIdle();
	EXPECT_EQ(result, 42u);
	EXPECT_EQ(released, 21u) << "the argument goes with the task";
	EXPECT_TRUE(joinable_task_has_ended(&joiner));
	joinable_task_drop(&joiner);
}

TEST_F(Spawn, AnOrphanIsReapedByItself)
{
	static struct joinable_task task;
	Start(&kDouble, "doubler", 1, &task);
	joinable_task_drop(&task);
	EXPECT_EQ(task_count(), 1u);
	RunUntilIdle();
	EXPECT_EQ(runs, 1u);
	EXPECT_EQ(task_count(), 0u);
}

TEST_F(Spawn, ADraftThatIsDroppedNeverWas)
{
	static struct spawn_draft draft;
	struct spawn_options options = {};
	options.stack = SPAWN_STACK_SMALL;
	options.priority = 9;
	ASSERT_EQ(spawn_prepare(&draft, &kDouble, &options), STATUS_OK);
	*static_cast<unsigned *>(spawn_argument(&draft)) = 7;
	spawn_draft_drop(&draft);
	RunUntilIdle();
	EXPECT_EQ(runs, 0u);
	EXPECT_EQ(released, 7u);
}

TEST_F(Spawn, APinnedOneStays)
{
	static struct spawn_draft draft;
	struct spawn_options options = {};
	options.name = "doubler";
	options.place = SPAWN_PINNED;
	options.core = 3;
	options.stack = SPAWN_STACK_LARGE;
	static struct joinable_task task;
	ASSERT_EQ(spawn_prepare(&draft, &kDouble, &options), STATUS_OK);
	spawn_task(&draft, &task);
	static struct task_reference reference;
	joinable_task_reference(&task, &reference);
	EXPECT_TRUE(task_of(&reference)->thread.is_pinned);
	task_reference_drop(&reference);
	RunUntilIdle();
	EXPECT_EQ(runs, 1u);
	EXPECT_TRUE(joinable_task_has_ended(&task));
	joinable_task_drop(&task);
}

} // namespace
