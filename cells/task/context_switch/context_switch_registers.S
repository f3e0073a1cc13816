// The only assembly of the switch. The layout is struct context_switch_frame.

	.section .text.context_switch, "ax", @progbits
	.balign 16
	.globl context_switch
	.type context_switch, @function
context_switch: // rdi: where this stack's pointer goes; rsi: the other stack's pointer
	.cfi_startproc
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
	SAVE rbp
	SAVE rbx
	SAVE r12
	SAVE r13
	SAVE r14
	SAVE r15
	movq %rsp, (%rdi)
	movq %rsi, %rsp // laid out in the same way: the unwind information goes on unchanged
	RESTORE r15
	RESTORE r14
	RESTORE r13
	RESTORE r12
	RESTORE rbx
	RESTORE rbp
	ret
	.cfi_endproc
	.size context_switch, . - context_switch

	.section .text.context_switch_begin, "ax", @progbits
	.balign 16
	.globl context_switch_begin
	.hidden context_switch_begin
	.type context_switch_begin, @function
context_switch_begin: // the stack is empty; r12: the entry function; rbx: its argument
	.cfi_startproc
	.cfi_undefined rip // nobody has called it
	movq %r12, %rdi
	movq %rbx, %rsi
	call context_switch_enter
	ud2
	.cfi_endproc
	.size context_switch_begin, . - context_switch_begin

	.section .note.GNU-stack, "", @progbits
