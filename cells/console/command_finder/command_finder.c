#include "cells/console/command_finder/command_finder.h"

#include "cells/base/bytes/bytes.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_metadata/cell_metadata.h"
#include "cells/loader/cell_store/cell_store.h"

#define PREFIX TEXT("command_")

enum status command_finder_next(uint32_t *cursor, struct text *name)
{
	uint32_t first = cell_store_first_symbol(PREFIX);
	for (;;) {
		struct text symbol;
		struct text cell;
		TRY(cell_store_symbol_name(first + *cursor, &symbol, &cell));
		if (!text_starts_with(symbol, PREFIX))
			return STATUS_END;
		++*cursor;
		if (!command_name_of(symbol, cell, name))
			return STATUS_OK;
	}
}

static bool exists(struct text wanted)
{
	uint32_t cursor = 0;
	struct text name;
	while (!command_finder_next(&cursor, &name)) {
		if (text_equal(name, wanted))
			return true;
	}
	return false;
}

static bool same_hash(const struct cell_type_hash *a, const struct cell_type_hash *b)
{
	return bytes_equal(bytes_from(a, sizeof *a), bytes_from(b, sizeof *b));
}

// The type that commands have in this system: that of command_prototype.
static enum status find_type(struct cell_type_hash *hash)
{
	OWN(cell_reference, cell);
	TRY(cell_registry_find(&cell, TEXT("command")));
	struct cell_export_place place;
	TRY(cell_reference_export(&cell, TEXT("command_prototype"), &place));
	*hash = place.type_hash;
	return STATUS_OK;
}

enum status command_finder_find(
	struct text name, struct cell_reference *cell, const struct command **command, struct diagnosis *why)
{
	char symbol_characters[COMMAND_NAME_CAPACITY];
	if (command_symbol_of(name, &symbol_characters) || !exists(name))
		return diagnosis_set(why, STATUS_NOT_FOUND, "there is no command %.*s", TEXT_ARGUMENTS(name));
	struct text symbol = text_from_array(symbol_characters, sizeof symbol_characters);
	struct cell_type_hash expected = {};
	TRY(cell_loader_load(symbol, why));
	TRY(find_type(&expected));
	OWN(cell_reference, found);
	TRY(cell_registry_find(&found, symbol));
	struct cell_export_place place;
	TRY(cell_reference_export(&found, symbol, &place));
	if (!same_hash(&place.type_hash, &expected))
		return diagnosis_set(why, STATUS_TYPE_MISMATCH,
			"%.*s was made for another kind of command than this shell's", TEXT_ARGUMENTS(symbol));
	cell_reference_move(cell, &found);
	*command = RAW_POINTER(const struct command, place.address);
	return STATUS_OK;
}
