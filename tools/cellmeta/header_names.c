#include "tools/cellmeta/header_names.h"

#include <stdbool.h>
#include <string.h>

static bool is_tag_keyword(const struct c_tokens *tokens, size_t index)
{
	return c_tokens_is(tokens, index, "struct") || c_tokens_is(tokens, index, "union") ||
	       c_tokens_is(tokens, index, "enum");
}

static bool is_name(const struct c_tokens *tokens, size_t index)
{
	return index < tokens->tokens.count && tokens->tokens.items[index].kind == C_TOKEN_NAME;
}

static const char *text_at(const struct c_tokens *tokens, size_t index)
{
	return tokens->tokens.items[index].text;
}

// The index behind the bracket that closes the one at `index`.
static size_t behind_bracket(const struct c_tokens *tokens, size_t index)
{
	size_t depth = 0;
	for (; index < tokens->tokens.count; index++) {
		if (c_tokens_is(tokens, index, "(") || c_tokens_is(tokens, index, "[") ||
			c_tokens_is(tokens, index, "{"))
			depth++;
		if (c_tokens_is(tokens, index, ")") || c_tokens_is(tokens, index, "]") ||
			c_tokens_is(tokens, index, "}"))
			depth--;
		if (depth == 0)
			return index + 1;
	}
	return index;
}

// The index of the first token from `index` on that belongs to no attribute.
static size_t behind_attributes(const struct c_tokens *tokens, size_t index)
{
	for (;;) {
		if (c_tokens_is(tokens, index, "__attribute__") && c_tokens_is(tokens, index + 1, "("))
			index = behind_bracket(tokens, index + 1);
		else if (c_tokens_is(tokens, index, "[") && c_tokens_is(tokens, index + 1, "["))
			index = behind_bracket(tokens, index);
		else if (is_name(tokens, index) && c_tokens_is(tokens, index + 1, "(") && index > 0 &&
			 is_tag_keyword(tokens, index - 1))
			index = behind_bracket(tokens, index + 1); // `struct CAPABILITY("x") x`: an attribute by macro
		else
			return index;
	}
}

static void add_name(struct header_names *names, const char *name, enum header_name_kind kind)
{
	*LIST_ADD(&names->names) = (struct header_name){name, kind};
}

static void add_enumerators(struct header_names *names, const struct c_tokens *tokens, size_t open)
{
	size_t end = behind_bracket(tokens, open);
	bool expected = true;
	for (size_t index = open + 1; index < end; index++) {
		if (expected && is_name(tokens, index))
			add_name(names, text_at(tokens, index), HEADER_NAME_OTHER);
		expected = c_tokens_is(tokens, index, ",");
		if (c_tokens_is(tokens, index, "("))
			index = behind_bracket(tokens, index) - 1;
	}
}

// What follows `struct TAG`, `enum TAG : type` and their like, whose keyword is at `index`. `*tag` is null if it has
// none.
static size_t behind_tag(const struct c_tokens *tokens, size_t index, const char **tag)
{
	index = behind_attributes(tokens, index + 1);
	*tag = is_name(tokens, index) ? text_at(tokens, index++) : nullptr;
	if (c_tokens_is(tokens, index, ":")) {
		index++;
		while (is_name(tokens, index))
			index++;
	}
	return index;
}

// Words of the dialect whose first argument becomes the tag of a struct.
static bool declares_tag(const struct c_tokens *tokens, size_t index)
{
	bool word = c_tokens_is(tokens, index, "HANDLE") || c_tokens_is(tokens, index, "LOCK_TYPE") ||
		    c_tokens_is(tokens, index, "SLICE_TYPE");
	return word && c_tokens_is(tokens, index + 1, "(") && is_name(tokens, index + 2);
}

// Tags and enumerators, at any depth.
static void add_tags(struct header_names *names, const struct c_tokens *tokens)
{
	for (size_t index = 0; index < tokens->tokens.count; index++) {
		if (declares_tag(tokens, index))
			add_name(names, text_at(tokens, index + 2), HEADER_NAME_TAG);
		if (!is_tag_keyword(tokens, index))
			continue;
		const char *tag;
		size_t after = behind_tag(tokens, index, &tag);
		if (tag && c_tokens_is(tokens, after, "{"))
			add_name(names, tag, HEADER_NAME_TAG);
		if (tag && c_tokens_is(tokens, after, ";"))
			add_name(names, tag, HEADER_NAME_FORWARD);
		if (c_tokens_is(tokens, index, "enum") && c_tokens_is(tokens, after, "{"))
			add_enumerators(names, tokens, after);
	}
}

// The name that the declaration in [from, to) declares: the one in `(*name)`, or the last one before the first bracket.
static void add_declared(struct header_names *names, const struct c_tokens *tokens, size_t from, size_t to)
{
	bool is_typedef = c_tokens_is(tokens, from, "typedef");
	const char *name = nullptr;
	for (size_t index = from; index < to; index++) {
		const char *tag;
		size_t next = is_tag_keyword(tokens, index) ? behind_tag(tokens, index, &tag)
							    : behind_attributes(tokens, index);
		if (next > index) {
			index = next - 1;
			continue;
		}
		if (c_tokens_is(tokens, index, "(") && c_tokens_is(tokens, index + 1, "*")) {
			while (index < to && !c_tokens_is(tokens, index, ")"))
				if (is_name(tokens, ++index))
					name = text_at(tokens, index);
			break;
		}
		if (c_tokens_is(tokens, index, "(") || c_tokens_is(tokens, index, "[") ||
			c_tokens_is(tokens, index, "="))
			break;
		if (c_tokens_is(tokens, index, "{"))
			index = behind_bracket(tokens, index) - 1;
		else if (is_name(tokens, index))
			name = text_at(tokens, index);
	}
	if (name)
		add_name(names, name, is_typedef ? HEADER_NAME_TYPEDEF : HEADER_NAME_OTHER);
}

