#include "cells/unwind/landing/landing.h"

#include "cells/base/bytes/bytes.h"
#include "cells/base/compiler_support/compiler_support.h"
#include "cells/base/panic/panic.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/diagnostics/crash_report/crash_report.h"
#include "cells/diagnostics/log/log.h"
#include "cells/hal/interrupt_table/interrupt_table.h"
#include "cells/hal/processor/processor.h"
#include "cells/memory/stack_pool/stack_pool.h"
#include "cells/sync/thread/thread.h"
#include "cells/unwind/call_site_table/call_site_table.h"
#include "cells/unwind/cell_frames/cell_frames.h"
#include "cells/unwind/frame_index/frame_index.h"
#include "cells/unwind/landing/landing_internal.h"

enum {
	RUN_FRAME_BYTES = 16,      // what landing_run has on the stack above its callee's return address
	STACK_BYTES_MAX = 1 << 20, // no stack is larger
	FLAG_INTERRUPTS = 1 << 9,
};

// One catch. It lies in the stack of landing_catch, above everything that is unwound to it.
struct landing_frame {
	struct landing_frame *outer;
	struct landing_resume resume;
	void (*body)(void *context);
	void *context;
	enum landing_report report;
	bool is_base; // where a kill ends
	bool interrupts_were_enabled;
	struct thread_ledger_entry *ledger_top; // as it was here
	uint64_t kill_holds;                    // the same
	bool is_unwinding;
	bool interrupts_in_clean_ups; // they were enabled where it crashed
	bool is_exact;                // `here` stands at the very instruction, not behind a call
	struct stack_walk_registers here;
	struct frame_common common;     // of the last frame's entry
	struct frame_index_place place; // what is known of `here`: kept here so that no frame must clear it
	struct frame_row row;
	struct stack_walk_registers caller;
	struct stack_walk_registers landed; // what a landing pad gets
	struct stack_walk_stack stack;      // from where the crash was to landing_run
	struct landing_crash crash;
};

// ---- The ledger ----

// An indirect call in a function without clean-ups, where the compiler checks its type.
static __attribute__((noinline)) void call_release(const struct thread_ledger_entry *entry)
{
	entry->release(entry->variable);
}

// Gives back, newest first, what the ledger has of variables below `end`. Landing pads have struck out what they gave
// back, so this is what the frames owned at which none stood.
static void release_below(struct landing_frame *frame, uint64_t end)
{
	struct thread_ledger *ledger = &thread_current()->ledger;
	while (ledger->top != frame->ledger_top) {
		struct thread_ledger_entry *newest = RAW(ledger->top - 1);
		if ((uintptr_t)newest->variable >= end)
			return;
		ledger->top = newest; // first, so that nothing is given back twice
		frame->crash.from_ledger++;
		call_release(newest);
	}
}

// ---- Unwinding ----

static __attribute__((noreturn)) void arrive(struct landing_frame *frame)
{
	struct thread *thread = thread_current();
	release_below(frame, frame->resume.rsp);
	thread->ledger.top = frame->ledger_top;
	thread->ledger.kill_holds = frame->kill_holds;
	thread->innermost_catch = frame->outer;
	landing_return(&frame->resume);
}

static __attribute__((noreturn)) void give_up(struct landing_frame *frame)
{
	frame->crash.stopped_at = AT(frame->here.values, FRAME_RIP);
	arrive(frame);
}

// The landing pad for `address`; 0: there is none.
static enum status find_landing_pad(const struct frame_index_place *place, uint64_t address, uint64_t *landing_pad)
{
	*landing_pad = 0;
	if (place->entry.call_sites == 0)
		return STATUS_OK;
	struct call_site_table table = {
		.address = place->entry.call_sites,
		.function_start = place->entry.function_start,
		.function_size_bytes = place->entry.function_size_bytes,
	};
	uint64_t offset = table.address - place->cell.call_sites_address;
	if (offset >= place->cell.call_sites.size_bytes)
		return STATUS_OUT_OF_RANGE;
	TRY(bytes_slice(place->cell.call_sites, offset, place->cell.call_sites.size_bytes - offset, &table.content));
	return call_site_table_find(&table, address, landing_pad, NULL);
}

// Looks at one frame: its caller's registers are in `frame->caller` afterwards. `*landing_pad` is where its clean-ups
// begin.
static enum status look_at_frame(struct landing_frame *frame, uint64_t *landing_pad)
{
	uint64_t address = AT(frame->here.values, FRAME_RIP) - (frame->is_exact ? 0 : 1);
	TRY(frame_index_find(address, &frame->common, &frame->place));
	TRY(frame_information_row(&frame->place.entry, address, &frame->common, &frame->row, NULL));
	TRY(stack_walk_step(&frame->row, &frame->stack, &frame->here, &frame->caller, NULL));
	return find_landing_pad(&frame->place, address, landing_pad);
}

