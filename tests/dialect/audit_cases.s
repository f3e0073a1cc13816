# Machine code for the audit, in shapes that a compiler makes rarely. Each case begins with a line
#	#case NAME CLASS accepted
#	#case NAME CLASS refused: WORDS

#case kill_point_in_the_loop checked accepted
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
1:	nopl 0x2121504b(%rax)
	decl %edi
	jne 1b
	ret
	.cfi_endproc

#case another_no_op checked refused: the loop at f+0x0 has no kill point
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
1:	nopl 0x2121504c(%rax)
	decl %edi
	jne 1b
	ret
	.cfi_endproc

#case kill_point_on_one_of_two_ways checked refused: the loop at f+0x0 has no kill point
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
1:	testl %edi, %edi
	je 2f
	nopl 0x2121504b(%rax)
2:	decl %edi
	jne 1b
	ret
	.cfi_endproc

#case loop_by_a_loop_instruction checked refused: the loop at f+0x0 has no kill point
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
1:	nop
	loop 1b
	ret
	.cfi_endproc

#case loop_across_two_functions_of_a_section checked refused: the loop at f+0x0 has no kill point
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	nop
	jmp g
	.cfi_endproc
g:
	.cfi_startproc
	nop
	jmp f
	.cfi_endproc

#case code_behind_a_call_that_does_not_return checked accepted
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
1:	nopl 0x2121504b(%rax)
2:	testl %edi, %edi
	je 3f
	decl %edi
	jne 1b
	ret
3:	call panic
	jmp 2b
	.cfi_endproc

#case code_behind_a_call_that_returns checked refused: the loop at f+0x7 has no kill point
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
1:	nopl 0x2121504b(%rax)
2:	testl %edi, %edi
	je 3f
	decl %edi
	jne 1b
	ret
3:	call other
	jmp 2b
	.cfi_endproc

#case code_behind_an_own_function_that_does_not_return checked accepted
	.section .text.give_up, "ax", @progbits
give_up:
	.cfi_startproc
	pushq %rax
	call panic
	.cfi_endproc
	.section .text.give_up_too, "ax", @progbits
give_up_too:
	.cfi_startproc
	jmp give_up
	.cfi_endproc
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
1:	nopl 0x2121504b(%rax)
2:	testl %edi, %edi
	je 3f
	decl %edi
	jne 1b
	ret
3:	call give_up_too
	jmp 2b
	.cfi_endproc

#case code_behind_an_own_function_that_returns checked refused: the loop at f+0x7 has no kill point
	.section .text.tries, "ax", @progbits
tries:
	.cfi_startproc
	testl %edi, %edi
	je 1f
	call panic
1:	ret
	.cfi_endproc
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
1:	nopl 0x2121504b(%rax)
2:	testl %edi, %edi
	je 3f
	decl %edi
	jne 1b
	ret
3:	call tries
	jmp 2b
	.cfi_endproc

#case atomic_operation_tried_again checked accepted
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	movl (%rdi), %eax
1:	movl %eax, %ecx
	andl $3, %ecx
	lock cmpxchgl %ecx, (%rdi)
	jne 1b
	ret
	.cfi_endproc

#case probing_of_the_stack checked accepted
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	leaq -0x10000(%rsp), %r11
1:	subq $0x1000, %rsp
	movq $0, (%rsp)
	cmpq %r11, %rsp
	jne 1b
	addq $0x10000, %rsp
	ret
	.cfi_endproc

#case loop_in_a_foreign_cell foreign refused: the loop at f+0x0 has no kill point
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	jmp f
	.cfi_endproc

#case loop_in_a_core_cell core accepted
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	jmp f
	.cfi_endproc

#case checked_call checked accepted
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	movl $0x12345678, %r10d
	addl -4(%r11), %r10d
	je 1f
	ud2
1:	callq *%r11
	ret
	.cfi_endproc

#case check_of_another_register checked refused: f+0xe: a call through a pointer without its kCFI check
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	movl $0x12345678, %r10d
	addl -4(%r11), %r10d
	je 1f
	ud2
