# Machine code for the audit, in shapes that a compiler makes rarely. Each case begins with a line
#	#case NAME CLASS accepted
#	#case NAME CLASS refused: WORDS

#case kill_point_in_the_loop checked accepted
	.section .text.f, "ax", @progbits
f:
1:	nopl 0x2121504b(%rax)
	decl %edi
	jne 1b
	ret

#case another_no_op checked refused: the loop at f+0x0 has no kill point
	.section .text.f, "ax", @progbits
f:
1:	nopl 0x2121504c(%rax)
	decl %edi
	jne 1b
	ret

#case kill_point_on_one_of_two_ways checked refused: the loop at f+0x0 has no kill point
	.section .text.f, "ax", @progbits
f:
1:	testl %edi, %edi
	je 2f
	nopl 0x2121504b(%rax)
2:	decl %edi
	jne 1b
	ret

#case loop_by_a_loop_instruction checked refused: the loop at f+0x0 has no kill point
	.section .text.f, "ax", @progbits
f:
1:	nop
	loop 1b
	ret

#case loop_across_two_functions_of_a_section checked refused: the loop at f+0x0 has no kill point
	.section .text.f, "ax", @progbits
f:	nop
	jmp g
g:	nop
	jmp f

#case code_behind_a_call_that_does_not_return checked accepted
	.section .text.f, "ax", @progbits
f:
1:	nopl 0x2121504b(%rax)
2:	testl %edi, %edi
	je 3f
	decl %edi
	jne 1b
	ret
3:	call panic
	jmp 2b

#case code_behind_a_call_that_returns checked refused: the loop at f+0x7 has no kill point
	.section .text.f, "ax", @progbits
f:
1:	nopl 0x2121504b(%rax)
2:	testl %edi, %edi
	je 3f
	decl %edi
	jne 1b
	ret
3:	call other
	jmp 2b

#case code_behind_an_own_function_that_does_not_return checked accepted
	.section .text.give_up, "ax", @progbits
give_up:
	pushq %rax
	call panic
	.section .text.give_up_too, "ax", @progbits
give_up_too:
	jmp give_up
	.section .text.f, "ax", @progbits
f:
1:	nopl 0x2121504b(%rax)
2:	testl %edi, %edi
	je 3f
	decl %edi
	jne 1b
	ret
3:	call give_up_too
	jmp 2b

#case code_behind_an_own_function_that_returns checked refused: the loop at f+0x7 has no kill point
	.section .text.tries, "ax", @progbits
tries:
	testl %edi, %edi
	je 1f
	call panic
1:	ret
	.section .text.f, "ax", @progbits
f:
1:	nopl 0x2121504b(%rax)
2:	testl %edi, %edi
	je 3f
	decl %edi
	jne 1b
	ret
3:	call tries
	jmp 2b

#case atomic_operation_tried_again checked accepted
	.section .text.f, "ax", @progbits
f:	movl (%rdi), %eax
1:	movl %eax, %ecx
	andl $3, %ecx
	lock cmpxchgl %ecx, (%rdi)
	jne 1b
	ret

#case probing_of_the_stack checked accepted
	.section .text.f, "ax", @progbits
f:	leaq -0x10000(%rsp), %r11
1:	subq $0x1000, %rsp
	movq $0, (%rsp)
	cmpq %r11, %rsp
	jne 1b
	addq $0x10000, %rsp
	ret

#case loop_in_a_core_cell core accepted
	.section .text.f, "ax", @progbits
f:	jmp f

#case checked_call checked accepted
	.section .text.f, "ax", @progbits
f:	movl $0x12345678, %r10d
	addl -4(%r11), %r10d
	je 1f
	ud2
1:	callq *%r11
	ret

#case check_of_another_register checked refused: f+0xe: a call through a pointer without its kCFI check
	.section .text.f, "ax", @progbits
f:	movl $0x12345678, %r10d
	addl -4(%r11), %r10d
	je 1f
	ud2
1:	callq *%rax
	ret

#case check_that_leads_elsewhere checked refused: a call through a pointer without its kCFI check
	.section .text.f, "ax", @progbits
f:	movl $0x12345678, %r10d
	addl -4(%r11), %r10d
	je 2f
	ud2
1:	callq *%r11
2:	ret

#case call_through_memory foreign refused: a call through a pointer without its kCFI check
	.section .text.f, "ax", @progbits
f:	callq *(%rdi)
	ret

#case jump_through_a_register core refused: a call through a pointer without its kCFI check
	.section .text.f, "ax", @progbits
f:	jmpq *%rdi

#case assembly_of_a_core_cell core accepted
	.text
f:	callq *%rdi
	ret

#case assembly_section_in_a_checked_cell checked refused: a call through a pointer without its kCFI check
	.text
f:	callq *%rdi
	ret

#case privileged_in_a_core_cell core accepted
	.section .text.f, "ax", @progbits
f:	cli
	inb $0x60, %al
	ret

#case interrupt_instruction checked refused: `int` is for core cells
	.section .text.f, "ax", @progbits
f:	int $0x80
	ret

#case string_output checked refused: `outsb` is for core cells
	.section .text.f, "ax", @progbits
f:	outsb
	ret

#case debug_register checked refused: `movq` is for core cells
	.section .text.f, "ax", @progbits
f:	movq %rax, %dr7
	ret

#case names_that_only_look_alike checked accepted
	.section .text.f, "ax", @progbits
f:	incl %eax
	lea 1(%rax), %rax
	bswapl %eax
	ret
