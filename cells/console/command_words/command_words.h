// A line as commands and their words.
//
// Blanks separate words; ';' and the end of a line separate commands. 'Single quotes' keep everything as it is, in
// "double quotes" and outside of quotes a backslash keeps the next character as it is. '#' at the start of a word
// begins a comment, to the end of the line.
//
// Context: pure; no allocation, no lock; callable from anywhere.
#pragma once

#include <stddef.h>

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/console/command/command.h"

enum { COMMAND_WORDS_CAPACITY = 1024 }; // characters of all words of one command

// One command's words, without their quotes. Views into `characters` make it immovable.
struct command_words {
	struct text name;
	struct command_arguments arguments;
	char characters[COMMAND_WORDS_CAPACITY];
	size_t used;
};

#ifdef __cplusplus
extern "C" {
#endif

// Takes the next command off the front of `rest`. STATUS_END: there is none. STATUS_MALFORMED: a quote is not closed,
// or a backslash has nothing behind it. STATUS_OUT_OF_RANGE: too many words or characters. After a failure `rest` is
// behind the command that failed; `why` says what is wrong.
MUST_USE enum status command_words_next(struct text *rest, struct command_words *words, struct diagnosis *why);

// What stands behind the last ';' or line end that is no part of a word: the command that someone is typing.
struct text command_words_unfinished(struct text line);

#ifdef __cplusplus
}
#endif
