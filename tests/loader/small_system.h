// A running loader for tests of what stands on it: the cells low, middle (on low), broken (does not load) and the odd
// one far_away, in an archive; nothing is loaded at first.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "cells/console/command/command.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_unload/cell_unload.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "tests/loader/cell_maker.h"

namespace ariadne_test
{

class SmallSystem : public testing::Test
{
      protected:
	static void SetUpTestSuite()
	{
		static bool done = false;
		if (done)
			return;
		done = true;
		struct frame_region memory = {{0x100000}, 64 << 20};
		struct diagnosis why = {};
		ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
		Cell broken = user_of_low("broken");
		broken.object.add_symbol({"stranger", 1, 0, 0});
		static Bytes file = archive({low_cell().finish(), middle_cell().finish(), broken.finish(),
			user_of_low("far_away").finish()});
		ASSERT_EQ(cell_loader_start(view(file), &why), STATUS_OK) << why.message;
	}
	void TearDown() override
	{
		for (const char *name : {"far_away", "middle", "low"}) {
			if (cell_unload(text_from(name), nullptr) == STATUS_BUSY)
				ADD_FAILURE() << name << " is still in use";
		}
	}
	static enum status run(const struct command &command, std::initializer_list<const char *> words)
	{
		struct command_arguments arguments = {};
		for (const char *word : words)
			EXPECT_EQ(command_arguments_add(&arguments, text_from(word)), STATUS_OK);
		return command.run(&arguments);
	}
	// What the command offers in place of `prefix`, after `before` other words.
	static std::set<std::string> offered(const struct command &command, const char *prefix, size_t before = 0)
	{
		std::set<std::string> words;
		struct command_arguments arguments = {};
		for (size_t i = 0; i < before; i++)
			EXPECT_EQ(command_arguments_add(&arguments, TEXT("low")), STATUS_OK);
		struct command_offers offers = {take, &words};
		command.complete(&arguments, text_from(prefix), &offers);
		return words;
	}
	static void take(void *context, struct text word)
	{
		((std::set<std::string> *)context)->insert(std::string(word.start, word.length));
	}
	static void load(const char *name)
	{
		struct diagnosis why = {};
		EXPECT_EQ(cell_loader_load(text_from(name), &why), STATUS_OK) << why.message;
	}
};

using Words = std::set<std::string>;

} // namespace ariadne_test