1:	callq *%rax
	ret
	.cfi_endproc

#case check_that_leads_elsewhere checked refused: a call through a pointer without its kCFI check
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	movl $0x12345678, %r10d
	addl -4(%r11), %r10d
	je 2f
	ud2
1:	callq *%r11
2:	ret
	.cfi_endproc

#case call_through_memory foreign refused: a call through a pointer without its kCFI check
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	callq *(%rdi)
	ret
	.cfi_endproc

#case jump_through_a_register core refused: a call through a pointer without its kCFI check
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	jmpq *%rdi
	.cfi_endproc

#case assembly_of_a_core_cell core accepted
	.text
f:
	.cfi_startproc
	callq *%rdi
	ret
	.cfi_endproc

#case assembly_section_in_a_checked_cell checked refused: a call through a pointer without its kCFI check
	.text
f:
	.cfi_startproc
	callq *%rdi
	ret
	.cfi_endproc

#case privileged_in_a_core_cell core accepted
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	cli
	inb $0x60, %al
	ret
	.cfi_endproc

#case privileged_in_a_foreign_cell foreign refused: `cli` is for core cells
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	cli
	ret
	.cfi_endproc

#case interrupt_instruction checked refused: `int` is for core cells
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	int $0x80
	ret
	.cfi_endproc

#case string_output checked refused: `outsb` is for core cells
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	outsb
	ret
	.cfi_endproc

#case debug_register checked refused: `movq` is for core cells
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	movq %rax, %dr7
	ret
	.cfi_endproc

#case names_that_only_look_alike checked accepted
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	incl %eax
	lea 1(%rax), %rax
	bswapl %eax
	ret
	.cfi_endproc

#case function_without_a_table core refused: g+0x0: no unwind table covers it
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	ret
	.cfi_endproc
	.section .text.g, "ax", @progbits
g:
	ret

#case table_that_ends_too_early core refused: f+0x2: no unwind table covers it
	.text
f:
	.cfi_startproc
	xorl %eax, %eax
	.cfi_endproc
	incl %eax
	ret

#case second_function_of_a_section_without_a_table core refused: g+0x0: no unwind table covers it
	.text
f:
	.cfi_startproc
	ret
	.cfi_endproc
g:
	ret

#case code_without_a_label core refused: .text+0x0: no unwind table covers it
	.text
	ret

#case tables_with_a_personality_and_padding core accepted
	.section .text.f, "ax", @progbits
__cfi_f:
	movl $0x12345678, %eax
	nop
f:
	.cfi_startproc
	.cfi_personality 0x3, __gcc_personality_v0
	.cfi_lsda 0x3, table
	ret
	.cfi_endproc
	.p2align 4
g:
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa rsp, 40
	ret
	.cfi_endproc
	int3
	.section .rodata, "a", @progbits
table:
	.byte 0

#case recursion checked refused: f calls itself, by some way, without a kill point
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	decl %edi
	je 1f
	call f
1:	ret
	.cfi_endproc

#case recursion_with_a_kill_point checked accepted
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	nopl 0x2121504b(%rax)
	decl %edi
	je 1f
	call f
1:	ret
	.cfi_endproc

#case recursion_through_another_section checked refused: calls itself, by some way, without a kill point
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	decl %edi
	je 1f
	call g
1:	ret
	.cfi_endproc
	.section .text.g, "ax", @progbits
g:
	.cfi_startproc
	nop
	jmp f
	.cfi_endproc

#case kill_point_behind_the_recursion checked refused: f calls itself, by some way, without a kill point
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	decl %edi
	je 1f
	call f
	nopl 0x2121504b(%rax)
1:	ret
	.cfi_endproc

#case two_functions_that_call_a_third checked accepted
	.section .text.f, "ax", @progbits
f:
	.cfi_startproc
	call h
	call h
	ret
	.cfi_endproc
	.section .text.g, "ax", @progbits
g:
	.cfi_startproc
	call h
	jmp f
	.cfi_endproc
	.section .text.h, "ax", @progbits
h:
	.cfi_startproc
	ret
	.cfi_endproc
