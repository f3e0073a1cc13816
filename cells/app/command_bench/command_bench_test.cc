#include "cells/app/command_bench/command_bench.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cells/console/command_finder/command_finder.h"
#include "cells/console/console/console_capture.h"

namespace
{

std::vector<std::string> ran;

struct command Benchmark(const char *name, enum status (*run)(const struct command_arguments *))
{
	struct command command = {};
	command.name = name;
	command.run = run;
	return command;
}

// Commands that note that they ran; bench_broken fails.
class CommandBench : public testing::Test
{
      protected:
	void SetUp() override
	{
		static const struct command commands[] = {
			Benchmark("bench",
				[](const struct command_arguments *) {
					ran.push_back("itself");
					return STATUS_OK;
				}),
			Benchmark("bench_broken",
				[](const struct command_arguments *) {
					ran.push_back("broken");
					return STATUS_NO_MEMORY;
				}),
			Benchmark("bench_heap",
				[](const struct command_arguments *arguments) {
					EXPECT_EQ(arguments->count, 0u);
					ran.push_back("heap");
					return STATUS_OK;
				}),
			Benchmark("bench_memory",
				[](const struct command_arguments *) {
					ran.push_back("memory");
					return STATUS_OK;
				}),
			Benchmark("echo",
				[](const struct command_arguments *) {
					ran.push_back("echo");
					return STATUS_OK;
				}),
		};
		static const struct command *const known[] = {
			&commands[0], &commands[1], &commands[2], &commands[3], &commands[4]};
		command_finder_host_set({known, std::size(known)});
		ran.clear();
	}

	static enum status Run(const std::vector<std::string> &subjects)
	{
		struct command_arguments arguments = {};
		for (const auto &subject : subjects)
			EXPECT_EQ(command_arguments_add(&arguments, text_from(subject.c_str())), STATUS_OK);
		return command_bench.run(&arguments);
	}

	ConsoleCapture console_;
};

using Names = std::vector<std::string>;

TEST_F(CommandBench, RunsWhatIsAskedFor)
{
	EXPECT_EQ(Run({"memory"}), STATUS_OK);
	EXPECT_EQ(ran, Names({"memory"}));
	ran.clear();
	EXPECT_EQ(Run({"memory", "heap"}), STATUS_OK);
	EXPECT_EQ(ran, Names({"heap", "memory"}));
}

TEST_F(CommandBench, AFailureEndsIt)
{
	EXPECT_EQ(Run({}), STATUS_NO_MEMORY);
	EXPECT_EQ(ran, Names({"broken"}));
}

TEST_F(CommandBench, WhatIsNotThereIsRefusedBeforeAnythingRuns)
{
	EXPECT_EQ(Run({"heap", "nothing"}), STATUS_NOT_FOUND);
	EXPECT_EQ(ran, Names());
	EXPECT_EQ(console_.Take(), "bench: there is nothing to measure called nothing\n");
}

TEST_F(CommandBench, OffersTheSubjects)
{
	Names offered;
	auto take = [](void *context, struct text candidate) {
		static_cast<Names *>(context)->emplace_back(candidate.start, candidate.length);
	};
	struct command_offers offers = {take, &offered};
	struct command_arguments none = {};
	command_bench.complete(&none, text_from(""), &offers);
	EXPECT_EQ(offered, Names({"broken", "heap", "memory"}));
}

} // namespace