// From `here` outwards, to the next frame with clean-ups or to the catch.
static __attribute__((noreturn)) void unwind(struct landing_frame *frame)
{
	while (AT(frame->here.values, FRAME_RSP) < frame->resume.rsp - RUN_FRAME_BYTES) {
		uint64_t landing_pad = 0;
		release_below(frame, AT(frame->here.values, FRAME_RSP));
		if (look_at_frame(frame, &landing_pad))
			give_up(frame);
		frame->crash.frames++;
		frame->is_exact = frame->place.entry.is_interrupt;
		frame->landed = frame->here;
		frame->here = frame->caller;
		if (landing_pad == 0)
			continue;
		frame->crash.clean_ups++;
		AT(frame->landed.values, FRAME_RAX) = (uintptr_t)frame; // comes back in go_on
		AT(frame->landed.values, FRAME_RDX) = 0;
		landing_enter(&frame->landed, landing_pad, frame->interrupts_in_clean_ups);
	}
	frame->crash.is_complete = true;
	arrive(frame);
}

// The end of every landing pad, by _Unwind_Resume.
static void go_on(void *exception)
{
	struct landing_frame *frame = thread_current()->innermost_catch;
	if (!frame || exception != frame || !frame->is_unwinding)
		panic("landing: a clean-up ends that nobody began");
	unwind(frame);
}

// ---- Beginning ----

static struct stack_walk_registers registers_of(const struct interrupt_frame *frame)
{
	return (struct stack_walk_registers){{frame->rax, frame->rdx, frame->rcx, frame->rbx, frame->rsi, frame->rdi,
		frame->rbp, frame->rsp, frame->r8, frame->r9, frame->r10, frame->r11, frame->r12, frame->r13,
		frame->r14, frame->r15, frame->rip}};
}

// The registers as they are at the end of the assembly: what the walk needs of them, and where that is.
static __attribute__((always_inline)) inline void capture(struct stack_walk_registers *registers)
{
	*registers = (struct stack_walk_registers){};
	__asm__ volatile("movq %%rbx, 24(%0)\n\t"
			 "movq %%rbp, 48(%0)\n\t"
			 "movq %%rsp, 56(%0)\n\t"
			 "movq %%r12, 96(%0)\n\t"
			 "movq %%r13, 104(%0)\n\t"
			 "movq %%r14, 112(%0)\n\t"
			 "movq %%r15, 120(%0)\n\t"
			 "leaq 1f(%%rip), %%rax\n\t"
			 "movq %%rax, 128(%0)\n"
			 "1:"
			 :
			 : "r"(registers)
			 : "rax", "memory");
}

// Whether what was interrupted can be unwound. An exception that has a stack of its own can come at any time, amidst a
// change of stacks too. A double fault is another matter when it says that the stack was full: there is room again.
static bool is_survivable(const struct interrupt_frame *interrupted)
{
	if (interrupted->vector == INTERRUPT_TABLE_DOUBLE_FAULT)
		return stack_pool_open_reserve(processor_read_cr2());
	return interrupted->vector != INTERRUPT_TABLE_NMI && interrupted->vector != INTERRUPT_TABLE_MACHINE_CHECK;
}

// False: the crash is not on the stack of the catch.
static bool begin(struct landing_frame *frame, struct text message, enum landing_cause cause)
{
	uint64_t low = AT(frame->here.values, FRAME_RSP);
	uint64_t high = frame->resume.rsp - RUN_FRAME_BYTES;
	if (low >= high || high - low > STACK_BYTES_MAX || low % sizeof(uint64_t) != 0)
		return false;
	frame->stack =
		(struct stack_walk_stack){{RAW_POINTER(const uint64_t, low), (high - low) / sizeof(uint64_t)}, low};
	frame->is_unwinding = true;
	frame->is_exact = true;
	frame->crash.cause = cause;
	thread_current()->ledger.kill_holds++; // to the end: no kill amidst clean-ups
	size_t length = message.length < LANDING_MESSAGE_CAPACITY ? message.length : LANDING_MESSAGE_CAPACITY - 1;
	if (text_copy(text_slice(message, 0, length), frame->crash.message, sizeof frame->crash.message))
		frame->crash.message[0] = 0; // not reached: it was cut to fit
	return true;
}

static bool is_silent(void)
{
	const struct landing_frame *frame = thread_current()->innermost_catch;
	return frame && !frame->is_unwinding && frame->report == LANDING_SILENT;
}

