// The words of a C source: identifiers, punctuation, include lines. No macro is expanded, all branches of #if are seen.
#pragma once

#include <stddef.h>

#include "tools/cellmeta/list.h"

enum c_token_kind {
	C_TOKEN_NAME,            // identifier or keyword
	C_TOKEN_PUNCTUATION,     // one character
	C_TOKEN_LITERAL,         // number, string or character
	C_TOKEN_DEFINE,          // the name of a macro, where #define defines it
	C_TOKEN_INCLUDE,         // what stands between the quotes of #include "..."
	C_TOKEN_DIRECTIVE_BEGIN, // the two ends of a line of the preprocessor
	C_TOKEN_DIRECTIVE_END
};

struct c_token {
	enum c_token_kind kind;
	unsigned line;
	const char *text;
};

struct c_tokens {
	LIST(struct c_token) tokens;
};

#ifdef __cplusplus
extern "C" {
#endif

// Adds the words of `source`. What is no C (an assembler's operand) comes out as punctuation and does no harm.
void c_tokens_add(struct c_tokens *tokens, const char *source, size_t length);

// 1 if token `index` exists, is a name or punctuation, and reads `text`.
int c_tokens_is(const struct c_tokens *tokens, size_t index, const char *text);

#ifdef __cplusplus
}
#endif
