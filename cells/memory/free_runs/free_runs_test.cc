#include "cells/memory/free_runs/free_runs.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <stdexcept>
#include <vector>

namespace
{

// A row with its memory, all units free.
class Row
{
      public:
	explicit Row(size_t units, bool free = true) : memory_(free_runs_memory_bytes(units) / 8)
	{
		free_runs_start(&runs, units, bytes_mut_from(memory_.data(), memory_.size() * 8));
		if (free)
			free_runs_give(&runs, 0, units);
	}

	std::optional<size_t> Take(size_t count, size_t alignment = 1, size_t from = 0, size_t to = SIZE_MAX)
	{
		size_t start = 0;
		if (count == 1 && alignment == 1 && from == 0 && to >= free_runs_unit_count(&runs)) {
			if (free_runs_take_single(&runs, &start))
				return std::nullopt;
			return start;
		}
		if (free_runs_take(&runs, {count, alignment, from, to}, &start))
			return std::nullopt;
		return start;
	}

	struct free_runs runs = {};

      private:
	std::vector<uint64_t> memory_;
};

TEST(FreeRuns, BeginsTaken)
{
	Row row(1000, false);
	EXPECT_EQ(free_runs_free_count(&row.runs), 0u);
	EXPECT_EQ(free_runs_unit_count(&row.runs), 1000u);
	EXPECT_EQ(free_runs_longest(&row.runs), 0u);
	EXPECT_FALSE(row.Take(1));
	EXPECT_FALSE(row.Take(2));
}

TEST(FreeRuns, TooLittleMemoryPanics)
{
	std::vector<uint64_t> memory(free_runs_memory_bytes(1000) / 8 - 1);
	struct free_runs runs = {};
	EXPECT_THROW(
		free_runs_start(&runs, 1000, bytes_mut_from(memory.data(), memory.size() * 8)), std::runtime_error);
	EXPECT_THROW(free_runs_memory_bytes(0), std::runtime_error);
	EXPECT_THROW(free_runs_memory_bytes(1ull << 32), std::runtime_error);
}

TEST(FreeRuns, NothingBeyondTheEndIsEverFound)
{
	for (size_t units : {1, 2, 63, 64, 65, 127, 128, 129, 200}) {
		Row row(units);
		EXPECT_FALSE(row.Take(units + 1)) << units;
		EXPECT_EQ(row.Take(units), 0u) << units;
		EXPECT_FALSE(row.Take(1)) << units;
		EXPECT_FALSE(free_runs_all_free(&row.runs, units - 1, 2)) << units;
		EXPECT_THROW(free_runs_give(&row.runs, units, 1), std::runtime_error);
		EXPECT_THROW(free_runs_give(&row.runs, 0, units + 1), std::runtime_error);
		EXPECT_THROW(free_runs_give(&row.runs, 0, 0), std::runtime_error);
		EXPECT_THROW((void)free_runs_take_at(&row.runs, units, 1), std::runtime_error);
	}
}

TEST(FreeRuns, GivingTwicePanicsAndChangesNothing)
{
	Row row(256);
	ASSERT_EQ(row.Take(10), 0u);
	free_runs_give(&row.runs, 4, 1);
	EXPECT_THROW(free_runs_give(&row.runs, 4, 1), std::runtime_error) << "a stacked single unit is free";
	EXPECT_THROW(free_runs_give(&row.runs, 0, 10), std::runtime_error);
	EXPECT_THROW(free_runs_give(&row.runs, 100, 1), std::runtime_error);
	EXPECT_EQ(free_runs_free_count(&row.runs), 247u);
	free_runs_give(&row.runs, 0, 4);
	free_runs_give(&row.runs, 5, 5);
	EXPECT_EQ(free_runs_free_count(&row.runs), 256u);
	EXPECT_EQ(row.Take(256), 0u);
}

TEST(FreeRuns, AWishForNothingPanics)
{
	Row row(64);
	size_t start;
	EXPECT_THROW((void)free_runs_take(&row.runs, {0, 1, 0, 64}, &start), std::runtime_error);
	EXPECT_THROW((void)free_runs_take(&row.runs, {1, 0, 0, 64}, &start), std::runtime_error);
}

TEST(FreeRuns, AlignmentAndRange)
{
	Row row(4096);
	EXPECT_EQ(row.Take(3), 0u);
	EXPECT_EQ(row.Take(512, 512), 512u);
	EXPECT_EQ(row.Take(512, 512), 1024u);
	EXPECT_EQ(row.Take(4, 4), 4u);
	EXPECT_EQ(row.Take(5, 1, 3000, 3005), 3000u);
	EXPECT_FALSE(row.Take(6, 1, 3000, 3006));
	EXPECT_FALSE(row.Take(6, 1, 3005, 3010));
	EXPECT_EQ(row.Take(1, 1, 3005, 3006), 3005u);
	EXPECT_FALSE(row.Take(1, 1, 3005, 3006));
	EXPECT_FALSE(row.Take(512, 512, 1, 2047));
	EXPECT_EQ(row.Take(512, 512, 1, 2048), 1536u);
}

TEST(FreeRuns, StackedUnitsAreFoundWhenTheyAreNeeded)
{
	Row row(128);
	std::vector<size_t> units;
	while (auto unit = row.Take(1))
		units.push_back(*unit);
	ASSERT_EQ(units.size(), 128u);
	for (size_t unit : units)
		free_runs_give(&row.runs, unit, 1);
	EXPECT_EQ(free_runs_free_count(&row.runs), 128u);
	EXPECT_TRUE(free_runs_all_free(&row.runs, 0, 128));
	EXPECT_EQ(free_runs_take_at(&row.runs, 20, 80), STATUS_OK);
	EXPECT_EQ(free_runs_take_at(&row.runs, 99, 2), STATUS_BUSY);
	EXPECT_EQ(row.Take(28), 100u);
	EXPECT_EQ(row.Take(20), 0u);
	EXPECT_EQ(free_runs_free_count(&row.runs), 0u);
}

TEST(FreeRuns, ShortRunsAreKeptForTheNextWish)
{
	Row row(4096);
	ASSERT_EQ(row.Take(5), 0u);
	ASSERT_EQ(row.Take(5), 5u);
	ASSERT_EQ(row.Take(5), 10u);
	free_runs_give(&row.runs, 0, 5);
	free_runs_give(&row.runs, 5, 5);
	EXPECT_EQ(free_runs_free_count(&row.runs), 4091u);
	EXPECT_EQ(row.Take(5), 5u) << "the one that was given last";
	EXPECT_EQ(row.Take(4), 15u) << "a kept run is for its own length";
	free_runs_give(&row.runs, 5, 5);
	EXPECT_THROW(free_runs_give(&row.runs, 5, 5), std::runtime_error);
	EXPECT_THROW(free_runs_give(&row.runs, 9, 3), std::runtime_error) << "in part";
	EXPECT_EQ(row.Take(5, 1, 0, 4000), 19u) << "a wish with a range asks the tree";
}

TEST(FreeRuns, KeptRunsAreOneRunAgainWhenTheyAreNeeded)
{
	Row row(128);
	for (size_t i = 0; i < 16; i++)
		ASSERT_EQ(row.Take(8), 8 * i);
	for (size_t i = 0; i < 16; i++)
		free_runs_give(&row.runs, 8 * i, 8);
	EXPECT_LT(free_runs_longest(&row.runs), 128u) << "some are kept";
	EXPECT_EQ(row.Take(128), 0u);
	free_runs_give(&row.runs, 0, 128);
	ASSERT_EQ(row.Take(3), 0u);
	free_runs_give(&row.runs, 0, 3);
	EXPECT_EQ(free_runs_take_at(&row.runs, 1, 1), STATUS_OK) << "by name";
	for (size_t i = 0; i < 127; i++)
		ASSERT_TRUE(row.Take(1)) << i;
	EXPECT_FALSE(row.Take(1));
}

TEST(FreeRuns, AnyRunIsTheLongestUpToTheWish)
{
	Row row(1024, false);
	free_runs_give(&row.runs, 100, 20);
	free_runs_give(&row.runs, 200, 50);
	free_runs_give(&row.runs, 300, 1);
	size_t start, count;
	EXPECT_THROW((void)free_runs_take_some(&row.runs, 0, &start, &count), std::runtime_error);
	ASSERT_EQ(free_runs_take_some(&row.runs, 40, &start, &count), STATUS_OK);
	EXPECT_EQ(start, 200u);
	EXPECT_EQ(count, 40u);
	ASSERT_EQ(free_runs_take_some(&row.runs, 1000, &start, &count), STATUS_OK);
	EXPECT_EQ(start, 100u);
	EXPECT_EQ(count, 20u);
	size_t rest = 11;
	while (rest > 0) {
		ASSERT_EQ(free_runs_take_some(&row.runs, rest, &start, &count), STATUS_OK);
		ASSERT_LE(count, rest);
		rest -= count;
	}
	EXPECT_EQ(free_runs_take_some(&row.runs, 5, &start, &count), STATUS_NO_MEMORY);
	EXPECT_EQ(free_runs_free_count(&row.runs), 0u);
}

TEST(FreeRuns, ScatteredUnitsFillTheStackAWordAtATime)
{
	Row row(4096);
	std::vector<size_t> all;
	while (auto unit = row.Take(1))
		all.push_back(*unit);
	for (size_t unit = 0; unit < 4096; unit += 2)
		free_runs_give(&row.runs, unit, 1);
	std::vector<bool> seen(4096);
	size_t count = 0;
	while (auto unit = row.Take(1)) {
		ASSERT_FALSE(seen[*unit]);
		ASSERT_EQ(*unit % 2, 0u);
		seen[*unit] = true;
		count++;
	}
	EXPECT_EQ(count, 2048u);
}

// The same operations on a plain array of flags; a run must be found exactly when there is one, and be the lowest one
// that the tree knows of.
class Model
{
      public:
	explicit Model(size_t units) : free_(units, true)
	{
	}

