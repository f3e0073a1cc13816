#include "cells/memory/mapped_pages/mapped_pages.h"

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

namespace
{

constexpr uint64_t kMiB = 1024 * 1024;
constexpr size_t kPage = PAGE_SIZE_BYTES;

// All that memory can leak.
struct Ledger {
	uint64_t frames, claims, general, cells, mapped, tables, large;

	static Ledger Now()
	{
		return {frame_allocator_statistics().free_frames, frame_allocator_statistics().claimed_frames,
			page_allocator_statistics(PAGE_REGION_GENERAL).free_pages,
			page_allocator_statistics(PAGE_REGION_CELLS).free_pages, page_table_statistics().mapped_pages,
			page_table_statistics().table_frames, page_table_statistics().large_pages};
	}

	bool operator==(const Ledger &) const = default;
};

// A machine of 8 MiB, started once; every test must leave the ledger as it found it.
class MappedPages : public ::testing::Test
{
      protected:
	void SetUp() override
	{
		static const enum status started = [] {
			static const struct frame_region usable = {{kMiB}, 8 * kMiB};
			static const struct frame_region reserved = {{5 * kMiB}, kMiB};
			return mapped_pages_start({&usable, 1}, {&reserved, 1});
		}();
		ASSERT_EQ(started, STATUS_OK);
		before_ = Ledger::Now();
	}

	void TearDown() override
	{
		EXPECT_EQ(Ledger::Now(), before_) << "something leaked";
	}

	// Leaves exactly `count` frames free while it lives.
	class Scarcity
	{
	      public:
		explicit Scarcity(uint64_t count)
		{
			while (frame_allocator_statistics().free_frames > count) {
				taken_.emplace_back();
				EXPECT_EQ(frame_allocator_allocate(&taken_.back(), {}), STATUS_OK);
			}
		}
		~Scarcity()
		{
			for (auto &frame : taken_)
				allocated_frames_drop(&frame);
		}

	      private:
		std::deque<struct allocated_frames> taken_;
	};

	static bool AllZero(struct bytes view)
	{
		for (size_t i = 0; i < view.size_bytes; i++) {
			if (view.data[i])
				return false;
		}
		return true;
	}

