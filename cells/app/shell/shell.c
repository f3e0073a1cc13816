#include "cells/app/shell/shell.h"

#include "cells/app/shell/shell_internal.h"
#include "cells/boot/kernel_command_line/kernel_command_line.h"
#include "cells/console/command_finder/command_finder.h"
#include "cells/console/command_words/command_words.h"
#include "cells/console/console/console.h"
#include "cells/console/line_history/line_history.h"
#include "cells/diagnostics/log/log.h"
#include "cells/hal/debug_exit/debug_exit.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/sync/cell_pointer/cell_pointer.h"
#include "cells/task/sleep/sleep.h"
#include "cells/unwind/landing/landing.h"

#define PROMPT TEXT("ariadne> ")

enum { KEY_POLL_NANOSECONDS = 2 * 1000 * 1000 }; // no slower than a line of 115,200 baud fills a serial port's buffer

CELL_POINTER_TYPE(command_pointer, const struct command);

static CELL_STATE_ZERO struct {
	struct command_pointer running;
	struct line_editor editor;
	struct line_history history;
	char line[LINE_EDITOR_CAPACITY + 1]; // the line that runs; the editor may already hold the next one
} shell;

// ------------------------------------------------------------------------------------------------ running

// An indirect call in a function without clean-ups, where the compiler checks its type.
static __attribute__((noinline)) enum status call_run(
	const struct command *command, const struct command_arguments *arguments)
{
	return command->run(arguments);
}

// One command on its way, and how it ended.
struct command_run {
	const struct command *command;
	const struct command_arguments *arguments;
	enum status status;
};

static void run_in_catch(void *context)
{
	struct command_run *run = context;
	run->status = call_run(run->command, run->arguments);
}

// A command that crashes is unwound; the shell lives on.
static enum status run_and_survive(const struct command *command, const struct command_arguments *arguments)
{
	struct command_run run = {.command = command, .arguments = arguments};
	struct landing_crash crash;
	if (!landing_catch(run_in_catch, &run, LANDING_REPORTED, &crash))
		return run.status;
	console_print("shell: %s crashed: %s\n", command->name, crash.message);
	if (!crash.is_complete)
		console_print("shell: it could be unwound only to %#llx: what it held from there on is lost\n",
			(unsigned long long)crash.stopped_at);
	return STATUS_CRASHED;
}

static enum status run_command(const struct command_words *words)
{
	struct diagnosis why = {};
	const struct command *command = NULL;
	OWN(cell_reference, cell);
	enum status status = command_finder_find(words->name, &cell, &command, &why);
	if (status) {
		console_print("shell: %s\n", why.message[0] ? why.message : status_name(status));
		if (status == STATUS_NOT_FOUND)
			shell_suggest(words->name);
		return status;
	}
	status = command_check_arguments(command, &words->arguments, &why);
	if (status) {
		console_print("%s\n", why.message);
		return status;
	}
	command_pointer_set(&shell.running, command, "shell (running command)");
	status = run_and_survive(command, &words->arguments);
	command_pointer_clear(&shell.running);
	return status;
}

enum status shell_run(struct text script)
{
	enum status result = STATUS_OK;
	for (;;) {
		struct command_words words;
		struct diagnosis why = {};
		enum status status = command_words_next(&script, &words, &why);
		if (status == STATUS_END)
			return result;
		if (status)
			console_print("shell: %s\n", why.message);
		else
			status = run_command(&words);
		if (status)
			result = status;
	}
}

// ------------------------------------------------------------------------------------------------ reading

static void write_to_console(void *context, struct text characters)
{
	(void)context;
	console_write(characters);
}

static const struct line_editor_hooks hooks = {.write = write_to_console, .complete = shell_complete};

static enum line_editor_event read_line(void) MAY_SLEEP
{
	line_editor_start(&shell.editor, &hooks, &shell.history, PROMPT, console_columns());
	enum line_editor_event event = LINE_EDITOR_EDITING;
	while (event == LINE_EDITOR_EDITING) {
		struct key key;
		if (console_read_key(&key))
			event = line_editor_press(&shell.editor, key);
		else
			sleep_nanoseconds(KEY_POLL_NANOSECONDS);
	}
	return event;
}

enum status shell_read_and_run(void)
{
	enum line_editor_event event = read_line();
	if (event == LINE_EDITOR_END)
		return STATUS_END;
	if (event == LINE_EDITOR_GIVEN_UP)
		return STATUS_OK;
	struct text line = line_editor_line(&shell.editor);
	line_history_add(&shell.history, line);
	TRY(text_copy(line, shell.line, sizeof shell.line));
	return shell_run(text_from_array(shell.line, sizeof shell.line));
}

// ------------------------------------------------------------------------------------------------ the two ways to live

static __attribute__((noreturn)) void run_script(struct text script)
{
	struct text output;
	bool to_com1 = !kernel_command_line_get(TEXT("exec-output"), &output) && text_equal(output, TEXT("com1"));
	unsigned device = to_com1 ? CONSOLE_COM1 : CONSOLE_COM2;
	if (console_open(device) != device) {
		LOG_ERROR("the serial port for the script's output is not there");
		debug_exit(DEBUG_EXIT_COMMAND + STATUS_NO_DEVICE);
	}
	enum status status = shell_run(script);
	LOG_INFO("the script has ended: %s", status_name(status));
	debug_exit(status ? (uint8_t)(DEBUG_EXIT_COMMAND + status) : DEBUG_EXIT_OK);
}

static __attribute__((noreturn)) void talk(void) MAY_SLEEP
{
	unsigned devices = console_open(CONSOLE_COM1 | CONSOLE_SCREEN | CONSOLE_KEYBOARD);
	if ((devices & CONSOLE_SCREEN) != 0)
		console_show_log_on_screen();
	if ((devices & (CONSOLE_COM1 | CONSOLE_KEYBOARD)) == 0)
		LOG_WARNING("there is neither a serial port nor a keyboard: nobody can type");
	console_print("\nThis is Ariadne. %u cells are loaded; `help` lists the commands, Tab completes.\n",
		(unsigned)cell_registry_cell_count());
	for (;;) {
		if (shell_read_and_run() == STATUS_END)
			console_write(TEXT("`poweroff` switches the machine off\n"));
	}
}

void shell_main(void)
{
	struct text script;
	if (kernel_command_line_exec_script(&script) == STATUS_OK)
		run_script(script);
	talk();
}
