#include "cells/hal/ps2_controller/ps2_controller.h"

#include <gtest/gtest.h>

#include <deque>
#include <vector>

#include "cells/hal/port_io/port_io.h"

namespace
{

// A model of the controller behind ports 0x60 and 0x64.
class Controller : public ::testing::Test
{
      protected:
	Controller()
	{
		port_io_host_connect(this, Read, Write);
	}

	~Controller() override
	{
		port_io_host_connect(nullptr, nullptr, nullptr);
	}

	static uint32_t Read(void *context, uint16_t port, unsigned size_bytes)
	{
		auto *self = static_cast<Controller *>(context);
		EXPECT_EQ(size_bytes, 1u);
		if (port == 0x64) {
			uint32_t status = self->output_.empty() ? 0 : self->output_.front().from_mouse ? 0x21 : 0x01;
			if (self->busy_reads_ > 0) {
				self->busy_reads_--;
				status |= 0x02;
			}
			return self->stuck_ ? status | 0x02 : status;
		}
		EXPECT_EQ(port, 0x60);
		if (self->output_.empty())
			return self->last_byte_;
		self->last_byte_ = self->output_.front().value;
		self->output_.pop_front();
		return self->last_byte_;
	}

	static void Write(void *context, uint16_t port, unsigned size_bytes, uint32_t value)
	{
		auto *self = static_cast<Controller *>(context);
		EXPECT_EQ(size_bytes, 1u);
		EXPECT_EQ(self->busy_reads_, 0) << "written to while busy";
		self->busy_reads_ = 3;
		if (port == 0x60) {
			EXPECT_EQ(self->expected_, 0x60u) << "a byte that no command asked for";
			self->settings_ = static_cast<uint8_t>(value);
			self->expected_ = 0;
			return;
		}
		ASSERT_EQ(port, 0x64);
		self->commands_.push_back(value);
		self->expected_ = value;
		if (value == 0x20 && self->answers_)
			self->output_.push_back({self->settings_, false});
	}

	struct Byte {
		uint8_t value;
		bool from_mouse;
	};
	std::deque<Byte> output_;
	std::vector<uint32_t> commands_;
	uint8_t settings_ = 0x77; // both interrupts on, both ports off, translating
	uint8_t last_byte_ = 0;
	uint32_t expected_ = 0;
	int busy_reads_ = 0;
	bool stuck_ = false;
	bool answers_ = true;
};

TEST_F(Controller, OpeningSwitchesInterruptsOffAndTheKeyboardOn)
{
	bool translates = false;
	ASSERT_EQ(ps2_controller_open(&translates), STATUS_OK);
	EXPECT_TRUE(translates);
	EXPECT_EQ(settings_, 0x64); // only these three bits have changed
	EXPECT_EQ(commands_, (std::vector<uint32_t>{0xAD, 0x20, 0x60, 0xAE}));
}

TEST_F(Controller, OpeningTellsWhenNothingIsTranslated)
{
	settings_ = 0x03;
	bool translates = true;
	ASSERT_EQ(ps2_controller_open(&translates), STATUS_OK);
	EXPECT_FALSE(translates);
	EXPECT_EQ(settings_, 0x00);
}

TEST_F(Controller, OldBytesAreNotTakenForTheSettings)
{
	output_ = {{0xAA, false}, {0x1E, false}, {0x08, true}};
	bool translates = false;
	ASSERT_EQ(ps2_controller_open(&translates), STATUS_OK);
	EXPECT_EQ(settings_, 0x64);
	uint8_t byte = 0;
	EXPECT_FALSE(ps2_controller_read(&byte));
}

TEST_F(Controller, BytesOfTheKeyboardComeInOrderAndThoseOfAMouseNot)
{
	output_ = {{0x1E, false}, {0x55, true}, {0x9E, false}};
	uint8_t byte = 0;
	EXPECT_TRUE(ps2_controller_read(&byte));
	EXPECT_EQ(byte, 0x1E);
	EXPECT_FALSE(ps2_controller_read(&byte));
	EXPECT_EQ(byte, 0x1E);
	EXPECT_TRUE(ps2_controller_read(&byte));
	EXPECT_EQ(byte, 0x9E);
	EXPECT_FALSE(ps2_controller_read(&byte));
}

TEST_F(Controller, AControllerThatNeverGetsReadyIsGivenUp)
{
	stuck_ = true;
	bool translates = true;
	EXPECT_EQ(ps2_controller_open(&translates), STATUS_NO_DEVICE);
	EXPECT_TRUE(translates);
	ps2_controller_pulse_reset(); // returns
	EXPECT_TRUE(commands_.empty());
}

TEST_F(Controller, AControllerThatNeverAnswersIsGivenUp)
{
	answers_ = false;
	bool translates = true;
	EXPECT_EQ(ps2_controller_open(&translates), STATUS_NO_DEVICE);
}

TEST_F(Controller, TheResetLineIsPulled)
{
	ps2_controller_pulse_reset();
	EXPECT_EQ(commands_, std::vector<uint32_t>{0xFE});
}

TEST(ControllerAbsent, NothingAnswersAndNothingIsRead)
{
	port_io_host_connect(nullptr, nullptr, nullptr);
	bool translates = true;
	EXPECT_EQ(ps2_controller_open(&translates), STATUS_NO_DEVICE);
	uint8_t byte = 7;
	EXPECT_FALSE(ps2_controller_read(&byte));
	EXPECT_EQ(byte, 7);
	ps2_controller_pulse_reset();
}

} // namespace
