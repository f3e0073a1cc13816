#include "tools/depgraph/options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/input.h"

enum option_number {
	OPTION_RULES = 256,
	OPTION_BASELINE,
	OPTION_WRITE_BASELINE,
	OPTION_FOCUS,
	OPTION_DEPTH,
	OPTION_FROM,
	OPTION_TO,
	OPTION_WITHOUT,
	OPTION_COLLAPSE,
	OPTION_REDUCE,
	OPTION_ONLY_CYCLES,
	OPTION_KINDS,
	OPTION_PARTIAL,
	OPTION_EDGES,
	OPTION_SYMBOLS,
	OPTION_SECTIONS,
	OPTION_SINCE,
	OPTION_SOURCE,
	OPTION_COLOUR,
	OPTION_WAIT,
	OPTION_COUNTS,
	OPTION_UNUSED_EXPORTS,
	OPTION_DEBUG,
};

const struct option_text option_texts[] = {
	{"output", 'o', TAKES_OUTPUT, "FILE", "write there; the suffix tells the format"},
	{"format", 'f', TAKES_FORMAT, "FORMAT", "one of the formats above"},
	{"rules", OPTION_RULES, TAKES_RULES, "FILE", "the rules file (draw: the order of its groups)"},
	{"baseline", OPTION_BASELINE, TAKES_BASELINE, "FILE", "known findings: not reported, but must still be true"},
	{"write-baseline", OPTION_WRITE_BASELINE, TAKES_BASELINE, "FILE", "write the findings as a baseline, exit 0"},
	{"partial", OPTION_PARTIAL, TAKES_PARTIAL, NULL, "the inputs are a part: what they need may be missing"},
	{"unused-exports", OPTION_UNUSED_EXPORTS, TAKES_UNUSED, NULL, "an export that no cell uses is a finding too"},
	{"focus", OPTION_FOCUS, TAKES_VIEW, "CELLS", "only cells near these (NAME, group:NAME, class:NAME)"},
	{"depth", OPTION_DEPTH, TAKES_VIEW, "N", "how near, in edges; 1 if not given"},
	{"from", OPTION_FROM, TAKES_VIEW, "CELLS", "only what these depend on, directly or not"},
	{"to", OPTION_TO, TAKES_VIEW, "CELLS", "only what depends on these, directly or not"},
	{"without", OPTION_WITHOUT, TAKES_VIEW, "CELLS", "leave these out"},
	{"collapse", OPTION_COLLAPSE, TAKES_VIEW, "GROUP", "one box for a whole group; wildcards allowed"},
	{"reduce", OPTION_REDUCE, TAKES_VIEW, NULL, "leave out each edge that a longer way replaces"},
	{"only-cycles", OPTION_ONLY_CYCLES, TAKES_VIEW, NULL, "only cells and edges that are part of a cycle"},
	{"kinds", OPTION_KINDS, TAKES_KINDS, "KINDS",
		"only edges of these kinds: link, type, header, runtime, as link+type"},
	{"edges", OPTION_EDGES, TAKES_LISTS, NULL, "list edges: from, to, kinds, number of symbols, symbols"},
	{"symbols", OPTION_SYMBOLS, TAKES_LISTS, NULL, "list exports: symbol, cell, kind, size, type hash, users"},
	{"sections", OPTION_SECTIONS, TAKES_SECTIONS, NULL, "look inside: sections, and what each is bound to"},
	{"since", OPTION_SINCE, TAKES_SINCE, "REV", "what changed is what git says, in place of CELL"},
	{"source", OPTION_SOURCE, TAKES_SOURCE, "DIR", "the repository: also look into the source"},
	{"counts", OPTION_COUNTS, TAKES_COUNTS, "FILE",
		"lines and raw operations, as the build counts them (//:counts)"},
	{"debug", OPTION_DEBUG, TAKES_DEBUG, "PATH", "debug information: NAME.debug, or a directory of such files"},
	{"wait", OPTION_WAIT, 0, "SECONDS", "how long a running system may take to answer; 60 if not given"},
	{"color", OPTION_COLOUR, 0, "WHEN", "auto (a terminal, unless NO_COLOR is set), always, never"},
	{"help", 'h', 0, NULL, "this text"},
};
static_assert(sizeof option_texts / sizeof *option_texts == OPTION_TEXT_COUNT, "the count in options.h is stale");

int usage_error(const struct options *options, const char *format, ...)
{
	fprintf(stderr, "depgraph%s%s: ", options->verb ? " " : "", options->verb ? options->verb->name : "");
	va_list arguments;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\nTry: depgraph%s%s --help\n", options->verb ? " " : "",
		options->verb ? options->verb->name : "");
	return EXIT_USAGE;
}

