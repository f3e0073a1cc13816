// `depgraph manual` and `depgraph completion`: made from the tables that the program itself works by, so they cannot be
// out of date.
#include <string.h>

#include "tools/depgraph/verb.h"

// Text for roff: a backslash and a leading dot or quote mean something there, and a minus is not a hyphen.
static void write_roff(FILE *to, const char *text)
{
	for (bool line_begins = true; *text; text++) {
		if (line_begins && (*text == '.' || *text == '\''))
			fputs("\\&", to);
		if (*text == '\\')
			fputs("\\e", to);
		else if (*text == '-')
			fputs("\\-", to);
		else
			putc(*text, to);
		line_begins = *text == '\n';
	}
}

// Paragraphs as they are; indented lines are examples.
static void write_help(FILE *to, const char *help)
{
	fprintf(to, ".nf\n");
	write_roff(to, help);
	fprintf(to, ".fi\n");
}

static void write_option(FILE *to, const struct option_text *option)
{
	fprintf(to, ".TP\n.B ");
	if (option->number < 256)
		fprintf(to, "\\-%c, ", option->number);
	fprintf(to, "\\-\\-");
	write_roff(to, option->name);
	fprintf(to, "%s%s\n", option->argument ? " " : "", option->argument ? option->argument : "");
	write_roff(to, option->help);
	putc('\n', to);
}

static void write_verbs(FILE *to)
{
	for (const struct verb *verb = verbs; verb->name; verb++) {
		fprintf(to, ".SS \"%s %s\"\n", verb->name, verb->operands);
		write_roff(to, verb->summary);
		fprintf(to, ".\n.PP\n");
		write_help(to, verb->help);
		fprintf(to, ".PP\nOptions:");
		const char *before = " ";
		for (size_t i = 0; i < OPTION_TEXT_COUNT; i++) {
			if (option_texts[i].needs && !(verb->options & option_texts[i].needs))
				continue;
			fprintf(to, "%s\\-\\-", before);
			write_roff(to, option_texts[i].name);
			before = ", ";
		}
		fprintf(to, ".\n");
		if (verb->options & TAKES_FORMAT)
			fprintf(to, "Formats: %s.\n", verb->formats);
	}
}

int verb_manual(const struct options *options)
{
	struct output output;
	output_open(&output, options);
	FILE *to = output.stream;
	fprintf(to, ".TH DEPGRAPH 1 \"\" Ariadne\n.SH NAME\ndepgraph \\- see, question and check the graph of cells\n"
		    ".SH SYNOPSIS\n.B depgraph\n.I VERB\n[OPTION...] INPUT...\n.SH INPUTS\n");
	fprintf(to,
		"The archive (cells.cpio), the ISO image, an object (*.o), a directory of objects, a static\n"
		"library, a graph saved by\n.BR \"list \\-\\-format json\" ,\nor \\- for what comes through a pipe.\n"
		"Several are read as one graph. What an input is, is told from its contents. Objects without\n"
		"metadata are known by their symbols alone.\n.PP\n"
		".BR live:unix:PATH \" or \" live:tcp:HOST:PORT\n"
		"is a running system, asked through its serial line, which QEMU offers as a socket;\n"
		".B live:file:PATH\nis what came out of such a line, recorded.\n.SH VERBS\n");
	write_verbs(to);
	fprintf(to, ".SH OPTIONS\n");
	for (size_t i = 0; i < OPTION_TEXT_COUNT; i++)
		write_option(to, &option_texts[i]);
	fprintf(to, ".SH EXIT STATUS\n"
		    ".TP\n0\ngood\n.TP\n1\na rule is broken; diff, compare: there is a difference; why, path: there is "
		    "no way\n"
		    ".TP\n2\nthere is a cycle\n.TP\n64\nthe command line is wrong\n"
		    ".TP\n65\nan input cannot be read or is not what it should be\n"
		    ".TP\n70\nout of memory\n.TP\n73\nthe result cannot be written\n"
		    ".SH ENVIRONMENT\n.TP\nNO_COLOR\nif set and not empty, no colour unless \\-\\-color always\n"
		    ".TP\nBUILD_WORKING_DIRECTORY\nset by bazel run: relative paths count from there\n");
	return output_close(&output);
}

static void write_names(FILE *to, unsigned options)
{
	for (size_t i = 0; i < OPTION_TEXT_COUNT; i++)
		if (!option_texts[i].needs || options & option_texts[i].needs)
			fprintf(to, " --%s", option_texts[i].name);
}

// "a|b" as "a b".
static void write_words(FILE *to, const char *words)
{
	for (; *words; words++)
		putc(*words == '|' ? ' ' : *words, to);
}

