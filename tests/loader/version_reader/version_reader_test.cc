#include "tests/loader/version_reader/version_reader.h"

#include <gtest/gtest.h>

TEST(VersionReader, Asks)
{
	EXPECT_EQ(version_reader_number(), 1u);
	EXPECT_EQ(version_reader_calls(), 1u);
}
