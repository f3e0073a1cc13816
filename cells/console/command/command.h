// What a shell command is: the agreement between the shell and the cells that are commands.
//
// The command `NAME` is a cell `command_NAME` that exports one constant of that name:
//
//     const struct command command_echo = {
//             .name = "echo",
//             .usage = "echo [WORD]...",
//             .summary = "print the words",
//             .most_arguments = COMMAND_ARGUMENTS_CAPACITY,
//             .run = run,
//     };
//
// There is no list of commands. The shell asks the loader for the symbol, which loads the cell when it is first used.
//
// Context: pure; no allocation, no lock. A command itself runs in the shell's context and may do both.
#pragma once

#include <stddef.h>

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"

enum {
	COMMAND_ARGUMENTS_CAPACITY = 32,
	COMMAND_NAME_CAPACITY = 64, // of "command_NAME" with its terminating zero
};

// The words after the command's name. They are borrowed from the shell for the time of the call.
struct command_arguments {
	size_t count;
	struct text words[COMMAND_ARGUMENTS_CAPACITY];
};

// Where a command's completion puts what could be typed.
struct command_offers {
	void (*take)(void *context, struct text candidate);
	void *context;
};

struct command {
	const char *name;
	const char *usage;   // one line: the name, then the arguments; [] for what can be left out, ... for repetition
	const char *summary; // one line
	const char *details; // further lines for `help NAME`, each ending in a line feed; may be null
	size_t least_arguments;
	size_t most_arguments; // the shell refuses fewer and more before it calls `run`

	// Does it, printing through cells/console/console. A command that fails has printed why; the status becomes the
	// exit status of a script.
	enum status (*run)(const struct command_arguments *arguments);

	// Offers every word that begins with `prefix` and may stand after `before`. May be null; may offer more, as the
	// shell drops what does not begin with `prefix`.
	void (*complete)(
		const struct command_arguments *before, struct text prefix, const struct command_offers *offers);
};

#ifdef __cplusplus
extern "C" {
#endif

// No command: only its type counts, which a loaded command's type is compared with before it is used.
extern const struct command command_prototype;

// Argument `index`, the first is 0. Panics beyond the last.
struct text command_argument(const struct command_arguments *arguments, size_t index);

// Adds an argument. STATUS_OUT_OF_RANGE: there are COMMAND_ARGUMENTS_CAPACITY already.
MUST_USE enum status command_arguments_add(struct command_arguments *arguments, struct text word);

// Whether the command takes so many arguments. STATUS_BAD_ARGUMENT: it does not; `why` says so, with the usage.
MUST_USE enum status command_check_arguments(
	const struct command *command, const struct command_arguments *arguments, struct diagnosis *why);

// Offers `candidate` to whoever asked for completion.
void command_offer(const struct command_offers *offers, struct text candidate);

// Writes the symbol of the command `name`, which is also the name of its cell, as a terminated string.
// STATUS_MALFORMED: the name has other characters than a-z, 0-9 and _. STATUS_OUT_OF_RANGE: it is too long.
MUST_USE enum status command_symbol_of(struct text name, char (*symbol)[COMMAND_NAME_CAPACITY]);

// The name of the command that `symbol`, exported by `cell`, is. STATUS_NOT_FOUND: it is no command.
MUST_USE enum status command_name_of(struct text symbol, struct text cell, struct text *name);

#ifdef __cplusplus
}
#endif
