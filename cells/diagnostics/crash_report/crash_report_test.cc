#include "cells/diagnostics/crash_report/crash_report.h"

#include <gtest/gtest.h>

#include <cstdarg>
#include <stdexcept>
#include <string>
#include <vector>

#include "cells/diagnostics/log/log.h"
#include "cells/hal/port_io/port_io.h"
#include "cells/hal/processor/processor.h"

namespace
{

// The machine at the other end: collects the log, the first serial port and what the debug-exit device got.
class CrashReport : public testing::Test
{
      protected:
	void SetUp() override
	{
		processor_host_reset();
		crash_report_set_symbolizer(nullptr);
		ASSERT_EQ(log_add_sink(Collect, this), STATUS_OK);
		log_.clear();
		port_io_host_connect(
			this,
			[](void *, uint16_t port, unsigned) { return port == 0x3FD ? uint32_t{0x60} : uint32_t{0xFF}; },
			[](void *context, uint16_t port, unsigned, uint32_t value) {
				auto *self = static_cast<CrashReport *>(context);
				if (port == 0x3F8)
					self->serial_.push_back(static_cast<char>(value));
				if (port == 0xF4)
					self->exits_.push_back(value);
			});
	}
	void TearDown() override
	{
		port_io_host_connect(nullptr, nullptr, nullptr);
		EXPECT_EQ(log_remove_sink(Collect, this), STATUS_OK);
	}

	static void Collect(void *context, struct text line)
	{
		static_cast<CrashReport *>(context)->log_.append(line.start, line.length);
	}

	static void Panic(const char *format, ...)
	{
		va_list arguments;
		va_start(arguments, format);
		crash_report_panic(format, arguments);
	}

	void Raise(struct interrupt_frame *frame)
	{
		EXPECT_THROW(crash_report_exception(frame), std::runtime_error) << "it must not return";
	}

	bool Says(const std::string &what) const
	{
		return log_.find(what) != std::string::npos;
	}

