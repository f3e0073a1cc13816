#include "cells/hal/port_io/port_io.h"

#include <gtest/gtest.h>

#include <vector>

namespace
{

struct Access {
	uint16_t port;
	unsigned size_bytes;
	uint32_t value;
	bool operator==(const Access &) const = default;
};

// Answers with the port's number and remembers what is written.
struct Model {
	std::vector<Access> reads, writes;

	Model()
	{
		port_io_host_connect(
			this,
			[](void *context, uint16_t port, unsigned size_bytes) {
				static_cast<Model *>(context)->reads.push_back({port, size_bytes, 0});
				return uint32_t{0xAABB0000} | port;
			},
			[](void *context, uint16_t port, unsigned size_bytes, uint32_t value) {
				static_cast<Model *>(context)->writes.push_back({port, size_bytes, value});
			});
	}
	~Model()
	{
		port_io_host_connect(nullptr, nullptr, nullptr);
	}
};

TEST(PortIo, ReadsHaveTheirWidth)
{
	Model model;
	EXPECT_EQ(port_io_read_u8(0x3F8), 0xF8);
	EXPECT_EQ(port_io_read_u16(0x510), 0x510);
	EXPECT_EQ(port_io_read_u32(0xCFC), 0xAABB0CFCu);
	EXPECT_EQ(model.reads, (std::vector<Access>{{0x3F8, 1, 0}, {0x510, 2, 0}, {0xCFC, 4, 0}}));
}

TEST(PortIo, WritesHaveTheirWidth)
{
	Model model;
	port_io_write_u8(0xF4, 0x10);
	port_io_write_u16(0x510, 0x1234);
	port_io_write_u32(0xCF8, 0x80001234);
	EXPECT_EQ(model.writes, (std::vector<Access>{{0xF4, 1, 0x10}, {0x510, 2, 0x1234}, {0xCF8, 4, 0x80001234}}));
}

TEST(PortIo, WhereNothingAnswersAllBitsAreOne)
{
	port_io_host_connect(nullptr, nullptr, nullptr);
	EXPECT_EQ(port_io_read_u8(0x80), 0xFF);
	EXPECT_EQ(port_io_read_u16(0x80), 0xFFFF);
	EXPECT_EQ(port_io_read_u32(0x80), 0xFFFFFFFFu);
	port_io_write_u8(0x80, 1);
}

} // namespace
