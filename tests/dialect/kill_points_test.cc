#include "cells/base/intralingual/kill_points.h"

#undef for
#undef while

#include <gtest/gtest.h>

#include "tests/dialect/loop_shapes.h"

namespace
{

TEST(KillPoints, ChangeNoLoopsMeaning)
{
	int steps = 0;
	for (int shape = 0; shape < loop_shape_count; shape++) {
		ASSERT_STREQ(loop_shapes_plain[shape].name, loop_shapes_killable[shape].name);
		for (int n = -1; n < 9; n++) {
			struct path plain = {}, killable = {};
			int result = loop_shapes_plain[shape].run(n, &plain);
			EXPECT_EQ(result, loop_shapes_killable[shape].run(n, &killable));
			EXPECT_EQ(plain.folded, killable.folded) << loop_shapes_plain[shape].name << " " << n;
			EXPECT_EQ(plain.count, killable.count) << loop_shapes_plain[shape].name << " " << n;
			steps += plain.count;
		}
	}
	EXPECT_GT(steps, 500); // the shapes did run
}

} // namespace
