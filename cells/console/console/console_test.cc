#include "cells/console/console/console.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "cells/diagnostics/log/log.h"
#include "cells/hal/port_io/port_io.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

namespace
{

// A serial port at its base.
struct Uart {
	explicit Uart(uint16_t first_port) : base(first_port)
	{
	}

	uint16_t base;
	bool is_there = true;
	std::string sent;
	std::deque<char> received;
	uint8_t registers[8] = {};

	bool Has(uint16_t port) const
	{
		return is_there && port >= base && port < base + 8;
	}

	uint32_t Read(uint16_t port)
	{
		switch (port - base) {
		case 0: {
			char character = received.front();
			received.pop_front();
			return static_cast<uint8_t>(character);
		}
		case 5:
			return received.empty() ? 0x60 : 0x61;
		default:
			return registers[port - base];
		}
	}

	void Write(uint16_t port, uint32_t value)
	{
		bool divisor_latch = registers[3] & 0x80;
		if (port == base && !divisor_latch)
			sent += static_cast<char>(value);
		else if (!(divisor_latch && port < base + 2))
			registers[port - base] = static_cast<uint8_t>(value);
	}
};

class Console : public ::testing::Test
{
      protected:
	static void SetUpTestSuite()
	{
		struct frame_region usable = {address_physical(0x100000), 64 << 20};
		ASSERT_EQ(mapped_pages_start({&usable, 1}, {nullptr, 0}), STATUS_OK);
	}

	Console()
	{
		port_io_host_connect(this, Read, Write);
	}

	~Console() override
	{
		console_open(0);
		port_io_host_connect(nullptr, nullptr, nullptr);
	}

	static uint32_t Read(void *context, uint16_t port, unsigned)
	{
		auto *self = static_cast<Console *>(context);
		for (Uart *uart : {&self->com1_, &self->com2_}) {
			if (uart->Has(port))
				return uart->Read(port);
		}
		if (port == 0x64 && self->has_keyboard_)
			return self->codes_.empty() ? 0 : 1;
		if (port == 0x60 && !self->codes_.empty()) {
			uint32_t code = self->codes_.front();
			self->codes_.pop_front();
			return code;
		}
		return 0xFF;
	}

	static void Write(void *context, uint16_t port, unsigned, uint32_t value)
	{
		auto *self = static_cast<Console *>(context);
		for (Uart *uart : {&self->com1_, &self->com2_}) {
			if (uart->Has(port))
				uart->Write(port, value);
		}
		if (port == 0x64 && value == 0x20)
			self->codes_.push_back(0x40);
	}

	static std::string ScreenRow(int row)
	{
		auto *cells = static_cast<unsigned char *>(page_table_host_physical(address_physical(0xB8000), 4000));
		std::string text;
		for (int column = 0; column < 80; column++)
			text += static_cast<char>(cells[(row * 80 + column) * 2]);
		text.erase(text.find_last_not_of(' ') + 1);
		return text;
	}

	// What is typed, until nothing comes for long; keys that are no characters as '<code>'.
	std::string Typed()
	{
		std::string typed;
		struct key key = {};
		for (int idle = 0; idle < 5000;) {
			if (!console_read_key(&key)) {
				idle++;
				continue;
			}
			idle = 0;
			if (key.code == KEY_CHARACTER)
				typed += static_cast<char>(key.character);
			else
				typed += "<" + std::to_string(key.code) + ">";
		}
		return typed;
	}

	void Type(Uart *uart, const std::string &bytes)
	{
		uart->received.insert(uart->received.end(), bytes.begin(), bytes.end());
	}

	static std::string Named(enum key_code code)
	{
		return "<" + std::to_string(code) + ">";
	}

