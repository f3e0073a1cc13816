#include "tests/loader/command_versions/command_versions.h"

#include "cells/console/console/console.h"
#include "cells/hal/firmware_config/firmware_config.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_unload/cell_unload.h"
#include "cells/loader/name_space/name_space.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "tests/loader/version_reader/version_reader.h"

static enum status open_newer(uint64_t size_bytes, struct diagnosis *why)
{
	OWN(mapped_pages_mut, pages);
	enum status status = mapped_pages_mut_allocate(&pages, size_bytes, PAGE_REGION_GENERAL);
	if (status)
		return status;
	size_t read_bytes = 0;
	status = firmware_config_read(TEXT("opt/ariadne/newer"), mapped_pages_mut_bytes(&pages), &read_bytes);
	if (status)
		return diagnosis_set(why, status, "the archive cannot be read");
	OWN(mapped_pages, archive);
	mapped_pages_mut_freeze(&pages, &archive);
	return name_space_open(TEXT("newer"), TEXT(""), &archive, 0, why);
}

// Asks the application of that name space.
static enum status ask(struct text name_space, struct text symbol, unsigned *answer, struct diagnosis *why)
{
	uintptr_t address = 0;
	TRY(cell_loader_symbol_in(name_space, symbol, &address, why));
	version_reader_function *function = RAW_POINTER(version_reader_function, address);
	*answer = function();
	return STATUS_OK;
}

static enum status show(struct text name_space, struct diagnosis *why)
{
	unsigned number = 0;
	unsigned calls = 0;
	TRY(ask(name_space, TEXT("version_reader_number"), &number, why));
	TRY(ask(name_space, TEXT("version_reader_calls"), &calls, why));
	console_print("%.*s: version %u, asked %u times\n", TEXT_ARGUMENTS(name_space), number, calls);
	return STATUS_OK;
}

static enum status show_both(uint64_t size_bytes, struct diagnosis *why)
{
	TRY(show(TEXT(""), why));
	TRY(open_newer(size_bytes, why));
	TRY(show(TEXT("newer"), why));
	TRY(show(TEXT(""), why));
	TRY(show(TEXT("newer"), why));
	TRY(name_space_close(TEXT("newer"), why));
	TRY(show(TEXT(""), why));
	return cell_unload(TEXT("version_reader"), why);
}

static enum status run(const struct command_arguments *arguments)
{
	uint64_t size_bytes = 0;
	struct diagnosis why = {};
	TRY(text_to_u64(command_argument(arguments, 0), &size_bytes));
	enum status status = show_both(size_bytes, &why);
	if (status)
		console_print("versions: %s: %s\n", status_name(status), why.message);
	return status;
}

const struct command command_versions = {
	.name = "versions",
	.usage = "versions SIZE",
	.summary = "see two versions of one cell at once",
	.least_arguments = 1,
	.most_arguments = 1,
	.run = run,
};
