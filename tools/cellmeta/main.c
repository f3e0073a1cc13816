// cellmeta: derives, prints and verifies the metadata of cells. See docs/metadata.md.
#include <stdio.h>
#include <string.h>

#include "tools/cellmeta/cell_options.h"
#include "tools/cellmeta/verbs.h"

static int usage(void)
{
	fputs("usage: cellmeta print [--json] FILE.o...    what finished cells say about themselves\n"
	      "       cellmeta verify FILE.o...            whether it is true, as far as the object can tell\n"
	      "       cellmeta interface|derive|seal ...   steps of the build: tools/cellmeta/make_cell_object.sh\n",
		stderr);
	return EXIT_USAGE;
}

int main(int count, char **arguments)
{
	static const struct {
		const char *name;
		int (*run)(int count, char **arguments);
	} verbs[] = {{"interface", verb_interface}, {"derive", verb_derive}, {"seal", verb_seal}, {"print", verb_print},
		{"verify", verb_verify}};
	for (size_t i = 0; count > 1 && i < sizeof verbs / sizeof verbs[0]; i++)
		if (!strcmp(arguments[1], verbs[i].name))
			return verbs[i].run(count - 2, arguments + 2);
	return usage();
}
