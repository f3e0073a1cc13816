#include "cells/console/keyboard/keyboard.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "cells/hal/port_io/port_io.h"

namespace
{

// A controller with a keyboard behind it.
class Keyboard : public ::testing::Test
{
      protected:
	Keyboard()
	{
		port_io_host_connect(this, Read, Write);
	}

	~Keyboard() override
	{
		port_io_host_connect(nullptr, nullptr, nullptr);
	}

	static uint32_t Read(void *context, uint16_t port, unsigned)
	{
		auto *self = static_cast<Keyboard *>(context);
		if (port == 0x64)
			return self->codes_.empty() ? 0 : 1;
		if (port != 0x60 || self->codes_.empty())
			return 0;
		uint32_t code = self->codes_.front();
		self->codes_.pop_front();
		return code;
	}

	static void Write(void *context, uint16_t port, unsigned, uint32_t value)
	{
		auto *self = static_cast<Keyboard *>(context);
		if (port == 0x64 && value == 0x20)
			self->codes_.push_back(self->settings_);
	}

	std::string Typed()
	{
		std::string typed;
		struct key key = {};
		for (int idle = 0; idle < 4;) {
			if (keyboard_read(&key))
				typed += key.code == KEY_CHARACTER ? static_cast<char>(key.character) : '?';
			else
				idle++;
		}
		return typed;
	}

	std::deque<uint32_t> codes_;
	uint32_t settings_ = 0x40;
};

TEST_F(Keyboard, ReadsSet1WhereTheControllerTranslates)
{
	ASSERT_EQ(keyboard_open(), STATUS_OK);
	codes_ = {0x1E, 0x9E, 0x2A, 0x30, 0xB0, 0xAA, 0xE0, 0x48};
	EXPECT_EQ(Typed(), "aB?");
}

TEST_F(Keyboard, ReadsSet2WhereItDoesNot)
{
	settings_ = 0x00;
	ASSERT_EQ(keyboard_open(), STATUS_OK);
	codes_ = {0x1C, 0xF0, 0x1C, 0x32};
	EXPECT_EQ(Typed(), "ab");
}

TEST_F(Keyboard, OpeningAgainForgetsWhatIsHeld)
{
	ASSERT_EQ(keyboard_open(), STATUS_OK);
	codes_ = {0x2A};
	EXPECT_EQ(Typed(), "");
	ASSERT_EQ(keyboard_open(), STATUS_OK);
	codes_ = {0x1E};
	EXPECT_EQ(Typed(), "a");
}

TEST_F(Keyboard, WithoutAControllerThereIsNoKey)
{
	port_io_host_connect(nullptr, nullptr, nullptr);
	EXPECT_EQ(keyboard_open(), STATUS_NO_DEVICE);
	port_io_host_connect(this, Read, Write);
	codes_ = {0x1E};
	EXPECT_EQ(Typed(), "");
	EXPECT_EQ(codes_.size(), 1u) << "a device that is not there was read";
}

} // namespace
