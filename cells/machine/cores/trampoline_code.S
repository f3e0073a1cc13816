// The first instructions of a core: from real mode to 64 bits with the boot core's page tables. Data here; it is copied
// to a page of the lowest memory (trampoline_page.c), whose number is the code segment when a core begins there. Then
// interrupts are off, the direction flag is clear, and the bases of FS and GS are 0 (SDM 3A, table 9-1). The other
// segments are loaded with the task state, before the first interrupt.

	.section .rodata.cores_trampoline, "a", @progbits

	.set CODE_SELECTOR, 0x08
	.set EFER, 0xC0000080

	.balign 16
	.globl cores_trampoline_start
	.hidden cores_trampoline_start
	.type cores_trampoline_start, @object
cores_trampoline_start:
	.code16
	movw %cs, %ax
	movw %ax, %ds
	lgdtl segments_register - cores_trampoline_start
	movl cr4 - cores_trampoline_start, %eax
	movl %eax, %cr4
	movl cr3 - cores_trampoline_start, %eax
	movl %eax, %cr3
	movl $EFER, %ecx
	xorl %edx, %edx
	movl efer - cores_trampoline_start, %eax
	wrmsr
	movl cr0 - cores_trampoline_start, %eax
	movl %eax, %cr0 // protected mode and paging at once, and with EFER.LME long mode
	ljmpl *(long_mode_pointer - cores_trampoline_start)

	.code64
	.balign 16
long_mode:
	movq stack_top(%rip), %rax
	movq (%rax), %rsp
	xorl %ebp, %ebp // the outermost frame
	pushq $0        // nobody called
	jmpq *entry(%rip)

	// struct trampoline_parameters
	.balign 16
cr0:	.long 0
cr3:	.long 0
cr4:	.long 0
efer:	.long 0
long_mode_pointer:
	.long 0
	.word CODE_SELECTOR
segments_register:
	.word 0
	.long 0
	.long 0
stack_top:
	.quad 0
entry:	.quad 0
	// Marked as accessed: the page is not writable.
	.quad 0, 0x00AF9B000000FFFF, 0x00CF93000000FFFF
end:
	.size cores_trampoline_start, . - cores_trampoline_start

	.balign 8
	.globl cores_trampoline_bytes
	.hidden cores_trampoline_bytes
	.type cores_trampoline_bytes, @object
cores_trampoline_bytes:
	.quad end - cores_trampoline_start
	.size cores_trampoline_bytes, 8
	.globl cores_trampoline_long_mode_offset
	.hidden cores_trampoline_long_mode_offset
	.type cores_trampoline_long_mode_offset, @object
cores_trampoline_long_mode_offset:
	.quad long_mode - cores_trampoline_start
	.size cores_trampoline_long_mode_offset, 8

	.section .note.GNU-stack, "", @progbits
