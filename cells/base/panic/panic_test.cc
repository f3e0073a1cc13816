#include "cells/base/panic/panic.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace
{

TEST(Panic, OnTheHostItThrowsWithTheFormattedMessage)
{
	try {
		panic("frame %d of %s is lost", 7, "heap");
	} catch (const std::runtime_error &error) {
		EXPECT_STREQ(error.what(), "frame 7 of heap is lost");
		return;
	}
	FAIL() << "a panic returned";
}

struct CountsDestruction {
	int *count;
	~CountsDestruction()
	{
		(*count)++;
	}
};

TEST(Panic, CleanUpsRunOnTheWay)
{
	int count = 0;
	EXPECT_THROW(
		{
			CountsDestruction outer{&count};
			CountsDestruction inner{&count};
			panic("out");
		},
		std::runtime_error);
	EXPECT_EQ(count, 2);
}

TEST(Panic, NoHandlerReplacesTheHostsException)
{
	panic_set_handler([](const char *, va_list) { ADD_FAILURE() << "the handler was called"; });
	EXPECT_THROW(panic("still an exception"), std::runtime_error);
	panic_set_handler(nullptr);
}

TEST(Panic, ALongMessageIsCutNotOverflown)
{
	std::string longer(2000, 'x');
	try {
		panic("%s", longer.c_str());
	} catch (const std::runtime_error &error) {
		EXPECT_EQ(std::string(error.what()), longer.substr(0, 511));
		return;
	}
	FAIL() << "a panic returned";
}

} // namespace
