#include "cells/base/intralingual/intralingual.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

TEST(Intralingual, AnElementBeyondTheEndPanics)
{
	int values[3] = {1, 2, 3};
	volatile size_t index = 2;
	EXPECT_EQ(AT(values, index), 3);
	index = 3;
	EXPECT_THROW(AT(values, index) = 0, std::runtime_error);
}

} // namespace
