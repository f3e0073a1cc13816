#include "cells/hal/interrupt_table/interrupt_table.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>

#include "cells/hal/descriptor_table/descriptor_table.h"

namespace
{

struct Gate {
	uint64_t address;
	unsigned selector, stack, type;
};

Gate ReadGate(unsigned vector)
{
	uint64_t low = 0, high = 0;
	EXPECT_EQ(bytes_read_u64(interrupt_table_gates(), vector * 16, &low), STATUS_OK);
	EXPECT_EQ(bytes_read_u64(interrupt_table_gates(), vector * 16 + 8, &high), STATUS_OK);
	return {(low & 0xFFFF) | (low >> 48) << 16 | high << 32, unsigned(low >> 16 & 0xFFFF),
		unsigned(low >> 32 & 0xFF), unsigned(low >> 40 & 0xFF)};
}

TEST(InterruptTable, EveryExceptionHasAGateToItsStub)
{
	interrupt_table_install();
	EXPECT_EQ(interrupt_table_gates().size_bytes, 256u * 16);
	uint64_t first = ReadGate(0).address;
	EXPECT_NE(first, 0u);
	for (unsigned vector = 0; vector < 32; vector++) {
		Gate gate = ReadGate(vector);
		EXPECT_EQ(gate.address, first + 16 * vector) << vector;
		EXPECT_EQ(gate.selector, unsigned{DESCRIPTOR_TABLE_CODE}) << vector;
		EXPECT_EQ(gate.type, 0x8Eu) << "present, ring 0, interrupts off";
	}
}

TEST(InterruptTable, OtherVectorsLeadNowhereUntilSomeoneBringsAStub)
{
	interrupt_table_install();
	for (unsigned vector = 32; vector < 256; vector++)
		EXPECT_EQ(ReadGate(vector).type, 0u) << vector;
	for (unsigned vector = 32; vector < 256; vector++)
		interrupt_table_set_gate(vector, 0xFFFFFFFFA1234000 + 16 * vector);
	for (unsigned vector = 32; vector < 256; vector++) {
		Gate gate = ReadGate(vector);
		EXPECT_EQ(gate.address, 0xFFFFFFFFA1234000 + 16 * vector) << vector;
		EXPECT_EQ(gate.selector, unsigned{DESCRIPTOR_TABLE_CODE}) << vector;
		EXPECT_EQ(gate.type, 0x8Eu) << vector;
		EXPECT_EQ(gate.stack, unsigned{DESCRIPTOR_TABLE_STACK_CURRENT}) << vector;
	}
	interrupt_table_set_gate(77, 0);
	EXPECT_EQ(ReadGate(77).type, 0u);
	EXPECT_THROW(interrupt_table_set_gate(256, 0x1000), std::runtime_error);
	interrupt_table_install_on_this_core();
	EXPECT_EQ(ReadGate(78).type, 0x8Eu) << "another core takes the table as it is";
}

TEST(InterruptTable, ExceptionsKeepTheirStubs)
{
	for (unsigned vector = 0; vector < 32; vector++)
		EXPECT_THROW(interrupt_table_set_gate(vector, 0x1000), std::runtime_error) << vector;
}

std::string came_to;

TEST(InterruptTable, WhatIsNoExceptionComesToItsOwnHandler)
{
	interrupt_table_set_exception_handler([](struct interrupt_frame *) { came_to += "e"; });
	auto raise = [](unsigned vector) {
		struct interrupt_frame frame = {};
		frame.vector = vector;
		interrupt_table_host_raise(&frame);
	};
	raise(INTERRUPT_TABLE_NMI);
	EXPECT_EQ(came_to, "e") << "nobody else is there yet";
	interrupt_table_set_interrupt_handler([](struct interrupt_frame *) { came_to += "i"; });
	for (unsigned vector : {2, 32, 255, 0, 1, 3, 8, 14, 18, 31})
		raise(vector);
	EXPECT_EQ(came_to, "eiiieeeeeee");
	interrupt_table_set_interrupt_handler(nullptr);
}

TEST(InterruptTable, ExceptionsOnABrokenStackHaveTheirOwn)
{
	interrupt_table_install();
	std::set<unsigned> stacks;
	for (unsigned vector = 0; vector < 32; vector++) {
		unsigned stack = ReadGate(vector).stack;
		bool own = vector == 8 || vector == 2 || vector == 18;
		EXPECT_EQ(stack != DESCRIPTOR_TABLE_STACK_CURRENT, own) << vector;
		if (own)
			EXPECT_TRUE(stacks.insert(stack).second) << "two exceptions share a stack";
	}
}

struct interrupt_frame *seen;

TEST(InterruptTable, TheLastHandlerGetsEveryException)
{
	interrupt_table_set_exception_handler([](struct interrupt_frame *) { FAIL() << "the first one"; });
	interrupt_table_set_exception_handler([](struct interrupt_frame *frame) {
		seen = frame;
		frame->rip += 2;
	});
	struct interrupt_frame frame = {};
	frame.vector = INTERRUPT_TABLE_BREAKPOINT;
	frame.rip = 0x1000;
	interrupt_table_host_raise(&frame);
	EXPECT_EQ(seen, &frame);
	EXPECT_EQ(frame.rip, 0x1002u);
}

TEST(InterruptTable, WithoutAHandlerTheProcessorHalts)
{
	interrupt_table_set_exception_handler(nullptr);
	struct interrupt_frame frame = {};
	EXPECT_THROW(interrupt_table_host_raise(&frame), std::runtime_error);
}

TEST(InterruptTable, NamesAreThoseOfTheProcessorsManual)
{
	EXPECT_STREQ(interrupt_table_vector_name(0), "divide error");
	EXPECT_STREQ(interrupt_table_vector_name(INTERRUPT_TABLE_PAGE_FAULT), "page fault");
	EXPECT_STREQ(interrupt_table_vector_name(15), "reserved");
	EXPECT_STREQ(interrupt_table_vector_name(31), "reserved");
	EXPECT_THROW(interrupt_table_vector_name(32), std::runtime_error);
	std::set<std::string> names;
	for (unsigned vector = 0; vector < 32; vector++) {
		std::string name = interrupt_table_vector_name(vector);
		if (name != "reserved")
			EXPECT_TRUE(names.insert(name).second) << name;
	}
	EXPECT_EQ(names.size(), 24u);
}

TEST(InterruptTable, ErrorCodesComeWithTenExceptions)
{
	std::set<unsigned> with_code;
	for (unsigned vector = 0; vector < 256; vector++)
		if (interrupt_table_has_error_code(vector))
			with_code.insert(vector);
	EXPECT_EQ(with_code, (std::set<unsigned>{8, 10, 11, 12, 13, 14, 17, 21, 29, 30}));
}

// The stubs are tried in the booted system.
TEST(InterruptTable, NobodyCallsTheWayIn)
{
	EXPECT_THROW(interrupt_table_enter(), std::runtime_error);
}

} // namespace
