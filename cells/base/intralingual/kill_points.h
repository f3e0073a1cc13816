// Kill points: where a running task may be ended without a leak.
//
// The cell rule includes this file by force in front of every source of a checked or foreign cell, for the target only,
// so that every loop gets one while authors write plain C. A kill point is a no-op of seven bytes that the kernel
// recognises by itself, and that the compiler believes may unwind: so at exactly this instruction the landing pads
// release all that the task owns. Whoever kills a task lets it run on to its next kill point. tools/cell_audit demands
// one in every loop of their objects.
//
// The analysis and host passes do not see this file: with it, `while (pop(&x) == 0)` would be a false capability error.
// They are also the passes in which the warnings that are switched off below are errors, about the author's own text.
//
// Context: macros only; a kill point does nothing, costs one no-op, and keeps the loop around it from being unrolled.
#pragma once

#if !defined(__clang__) || !defined(__x86_64__)
#error "kill points are for clang on x86_64: only it knows that an assembly statement may unwind"
#endif

// nopl 0x2121504b(%rax): the displacement is "KP!!".
#define KILL_POINT_() __asm__ volatile(".byte 0x0f,0x1f,0x80,0x4b,0x50,0x21,0x21" ::: "unwind")

// `while` closes do-loops too, so its kill point is in the condition; a `for` has no single expression to put it in, so
// there it is in the body, in front of what the author wrote. `break`, `continue` and `else` keep their meaning. (The
// formatter would make them macros without parameters.)
//
// clang-format off
#define while(...) while (({ KILL_POINT_(); }), (__VA_ARGS__))
#define for(...)                                                                                                       \
	for (__VA_ARGS__)                                                                                              \
		if (({                                                                                                 \
			    KILL_POINT_();                                                                             \
			    0;                                                                                         \
		    })) {                                                                                              \
		} else
// clang-format on

#pragma clang diagnostic ignored "-Wdangling-else" // the `else` of the macro
#pragma clang diagnostic ignored "-Wreturn-type"   // `while (1)` has a condition now that is not a constant
#pragma clang diagnostic ignored "-Winvalid-noreturn"
#pragma clang diagnostic ignored "-Wsometimes-uninitialized"
