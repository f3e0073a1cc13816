// Cutting, joining and taking apart.
#include "cells/memory/mapped_pages/mapped_pages_machine.h"

namespace
{

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

} // namespace
