// The first instructions: from the boot loader's 32-bit world to C in the higher half.
//
// Two doors, one entry. GRUB comes by the Multiboot2 header, QEMU's -kernel by the PVH note; both arrive at boot_start
// in 32-bit protected mode with paging off. %eax holds Multiboot2's magic number or does not; %ebx points to what the
// loader has to tell.
//
// Physical memory, as nano_core.lds lays it out from 1 MiB on, and what the higher half (0xFFFFFFFF80000000 + physical
// address) shows of it; the state alone is seen from 0xFFFFFFFFA0000000 on, where loaded cells lie:
//
//     1 MiB   trampoline    headers and this file's 32-bit code, one page   R-X, identity, for some instructions
//             .text         the cells                                       R-X
//             .rodata       constants                                       R--
//             .bss          the boot record                                 RW-
//             page tables   PML4, PDPT, PD, PT x 3                          not mapped: reached through the recursive
//                                                                           slot, and so the guard below the stack
//             stack         64 KiB                                          RW-
//             state         what the cells declare, each in its own pages   RW-, at 0xFFFFFFFFA0000000
//             scratch       tables of the identity page, 32-bit stack       not mapped, free for use afterwards
//
// The address space while the trampoline runs (every page is 4 KiB and has its final permissions from the first
// instruction with paging on; no page is ever writable and executable):
//
//     PML4[0]   -> scratch tables -> the trampoline's page only; cleared as soon as %rip is in the higher half
//     PML4[510] -> the PML4 itself: the recursive slot, through which page tables are edited, never executable
//     PML4[511] -> PDPT[510] -> PD[0], PD[1] -> two page tables: physical 0 to 4 MiB, of which only the image is mapped
//                            -> PD[256]      -> one page table: the state
//
// What the loader tells is copied into boot_record while paging is off, so that nothing outside the image must be
// mapped to read it. The record's layout is in cells/boot/boot_information/boot_information.h.
//
// Source: Multiboot2 Specification 2.0, sections 3.1 (header), 3.5 (machine state); Xen, public/arch-x86/hvm/
// start_info.h and docs/misc/pvh.pandoc; Intel SDM volume 3A, sections 4.5 (4-level paging), 9.8.5 (entering IA-32e mode).

#define KIND_MULTIBOOT2 1
#define KIND_PVH 2
#define MULTIBOOT2_HEADER_MAGIC 0xE85250D6
#define MULTIBOOT2_LOADER_MAGIC 0x36D76289
#define PVH_MAGIC 0x336EC578
#define RECORD_HEADER_BYTES 16
#define RECORD_DATA_BYTES 0x10000

#define PAGE_PRESENT 1
#define PAGE_WRITABLE 2
#define PAGE_NO_EXECUTE_HIGH 0x80000000 // bit 63, in the upper half of the entry

#define CODE_SELECTOR 8
#define DATA_SELECTOR 16
#define STATE_PD_INDEX 256 // of 0xFFFFFFFFA0000000 in the page directory of 0xFFFFFFFF80000000
#define RECURSIVE_PML4 0xFFFFFF7FBFDFE000 // where slot 510 shows the PML4

// ---------------------------------------------------------------- headers

	.section .boot.multiboot2, "a", @progbits
	.balign 8
multiboot2_header:
	.long MULTIBOOT2_HEADER_MAGIC
	.long 0 // i386: protected mode
	.long multiboot2_header_end - multiboot2_header
	.long -(MULTIBOOT2_HEADER_MAGIC + (multiboot2_header_end - multiboot2_header))

	.balign 8
1:	.short 1, 0 // information request, required: modules, memory map
	.long 2f - 1b
	.long 3, 6
2:	.balign 8
1:	.short 1, 1 // information request, welcome: command line, loader's name, framebuffer, ACPI 1.0 and 2.0
	.long 2f - 1b
	.long 1, 2, 8, 14, 15
2:	.balign 8
	.short 4, 1 // console: a text screen is fine, too
	.long 12, 2
	.balign 8
	.short 5, 1 // framebuffer, welcome: 1024 x 768, 32 bits
	.long 20, 1024, 768, 32
	.balign 8
	.short 6, 0 // modules begin at a page
	.long 8
	.short 0, 0 // the end
	.long 8
