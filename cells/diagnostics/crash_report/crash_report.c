#include "cells/diagnostics/crash_report/crash_report.h"

#include "cells/base/compiler_support/compiler_support.h"
#include "cells/base/format/format.h"
#include "cells/base/panic/panic.h"
#include "cells/diagnostics/backtrace/backtrace.h"
#include "cells/diagnostics/log/log.h"
#include "cells/hal/debug_exit/debug_exit.h"
#include "cells/hal/processor/processor.h"
#include "cells/hal/serial_port/serial_port.h"
#include "cells/sync/cell_pointer/cell_pointer.h"

enum {
	MESSAGE_CAPACITY = 200,
	PLACE_CAPACITY = 160,
	GUARD_BYTES = 4096,
	INSTRUCTION_BYTES = 2,
	CODE_BYTES_BEFORE = 16,
	FLAG_INTERRUPTS = 1 << 9
};

CELL_POINTER_TYPE(symbolizer_pointer, crash_report_symbolizer);
CELL_POINTER_TYPE(recovery_pointer, const struct crash_report_recovery);

static CELL_STATE_ZERO struct {
	struct symbolizer_pointer symbolizer;
	struct recovery_pointer recovery;
	struct cell_pointer on_panic; // these follow the words of the cells that lie below all slots
	struct cell_pointer on_exception;
	struct cell_pointer on_resume;
	uint32_t reporter;      // the processor whose report this is; 0: there is none
	unsigned reports_begun; // by it
	char activity[CRASH_REPORT_ACTIVITY_CAPACITY];
} state;

void crash_report_install(void)
{
	panic_set_handler(crash_report_panic);
	interrupt_table_set_exception_handler(crash_report_exception);
	cell_pointer_follow(&state.on_panic, CELL_POINTER_WORD(panic_handler, panic_handler_word()), "panic: handler");
	cell_pointer_follow(&state.on_exception,
		CELL_POINTER_WORD(interrupt_handler, interrupt_table_exception_handler_word()),
		"interrupt_table: handler");
	cell_pointer_follow(&state.on_resume,
		CELL_POINTER_WORD(compiler_support_resume, compiler_support_resume_word()), "compiler_support: resume");
}

void crash_report_set_symbolizer(crash_report_symbolizer *symbolizer)
{
	symbolizer_pointer_set(&state.symbolizer, symbolizer, "crash_report: symbolizer");
}

void crash_report_set_activity(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	(void)format_text_list(state.activity, sizeof state.activity, format, arguments);
	va_end(arguments);
}

static void report_activity(void)
{
	if (AT(state.activity, 0))
		LOG_ERROR("while %s", state.activity);
}

void crash_report_set_recovery(const struct crash_report_recovery *recovery)
{
	recovery_pointer_set(&state.recovery, recovery, "crash_report: recovery");
}

static void end_report(void)
{
	state.reports_begun = 0;
	__atomic_store_n(&state.reporter, 0, __ATOMIC_RELEASE);
}

static __attribute__((noreturn)) void end(void)
{
	end_report(); // only a host test ever comes back
	debug_exit(DEBUG_EXIT_CRASH);
}

static bool is_silent(void)
{
	const struct crash_report_recovery *recovery = recovery_pointer_get(&state.recovery);
	return recovery && recovery->is_silent();
}

// The report is complete: a crash from here on is one of its own.
static __attribute__((noreturn)) void recover_or_end(
	const char *message, const struct interrupt_frame *frame, bool is_silent, bool interrupts_were_enabled)
{
	if (!is_silent)
		end_report();
	const struct crash_report_recovery *recovery = recovery_pointer_get(&state.recovery);
	if (recovery)
		recovery->recover(text_from(message), frame, interrupts_were_enabled);
	end();
}

// A report that fails must not begin another one of the same kind: the second is one line past the log, the third
// nothing.
static void begin(void)
{
	log_break_lock(); // before this processor waits for another, which may have a line to log
	uint32_t me = processor_identity();
	uint32_t reporter = 0;
	while (!__atomic_compare_exchange_n(
		       &state.reporter, &reporter, me, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED) &&
		reporter != me) {
		reporter = 0;
		processor_pause();
	}
	state.reports_begun++;
	if (state.reports_begun == 2)
		serial_port_write(SERIAL_PORT_COM1, TEXT("\ncrash_report: another crash while reporting the first\n"));
	if (state.reports_begun >= 2)
		end();
}

