#include "cells/app/bench_module/bench_module.h"

#include <gtest/gtest.h>

namespace
{

// One bit at a time, as the standard writes it.
uint8_t Slowly(uint8_t crc, const unsigned char *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = static_cast<uint8_t>(crc & 0x80 ? crc << 1 ^ 0x12 : crc << 1);
	}
	return crc;
}

TEST(BenchModule, TheTableSaysWhatTheDivisionSays)
{
	for (int first = 0; first < 256; first++) {
		const unsigned char data[] = {static_cast<unsigned char>(first), 0x40, 0, 0xFF};
		EXPECT_EQ(bench_module_crc7(0, bytes_from(data, sizeof data)), Slowly(0, data, sizeof data));
	}
	const unsigned char command_0[] = {
		0x40, 0, 0, 0, 0}; // GO_IDLE_STATE, whose check byte is 0x95 with its end bit
	EXPECT_EQ(bench_module_crc7(0, bytes_from(command_0, sizeof command_0)) | 1, 0x95);
}

} // namespace
