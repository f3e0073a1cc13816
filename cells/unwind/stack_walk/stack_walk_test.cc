#include "cells/unwind/stack_walk/stack_walk.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "tests/unwind/frame_builder.h"

namespace
{

using namespace ariadne_test;

enum { STACK = 0x7000, WORDS = 32 };

// 32 words at 0x7000, each its own number; registers that say who they are.
class StackWalk : public testing::Test
{
      protected:
	void SetUp() override
	{
		for (uint64_t i = 0; i < WORDS; i++)
			words_[i] = 0x1000 + i;
		for (uint64_t i = 0; i < FRAME_REGISTER_COUNT; i++)
			here_.values[i] = 100 + i;
		here_.values[FRAME_RSP] = STACK;
		here_.values[FRAME_RBP] = STACK + 0x20;
		row_.rules.cfa = {FRAME_RULE_REGISTER, FRAME_RSP, 0, 16};
		row_.rules.registers[FRAME_RIP] = {FRAME_RULE_OFFSET, 0, 0, -8};
	}
	enum status Step()
	{
		struct stack_walk_stack stack = {{words_, WORDS}, STACK};
		row_.table = bytes_from(table_.data(), table_.size());
		why_ = {};
		memset(&caller_, 0x5A, sizeof caller_);
		return stack_walk_step(&row_, &stack, &here_, &caller_, &why_);
	}
	// The value that an expression gives to rax.
	enum status Evaluate(const Octets &expression)
	{
		table_ = {0xEE};
		append(table_, expression);
		row_.rules.registers[FRAME_RAX] = {FRAME_RULE_VALUE_EXPRESSION, 0, (uint16_t)expression.size(), 1};
		return Step();
	}
	void ExpectRefused(enum status status, const char *words)
	{
		EXPECT_EQ(status, STATUS_MALFORMED) << words;
		EXPECT_NE(std::string(why_.message).find(words), std::string::npos) << why_.message;
		EXPECT_EQ(caller_.values[0], 0x5A5A5A5A5A5A5A5Au) << "no result without success";
	}

