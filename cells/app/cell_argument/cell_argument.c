#include "cells/app/cell_argument/cell_argument.h"

#include "cells/console/console/console.h"
#include "cells/loader/cell_store/cell_store.h"

enum { LETTERS_MAX = CELL_METADATA_NAME_LIMIT };

struct row {
	unsigned char distance[LETTERS_MAX + 1];
};

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

// One step of the optimal string alignment: the row for the first `i` letters of `a`, from the two rows before.
static void next_row(
	struct text a, struct text b, size_t i, const struct row *before_last, const struct row *last, struct row *row)
{
	AT(row->distance, 0) = (unsigned char)i;
	for (size_t j = 1; j <= b.length; j++) {
		unsigned change = text_at(a, i - 1) != text_at(b, j - 1);
		unsigned best = least(AT(last->distance, j) + 1U, AT(row->distance, j - 1) + 1U);
		best = least(best, AT(last->distance, j - 1) + change);
		bool exchanged = i > 1 && j > 1 && text_at(a, i - 1) == text_at(b, j - 2) &&
				 text_at(a, i - 2) == text_at(b, j - 1);
		if (exchanged)
			best = least(best, AT(before_last->distance, j - 2) + 1U);
		AT(row->distance, j) = (unsigned char)best;
	}
}

unsigned cell_argument_distance(struct text a, struct text b)
{
	if (a.length > LETTERS_MAX || b.length > LETTERS_MAX)
		return CELL_ARGUMENT_FAR;
	struct row rows[3] = {};
	struct row *first = &AT(rows, 0);
	for (size_t j = 0; j <= b.length; j++)
		AT(first->distance, j) = (unsigned char)j;
	for (size_t i = 1; i <= a.length; i++)
		next_row(a, b, i, &AT(rows, (i + 1) % 3), &AT(rows, (i + 2) % 3), &AT(rows, i % 3));
	const struct row *last = &AT(rows, a.length % 3);
	return AT(last->distance, b.length);
}

// Near enough to be meant: a third of the letters, or a name that contains or begins as the other.
static bool is_near(struct text name, struct text candidate)
{
	unsigned limit = name.length < 6 ? 2 : (unsigned)name.length / 3;
	return cell_argument_distance(name, candidate) <= limit ||
	       (name.length >= 3 && text_starts_with(candidate, name));
}

static bool is_in_archive(struct text name)
{
	struct text candidate;
	for (uint32_t number = 0; !cell_store_cell_name(number, &candidate); number++) {
		if (text_equal(candidate, name))
			return true;
	}
	return false;
}

void cell_argument_suggest(struct text name)
{
	enum { SUGGESTIONS_MAX = 5 };
	struct text candidate;
	unsigned count = 0;
	if (is_in_archive(name))
		return; // it was not mistyped
	for (uint32_t number = 0; !cell_store_cell_name(number, &candidate) && count < SUGGESTIONS_MAX; number++) {
		if (!is_near(name, candidate))
			continue;
		console_print("%s%.*s", count++ == 0 ? "near: " : ", ", TEXT_ARGUMENTS(candidate));
	}
	if (count > 0)
		console_print("\n");
}

enum status cell_argument_find(struct cell_reference *out, struct text name)
{
	enum status status = cell_registry_find(out, name);
	if (!status)
		return STATUS_OK;
	if (is_in_archive(name)) {
		console_print(
			"cell %.*s is not loaded; `load %.*s` does that\n", TEXT_ARGUMENTS(name), TEXT_ARGUMENTS(name));
		return status;
	}
	console_print("there is no cell %.*s\n", TEXT_ARGUMENTS(name));
	cell_argument_suggest(name);
	return status;
}

static bool is_loaded(struct text name)
{
	OWN(cell_reference, cell);
	enum status status = cell_registry_find(&cell, name);
	return !status;
}

static void complete(struct text prefix, const struct command_offers *offers, bool only_loaded)
{
	struct text name;
	for (uint32_t number = 0; !cell_store_cell_name(number, &name); number++) {
		if (text_starts_with(name, prefix) && (!only_loaded || is_loaded(name)))
			command_offer(offers, name);
	}
}

void cell_argument_complete_loaded(struct text prefix, const struct command_offers *offers)
{
	complete(prefix, offers, true);
}

void cell_argument_complete_all(struct text prefix, const struct command_offers *offers)
{
	complete(prefix, offers, false);
}
