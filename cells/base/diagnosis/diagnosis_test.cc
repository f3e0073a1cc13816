#include "cells/base/diagnosis/diagnosis.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

TEST(Diagnosis, TheCauseIsFormattedAndTheStatusPassedOn)
{
	struct diagnosis why = {};
	EXPECT_EQ(diagnosis_set(&why, STATUS_MALFORMED, "section %u ends at %#x", 3u, 0x40u), STATUS_MALFORMED);
	EXPECT_STREQ(why.message, "section 3 ends at 0x40");
}

TEST(Diagnosis, TheFirstCauseIsKept)
{
	struct diagnosis why = {};
	EXPECT_EQ(diagnosis_set(&why, STATUS_NOT_FOUND, "first"), STATUS_NOT_FOUND);
	EXPECT_EQ(diagnosis_set(&why, STATUS_REFUSED, "second"), STATUS_REFUSED);
	EXPECT_STREQ(why.message, "first");
}

TEST(Diagnosis, NobodyNeedsToListen)
{
	EXPECT_EQ(diagnosis_set(nullptr, STATUS_END, "%s", "unheard"), STATUS_END);
}

TEST(Diagnosis, TooLongAMessageEndsInDotsAndALongestOneDoesNot)
{
	std::string longest(DIAGNOSIS_CAPACITY - 1, 'x');
	struct diagnosis fits = {};
	(void)diagnosis_set(&fits, STATUS_OK, "%s", longest.c_str());
	EXPECT_EQ(fits.message, longest);

	struct diagnosis cut = {};
	(void)diagnosis_set(&cut, STATUS_OK, "%sy", longest.c_str());
	EXPECT_EQ(cut.message, longest.substr(0, DIAGNOSIS_CAPACITY - 4) + "...");
}

} // namespace
