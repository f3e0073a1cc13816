// A cell's name as an argument of a command: find it, help who mistyped it, complete it.
//
// Context: prints to the console; allocates nothing.
#pragma once

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/console/command/command.h"
#include "cells/loader/cell_registry/cell_registry.h"

#ifdef __cplusplus
extern "C" {
#endif

// The loaded cell of that name. STATUS_NOT_FOUND: there is none; it has been printed what may be meant, or that the
// cell is in the archive and can be loaded.
MUST_USE enum status cell_argument_find(struct cell_reference *out, struct text name) PRODUCES_IF(STATUS_OK, out);

// Prints the names in the archive that are nearest to `name`, if it is not there itself and any is near.
void cell_argument_suggest(struct text name);

// Offers the names of loaded cells, or of all in the archive, that begin with `prefix`.
void cell_argument_complete_loaded(struct text prefix, const struct command_offers *offers);
void cell_argument_complete_all(struct text prefix, const struct command_offers *offers);

// How many letters must be changed, put in, left out or exchanged with their neighbour to make one name of the other;
// CELL_ARGUMENT_FAR for names too long to compare.
enum { CELL_ARGUMENT_FAR = 255 };
unsigned cell_argument_distance(struct text a, struct text b);

#ifdef __cplusplus
}
#endif