// What an option can take, or null: a file, a cell, anything. A verb's formats are its own.
static const char *values_of(const struct verb *verb, const struct option_text *option)
{
	if (strcmp(option->name, "format") == 0)
		return verb->formats;
	if (strcmp(option->name, "kinds") == 0)
		return "link|type|header|runtime";
	return strcmp(option->name, "color") == 0 ? "auto|always|never" : NULL;
}

// How many cells a verb takes before its inputs.
static int cells_before(const struct verb *verb)
{
	return strncmp(verb->operands, "A B INPUT", 9) == 0 ? 2 : strncmp(verb->operands, "CELL", 4) == 0 ? 1 : 0;
}

static void complete_for_bash(FILE *to)
{
	fprintf(to, "_depgraph()\n{\n\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} "
		    "words= verb=${COMP_WORDS[1]}\n\tif ((COMP_CWORD == 1)); then\n\t\twords=\"--help");
	for (const struct verb *verb = verbs; verb->name; verb++)
		fprintf(to, " %s", verb->name);
	fprintf(to, "\"\n\telif [[ $before == --format || $before == -f ]]; then\n\t\tcase $verb in\n");
	for (const struct verb *verb = verbs; verb->name; verb++) {
		if (!(verb->options & TAKES_FORMAT))
			continue;
		fprintf(to, "\t\t%s) words=\"", verb->name);
		write_words(to, verb->formats);
		fprintf(to, "\" ;;\n");
	}
	fprintf(to, "\t\tesac\n\telif [[ $before == --kinds ]]; then\n\t\twords=\"link type header runtime\"\n"
		    "\telif [[ $before == --color ]]; then\n\t\twords=\"auto always never\"\n"
		    "\telif [[ $verb == completion ]]; then\n\t\twords=\"bash zsh fish\"\n"
		    "\telif [[ $word == -* ]]; then\n\t\tcase $verb in\n");
	for (const struct verb *verb = verbs; verb->name; verb++) {
		fprintf(to, "\t\t%s) words=\"", verb->name);
		write_names(to, verb->options);
		fprintf(to, "\" ;;\n");
	}
	fprintf(to, "\t\tesac\n\telif [[ $verb =~ ^(");
	const char *before = "";
	for (const struct verb *verb = verbs; verb->name; verb++) {
		if (!cells_before(verb))
			continue;
		fprintf(to, "%s%s", before, verb->name);
		before = "|";
	}
	fprintf(to,
		")$ || $before =~ ^--(focus|from|to|without)$ ]]; then\n"
		"\t\t# cells of the first input that is on the line already\n"
		"\t\tlocal input\n\t\tfor input in \"${COMP_WORDS[@]:2}\"; do\n"
		"\t\t\t[[ -f $input ]] && words=$(depgraph list \"$input\" 2>/dev/null | sed '1d; s/ .*//') && break\n"
		"\t\tdone\n\tfi\n"
		"\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\"; [[ $word == -* ]] || compgen -f -- "
		"\"$word\")\n}\ncomplete -o filenames -F _depgraph depgraph\n");
}

// In single quotes, as zsh and fish want it; a quote mark becomes an apostrophe of typography.
static void write_shell_quoted(FILE *to, const char *text, const char *escaped)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("\u2019", to);
		else
			fprintf(to, "%s%c", strchr(escaped, *text) ? "\\" : "", *text);
	}
}

static bool takes(const struct verb *verb, const struct option_text *option)
{
	return !option->needs || verb->options & option->needs;
}

// What zsh does to complete the value of an option.
static void write_zsh_action(FILE *to, const struct verb *verb, const struct option_text *option)
{
	const char *values = values_of(verb, option);
	fprintf(to, ":%s:", option->argument);
	if (values) {
		putc('(', to);
		write_words(to, values);
		putc(')', to);
	} else if (strcmp(option->argument, "FILE") == 0 || strcmp(option->argument, "PATH") == 0) {
		fprintf(to, "_files");
	} else if (strcmp(option->argument, "DIR") == 0) {
		fprintf(to, "_directories");
	} else if (strcmp(option->argument, "CELLS") == 0) {
		fprintf(to, "_depgraph_cells");
	}
}