	Uart com1_{0x3F8}, com2_{0x2F8};
	std::deque<uint32_t> codes_;
	bool has_keyboard_ = true;
};

TEST_F(Console, OutputGoesToTheChosenDevicesOnly)
{
	EXPECT_EQ(console_open(CONSOLE_COM2), unsigned{CONSOLE_COM2});
	console_write(TEXT("result\n"));
	EXPECT_EQ(com1_.sent, "");
	EXPECT_EQ(com2_.sent, "result\n");
	EXPECT_EQ(console_open(CONSOLE_COM1 | CONSOLE_SCREEN), unsigned{CONSOLE_COM1 | CONSOLE_SCREEN});
	console_print("%s has %zu sections\n", "heap", size_t{4});
	EXPECT_EQ(com1_.sent, "heap has 4 sections\r\n");
	EXPECT_EQ(ScreenRow(0), "heap has 4 sections");
	EXPECT_EQ(com2_.sent, "result\n");
}

TEST_F(Console, DevicesThatAreNotThereAreLeftOut)
{
	com1_.is_there = false;
	has_keyboard_ = false;
	EXPECT_EQ(console_open(CONSOLE_ALL), unsigned{CONSOLE_COM2 | CONSOLE_SCREEN});
	com2_.is_there = false;
	EXPECT_EQ(console_open(CONSOLE_COM1 | CONSOLE_COM2 | CONSOLE_KEYBOARD), 0u);
	console_write(TEXT("into the void"));
	EXPECT_EQ(Typed(), "");
}

TEST_F(Console, ALongTextIsCutNotOverflown)
{
	console_open(CONSOLE_COM1);
	std::string longer(2 * CONSOLE_PRINT_CAPACITY, 'x');
	console_print("%s", longer.c_str());
	EXPECT_EQ(com1_.sent, longer.substr(0, CONSOLE_PRINT_CAPACITY - 1));
	com1_.sent.clear();
	console_write({longer.data(), longer.size()}); // not formatted: no limit
	EXPECT_EQ(com1_.sent, longer);
}

TEST_F(Console, KeysComeFromEveryOpenDevice)
{
	console_open(CONSOLE_ALL);
	Type(&com1_, "a\033[A");
	Type(&com2_, "b\r");
	codes_ = {0x2E, 0xE0, 0x48};
	EXPECT_EQ(Typed(), "a" + Named(KEY_UP) + "b" + Named(KEY_ENTER) + "c" + Named(KEY_UP));
}

TEST_F(Console, TwoLinesDoNotMixTheirSequences)
{
	console_open(CONSOLE_COM1 | CONSOLE_COM2);
	struct key key = {};
	Type(&com1_, "\033");
	EXPECT_FALSE(console_read_key(&key));
	Type(&com2_, "[");
	ASSERT_TRUE(console_read_key(&key));
	EXPECT_EQ(key.character, static_cast<uint32_t>('['));
	Type(&com1_, "[B");
	EXPECT_EQ(Typed(), Named(KEY_DOWN));
}

TEST_F(Console, DevicesThatAreNotOpenAreNotRead)
{
	console_open(CONSOLE_COM2);
	Type(&com1_, "x");
	codes_ = {0x1E};
	EXPECT_EQ(Typed(), "");
	EXPECT_EQ(com1_.received.size(), 1u);
	EXPECT_EQ(codes_.size(), 1u);
}

TEST_F(Console, AnEscapeKeyIsKnownAfterALongPause)
{
	console_open(CONSOLE_COM1);
	Type(&com1_, "\033");
	EXPECT_EQ(Typed(), "") << "a slow line would lose its sequences";
	struct key key = {};
	bool known = false;
	for (int i = 0; i < 2000000 && !known; i++)
		known = console_read_key(&key);
	EXPECT_TRUE(known);
	EXPECT_EQ(key.code, KEY_ESCAPE);
	Type(&com1_, "[A");
	EXPECT_EQ(Typed(), "[A");
}

TEST_F(Console, ASequenceMayComeInPieces)
{
	console_open(CONSOLE_COM1);
	Type(&com1_, "\033");
	EXPECT_EQ(Typed(), "");
	Type(&com1_, "[");
	EXPECT_EQ(Typed(), "");
	Type(&com1_, "A");
	EXPECT_EQ(Typed(), Named(KEY_UP));
}

TEST_F(Console, TwoKeysAtOnceAreBothGiven)
{
	console_open(CONSOLE_COM1);
	Type(&com1_, "\xC3q"); // a broken character, and the one that broke it
	struct key key = {};
	ASSERT_TRUE(console_read_key(&key));
	EXPECT_EQ(key.character, 0xFFFDu);
	ASSERT_TRUE(console_read_key(&key));
	EXPECT_EQ(key.character, static_cast<uint32_t>('q'));
	EXPECT_FALSE(console_read_key(&key));
}

TEST_F(Console, TheWidthIsThatOfTheNarrowestDevice)
{
	console_open(CONSOLE_COM1);
	EXPECT_EQ(console_columns(), 80u);
	console_open(CONSOLE_SCREEN);
	EXPECT_EQ(console_columns(), 80u);
}

TEST_F(Console, TheLogIsShownOnTheScreenFromItsBeginning)
{
	log_write(LOG_INFO, "test", "before the screen");
	console_open(CONSOLE_COM1 | CONSOLE_SCREEN);
	console_show_log_on_screen();
	console_show_log_on_screen();
	log_write(LOG_INFO, "test", "after it");
	std::string all;
	for (int row = 0; row < 25; row++)
		all += ScreenRow(row) + "\n";
	EXPECT_NE(all.find("test: before the screen\n"), std::string::npos) << all;
	EXPECT_NE(all.find("test: after it\n"), std::string::npos) << all;
	EXPECT_EQ(all.find("test: after it\n"), all.rfind("test: after it\n")) << "shown twice";
	EXPECT_EQ(com1_.sent.find("test:"), std::string::npos) << "the serial line has a sink of its own";
}

} // namespace
