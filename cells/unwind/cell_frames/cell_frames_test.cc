#include "cells/unwind/cell_frames/cell_frames.h"

#include <gtest/gtest.h>

#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_unload/cell_unload.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/unwind/frame_index/frame_index.h"
#include "tests/loader/cell_maker.h"
#include "tests/loader/traces.h"
#include "tests/unwind/frame_builder.h"

namespace
{

using namespace ariadne_test;

// A cell that exports NAME_value in a section of 16 bytes, with an unwind table that speaks of it, as the compiler
// makes both: addresses are left to the loader.
Cell cell_with_frames(const char *name, uint8_t version = 1)
{
	Cell cell(name);
	cell.add_function(std::string(name) + "_value", {0xB8, 7, 0, 0, 0, 0xC3});
	FrameBuilder builder;
	builder.Common({.version = version});
	size_t place = builder.Function({.start = 0, .size = 6});
	put(builder.table(), place + 8, 0, 4);
	uint32_t section = cell.object.add_section({".eh_frame", 0x70000001, 0x2, builder.table(), 0, 8});
	cell.object.add_relocation(section, {place + 8, 2, std::string(name) + "_value", 0});
	return cell;
}

void start_once()
{
	static bool started = false;
	if (started)
		return;
	started = true;
	struct frame_region memory = {{0x100000}, 64 << 20};
	struct diagnosis why = {};
	static Bytes file = archive({cell_with_frames("before").finish(), cell_with_frames("later").finish(),
		cell_with_frames("unsound", 9).finish(), low_cell().finish()});
	ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
	ASSERT_EQ(cell_loader_start(view(file), &why), STATUS_OK) << why.message;
}

uint64_t value_of(const char *cell)
{
	uintptr_t address = 0;
	std::string symbol = std::string(cell) + "_value";
	struct diagnosis why = {};
	EXPECT_EQ(cell_loader_symbol(text_from(symbol.c_str()), &address, &why), STATUS_OK) << why.message;
	return address;
}

uint64_t function_at(uint64_t address)
{
	struct frame_index_place place = {};
	struct frame_common common = {};
	return frame_index_find(address, &common, &place) == STATUS_OK ? place.entry.function_start : 0;
}

TEST(CellFrames, EveryCellIsInTheIndexWhileItIsLoaded)
{
	start_once();
	uint64_t before = value_of("before");
	EXPECT_EQ(function_at(before), 0u) << "nobody watches yet";
	cell_frames_start();
	EXPECT_EQ(function_at(before), before);
	EXPECT_EQ(function_at(before + 5), before);
	EXPECT_EQ(function_at(before + 6), 0u);

	uint64_t later = value_of("later");
	EXPECT_EQ(function_at(later), later);
	EXPECT_EQ(cell_unload(TEXT("later"), nullptr), STATUS_OK);
	EXPECT_EQ(function_at(later), 0u);
	EXPECT_EQ(function_at(before), before);
	cell_frames_stop();
	EXPECT_EQ(function_at(before), 0u);
	EXPECT_EQ(cell_unload(TEXT("before"), nullptr), STATUS_OK);
}

TEST(CellFrames, CellsWithoutSoundTablesAreLoadedAllTheSame)
{
	start_once();
	cell_frames_start();
	size_t count = frame_index_count();
	uint64_t unsound = value_of("unsound");
	EXPECT_NE(unsound, 0u);
	EXPECT_EQ(function_at(unsound), 0u);
	EXPECT_EQ(frame_index_count(), count + 1);
	EXPECT_NE(value_of("low"), 0u);
	EXPECT_EQ(frame_index_count(), count + 1) << "it has no table";
	EXPECT_EQ(cell_unload(TEXT("unsound"), nullptr), STATUS_OK);
	EXPECT_EQ(cell_unload(TEXT("low"), nullptr), STATUS_OK);
	EXPECT_EQ(frame_index_count(), count);
	cell_frames_stop();
}

TEST(CellFrames, LoadingAndUnloadingLeavesNoTrace)
{
	start_once();
	cell_frames_start();
	value_of("later");
	EXPECT_EQ(cell_unload(TEXT("later"), nullptr), STATUS_OK);
	Traces before = traces();
	for (int i = 0; i < 100; i++) {
		value_of("later");
		EXPECT_EQ(cell_unload(TEXT("later"), nullptr), STATUS_OK);
	}
	EXPECT_EQ(traces(), before);
	cell_frames_stop();
}

} // namespace
