// The first instructions of every interrupt that is no exception. No processor pushes an error code with these. The
// unwind information calls it a signal frame, so that a walk over the stack goes on into the code that was interrupted.

	.section .text.interrupt_vector_stubs, "ax", @progbits

	.balign 16
	.globl interrupt_vector_stubs
	.hidden interrupt_vector_stubs
	.type interrupt_vector_stubs, @function
interrupt_vector_stubs:
	.cfi_startproc
	.cfi_signal_frame
	.cfi_def_cfa rsp, 40
	.cfi_offset rip, -40
	.cfi_offset rsp, -16
	.set .Lvector, 32
	.rept 224
	.balign 16
	.cfi_def_cfa_offset 40
	pushq $0
	.cfi_def_cfa_offset 48
	pushq $.Lvector
	.cfi_def_cfa_offset 56
	jmp interrupt_table_enter
	.set .Lvector, .Lvector + 1
	.endr
	.balign 16
	.cfi_endproc
	.size interrupt_vector_stubs, . - interrupt_vector_stubs

	.section .note.GNU-stack, "", @progbits