	uint64_t words_[WORDS];
	Octets table_;
	struct stack_walk_registers here_ = {};
	struct stack_walk_registers caller_ = {};
	struct frame_row row_ = {};
	struct diagnosis why_ = {};
};

TEST_F(StackWalk, RecoversRegistersByEachRule)
{
	row_.rules.registers[FRAME_RBX] = {FRAME_RULE_OFFSET, 0, 0, 24};
	row_.rules.registers[FRAME_R12] = {FRAME_RULE_VALUE_OFFSET, 0, 0, -4};
	row_.rules.registers[FRAME_R13] = {FRAME_RULE_REGISTER, FRAME_RDX, 0, 0};
	row_.rules.registers[FRAME_R14] = {FRAME_RULE_UNDEFINED, 0, 0, 0};
	table_ = {0x77, 8, 0x77, 0x10}; // r7 (rsp) + 8, which is in memory; rsp + 16, which is the value
	row_.rules.registers[FRAME_R8] = {FRAME_RULE_EXPRESSION, 0, 2, 0};
	row_.rules.registers[FRAME_R9] = {FRAME_RULE_VALUE_EXPRESSION, 0, 2, 2};
	ASSERT_EQ(Step(), STATUS_OK) << why_.message;
	EXPECT_EQ(caller_.values[FRAME_RSP], (uint64_t)STACK + 16);
	EXPECT_EQ(caller_.values[FRAME_RIP], 0x1001u);
	EXPECT_EQ(caller_.values[FRAME_RBX], 0x1005u);
	EXPECT_EQ(caller_.values[FRAME_R12], (uint64_t)STACK + 12);
	EXPECT_EQ(caller_.values[FRAME_R13], 100u + FRAME_RDX);
	EXPECT_EQ(caller_.values[FRAME_R14], 100u + FRAME_R14);
	EXPECT_EQ(caller_.values[FRAME_R15], 100u + FRAME_R15);
	EXPECT_EQ(caller_.values[FRAME_R8], 0x1001u);
	EXPECT_EQ(caller_.values[FRAME_R9], (uint64_t)STACK + 16);
}

// An interrupted frame: the stack pointer itself was saved.
TEST_F(StackWalk, TakesASavedStackPointerWhereThereIsOne)
{
	words_[2] = STACK + 0x60;
	row_.rules.cfa.offset = 24;
	row_.rules.registers[FRAME_RSP] = {FRAME_RULE_OFFSET, 0, 0, -8};
	row_.rules.registers[FRAME_RIP] = {FRAME_RULE_OFFSET, 0, 0, -24};
	ASSERT_EQ(Step(), STATUS_OK) << why_.message;
	EXPECT_EQ(caller_.values[FRAME_RSP], (uint64_t)STACK + 0x60);
	EXPECT_EQ(caller_.values[FRAME_RIP], 0x1000u);
}

TEST_F(StackWalk, TakesTheFrameFromAnExpression)
{
	words_[3] = STACK + 0x40;
	table_ = {0x76, 0x78, 0x06}; // what is in memory 8 below rbp
	row_.rules.cfa = {FRAME_RULE_VALUE_EXPRESSION, 0, 3, 0};
	ASSERT_EQ(Step(), STATUS_OK) << why_.message;
	EXPECT_EQ(caller_.values[FRAME_RSP], (uint64_t)STACK + 0x40);
	EXPECT_EQ(caller_.values[FRAME_RIP], 0x1007u);
}

TEST_F(StackWalk, EndsWhereThereIsNoCaller)
{
	row_.rules.registers[FRAME_RIP].kind = FRAME_RULE_UNDEFINED;
	EXPECT_EQ(Step(), STATUS_END);
	row_.rules.registers[FRAME_RIP].kind = FRAME_RULE_SAME;
	ExpectRefused(Step(), "no rule says where 0x74 returns to");
}

TEST_F(StackWalk, NeverLeavesTheStackAndNeverGoesDown)
{
	row_.rules.cfa.offset = 0x108;
	ExpectRefused(Step(), "0x7100 is not in the stack, 32 words at 0x7000");
	row_.rules.cfa.offset = -8;
	ExpectRefused(Step(), "0x6ff0 is not in the stack");
	row_.rules.cfa.offset = 20;
	ExpectRefused(Step(), "0x700c is not in the stack"); // not a word
	row_.rules.cfa.offset = 0;
	row_.rules.registers[FRAME_RIP].offset = 0;
	ExpectRefused(Step(), "the caller of 0x74 would not be further up");
	here_.values[FRAME_RSP] = UINT64_MAX - 7;
	row_.rules.cfa.offset = 16;
	row_.rules.registers[FRAME_RIP].offset = -8;
	ExpectRefused(Step(), "is not in the stack");
}

TEST_F(StackWalk, CalculatesEachOperation)
{
	const struct {
		Octets expression;
		uint64_t result;
	} cases[] = {
		{{}, STACK + 16}, // the CFA was there at the beginning
		{{0x33}, 3}, {{0x4F, 0x96}, 31}, {{0x08, 200}, 200}, {{0x09, 200}, (uint64_t)-56},
		{{0x0A, 0xFE, 0xFF}, 0xFFFE}, {{0x0B, 0xFE, 0xFF}, (uint64_t)-2},
		{{0x0C, 0xFE, 0xFF, 0xFF, 0xFF}, 0xFFFFFFFE}, {{0x0D, 0xFE, 0xFF, 0xFF, 0xFF}, (uint64_t)-2},
		{{0x0E, 1, 0, 0, 0, 0, 0, 0, 0x80}, 0x8000000000000001},
		{{0x0F, 1, 0, 0, 0, 0, 0, 0, 0x80}, 0x8000000000000001}, {{0x10, 0x80, 1}, 128},
		{{0x11, 0x7F}, (uint64_t)-1}, {{0x35, 0x12, 0x22}, 10}, {{0x35, 0x36, 0x13}, 5},
		{{0x3C, 0x3A, 0x1A}, 8}, {{0x35, 0x37, 0x1C}, (uint64_t)-2}, {{0x35, 0x37, 0x1E}, 35},
		{{0x35, 0x1F}, (uint64_t)-5}, {{0x35, 0x20}, ~5ULL}, {{0x35, 0x3A, 0x21}, 15},
		{{0x35, 0x23, 0x80, 1}, 133}, {{0x35, 0x33, 0x24}, 40}, {{0x35, 0x08, 64, 0x24}, 0},
		{{0x38, 0x31, 0x25}, 4}, {{0x09, 0xF8, 0x31, 0x26}, (uint64_t)-4},
		{{0x09, 0xF8, 0x08, 99, 0x26}, (uint64_t)-1}, {{0x35, 0x31, 0x27}, 4}, {{0x35, 0x35, 0x29}, 1},
		{{0x11, 0x7F, 0x30, 0x2A}, 0}, {{0x31, 0x30, 0x2B}, 1}, {{0x11, 0x7F, 0x30, 0x2C}, 1},
		{{0x31, 0x31, 0x2D}, 0}, {{0x31, 0x32, 0x2E}, 1}, {{0x77, 8, 0x06}, 0x1001},
		{{0x80, 0}, 116}, // the return address
	};
	for (const auto &one : cases) {
		ASSERT_EQ(Evaluate(one.expression), STATUS_OK) << why_.message;
		EXPECT_EQ(caller_.values[FRAME_RAX], one.result)
			<< "operation " << std::hex << (one.expression.empty() ? 0 : (int)one.expression.back());
	}
}

TEST_F(StackWalk, RefusesBadExpressionsEachInItsOwnWords)
{
	ExpectRefused(Evaluate({0x13, 0x13}), "it takes a number that is not there");
	ExpectRefused(Evaluate({0x13, 0x22}), "it takes a number that is not there");
	ExpectRefused(Evaluate({0x13}), "it takes a number that is not there");
	ExpectRefused(Evaluate({0x08}), "operation 0x8 has no sound operand");
	ExpectRefused(Evaluate({0x0E, 1, 2}), "operation 0xe has no sound operand");
	ExpectRefused(Evaluate({0x10, 0x80}), "operation 0x10 has no sound operand");
	ExpectRefused(Evaluate({0x77}), "operation 0x77 has no sound operand");
	ExpectRefused(Evaluate({0x23, 0x80}), "operation 0x23 has no sound operand");
	ExpectRefused(Evaluate({0x30, 0x06}), "0 is not in the stack");
	EXPECT_EQ(Evaluate({0x28, 0, 0}), STATUS_UNSUPPORTED); // a branch
	EXPECT_STREQ(why_.message, "expression: operation 0x28 is unknown");
	EXPECT_EQ(Evaluate({0x81, 0}), STATUS_UNSUPPORTED);
	EXPECT_STREQ(why_.message, "expression: register 17 is not kept");
	EXPECT_EQ(Evaluate(Octets(16, 0x12)), STATUS_UNSUPPORTED);
	EXPECT_STREQ(why_.message, "expression: more than 16 numbers");
	row_.rules.registers[FRAME_RAX].offset = -1;
	ExpectRefused(Step(), "it is not in the unwind table");
	row_.rules.registers[FRAME_RAX].offset = 100;
	ExpectRefused(Step(), "it is not in the unwind table");
	row_.rules.registers[FRAME_RAX] = {};
	row_.rules.registers[FRAME_R8] = {FRAME_RULE_EXPRESSION, 0, 1, 100};
	ExpectRefused(Step(), "it is not in the unwind table");
}

} // namespace
