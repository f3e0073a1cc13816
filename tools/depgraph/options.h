// The command line, taken apart.
//
// Context: host only; allocates.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/depgraph/graph.h"
#include "tools/depgraph/rules.h"

#ifdef __cplusplus
extern "C" {
#endif

// Exit statuses: stable, documented in --help.
enum exit_status {
	EXIT_GOOD = 0,
	EXIT_BROKEN = 1, // a rule is broken
	EXIT_CYCLE = 2,
	EXIT_USAGE = 64,     // the command line is wrong
	EXIT_BAD_INPUT = 65, // a file cannot be read or is not what it should be
	EXIT_OUTPUT = 73,    // the result cannot be written
};

enum view_step_kind {
	STEP_FOCUS,
	STEP_FROM,
	STEP_TO,
	STEP_WITHOUT,
	STEP_COLLAPSE,
};

// What narrows a picture, in the order of the command line.
struct view_step {
	enum view_step_kind kind;
	const char *argument;
};

struct verb;

struct options {
	const struct verb *verb;
	char **inputs; // the operands: files, and what the verb takes before them
	size_t input_count;
	const char *output; // null: standard output
	const char *format; // null: by the output's suffix, or the verb's first
	const char *rules_file;
	const char *baseline_file;
	const char *write_baseline_file;
	const char *since; // a revision
	const char *source_directory;
	const char *counts_file;
	const char *debug; // a file with debug information, or a directory of them
	struct view_step *steps;
	size_t step_count, step_capacity;
	size_t depth;
	uint32_t kinds; // of edges
	bool kinds_given;
	bool reduce, only_cycles, partial, list_edges, list_symbols, sections, unused_exports;
	bool colour;
};

// Options that a verb may take: bits of verb.options.
enum option_bit {
	TAKES_OUTPUT = 1 << 0,
	TAKES_FORMAT = 1 << 1,
	TAKES_RULES = 1 << 2,
	TAKES_VIEW = 1 << 3,
	TAKES_KINDS = 1 << 4,
	TAKES_PARTIAL = 1 << 5,
	TAKES_LISTS = 1 << 6,
	TAKES_BASELINE = 1 << 7,
	TAKES_SINCE = 1 << 8,
	TAKES_SOURCE = 1 << 9,
	TAKES_SECTIONS = 1 << 10,
	TAKES_DEBUG = 1 << 11,
	TAKES_COUNTS = 1 << 12,
	TAKES_UNUSED = 1 << 13,
	SHOWS_POINTERS = 1 << 14, // without --kinds, run-time pointers count too
};

struct verb {
	const char *name;
	const char *operands; // "INPUT..."
	const char *summary;
	const char *help;                  // what it answers, and examples
	unsigned options;                  // TAKES_*
	const char *formats;               // the ones it writes, first is the default, separated by '|'
	int least_operands, most_operands; // -1: any number
	int (*run)(const struct options *options);
};

struct option_text {
	const char *name;
	int number;
	unsigned needs;       // TAKES_*; 0: every verb takes it
	const char *argument; // null: none
	const char *help;
};

enum { OPTION_TEXT_COUNT = 26 };
extern const struct option_text option_texts[OPTION_TEXT_COUNT];

// The verbs, ended by one without a name.
extern const struct verb verbs[];

// Fills `options` from the arguments after the program's name. Returns false when the program should end at once with
// `status`: after --help, or after a mistake, which has been told on stderr.
bool options_parse(int count, char **arguments, struct options *options, int *status);
void options_free(struct options *options);

// Prints a mistake of the command line, prefixed by the verb, and returns EXIT_USAGE.
__attribute__((format(printf, 2, 3))) int usage_error(const struct options *options, const char *format, ...);

#ifdef __cplusplus
}
#endif
