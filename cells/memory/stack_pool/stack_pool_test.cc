#include "cells/memory/stack_pool/stack_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "cells/hal/core_local/core_local.h"
#include "cells/hal/processor/processor.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

namespace
{

enum : uintptr_t { HOLDER = 0x1234 };

// A stack that is dropped with the scope.
struct Stack {
	struct pooled_stack handle = {};
	enum status status;
	explicit Stack(enum stack_pool_size size = STACK_POOL_USUAL, uintptr_t holder = HOLDER)
	    : status(stack_pool_take(&handle, size, holder))
	{
	}
	Stack(const Stack &) = delete;
	~Stack()
	{
		pooled_stack_drop(&handle);
	}
	uintptr_t top() const
	{
		return pooled_stack_top(&handle);
	}
	uintptr_t lowest() const
	{
		return pooled_stack_lowest(&handle);
	}
};

class StackPool : public testing::Test
{
      protected:
	void SetUp() override
	{
		static const enum status started = [] {
			static const struct frame_region memory = {{0x100000}, 64 << 20};
			return mapped_pages_start({&memory, 1}, {});
		}();
		ASSERT_EQ(started, STATUS_OK);
	}
	void TearDown() override
	{
		stack_pool_trim();
		EXPECT_EQ(stack_pool_statistics().stacks, 0u);
	}
	static uintptr_t guard_of(const Stack &stack)
	{
		return stack.lowest() - (STACK_POOL_RESERVE_PAGES + 1) * PAGE_SIZE_BYTES;
	}
	static bool is_mapped(uintptr_t address)
	{
		struct page_translation translation;
		return page_table_lookup({address}, &translation) == STATUS_OK;
	}
	static std::vector<uint64_t> stock()
	{
		heap_trim();
		return {frame_allocator_statistics().free_frames,
			page_allocator_statistics(PAGE_REGION_GENERAL).free_pages, page_table_statistics().mapped_pages,
			page_table_statistics().table_frames, heap_statistics().objects};
	}
};

TEST_F(StackPool, AStackIsWritableAndItsGuardIsNotThere)
{
	for (enum stack_pool_size size : {STACK_POOL_SMALL, STACK_POOL_USUAL, STACK_POOL_LARGE}) {
		Stack stack(size);
		ASSERT_EQ(stack.status, STATUS_OK);
		size_t bytes = stack.top() - stack.lowest();
		EXPECT_EQ(bytes, size == STACK_POOL_SMALL ? 16384u : size == STACK_POOL_USUAL ? 65536u : 262144u);
		EXPECT_EQ(stack.top() % 16, 0u);
		for (uintptr_t page = stack.lowest(); page < stack.top(); page += PAGE_SIZE_BYTES) {
			struct page_translation translation;
			ASSERT_EQ(page_table_lookup({page}, &translation), STATUS_OK);
			EXPECT_EQ(translation.attributes.permission, PAGE_READ_WRITE);
			EXPECT_EQ(translation.attributes.owner, PAGE_OWNER_STACK);
			*reinterpret_cast<uint64_t *>(page) = page;
		}
		struct page_translation reserve;
		ASSERT_EQ(page_table_lookup({stack.lowest() - 1}, &reserve), STATUS_OK);
		EXPECT_EQ(reserve.attributes.permission, PAGE_READ_ONLY);
		EXPECT_FALSE(is_mapped(guard_of(stack)));
	}
}

TEST_F(StackPool, NobodyElseGetsTheGuardPage)
{
	Stack stack;
	ASSERT_EQ(stack.status, STATUS_OK);
	struct allocated_pages pages = {};
	EXPECT_EQ(page_allocator_allocate_at(&pages, {guard_of(stack)}, 1), STATUS_BUSY);
	// Whatever is mapped from now on, nothing comes to lie there.
	std::vector<std::unique_ptr<Stack>> others;
	for (int i = 0; i < 20; i++)
		others.push_back(std::make_unique<Stack>(STACK_POOL_SMALL));
	EXPECT_FALSE(is_mapped(guard_of(stack)));
}

using StackPoolDeathTest = StackPool;

TEST_F(StackPoolDeathTest, WhatRunsOverTheEndIsStoppedByTheReserveThenByTheGuard)
{
	Stack stack;
	auto *below = reinterpret_cast<volatile uint64_t *>(stack.lowest() - 8);
	EXPECT_DEATH(*below = 1, "");
	EXPECT_FALSE(stack_pool_open_reserve(stack.lowest())) << "this is no overflow";
	EXPECT_FALSE(stack_pool_open_reserve(guard_of(stack) - 1));
	ASSERT_TRUE(stack_pool_open_reserve(stack.lowest() - 8));
	for (uintptr_t place = guard_of(stack) + PAGE_SIZE_BYTES; place < stack.lowest(); place += 8)
		*reinterpret_cast<volatile uint64_t *>(place) = 1;
	EXPECT_DEATH(*reinterpret_cast<volatile uint64_t *>(guard_of(stack) + PAGE_SIZE_BYTES - 8) = 1, "");
	EXPECT_FALSE(stack_pool_open_reserve(guard_of(stack))) << "it is open already";
	stack_pool_close_reserve(stack.lowest());
	EXPECT_DEATH(*reinterpret_cast<volatile uint64_t *>(stack.lowest() - 8) = 1, "");
	EXPECT_TRUE(stack_pool_open_reserve(stack.lowest() - 8)) << "and opened again";
}

TEST_F(StackPoolDeathTest, TheNextUserFindsTheReserveClosed)
{
	uintptr_t lowest;
	{
		Stack stack;
		lowest = stack.lowest();
		ASSERT_TRUE(stack_pool_open_reserve(guard_of(stack)));
	}
	Stack again;
	ASSERT_EQ(again.lowest(), lowest);
	EXPECT_DEATH(*reinterpret_cast<volatile uint64_t *>(lowest - 8) = 1, "");
	EXPECT_TRUE(stack_pool_open_reserve(lowest - 8));
}

TEST_F(StackPool, ADroppedStackIsTheNextOneOfItsSize)
{
	uintptr_t lowest;
	{
		Stack stack;
		lowest = stack.lowest();
	}
	EXPECT_EQ(stack_pool_statistics().kept, 1u);
	Stack other_size(STACK_POOL_SMALL);
	EXPECT_NE(other_size.lowest(), lowest);
	uint64_t free_frames = frame_allocator_statistics().free_frames;
	Stack again;
	EXPECT_EQ(again.lowest(), lowest);
	EXPECT_EQ(frame_allocator_statistics().free_frames, free_frames);
	EXPECT_EQ(stack_pool_statistics().kept, 0u);
}

TEST_F(StackPool, ACoreKeepsAFewAndTrimGivesThemBack)
{
	std::vector<uint64_t> before = stock();
	{
		std::vector<std::unique_ptr<Stack>> stacks;
		for (int i = 0; i < 3 * STACK_POOL_KEPT; i++)
			stacks.push_back(std::make_unique<Stack>(STACK_POOL_SMALL));
		EXPECT_EQ(stack_pool_statistics().stacks, 3u * STACK_POOL_KEPT);
		EXPECT_EQ(stack_pool_statistics().bytes, 3u * STACK_POOL_KEPT * 16384);
	}
	EXPECT_EQ(stack_pool_statistics().stacks, STACK_POOL_KEPT);
	EXPECT_EQ(stack_pool_statistics().kept, STACK_POOL_KEPT);
	stack_pool_trim();
	EXPECT_EQ(stock(), before);
}

TEST_F(StackPool, WhatIsKeptIsThereWhenMemoryRunsOut)
{
	std::vector<uint64_t> before = stock();
	{
		std::vector<std::unique_ptr<Stack>> stacks;
		for (int i = 0; i < STACK_POOL_KEPT; i++)
			stacks.push_back(std::make_unique<Stack>(STACK_POOL_LARGE));
	}
	ASSERT_EQ(stack_pool_statistics().kept, STACK_POOL_KEPT);
	// All that is free and a page more; bookkeeping of tables apart.
	size_t wanted = frame_allocator_statistics().free_frames + 1;
	struct mapped_pages_mut pages = {};
	EXPECT_EQ(mapped_pages_mut_allocate(&pages, wanted * PAGE_SIZE_BYTES, PAGE_REGION_GENERAL), STATUS_OK);
	EXPECT_EQ(stack_pool_statistics().stacks, 0u);
	mapped_pages_mut_drop(&pages);
	EXPECT_EQ(stock(), before);
}

TEST_F(StackPool, WithoutMemoryThereIsNoStackAndNothingIsLost)
{
	std::vector<uint64_t> before = stock();
	{
		std::vector<std::unique_ptr<Stack>> stacks;
		enum status status = STATUS_OK;
		while (!status) {
			stacks.push_back(std::make_unique<Stack>(STACK_POOL_LARGE));
			status = stacks.back()->status;
		}
		EXPECT_EQ(status, STATUS_NO_MEMORY);
		EXPECT_GT(stacks.size(), 100u);
	}
	stack_pool_trim();
	EXPECT_EQ(stock(), before);
}

TEST_F(StackPool, WhatIsNoSizeAndNoHolderIsRefused)
{
	EXPECT_EQ(Stack(STACK_POOL_SIZES_).status, STATUS_BAD_ARGUMENT);
	EXPECT_EQ(Stack(STACK_POOL_USUAL, 0).status, STATUS_BAD_ARGUMENT);
}

TEST_F(StackPool, AnAddressTellsItsStack)
{
	Stack first(STACK_POOL_SMALL, 1), second(STACK_POOL_LARGE, 2);
	uintptr_t kept;
	{
		Stack third(STACK_POOL_USUAL, 3);
		kept = third.top() - 1;
	}
	struct stack_place place;
	ASSERT_TRUE(stack_pool_find(first.lowest(), &place));
	EXPECT_EQ(place.holder, 1u);
	EXPECT_EQ(place.lowest, first.lowest());
	EXPECT_EQ(place.size_bytes, 16384u);
	EXPECT_FALSE(place.in_guard);
	ASSERT_TRUE(stack_pool_find(second.top() - 1, &place));
	EXPECT_EQ(place.holder, 2u);
	ASSERT_TRUE(stack_pool_find(guard_of(second), &place));
	EXPECT_EQ(place.holder, 2u);
	EXPECT_TRUE(place.in_guard);
	ASSERT_TRUE(stack_pool_find(kept, &place));
	EXPECT_EQ(place.holder, 0u);
	EXPECT_FALSE(stack_pool_find(guard_of(second) - 1, &place));
}

TEST_F(StackPool, CoresTakeAndDropAtOnce)
{
	std::vector<uint64_t> before = stock();
	std::atomic<int> twice = 0;
	auto become = [](size_t index) {
		processor_host()->identity = static_cast<uint32_t>(index) + 1;
		core_local_install(index);
	};
	auto core = [&](size_t index) {
		become(index);
		for (int i = 0; i < 2000; i++) {
			Stack stack(STACK_POOL_SMALL, index);
			auto *word = reinterpret_cast<volatile uint64_t *>(stack.lowest());
			*word = index;
			if (i % 16 == 0)
				stack_pool_trim();
			if (*word != index)
				twice++;
		}
	};
	std::vector<std::thread> cores;
	for (size_t index = 1; index <= 4; index++)
		cores.emplace_back(core, index);
	for (std::thread &thread : cores)
		thread.join();
	EXPECT_EQ(twice, 0);
	stack_pool_trim();
	for (size_t index = 1; index <= 4; index++)
		std::thread([&, index] {
			become(index);
			heap_trim();
		}).join();
	EXPECT_EQ(stock(), before);
}

} // namespace
