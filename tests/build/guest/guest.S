// A machine's whole software in a few instructions, for run_test.sh: writes a line to the second and to the first serial line
// and ends as END tells: 0 to 255 writes that value to QEMU's exit device, 256 hangs, 257 resets by a triple fault.
//
// Entered by GRUB (Multiboot2) or by QEMU (PVH), in 32-bit protected mode either way.

	.section .headers, "a"
	.balign 8
header:
	.long 0xE85250D6, 0, header_end - header, -(0xE85250D6 + header_end - header)
	.short 0, 0
	.long 8
header_end:
	.section .note.pvh, "a", @note
	.long 4, 4, 18
	.asciz "Xen"
	.long start

	.text
	.code32
	.globl start
start:
	cld
	mov $output, %esi
	mov $output_end - output, %ecx
	mov $0x2F8, %dx
	rep outsb
	mov $log, %esi
	mov $log_end - log, %ecx
	mov $0x3F8, %dx
	rep outsb
	.if END < 256
	mov $0xF4, %dx
	mov $END, %al
	out %al, %dx
	.endif
	.if END == 257
	lidt nothing
	ud2
	.endif
hang:
	hlt
	jmp hang

	.balign 8
nothing:
	.skip 8
output:
	.ascii "output, as it is\n"
output_end:
log:
	.ascii "log line\n"
log_end:
