#include "cells/app/command_log/command_log.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cells/console/console/console_capture.h"
#include "cells/diagnostics/log/log.h"

namespace
{

class CommandLog : public ::testing::Test
{
      protected:
	~CommandLog() override
	{
		log_set_level(LOG_INFO);
	}

	enum status Run(const std::vector<const char *> &words)
	{
		struct command_arguments arguments = {};
		for (const char *word : words)
			EXPECT_EQ(command_arguments_add(&arguments, text_from(word)), STATUS_OK);
		return command_log.run(&arguments);
	}

	ConsoleCapture console_;
};

TEST_F(CommandLog, PrintsTheLinesThatTheLogHolds)
{
	log_write(LOG_INFO, "test", "the first of %d", 2);
	log_write(LOG_ERROR, "test", "the second");
	EXPECT_EQ(Run({}), STATUS_OK);
	std::string printed = console_.Take();
	size_t first = printed.find("test: the first of 2\n");
	size_t second = printed.find("test: the second\n");
	ASSERT_NE(first, std::string::npos) << printed;
	ASSERT_NE(second, std::string::npos) << printed;
	EXPECT_LT(first, second);
}

TEST_F(CommandLog, SetsEachLevel)
{
	const std::vector<std::pair<const char *, enum log_level>> levels = {
		{"error", LOG_ERROR}, {"warning", LOG_WARNING}, {"info", LOG_INFO}, {"debug", LOG_DEBUG}};
	for (const auto &[name, level] : levels) {
		EXPECT_EQ(Run({name}), STATUS_OK);
		EXPECT_EQ(log_get_level(), level);
	}
	EXPECT_EQ(console_.Take(), "");
}

TEST_F(CommandLog, AnUnknownLevelChangesNothing)
{
	log_set_level(LOG_WARNING);
	EXPECT_EQ(Run({"loud"}), STATUS_NOT_FOUND);
	EXPECT_EQ(log_get_level(), LOG_WARNING);
	EXPECT_EQ(console_.Take(), "log: there is no level loud: error, warning, info, debug\n");
}

TEST_F(CommandLog, OffersEveryLevelThatItTakesAndNoMore)
{
	std::vector<std::string> offered;
	struct command_offers offers = {[](void *context, struct text candidate) {
						static_cast<std::vector<std::string> *>(context)->emplace_back(
							candidate.start, candidate.length);
					},
		&offered};
	struct command_arguments before = {};
	command_log.complete(&before, TEXT(""), &offers);
	EXPECT_EQ(offered.size(), 4u);
	for (const std::string &level : offered)
		EXPECT_EQ(Run({level.c_str()}), STATUS_OK) << level;
	ASSERT_EQ(command_arguments_add(&before, TEXT("info")), STATUS_OK);
	command_log.complete(&before, TEXT(""), &offers);
	EXPECT_EQ(offered.size(), 4u);
}

} // namespace
