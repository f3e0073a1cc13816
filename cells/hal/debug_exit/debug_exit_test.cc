#include "cells/hal/debug_exit/debug_exit.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "cells/hal/port_io/port_io.h"
#include "cells/hal/processor/processor.h"

namespace
{

TEST(DebugExit, TellsTheDeviceAndHaltsIfThatIsNotThere)
{
	processor_host_reset();
	std::vector<std::pair<uint16_t, uint32_t>> writes;
	port_io_host_connect(&writes, nullptr, [](void *context, uint16_t port, unsigned size_bytes, uint32_t value) {
		EXPECT_EQ(size_bytes, 1u);
		static_cast<decltype(writes) *>(context)->push_back({port, value});
	});
	EXPECT_THROW(debug_exit(DEBUG_EXIT_COMMAND + 3), std::runtime_error);
	port_io_host_connect(nullptr, nullptr, nullptr);
	EXPECT_EQ(writes, (std::vector<std::pair<uint16_t, uint32_t>>{{0xF4, 0x43}}));
	EXPECT_FALSE(processor_interrupts_enabled());
}

} // namespace
