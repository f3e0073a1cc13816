// The three places where registers are saved and restored all at once. Structures: landing_internal.h.

#if __STDC_HOSTED__
#define ENABLE_INTERRUPTS
#else
#define ENABLE_INTERRUPTS sti
#endif

	.text
	.section .text.landing_run, "ax", @progbits
	.globl landing_run
	.hidden landing_run
	.type landing_run, @function
landing_run: // rdi: struct landing_resume, rsi: struct landing_frame
	.cfi_startproc
	pushq %rbp
	.cfi_def_cfa_offset 16
	.cfi_offset rbp, -16
	movq %rbp, 8(%rdi)
	movq %rsp, %rbp
	.cfi_def_cfa_register rbp
	movq %rbx, 0(%rdi)
	movq %r12, 16(%rdi)
	movq %r13, 24(%rdi)
	movq %r14, 32(%rdi)
	movq %r15, 40(%rdi)
	leaq 16(%rsp), %rax // behind the saved frame pointer and the return address
	movq %rax, 48(%rdi)
	movq 8(%rsp), %rax
	movq %rax, 56(%rdi)
	movq %rsi, %rdi
	call landing_call_body // the stack is aligned to 16: two words were pushed
	xorl %eax, %eax
	popq %rbp
	.cfi_def_cfa rsp, 8
	ret
	.cfi_endproc
	.size landing_run, . - landing_run

	.section .text.landing_return, "ax", @progbits
	.globl landing_return
	.hidden landing_return
	.type landing_return, @function
landing_return: // rdi: struct landing_resume
	.cfi_startproc
	.cfi_undefined rip
	movq 0(%rdi), %rbx
	movq 8(%rdi), %rbp
	movq 16(%rdi), %r12
	movq 24(%rdi), %r13
	movq 32(%rdi), %r14
	movq 40(%rdi), %r15
	movq 48(%rdi), %rsp
	pushq 56(%rdi)
	movl $1, %eax
	ret
	.cfi_endproc
	.size landing_return, . - landing_return

	.section .text.landing_enter, "ax", @progbits
	.globl landing_enter
	.hidden landing_enter
	.type landing_enter, @function
landing_enter: // rdi: struct stack_walk_registers, in DWARF's order; rsi: the landing pad; dl: enable interrupts
	.cfi_startproc
	.cfi_undefined rip
	movq 56(%rdi), %rsp
	pushq %rsi // below the frame: what was there is done with
	testb %dl, %dl
	jz 1f
	ENABLE_INTERRUPTS // not before: until here the stack may be one that the next exception takes
1:
	movq 8(%rdi), %rdx
	movq 16(%rdi), %rcx
	movq 24(%rdi), %rbx
	movq 32(%rdi), %rsi
	movq 48(%rdi), %rbp
	movq 64(%rdi), %r8
	movq 72(%rdi), %r9
	movq 80(%rdi), %r10
	movq 88(%rdi), %r11
	movq 96(%rdi), %r12
	movq 104(%rdi), %r13
	movq 112(%rdi), %r14
	movq 120(%rdi), %r15
	movq 0(%rdi), %rax
	movq 40(%rdi), %rdi
	ret
	.cfi_endproc
	.size landing_enter, . - landing_enter

	.section .note.GNU-stack, "", @progbits
