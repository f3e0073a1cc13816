#include "cells/memory/mapped_pages/mapped_pages_machine.h"

#include <cstring>

namespace
{

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

} // namespace
