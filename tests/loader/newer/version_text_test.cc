#include "tests/loader/newer/version_text.h"

#include <gtest/gtest.h>

TEST(VersionText, SaysWhichItIs)
{
	EXPECT_EQ(version_text_number(), 2u);
	EXPECT_EQ(version_text_calls(), 1u);
}
