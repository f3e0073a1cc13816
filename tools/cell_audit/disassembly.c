#include "tools/cell_audit/disassembly.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/cell_audit/failure.h"

static void *grow(void *items, size_t count, size_t item_bytes)
{
	if ((count & (count - 1)) != 0)
		return items; // room is doubled at the powers of two
	void *grown = realloc(items, (count == 0 ? 1 : 2 * count) * item_bytes);
	if (!grown)
		fail(EXIT_BAD_INPUT, "out of memory");
	return grown;
}

static char *copy_text(const char *text)
{
	char *copy = strdup(text);
	if (!copy)
		fail(EXIT_BAD_INPUT, "out of memory");
	return copy;
}

static FILE *run(const char *objdump, const char *object, pid_t *child)
{
	int ends[2];
	if (pipe(ends) != 0)
		fail(EXIT_BAD_INPUT, "cannot make a pipe");
	*child = fork();
	if (*child < 0)
		fail(EXIT_BAD_INPUT, "cannot start %s", objdump);
	if (*child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execlp(objdump, objdump, "-d", "-r", "--no-show-raw-insn", object, (char *)NULL);
		fprintf(stderr, "cell_audit: cannot run %s\n", objdump);
		_exit(127);
	}
	close(ends[1]);
	FILE *output = fdopen(ends[0], "r");
	if (!output)
		fail(EXIT_BAD_INPUT, "cannot read what %s prints", objdump);
	return output;
}

static void begin_section(struct disassembly *all, const char *name)
{
	all->sections = grow(all->sections, all->section_count, sizeof *all->sections);
	all->sections[all->section_count++] = (struct code){.section = copy_text(name)};
}

static void add_label(struct code *code, uint64_t address, const char *name)
{
	code->labels = grow(code->labels, code->label_count, sizeof *code->labels);
	code->labels[code->label_count++] = (struct label){address, copy_text(name)};
}

// `text` is "mnemonic<TAB>operands # comment". A prefix is a mnemonic of its own: "lock" is followed by what it locks,
// on a line of its own, "rep" by blanks and its instruction.
static void add_instruction(struct code *code, uint64_t address, char *text)
{
	text[strcspn(text, "#")] = '\0';
	char *operands = text + strcspn(text, " \t");
	if (*operands != '\0')
		*operands++ = '\0';
	operands += strspn(operands, " \t");
	for (size_t length = strlen(operands); length > 0 && strchr(" \t", operands[length - 1]); length--)
		operands[length - 1] = '\0';
	code->instructions = grow(code->instructions, code->instruction_count, sizeof *code->instructions);
	code->instructions[code->instruction_count++] =
		(struct instruction){.address = address, .mnemonic = copy_text(text), .operands = copy_text(operands)};
}

// `text` is "R_X86_64_KIND<TAB>symbol+0xaddend".
static void add_relocation(struct code *code, char *text)
{
	char *symbol = strchr(text, '\t');
	if (!symbol || code->instruction_count == 0)
		return;
	symbol++;
	struct instruction *last = &code->instructions[code->instruction_count - 1];
	char *addend = strrchr(symbol, '-');
	if (!addend || strncmp(addend, "-0x", 3) != 0)
		addend = strrchr(symbol, '+');
	if (addend && (strncmp(addend, "-0x", 3) == 0 || strncmp(addend, "+0x", 3) == 0)) {
		last->target_addend = strtoll(addend, NULL, 16);
		*addend = '\0';
	}
	free(last->target_symbol); // an instruction with two: the last is the call's
	last->target_symbol = copy_text(symbol);
}

static void read_line(struct disassembly *all, char *line)
{
	static const char heading[] = "Disassembly of section ";
	line[strcspn(line, "\n")] = '\0';
	if (strncmp(line, heading, sizeof heading - 1) == 0) {
		line[strlen(line) - 1] = '\0'; // the colon
		begin_section(all, line + sizeof heading - 1);
		return;
	}
	if (all->section_count == 0)
		return; // the file's name and format
	struct code *code = &all->sections[all->section_count - 1];
	char *end;
	uint64_t address = strtoull(line, &end, 16);
	if (end == line)
		return;
	if (end[0] == ' ' && end[1] == '<') {
		char *close = strrchr(end, '>');
		if (close)
			*close = '\0';
		add_label(code, address, end + 2);
	} else if (end[0] == ':') {
		char *text = end + 1 + strspn(end + 1, " \t");
		if (strncmp(text, "R_X86_64_", 9) == 0)
			add_relocation(code, text);
		else
			add_instruction(code, address, text);
	}
}

struct disassembly disassemble(const char *objdump, const char *object)
{
	struct disassembly all = {};
	pid_t child;
	FILE *output = run(objdump, object, &child);
	char *line = NULL;
	size_t capacity = 0;
	while (getline(&line, &capacity, output) >= 0)
		read_line(&all, line);
	free(line);
	fclose(output);
	int status;
	if (waitpid(child, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail(EXIT_BAD_INPUT, "%s could not disassemble %s", objdump, object);
	return all;
}

static void code_free(struct code *code)
{
	for (size_t i = 0; i < code->instruction_count; i++) {
		free(code->instructions[i].mnemonic);
		free(code->instructions[i].operands);
		free(code->instructions[i].target_symbol);
	}
	for (size_t i = 0; i < code->label_count; i++)
		free(code->labels[i].name);
	free(code->instructions);
	free(code->labels);
	free(code->section);
}

void disassembly_free(struct disassembly *all)
{
	for (size_t i = 0; i < all->section_count; i++)
		code_free(&all->sections[i]);
	free(all->sections);
	*all = (struct disassembly){};
}

const struct instruction *code_at(const struct code *code, uint64_t address)
{
	size_t low = 0;
	size_t high = code->instruction_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (code->instructions[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < code->instruction_count && code->instructions[low].address == address)
		return &code->instructions[low];
	return NULL;
}

const char *code_place(const struct code *code, uint64_t address)
{
	static char place[512];
	const struct label *nearest = NULL;
	for (size_t i = 0; i < code->label_count; i++) {
		if (code->labels[i].address <= address && (!nearest || code->labels[i].address >= nearest->address))
			nearest = &code->labels[i];
	}
	if (nearest)
		snprintf(place, sizeof place, "%s+0x%" PRIx64, nearest->name, address - nearest->address);
	else
		snprintf(place, sizeof place, "%s+0x%" PRIx64, code->section, address);
	return place;
}

bool code_target(const struct code *code, const struct instruction *instruction, uint64_t *address)
{
	if (!instruction->target_symbol) {
		char *end;
		*address = strtoull(instruction->operands, &end, 16);
		return end != instruction->operands;
	}
	// A relocation of a jump counts from the end of its four bytes: an addend of -4 is the symbol itself.
	uint64_t offset = (uint64_t)(instruction->target_addend + 4);
	if (strcmp(instruction->target_symbol, code->section) == 0) {
		*address = offset;
		return true;
	}
	for (size_t i = 0; i < code->label_count; i++) {
		if (strcmp(instruction->target_symbol, code->labels[i].name) == 0) {
			*address = code->labels[i].address + offset;
			return true;
		}
	}
	return false;
}