static void complete_verb_for_zsh(FILE *to, const struct verb *verb)
{
	fprintf(to, "\t%s)\n\t\t_arguments", verb->name);
	for (size_t i = 0; i < OPTION_TEXT_COUNT; i++) {
		const struct option_text *option = &option_texts[i];
		if (!takes(verb, option))
			continue;
		fprintf(to, " \\\n\t\t\t'--%s[", option->name);
		write_shell_quoted(to, option->help, "[]:");
		putc(']', to);
		if (option->argument)
			write_zsh_action(to, verb, option);
		putc('\'', to);
	}
	for (int cell = 1; cell <= cells_before(verb); cell++)
		fprintf(to, " \\\n\t\t\t'%d:cell:_depgraph_cells'", cell);
	if (verb->run == verb_completion)
		fprintf(to, " \\\n\t\t\t'1:shell:(bash zsh fish)'");
	else
		fprintf(to, " \\\n\t\t\t'*:input:_files'");
	fprintf(to, "\n\t\t;;\n");
}

static void complete_for_zsh(FILE *to)
{
	fprintf(to,
		"#compdef depgraph\n_depgraph_cells()\n{\n\t# cells of the first input that is on the line already\n"
		"\tlocal input\n\tfor input in $words; do\n\t\t[[ -f $input ]] || continue\n"
		"\t\tcompadd -- $(depgraph list $input 2>/dev/null | sed '1d; s/ .*//')\n\t\treturn\n\tdone\n"
		"\t_files\n}\n_depgraph()\n{\n\tlocal -a verbs\n\tverbs=(\n");
	for (const struct verb *verb = verbs; verb->name; verb++) {
		fprintf(to, "\t\t'%s:", verb->name);
		write_shell_quoted(to, verb->summary, ":");
		fprintf(to, "'\n");
	}
	fprintf(to, "\t)\n\tif ((CURRENT == 2)); then\n\t\t_describe verb verbs\n\t\treturn\n\tfi\n"
		    "\tlocal verb=$words[2]\n\tshift words\n\t((CURRENT--))\n\tcase $verb in\n");
	for (const struct verb *verb = verbs; verb->name; verb++)
		complete_verb_for_zsh(to, verb);
	fprintf(to, "\tesac\n}\ncompdef _depgraph depgraph\n");
}

static void complete_option_for_fish(FILE *to, const struct option_text *option, const struct verb *only)
{
	fprintf(to, "complete -c depgraph -n '__fish_seen_subcommand_from");
	for (const struct verb *verb = only ? only : verbs; verb->name; verb++) {
		if (takes(verb, option))
			fprintf(to, " %s", verb->name);
		if (only)
			break;
	}
	const char *values = only ? values_of(only, option) : values_of(verbs, option);
	fprintf(to, "' -l %s", option->name);
	if (values) {
		fprintf(to, " -x -a '");
		write_words(to, values);
		putc('\'', to);
	} else if (option->argument && strcmp(option->argument, "CELLS") == 0) {
		fprintf(to, " -x -a '(__depgraph_cells)'");
	} else if (option->argument) {
		fprintf(to, " -r");
	}
	fprintf(to, " -d '");
	write_shell_quoted(to, option->help, "");
	fprintf(to, "'\n");
}

static void complete_for_fish(FILE *to)
{
	fprintf(to, "function __depgraph_cells\n    # of the first input that is on the line already\n"
		    "    for input in (commandline -opc)\n        test -f $input; or continue\n"
		    "        depgraph list $input 2>/dev/null | sed '1d; s/ .*//'\n        return\n    end\nend\n");
	for (const struct verb *verb = verbs; verb->name; verb++) {
		fprintf(to, "complete -c depgraph -n __fish_use_subcommand -f -a %s -d '", verb->name);
		write_shell_quoted(to, verb->summary, "");
		fprintf(to, "'\n");
		if (cells_before(verb))
			fprintf(to,
				"complete -c depgraph -n '__fish_seen_subcommand_from %s' -a '(__depgraph_cells)'\n",
				verb->name);
	}
	fprintf(to, "complete -c depgraph -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n");
	for (size_t i = 0; i < OPTION_TEXT_COUNT; i++) {
		const struct option_text *option = &option_texts[i];
		if (strcmp(option->name, "format") != 0) {
			complete_option_for_fish(to, option, NULL);
			continue;
		}
		for (const struct verb *verb = verbs; verb->name; verb++)
			if (takes(verb, option))
				complete_option_for_fish(to, option, verb);
	}
}

int verb_completion(const struct options *options)
{
	static const struct {
		const char *shell;
		void (*write)(FILE *to);
	} shells[] = {{"bash", complete_for_bash}, {"zsh", complete_for_zsh}, {"fish", complete_for_fish}};
	const char *shell = options->input_count ? options->inputs[0] : "bash";
	size_t i = 0;
	while (i < 3 && strcmp(shells[i].shell, shell) != 0)
		i++;
	if (i == 3)
		return usage_error(options, "known shells are bash, zsh and fish, not '%s'", shell);
	struct output output;
	output_open(&output, options);
	shells[i].write(output.stream);
	return output_close(&output);
}