multiboot2_header_end:

	.section .note.pvh, "a", @note
	.balign 4
	.long 4, 4, 18 // sizes of name and descriptor; XEN_ELFNOTE_PHYS32_ENTRY
	.asciz "Xen"
	.long boot_start

// ---------------------------------------------------------------- storage

	.section .bss.boot_record, "aw", @nobits
	.balign 16
	.globl boot_record
	.type boot_record, @object
boot_record:
	.skip RECORD_HEADER_BYTES + RECORD_DATA_BYTES
	.globl boot_record_end
boot_record_end:
	.size boot_record, . - boot_record

	.balign 8
	.globl boot_ticks
	.type boot_ticks, @object
boot_ticks: // the time stamp of the first instruction
	.skip 8
	.size boot_ticks, . - boot_ticks

	.section .boot.page_tables, "aw", @nobits
	.balign 4096
pml4:	.skip 4096
pdpt:	.skip 4096
pd:	.skip 4096
pt:	.skip 2 * 4096
state_table: .skip 4096

	.section .boot.stack, "aw", @nobits
	.balign 4096
	.skip 0x10000
stack_top:

	.section .boot.scratch, "aw", @nobits
	.balign 4096
low_pdpt: .skip 4096
low_pd:	.skip 4096
low_pt:	.skip 4096
	.skip 1024
low_stack_top:

// ---------------------------------------------------------------- 32 bits, paging off

	.section .boot.trampoline, "ax", @progbits
	.balign 16
	.code32
	.globl boot_start
	.type boot_start, @function
boot_start:
	cli
	cld
	movl $low_stack_top_physical, %esp
	movl %eax, %ebp // the loader's magic number; %ebx stays its pointer
	rdtsc
	movl %eax, boot_ticks_physical
	movl %edx, boot_ticks_physical + 4
	call require_processor
	call copy_boot_record
	call build_page_tables

	movl %cr4, %eax
	orl $0x20, %eax // PAE
	movl %eax, %cr4
	movl $pml4_physical, %eax
	movl %eax, %cr3
	movl $0xC0000080, %ecx // EFER
	rdmsr
	orl $0x900, %eax // LME, NXE
	wrmsr
	movl %cr0, %eax
	andl $0x9FFFFFFF, %eax // caches on
	orl $0x80010001, %eax  // PG, WP, PE
	movl %eax, %cr0
	lgdt trampoline_gdt_register
	ljmp $CODE_SELECTOR, $long_mode
	.size boot_start, . - boot_start

// Ends with a message unless the processor knows long mode and pages that are not executable.
require_processor:
	pushl %ebx
	movl $0x80000000, %eax
	cpuid
	cmpl $0x80000001, %eax
	jb 1f
	movl $0x80000001, %eax
	cpuid
	andl $0x20100000, %edx // LM, NX
	cmpl $0x20100000, %edx
	jne 1f
	popl %ebx
	ret
1:	movl $needs_64_bits, %esi
	// falls through

// Prints the message at %esi on the first serial port and on a text screen, then ends QEMU with DEBUG_EXIT_CRASH; a real
// machine stops for good.
give_up:
	movl $0xB8000, %edi
1:	lodsb
	testb %al, %al
	jz 2f
	movw $0x3F8, %dx
	outb %al, %dx
	movb $0x4F, %ah // white on red
	stosw
	jmp 1b
2:	movb $0x11, %al
	outb %al, $0xF4
3:	hlt
	jmp 3b

// Copies what the loader tells into boot_record. %ebp magic number, %ebx pointer.
copy_boot_record:
	movl $boot_record_physical + RECORD_HEADER_BYTES, %edi
	cmpl $MULTIBOOT2_LOADER_MAGIC, %ebp
	je 1f
	movl (%ebx), %eax
	cmpl $PVH_MAGIC, %eax
	je 2f
	movl $unknown_loader, %esi
	jmp give_up
