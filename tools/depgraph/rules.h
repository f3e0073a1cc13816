// The rules file: which cells may depend on which, each rule with its reason.
//
// Free-form text; '#' begins a comment that goes to the end of the line. Every rule ends in `because "REASON"`.
//
//     order base < hal < sync because "..."     an edge goes to its own group or to one further left; every cell
//                                               belongs to one of the groups
//     forbid A -> B because "..."               no cell of A depends on a cell of B
//     only A -> B because "..."                 B is used by A (and by itself) alone
//     require A -> B because "..."              every cell of A depends on a cell of B
//     independent A because "..."               the cells of A do not depend on each other
//     at most 20 A because "..."                there are no more than 20 cells in A
//     used A because "..."                      each export of a cell of A is used by some cell
//     allow A -> B because "..."                an exception from all these rules
//     except A -> B because "..."               an exception from the rule that it follows
//     keep SYMBOL, SYMBOL because "..."         exports, wildcards allowed, that `used` passes over
//
// An exception is an error as soon as nothing needs it; so is each alternative in it, and each symbol that is kept.
//
// A and B are selections: NAME, group:NAME or class:NAME (core, checked, foreign), where NAME may hold the wildcards *
// and ?; `!` negates, `&` is "and", `,` is "or" and binds less. `forbid`, `only`, `independent`, `allow` and `except`
// may be limited to kinds of edges with `via link`, `via type+header`, before `because`.
//
//     forbid class:checked -> class:core & group:hal & !serial_port via link
//             because "devices are reached through one reviewed cell"
//
// Context: host only; allocates.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/depgraph/finding.h"
#include "tools/depgraph/graph.h"

#ifdef __cplusplus
extern "C" {
#endif

enum rule_kind {
	RULE_ORDER,
	RULE_FORBID,
	RULE_ONLY,
	RULE_REQUIRE,
	RULE_INDEPENDENT,
	RULE_AT_MOST,
	RULE_USED,
	RULE_ALLOW,
	RULE_EXCEPT,
	RULE_KEEP,
	RULE_KIND_COUNT
};

enum condition_kind { CONDITION_NAME, CONDITION_GROUP, CONDITION_CLASS };

struct condition {
	enum condition_kind kind;
	bool negated;
	bool begins_alternative; // stands after a ','
	char *pattern;
};

struct selection {
	struct condition *conditions;
	size_t count, capacity;
};

struct rule {
	enum rule_kind kind;
	unsigned line;
	uint32_t kinds; // of edges
	size_t limit;   // at most
	struct selection left, right;
	char **names; // order: groups, lowest first; keep: symbols
	size_t name_count, name_capacity;
	size_t exempts; // except: the rule that it follows, by index
	char *reason;
};

struct rules {
	char *file;
	struct rule *items;
	size_t count, capacity;
};

// Reads the text of a rules file. False: a mistake, told in `why` with file, line and what was expected.
bool rules_parse(const char *file, const char *text, struct rules *rules, char *why, size_t why_bytes);
void rules_free(struct rules *rules);

// By cell: whether it belongs to the selection. Free with free().
bool *selection_cells(const struct graph *graph, const struct selection *selection);

// Parses a selection alone, as the command line's --focus takes it. False: `why` says what was expected.
bool selection_parse(const char *text, struct selection *selection, char *why, size_t why_bytes);
void selection_free(struct selection *selection);

// The position of a group in the first `order` rule, lowest 0; GRAPH_NONE if it stands in none.
uint32_t rules_layer(const struct rules *rules, const char *group);

// Appends what breaks the rules. Of a `partial` graph it cannot be told what is missing in it: `require`, `used` and
// exceptions that nothing needs are then not reported.
void rules_check(const struct graph *graph, const struct rules *rules, bool partial, struct findings *findings);

#ifdef __cplusplus
}
#endif