static void print_general_help(void)
{
	printf("depgraph: see, question and check the graph of cells\n\n"
	       "    depgraph VERB [OPTION...] INPUT...\n\n"
	       "An INPUT is the archive (cells.cpio), the ISO image, an object (*.o), a directory of objects, a\n"
	       "static library, a graph saved by `list -o FILE.json`, or - for what comes through a pipe; several\n"
	       "are read as one graph. What it is, is told from its contents. Objects without metadata are known\n"
	       "by their symbols alone, so other projects can be looked at too. A running system is asked through\n"
	       "its serial line, which QEMU offers as a socket: live:unix:PATH or live:tcp:HOST:PORT\n"
	       "(tools/run --serial unix:PATH); a recording of such a line is live:file:PATH.\n\n"
	       "Verbs (depgraph VERB --help says more, with examples):\n");
	for (const struct verb *verb = verbs; verb->name; verb++)
		printf("    %-10s %s\n", verb->name, verb->summary);
	printf("\nStart here:\n"
	       "    depgraph list bazel-bin/image/ariadne.cells.cpio\n"
	       "    depgraph draw -o cells.svg bazel-bin/image/ariadne.cells.cpio\n"
	       "    depgraph draw --focus heap --depth 2 -o heap.svg bazel-bin/image/ariadne.cells.cpio\n"
	       "    depgraph check --rules tools/depgraph/ariadne.rules bazel-bin/image/ariadne.cells.cpio\n\n"
	       "Exit status: 0 good; 1 a rule is broken; 2 there is a cycle; 64 the command line is wrong;\n"
	       "65 an input cannot be read or is not what it should be; 70 out of memory; 73 cannot write.\n");
}

static void print_verb_help(const struct verb *verb)
{
	printf("depgraph %s %s\n%s\n\n%s\n", verb->name, verb->operands, verb->summary, verb->help);
	if (verb->options & TAKES_FORMAT)
		printf("Formats: %s\n", verb->formats);
	printf("Options:\n");
	for (size_t i = 0; i < OPTION_TEXT_COUNT; i++) {
		const struct option_text *option = &option_texts[i];
		if (option->needs && !(verb->options & option->needs))
			continue;
		char name[40];
		snprintf(name, sizeof name, "--%s%s%s", option->name, option->argument ? " " : "",
			option->argument ? option->argument : "");
		if (option->number < 256)
			printf("    -%c, %-22s %s\n", option->number, name, option->help);
		else
			printf("        %-22s %s\n", name, option->help);
	}
}

static bool set_colour(struct options *options, const char *when)
{
	const char *forbidden = getenv("NO_COLOR");
	if (strcmp(when, "always") == 0)
		options->colour = true;
	else if (strcmp(when, "never") == 0)
		options->colour = false;
	else if (strcmp(when, "auto") == 0)
		options->colour = isatty(STDOUT_FILENO) && !(forbidden && *forbidden);
	else
		return false;
	return true;
}

static void add_step(struct options *options, enum view_step_kind kind, const char *argument)
{
	*ARRAY_ADD(options->steps, options->step_count, options->step_capacity) = (struct view_step){kind, argument};
}

static bool parse_wait(const char *text)
{
	if (!*text || text[strspn(text, "0123456789")] || strlen(text) > 5)
		return false;
	input_live_seconds = (int)strtol(text, NULL, 10);
	return true;
}

static bool parse_depth(struct options *options, const char *text)
{
	if (!*text || text[strspn(text, "0123456789")] || strlen(text) > 9)
		return false;
	options->depth = strtoul(text, NULL, 10);
	return true;
}

