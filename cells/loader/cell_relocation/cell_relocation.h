// The relocation kinds that cells may have: what each writes, what fits, and how to read back what was bound.
//
// The set is closed on purpose: `-mcmodel=kernel` without a global offset table needs no more, and an object with any
// other kind is refused. Every value is checked against its field before a byte is written.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: x86-64 psABI 1.0, table 4.9 (S symbol, A addend, P place).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"

enum cell_relocation_kind {
	CELL_RELOCATION_64 = 1,    // S + A, 8 bytes
	CELL_RELOCATION_PC32 = 2,  // S + A - P, 4 bytes, signed
	CELL_RELOCATION_PLT32 = 4, // as PC32: there is no procedure linkage table
	CELL_RELOCATION_32 = 10,   // S + A, 4 bytes, unsigned
	CELL_RELOCATION_32S = 11,  // S + A, 4 bytes, signed
};

#ifdef __cplusplus
extern "C" {
#endif

// "R_X86_64_PC32" and so on; "an unknown relocation" for a kind that cells cannot have.
const char *cell_relocation_name(uint32_t kind);

// The width of the field in bytes: 4 or 8; 0 for a kind that cells cannot have.
size_t cell_relocation_width(uint32_t kind);

// Writes the field at `offset` of `section`, for a section that will be (or is) at `section_address`. The view need not
// be where the section will run. Nothing is written on failure.
// STATUS_UNSUPPORTED: the kind is not one of the above. STATUS_MALFORMED: the field does not lie within the section.
// STATUS_OUT_OF_RANGE: the value does not fit the field.
MUST_USE enum status cell_relocation_apply(struct bytes_mut section, uint64_t section_address, uint32_t kind,
	uint64_t offset, uint64_t symbol_address, int64_t addend, struct diagnosis *why);

// The inverse: the symbol address that the field at `offset` is bound to now.
// STATUS_UNSUPPORTED, STATUS_MALFORMED: as above.
MUST_USE enum status cell_relocation_read(struct bytes section, uint64_t section_address, uint32_t kind,
	uint64_t offset, int64_t addend, uint64_t *symbol_address);

#ifdef __cplusplus
}
#endif
