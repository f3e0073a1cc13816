// depgraph: see, question and check the graph of cells.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/depgraph/verb.h"

// Under `bazel run` the program starts in its runfiles; the user's relative paths count from where bazel was called.
static int enter_callers_directory(void)
{
	const char *directory = getenv("BUILD_WORKING_DIRECTORY");
	if (!directory || !*directory || chdir(directory) == 0)
		return EXIT_GOOD;
	fprintf(stderr, "depgraph: %s: %s\n", directory, strerror(errno));
	return EXIT_BAD_INPUT;
}

int main(int count, char **arguments)
{
	struct options options;
	int status;
	if (!options_parse(count, arguments, &options, &status)) {
		options_free(&options);
		return status;
	}
	status = enter_callers_directory();
	if (status == EXIT_GOOD)
		status = options.verb->run(&options);
	options_free(&options);
	return status;
}
