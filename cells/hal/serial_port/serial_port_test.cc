#include "cells/hal/serial_port/serial_port.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>

#include "cells/hal/port_io/port_io.h"

namespace
{

// A 16550 as far as a polling driver can tell.
class Uart
{
      public:
	explicit Uart(uint16_t base) : base_(base)
	{
		port_io_host_connect(
			this,
			[](void *context, uint16_t port, unsigned size_bytes) {
				return static_cast<Uart *>(context)->Read(port, size_bytes);
			},
			[](void *context, uint16_t port, unsigned size_bytes, uint32_t value) {
				static_cast<Uart *>(context)->Write(port, size_bytes, value);
			});
	}
	~Uart()
	{
		port_io_host_connect(nullptr, nullptr, nullptr);
	}

	std::string sent;
	std::deque<char> received;
	std::map<uint16_t, uint8_t> registers; // by offset
	unsigned divisor = 0;
	unsigned polls_until_ready = 0; // after each character
	bool has_scratch = true;

      private:
	uint32_t Read(uint16_t port, unsigned size_bytes)
	{
		EXPECT_EQ(size_bytes, 1u);
		if (port < base_ || port > base_ + 7)
			return 0xFF;
		switch (port - base_) {
		case 0: {
			char character = received.front();
			received.pop_front();
			return static_cast<uint8_t>(character);
		}
		case 5:
			if (wait_ > 0) {
				wait_--;
				return received.empty() ? 0x00 : 0x01;
			}
			return received.empty() ? 0x60 : 0x61;
		case 7:
			return has_scratch ? registers[7] : 0xFF;
		default:
			return registers[port - base_];
		}
	}

	void Write(uint16_t port, unsigned size_bytes, uint32_t value)
	{
		EXPECT_EQ(size_bytes, 1u);
		if (port < base_ || port > base_ + 7)
			return;
		bool divisor_latch = registers[3] & 0x80;
		if (divisor_latch && port == base_)
			divisor = (divisor & 0xFF00) | value;
		else if (divisor_latch && port == base_ + 1)
			divisor = (divisor & 0xFF) | value << 8;
		else if (port == base_) {
			EXPECT_EQ(wait_, 0u) << "written while the device was not ready";
			sent.push_back(static_cast<char>(value));
			wait_ = polls_until_ready;
		} else {
			registers[port - base_] = static_cast<uint8_t>(value);
		}
	}

	uint16_t base_;
	unsigned wait_ = 0;
};

TEST(SerialPort, OpenSetsTheLineUp)
{
	Uart uart(0x3F8);
	uart.registers[1] = 0x0F;
	ASSERT_EQ(serial_port_open(SERIAL_PORT_COM1), STATUS_OK);
	EXPECT_EQ(uart.divisor, 1u);
	EXPECT_EQ(uart.registers[1], 0) << "interrupts must be off";
	EXPECT_EQ(uart.registers[2], 0x07);
	EXPECT_EQ(uart.registers[3], 0x03) << "8N1, divisor latch closed";
	EXPECT_EQ(uart.registers[4] & 0x03, 0x03);
	EXPECT_EQ(uart.sent, "");
}

TEST(SerialPort, OpenSaysWhenNothingIsThere)
{
	Uart uart(0x3F8);
	EXPECT_EQ(serial_port_open(SERIAL_PORT_COM2), STATUS_NO_DEVICE);
	uart.has_scratch = false;
	EXPECT_EQ(serial_port_open(SERIAL_PORT_COM1), STATUS_NO_DEVICE);
	EXPECT_EQ(serial_port_open(static_cast<enum serial_port_id>(2)), STATUS_BAD_ARGUMENT);
}

TEST(SerialPort, WritesLinesForATerminal)
{
	Uart uart(0x2F8);
	serial_port_write(SERIAL_PORT_COM2, TEXT("one\ntwo"));
	EXPECT_EQ(uart.sent, "one\r\ntwo");
	serial_port_write(static_cast<enum serial_port_id>(7), TEXT("nowhere"));
	serial_port_write_raw(static_cast<enum serial_port_id>(7), TEXT("nowhere"));
	EXPECT_EQ(uart.sent, "one\r\ntwo");
}

TEST(SerialPort, WritesRawCharactersAsTheyAre)
{
	Uart uart(0x3F8);
	serial_port_write_raw(SERIAL_PORT_COM1, TEXT("one\ntwo"));
	EXPECT_EQ(uart.sent, "one\ntwo");
}

TEST(SerialPort, WaitsUntilTheDeviceIsReady)
{
	Uart uart(0x3F8);
	uart.polls_until_ready = 1000000; // as when a loaded machine lets the reader of an emulated device wait
	serial_port_write(SERIAL_PORT_COM1, TEXT("slow"));
	EXPECT_EQ(uart.sent, "slow");
}

TEST(SerialPort, GivesUpOnADeviceThatNeverGetsReady)
{
	Uart uart(0x3F8);
	uart.polls_until_ready = 1u << 31;
	serial_port_write(SERIAL_PORT_COM1, TEXT("abcdefgh"));
	EXPECT_EQ(uart.sent, "a");
}

TEST(SerialPort, WritingToNothingReturns)
{
	port_io_host_connect(nullptr, nullptr, nullptr);
	serial_port_write(SERIAL_PORT_COM1, TEXT("lost"));
	char character = 'x';
	EXPECT_FALSE(serial_port_read(SERIAL_PORT_COM1, &character));
	EXPECT_EQ(character, 'x');
}

TEST(SerialPort, ReadsWhatWasReceived)
{
	Uart uart(0x3F8);
	char character = 'x';
	EXPECT_FALSE(serial_port_read(SERIAL_PORT_COM1, &character));
	uart.received = {'h', '\xE9'};
	ASSERT_TRUE(serial_port_read(SERIAL_PORT_COM1, &character));
	EXPECT_EQ(character, 'h');
	ASSERT_TRUE(serial_port_read(SERIAL_PORT_COM1, &character));
	EXPECT_EQ(character, '\xE9');
	EXPECT_FALSE(serial_port_read(SERIAL_PORT_COM1, &character));
	EXPECT_FALSE(serial_port_read(static_cast<enum serial_port_id>(9), &character));
}

} // namespace
