// Unwind tables, call sites and stacks of any content: every one is refused with its cause or read to the end, and no
// step reads outside of what it was given. The first byte says which, and whether the rest is a table or changes to a
// good one.
#include <cstdlib>
#include <cstring>

#include "cells/unwind/call_site_table/call_site_table.h"
#include "cells/unwind/frame_information/frame_information.h"
#include "cells/unwind/stack_walk/stack_walk.h"
#include "tests/unwind/frame_builder.h"

using namespace ariadne_test;

static void demand_cause(enum status status, const struct diagnosis *why)
{
	if (status != STATUS_OK && status != STATUS_END && !why->message[0])
		abort();
}

// Each row of each function, and one step by it.
static void walk(const Octets &content)
{
	static uint64_t words[64];
	struct stack_walk_stack stack = {{words, 64}, 0x7000};
	struct stack_walk_registers here = {};
	for (unsigned number = 0; number < FRAME_REGISTER_COUNT; number++)
		here.values[number] = 0x7000 + 8 * number;
	here.values[FRAME_RSP] = 0x7000;
	struct frame_table table = {bytes_from(content.data(), content.size()), 0x10000};
	struct frame_entry entry;
	struct diagnosis why = {};
	struct frame_common common = {};
	size_t cursor = 0, offset;
	enum status status;
	while (!(status = frame_information_next(&table, &cursor, &common, &offset, &entry, &why))) {
		for (uint64_t at = 0; at < entry.function_size_bytes && at < 512; at += 3) {
			struct frame_row row;
			struct stack_walk_registers caller;
			why = {};
			status = frame_information_row(&entry, entry.function_start + at, &common, &row, &why);
			demand_cause(status, &why);
			if (status)
				break;
			status = stack_walk_step(&row, &stack, &here, &caller, &why);
			demand_cause(status, &why);
			if (!status && caller.values[FRAME_RSP] <= here.values[FRAME_RSP])
				abort();
		}
		why = {};
	}
	demand_cause(status, &why);
}

static void look_up(const Octets &content)
{
	struct call_site_table table = {bytes_from(content.data(), content.size()), 0x9000, 0x5000, 0x100};
	for (uint64_t address = 0x5000; address < 0x5100; address += 5) {
		uint64_t pad = 0;
		struct diagnosis why = {};
		enum status status = call_site_table_find(&table, address, &pad, &why);
		demand_cause(status, &why);
		if (!status && pad != 0 && (pad < 0x5000 || pad >= 0x5100))
			abort();
	}
}

static Octets good_table()
{
	FrameBuilder builder;
	builder.Common({.augmentation = "zPLR", .augmentation_data = {0x03, 1, 2, 3, 4, 0x00, 0x1B}});
	builder.Function({.augmentation_data = integer(0x9000, 8),
		.program = {0x41, 0x0E, 16, 0x86, 2, 0x43, 0x0D, 6, 0x0A, 0x02, 0x20, 0x0C, 7, 8, 0xC6, 0x41, 0x0B}});
	builder.Common();
	builder.Function({.start = 0x6000,
		.program = {0x0F, 3, 0x76, 0x78, 0x06, 0x10, 3, 2, 0x76, 0x70, 0x16, 12, 3, 0x76, 8, 0x22, 0x41, 0x0C,
			7, 8, 0x14, 13, 2, 0x09, 4, 5}});
	return builder.table();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const Octets good = good_table();
	static const Octets good_sites = {
		0xFF, 0x9B, 9, 0x01, 12, 0x10, 0x20, 0x80, 1, 0, 0x30, 0x10, 0, 0, 0x60, 8, 0x30, 1};
	if (size == 0)
		return 0;
	Octets content(data + 1, data + size);
	if (data[0] & 1) {
		Octets changed = data[0] & 2 ? good_sites : good;
		for (size_t at = 0; at + 1 < content.size(); at += 2)
			changed[content[at] % changed.size()] = content[at + 1];
		content = changed;
	}
	if (data[0] & 2)
		look_up(content);
	else
		walk(content);
	return 0;
}
