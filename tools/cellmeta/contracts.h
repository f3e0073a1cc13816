// The ownership contract of a function, as its declaration in a header states it with the words of the dialect.
//
// The debug information of clang 19 knows nothing of them, so they are read from the header's text:
//
//     enum status ring_fill(struct ring *ring, struct pages *pages) PRODUCES_IF(STATUS_OK, ring) CONSUMES(pages);
//
// has the contract " CONSUMES(#1) PRODUCES_IF(STATUS_OK,#0)": the clauses sorted, parameters by their position.
#pragma once

#include "tools/cellmeta/c_tokens.h"

struct contracts {
	struct c_tokens tokens; // of the header, without the lines of the preprocessor
};

#ifdef __cplusplus
extern "C" {
#endif

// Takes the text of a header.
void contracts_of_header(struct contracts *contracts, const char *header, size_t length);

// The contract of the function; "" if the header states none.
char *contracts_text(const struct contracts *contracts, const char *function);

#ifdef __cplusplus
}
#endif
