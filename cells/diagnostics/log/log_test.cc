#include "cells/diagnostics/log/log.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cells/hal/processor/processor.h"

namespace
{

using Lines = std::vector<std::string>;

void Collect(void *context, struct text line)
{
	static_cast<Lines *>(context)->emplace_back(line.start, line.length);
}

// The log lives as long as the program: each test looks at what comes after its own beginning.
class Log : public testing::Test
{
      protected:
	void SetUp() override
	{
		log_set_level(LOG_DEBUG);
		ASSERT_EQ(log_add_sink(Collect, &lines_), STATUS_OK);
		lines_.clear();
	}
	void TearDown() override
	{
		EXPECT_EQ(log_remove_sink(Collect, &lines_), STATUS_OK);
		log_set_level(LOG_INFO);
	}

	// The part of a line that does not change from run to run.
	static std::string Tail(const std::string &line)
	{
		return line.substr(line.find(']') + 2);
	}

	Lines lines_;
};

TEST_F(Log, ALineHasItsLevelCellAndMessage)
{
	log_write(LOG_WARNING, "frame_allocator", "%d frames are %s", 3, "left");
	ASSERT_EQ(lines_.size(), 1u);
	EXPECT_EQ(Tail(lines_[0]), "W frame_allocator: 3 frames are left\n");
}

TEST_F(Log, MacrosNameTheirOwnCell)
{
#define CELL_NAME_BEFORE CELL_NAME
#undef CELL_NAME
#define CELL_NAME "some_cell"
	LOG_ERROR("one");
	LOG_WARNING("two");
	LOG_INFO("three");
	LOG_DEBUG("four %x", 255);
	ASSERT_EQ(lines_.size(), 4u);
	EXPECT_EQ(Tail(lines_[0]), "E some_cell: one\n");
	EXPECT_EQ(Tail(lines_[1]), "W some_cell: two\n");
	EXPECT_EQ(Tail(lines_[2]), "I some_cell: three\n");
	EXPECT_EQ(Tail(lines_[3]), "D some_cell: four ff\n");
}

TEST_F(Log, LinesAreNumberedWhereTheClockIsUnknown)
{
	log_write(LOG_INFO, "a", "x");
	log_write(LOG_INFO, "a", "y");
	unsigned first = 0, second = 0;
	ASSERT_EQ(sscanf(lines_[0].c_str(), "[%u] I a: x", &first), 1) << lines_[0];
	ASSERT_EQ(sscanf(lines_[1].c_str(), "[%u] I a: y", &second), 1) << lines_[1];
	EXPECT_EQ(second, first + 1);
}

TEST_F(Log, LevelsBeyondTheOneThatIsSetAreDropped)
{
	log_set_level(LOG_WARNING);
	EXPECT_EQ(log_get_level(), LOG_WARNING);
	log_write(LOG_INFO, "a", "dropped");
	log_write(LOG_ERROR, "a", "kept");
	ASSERT_EQ(lines_.size(), 1u);
	EXPECT_EQ(Tail(lines_[0]), "E a: kept\n");
	Lines ring;
	log_for_each(Collect, &ring);
	EXPECT_EQ(ring.back(), lines_[0]);
	log_set_level(LOG_DEBUG);
	log_write(static_cast<enum log_level>(17), "a", "no such level");
	EXPECT_EQ(lines_.size(), 1u);
}

TEST_F(Log, LevelsHaveNames)
{
	enum log_level level;
	ASSERT_EQ(log_level_from(TEXT("error"), &level), STATUS_OK);
	EXPECT_EQ(level, LOG_ERROR);
	ASSERT_EQ(log_level_from(TEXT("warning"), &level), STATUS_OK);
	EXPECT_EQ(level, LOG_WARNING);
	ASSERT_EQ(log_level_from(TEXT("info"), &level), STATUS_OK);
	EXPECT_EQ(level, LOG_INFO);
	ASSERT_EQ(log_level_from(TEXT("debug"), &level), STATUS_OK);
	EXPECT_EQ(level, LOG_DEBUG);
	EXPECT_EQ(log_level_from(TEXT("loud"), &level), STATUS_NOT_FOUND);
	EXPECT_EQ(level, LOG_DEBUG);
}

TEST_F(Log, TooLongALineEndsInDots)
{
	log_write(LOG_INFO, "a", "%s", std::string(1000, 'x').c_str());
	ASSERT_EQ(lines_.size(), 1u);
	EXPECT_EQ(lines_[0].size(), size_t{LOG_LINE_CAPACITY});
	EXPECT_EQ(lines_[0].substr(LOG_LINE_CAPACITY - 5), "x...\n");
}

TEST_F(Log, TheLongestLineThatFitsIsWhole)
{
	log_write(LOG_INFO, "a", "%s", "");
	size_t around = lines_[0].size();
	log_write(LOG_INFO, "a", "%s", std::string(LOG_LINE_CAPACITY - around, 'x').c_str());
	EXPECT_EQ(lines_[1].size(), size_t{LOG_LINE_CAPACITY});
	EXPECT_EQ(lines_[1].find("..."), std::string::npos);
	log_write(LOG_INFO, "a", "%s", std::string(LOG_LINE_CAPACITY - around + 1, 'x').c_str());
	EXPECT_EQ(lines_[2].size(), size_t{LOG_LINE_CAPACITY});
	EXPECT_EQ(lines_[2].substr(LOG_LINE_CAPACITY - 4), "...\n");
}

TEST_F(Log, ALateSinkGetsWhatTheRingHolds)
{
	log_write(LOG_INFO, "a", "before");
	Lines late;
	ASSERT_EQ(log_add_sink(Collect, &late), STATUS_OK);
	ASSERT_FALSE(late.empty());
	EXPECT_EQ(late.back(), lines_.back());
	log_write(LOG_INFO, "a", "after");
	EXPECT_EQ(late.back(), lines_.back());
	EXPECT_EQ(log_remove_sink(Collect, &late), STATUS_OK);
	size_t count = late.size();
	log_write(LOG_INFO, "a", "gone");
	EXPECT_EQ(late.size(), count);
}

TEST_F(Log, SinksAreCountedAndToldApart)
{
	EXPECT_EQ(log_add_sink(Collect, &lines_), STATUS_EXISTS);
	Lines more[LOG_SINK_CAPACITY];
	for (int i = 1; i < LOG_SINK_CAPACITY; i++)
		EXPECT_EQ(log_add_sink(Collect, &more[i]), STATUS_OK);
	EXPECT_EQ(log_add_sink(Collect, &more[0]), STATUS_NO_MEMORY);
	EXPECT_EQ(log_remove_sink(Collect, &more[0]), STATUS_NOT_FOUND);
	for (int i = 1; i < LOG_SINK_CAPACITY; i++)
		EXPECT_EQ(log_remove_sink(Collect, &more[i]), STATUS_OK);
}

TEST_F(Log, TheRingKeepsTheNewestLinesInOrder)
{
	const int kLines = 3 * LOG_RING_CAPACITY / 20;
	for (int i = 0; i < kLines; i++)
		log_write(LOG_INFO, "ring", "%d %s", i, std::string(i % 50, '.').c_str());
	Lines ring;
	log_for_each(Collect, &ring);
	ASSERT_GT(ring.size(), 10u);
	ASSERT_LT(ring.size(), lines_.size());
	EXPECT_EQ(ring, Lines(lines_.end() - ring.size(), lines_.end()));
	size_t bytes = 0;
	for (const std::string &line : ring)
		bytes += line.size() + 2;
	EXPECT_LE(bytes, size_t{LOG_RING_CAPACITY});
	EXPECT_GT(bytes, size_t{LOG_RING_CAPACITY - LOG_LINE_CAPACITY}) << "lines were thrown away too early";
}

TEST_F(Log, AVisitorMayLogAndDoesNotSeeItsOwnLines)
{
	log_write(LOG_INFO, "a", "seen");
	int visited = 0;
	log_for_each(
		[](void *context, struct text line) {
			EXPECT_EQ(
				std::string(line.start, line.length).find("logged by the visitor"), std::string::npos);
			++*static_cast<int *>(context);
			log_write(LOG_INFO, "visitor", "logged by the visitor");
		},
		&visited);
	EXPECT_GT(visited, 0);
	EXPECT_EQ(Tail(lines_.back()), "I visitor: logged by the visitor\n");
}

TEST_F(Log, ASinkRunsUnderTheLockAndTheLockCanBeBroken)
{
	struct Breaker {
		static void Sink(void *context, struct text)
		{
			EXPECT_FALSE(processor_interrupts_enabled());
			log_break_lock();
			Lines ring;
			log_for_each(Collect, &ring); // would panic if the lock were still held
			*static_cast<size_t *>(context) = ring.size();
		}
	};
	// A sink that breaks the lock is what a crash inside of a sink looks like: log_write itself must not go on, so
	// the host's panic ends it.
	size_t seen = 0;
	EXPECT_ANY_THROW({
		(void)!log_add_sink(Breaker::Sink, &seen);
		log_write(LOG_INFO, "a", "crash");
	});
	log_break_lock();
	EXPECT_GT(seen, 0u);
	EXPECT_EQ(log_remove_sink(Breaker::Sink, &seen), STATUS_OK);
}

} // namespace
