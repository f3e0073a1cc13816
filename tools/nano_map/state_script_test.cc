#include "tools/nano_map/state_script.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

const state_of_cell CELLS[] = {
	{"out/bytes.o", "bytes", 0, 0},
	{"out/heap.o", "heap", 0, 1},
	{"out/log.o", "log", 1, 1},
};

TEST(StateScript, GivesEachCellPagesAndEachCellWithBytesASegment)
{
	EXPECT_STREQ(state_script_fill("A @state_segments@\nB @state_sections@C", CELLS, 3),
		"A state_log PT_LOAD FLAGS(6);\n\tstate PT_LOAD FLAGS(6);\n"
		"B . = ALIGN(4096);\n"
		"\t.state.log : AT(ABSOLUTE(ADDR(.state.log) - cells_start) + state_start_physical) "
		"{ out/log.o(.cell_state) } :state_log\n"
		"\t.zeros.log (NOLOAD) : AT(ABSOLUTE(ADDR(.zeros.log) - cells_start) + state_start_physical) "
		"{ out/log.o(.bss.cell_state) } :state_log\n"
		"\t. = ALIGN(4096);\n"
		"\t.zeros.heap (NOLOAD) : AT(ABSOLUTE(ADDR(.zeros.heap) - cells_start) + state_start_physical) "
		"{ out/heap.o(.bss.cell_state) } :state\n"
		"\tC");
}

TEST(StateScript, WantsEachMarkOnce)
{
	EXPECT_EQ(state_script_fill("@state_segments@", CELLS, 3), nullptr);
	EXPECT_EQ(state_script_fill("@state_sections@", CELLS, 3), nullptr);
	EXPECT_EQ(state_script_fill("@state_segments@ @state_segments@ @state_sections@", CELLS, 3), nullptr);
	EXPECT_NE(state_script_fill("@state_segments@ @state_sections@", nullptr, 0), nullptr);
}

} // namespace
