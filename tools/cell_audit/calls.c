#include <stdio.h>
#include <string.h>

#include "tools/cell_audit/code_rules.h"

// In front of a call through %REG, the compiler puts:
//	movl $HASH, %r10d;  addl -0x4(%REG), %r10d;  je the call;  ud2
static bool has_check(const struct code *code, size_t call)
{
	const struct instruction *here = &code->instructions[call];
	if (call < 4 || here->operands[0] != '*')
		return false;
	char sum[64];
	snprintf(sum, sizeof sum, "-0x4(%s), %%r10d", here->operands + 1);
	uint64_t target;
	return strcmp(here[-1].mnemonic, "ud2") == 0 && strcmp(here[-2].mnemonic, "je") == 0 &&
	       code_target(code, &here[-2], &target) && target == here->address &&
	       strcmp(here[-3].mnemonic, "addl") == 0 && strcmp(here[-3].operands, sum) == 0 &&
	       strcmp(here[-4].mnemonic, "movl") == 0 && strstr(here[-4].operands, ", %r10d") != NULL;
}

void check_indirect_calls(const struct disassembly *all, bool assembly_allowed, struct findings *findings)
{
	for (size_t i = 0; i < all->section_count; i++) {
		const struct code *code = &all->sections[i];
		if (assembly_allowed && strcmp(code->section, ".text") == 0)
			continue;
		for (size_t j = 0; j < code->instruction_count; j++) {
			const struct instruction *here = &code->instructions[j];
			bool goes = strncmp(here->mnemonic, "call", 4) == 0 || strncmp(here->mnemonic, "jmp", 3) == 0;
			if (!goes || here->operands[0] != '*' || has_check(code, j))
				continue;
			report(findings,
				"%s: a call through a pointer without its kCFI check: the compiler leaves the check "
				"out in a "
				"function with clean-ups; make the call in a static __attribute__((noinline)) function",
				code_place(code, here->address));
		}
	}
}

// Whole mnemonics, without the suffix that tells the size.
static const char *const privileged[] = {"in", "out", "ins", "outs", "cli", "sti", "hlt", "rdmsr", "wrmsr", "rdpmc",
	"lgdt", "lidt", "lldt", "ltr", "invlpg", "invpcid", "invd", "wbinvd", "clts", "lmsw", "swapgs", "syscall",
	"sysret", "sysenter", "sysexit", "iret", "int", "int3", "xsetbv", "monitor", "mwait", "wrpkru", "wrfsbase",
	"wrgsbase", "vmcall", "vmlaunch", "vmresume", "vmrun"};

enum { PRIVILEGED_COUNT = sizeof privileged / sizeof privileged[0] };

static bool is_privileged(const struct instruction *instruction)
{
	if (strncmp(instruction->mnemonic, "mov", 3) == 0)
		return strstr(instruction->operands, "%cr") || strstr(instruction->operands, "%dr");
	for (size_t i = 0; i < PRIVILEGED_COUNT; i++) {
		size_t length = strlen(privileged[i]);
		const char *suffix = instruction->mnemonic + length;
		if (strncmp(instruction->mnemonic, privileged[i], length) == 0 &&
			(suffix[0] == '\0' || (strchr("bwlq", suffix[0]) && suffix[1] == '\0')))
			return true;
	}
	return false;
}

// What the linker puts between two functions of one section, where nothing comes along.
static bool is_padding(const struct code *code, size_t index)
{
	while (index > 0 && strcmp(code->instructions[index].mnemonic, "int3") == 0)
		index--;
	const char *before = code->instructions[index].mnemonic;
	return strncmp(before, "jmp", 3) == 0 || strncmp(before, "ret", 3) == 0 || strcmp(before, "ud2") == 0;
}

void check_privileged(const struct disassembly *all, struct findings *findings)
{
	for (size_t i = 0; i < all->section_count; i++) {
		const struct code *code = &all->sections[i];
		for (size_t j = 0; j < code->instruction_count; j++) {
			const struct instruction *here = &code->instructions[j];
			if (is_privileged(here) && !(strcmp(here->mnemonic, "int3") == 0 && is_padding(code, j))) {
				report(findings,
					"%s: `%s` is for core cells: only cells/hal speaks to the processor and to "
					"ports",
					code_place(code, here->address), here->mnemonic);
			}
		}
	}
}
