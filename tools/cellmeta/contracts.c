#include "tools/cellmeta/contracts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Clauses that bind the caller and the callee: cells/base/intralingual/intralingual.h.
static const char *const clause_words[] = {"PRODUCES", "PRODUCES_IF", "CONSUMES", "BORROWS", "BORROWS_MUT", "LOCKS",
	"LOCKS_IF", "UNLOCKS", "NEEDS_LOCK", "NEEDS_UNLOCKED", "ENTERS", "LEAVES", "MAY_SLEEP", "NEEDS_INTERRUPTS_OFF"};

struct names {
	LIST(const char *) items;
};

struct clauses {
	LIST(char *) items;
};

void contracts_of_header(struct contracts *contracts, const char *header, size_t length)
{
	struct c_tokens all = {};
	bool in_directive = false;
	*contracts = (struct contracts){};
	c_tokens_add(&all, header, length);
	for (size_t i = 0; i < all.tokens.count; i++) {
		enum c_token_kind kind = all.tokens.items[i].kind;
		if (kind == C_TOKEN_DIRECTIVE_BEGIN)
			in_directive = true;
		else if (kind == C_TOKEN_DIRECTIVE_END)
			in_directive = false;
		else if (!in_directive)
			*LIST_ADD(&contracts->tokens.tokens) = all.tokens.items[i];
	}
}

static bool is_name(const struct c_tokens *tokens, size_t index)
{
	return index < tokens->tokens.count && tokens->tokens.items[index].kind == C_TOKEN_NAME;
}

// The names of the parameters between the brackets, the first of which is at `open`; `*close` is where the last one is.
static struct names parameters_of(const struct c_tokens *tokens, size_t open, size_t *close)
{
	struct names names = {};
	const char *name = "";
	size_t depth = 0, index;
	for (index = open; index < tokens->tokens.count; index++) {
		if (c_tokens_is(tokens, index, "("))
			depth++;
		else if (c_tokens_is(tokens, index, ")"))
			depth--;
		bool pointer_to_function = depth == 2 && is_name(tokens, index) &&
					   c_tokens_is(tokens, index - 1, "*") && c_tokens_is(tokens, index - 2, "(");
		if ((depth == 1 && is_name(tokens, index)) || pointer_to_function)
			name = tokens->tokens.items[index].text;
		if (depth == 0 || (depth == 1 && c_tokens_is(tokens, index, ","))) {
			*LIST_ADD(&names.items) = name;
			name = "";
		}
		if (depth == 0)
			break;
	}
	*close = index;
	return names;
}

static void add_argument(struct text_buffer *clause, const char *word, const struct names *parameters)
{
	for (size_t i = 0; i < parameters->items.count; i++) {
		if (!strcmp(parameters->items.items[i], word)) {
			text_buffer_format(clause, "#%zu", i);
			return;
		}
	}
	text_buffer_add(clause, word);
}

// The clause whose word is at `index`; `*end` is behind it.
static char *clause_at(const struct c_tokens *tokens, size_t index, const struct names *parameters, size_t *end)
{
	struct text_buffer clause = {};
	size_t depth = 0;
	text_buffer_add(&clause, tokens->tokens.items[index++].text);
	*end = index;
	if (!c_tokens_is(tokens, index, "("))
		return clause.characters;
	for (; index < tokens->tokens.count; index++) {
		add_argument(&clause, tokens->tokens.items[index].text, parameters);
		if (c_tokens_is(tokens, index, "("))
			depth++;
		else if (c_tokens_is(tokens, index, ")") && --depth == 0)
			break;
	}
	*end = index + 1;
	return clause.characters;
}

static bool is_clause(const struct c_tokens *tokens, size_t index)
{
	for (size_t i = 0; i < sizeof clause_words / sizeof clause_words[0]; i++)
		if (c_tokens_is(tokens, index, clause_words[i]))
			return true;
	return false;
}

static int by_text(const void *a, const void *b)
{
	char *const *first = a, *const *second = b;
	return strcmp(*first, *second);
}

char *contracts_text(const struct contracts *contracts, const char *function)
{
	const struct c_tokens *tokens = &contracts->tokens;
	struct clauses clauses = {};
	struct text_buffer text = {};
	size_t index = 0;
	while (index < tokens->tokens.count &&
		!(c_tokens_is(tokens, index, function) && c_tokens_is(tokens, index + 1, "(")))
		index++;
	if (index < tokens->tokens.count) {
		struct names parameters = parameters_of(tokens, index + 1, &index);
		while (index < tokens->tokens.count && !c_tokens_is(tokens, index, ";") &&
			!c_tokens_is(tokens, index, "{")) {
			if (is_clause(tokens, index))
				*LIST_ADD(&clauses.items) = clause_at(tokens, index, &parameters, &index);
			else
				index++;
		}
	}
	if (clauses.items.count)
		qsort(clauses.items.items, clauses.items.count, sizeof clauses.items.items[0], by_text);
	text_buffer_add(&text, "");
	for (size_t i = 0; i < clauses.items.count; i++)
		text_buffer_format(&text, " %s", clauses.items.items[i]);
	return text.characters;
}
