#include "cells/hal/legacy_interrupts/legacy_interrupts.h"

#include <gtest/gtest.h>

#include "cells/hal/port_io/port_io.h"

namespace
{

// One 8259: it takes three words after the one that begins, then each write of its data port is the mask.
struct Controller {
	unsigned words_missing = 0, first_vector = 0, cascade = 0, mode = 0, mask = 0;
	bool begun = false;

	void Command(uint32_t value)
	{
		if (value & 0x10) {
			begun = true;
			words_missing = 3;
			mask = 0;
		}
	}

	void Data(uint32_t value)
	{
		switch (words_missing) {
		case 3:
			first_vector = value;
			break;
		case 2:
			cascade = value;
			break;
		case 1:
			mode = value;
			break;
		default:
			mask = value;
			return;
		}
		words_missing--;
	}
};

struct Pair {
	Controller first, second;
	unsigned strays = 0;
};

void Write(void *context, uint16_t port, unsigned size_bytes, uint32_t value)
{
	auto *pair = static_cast<Pair *>(context);
	EXPECT_EQ(size_bytes, 1u);
	if (port == 0x20)
		pair->first.Command(value);
	else if (port == 0x21)
		pair->first.Data(value);
	else if (port == 0xA0)
		pair->second.Command(value);
	else if (port == 0xA1)
		pair->second.Data(value);
	else
		pair->strays++;
}

TEST(LegacyInterrupts, BothAreMaskedAndBeyondTheExceptions)
{
	Pair pair;
	port_io_host_connect(&pair, nullptr, Write);
	legacy_interrupts_silence();
	port_io_host_connect(nullptr, nullptr, nullptr);
	EXPECT_TRUE(pair.first.begun && pair.second.begun);
	EXPECT_EQ(pair.first.words_missing + pair.second.words_missing, 0u);
	EXPECT_EQ(pair.first.mask, 0xFFu);
	EXPECT_EQ(pair.second.mask, 0xFFu);
	EXPECT_GE(pair.first.first_vector, 32u);
	EXPECT_EQ(pair.second.first_vector, pair.first.first_vector + 8);
	EXPECT_EQ(pair.first.first_vector % 8, 0u);
	EXPECT_EQ(pair.first.cascade, 1u << pair.second.cascade);
	EXPECT_EQ(pair.strays, 0u);
}

} // namespace
