// Runs Graphviz. Its input and output go through unnamed temporary files: with pipes both ways, a large picture could
// make the two processes wait for each other for ever.
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/depgraph/render_dot.h"

extern char **environ;

static bool fail(char *why, size_t why_bytes, const char *what, int cause)
{
	snprintf(why, why_bytes, "%s%s%s", what, cause ? ": " : "", cause ? strerror(cause) : "");
	return false;
}

static int run_dot(const char *format, FILE *input, FILE *output, int *exit_status)
{
	char option[16];
	snprintf(option, sizeof option, "-T%s", format);
	char name[] = "dot";
	char *const arguments[] = {name, option, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fileno(input), STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, fileno(output), STDOUT_FILENO);
	pid_t child;
	int cause = posix_spawnp(&child, "dot", &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (cause)
		return cause;
	while (waitpid(child, exit_status, 0) < 0)
		if (errno != EINTR)
			return errno;
	return 0;
}

static bool copy_stream(FILE *from, FILE *to)
{
	char buffer[65536];
	size_t length;
	rewind(from);
	while ((length = fread(buffer, 1, sizeof buffer, from)) > 0)
		if (fwrite(buffer, 1, length, to) != length)
			return false;
	return !ferror(from) && fflush(to) == 0;
}

static bool draw(const char *source, size_t source_bytes, const char *format, FILE *files[2], FILE *to, char *why,
	size_t why_bytes)
{
	if (!files[0] || !files[1])
		return fail(why, why_bytes, "cannot make a temporary file", errno);
	if (fwrite(source, 1, source_bytes, files[0]) != source_bytes || fflush(files[0]) != 0)
		return fail(why, why_bytes, "cannot write a temporary file", errno);
	rewind(files[0]);
	int status = 0;
	int cause = run_dot(format, files[0], files[1], &status);
	if (cause)
		return fail(why, why_bytes, "cannot start Graphviz's program dot (package graphviz)", cause);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return fail(why, why_bytes, "Graphviz's program dot failed; its message is above", 0);
	return copy_stream(files[1], to) || fail(why, why_bytes, "cannot write the picture", errno);
}

bool render_image(const char *source, size_t source_bytes, const char *format, FILE *to, char *why, size_t why_bytes)
{
	FILE *files[2] = {tmpfile(), tmpfile()};
	bool good = draw(source, source_bytes, format, files, to, why, why_bytes);
	for (int i = 0; i < 2; i++)
		if (files[i])
			fclose(files[i]);
	return good;
}
