// Completion, and what someone may have meant.
#include "cells/app/cell_argument/cell_argument.h"
#include "cells/app/shell/shell_internal.h"
#include "cells/console/command_finder/command_finder.h"
#include "cells/console/command_words/command_words.h"
#include "cells/console/console/console.h"

static void offer_to_editor(void *context, struct text candidate)
{
	struct line_editor_candidates *candidates = context;
	line_editor_offer(candidates, candidate);
}

static void offer_commands(struct line_editor_candidates *candidates)
{
	uint32_t cursor = 0;
	struct text name;
	while (!command_finder_next(&cursor, &name))
		line_editor_offer(candidates, name);
}

// An indirect call in a function without clean-ups, where the compiler checks its type.
static __attribute__((noinline)) void call_complete(const struct command *command,
	const struct command_arguments *before, struct text prefix, const struct command_offers *offers)
{
	command->complete(before, prefix, offers);
}

static void offer_arguments(
	const struct command_words *words, struct text word, struct line_editor_candidates *candidates)
{
	const struct command *command = NULL;
	OWN(cell_reference, cell);
	enum status status = command_finder_find(words->name, &cell, &command, NULL);
	if (status)
		return;
	if (!command->complete || words->arguments.count >= command->most_arguments)
		return;
	struct command_offers offers = {offer_to_editor, candidates};
	call_complete(command, &words->arguments, word, &offers);
}

void shell_complete(void *context, struct text before, struct text word, struct line_editor_candidates *candidates)
{
	(void)context;
	struct command_words words;
	struct text unfinished = command_words_unfinished(before);
	enum status status = command_words_next(&unfinished, &words, NULL);
	if (status == STATUS_END)
		offer_commands(candidates);
	else if (!status)
		offer_arguments(&words, word, candidates);
}

// Two letters may be wrong, or one of a short name; or the end is missing.
static bool is_near(struct text name, struct text candidate)
{
	unsigned limit = name.length <= 4 ? 1 : 2;
	return cell_argument_distance(name, candidate) <= limit ||
	       (name.length >= 2 && text_starts_with(candidate, name));
}

void shell_suggest(struct text name)
{
	uint32_t cursor = 0;
	struct text candidate;
	bool is_first = true;
	while (!command_finder_next(&cursor, &candidate)) {
		if (!is_near(name, candidate))
			continue;
		console_print("%s%.*s", is_first ? "near: " : ", ", TEXT_ARGUMENTS(candidate));
		is_first = false;
	}
	if (!is_first)
		console_write(TEXT("\n"));
}