	bool AllFree(size_t start, size_t count) const
	{
		for (size_t i = start; i < start + count; i++) {
			if (i >= free_.size() || !free_[i])
				return false;
		}
		return true;
	}

	bool Has(size_t count, size_t alignment, size_t from, size_t to) const
	{
		for (size_t start = (from + alignment - 1) / alignment * alignment; start + count <= to;
			start += alignment) {
			if (AllFree(start, count))
				return true;
		}
		return false;
	}

	void Set(size_t start, size_t count, bool free)
	{
		for (size_t i = start; i < start + count; i++) {
			ASSERT_NE(free_[i], free) << "unit " << i;
			free_[i] = free;
		}
	}

	size_t FreeCount() const
	{
		return std::count(free_.begin(), free_.end(), true);
	}

      private:
	std::vector<bool> free_;
};

class FreeRunsRandom : public ::testing::TestWithParam<size_t>
{
};

TEST_P(FreeRunsRandom, DoesWhatAPlainArrayWouldDo)
{
	const size_t units = GetParam();
	std::mt19937 random(static_cast<unsigned>(units));
	auto below = [&](size_t bound) { return random() % bound; };
	Row row(units);
	Model model(units);
	std::vector<std::pair<size_t, size_t>> taken;
	for (int step = 0; step < 6000; step++) {
		const bool filling = step / 500 % 2 == 0;
		if (below(10) < (filling ? 7u : 3u)) {
			size_t count = below(3) == 0 ? 1 : 1 + below(below(4) == 0 ? units / 4 + 1 : 20);
			size_t alignment = size_t{1} << (below(3) == 0 ? below(7) : 0);
			size_t from = below(3) == 0 ? below(units) : 0;
			size_t to = below(3) == 0 ? from + below(units - from + 1) : units;
			auto start = row.Take(count, alignment, from, to);
			ASSERT_EQ(start.has_value(), model.Has(count, alignment, from, to))
				<< "step " << step << ": " << count << " aligned to " << alignment << " in " << from
				<< ".." << to;
			if (!start)
				continue;
			ASSERT_EQ(*start % alignment, 0u);
			ASSERT_GE(*start, from);
			ASSERT_LE(*start + count, to);
			model.Set(*start, count, false);
			taken.emplace_back(*start, count);
		} else if (below(12) == 0) {
			size_t at_most = 1 + below(30);
			size_t start, count;
			enum status status = free_runs_take_some(&row.runs, at_most, &start, &count);
			ASSERT_EQ(status, model.FreeCount() > 0 ? STATUS_OK : STATUS_NO_MEMORY);
			if (!status) {
				ASSERT_LE(count, at_most);
				model.Set(start, count, false);
				taken.emplace_back(start, count);
			}
		} else if (below(8) == 0) {
			size_t start = below(units);
			size_t count = 1 + below(std::min<size_t>(units - start, 30));
			bool free = model.AllFree(start, count);
			ASSERT_EQ(free_runs_all_free(&row.runs, start, count), free);
			ASSERT_EQ(free_runs_take_at(&row.runs, start, count), free ? STATUS_OK : STATUS_BUSY);
			if (free) {
				model.Set(start, count, false);
				taken.emplace_back(start, count);
			}
		} else if (!taken.empty()) {
			size_t index = below(taken.size());
			auto [start, count] = taken[index];
			taken[index] = taken.back();
			taken.pop_back();
			if (count > 1 && below(3) == 0) { // only the first half; the rest later
				taken.emplace_back(start + count / 2, count - count / 2);
				count /= 2;
			}
			free_runs_give(&row.runs, start, count);
			model.Set(start, count, true);
		}
		ASSERT_EQ(free_runs_free_count(&row.runs), model.FreeCount());
	}
	for (auto [start, count] : taken)
		free_runs_give(&row.runs, start, count);
	EXPECT_EQ(row.Take(units), 0u) << "all of it is one run again";
}

INSTANTIATE_TEST_SUITE_P(Sizes, FreeRunsRandom, ::testing::Values(1, 64, 100, 129, 1000, 4096, 5000));

} // namespace