static void recover(struct text message, const struct interrupt_frame *interrupted, bool interrupts_were_enabled)
{
	struct landing_frame *frame = thread_current()->innermost_catch;
	if (!frame || frame->is_unwinding || (interrupted && !is_survivable(interrupted)))
		return;
	frame->interrupts_in_clean_ups = interrupts_were_enabled;
	frame->crash.vector = interrupted ? (uint32_t)interrupted->vector : 0;
	if (interrupted)
		frame->here = registers_of(interrupted);
	else
		capture(&frame->here);
	if (begin(frame, message, interrupted ? LANDING_FAULT : LANDING_PANIC))
		unwind(frame);
}

// ---- Kills ----

// The catch at which a kill of this thread ends, from now on the innermost; null: there is none.
static struct landing_frame *kill_target(void)
{
	struct thread *thread = thread_current();
	struct landing_frame *frame = thread->innermost_catch;
	while (frame && !frame->is_base)
		frame = frame->outer;
	if (frame)
		thread->innermost_catch = frame;
	__atomic_store_n(&thread->kill_requested, 0, __ATOMIC_RELAXED); // one kill is enough
	return frame;
}

void landing_kill_interrupted(const struct interrupt_frame *interrupted)
{
	struct landing_frame *frame = kill_target();
	if (!frame)
		return;
	frame->here = registers_of(interrupted);
	frame->interrupts_in_clean_ups = interrupted->rflags & FLAG_INTERRUPTS;
	if (begin(frame, TEXT("killed"), LANDING_KILL))
		unwind(frame);
}

void landing_kill_here(void)
{
	struct landing_frame *frame = kill_target();
	if (!frame)
		panic("landing: a thread is to be killed that has no end to arrive at");
	capture(&frame->here);
	frame->interrupts_in_clean_ups = processor_interrupts_enabled();
	if (begin(frame, TEXT("killed"), LANDING_KILL))
		unwind(frame);
	panic("landing: a thread is to be killed on a stack that is not its own");
}

// ---- The interface ----

void landing_call_body(struct landing_frame *frame)
{
	frame->body(frame->context);
}

static void enter(struct landing_frame *frame)
{
	struct thread *thread = thread_current();
	frame->outer = thread->innermost_catch;
	frame->ledger_top = thread->ledger.top;
	frame->kill_holds = thread->ledger.kill_holds;
	thread->innermost_catch = frame;
}

// Clean-ups are complete without the ledger, but for what the very instruction that faulted was in the midst of.
static void judge(const struct landing_crash *crash)
{
	if (crash->from_ledger > 0 && crash->cause != LANDING_FAULT && crash->is_complete)
		LOG_ERROR("a defect: after \"%s\" the ledger had to give back what no clean-up did: %u", crash->message,
			(unsigned)crash->from_ledger);
}

// A stack that was full is above its end again, where this frame lies: the next overflow is to find the reserve closed.
static void close_reserve(const struct landing_frame *frame)
{
	if (frame->crash.cause == LANDING_FAULT && frame->crash.vector == INTERRUPT_TABLE_DOUBLE_FAULT)
		stack_pool_close_reserve((uintptr_t)frame);
}

static enum status run_to(struct landing_frame *frame, struct landing_crash *crash)
{
	frame->interrupts_were_enabled = processor_interrupts_enabled();
	enter(frame);
	if (landing_run(&frame->resume, frame) == 0) {
		thread_current()->innermost_catch = frame->outer;
		return STATUS_OK;
	}
	close_reserve(frame);
	if (frame->interrupts_were_enabled)
		processor_enable_interrupts();
	else
		processor_disable_interrupts();
	*crash = frame->crash;
	judge(crash);
	return STATUS_CRASHED;
}

enum status landing_catch(
	void (*body)(void *context), void *context, enum landing_report report, struct landing_crash *crash)
{
	struct landing_frame frame = {.body = body, .context = context, .report = report};
	return run_to(&frame, crash);
}

enum status landing_catch_kills(void (*body)(void *context), void *context, struct landing_crash *crash)
{
	struct landing_frame frame = {.body = body, .context = context, .report = LANDING_REPORTED, .is_base = true};
	return run_to(&frame, crash);
}

static const struct crash_report_recovery recovery = {.is_silent = is_silent, .recover = recover};

enum status landing_start(void)
{
	cell_frames_start();
	compiler_support_set_resume(go_on);
	crash_report_set_recovery(&recovery);
	return STATUS_OK;
}

void landing_stop(void)
{
	crash_report_set_recovery(NULL);
	compiler_support_set_resume(NULL);
	cell_frames_stop();
}