static bool has_format(const struct verb *verb, const char *format)
{
	size_t length = strlen(format);
	for (const char *at = verb->formats; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
		if (strncmp(at, format, length) == 0 && (at[length] == '|' || !at[length]) && length)
			return true;
	return false;
}

// Options that narrow a view.
static bool apply_view(struct options *options, int number, const char *argument)
{
	switch (number) {
	case OPTION_FOCUS:
		add_step(options, STEP_FOCUS, argument);
		return true;
	case OPTION_FROM:
		add_step(options, STEP_FROM, argument);
		return true;
	case OPTION_TO:
		add_step(options, STEP_TO, argument);
		return true;
	case OPTION_WITHOUT:
		add_step(options, STEP_WITHOUT, argument);
		return true;
	case OPTION_COLLAPSE:
		add_step(options, STEP_COLLAPSE, argument);
		return true;
	case OPTION_DEPTH:
		return parse_depth(options, argument);
	case OPTION_REDUCE:
		options->reduce = true;
		return true;
	default:
		options->only_cycles = true;
		return true;
	}
}

static bool apply(struct options *options, int number, const char *argument)
{
	switch (number) {
	case 'o':
		options->output = argument;
		return true;
	case 'f':
		options->format = argument;
		return has_format(options->verb, argument);
	case OPTION_RULES:
		options->rules_file = argument;
		return true;
	case OPTION_BASELINE:
		options->baseline_file = argument;
		return true;
	case OPTION_WRITE_BASELINE:
		options->write_baseline_file = argument;
		return true;
	case OPTION_KINDS:
		options->kinds = edge_kinds_parse(argument, strlen(argument));
		options->kinds_given = true;
		return options->kinds;
	case OPTION_PARTIAL:
		options->partial = true;
		return true;
	case OPTION_EDGES:
		options->list_edges = true;
		return true;
	case OPTION_SYMBOLS:
		options->list_symbols = true;
		return true;
	case OPTION_SECTIONS:
		options->sections = true;
		return true;
	case OPTION_SINCE:
		options->since = argument;
		return true;
	case OPTION_SOURCE:
		options->source_directory = argument;
		return true;
	case OPTION_DEBUG:
		options->debug = argument;
		return true;
	case OPTION_UNUSED_EXPORTS:
		options->unused_exports = true;
		return true;
	case OPTION_COUNTS:
		options->counts_file = argument;
		return true;
	case OPTION_WAIT:
		return parse_wait(argument);
	case OPTION_COLOUR:
		return set_colour(options, argument);
	default:
		return apply_view(options, number, argument);
	}
}

static const struct option_text *find_text(int number)
{
	for (size_t i = 0; i < OPTION_TEXT_COUNT; i++)
		if (option_texts[i].number == number)
			return &option_texts[i];
	return NULL;
}

// getopt's own messages are switched off: ours name the verb and point at its help.
static bool parse_options(int count, char **arguments, struct options *options, int *status)
{
	struct option table[OPTION_TEXT_COUNT + 1] = {};
	for (size_t i = 0; i < OPTION_TEXT_COUNT; i++)
		table[i] = (struct option){option_texts[i].name,
			option_texts[i].argument ? required_argument : no_argument, NULL, option_texts[i].number};
	opterr = 0;
	optind = 1;
	int number;
	while ((number = getopt_long(count, arguments, ":o:f:h", table, NULL)) != -1) {
		const char *given = arguments[optind - 1];
		const struct option_text *text = find_text(number);
		if (number == 'h') {
			print_verb_help(options->verb);
			*status = EXIT_GOOD;
			return false;
		}
		if (number == ':')
			*status = usage_error(options, "%s needs an argument", given);
		else if (!text)
			*status = usage_error(options, "unknown option %s", given);
		else if (text->needs && !(options->verb->options & text->needs))
			*status = usage_error(options, "--%s means nothing here", text->name);
		else if (apply(options, number, optarg))
			continue;
		else if (number == 'f')
			*status = usage_error(
				options, "cannot write the format '%s'; known: %s", optarg, options->verb->formats);
		else
			*status = usage_error(options, "--%s cannot take '%s'", text->name, optarg);
		return false;
	}
	return true;
}

static const struct verb *find_verb(const char *name)
{
	for (const struct verb *verb = verbs; verb->name; verb++)
		if (strcmp(verb->name, name) == 0)
			return verb;
	return NULL;
}

// A table may be kept under any name; a picture that is none of the formats is a mistake.
static int check_suffix(const struct options *options)
{
	const char *suffix = options->output ? strrchr(options->output, '.') : NULL;
	if (options->format || !suffix || strchr(suffix, '/') || strncmp(options->verb->formats, "text", 4) == 0 ||
		has_format(options->verb, suffix + 1))
		return EXIT_GOOD;
	return usage_error(options, "cannot write the format '%s'; known: %s, and --format says which", suffix + 1,
		options->verb->formats);
}

bool options_parse(int count, char **arguments, struct options *options, int *status)
{
	*options = (struct options){.depth = 1};
	set_colour(options, "auto");
	if (count < 2) {
		*status = usage_error(options, "a verb is missing");
		return false;
	}
	if (strcmp(arguments[1], "--help") == 0 || strcmp(arguments[1], "-h") == 0 ||
		strcmp(arguments[1], "help") == 0) {
		options->verb = count > 2 ? find_verb(arguments[2]) : NULL;
		if (options->verb)
			print_verb_help(options->verb);
		else
			print_general_help();
		*status = EXIT_GOOD;
		return false;
	}
	if (strcmp(arguments[1], "--version") == 0) {
		printf("depgraph 1.0; saved graphs: format version 1\n");
		*status = EXIT_GOOD;
		return false;
	}
	options->verb = find_verb(arguments[1]);
	if (!options->verb) {
		*status = usage_error(options, "there is no verb '%s'", arguments[1]);
		return false;
	}
	options->kinds = options->verb->options & SHOWS_POINTERS ? EDGE_KINDS_USED : EDGE_KINDS_BUILT;
	if (!parse_options(count - 1, arguments + 1, options, status))
		return false;
	options->inputs = arguments + 1 + optind;
	options->input_count = (size_t)(count - 1 - optind);
	if ((int)options->input_count < options->verb->least_operands ||
		(options->verb->most_operands >= 0 && (int)options->input_count > options->verb->most_operands)) {
		*status = usage_error(options, "expected %s", options->verb->operands);
		return false;
	}
	*status = check_suffix(options);
	return *status == EXIT_GOOD;
}

void options_free(struct options *options)
{
	free(options->steps);
	options->steps = NULL;
}
