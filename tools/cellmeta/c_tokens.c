#include "tools/cellmeta/c_tokens.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

struct reader {
	struct c_tokens *tokens;
	const char *source;
	size_t length;
	size_t place;
	unsigned line;
	bool in_directive;
};

static char peek(const struct reader *reader, size_t ahead)
{
	return reader->place + ahead < reader->length ? reader->source[reader->place + ahead] : '\0';
}

static void advance(struct reader *reader)
{
	if (peek(reader, 0) == '\n')
		reader->line++;
	reader->place++;
}

static void add(struct reader *reader, enum c_token_kind kind, size_t from, size_t to)
{
	*LIST_ADD(&reader->tokens->tokens) = (struct c_token){
		.kind = kind, .line = reader->line, .text = list_copy_characters(reader->source + from, to - from)};
}

static bool is_name_character(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

// A comment, or a line that a backslash joins to the next. Returns false if neither stands here.
static bool skip_comment(struct reader *reader)
{
	if (peek(reader, 0) == '\\' && peek(reader, 1) == '\n') {
		advance(reader);
		advance(reader);
		return true;
	}
	if (peek(reader, 0) != '/' || (peek(reader, 1) != '/' && peek(reader, 1) != '*'))
		return false;
	bool to_line_end = peek(reader, 1) == '/';
	advance(reader);
	advance(reader);
	while (reader->place < reader->length) {
		if (to_line_end && peek(reader, 0) == '\n')
			return true;
		if (!to_line_end && peek(reader, 0) == '*' && peek(reader, 1) == '/') {
			advance(reader);
			advance(reader);
			return true;
		}
		advance(reader);
	}
	return true;
}

static void read_name(struct reader *reader, enum c_token_kind kind)
{
	size_t from = reader->place;
	while (is_name_character(peek(reader, 0)))
		reader->place++;
	add(reader, kind, from, reader->place);
}

static void read_quoted(struct reader *reader, enum c_token_kind kind)
{
	char quote = peek(reader, 0);
	size_t from = ++reader->place;
	while (reader->place < reader->length && peek(reader, 0) != quote && peek(reader, 0) != '\n') {
		if (peek(reader, 0) == '\\')
			advance(reader);
		advance(reader);
	}
	add(reader, kind, from, reader->place < reader->length ? reader->place : reader->length);
	if (peek(reader, 0) == quote)
		reader->place++;
}

static void skip_blanks(struct reader *reader)
{
	while (peek(reader, 0) == ' ' || peek(reader, 0) == '\t' || skip_comment(reader))
		if (peek(reader, 0) == ' ' || peek(reader, 0) == '\t')
			advance(reader);
}

// At the '#' that begins a line. The rest of the line is read as any other text, up to its end.
static void read_directive(struct reader *reader)
{
	add(reader, C_TOKEN_DIRECTIVE_BEGIN, reader->place, reader->place + 1);
	reader->place++;
	skip_blanks(reader);
	size_t from = reader->place;
	while (isalpha((unsigned char)peek(reader, 0)))
		reader->place++;
	size_t length = reader->place - from;
	const char *word = reader->source + from;
	reader->in_directive = true;
	skip_blanks(reader);
	if (length == 6 && !strncmp(word, "define", 6) && is_name_character(peek(reader, 0)))
		read_name(reader, C_TOKEN_DEFINE);
	else if (length == 7 && !strncmp(word, "include", 7) && peek(reader, 0) == '"')
		read_quoted(reader, C_TOKEN_INCLUDE);
}

void c_tokens_add(struct c_tokens *tokens, const char *source, size_t length)
{
	struct reader reader = {.tokens = tokens, .source = source, .length = length, .line = 1};
	bool line_begins = true;
	while (reader.place < length) {
		char c = peek(&reader, 0);
		if (c == '\n') {
			if (reader.in_directive)
				add(&reader, C_TOKEN_DIRECTIVE_END, reader.place, reader.place);
			reader.in_directive = false;
			line_begins = true;
			advance(&reader);
			continue;
		}
		if (isspace((unsigned char)c)) {
			advance(&reader);
			continue;
		}
		if (skip_comment(&reader))
			continue;
		if (c == '#' && line_begins)
			read_directive(&reader);
		else if (c == '"' || c == '\'')
			read_quoted(&reader, C_TOKEN_LITERAL);
		else if (isdigit((unsigned char)c))
			read_name(&reader, C_TOKEN_LITERAL);
		else if (is_name_character(c))
			read_name(&reader, C_TOKEN_NAME);
		else {
			add(&reader, C_TOKEN_PUNCTUATION, reader.place, reader.place + 1);
			advance(&reader);
		}
		line_begins = false;
	}
	if (reader.in_directive)
		add(&reader, C_TOKEN_DIRECTIVE_END, length, length);
}

int c_tokens_is(const struct c_tokens *tokens, size_t index, const char *text)
{
	if (index >= tokens->tokens.count)
		return 0;
	const struct c_token *token = &tokens->tokens.items[index];
	return (token->kind == C_TOKEN_NAME || token->kind == C_TOKEN_PUNCTUATION) && !strcmp(token->text, text);
}
