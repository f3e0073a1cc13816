#include "cells/hal/power/power.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <tuple>
#include <vector>

#include "cells/hal/port_io/port_io.h"
#include "cells/hal/processor/processor.h"

namespace
{

using Access = std::tuple<uint16_t, unsigned, uint32_t>; // port, size, value

struct Gone {
};

// A machine that records what is written, and is gone at a given write.
class Machine : public ::testing::Test
{
      protected:
	Machine()
	{
		processor_host_reset();
		port_io_host_connect(this, Read, Write);
	}

	~Machine() override
	{
		port_io_host_connect(nullptr, nullptr, nullptr);
	}

	static uint32_t Read(void *context, uint16_t port, unsigned)
	{
		auto *self = static_cast<Machine *>(context);
		return port == 0x64 && self->has_keyboard_controller_ ? 0 : 0xFFFFFFFF;
	}

	static void Write(void *context, uint16_t port, unsigned size_bytes, uint32_t value)
	{
		auto *self = static_cast<Machine *>(context);
		self->writes_.emplace_back(port, size_bytes, value);
		if (self->writes_.back() == self->gone_at_)
			throw Gone();
	}

	std::vector<Access> writes_;
	Access gone_at_;
	bool has_keyboard_controller_ = true;
};

TEST_F(Machine, SwitchingOffWritesSleepToTheAcpiPort)
{
	gone_at_ = {0x604, 2, 0x2000};
	EXPECT_THROW(power_off(), Gone);
	EXPECT_EQ(writes_, std::vector<Access>{gone_at_});
}

TEST_F(Machine, SwitchingOffTriesTheOlderPortAndThenEndsTheEmulator)
{
	EXPECT_THROW(power_off(), std::runtime_error); // the double of a halted processor
	ASSERT_GE(writes_.size(), 3u);
	EXPECT_EQ(writes_[0], (Access{0x604, 2, 0x2000}));
	EXPECT_EQ(writes_[1], (Access{0xB004, 2, 0x2000}));
	EXPECT_EQ(std::get<0>(writes_[2]), 0xF4);
	EXPECT_EQ(std::get<2>(writes_[2]), 0x10u);
}

TEST_F(Machine, ResettingBeginsWithTheKeyboardController)
{
	gone_at_ = {0x64, 1, 0xFE};
	EXPECT_THROW(power_reset(), Gone);
	EXPECT_EQ(writes_, std::vector<Access>{gone_at_});
}

TEST_F(Machine, ResettingGoesOnToTheChipsetWithARisingEdgeAndThenHalts)
{
	has_keyboard_controller_ = false;
	EXPECT_THROW(power_reset(), std::runtime_error);
	EXPECT_EQ(writes_, (std::vector<Access>{{0xCF9, 1, 0x02}, {0xCF9, 1, 0x06}}));
}

} // namespace