// HANDLE_FUNCTIONS(T) declares functions whose names it makes. Gives the index behind it.
static size_t add_handle_functions(struct header_names *names, const struct c_tokens *tokens, size_t index)
{
	static const char *const suffixes[] = {"drop", "move", "fill", "release"};
	if (!c_tokens_is(tokens, index + 1, "(") || !is_name(tokens, index + 2))
		return index + 1;
	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
		add_name(names, list_format("%s_%s", text_at(tokens, index + 2), suffixes[i]), HEADER_NAME_OTHER);
	return behind_bracket(tokens, index + 1);
}

// A declaration does not begin with `name(`, but an attribute or a macro that stands for something else does.
static bool is_macro_call(const struct c_tokens *tokens, size_t index)
{
	return is_name(tokens, index) && c_tokens_is(tokens, index + 1, "(");
}

// Splits the text at file scope into declarations. `extern "C" {` opens nothing, and its bracket closes nothing.
static void add_declarations(struct header_names *names, const struct c_tokens *tokens)
{
	size_t from = 0;
	for (size_t index = 0; index < tokens->tokens.count; index++) {
		bool linkage = index + 2 < tokens->tokens.count && c_tokens_is(tokens, index, "extern") &&
			       tokens->tokens.items[index + 1].kind == C_TOKEN_LITERAL &&
			       c_tokens_is(tokens, index + 2, "{");
		if (linkage)
			from = (index += 2) + 1;
		else if (c_tokens_is(tokens, index, "HANDLE_FUNCTIONS"))
			index = (from = add_handle_functions(names, tokens, index)) - 1;
		else if (index == from && is_macro_call(tokens, index))
			index = (from = behind_bracket(tokens, index + 1)) - 1;
		else if (c_tokens_is(tokens, index, "}"))
			from = index + 1;
		else if (c_tokens_is(tokens, index, ";")) {
			add_declared(names, tokens, from, index);
			from = index + 1;
		} else if (c_tokens_is(tokens, index, "{")) {
			size_t end = behind_bracket(tokens, index);
			bool body = index > from && c_tokens_is(tokens, index - 1, ")");
			if (body) {
				add_declared(names, tokens, from, index);
				from = end;
			}
			index = end - 1;
		} else if (c_tokens_is(tokens, index, "(") || c_tokens_is(tokens, index, "["))
			index = behind_bracket(tokens, index) - 1;
	}
}

// The tokens without the lines of the preprocessor, whose macros are recorded.
static struct c_tokens without_directives(const struct c_tokens *tokens, struct header_names *names)
{
	struct c_tokens kept = {};
	bool in_directive = false;
	for (size_t index = 0; index < tokens->tokens.count; index++) {
		struct c_token token = tokens->tokens.items[index];
		if (token.kind == C_TOKEN_DEFINE)
			add_name(names, token.text, HEADER_NAME_OTHER);
		if (token.kind == C_TOKEN_DIRECTIVE_BEGIN)
			in_directive = true;
		else if (token.kind == C_TOKEN_DIRECTIVE_END)
			in_directive = false;
		else if (!in_directive)
			*LIST_ADD(&kept.tokens) = token;
	}
	return kept;
}

void header_names_add(struct header_names *names, const char *header, size_t length)
{
	struct c_tokens tokens = {};
	c_tokens_add(&tokens, header, length);
	struct c_tokens declarations = without_directives(&tokens, names);
	add_tags(names, &declarations);
	add_declarations(names, &declarations);
}

void source_names_add(struct source_names *names, const char *file, const char *source, size_t length)
{
	struct c_tokens tokens = {};
	c_tokens_add(&tokens, source, length);
	for (size_t index = 0; index < tokens.tokens.count; index++) {
		const struct c_token *token = &tokens.tokens.items[index];
		if (token->kind == C_TOKEN_INCLUDE)
			*LIST_ADD(&names->includes) = (struct source_include){file, token->line, token->text};
		if (token->kind != C_TOKEN_NAME)
			continue;
		*LIST_ADD(&names->names) = token->text;
		bool handle =
			index >= 2 && c_tokens_is(&tokens, index - 1, "(") &&
			(c_tokens_is(&tokens, index - 2, "OWN") || c_tokens_is(&tokens, index - 2, "HANDLE_FUNCTIONS"));
		if (handle || (index >= 1 && is_tag_keyword(&tokens, index - 1)))
			*LIST_ADD(&names->tags) = token->text;
	}
}

bool header_names_uses(const struct header_name *name, const struct source_names *source)
{
	bool tag = name->kind == HEADER_NAME_TAG || name->kind == HEADER_NAME_FORWARD;
	size_t count = tag ? source->tags.count : source->names.count;
	const char **mentioned = tag ? source->tags.items : source->names.items;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(mentioned[i], name->name))
			return true;
	return false;
}

unsigned header_names_used(const struct header_names *header, const struct source_names *source)
{
	unsigned used = HEADER_USE_NONE;
	for (size_t i = 0; i < header->names.count; i++)
		if (header_names_uses(&header->names.items[i], source))
			used |= header->names.items[i].kind == HEADER_NAME_OTHER ? HEADER_USE_OTHER : HEADER_USE_TYPE;
	return used;
}
