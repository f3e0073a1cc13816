// The first instructions of every exception: each vector's stub makes one and the same frame (struct interrupt_frame),
// then all go one way. The unwind information calls it a signal frame, so that a walk over the stack goes on into the
// code that was interrupted.

	.section .text.interrupt_table_stubs, "ax", @progbits

// Vectors for which the processor pushes an error code: 8, 10 to 14, 17, 21, 29, 30.
#define ERROR_CODE_VECTORS 0x60227D00

	.balign 16
	.globl interrupt_table_stubs
	.hidden interrupt_table_stubs
	.type interrupt_table_stubs, @function
interrupt_table_stubs:
	.cfi_startproc
	.cfi_signal_frame
	.cfi_def_cfa rsp, 40
	.cfi_offset rip, -40
	.cfi_offset rsp, -16
	.set .Lvector, 0
	.rept 32
	.balign 16
	.if !((ERROR_CODE_VECTORS >> .Lvector) & 1)
	.cfi_def_cfa_offset 40
	pushq $0
	.endif
	.cfi_def_cfa_offset 48
	pushq $.Lvector
	.cfi_def_cfa_offset 56
	jmp interrupt_table_enter
	.set .Lvector, .Lvector + 1
	.endr
	.balign 16
	.cfi_endproc
	.size interrupt_table_stubs, . - interrupt_table_stubs

	.globl interrupt_table_enter
	.type interrupt_table_enter, @function
interrupt_table_enter:
	.cfi_startproc
	.cfi_signal_frame
	.cfi_def_cfa rsp, 56
	.cfi_offset rip, -40
	.cfi_offset rsp, -16
	.macro SAVE register
	pushq %\register
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset \register, 0
	.endm
	.macro RESTORE register
	popq %\register
	.cfi_adjust_cfa_offset -8
	.cfi_restore \register
	.endm
	SAVE rax
	SAVE rbx
	SAVE rcx
	SAVE rdx
	SAVE rsi
	SAVE rdi
	SAVE rbp
	SAVE r8
	SAVE r9
	SAVE r10
	SAVE r11
	SAVE r12
	SAVE r13
	SAVE r14
	SAVE r15
	cld
	movq %rsp, %rdi // aligned to 16: the processor aligned the stack before it pushed six words, here are 16 more
	call interrupt_table_dispatch
	RESTORE r15
	RESTORE r14
	RESTORE r13
	RESTORE r12
	RESTORE r11
	RESTORE r10
	RESTORE r9
	RESTORE r8
	RESTORE rbp
	RESTORE rdi
	RESTORE rsi
	RESTORE rdx
	RESTORE rcx
	RESTORE rbx
	RESTORE rax
	addq $16, %rsp // vector and error code
	.cfi_adjust_cfa_offset -16
	iretq
	.cfi_endproc
	.size interrupt_table_enter, . - interrupt_table_enter

	.globl interrupt_table_load
	.hidden interrupt_table_load
	.type interrupt_table_load, @function
interrupt_table_load:
	.cfi_startproc
	lidt (%rdi)
	ret
	.cfi_endproc
	.size interrupt_table_load, . - interrupt_table_load

	.section .note.GNU-stack, "", @progbits
