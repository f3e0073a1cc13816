// For tests of what prints to the console: a serial port that keeps what is sent and gives what is typed.
#pragma once

#include <deque>
#include <string>

#include "cells/console/console/console.h"
#include "cells/hal/port_io/port_io.h"

// While one is there, the machine has nothing but the second serial port, and the console is open on it. A write to a
// port of another device is remembered.
class ConsoleCapture
{
      public:
	ConsoleCapture()
	{
		port_io_host_connect(this, Read, Write);
		console_open(CONSOLE_COM2);
	}

	~ConsoleCapture()
	{
		console_open(0);
		port_io_host_connect(nullptr, nullptr, nullptr);
	}

	ConsoleCapture(const ConsoleCapture &) = delete;
	ConsoleCapture &operator=(const ConsoleCapture &) = delete;

	// What was printed since the last call, with plain line feeds.
	std::string Take()
	{
		std::string taken;
		for (char character : printed_) {
			if (character != '\r')
				taken += character;
		}
		printed_.clear();
		return taken;
	}

	void Type(const std::string &characters)
	{
		typed_.insert(typed_.end(), characters.begin(), characters.end());
	}

	bool everything_was_read() const
	{
		return typed_.empty();
	}

	// The last write to a port that is not the serial port's: 0 if there was none.
	uint16_t last_port() const
	{
		return last_port_;
	}
	uint32_t last_value() const
	{
		return last_value_;
	}

      private:
	static constexpr uint16_t kBase = 0x2F8;

	static uint32_t Read(void *context, uint16_t port, unsigned)
	{
		auto *self = static_cast<ConsoleCapture *>(context);
		if (port < kBase || port >= kBase + 8)
			return 0xFFFFFFFF;
		if (port == kBase + 5)
			return self->typed_.empty() ? 0x60 : 0x61;
		if (port != kBase)
			return self->registers_[port - kBase];
		if (self->typed_.empty())
			return 0;
		char character = self->typed_.front();
		self->typed_.pop_front();
		return static_cast<unsigned char>(character);
	}

	static void Write(void *context, uint16_t port, unsigned, uint32_t value)
	{
		auto *self = static_cast<ConsoleCapture *>(context);
		if (port < kBase || port >= kBase + 8) {
			// Devices that are looked for are not of interest.
			self->last_port_ = port;
			self->last_value_ = value;
			return;
		}
		bool divisor_latch = self->registers_[3] & 0x80;
		if (port == kBase && !divisor_latch)
			self->printed_ += static_cast<char>(value);
		else if (!divisor_latch || port >= kBase + 2)
			self->registers_[port - kBase] = static_cast<unsigned char>(value);
	}

	std::string printed_;
	std::deque<char> typed_;
	unsigned char registers_[8] = {};
	uint16_t last_port_ = 0;
	uint32_t last_value_ = 0;
};
