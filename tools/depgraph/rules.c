// Reads a rules file: a tokenizer and a parser by recursive descent.
#include "tools/depgraph/rules.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_STRING, TOKEN_SIGN, TOKEN_BAD };

struct parser {
	const char *file; // null: a selection of the command line
	const char *at;
	unsigned line;
	enum token_kind kind;
	const char *start; // of the token
	size_t length;
	unsigned token_line;
	char *why;
	size_t why_bytes;
};

static bool word_character(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_*?:./+", c)) || c == '-';
}

static void skip_blanks(struct parser *p)
{
	for (;; p->at++) {
		if (*p->at == '#')
			p->at += strcspn(p->at, "\n");
		if (*p->at == '\n')
			p->line++;
		else if (!*p->at || !isspace((unsigned char)*p->at))
			return;
	}
}

static void next_string(struct parser *p)
{
	p->start = ++p->at;
	p->length = strcspn(p->at, "\"");
	for (size_t i = 0; i < p->length; i++)
		p->line += p->at[i] == '\n';
	p->kind = p->at[p->length] ? TOKEN_STRING : TOKEN_BAD;
	p->at += p->length + (p->kind == TOKEN_STRING);
}

static void next(struct parser *p)
{
	skip_blanks(p);
	p->token_line = p->line;
	p->start = p->at;
	p->length = 0;
	if (!*p->at) {
		p->kind = TOKEN_END;
	} else if (*p->at == '"') {
		next_string(p);
	} else if (strncmp(p->at, "->", 2) == 0) {
		p->kind = TOKEN_SIGN;
		p->length = 2;
		p->at += 2;
	} else if (word_character(*p->at)) {
		p->kind = TOKEN_WORD;
		while (word_character(p->start[p->length]) && strncmp(p->start + p->length, "->", 2) != 0)
			p->length++;
		p->at += p->length;
	} else {
		p->kind = TOKEN_SIGN;
		p->length = 1;
		p->at++;
	}
}

static bool is(const struct parser *p, const char *token)
{
	return (p->kind == TOKEN_WORD || p->kind == TOKEN_SIGN) && strlen(token) == p->length &&
	       strncmp(p->start, token, p->length) == 0;
}

static bool wrong(struct parser *p, const char *expected)
{
	char place[256] = "";
	if (p->file)
		snprintf(place, sizeof place, "%s:%u: ", p->file, p->token_line);
	if (p->kind == TOKEN_END)
		snprintf(p->why, p->why_bytes, "%sends where %s is expected", place, expected);
	else if (p->kind == TOKEN_BAD)
		snprintf(p->why, p->why_bytes, "%sa string that begins here has no end", place);
	else
		snprintf(p->why, p->why_bytes, "%s'%.*s' stands where %s is expected", place,
			(int)(p->length < 60 ? p->length : 60), p->start, expected);
	return false;
}

static bool expect(struct parser *p, const char *token, const char *what)
{
	if (!is(p, token))
		return wrong(p, what);
	next(p);
	return true;
}

static char *copy(const char *start, size_t length)
{
	char *text = array_allocate(length + 1, 1);
	memcpy(text, start, length);
	return text;
}

static bool parse_condition(struct parser *p, bool begins_alternative, struct selection *selection)
{
	bool negated = false;
	for (; is(p, "!"); next(p))
		negated = !negated;
	if (p->kind != TOKEN_WORD)
		return wrong(p, "a cell's name, group:NAME or class:NAME");
	enum condition_kind kind = CONDITION_NAME;
	size_t skip = 0;
	if (p->length > 6 && strncmp(p->start, "group:", 6) == 0) {
		kind = CONDITION_GROUP;
		skip = 6;
	} else if (p->length > 6 && strncmp(p->start, "class:", 6) == 0) {
		kind = CONDITION_CLASS;
		skip = 6;
	} else if (memchr(p->start, ':', p->length)) {
		return wrong(p, "a cell's name, group:NAME or class:NAME");
	}
	struct condition *condition = ARRAY_ADD(selection->conditions, selection->count, selection->capacity);
	condition->kind = kind;
	condition->negated = negated;
	condition->begins_alternative = begins_alternative;
	condition->pattern = copy(p->start + skip, p->length - skip);
	next(p);
	return true;
}

static bool parse_selection(struct parser *p, struct selection *selection)
{
	bool begins_alternative = true;
	do {
		if (!parse_condition(p, begins_alternative, selection))
			return false;
		begins_alternative = is(p, ",");
		if (!begins_alternative && !is(p, "&"))
			return true;
		next(p);
	} while (true);
}

static bool parse_arrow(struct parser *p, struct rule *rule)
{
	return parse_selection(p, &rule->left) && expect(p, "->", "'->', '&' or ','") &&
	       parse_selection(p, &rule->right);
}

