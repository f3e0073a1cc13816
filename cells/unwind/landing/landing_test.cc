#include "cells/unwind/landing/landing.h"

#include <gtest/gtest.h>
#include <link.h>

#include <cstdarg>
#include <cstring>
#include <string>

#include "cells/diagnostics/crash_report/crash_report.h"
#include "cells/hal/interrupt_table/interrupt_table.h"
#include "cells/hal/processor/processor.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/sync/thread/thread.h"
#include "cells/unwind/frame_index/frame_index.h"

extern "C" const char __executable_start, etext; // the linker's

namespace
{

// The unwind table of this very program, as the linker tells where it is: all that is walked here is real code.
int find_table(struct dl_phdr_info *info, size_t, void *result)
{
	for (int i = 0; i < info->dlpi_phnum; i++) {
		if (info->dlpi_phdr[i].p_type != PT_GNU_EH_FRAME)
			continue;
		const auto *header =
			reinterpret_cast<const unsigned char *>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
		int32_t offset;
		memcpy(&offset, header + 4, 4); // encoded relative to its place
		const unsigned char *table = header + 4 + offset;
		const unsigned char *end = table;
		for (uint32_t length = 1; length != 0;) {
			memcpy(&length, end, 4);
			end += 4 + length;
		}
		struct frame_index_cell tables = {};
		tables.code_start = (uint64_t)(uintptr_t)&__executable_start;
		tables.code_end = (uint64_t)(uintptr_t)&etext;
		tables.frames = {bytes_from(table, (size_t)(end - table)), (uint64_t)(uintptr_t)table};
		struct diagnosis why = {};
		*static_cast<enum status *>(result) = frame_index_add(&tables, &why);
		EXPECT_STREQ(why.message, "");
		return 1; // the first one is the program's own
	}
	return 0;
}

void start_once()
{
	static bool started = false;
	if (started)
		return;
	started = true;
	struct frame_region memory = {{0x100000}, 64 << 20};
	ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
	enum status status = STATUS_NOT_FOUND;
	dl_iterate_phdr(find_table, &status);
	ASSERT_EQ(status, STATUS_OK);
	ASSERT_EQ(landing_start(), STATUS_OK);
}

__attribute__((noinline)) void crash(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	crash_report_panic(format, arguments);
}

volatile unsigned depth_reached;

__attribute__((noinline)) void descend(unsigned depth)
{
	depth_reached = depth;
	if (depth == 10)
		crash("%u frames deep", depth);
	else
		descend(depth + 1);
	depth_reached = 0; // not reached: so that the call is no jump
}

class Landing : public testing::Test
{
      protected:
	void SetUp() override
	{
		start_once();
		processor_host_reset();
	}
};

TEST_F(Landing, ABodyThatReturnsLeavesNoTrace)
{
	int called = 0;
	struct landing_crash crash;
	memset(&crash, 0x5A, sizeof crash);
	EXPECT_EQ(
		landing_catch([](void *context) { ++*static_cast<int *>(context); }, &called, LANDING_REPORTED, &crash),
		STATUS_OK);
	EXPECT_EQ(called, 1);
	EXPECT_EQ(crash.frames, 0x5A5A5A5Au) << "written to only after a crash";
}

TEST_F(Landing, APanicIsUnwoundFrameByFrameToTheCatch)
{
	processor_enable_interrupts();
	struct landing_crash crash = {};
	EXPECT_EQ(landing_catch([](void *) { descend(1); }, nullptr, LANDING_SILENT, &crash), STATUS_CRASHED);
	EXPECT_EQ(depth_reached, 10u);
	EXPECT_STREQ(crash.message, "10 frames deep");
	EXPECT_TRUE(crash.is_complete);
	EXPECT_EQ(crash.cause, LANDING_PANIC);
	EXPECT_GE(crash.frames, 12u);
	EXPECT_LE(crash.frames, 20u);
	EXPECT_TRUE(processor_interrupts_enabled());
}

// Five values that live across the call in the registers that a function must leave as they were.
__attribute__((noinline)) uint64_t catch_between(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
	struct landing_crash crash = {};
	auto body = [](void *) {
		__asm__ volatile(
			"movq $-1, %%rbx\n\tmovq $-1, %%r12\n\tmovq $-1, %%r13\n\tmovq $-1, %%r14\n\tmovq $-1, %%r15"
			:
			:
			: "rbx", "r12", "r13", "r14", "r15");
		descend(5);
	};
	(void)!landing_catch(body, nullptr, LANDING_SILENT, &crash);
	return a + 10 * b + 100 * c + 1000 * d + 10000 * e;
}

TEST_F(Landing, TheCatchersRegistersAreAsBefore)
{
	volatile uint64_t one = 1; // so that the compiler knows none of them
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(catch_between(one, one * 2, one * 3, one * 4, one * 5), 54321u);
}

TEST_F(Landing, CatchesNest)
{
	struct Inner {
		enum status status = STATUS_OK;
		struct landing_crash crash = {};
	} inner;
	struct landing_crash outer = {};
	auto body = [](void *context) {
		Inner *inner = static_cast<Inner *>(context);
		inner->status = landing_catch([](void *) { crash("inner"); }, nullptr, LANDING_SILENT, &inner->crash);
		crash("outer after %s", inner->crash.message);
	};
	EXPECT_EQ(landing_catch(body, &inner, LANDING_SILENT, &outer), STATUS_CRASHED);
	EXPECT_EQ(inner.status, STATUS_CRASHED);
	EXPECT_STREQ(outer.message, "outer after inner");
}

TEST_F(Landing, AnExceptionIsUnwoundFromWhereItHappened)
{
	struct landing_crash crash = {};
	auto body = [](void *) {
		struct interrupt_frame frame = {};
		frame.vector = INTERRUPT_TABLE_DIVIDE_ERROR;
		__asm__ volatile("movq %%rsp, %0\n\tmovq %%rbp, %1\n\tleaq 1f(%%rip), %%rax\n\tmovq %%rax, %2\n1:"
				 : "=m"(frame.rsp), "=m"(frame.rbp), "=m"(frame.rip)
				 :
				 : "rax");
		crash_report_exception(&frame);
	};
	EXPECT_EQ(landing_catch(body, nullptr, LANDING_SILENT, &crash), STATUS_CRASHED);
	EXPECT_EQ(crash.cause, LANDING_FAULT);
	EXPECT_TRUE(crash.is_complete);
	EXPECT_EQ(std::string(crash.message).find("divide error at 0x"), 0u) << crash.message;
	EXPECT_GE(crash.frames, 1u);
}

// The first instruction of a function: one byte before it is no function, or another one.
TEST_F(Landing, AnExceptionsAddressIsTakenAsItIs)
{
	struct landing_crash crash = {};
	auto body = [](void *) {
		struct interrupt_frame frame = {};
		frame.vector = INTERRUPT_TABLE_PAGE_FAULT;
		frame.rip = (uint64_t)(uintptr_t)descend;
		// The call below puts a return address there, as a call of descend would have.
		__asm__ volatile("leaq -8(%%rsp), %%rax\n\tmovq %%rax, %0\n\tmovq %%rbp, %1"
				 : "=m"(frame.rsp), "=m"(frame.rbp)
				 :
				 : "rax");
		crash_report_exception(&frame);
	};
	EXPECT_EQ(landing_catch(body, nullptr, LANDING_SILENT, &crash), STATUS_CRASHED);
	EXPECT_TRUE(crash.is_complete) << std::hex << crash.stopped_at;
	EXPECT_GE(crash.frames, 2u);
}

TEST_F(Landing, WhereNothingIsKnownTheWalkStopsAndSaysWhere)
{
	struct landing_crash crash = {};
	auto body = [](void *) {
		struct interrupt_frame frame = {};
		frame.vector = INTERRUPT_TABLE_PAGE_FAULT;
		frame.rip = 0x1234;
		__asm__ volatile("movq %%rsp, %0" : "=m"(frame.rsp));
		crash_report_exception(&frame);
	};
	EXPECT_EQ(landing_catch(body, nullptr, LANDING_SILENT, &crash), STATUS_CRASHED);
	EXPECT_FALSE(crash.is_complete);
	EXPECT_EQ(crash.stopped_at, 0x1234u);
}

// A program that survives its own crashes does not survive this.
TEST_F(Landing, AKillPassesAllCatchesToItsOwn)
{
	static bool survived;
	survived = false;
	struct landing_crash crash = {};
	auto body = [](void *) {
		struct landing_crash inner;
		if (landing_catch([](void *) { landing_kill_here(); }, nullptr, LANDING_SILENT, &inner))
			survived = true;
		survived = true;
	};
	thread_current()->kill_requested = 1;
	EXPECT_EQ(landing_catch_kills(body, nullptr, &crash), STATUS_CRASHED);
	EXPECT_FALSE(survived);
	EXPECT_EQ(crash.cause, LANDING_KILL);
	EXPECT_STREQ(crash.message, "killed");
	EXPECT_TRUE(crash.is_complete);
	EXPECT_EQ(crash.from_ledger, 0u);
	EXPECT_EQ(thread_current()->kill_requested, 0u) << "one kill is enough";
	EXPECT_EQ(thread_current()->innermost_catch, nullptr);
	EXPECT_EQ(thread_current()->ledger.kill_holds, 0u);
	EXPECT_THROW(landing_kill_here(), std::runtime_error) << "there is nowhere to arrive";
}

TEST_F(Landing, AKillBeginsWhereTheThreadWasInterrupted)
{
	struct landing_crash crash = {};
	auto body = [](void *) {
		struct interrupt_frame frame = {};
		frame.vector = INTERRUPT_TABLE_DEBUG;
		__asm__ volatile("movq %%rsp, %0\n\tmovq %%rbp, %1\n\tleaq 1f(%%rip), %%rax\n\tmovq %%rax, %2\n1:"
				 : "=m"(frame.rsp), "=m"(frame.rbp), "=m"(frame.rip)
				 :
				 : "rax");
		landing_kill_interrupted(&frame);
	};
	EXPECT_EQ(landing_catch_kills(body, nullptr, &crash), STATUS_CRASHED);
	EXPECT_EQ(crash.cause, LANDING_KILL);
	EXPECT_TRUE(crash.is_complete);
	struct interrupt_frame nobodys = {};
	landing_kill_interrupted(&nobodys); // nowhere to arrive: it goes on
}

// Kills are held off in the midst of it, and its holds end with it.
TEST_F(Landing, WhatACrashHeldOffDoesNotOutliveIt)
{
	struct landing_crash crash = {};
	thread_current()->ledger.kill_holds = 2;
	auto body = [](void *) {
		thread_current()->ledger.kill_holds += 3;
		descend(9);
	};
	EXPECT_EQ(landing_catch(body, nullptr, LANDING_SILENT, &crash), STATUS_CRASHED);
	EXPECT_EQ(thread_current()->ledger.kill_holds, 2u);
	thread_current()->ledger.kill_holds = 0;
}

// What the ledger has of the frames that go is given back, newest first; what was noted before the catch stays.
struct thread_ledger_entry ledger_entries[4];
std::string given_back;

TEST_F(Landing, AfterAFaultTheLedgerGivesBackWhatIsLeft)
{
	struct thread *thread = thread_current();
	thread->ledger.top = ledger_entries;
	thread->ledger.end = ledger_entries + 4;
	auto note = [](void *variable, const char *) {
		struct thread_ledger *ledger = &thread_current()->ledger;
		ledger->top->variable = variable;
		ledger->top->release = [](void *what) { given_back += *static_cast<char *>(what); };
		ledger->top++;
	};
	given_back = "";
	char outer = 'o';
	note(&outer, "");
	struct landing_crash crash = {};
	auto body = [](void *context) {
		auto *noted = static_cast<decltype(note) *>(context);
		char first = 'a', second = 'b';
		(*noted)(&first, "");
		(*noted)(&second, "");
		struct interrupt_frame frame = {};
		frame.vector = INTERRUPT_TABLE_DIVIDE_ERROR;
		__asm__ volatile("movq %%rsp, %0\n\tmovq %%rbp, %1\n\tleaq 1f(%%rip), %%rax\n\tmovq %%rax, %2\n1:"
				 : "=m"(frame.rsp), "=m"(frame.rbp), "=m"(frame.rip)
				 :
				 : "rax");
		crash_report_exception(&frame);
	};
	EXPECT_EQ(landing_catch(body, &note, LANDING_SILENT, &crash), STATUS_CRASHED);
	EXPECT_EQ(given_back, "ba");
	EXPECT_EQ(crash.from_ledger, 2u);
	EXPECT_EQ(thread->ledger.top, ledger_entries + 1);
	thread->ledger = {};
}

TEST_F(Landing, WithoutACatchTheSystemEnds)
{
	EXPECT_THROW(crash("nobody waits"), std::runtime_error);
	// A stack of its own, or another stack: not survived either.
	struct landing_crash crash = {};
	auto double_fault = [](void *) {
		struct interrupt_frame frame = {};
		frame.vector = INTERRUPT_TABLE_DOUBLE_FAULT;
		crash_report_exception(&frame);
	};
	EXPECT_THROW((void)!landing_catch(double_fault, nullptr, LANDING_SILENT, &crash), std::runtime_error);
}

TEST_F(Landing, NothingIsSurvivedWhenTheCellHasGone)
{
	auto body = [](void *) { crash("nobody lands"); };
	struct landing_crash crash = {};
	landing_stop();
	EXPECT_THROW((void)!landing_catch(body, nullptr, LANDING_SILENT, &crash), std::runtime_error);
	ASSERT_EQ(landing_start(), STATUS_OK);
}

} // namespace
