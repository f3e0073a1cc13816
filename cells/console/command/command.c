#include "cells/console/command/command.h"

#include "cells/base/format/format.h"

#define SYMBOL_PREFIX TEXT("command_")

const struct command command_prototype = {};

struct text command_argument(const struct command_arguments *arguments, size_t index)
{
	return AT(arguments->words, index_in_bounds(index, arguments->count));
}

enum status command_arguments_add(struct command_arguments *arguments, struct text word)
{
	if (arguments->count >= COUNT_OF(arguments->words))
		return STATUS_OUT_OF_RANGE;
	AT(arguments->words, arguments->count) = word;
	arguments->count++;
	return STATUS_OK;
}

enum status command_check_arguments(
	const struct command *command, const struct command_arguments *arguments, struct diagnosis *why)
{
	if (arguments->count >= command->least_arguments && arguments->count <= command->most_arguments)
		return STATUS_OK;
	const char *wrong = arguments->count < command->least_arguments ? "too few" : "too many";
	return diagnosis_set(
		why, STATUS_BAD_ARGUMENT, "%s: %s arguments; usage: %s", command->name, wrong, command->usage);
}

void command_offer(const struct command_offers *offers, struct text candidate)
{
	offers->take(offers->context, candidate);
}

static bool is_name_character(char character)
{
	return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') || character == '_';
}

enum status command_symbol_of(struct text name, char (*symbol)[COMMAND_NAME_CAPACITY])
{
	if (name.length == 0)
		return STATUS_MALFORMED;
	for (size_t i = 0; i < name.length; i++) {
		if (!is_name_character(text_at(name, i)))
			return STATUS_MALFORMED;
	}
	if (SYMBOL_PREFIX.length + name.length >= sizeof *symbol)
		return STATUS_OUT_OF_RANGE;
	format_text(*symbol, sizeof *symbol, "%.*s%.*s", TEXT_ARGUMENTS(SYMBOL_PREFIX), TEXT_ARGUMENTS(name));
	return STATUS_OK;
}

enum status command_name_of(struct text symbol, struct text cell, struct text *name)
{
	// Other cells may export names with this prefix; a command's symbol is its cell's name.
	if (!text_equal(symbol, cell) || !text_starts_with(symbol, SYMBOL_PREFIX) ||
		symbol.length == SYMBOL_PREFIX.length)
		return STATUS_NOT_FOUND;
	*name = text_slice(symbol, SYMBOL_PREFIX.length, symbol.length);
	return STATUS_OK;
}
