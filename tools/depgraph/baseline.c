#include "tools/depgraph/baseline.h"

#include <stdlib.h>
#include <string.h>

static bool names(const char *line, size_t length, const struct finding *finding)
{
	size_t check = strlen(finding->check), subject = strlen(finding->subject);
	return length == check + 1 + subject && strncmp(line, finding->check, check) == 0 && line[check] == ' ' &&
	       strncmp(line + check + 1, finding->subject, subject) == 0;
}

// Takes out every finding of the line; a rule may be broken several times in one way.
static bool take_out(const char *line, size_t length, struct findings *findings)
{
	size_t kept = 0;
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->items[i];
		if (names(line, length, finding)) {
			free(finding->subject);
			free(finding->message);
			free(finding->details);
			free(finding->source);
		} else {
			findings->items[kept++] = *finding;
		}
	}
	bool found = kept < findings->count;
	findings->count = kept;
	return found;
}

void baseline_apply(const char *file, const char *text, struct findings *findings)
{
	unsigned number = 1;
	for (const char *line = text; *line; number++) {
		size_t whole = strcspn(line, "\n");
		size_t length = whole;
		while (length && strchr(" \t\r", line[length - 1]))
			length--;
		if (length && *line != '#' && !take_out(line, length, findings)) {
			struct finding *stale = findings_add(findings, "stale-baseline", "%.*s", (int)length, line);
			stale->file = file;
			stale->line = number;
			finding_say(stale, "%s:%u: '%.*s' is not true any more: take it out", file, number, (int)length,
				line);
		}
		line += whole + (line[whole] == '\n');
	}
}

void baseline_write(FILE *to, const struct findings *findings)
{
	fprintf(to, "# Findings that are known; each line must stay true until it is taken out.\n");
	for (size_t i = 0; i < findings->count; i++)
		if (!findings->items[i].note)
			fprintf(to, "%s %s\n", findings->items[i].check, findings->items[i].subject);
}