      private:
	Ledger before_ = {};
};

using MappedPagesDeathTest = MappedPages;

TEST_F(MappedPages, AllocatedMemoryIsZeroAndItsOwn)
{
	for (int round = 0; round < 2; round++) {
		OWN(mapped_pages_mut, first);
		OWN(mapped_pages_mut, second);
		ASSERT_EQ(mapped_pages_mut_allocate(&first, 3 * kPage + 1, PAGE_REGION_GENERAL), STATUS_OK);
		ASSERT_EQ(mapped_pages_mut_allocate(&second, 5, PAGE_REGION_CELLS), STATUS_OK);
		struct bytes_mut view = mapped_pages_mut_bytes(&first);
		EXPECT_EQ(view.size_bytes, 3 * kPage + 1);
		EXPECT_EQ(reinterpret_cast<uintptr_t>(view.data) % kPage, 0u);
		EXPECT_EQ(reinterpret_cast<uintptr_t>(view.data), mapped_pages_mut_start_address(&first));
		EXPECT_TRUE(AllZero(bytes_of_mut(view))) << "round " << round;
		bytes_fill(view, 0xff);
		EXPECT_TRUE(AllZero(bytes_of_mut(mapped_pages_mut_bytes(&second))));
	}
}

TEST_F(MappedPages, ImpossibleSizesAreRefused)
{
	OWN(mapped_pages_mut, pages);
	EXPECT_EQ(mapped_pages_mut_allocate(&pages, 0, PAGE_REGION_GENERAL), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(mapped_pages_mut_allocate(&pages, SIZE_MAX, PAGE_REGION_GENERAL), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(mapped_pages_mut_allocate(&pages, SIZE_MAX / 2, PAGE_REGION_GENERAL), STATUS_NO_MEMORY);
	EXPECT_EQ(mapped_pages_mut_allocate(&pages, 1, PAGE_REGION_COUNT_), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(mapped_pages_mut_allocate(&pages, 64 * kMiB, PAGE_REGION_GENERAL), STATUS_NO_MEMORY);
}

TEST_F(MappedPages, RunningOutGivesEverythingBack)
{
	for (uint64_t frames = 0; frames <= 8; frames++) {
		Scarcity scarcity(frames);
		const Ledger before = Ledger::Now();
		OWN(mapped_pages_mut, pages);
		enum status status = mapped_pages_mut_allocate(&pages, 5 * kPage, PAGE_REGION_CELLS);
		if (status == STATUS_OK) {
			EXPECT_GE(frames, 5u);
			continue;
		}
		EXPECT_EQ(status, STATUS_NO_MEMORY);
		EXPECT_EQ(Ledger::Now(), before) << frames << " frames";
	}
	OWN(mapped_pages, table);
	{
		// The general region's tables are there already, so only the claim and the pages are at stake.
		Scarcity scarcity(0);
		EXPECT_EQ(mapped_pages_map_physical(&table, {5 * kMiB}, 2 * kMiB), STATUS_REFUSED);
	}
}

TEST_F(MappedPagesDeathTest, PermissionsFollowTheType)
{
	OWN(mapped_pages_mut, writable);
	ASSERT_EQ(mapped_pages_mut_allocate(&writable, kPage, PAGE_REGION_CELLS), STATUS_OK);
	volatile unsigned char *byte = mapped_pages_mut_bytes(&writable).data + 16;
	*byte = 0xc3; // ret
	auto *function = reinterpret_cast<void (*)()>(mapped_pages_mut_start_address(&writable) + 16);
	EXPECT_DEATH(function(), "");

	OWN(mapped_pages, readable);
	mapped_pages_mut_freeze(&writable, &readable);
	EXPECT_EQ(bytes_at(mapped_pages_bytes(&readable), 16), 0xc3);
	EXPECT_EQ(mapped_pages_start_address(&readable) + 16, reinterpret_cast<uintptr_t>(byte));
	EXPECT_DEATH(*byte = 1, "");
	EXPECT_DEATH(function(), "");

	mapped_pages_thaw(&readable, &writable);
	*byte = 0xc3;
	OWN(mapped_pages_exec, executable);
	mapped_pages_mut_make_executable(&writable, &executable);
	function();
	EXPECT_EQ(bytes_at(mapped_pages_exec_bytes(&executable), 16), 0xc3);
	EXPECT_EQ(mapped_pages_exec_start_address(&executable) + 16, reinterpret_cast<uintptr_t>(byte));
	EXPECT_DEATH(*byte = 1, "");

	mapped_pages_exec_make_mutable(&executable, &writable);
	*byte = 1;
	EXPECT_DEATH(function(), "");
	mapped_pages_mut_drop(&writable);
	EXPECT_DEATH(*byte = 1, "");
}

TEST_F(MappedPages, ReservedMemoryIsMappedOnceAndKeepsItsContent)
{
	auto *module = static_cast<char *>(page_table_host_physical({5 * kMiB}, kMiB));
	strcpy(module + 100, "archive");
	OWN(mapped_pages, archive);
	ASSERT_EQ(mapped_pages_map_physical(&archive, {5 * kMiB + 100}, kMiB - 100), STATUS_OK);
	EXPECT_STREQ(reinterpret_cast<const char *>(mapped_pages_bytes(&archive).data), "archive");
	EXPECT_EQ(mapped_pages_bytes(&archive).size_bytes, kMiB - 100);
	EXPECT_EQ(mapped_pages_start_address(&archive) % kPage, 100u);

	OWN(mapped_pages, again);
	EXPECT_EQ(mapped_pages_map_physical(&again, {6 * kMiB - 1}, 1), STATUS_BUSY) << "the same frame";
	EXPECT_EQ(mapped_pages_map_physical(&again, {4 * kMiB}, 1), STATUS_REFUSED) << "usable memory";
	EXPECT_EQ(mapped_pages_map_physical(&again, {1ull << 30}, 0), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(mapped_pages_map_physical(&again, {1}, SIZE_MAX), STATUS_OUT_OF_RANGE);
	mapped_pages_drop(&archive);
	EXPECT_EQ(mapped_pages_map_physical(&again, {6 * kMiB - 1}, 1), STATUS_OK);
}

TEST_F(MappedPages, DeviceRegistersAreUncached)
{
	OWN(mapped_pages_mut, registers);
	ASSERT_EQ(mapped_pages_mut_map_physical(&registers, {0xfee00ff0}, 32, PAGE_UNCACHED), STATUS_OK);
	struct page_translation translation;
	for (size_t offset : {0, 31}) {
		ASSERT_EQ(page_table_lookup({mapped_pages_mut_start_address(&registers) + offset}, &translation),
			STATUS_OK);
		EXPECT_EQ(translation.attributes.cache, PAGE_UNCACHED);
	}
	EXPECT_EQ(translation.physical.value, 0xfee01000u);
}

TEST_F(MappedPages, ExactlyThesePagesToExactlyTheseFrames)
{
	OWN(allocated_pages, pages);
	OWN(allocated_frames, frames);
	OWN(mapped_pages_mut, mapped);
	ASSERT_EQ(page_allocator_allocate(&pages, {PAGE_REGION_GENERAL, 4, 0, {}, {}}), STATUS_OK);
	ASSERT_EQ(frame_allocator_allocate(&frames, {3, 0, {}, {}}), STATUS_OK);
	EXPECT_EQ(mapped_pages_mut_map(&mapped, &pages, &frames), STATUS_BAD_ARGUMENT) << "not as many";
	EXPECT_TRUE(allocated_pages_is_empty(&pages));
	EXPECT_TRUE(allocated_frames_is_empty(&frames));

	ASSERT_EQ(page_allocator_allocate(&pages, {PAGE_REGION_GENERAL, 512, 512, {}, {}}), STATUS_OK);
	ASSERT_EQ(frame_allocator_allocate(&frames, {512, 512, {}, {}}), STATUS_OK);
	uint64_t page = allocated_pages_start(&pages).value;
	uint64_t frame = allocated_frames_start(&frames).value;
	ASSERT_EQ(mapped_pages_mut_map(&mapped, &pages, &frames), STATUS_OK);
	EXPECT_EQ(mapped_pages_mut_start_address(&mapped), page);
	EXPECT_EQ(mapped_pages_mut_bytes(&mapped).size_bytes, 512 * kPage);
	struct page_translation translation;
	ASSERT_EQ(page_table_lookup({page + 511 * kPage}, &translation), STATUS_OK);
	EXPECT_EQ(translation.physical.value, frame + 511 * kPage);
	mapped_pages_mut_drop(&mapped);

	ASSERT_EQ(page_allocator_allocate(&pages, {PAGE_REGION_CELLS, 1, 0, {}, {}}), STATUS_OK);
	ASSERT_EQ(frame_allocator_allocate(&frames, {}), STATUS_OK);
	Scarcity scarcity(0);
	EXPECT_EQ(mapped_pages_mut_map(&mapped, &pages, &frames), STATUS_NO_MEMORY) << "no frame for a table";
}

TEST_F(MappedPages, PlacesAreCheckedForBoundsAndAlignment)
{
	struct pair {
		uint64_t a, b;
	};
	OWN(mapped_pages_mut, pages);
	ASSERT_EQ(mapped_pages_mut_allocate(&pages, 100, PAGE_REGION_GENERAL), STATUS_OK);
	auto at = [&](size_t offset, size_t size, size_t alignment) {
		return mapped_pages_mut_at(&pages, offset, size, alignment);
	};
	static_cast<struct pair *>(at(8, sizeof(pair), alignof(pair)))->b = 7;
	EXPECT_EQ(mapped_pages_mut_bytes(&pages).data[16], 7);
	EXPECT_NO_THROW(at(100, 0, 1));
	EXPECT_THROW(at(4, sizeof(pair), alignof(pair)), std::runtime_error) << "misaligned";
	EXPECT_THROW(at(88, sizeof(pair), alignof(pair)), std::runtime_error) << "beyond the end";
	EXPECT_THROW(at(101, 0, 1), std::runtime_error);
	EXPECT_THROW(at(SIZE_MAX, 8, 1), std::runtime_error);
	EXPECT_THROW(at(8, SIZE_MAX, 1), std::runtime_error);

	OWN(mapped_pages, frozen);
	mapped_pages_mut_freeze(&pages, &frozen);
	EXPECT_EQ(static_cast<const struct pair *>(mapped_pages_at(&frozen, 8, sizeof(pair), 8))->b, 7u);
	EXPECT_THROW(mapped_pages_at(&frozen, 99, 2, 1), std::runtime_error);
	mapped_pages_thaw(&frozen, &pages);
	OWN(mapped_pages_exec, executable);
	mapped_pages_mut_make_executable(&pages, &executable);
	EXPECT_EQ(*static_cast<const unsigned char *>(mapped_pages_exec_at(&executable, 16, 1, 1)), 7);
	EXPECT_THROW(mapped_pages_exec_at(&executable, 99, 2, 1), std::runtime_error);
}

TEST_F(MappedPages, SplitsAndMerges)
{
	OWN(mapped_pages_mut, first);
	OWN(mapped_pages_mut, second);
	ASSERT_EQ(mapped_pages_mut_allocate(&first, 4 * kPage + 10, PAGE_REGION_GENERAL), STATUS_OK);
	const uintptr_t start = mapped_pages_mut_start_address(&first);
	EXPECT_THROW((void)mapped_pages_mut_split(&first, 0, &second), std::runtime_error);
	EXPECT_THROW((void)mapped_pages_mut_split(&first, 5, &second), std::runtime_error);
	ASSERT_EQ(mapped_pages_mut_split(&first, 2, &second), STATUS_OK);
	EXPECT_EQ(mapped_pages_mut_bytes(&first).size_bytes, 2 * kPage);
	EXPECT_EQ(mapped_pages_mut_bytes(&second).size_bytes, 2 * kPage + 10);
	EXPECT_EQ(mapped_pages_mut_start_address(&second), start + 2 * kPage);
	EXPECT_THROW(mapped_pages_mut_merge(&second, &first), std::runtime_error) << "the wrong way round";
	mapped_pages_mut_merge(&first, &second);
	EXPECT_EQ(mapped_pages_mut_bytes(&first).size_bytes, 4 * kPage + 10);
	EXPECT_TRUE(mapped_pages_mut_is_empty(&second));

	ASSERT_EQ(mapped_pages_mut_split(&first, 1, &second), STATUS_OK);
	mapped_pages_mut_drop(&first);
	mapped_pages_mut_bytes(&second).data[0] = 1; // the rest lives on
}

// The same life for each of the three types: mapped, cut, joined, taken apart.
template <typename T>
struct Type;
#define TYPE(T, permission_of_type)                                                                                    \
	template <>                                                                                                    \
	struct Type<struct T> {                                                                                        \
		static constexpr enum page_permission permission = permission_of_type;                                 \
		static constexpr auto map = T##_map;                                                                   \
		static constexpr auto split = T##_split;                                                               \
		static constexpr auto merge = T##_merge;                                                               \
		static constexpr auto unmap = T##_unmap;                                                               \
		static constexpr auto adopt = T##_adopt;                                                               \
		static constexpr auto set_owner = T##_set_owner;                                                       \
		static constexpr auto page_count = T##_page_count;                                                     \
		static constexpr auto start = T##_start_address;                                                       \
		static constexpr auto release = T##_release;                                                           \
		static constexpr auto is_empty = T##_is_empty;                                                         \
	};
TYPE(mapped_pages, PAGE_READ_ONLY)
TYPE(mapped_pages_mut, PAGE_READ_WRITE)
TYPE(mapped_pages_exec, PAGE_READ_EXECUTE)

template <typename T>
class EachType : public MappedPages
{
};
using Types = ::testing::Types<struct mapped_pages, struct mapped_pages_mut, struct mapped_pages_exec>;
TYPED_TEST_SUITE(EachType, Types);

TYPED_TEST(EachType, IsMappedCutJoinedAndTakenApart)
{
	using Is = Type<TypeParam>;
	OWN(allocated_pages, pages);
	OWN(allocated_frames, frames);
	ASSERT_EQ(page_allocator_allocate(&pages, {PAGE_REGION_GENERAL, 6, 0, {}, {}}), STATUS_OK);
	ASSERT_EQ(frame_allocator_allocate(&frames, {6, 0, {}, {}}), STATUS_OK);
	const uint64_t page = allocated_pages_start(&pages).value;
	const uint64_t frame = allocated_frames_start(&frames).value;
	*static_cast<unsigned char *>(page_table_host_physical({frame + 4 * kPage}, 1)) = 0x77;

	TypeParam mapped = {}, rest = {};
	ASSERT_EQ(Is::map(&mapped, &pages, &frames), STATUS_OK);
	struct page_translation translation;
	ASSERT_EQ(page_table_lookup({page + 5 * kPage}, &translation), STATUS_OK);
	EXPECT_EQ(translation.attributes.permission, Is::permission);
	EXPECT_EQ(*reinterpret_cast<unsigned char *>(page + 4 * kPage), 0x77) << "content as it is";

	EXPECT_THROW((void)Is::split(&mapped, 0, &rest), std::runtime_error);
	EXPECT_THROW((void)Is::split(&mapped, 6, &rest), std::runtime_error);
	ASSERT_EQ(Is::split(&mapped, 2, &rest), STATUS_OK);
	EXPECT_EQ(Is::page_count(&mapped), 2u);
	EXPECT_EQ(Is::page_count(&rest), 4u);
	EXPECT_EQ(Is::start(&rest), page + 2 * kPage);
	EXPECT_THROW(Is::merge(&rest, &mapped), std::runtime_error) << "the wrong way round";
	Is::set_owner(&rest, PAGE_OWNER_STACK);
	ASSERT_EQ(page_table_lookup({page + 2 * kPage}, &translation), STATUS_OK);
	EXPECT_EQ(translation.attributes.owner, PAGE_OWNER_STACK);
	Is::merge(&mapped, &rest);
	EXPECT_TRUE(Is::is_empty(&rest));
	EXPECT_EQ(Is::page_count(&mapped), 6u);

	OWN(unmapped_frames, unmapped);
	const uint64_t free = Ledger::Now().frames;
	Is::unmap(&mapped, &pages, &unmapped);
	EXPECT_TRUE(Is::is_empty(&mapped));
	EXPECT_EQ(page_table_lookup({page}, &translation), STATUS_NOT_FOUND);
	EXPECT_EQ(allocated_pages_start(&pages).value, page);
	EXPECT_EQ(allocated_pages_count(&pages), 6u);
	EXPECT_EQ(unmapped_frames_start(&unmapped).value, frame);
	EXPECT_EQ(unmapped_frames_count(&unmapped), 6u);
	EXPECT_LE(Ledger::Now().frames, free + 3) << "only tables went back";
	frame_allocator_reuse(&unmapped, &frames);
	ASSERT_EQ(Is::map(&mapped, &pages, &frames), STATUS_OK) << "and round again";
	Is::release(&mapped);
	EXPECT_EQ(Is::adopt(&mapped, {page}, 1), STATUS_REFUSED) << "not mapped by any boot code";
}

TEST_F(MappedPages, ScatteredFramesCannotBeHandedOutAsOneRun)
{
	// Two frames that are no neighbours.
	OWN(allocated_frames, around);
	OWN(allocated_frames, first);
	OWN(allocated_frames, middle);
	ASSERT_EQ(frame_allocator_allocate(&around, {3, 0, {}, {}}), STATUS_OK);
	frame_allocator_split(&around, 1, &first);
	frame_allocator_split(&around, 1, &middle);
	OWN(allocated_pages, pages);
	OWN(allocated_pages, head);
	ASSERT_EQ(page_allocator_allocate(&pages, {PAGE_REGION_GENERAL, 2, 0, {}, {}}), STATUS_OK);
	page_allocator_split(&pages, 1, &head);
	OWN(mapped_pages_mut, a);
	OWN(mapped_pages_mut, b);
	ASSERT_EQ(mapped_pages_mut_map(&a, &head, &first), STATUS_OK);
	ASSERT_EQ(mapped_pages_mut_map(&b, &pages, &around), STATUS_OK);
	mapped_pages_mut_merge(&a, &b);
	OWN(unmapped_frames, frames);
	EXPECT_THROW(mapped_pages_mut_unmap(&a, &pages, &frames), std::runtime_error);
	mapped_pages_mut_bytes(&a).data[2 * kPage - 1] = 1; // both are still there
}

TEST_F(MappedPages, LargeMemoryIsInLargePagesUntilItIsCutWithinOne)
{
	OWN(mapped_pages_mut, pages);
	OWN(mapped_pages_mut, rest);
	ASSERT_EQ(mapped_pages_mut_allocate(&pages, 3 * kMiB, PAGE_REGION_GENERAL), STATUS_OK);
	EXPECT_EQ(mapped_pages_mut_start_address(&pages) % (2 * kMiB), 0u);
	EXPECT_EQ(page_table_statistics().large_pages, 1u);
	EXPECT_TRUE(AllZero(bytes_of_mut(mapped_pages_mut_bytes(&pages))));
	bytes_fill(mapped_pages_mut_bytes(&pages), 0x66);
	ASSERT_EQ(mapped_pages_mut_split(&pages, 512, &rest), STATUS_OK);
	EXPECT_EQ(page_table_statistics().large_pages, 1u) << "the cut was at its end";
	mapped_pages_mut_drop(&rest);
	ASSERT_EQ(mapped_pages_mut_split(&pages, 9, &rest), STATUS_OK);
	EXPECT_EQ(page_table_statistics().large_pages, 0u);
	OWN(mapped_pages, frozen);
	mapped_pages_mut_freeze(&pages, &frozen);
	EXPECT_EQ(bytes_at(mapped_pages_bytes(&frozen), 9 * kPage - 1), 0x66);
	mapped_pages_drop(&frozen);
	mapped_pages_mut_bytes(&rest).data[0] = 1;
	EXPECT_EQ(mapped_pages_mut_bytes(&rest).data[1], 0x66);
}

SLICE_TYPE(word_slice, uint32_t);
SLICE_TYPE(const_word_slice, const uint32_t);

TEST_F(MappedPages, SlicesAreCheckedAsAWhole)
{
	OWN(mapped_pages_mut, pages);
	ASSERT_EQ(mapped_pages_mut_allocate(&pages, 100, PAGE_REGION_GENERAL), STATUS_OK);
	auto slice = [&](size_t offset, size_t count) {
		return word_slice{static_cast<uint32_t *>(mapped_pages_mut_at(
					  &pages, offset, mapped_pages_size_of(sizeof(uint32_t), count), 4)),
			count};
	};
	ITEM(slice(4, 24), 23) = 5;
	EXPECT_EQ(bytes_at(bytes_of_mut(mapped_pages_mut_bytes(&pages)), 96), 5);
	EXPECT_THROW((void)ITEM(slice(4, 24), 24), std::runtime_error);
	EXPECT_THROW(slice(4, 25), std::runtime_error) << "beyond the end";
	EXPECT_THROW(slice(2, 1), std::runtime_error) << "misaligned";
	EXPECT_THROW(slice(0, SIZE_MAX / 4 + 2), std::runtime_error) << "it would wrap around to four bytes";
}

TEST_F(MappedPages, OnlyExecutableMemoryIsGivenAsAFunction)
{
	OWN(mapped_pages_mut, text);
	ASSERT_EQ(mapped_pages_mut_allocate(&text, 64, PAGE_REGION_CELLS), STATUS_OK);
	static const unsigned char seven[] = {0xb8, 7, 0, 0, 0, 0xc3}; // mov $7, %eax; ret
	memcpy(mapped_pages_mut_bytes(&text).data + 32, seven, sizeof seven);
	OWN(mapped_pages_exec, code);
	mapped_pages_mut_make_executable(&text, &code);
	using Function = int();
	EXPECT_EQ(MAPPED_PAGES_EXEC_FUNCTION(Function, &code, 32)(), 7);
	EXPECT_THROW(mapped_pages_exec_function(&code, 33), std::runtime_error) << "no function begins there";
	EXPECT_THROW(mapped_pages_exec_function(&code, 64), std::runtime_error) << "beyond the end";
}

// Whatever allocation fails, the first, the second or any other: an error, and everything as before.
TEST_F(MappedPages, EveryAllocationMayFailAndLeavesNoTrace)
{
	struct Operation {
		const char *name;
		enum status (*run)(void); // cleans up after itself
		uint64_t failures;        // so many allocations that can fail at least
	};
	static const Operation operations[] = {
		{"one page",
			[] {
				OWN(mapped_pages_mut, pages);
				return mapped_pages_mut_allocate(&pages, 1, PAGE_REGION_GENERAL);
			},
			1},
		{"pages of cells",
			[] {
				OWN(mapped_pages_mut, pages);
				return mapped_pages_mut_allocate(&pages, 20 * kPage, PAGE_REGION_CELLS);
			},
			20 + 3},
		{"more than a large page",
			[] {
				OWN(mapped_pages_mut, pages);
				return mapped_pages_mut_allocate(&pages, 2 * kMiB + 1, PAGE_REGION_GENERAL);
			},
			513},
		{"registers",
			[] {
				OWN(mapped_pages_mut, pages);
				return mapped_pages_mut_map_physical(&pages, {0xfee00000}, 0x1001, PAGE_UNCACHED);
			},
			0}, // the tables are there already
		{"a module",
			[] {
				OWN(mapped_pages, pages);
				return mapped_pages_map_physical(&pages, {5 * kMiB + 5}, kMiB / 2);
			},
			0}, // the tables are there already
		{"pages to frames",
			[] {
				OWN(allocated_pages, pages);
				OWN(allocated_frames, frames);
				OWN(mapped_pages_exec, mapped);
				TRY(page_allocator_allocate(&pages, {PAGE_REGION_CELLS, 3, 0, {}, {}}));
				TRY(frame_allocator_allocate(&frames, {3, 0, {}, {}}));
				return mapped_pages_exec_map(&mapped, &pages, &frames);
			},
			3 + 3},
		{"a cut in a large page",
			[] {
				OWN(mapped_pages_mut, pages);
				OWN(mapped_pages_mut, rest);
				TRY(mapped_pages_mut_allocate(&pages, 2 * kMiB, PAGE_REGION_GENERAL));
				return mapped_pages_mut_split(&pages, 100, &rest);
			},
			513},
	};
	for (const Operation &operation : operations) {
		uint64_t frames = 0;
		for (enum status status = STATUS_NO_MEMORY; status; frames++) {
			Scarcity scarcity(frames);
			const Ledger before = Ledger::Now();
			status = operation.run();
			ASSERT_EQ(Ledger::Now(), before) << operation.name << " with " << frames << " frames";
			if (status) {
				ASSERT_EQ(status, STATUS_NO_MEMORY) << operation.name << " with " << frames;
			}
		}
		EXPECT_GT(frames, operation.failures) << operation.name;
	}
}

TEST_F(MappedPages, RunningOutOfPagesLeavesNoTrace)
{
	for (enum page_region region : {PAGE_REGION_GENERAL, PAGE_REGION_CELLS}) {
		// All pages but seven.
		std::deque<struct allocated_pages> taken;
		for (size_t count = size_t{1} << 28; count > 0; count /= 2) {
			for (;;) {
				if (page_allocator_statistics(region).free_pages < count + 7)
					break;
				taken.emplace_back();
				if (page_allocator_allocate(&taken.back(), {region, count, 0, {}, {}}))
					break;
			}
		}
		ASSERT_EQ(page_allocator_statistics(region).free_pages, 7u);
		const Ledger before = Ledger::Now();
		OWN(mapped_pages_mut, pages);
		EXPECT_EQ(mapped_pages_mut_allocate(&pages, 8 * kPage, region), STATUS_NO_MEMORY);
		EXPECT_EQ(Ledger::Now(), before);
		if (region == PAGE_REGION_GENERAL) {
			EXPECT_EQ(mapped_pages_mut_map_physical(&pages, {0xfee00000}, 8 * kPage, PAGE_UNCACHED),
				STATUS_NO_MEMORY);
			EXPECT_EQ(Ledger::Now(), before) << "nor does the claim stay";
		}
		for (auto &some : taken)
			allocated_pages_release(&some);
	}
}

TEST_F(MappedPages, RandomLivesLeaveNothingBehind)
{
	std::mt19937 random(5);
	struct Life {
		struct mapped_pages_mut writable;
		struct mapped_pages readable;
		struct mapped_pages_exec executable;
		unsigned char mark;
	};
	constexpr size_t kLives = 40;
	auto lives = std::make_unique<Life[]>(kLives);
	for (int step = 0; step < 4000; step++) {
		Life &life = lives[random() % kLives];
		if (!mapped_pages_mut_is_empty(&life.writable)) {
			struct bytes view = bytes_of_mut(mapped_pages_mut_bytes(&life.writable));
			ASSERT_EQ(bytes_at(view, view.size_bytes - 1), life.mark);
			switch (random() % 3) {
			case 0:
				mapped_pages_mut_freeze(&life.writable, &life.readable);
				break;
			case 1:
				mapped_pages_mut_make_executable(&life.writable, &life.executable);
				break;
			default:
				mapped_pages_mut_drop(&life.writable);
			}
		} else if (!mapped_pages_is_empty(&life.readable)) {
			struct bytes view = mapped_pages_bytes(&life.readable);
			ASSERT_EQ(bytes_at(view, view.size_bytes - 1), life.mark);
			if (random() % 2)
				mapped_pages_thaw(&life.readable, &life.writable);
			else
				mapped_pages_drop(&life.readable);
		} else if (!mapped_pages_exec_is_empty(&life.executable)) {
			if (random() % 2)
				mapped_pages_exec_make_mutable(&life.executable, &life.writable);
			else
				mapped_pages_exec_drop(&life.executable);
		} else {
			size_t size = 1 + random() % (random() % 10 ? 3 * kPage : 60 * kPage);
			auto region = static_cast<enum page_region>(random() % PAGE_REGION_COUNT_);
			const Ledger before = Ledger::Now();
			if (mapped_pages_mut_allocate(&life.writable, size, region)) {
				ASSERT_EQ(Ledger::Now(), before);
				continue;
			}
			ASSERT_TRUE(AllZero(bytes_of_mut(mapped_pages_mut_bytes(&life.writable))));
			life.mark = static_cast<unsigned char>(random());
			bytes_fill(mapped_pages_mut_bytes(&life.writable), life.mark);
		}
	}
	for (size_t i = 0; i < kLives; i++) {
		Life &life = lives[i];
		mapped_pages_mut_release(&life.writable);
		mapped_pages_release(&life.readable);
		mapped_pages_exec_release(&life.executable);
	}
}

} // namespace
