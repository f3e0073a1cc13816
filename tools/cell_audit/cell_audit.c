// cell_audit: does the finished object of a cell keep the promises that only its machine code can show?
//
//   cell_audit --name CELL --class core|checked|foreign --objdump LLVM_OBJDUMP OBJECT.o
//
// All classes: an unwind table for every function, and every call through a pointer behind its kCFI check. All but core
// cells besides: a kill point in every loop, no privileged instruction. (What can be read from symbols and relocations
// is judged by tools/cellmeta.)
//
// Exit status: 0 nothing found; 1 findings, all of them, one a line on the standard error; 64 wrong arguments; 65 the
// object cannot be read.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cell_audit/code_rules.h"
#include "tools/cell_audit/disassembly.h"
#include "tools/cell_audit/failure.h"
#include "tools/cell_audit/findings.h"

void fail(int exit_status, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fprintf(stderr, "cell_audit: ");
	vfprintf(stderr, format, arguments);
	fprintf(stderr, "\n");
	va_end(arguments);
	exit(exit_status);
}

void report(struct findings *findings, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fprintf(stderr, "error: cell %s: ", findings->cell);
	vfprintf(stderr, format, arguments);
	fprintf(stderr, "\n");
	va_end(arguments);
	findings->count++;
}

static const char usage[] = "cell_audit --name CELL --class core|checked|foreign --objdump PATH OBJECT.o";

int main(int count, char **words)
{
	const char *object = NULL;
	const char *objdump = NULL;
	const char *class = NULL;
	struct findings findings = {};
	for (int i = 1; i < count; i++) {
		const char **option = NULL;
		if (strcmp(words[i], "--name") == 0)
			option = &findings.cell;
		else if (strcmp(words[i], "--class") == 0)
			option = &class;
		else if (strcmp(words[i], "--objdump") == 0)
			option = &objdump;
		else if (words[i][0] == '-' || object)
			fail(EXIT_USAGE, "what is %s? Usage: %s", words[i], usage);
		if (!option)
			object = words[i];
		else if (i + 1 < count)
			*option = words[++i];
	}
	if (!object || !objdump || !class || !findings.cell)
		fail(EXIT_USAGE, "usage: %s", usage);
	bool core = strcmp(class, "core") == 0;
	if (!core && strcmp(class, "checked") != 0 && strcmp(class, "foreign") != 0)
		fail(EXIT_USAGE, "class %s: it is core, checked or foreign", class);

	struct disassembly all = disassemble(objdump, object);
	check_unwind_tables(object, &all, &findings);
	check_indirect_calls(&all, core, &findings);
	if (!core) {
		check_kill_points(&all, &findings);
		check_privileged(&all, &findings);
	}
	disassembly_free(&all);
	return findings.count == 0 ? EXIT_SUCCESS : EXIT_FINDINGS;
}
