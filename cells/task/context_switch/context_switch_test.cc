#include "cells/task/context_switch/context_switch.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

// The assembly runs on the host as it is.
namespace
{

constexpr size_t kStackBytes = 256 << 10;

struct Thread {
	std::vector<unsigned char> stack = std::vector<unsigned char>(kStackBytes);
	uint64_t pointer = 0;
	struct Thread *main = nullptr;
	std::vector<int> *seen = nullptr;
	int first = 0;

	uintptr_t Top()
	{
		return (reinterpret_cast<uintptr_t>(stack.data()) + stack.size()) / 16 * 16;
	}
};

void Count(void *argument)
{
	auto *thread = static_cast<Thread *>(argument);
	volatile double number = 1.5; // the stack is aligned as a function may expect
	for (int i = thread->first;; i++) {
		thread->seen->push_back(i);
		number = number * 2;
		context_switch(&thread->pointer, thread->main->pointer);
	}
}

TEST(ContextSwitch, EachGoesOnWhereItWas)
{
	std::vector<int> seen;
	Thread main, a, b;
	a.main = b.main = &main;
	a.seen = b.seen = &seen;
	b.first = 100;
	a.pointer = context_switch_prepare(a.Top(), Count, &a);
	b.pointer = context_switch_prepare(b.Top(), Count, &b);
	for (int i = 0; i < 3; i++) {
		context_switch(&main.pointer, a.pointer);
		context_switch(&main.pointer, b.pointer);
	}
	EXPECT_EQ(seen, (std::vector<int>{0, 100, 1, 101, 2, 102}));
}

TEST(ContextSwitch, TheFrameIsWhatTheHeaderSays)
{
	std::vector<int> seen;
	Thread main, a;
	a.main = &main;
	a.seen = &seen;
	a.pointer = context_switch_prepare(a.Top(), Count, &a);
	EXPECT_EQ(a.pointer, a.Top() - sizeof(struct context_switch_frame));
	const auto *frame = reinterpret_cast<const struct context_switch_frame *>(a.pointer);
	EXPECT_EQ(frame->rbp, 0u);
	EXPECT_EQ(frame->rbx, reinterpret_cast<uintptr_t>(&a));
	context_switch(&main.pointer, a.pointer);
	frame = reinterpret_cast<const struct context_switch_frame *>(a.pointer);
	EXPECT_GT(frame->rbp, a.pointer) << "the frame of Count";
	EXPECT_LT(frame->rbp, a.Top());
}

TEST(ContextSwitch, APreservedRegisterIsPreserved)
{
	std::vector<int> seen;
	Thread main, a;
	a.main = &main;
	a.seen = &seen;
	a.pointer = context_switch_prepare(a.Top(), Count, &a);
	register uint64_t rbx_ __asm__("rbx") = 0x1111;
	register uint64_t r12_ __asm__("r12") = 0x2222;
	register uint64_t r15_ __asm__("r15") = 0x3333;
	__asm__ volatile("" : "+r"(rbx_), "+r"(r12_), "+r"(r15_));
	context_switch(&main.pointer, a.pointer);
	__asm__ volatile("" : "+r"(rbx_), "+r"(r12_), "+r"(r15_));
	EXPECT_EQ(rbx_, 0x1111u);
	EXPECT_EQ(r12_, 0x2222u);
	EXPECT_EQ(r15_, 0x3333u);
}

TEST(ContextSwitch, AStackMustBeAligned)
{
	Thread a;
	EXPECT_THROW(context_switch_prepare(a.Top() + 8, Count, &a), std::runtime_error);
}

} // namespace