	std::string log_, serial_;
	std::vector<uint32_t> exits_;
};

bool Symbolize(uintptr_t address, struct crash_report_symbol *symbol)
{
	if (address < 0x400000 || address >= 0x401000)
		return false;
	symbol->cell = TEXT("frame_allocator");
	symbol->symbol = TEXT("frame_allocator_allocate");
	symbol->offset_bytes = address - 0x400000;
	return true;
}

TEST_F(CrashReport, APanicIsReportedAndEndsTheSystem)
{
	EXPECT_THROW(Panic("index %d is out of bounds", 7), std::runtime_error);
	EXPECT_TRUE(Says("E crash_report: panic: index 7 is out of bounds\n")) << log_;
	EXPECT_EQ(exits_, (std::vector<uint32_t>{0x11}));
	EXPECT_FALSE(processor_interrupts_enabled());
}

std::string recovered_message;
const struct interrupt_frame *recovered_frame;
bool recovered_interrupts;
bool expected;

struct Recovered {
};

const struct crash_report_recovery test_recovery = {
	[] { return expected; },
	[](struct text message, const struct interrupt_frame *frame, bool interrupts_were_enabled) {
		recovered_interrupts = interrupts_were_enabled;
		recovered_message = std::string(message.start, message.length);
		recovered_frame = frame;
		throw Recovered();
	},
};

TEST_F(CrashReport, WhoCanRecoverTakesOverAfterTheReport)
{
	crash_report_set_recovery(&test_recovery);
	expected = false;
	struct interrupt_frame frame = {};
	frame.rip = 0x400010;
	for (int round = 0; round < 3; round++) { // each is a report of its own, not one within another
		log_.clear();
		EXPECT_THROW(Panic("the %s is lost", "thread"), Recovered);
		EXPECT_EQ(recovered_message, "the thread is lost");
		EXPECT_EQ(recovered_frame, nullptr);
		EXPECT_TRUE(Says("panic: the thread is lost\n")) << log_;
	}
	crash_report_set_symbolizer(Symbolize);
	EXPECT_THROW(crash_report_exception(&frame), Recovered);
	EXPECT_EQ(recovered_message, "divide error at frame_allocator:frame_allocator_allocate+0x10");
	EXPECT_EQ(recovered_frame, &frame);
	EXPECT_EQ(exits_, std::vector<uint32_t>{}) << "the system goes on";

	expected = true;
	log_.clear();
	EXPECT_THROW(Panic("as expected"), Recovered);
	EXPECT_THROW(crash_report_exception(&frame), Recovered);
	EXPECT_EQ(log_, "") << "nothing is reported of a crash that is expected";
	crash_report_set_recovery(nullptr);
	EXPECT_THROW(Panic("as at first"), std::runtime_error);
	EXPECT_EQ(exits_, (std::vector<uint32_t>{0x11}));
}

TEST_F(CrashReport, SaysWhatWasBeingDone)
{
	crash_report_set_activity("replacing cell %s", "heap");
	EXPECT_THROW(Panic("no memory"), std::runtime_error);
	EXPECT_TRUE(Says("panic: no memory\n")) << log_;
	EXPECT_TRUE(Says("E crash_report: while replacing cell heap\n")) << log_;
	log_.clear();
	struct interrupt_frame frame = {};
	Raise(&frame);
	EXPECT_TRUE(Says("while replacing cell heap\n")) << log_;
	log_.clear();
	crash_report_set_activity("%s", "");
	EXPECT_THROW(Panic("no memory"), std::runtime_error);
	EXPECT_FALSE(Says("while")) << log_;
}

TEST_F(CrashReport, InstalledItGetsExceptions)
{
	crash_report_install();
	struct interrupt_frame frame = {};
	frame.vector = 0;
	EXPECT_THROW(interrupt_table_host_raise(&frame), std::runtime_error);
	EXPECT_TRUE(Says("exception 0 (divide error), error code 0x0")) << log_;
	EXPECT_EQ(exits_, (std::vector<uint32_t>{0x11}));
}

TEST_F(CrashReport, AnExceptionShowsEveryRegister)
{
	struct interrupt_frame frame = {};
	uint64_t *words = &frame.r15;
	const char *names[] = {"r15", "r14", "r13", "r12", "r11", "r10", "r9 ", "r8 ", "rbp", "rdi", "rsi", "rdx",
		"rcx", "rbx", "rax"};
	for (size_t i = 0; i < std::size(names); i++)
		words[i] = 0xA000000000000000 + i;
	frame.rbp = 0; // no frames
	frame.vector = 13;
	frame.error_code = 0x1234;
	frame.rip = 0xFFFFFFFF80101234;
	frame.rsp = 0xFFFFFFFF8012FFF0;
	frame.rflags = 0x10046;
	processor_host()->cr2 = 0xDEAD;
	processor_host()->cr3 = 0x115000;
	Raise(&frame);
	EXPECT_TRUE(Says("exception 13 (general protection fault), error code 0x1234, at 0xffffffff80101234")) << log_;
	for (size_t i = 0; i < std::size(names); i++) {
		char expected[64];
		snprintf(expected, sizeof expected, "%s %016lx", names[i], static_cast<unsigned long>(words[i]));
		EXPECT_TRUE(Says(expected)) << expected << " is missing in\n" << log_;
	}
	EXPECT_TRUE(Says("rip ffffffff80101234 cs 0000 rflags 00010046")) << log_;
	EXPECT_TRUE(Says("cr2 000000000000dead cr3 000000115000")) << log_;
}

TEST_F(CrashReport, AddressesAreShownAsCellSymbolAndOffset)
{
	crash_report_set_symbolizer(Symbolize);
	uint64_t stack[4] = {reinterpret_cast<uint64_t>(&stack[2]), 0x401000, 0, 0x999};
	struct interrupt_frame frame = {};
	frame.vector = 3;
	frame.rip = 0x400010;
	frame.rbp = reinterpret_cast<uint64_t>(&stack[0]);
	Raise(&frame);
	EXPECT_TRUE(Says("at frame_allocator:frame_allocator_allocate+0x10")) << log_;
	EXPECT_TRUE(Says("#0 frame_allocator:frame_allocator_allocate+0x1000"))
		<< "a call at a function's very end belongs to that function\n"
		<< log_;
	EXPECT_TRUE(Says("#1 0x0000000000000999")) << log_;
}

TEST_F(CrashReport, APageFaultSaysWhatWasTried)
{
	struct {
		uint64_t error_code;
		const char *expected;
	} cases[] = {
		{0x0, "page fault: read at 0x00000000dead1000: no page is mapped there"},
		{0x2, "page fault: write at 0x00000000dead1000: no page is mapped there"},
		{0x3, "page fault: write at 0x00000000dead1000: the page forbids it"},
		{0x11, "page fault: execute at 0x00000000dead1000: the page forbids it"},
		{0x9, "page fault: read at 0x00000000dead1000: the page table has a reserved bit set"},
	};
	for (const auto &c : cases) {
		log_.clear();
		struct interrupt_frame frame = {};
		frame.vector = 14;
		frame.error_code = c.error_code;
		processor_host()->cr2 = 0xDEAD1000;
		Raise(&frame);
		EXPECT_TRUE(Says(c.expected)) << c.expected << " is missing in\n" << log_;
	}
}

TEST_F(CrashReport, ADoubleFaultAtTheStacksEndIsCalledThat)
{
	struct interrupt_frame frame = {};
	frame.vector = 8;
	frame.rsp = 0x5000;
	processor_host()->cr2 = 0x4FF8;
	Raise(&frame);
	EXPECT_TRUE(Says("the stack is full")) << log_;
	log_.clear();
	processor_host()->cr2 = 0x900000;
	Raise(&frame);
	EXPECT_FALSE(Says("the stack is full")) << log_;
}

// What clang 19 puts in front of `call *%rcx` and `call *%r12`.
const unsigned char kCheckRcx[] = {0, 0, 0, 0, 0x41, 0xBA, 1, 2, 3, 4, 0x44, 0x03, 0x51, 0xFC, 0x74, 0x02, 0x0F, 0x0B};
const unsigned char kCheckR12[] = {
	0, 0, 0, 0x41, 0xBA, 1, 2, 3, 4, 0x45, 0x03, 0x54, 0x24, 0xFC, 0x74, 0x02, 0x0F, 0x0B};

TEST_F(CrashReport, ACallTypeTrapIsToldFromOtherTraps)
{
	unsigned number = 99;
	EXPECT_EQ(crash_report_classify_trap(bytes_from(kCheckRcx, sizeof kCheckRcx), 16, &number),
		CRASH_REPORT_TRAP_CALL_TYPE);
	EXPECT_EQ(number, 1u);
	EXPECT_EQ(crash_report_classify_trap(bytes_from(kCheckR12, sizeof kCheckR12), 16, &number),
		CRASH_REPORT_TRAP_CALL_TYPE);
	EXPECT_EQ(number, 12u);

	// Every byte of the pattern counts.
	for (size_t at : {10, 11, 12, 13, 14, 15}) {
		unsigned char changed[sizeof kCheckRcx];
		memcpy(changed, kCheckRcx, sizeof changed);
		changed[at] ^= 0x88;
		EXPECT_EQ(crash_report_classify_trap(bytes_from(changed, sizeof changed), 16, &number),
			CRASH_REPORT_TRAP_PLAIN)
			<< at;
	}
	const unsigned char ud2[] = {0x0F, 0x0B};
	EXPECT_EQ(crash_report_classify_trap(bytes_from(ud2, 2), 0, &number), CRASH_REPORT_TRAP_PLAIN);
	const unsigned char other[] = {0x0F, 0xFF};
	EXPECT_EQ(crash_report_classify_trap(bytes_from(other, 2), 0, &number), CRASH_REPORT_TRAP_NONE);
	EXPECT_EQ(crash_report_classify_trap(bytes_from(ud2, 2), 1, &number), CRASH_REPORT_TRAP_NONE);
	EXPECT_EQ(crash_report_classify_trap(bytes_from(ud2, 0), 0, &number), CRASH_REPORT_TRAP_NONE);
}

TEST_F(CrashReport, ACallTypeTrapNamesTheTarget)
{
	crash_report_set_symbolizer(Symbolize);
	struct interrupt_frame frame = {};
	frame.vector = 6;
	frame.rip = reinterpret_cast<uint64_t>(&kCheckRcx[16]);
	frame.rcx = 0x400020;
	Raise(&frame);
	EXPECT_TRUE(Says("(kCFI): rcx leads to frame_allocator:frame_allocator_allocate+0x20")) << log_;
}

TEST_F(CrashReport, OtherInvalidOpcodesHaveTheirOwnWords)
{
	unsigned char code[18] = {};
	code[16] = 0x0F;
	code[17] = 0x0B;
	struct interrupt_frame frame = {};
	frame.vector = 6;
	frame.rip = reinterpret_cast<uint64_t>(&code[16]);
	Raise(&frame);
	EXPECT_TRUE(Says("trap instruction")) << log_;
	log_.clear();
	code[17] = 0xFF;
	Raise(&frame);
	EXPECT_TRUE(Says("E crash_report: invalid opcode\n")) << log_;
}

bool SymbolizeAndCrash(uintptr_t, struct crash_report_symbol *)
{
	struct interrupt_frame frame = {};
	frame.vector = 14;
	crash_report_exception(&frame);
}

TEST_F(CrashReport, ACrashWhileReportingStillEnds)
{
	crash_report_set_symbolizer(SymbolizeAndCrash);
	struct interrupt_frame frame = {};
	frame.vector = 13;
	Raise(&frame);
	EXPECT_NE(serial_.find("another crash while reporting the first"), std::string::npos) << serial_;
	EXPECT_EQ(exits_, (std::vector<uint32_t>{0x11}));
}

TEST_F(CrashReport, TheLogsLockDoesNotStopAReport)
{
	struct Crasher {
		static void Sink(void *context, struct text line)
		{
			auto *sink_calls = static_cast<int *>(context);
			if (++*sink_calls > 1)
				return;
			EXPECT_NE(std::string(line.start, line.length).find("trigger"), std::string::npos);
			// On the target nothing comes after this; here the guard of log_write finds its lock gone.
			EXPECT_THROW(Panic("in a sink"), std::runtime_error);
		}
	};
	int calls = 0;
	log_.clear();
	// The first lines are the replay: they must not crash.
	calls = 1;
	ASSERT_EQ(log_add_sink(Crasher::Sink, &calls), STATUS_OK);
	calls = 0;
	EXPECT_ANY_THROW(log_write(LOG_ERROR, "test", "trigger"));
	log_break_lock();
	EXPECT_EQ(log_remove_sink(Crasher::Sink, &calls), STATUS_OK);
	EXPECT_TRUE(Says("panic: in a sink")) << log_;
	EXPECT_EQ(exits_, (std::vector<uint32_t>{0x11}));
}

} // namespace
