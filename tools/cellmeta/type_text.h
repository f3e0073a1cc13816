// A type, written as text from its debug information, so that equal types give equal texts from any compilation.
//
//     type        = qualifiers ( "void" | basic | pointer | array | function | record | enumeration | again )
//     qualifiers  = [ "const " ] [ "volatile " ] [ "restrict " ]        of an array: those of its elements
//     basic       = "b" encoding "." size [ ":" bits ]                  encoding: DW_ATE_*; size in bytes
//     pointer     = "*" type
//     array       = "[" [ count ] "]" type                              no count: length not known
//     function    = "(" [ type { "," type } ] [ "..." ] ")" type        parameters without their own qualifiers, result
//     record      = ( "struct" | "union" ) " " [ tag ] [ "{" size [ "!" alignment ] { ";" member } "}" ]
//     member      = [ name ] "@" offset [ "!" alignment ] " " type      offset in bytes
//                 | [ name ] "@" offset ":" width " " type              a bit field, both in bits
//     enumeration = "enum " [ tag ] "{" type { ";" name "=" value } "}"
//     again       = "^" number                                          the record that was the number-th to begin
//     atomic      = "_Atomic " type
//
// Typedefs are looked through. A record without braces is opaque: declared, but not defined, where it was compiled.
//
// Source: DWARF Debugging Information Format, version 5.
#pragma once

#include <elfutils/libdw.h>
#include <stdbool.h>

#include "cells/loader/cell_metadata/cell_metadata.h"
#include "tools/cellmeta/list.h"

struct type_text {
	struct text_buffer text;
	LIST(Dwarf_Off) records; // begun so far, by their place in the debug information
	bool failed;             // something that the grammar does not know
};

#ifdef __cplusplus
extern "C" {
#endif

// Writes the type at the end of the text.
void type_text_add(struct type_text *text, Dwarf_Die *type);

// Writes the type that `die` refers to, "void" if it refers to none.
void type_text_add_of(struct type_text *text, Dwarf_Die *die);

// The first 16 bytes of the SHA-256 of the text.
struct cell_type_hash type_text_hash(const struct type_text *text);

#ifdef __cplusplus
}
#endif