1:	movl $KIND_MULTIBOOT2, boot_record_physical
	movl (%ebx), %ecx // total_size
	movl $RECORD_DATA_BYTES, %eax
	cmpl %eax, %ecx
	cmoval %eax, %ecx // the parser sees that the rest is missing
	movl %ebx, %esi
	rep movsb
	jmp 3f
2:	movl $KIND_PVH, boot_record_physical
	call copy_pvh
3:	subl $boot_record_physical + RECORD_HEADER_BYTES, %edi
	movl %edi, boot_record_physical + 4
	ret

// Appends the parts of a PVH start to the record at %edi. %ebx: hvm_start_info. Returns early when one does not fit.
copy_pvh:
	movl $56, %ecx // hvm_start_info
	cmpl $0, 4(%ebx)
	jne 1f
	movl $40, %ecx // version 0 ends here: the parser refuses it
1:	movl %ebx, %esi
	call append
	cmpl $0, 4(%ebx)
	je 9f

	movl 32(%ebx), %esi // rsdp_paddr
	movl $40, %ecx
	cmpl $0, 36(%ebx)
	jne 2f
	testl %esi, %esi
	jz 2f
	movl $36, %ecx
	rep movsb
	movl $4, %ecx
2:	xorl %eax, %eax
	rep stosb

	movl 12(%ebx), %ecx // nr_modules
	movl $32, %eax
	movl 16(%ebx), %esi // modlist_paddr
	movl 20(%ebx), %edx
	call append_entries
	jc 9f
	movl 48(%ebx), %ecx // memmap_entries
	movl $24, %eax
	movl 40(%ebx), %esi // memmap_paddr
	movl 44(%ebx), %edx
	call append_entries
	jc 9f
	movl 24(%ebx), %esi // cmdline_paddr
	movl 28(%ebx), %edx
	call append_string
	jc 9f
	movl 12(%ebx), %ecx
	movl 16(%ebx), %ebp // the magic number is not needed any more
3:	jecxz 9f
	movl 16(%ebp), %esi // the module's cmdline_paddr
	movl 20(%ebp), %edx
	call append_string
	jc 9f
	addl $32, %ebp
	decl %ecx
	jmp 3b
9:	ret

// Appends %ecx entries of %eax bytes each from %edx:%esi. Carry: they do not fit or cannot be reached; nothing is
// appended.
append_entries:
	testl %edx, %edx
	jnz refuse
	mull %ecx
	testl %edx, %edx
	jnz refuse
	movl %eax, %ecx
	// falls through

// Appends %ecx bytes from %esi. Carry: they do not fit; nothing is appended.
append:
	movl $boot_record_end_physical, %edx
	subl %edi, %edx
	cmpl %ecx, %edx
	jb refuse
	rep movsb
	clc
	ret
refuse:
	stc
	ret

// Appends the string at %edx:%esi with its zero, only a zero if there is none. Carry: it does not fit; its beginning
// stays.
append_string:
	testl %edx, %edx
	jnz refuse
1:	cmpl $boot_record_end_physical, %edi
	jae refuse
	xorl %eax, %eax
	testl %esi, %esi
	jz 2f
	lodsb
2:	stosb
	testb %al, %al
	jnz 1b
	clc
	ret

// Builds the tables that the head of this file draws. The loader has zeroed them, as it zeroes all that has no bytes in
// the file.
build_page_tables:
	movl $low_pdpt_physical + PAGE_PRESENT + PAGE_WRITABLE, pml4_physical
	movl $low_pd_physical + PAGE_PRESENT + PAGE_WRITABLE, low_pdpt_physical
	movl $low_pt_physical + PAGE_PRESENT + PAGE_WRITABLE, low_pd_physical
	movl $boot_start, %eax
	andl $0xFFFFF000, %eax
	movl %eax, %ecx
	shrl $12, %ecx
	orl $PAGE_PRESENT, %eax
	movl %eax, low_pt_physical(, %ecx, 8)

	movl $pml4_physical + PAGE_PRESENT + PAGE_WRITABLE, pml4_physical + 510 * 8
	movl $PAGE_NO_EXECUTE_HIGH, pml4_physical + 510 * 8 + 4
	movl $pdpt_physical + PAGE_PRESENT + PAGE_WRITABLE, pml4_physical + 511 * 8
	movl $pd_physical + PAGE_PRESENT + PAGE_WRITABLE, pdpt_physical + 510 * 8
	movl $pt_physical + PAGE_PRESENT + PAGE_WRITABLE, pd_physical
	movl $pt_physical + 4096 + PAGE_PRESENT + PAGE_WRITABLE, pd_physical + 8
	movl $state_table_physical + PAGE_PRESENT + PAGE_WRITABLE, pd_physical + STATE_PD_INDEX * 8

	movl $mapped_ranges, %esi