static bool parse_names(struct parser *p, struct rule *rule, const char *between, const char *what)
{
	do {
		if (rule->name_count)
			next(p);
		if (p->kind != TOKEN_WORD)
			return wrong(p, what);
		*ARRAY_ADD(rule->names, rule->name_count, rule->name_capacity) = copy(p->start, p->length);
		next(p);
	} while (is(p, between));
	return true;
}

static bool parse_at_most(struct parser *p, struct rule *rule)
{
	if (!expect(p, "most", "'most'"))
		return false;
	if (p->kind != TOKEN_WORD || strspn(p->start, "0123456789") < p->length || p->length > 9)
		return wrong(p, "a number");
	rule->limit = strtoul(p->start, NULL, 10);
	next(p);
	return parse_selection(p, &rule->left);
}

// "link+type" and so on.
static bool parse_kinds(struct parser *p, struct rule *rule)
{
	rule->kinds = p->kind == TOKEN_WORD ? edge_kinds_parse(p->start, p->length) : 0;
	if (!rule->kinds)
		return wrong(p, "link, type, header, runtime or several with '+' between them");
	next(p);
	return true;
}

static bool parse_body(struct parser *p, struct rule *rule)
{
	switch (rule->kind) {
	case RULE_ORDER:
		return parse_names(p, rule, "<", "a group's name");
	case RULE_KEEP:
		return parse_names(p, rule, ",", "a symbol");
	case RULE_AT_MOST:
		return parse_at_most(p, rule);
	case RULE_INDEPENDENT:
	case RULE_USED:
		return parse_selection(p, &rule->left);
	case RULE_FORBID:
	case RULE_ONLY:
	case RULE_REQUIRE:
	case RULE_ALLOW:
	case RULE_EXCEPT:
	case RULE_KIND_COUNT:
		break;
	}
	return parse_arrow(p, rule);
}

static bool may_have_exceptions(enum rule_kind kind)
{
	return kind == RULE_ORDER || kind == RULE_FORBID || kind == RULE_ONLY || kind == RULE_INDEPENDENT;
}

static bool parse_rule(struct parser *p, struct rules *rules)
{
	static const char *const words[RULE_KIND_COUNT] = {
		"order", "forbid", "only", "require", "independent", "at", "used", "allow", "except", "keep"};
	size_t kind = 0;
	while (kind < RULE_KIND_COUNT && !is(p, words[kind]))
		kind++;
	if (kind == RULE_KIND_COUNT)
		return wrong(p, "order, forbid, only, require, independent, at most, used, allow, except or keep");
	size_t exempts = rules->count;
	while (kind == RULE_EXCEPT && exempts-- && rules->items[exempts].kind == RULE_EXCEPT)
		;
	if (kind == RULE_EXCEPT && (exempts == SIZE_MAX || !may_have_exceptions(rules->items[exempts].kind)))
		return wrong(p, "a rule about dependencies, which `except` follows,");
	struct rule *rule = ARRAY_ADD(rules->items, rules->count, rules->capacity);
	rule->kind = (enum rule_kind)kind;
	rule->line = p->token_line;
	rule->exempts = exempts;
	rule->kinds = EDGE_KINDS_USED;
	next(p);
	if (!parse_body(p, rule))
		return false;
	if (is(p, "via")) {
		next(p);
		if (!parse_kinds(p, rule))
			return false;
	}
	if (!expect(p, "because", "'because' and the reason in quotes"))
		return false;
	if (p->kind != TOKEN_STRING || !p->length)
		return wrong(p, "the reason in quotes");
	rule->reason = copy(p->start, p->length);
	next(p);
	return true;
}

bool rules_parse(const char *file, const char *text, struct rules *rules, char *why, size_t why_bytes)
{
	*rules = (struct rules){.file = copy(file, strlen(file))};
	struct parser parser = {.file = file, .at = text, .line = 1, .why = why, .why_bytes = why_bytes};
	for (next(&parser); parser.kind != TOKEN_END;)
		if (!parse_rule(&parser, rules))
			return false;
	return true;
}

bool selection_parse(const char *text, struct selection *selection, char *why, size_t why_bytes)
{
	*selection = (struct selection){};
	struct parser parser = {.at = text, .line = 1, .why = why, .why_bytes = why_bytes};
	next(&parser);
	if (!parse_selection(&parser, selection))
		return false;
	return parser.kind == TOKEN_END || wrong(&parser, "'&', ',' or the end");
}

void selection_free(struct selection *selection)
{
	for (size_t i = 0; i < selection->count; i++)
		free(selection->conditions[i].pattern);
	free(selection->conditions);
	*selection = (struct selection){};
}

void rules_free(struct rules *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		struct rule *rule = &rules->items[i];
		selection_free(&rule->left);
		selection_free(&rule->right);
		for (size_t g = 0; g < rule->name_count; g++)
			free(rule->names[g]);
		free(rule->names);
		free(rule->reason);
	}
	free(rules->items);
	free(rules->file);
	*rules = (struct rules){};
}
