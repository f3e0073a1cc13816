#include "cells/machine/core_call/core_call.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "cells/hal/core_local/core_local.h"
#include "cells/hal/processor/processor.h"

namespace
{

// What runs on other cores runs in tests/system; here there is one.
TEST(CoreCall, OnThisCoreItIsACallWithInterruptsOff)
{
	ASSERT_EQ(core_call_init(), STATUS_OK);
	core_local_install(0);
	int calls = 0;
	core_call_on(
		0,
		[](void *context) {
			EXPECT_FALSE(processor_interrupts_enabled());
			++*static_cast<int *>(context);
		},
		&calls);
	EXPECT_EQ(calls, 1);
	EXPECT_TRUE(processor_interrupts_enabled());
	core_call_on_others([](void *) { FAIL() << "there is no other"; }, nullptr);
}

TEST(CoreCall, ACoreThatDoesNotRunCannotBeCalled)
{
	EXPECT_THROW(core_call_on(
			     1, [](void *) {}, nullptr),
		std::runtime_error);
	EXPECT_THROW(core_call_on(
			     CORE_LOCAL_CORES, [](void *) {}, nullptr),
		std::runtime_error);
}

} // namespace
