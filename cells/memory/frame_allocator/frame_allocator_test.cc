#include "cells/memory/frame_allocator/frame_allocator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>

namespace
{

constexpr uint64_t kMiB = 1024 * 1024;
constexpr uint64_t kPage = PAGE_SIZE_BYTES;

struct frame_region Region(uint64_t start, uint64_t size_bytes)
{
	return {{start}, size_bytes};
}

struct frame_region_array View(const std::vector<struct frame_region> &regions)
{
	return {regions.data(), regions.size()};
}

// Begins anew with these regions; leaves the allocator with every frame back, or the next start panics.
class Machine
{
      public:
	Machine(std::vector<struct frame_region> usable, std::vector<struct frame_region> reserved, bool adopt = true)
	{
		EXPECT_EQ(frame_allocator_start(View(usable), View(reserved)), STATUS_OK);
		if (adopt)
			Adopt();
	}

	void Adopt()
	{
		memory_.resize(frame_allocator_bookkeeping_bytes() / 8);
		frame_allocator_adopt(bytes_mut_from(memory_.data(), memory_.size() * 8));
	}

      private:
	std::vector<uint64_t> memory_;
};

uint64_t Free()
{
	return frame_allocator_statistics().free_frames;
}

TEST(FrameAllocator, WholeFramesOfUsableMemoryWithoutTheReserved)
{
	Machine machine({Region(0, 0x9fc00), Region(kMiB + 1, 2 * kMiB)},
		{Region(2 * kMiB + 100, 1), Region(0x8000, 2 * kPage)});
	// 0x00000..0x9f000 without frame 0 and two reserved; 0x101000..0x300000 without one.
	EXPECT_EQ(frame_allocator_statistics().total_frames, 0x9fu - 1 - 2 + 0x1ff - 1);
	EXPECT_EQ(Free(), frame_allocator_statistics().total_frames);
	OWN(allocated_frames, frames);
	EXPECT_EQ(frame_allocator_allocate_at(&frames, {2 * kMiB}, 1), STATUS_NOT_FOUND);
	EXPECT_EQ(frame_allocator_allocate_at(&frames, {0}, 1), STATUS_NOT_FOUND);
	EXPECT_EQ(frame_allocator_allocate_at(&frames, {kMiB}, 1), STATUS_NOT_FOUND);
	EXPECT_EQ(frame_allocator_allocate_at(&frames, {0x9f000}, 1), STATUS_NOT_FOUND);
	EXPECT_EQ(frame_allocator_allocate_at(&frames, {0x9e000}, 1), STATUS_OK);
}

TEST(FrameAllocator, RegionsMayOverlapAndComeInAnyOrder)
{
	Machine machine(
		{Region(3 * kMiB, kMiB), Region(kMiB, kMiB), Region(2 * kMiB, 3 * kMiB), Region(kMiB, kMiB / 2)}, {});
	EXPECT_EQ(frame_allocator_statistics().total_frames, 4 * kMiB / kPage);
	OWN(allocated_frames, all);
	EXPECT_EQ(frame_allocator_allocate(&all, {4 * kMiB / kPage, 0, {}, {}}), STATUS_OK);
	EXPECT_EQ(allocated_frames_start(&all).value, kMiB);
}

TEST(FrameAllocator, ImpossibleMemoryMapsAreRefused)
{
	auto start = [](std::vector<struct frame_region> usable, std::vector<struct frame_region> reserved) {
		return frame_allocator_start(View(usable), View(reserved));
	};
	EXPECT_EQ(start({}, {}), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(start({Region(0, kPage)}, {}), STATUS_BAD_ARGUMENT) << "frame 0 alone";
	EXPECT_EQ(start({Region(kMiB, kMiB)}, {Region(0, 4 * kMiB)}), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(start({Region(UINT64_MAX - 10, 100)}, {}), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(start({Region(1ull << 52, kPage)}, {}), STATUS_BAD_ARGUMENT);
	std::vector<struct frame_region> crumbs;
	for (uint64_t i = 0; i <= FRAME_ALLOCATOR_REGIONS; i++)
		crumbs.push_back(Region(kMiB + 2 * i * kPage, kPage));
	EXPECT_EQ(start(crumbs, {}), STATUS_NO_MEMORY);
	crumbs.pop_back();
	EXPECT_EQ(start(crumbs, {}), STATUS_OK);
}

TEST(FrameAllocator, SomeFramesAreARunAsLongAsThereIs)
{
	Machine machine({Region(kMiB, 10 * kPage), Region(2 * kMiB, 30 * kPage)}, {});
	OWN(allocated_frames, none);
	EXPECT_EQ(frame_allocator_allocate_some(&none, 0), STATUS_BAD_ARGUMENT);
	OWN(allocated_frames, first);
	OWN(allocated_frames, second);
	ASSERT_EQ(frame_allocator_allocate_some(&first, 35), STATUS_OK);
	EXPECT_EQ(allocated_frames_count(&first), 30u);
	ASSERT_EQ(frame_allocator_allocate_some(&second, 5), STATUS_OK);
	EXPECT_EQ(allocated_frames_count(&second), 5u);
	EXPECT_EQ(Free(), 5u);
	OWN(allocated_frames, third);
	ASSERT_EQ(frame_allocator_allocate_some(&third, 100), STATUS_OK);
	EXPECT_EQ(allocated_frames_count(&third), 5u);
	EXPECT_EQ(frame_allocator_allocate_some(&none, 1), STATUS_NO_MEMORY);
	frame_allocator_merge(&second, &third);
	EXPECT_EQ(allocated_frames_count(&second), 10u);
	EXPECT_TRUE(allocated_frames_is_empty(&third));
	EXPECT_THROW(frame_allocator_merge(&second, &first), std::runtime_error) << "not adjacent";
}

TEST(FrameAllocator, ReservedFramesAreTakenInAndFreedLikeOthers)
{
	Machine machine({Region(kMiB, 4 * kMiB)}, {Region(2 * kMiB, 16 * kPage)});
	const uint64_t total = frame_allocator_statistics().total_frames;
	OWN(allocated_frames, image);
	EXPECT_EQ(frame_allocator_take_in(&image, {2 * kMiB + 1}, 1), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(frame_allocator_take_in(&image, {2 * kMiB - kPage}, 2), STATUS_REFUSED) << "usable memory";
	EXPECT_EQ(frame_allocator_take_in(&image, {6 * kMiB}, 1), STATUS_OUT_OF_RANGE);
	{
		OWN(allocated_frames, claimed);
		ASSERT_EQ(frame_allocator_claim(&claimed, {2 * kMiB}, 1), STATUS_OK);
		EXPECT_EQ(frame_allocator_take_in(&image, {2 * kMiB}, 1), STATUS_BUSY);
	}
	EXPECT_EQ(frame_allocator_statistics().total_frames, total);
	ASSERT_EQ(frame_allocator_take_in(&image, {2 * kMiB}, 15), STATUS_OK);
	EXPECT_EQ(frame_allocator_statistics().total_frames, total + 15);
	EXPECT_EQ(Free(), total) << "they are not free yet";
	OWN(allocated_frames, again);
	EXPECT_EQ(frame_allocator_take_in(&again, {2 * kMiB}, 1), STATUS_REFUSED);
	EXPECT_EQ(frame_allocator_claim(&again, {2 * kMiB}, 1), STATUS_REFUSED);
	EXPECT_EQ(frame_allocator_allocate_at(&again, {2 * kMiB}, 1), STATUS_BUSY);
	allocated_frames_drop(&image);
	EXPECT_EQ(Free(), total + 15);
	EXPECT_EQ(frame_allocator_allocate_at(&again, {2 * kMiB - kPage}, 16), STATUS_OK) << "one run with the others";
}

TEST(FrameAllocator, FirstStageGivesSingleFramesAndTakesThemBack)
{
	Machine machine({Region(kMiB, 8 * kPage)}, {}, false);
	OWN(allocated_frames, some);
	EXPECT_EQ(frame_allocator_allocate(&some, {2, 0, {}, {}}), STATUS_UNSUPPORTED);
	EXPECT_EQ(frame_allocator_allocate(&some, {1, 2, {}, {}}), STATUS_UNSUPPORTED);
	EXPECT_EQ(frame_allocator_allocate_at(&some, {kMiB}, 1), STATUS_UNSUPPORTED);
	{
		struct allocated_frames all[8] = {};
		std::vector<bool> seen(8);
		for (auto &frame : all) {
			ASSERT_EQ(frame_allocator_allocate(&frame, {}), STATUS_OK);
			uint64_t index = (allocated_frames_start(&frame).value - kMiB) / kPage;
			ASSERT_LT(index, 8u);
			EXPECT_FALSE(seen[index]);
			seen[index] = true;
		}
		EXPECT_EQ(frame_allocator_allocate(&some, {}), STATUS_NO_MEMORY);
		EXPECT_EQ(Free(), 0u);
		for (auto &frame : all)
			allocated_frames_drop(&frame);
	}
	EXPECT_EQ(Free(), 8u);
	ASSERT_EQ(frame_allocator_allocate(&some, {}), STATUS_OK);
	const uint64_t early = allocated_frames_start(&some).value;
	machine.Adopt();
	EXPECT_EQ(Free(), 7u);
	OWN(allocated_frames, same);
	EXPECT_EQ(frame_allocator_allocate_at(&same, {early}, 1), STATUS_BUSY) << "what was taken early stays taken";
	allocated_frames_drop(&some);
	EXPECT_EQ(frame_allocator_allocate_at(&same, {early}, 1), STATUS_OK);
	EXPECT_THROW(machine.Adopt(), std::runtime_error);
	allocated_frames_drop(&same);
}

TEST(FrameAllocator, AStartWithFramesOutPanics)
{
	Machine machine({Region(kMiB, kMiB)}, {});
	OWN(allocated_frames, frame);
	ASSERT_EQ(frame_allocator_allocate(&frame, {}), STATUS_OK);
	std::vector<struct frame_region> usable{Region(kMiB, kMiB)};
	EXPECT_THROW((void)frame_allocator_start(View(usable), View({})), std::runtime_error);
}

TEST(FrameAllocator, WishesAreMetOrRefused)
{
	Machine machine({Region(kMiB, 15 * kMiB)}, {});
	OWN(allocated_frames, large);
	ASSERT_EQ(frame_allocator_allocate(&large, {512, 512, {}, {}}), STATUS_OK);
	EXPECT_EQ(allocated_frames_start(&large).value, 2 * kMiB);
	EXPECT_EQ(allocated_frames_count(&large), 512u);

	OWN(allocated_frames, low);
	ASSERT_EQ(frame_allocator_allocate(&low, {3, 0, {5 * kMiB}, {5 * kMiB + 3 * kPage}}), STATUS_OK);
	EXPECT_EQ(allocated_frames_start(&low).value, 5 * kMiB);
	OWN(allocated_frames, none);
	EXPECT_EQ(frame_allocator_allocate(&none, {1, 0, {5 * kMiB}, {5 * kMiB + 3 * kPage}}), STATUS_NO_MEMORY);
	EXPECT_EQ(frame_allocator_allocate(&none, {1, 0, {0}, {kMiB}}), STATUS_NO_MEMORY);
	EXPECT_EQ(frame_allocator_allocate(&none, {1, 0, {16 * kMiB}, {}}), STATUS_NO_MEMORY);
	EXPECT_EQ(frame_allocator_allocate(&none, {1, 3, {}, {}}), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(frame_allocator_allocate(&none, {1, 0, {2 * kMiB}, {kMiB}}), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(frame_allocator_allocate_at(&none, {2 * kMiB + 1}, 1), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(frame_allocator_allocate_at(&none, {2 * kMiB}, 0), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(frame_allocator_allocate_at(&none, {3 * kMiB}, 1), STATUS_BUSY);
}

TEST(FrameAllocator, ReservedMemoryHasOneOwnerAtATime)
{
	Machine machine({Region(kMiB, kMiB)}, {});
	OWN(allocated_frames, registers);
	ASSERT_EQ(frame_allocator_claim(&registers, {0xfee00000}, 4), STATUS_OK);
	EXPECT_EQ(frame_allocator_statistics().claimed_frames, 4u);
	OWN(allocated_frames, second);
	EXPECT_EQ(frame_allocator_claim(&second, {0xfee03000}, 2), STATUS_BUSY);
	EXPECT_EQ(frame_allocator_claim(&second, {0xfedff000}, 2), STATUS_BUSY);
	EXPECT_EQ(frame_allocator_claim(&second, {kMiB}, 1), STATUS_REFUSED);
	EXPECT_EQ(frame_allocator_claim(&second, {kMiB - kPage}, 2), STATUS_REFUSED);
	EXPECT_EQ(frame_allocator_claim(&second, {0xfee00001}, 1), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(frame_allocator_claim(&second, {0xfee00000}, 1ull << 41), STATUS_BAD_ARGUMENT);
	ASSERT_EQ(frame_allocator_claim(&second, {0xfee04000}, 1), STATUS_OK) << "next to the other";
	OWN(allocated_frames, head);
	frame_allocator_split(&registers, 1, &head);
	allocated_frames_drop(&registers);
	EXPECT_EQ(frame_allocator_statistics().claimed_frames, 2u) << "the first and the neighbour";
	EXPECT_EQ(frame_allocator_claim(&registers, {0xfee01000}, 3), STATUS_OK);
}

TEST(FrameAllocator, ClaimsRunOutAndRecover)
{
	Machine machine({Region(kMiB, kMiB)}, {});
	struct allocated_frames claims[FRAME_ALLOCATOR_CLAIMS] = {};
	uint64_t address = 1ull << 32;
	for (auto &claim : claims) {
		ASSERT_EQ(frame_allocator_claim(&claim, {address}, 1), STATUS_OK);
		address += 2 * kPage;
	}
	OWN(allocated_frames, one_more);
	EXPECT_EQ(frame_allocator_claim(&one_more, {address}, 1), STATUS_NO_MEMORY);
	allocated_frames_drop(&claims[7]);
	EXPECT_EQ(frame_allocator_claim(&one_more, {address}, 1), STATUS_OK);
	for (auto &claim : claims)
		allocated_frames_release(&claim);
}

TEST(FrameAllocator, TheCircleOfAFrame)
{
	Machine machine({Region(kMiB, kMiB)}, {});
	const uint64_t before = Free();
	OWN(allocated_frames, frames);
	ASSERT_EQ(frame_allocator_allocate(&frames, {8, 0, {}, {}}), STATUS_OK);
	struct physical_address start = allocated_frames_start(&frames);
	frame_allocator_into_mapping(&frames);
	EXPECT_EQ(Free(), before - 8) << "mapped frames are not free";
	{
		OWN(unmapped_frames, unmapped);
		frame_allocator_from_mapping(&unmapped, start, 8);
		OWN(allocated_frames, again);
		frame_allocator_reuse(&unmapped, &again);
		EXPECT_EQ(allocated_frames_start(&again).value, start.value);
		EXPECT_EQ(Free(), before - 8);
		frame_allocator_into_mapping(&again);
	}
	EXPECT_EQ(Free(), before - 8);
	OWN(unmapped_frames, unmapped);
	frame_allocator_from_mapping(&unmapped, start, 8);
	unmapped_frames_drop(&unmapped);
	EXPECT_EQ(Free(), before);
}

TEST(FrameAllocator, FramesWithoutAnOwnerCannotBeGivenBack)
{
	Machine machine({Region(kMiB, kMiB)}, {});
	struct unmapped_frames never_mapped = {};
	frame_allocator_from_mapping(&never_mapped, {kMiB}, 1);
	EXPECT_THROW(unmapped_frames_drop(&never_mapped), std::runtime_error) << "it is free";
	struct unmapped_frames never_claimed = {};
	frame_allocator_from_mapping(&never_claimed, {0xfee00000}, 1);
	EXPECT_THROW(unmapped_frames_drop(&never_claimed), std::runtime_error);
	EXPECT_EQ(Free(), frame_allocator_statistics().total_frames);
}

TEST(FrameAllocator, SplitsKeepEveryFrame)
{
	Machine machine({Region(kMiB, kMiB)}, {});
	OWN(allocated_frames, rest);
	ASSERT_EQ(frame_allocator_allocate(&rest, {10, 0, {}, {}}), STATUS_OK);
	OWN(allocated_frames, head);
	EXPECT_THROW(frame_allocator_split(&rest, 0, &head), std::runtime_error);
	EXPECT_THROW(frame_allocator_split(&rest, 10, &head), std::runtime_error);
	frame_allocator_split(&rest, 4, &head);
	EXPECT_EQ(allocated_frames_count(&head), 4u);
	EXPECT_EQ(allocated_frames_count(&rest), 6u);
	EXPECT_EQ(allocated_frames_start(&rest).value, allocated_frames_start(&head).value + 4 * kPage);
	allocated_frames_drop(&head);
	EXPECT_EQ(Free(), frame_allocator_statistics().total_frames - 6);
}

TEST(FrameAllocator, RunsOutAndRecoversWithEveryFrameBack)
{
	Machine machine({Region(kMiB, 3 * kMiB), Region(1ull << 33, kMiB)}, {Region(2 * kMiB, 100 * kPage)});
	std::mt19937 random(7);
	for (int round = 0; round < 3; round++) {
		auto taken = std::make_unique<struct allocated_frames[]>(4096);
		size_t used = 0;
		uint64_t count = 0;
		for (;; used++) {
			size_t want = 1 + random() % 9;
			if (frame_allocator_allocate(&taken[used], {want, 0, {}, {}}))
				break;
			count += want;
		}
		while (frame_allocator_allocate(&taken[used], {}) == STATUS_OK) {
			used++;
			count++;
		}
		EXPECT_EQ(count, frame_allocator_statistics().total_frames);
		EXPECT_EQ(Free(), 0u);
		std::vector<size_t> order(used);
		std::iota(order.begin(), order.end(), 0);
		std::shuffle(order.begin(), order.end(), random);
		for (size_t i : order)
			allocated_frames_drop(&taken[i]);
		EXPECT_EQ(Free(), frame_allocator_statistics().total_frames);
		OWN(allocated_frames, largest);
		EXPECT_EQ(frame_allocator_allocate(&largest, {2 * kMiB / kPage - 100, 0, {}, {}}), STATUS_OK)
			<< "neighbours are one run again";
	}
}

} // namespace
