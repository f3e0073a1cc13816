// What the files of the shell share.
#pragma once

#include "cells/app/shell/shell.h"
#include "cells/console/command/command.h"
#include "cells/console/line_editor/line_editor.h"

// The line editor's completion: names of commands, then what the command itself offers.
INTERNAL void shell_complete(
	void *context, struct text before, struct text word, struct line_editor_candidates *candidates);

// Prints the commands whose names are near `name`, if any are.
INTERNAL void shell_suggest(struct text name);
