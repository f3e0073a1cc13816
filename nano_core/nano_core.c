#include "nano_core/nano_core.h"

#include "cells/base/bytes/bytes.h"
#include "cells/base/panic/panic.h"
#include "cells/base/text/text.h"
#include "cells/boot/kernel_command_line/kernel_command_line.h"
#include "cells/diagnostics/crash_report/crash_report.h"
#include "cells/diagnostics/log/log.h"
#include "cells/hal/core_local/core_local.h"
#include "cells/hal/descriptor_table/descriptor_table.h"
#include "cells/hal/firmware_config/firmware_config.h"
#include "cells/hal/interrupt_table/interrupt_table.h"
#include "cells/hal/processor/processor.h"
#include "cells/hal/serial_port/serial_port.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/page_table/page_table.h"
#include "cells/sync/cell_pointer/cell_pointer.h"
#include "cells/sync/thread/thread.h"

typedef void next_entry(struct text first);
CELL_POINTER_TYPE(next_pointer, next_entry);

static CELL_STATE_ZERO struct {
	struct next_pointer next;
	struct boot_information information;
	struct nano_core_memory memory;
	struct mapped_pages archive; // for ever: cells' records look into it
	unsigned char file[KERNEL_COMMAND_LINE_SCRIPT_CAPACITY];
	uint64_t beginning; // of the time-stamp counter
} state;

static __attribute__((noreturn)) void give_up(const char *what, enum status status, const struct diagnosis *why)
{
	panic("%s: %s%s%s", what, status_name(status), why->message[0] ? ": " : "", why->message);
}

static void show_on_serial_port(void *context, struct text line)
{
	(void)context;
	serial_port_write(SERIAL_PORT_COM1, line);
}

static void start_diagnostics(void)
{
	// Without a serial port the log is kept all the same, for the screen.
	if (serial_port_open(SERIAL_PORT_COM1) == STATUS_OK && log_add_sink(show_on_serial_port, nullptr))
		processor_halt_forever();
	descriptor_table_install();
	interrupt_table_install();
	crash_report_install();
	LOG_INFO("Ariadne begins");
}

static void read_boot_information(const struct nano_core_image *image)
{
	struct diagnosis why = {};
	struct bytes record = bytes_from(image->boot_record, image->boot_record_size_bytes);
	enum status status = boot_information_parse(record, &state.information, &why);
	if (status)
		give_up("boot information", status, &why);
	state.information.start_ticks = *image->start_ticks;
	boot_information_set(&state.information);
	LOG_INFO("started by %s, command line \"%s\"", state.information.loader_name, state.information.command_line);
}

// A file from QEMU, if there is one.
static bool read_file(struct text name, struct text *content)
{
	size_t size_bytes;
	enum status status = firmware_config_read(name, bytes_mut_from(state.file, sizeof state.file), &size_bytes);
	if (status == STATUS_NO_DEVICE || status == STATUS_NOT_FOUND)
		return false;
	if (status)
		panic("%.*s: %s", TEXT_ARGUMENTS(name), status_name(status));
	*content = (struct text){(const char *)state.file, size_bytes};
	return true;
}

static void read_options(void)
{
	struct text file;
	if (kernel_command_line_set(text_from(state.information.command_line)))
		panic("the boot loader's command line is too long");
	if (read_file(TEXT("opt/ariadne/options"), &file) && kernel_command_line_append(file))
		panic("opt/ariadne/options is too long");
	if (read_file(TEXT("opt/ariadne/exec"), &file) && kernel_command_line_set_exec_script(file))
		panic("opt/ariadne/exec is too long");

	struct text name;
	enum log_level level;
	if (kernel_command_line_get(TEXT("log"), &name))
		return;
	if (log_level_from(name, &level))
		LOG_WARNING("log=%.*s: the levels are error, warning, info and debug", TEXT_ARGUMENTS(name));
	else
		log_set_level(level);
}

static void start_memory(const struct nano_core_image *image)
{
	struct diagnosis why = {};
	struct frame_region own = {
		address_physical(image->start_physical), image->end_physical - image->start_physical};
	enum status status = nano_core_divide_memory(&state.information, own, &state.memory, &why);
	if (status)
		give_up("memory", status, &why);
	status = mapped_pages_start((struct frame_region_array){state.memory.usable, state.memory.usable_count},
		(struct frame_region_array){state.memory.reserved, state.memory.reserved_count});
	if (status)
		give_up("memory", status, &why);
	struct frame_statistics frames = frame_allocator_statistics();
	LOG_INFO("memory: %llu MiB in %zu regions, %llu MiB free", (unsigned long long)frames.total_frames >> 8,
		state.memory.usable_count, (unsigned long long)frames.free_frames >> 8);
}

static bool symbolize(uintptr_t address, struct crash_report_symbol *symbol)
{
	struct cell_symbol_view view;
	if (!cell_registry_symbolize(address, &view))
		return false;
	*symbol = (struct crash_report_symbol){view.cell, view.name, view.offset_bytes};
	return true;
}

static void start_loader(void)
{
	struct diagnosis why = {};
	struct boot_module module;
	enum status status = nano_core_find_archive(&state.information, &module, &why);
	if (status)
		give_up("archive", status, &why);

	OWN(mapped_pages, pages);
	status = mapped_pages_map_physical(&pages, address_physical(module.start), module.size_bytes);
	if (status)
		give_up("archive", status, &why);
	mapped_pages_set_owner(&pages, PAGE_OWNER_ARCHIVE);
	struct bytes archive = mapped_pages_bytes(&pages);
	mapped_pages_put_in(&state.archive, &pages);
	status = cell_loader_start(archive, &why);
	if (status)
		give_up("loader", status, &why);
	crash_report_set_symbolizer(symbolize);
}

static uintptr_t find(struct text symbol)
{
	struct diagnosis why = {};
	uintptr_t address;
	enum status status = cell_loader_symbol(symbol, &address, &why);
	if (status)
		panic("%.*s: %s%s%s", TEXT_ARGUMENTS(symbol), status_name(status), why.message[0] ? ": " : "",
			why.message);
	return address;
}

void nano_core_continue(void)
{
	next_pointer_set(&state.next, (next_entry *)find(TEXT("task_start")), "nano_core (entry)");
	LOG_INFO("%u cells are there; the shell takes over, %llu ticks after the kernel's entry",
		(unsigned)cell_registry_cell_count(), (unsigned long long)(processor_timestamp() - state.beginning));
	next_pointer_get (&state.next)(TEXT("shell_main"));
	panic("task_start came back");
}

// Loaded cells take the place of all that was linked, this one included, and go on with nano_core_continue.
static __attribute__((noreturn)) void replace_image(void)
{
	void (*run)(struct text) = (void (*)(struct text))find(TEXT("image_replacement_run"));
	run(TEXT("nano_core_continue"));
	panic("the image is still there");
}

void nano_core_main(const struct nano_core_image *image)
{
	core_local_install(0);
	thread_start_boot();
	state.beginning = processor_timestamp();
	start_diagnostics();
	read_boot_information(image);
	read_options();
	start_memory(image);
	start_loader();
	replace_image();
}
