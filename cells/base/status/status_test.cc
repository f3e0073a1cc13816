#include "cells/base/status/status.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace
{

TEST(Status, EveryValueHasItsOwnName)
{
	std::set<std::string> names;
	for (int value = 0; value < STATUS_COUNT_; value++) {
		std::string name = status_name(static_cast<enum status>(value));
		EXPECT_NE(name, "unknown status") << value;
		EXPECT_TRUE(names.insert(name).second) << "two values are called " << name;
	}
}

TEST(Status, AValueThatIsNotListedIsSaidToBeUnknown)
{
	EXPECT_STREQ(status_name(STATUS_COUNT_), "unknown status");
	EXPECT_STREQ(status_name(static_cast<enum status>(31)), "unknown status");
}

} // namespace