struct place {
	char text[PLACE_CAPACITY];
};

static void describe(uintptr_t address, uintptr_t looked_up, struct place *place)
{
	struct crash_report_symbol symbol = {};
	crash_report_symbolizer *symbolizer = symbolizer_pointer_get(&state.symbolizer);
	if (symbolizer && symbolizer(looked_up, &symbol))
		(void)format_text(place->text, sizeof place->text, "%.*s:%.*s+0x%zx", TEXT_ARGUMENTS(symbol.cell),
			TEXT_ARGUMENTS(symbol.symbol), symbol.offset_bytes + (address - looked_up));
	else
		(void)format_text(place->text, sizeof place->text, "0x%016lx", address);
}

static void report_backtrace(uintptr_t frame_pointer)
{
	struct backtrace trace;
	backtrace_walk(frame_pointer, &trace);
	for (size_t i = 0; i < trace.count; i++) {
		// A return address stands behind the call, maybe already in the next function.
		struct place place;
		uintptr_t address = AT(trace.addresses, i);
		describe(address, address - 1, &place);
		LOG_ERROR("  #%zu %s", i, place.text);
	}
}

void crash_report_panic(const char *format, va_list arguments)
{
	bool interrupts_were_enabled = processor_interrupts_enabled();
	processor_disable_interrupts();
	bool silent = is_silent();
	if (!silent)
		begin();
	char message[MESSAGE_CAPACITY];
	(void)format_text_list(message, sizeof message, format, arguments);
	if (!silent) {
		LOG_ERROR("panic: %s", message);
		report_activity();
		report_backtrace(processor_frame_pointer());
	}
	recover_or_end(message, NULL, silent, interrupts_were_enabled);
}

static void report_page_fault(const struct interrupt_frame *frame, uintptr_t address)
{
	const char *what = frame->error_code & 0x10 ? "execute" : frame->error_code & 0x02 ? "write" : "read";
	const char *why = frame->error_code & 0x08   ? "the page table has a reserved bit set"
			  : frame->error_code & 0x01 ? "the page forbids it"
						     : "no page is mapped there";
	LOG_ERROR("page fault: %s at 0x%016lx: %s", what, address, why);
}

static const char *register_name(unsigned number)
{
	static const char *const names[] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10",
		"r11", "r12", "r13", "r14", "r15"};
	return AT(names, number);
}

static uint64_t register_value(const struct interrupt_frame *frame, unsigned number)
{
	const uint64_t values[] = {frame->rax, frame->rcx, frame->rdx, frame->rbx, frame->rsp, frame->rbp, frame->rsi,
		frame->rdi, frame->r8, frame->r9, frame->r10, frame->r11, frame->r12, frame->r13, frame->r14,
		frame->r15};
	return AT(values, number);
}

static void report_trap(const struct interrupt_frame *frame)
{
	const void *code = RAW_POINTER(const void, frame->rip - CODE_BYTES_BEFORE);
	unsigned number = 0;
	switch (crash_report_classify_trap(
		bytes_from(code, CODE_BYTES_BEFORE + INSTRUCTION_BYTES), CODE_BYTES_BEFORE, &number)) {
	case CRASH_REPORT_TRAP_CALL_TYPE: {
		struct place place;
		describe(register_value(frame, number), register_value(frame, number), &place);
		LOG_ERROR("call through a pointer of the wrong type (kCFI): %s leads to %s", register_name(number),
			place.text);
		return;
	}
	case CRASH_REPORT_TRAP_PLAIN:
		LOG_ERROR("trap instruction: a place was reached that cannot be");
		return;
	case CRASH_REPORT_TRAP_NONE:
		LOG_ERROR("invalid opcode");
		return;
	}
}