1:	lodsl
	movl %eax, %ebx // where the first entry goes
	lodsl
	movl %eax, %edi // first address, and the flags in its low bits
	lodsl
	movl %eax, %edx // the address behind the last
	lodsl           // the entries' upper half
2:	movl %edi, %ecx
	andl $0xFFFFF000, %ecx
	cmpl %edx, %ecx
	jae 3f
	movl %edi, (%ebx)
	movl %eax, 4(%ebx)
	addl $8, %ebx
	addl $4096, %edi
	jmp 2b
3:	cmpl $mapped_ranges_end, %esi
	jb 1b
	ret

	.balign 4
mapped_ranges:
	.long text_entry_physical, text_start_physical + PAGE_PRESENT, text_end_physical, 0
	.long rodata_entry_physical, rodata_start_physical + PAGE_PRESENT, rodata_end_physical, PAGE_NO_EXECUTE_HIGH
	.long data_entry_physical, data_start_physical + PAGE_PRESENT + PAGE_WRITABLE, data_end_physical, PAGE_NO_EXECUTE_HIGH
	.long stack_entry_physical, stack_start_physical + PAGE_PRESENT + PAGE_WRITABLE, stack_end_physical, PAGE_NO_EXECUTE_HIGH
	.long state_table_physical, state_start_physical + PAGE_PRESENT + PAGE_WRITABLE, state_end_physical, PAGE_NO_EXECUTE_HIGH
mapped_ranges_end:

// The page is not writable any more when these are loaded, so they are marked as accessed beforehand.
	.balign 8
trampoline_gdt:
	.quad 0, 0x00AF9B000000FFFF, 0x00CF93000000FFFF
trampoline_gdt_register:
	.word . - trampoline_gdt - 1
	.long trampoline_gdt

needs_64_bits:
	.asciz "Ariadne needs a 64-bit processor with NX.\r\n"
unknown_loader:
	.asciz "Ariadne must be started by a Multiboot2 or PVH loader.\r\n"

// ---------------------------------------------------------------- 64 bits

	.code64
long_mode: // still in the identity page
	movabsq $higher_half, %rax
	jmpq *%rax

	.section .text.boot_higher_half, "ax", @progbits
	.balign 16
	.type higher_half, @function
higher_half:
	.cfi_startproc
	.cfi_undefined rip // nobody called: a walk over the stack ends here
	movl $DATA_SELECTOR, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	xorl %eax, %eax
	movl %eax, %fs
	movl %eax, %gs

	movabsq $RECURSIVE_PML4, %rcx
	movq %rax, (%rcx) // the trampoline's page is gone
	movq %cr3, %rcx
	movq %rcx, %cr3

	movq $stack_top, %rsp
	xorl %ebp, %ebp // the outermost frame
	movq $nano_core_image, %rdi
	call nano_core_main
1:	hlt // it never returns
	jmp 1b
	.cfi_endproc
	.size higher_half, . - higher_half

	// struct nano_core_image (nano_core.h): addresses that only the linker knows.
	.section .rodata.nano_core_image, "a", @progbits
	.balign 8
	.type nano_core_image, @object
nano_core_image:
	.quad boot_record, RECORD_HEADER_BYTES + RECORD_DATA_BYTES, text_start_physical, state_end_physical, boot_ticks
	.size nano_core_image, . - nano_core_image

	.section .note.GNU-stack, "", @progbits