static void report_registers(const struct interrupt_frame *frame)
{
	LOG_ERROR("rax %016lx rbx %016lx rcx %016lx rdx %016lx", frame->rax, frame->rbx, frame->rcx, frame->rdx);
	LOG_ERROR("rsi %016lx rdi %016lx rbp %016lx rsp %016lx", frame->rsi, frame->rdi, frame->rbp, frame->rsp);
	LOG_ERROR("r8  %016lx r9  %016lx r10 %016lx r11 %016lx", frame->r8, frame->r9, frame->r10, frame->r11);
	LOG_ERROR("r12 %016lx r13 %016lx r14 %016lx r15 %016lx", frame->r12, frame->r13, frame->r14, frame->r15);
	LOG_ERROR("rip %016lx cs %04lx rflags %08lx ss %04lx", frame->rip, frame->cs, frame->rflags, frame->ss);
	LOG_ERROR("cr0 %08lx cr2 %016lx cr3 %012lx cr4 %08lx", processor_read_cr0(), processor_read_cr2(),
		processor_read_cr3(), processor_read_cr4());
}

// The push of the exception's own frame has failed, right below the stack pointer.
static bool is_stack_full(const struct interrupt_frame *frame)
{
	return frame->vector == INTERRUPT_TABLE_DOUBLE_FAULT && frame->rsp - processor_read_cr2() < GUARD_BYTES;
}

static void report_exception(const struct interrupt_frame *frame, const struct place *place)
{
	uintptr_t fault_address = processor_read_cr2();
	LOG_ERROR("exception %lu (%s), error code 0x%lx, at %s", frame->vector,
		interrupt_table_vector_name((unsigned)frame->vector), frame->error_code, place->text);
	report_activity();
	if (frame->vector == INTERRUPT_TABLE_PAGE_FAULT)
		report_page_fault(frame, fault_address);
	if (frame->vector == INTERRUPT_TABLE_INVALID_OPCODE)
		report_trap(frame);
	if (is_stack_full(frame))
		LOG_ERROR("the stack is full: it has run into its guard page");
	report_registers(frame);
	LOG_ERROR("  at %s", place->text);
	report_backtrace(frame->rbp);
}

void crash_report_exception(struct interrupt_frame *frame)
{
	processor_disable_interrupts();
	bool silent = is_silent();
	if (!silent)
		begin();
	struct place place;
	describe(frame->rip, frame->rip, &place);
	if (!silent)
		report_exception(frame, &place);
	char message[MESSAGE_CAPACITY];
	(void)format_text(message, sizeof message, "%s at %s",
		is_stack_full(frame) ? "stack overflow" : interrupt_table_vector_name((unsigned)frame->vector),
		place.text);
	recover_or_end(message, frame, silent, frame->rflags & FLAG_INTERRUPTS);
}

// The check in front of a call through register R, as clang 19 makes it:
//     41 ba hash:4       mov $hash, %r10d
//     4x 03 modrm fc     add -4(R), %r10d     (r12 has one more byte)
//     74 02              je +2
//     0f 0b              ud2
enum crash_report_trap crash_report_classify_trap(struct bytes code, size_t at, unsigned *target_register)
{
	enum { JUMP_BYTES = 2, ADD_BYTES = 4, ADD_BYTES_R12 = 5 };
	if (code.size_bytes < INSTRUCTION_BYTES || at > code.size_bytes - INSTRUCTION_BYTES ||
		bytes_at(code, at) != 0x0F || bytes_at(code, at + 1) != 0x0B)
		return CRASH_REPORT_TRAP_NONE;
	if (at < JUMP_BYTES + ADD_BYTES_R12 || bytes_at(code, at - 2) != 0x74 || bytes_at(code, at - 1) != 0x02 ||
		bytes_at(code, at - 3) != 0xFC)
		return CRASH_REPORT_TRAP_PLAIN;

	size_t add = at - JUMP_BYTES - ADD_BYTES;
	if (bytes_at(code, at - 4) == 0x24) // the extra byte that r12 (and rsp) need
		add--;
	unsigned char prefix = bytes_at(code, add);
	unsigned char operand = bytes_at(code, add + 2);
	if ((prefix & 0xFE) != 0x44 || bytes_at(code, add + 1) != 0x03 || (operand & 0xF8) != 0x50)
		return CRASH_REPORT_TRAP_PLAIN;
	*target_register = (operand & 7) | (prefix & 1) << 3;
	return CRASH_REPORT_TRAP_CALL_TYPE;
}
