#include "cells/machine/cores/cores.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>
#include <vector>

#include "cells/hal/descriptor_table/descriptor_table.h"
#include "cells/hal/processor/processor.h"
#include "cells/machine/cores/cores_internal.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/page_allocator/page_allocator.h"
#include "cells/memory/page_table/page_table.h"
#include "cells/memory/stack_pool/stack_pool.h"

namespace
{

class Cores : public testing::Test
{
      protected:
	static void SetUpTestSuite()
	{
		static const struct frame_region usable[] = {{{0x1000}, 0x8F000}, {{0x100000}, 8 << 20}};
		ASSERT_EQ(mapped_pages_start({usable, 2}, {nullptr, 0}), STATUS_OK);
	}

	void SetUp() override
	{
		processor_host_reset();
		processor_write_msr(PROCESSOR_MSR_EFER, 0xD00); // NXE, LMA, LME
	}
};

uint64_t stack_top;

TEST_F(Cores, BeforeTheyAreStartedThereIsOne)
{
	EXPECT_EQ(cores_count(), 1u);
	EXPECT_EQ(cores_limit(), 1u);
	EXPECT_TRUE(cores_is_running(0));
	EXPECT_FALSE(cores_is_running(1));
	struct core_view view = {};
	ASSERT_EQ(cores_view(0, &view), STATUS_OK);
	EXPECT_EQ(view.state, CORE_RUNNING);
	EXPECT_EQ(cores_view(1, &view), STATUS_NOT_FOUND);
	struct interrupt_vector vector = {};
	EXPECT_THROW(cores_interrupt(1, &vector), std::runtime_error);
}

TEST_F(Cores, TheTrampolineIsExecutableAndNotWritableAndGoesBack)
{
	uint64_t frames = frame_allocator_statistics().free_frames;
	uint64_t pages = page_allocator_statistics(PAGE_REGION_GENERAL).free_pages;
	struct trampoline_page page = {};
	struct diagnosis why = {};
	ASSERT_EQ(trampoline_page_make(&page, &stack_top, 0xFFFFFFFFA1234560, &why), STATUS_OK) << why.message;
	uint64_t address = page.address.value;
	EXPECT_GE(address, 0x1000u);
	EXPECT_LT(address, 0xA0000u);
	EXPECT_EQ(trampoline_page_number(&page), address / 4096);
	struct page_translation translation = {};
	ASSERT_EQ(page_table_lookup({address}, &translation), STATUS_OK);
	EXPECT_EQ(translation.physical.value, address) << "it is seen where it is";
	EXPECT_EQ(translation.attributes.permission, PAGE_READ_EXECUTE);
	EXPECT_EQ(translation.attributes.owner, PAGE_OWNER_TRAMPOLINE);
	EXPECT_EQ(page_allocator_statistics(PAGE_REGION_GENERAL).free_pages, pages) << "the page it was written by";

	struct trampoline_parameters parameters = {};
	struct trampoline_code code;
	trampoline_code_get(&code);
	size_t offset = code.all.size_bytes - sizeof parameters;
	auto *content = static_cast<unsigned char *>(page_table_host_physical({address}, 4096));
	EXPECT_EQ(content[0], 0xFA);
	memcpy(&parameters, content + offset, sizeof parameters);
	EXPECT_EQ(parameters.cr0, processor_read_cr0());
	EXPECT_EQ(parameters.cr3, processor_read_cr3());
	EXPECT_EQ(parameters.cr4, processor_read_cr4());
	EXPECT_EQ(parameters.efer, 0x900u) << "but for the processor's own bit";
	EXPECT_EQ(parameters.long_mode, address + code.long_mode_offset);
	EXPECT_EQ(parameters.code_selector, DESCRIPTOR_TABLE_CODE);
	EXPECT_EQ(parameters.segments_base, address + offset + 48);
	EXPECT_EQ(parameters.segments_limit, 23u);
	EXPECT_EQ(parameters.stack_top, reinterpret_cast<uintptr_t>(&stack_top));
	EXPECT_EQ(parameters.entry, 0xFFFFFFFFA1234560u);

	trampoline_page_drop(&page);
	EXPECT_EQ(page_table_lookup({address}, &translation), STATUS_NOT_FOUND);
	EXPECT_EQ(frame_allocator_statistics().free_frames, frames);
}

TEST_F(Cores, NoTrampolineWhereACoreCannotReachTheTables)
{
	uint64_t frames = frame_allocator_statistics().free_frames;
	processor_write_cr3(0x100000000);
	struct trampoline_page page = {};
	struct diagnosis why = {};
	EXPECT_EQ(trampoline_page_make(&page, &stack_top, 1, &why), STATUS_UNSUPPORTED);
	EXPECT_NE(strstr(why.message, "0x100000000"), nullptr);
	EXPECT_EQ(frame_allocator_statistics().free_frames, frames);
}

TEST_F(Cores, NoTrampolineWithoutLowMemory)
{
	static struct allocated_frames taken[0x8F];
	size_t count = 0;
	while (count < 0x8F && !frame_allocator_allocate(&taken[count], {1, 0, {0}, {0xA0000}}))
		count++;
	EXPECT_GT(count, 0x40u);
	struct trampoline_page page = {};
	struct diagnosis why = {};
	EXPECT_EQ(trampoline_page_make(&page, &stack_top, 1, &why), STATUS_NO_MEMORY);
	EXPECT_NE(strstr(why.message, "640 KiB"), nullptr);
	for (auto &frame : taken)
		allocated_frames_drop(&frame);
}

TEST_F(Cores, EachStackHasAHoleBelow)
{
	uint64_t top = 0;
	ASSERT_EQ(core_stacks_make(5, 0x1000, &top), STATUS_OK);
	std::vector<std::pair<uint64_t, uint64_t>> stacks = {{top, 64 << 10}};
	for (int stack = 1; stack < DESCRIPTOR_TABLE_STACK_COUNT_; stack++)
		stacks.emplace_back(
			descriptor_table_stack_top(5, static_cast<enum descriptor_table_stack>(stack)), 16 << 10);
	for (auto [stack, size] : stacks) {
		struct page_translation translation = {};
		ASSERT_EQ(page_table_lookup({stack - size}, &translation), STATUS_OK);
		EXPECT_EQ(translation.attributes.owner, PAGE_OWNER_STACK);
		EXPECT_EQ(translation.attributes.permission, PAGE_READ_WRITE);
		struct stack_place place = {};
		EXPECT_TRUE(stack_pool_find(stack - size - 1, &place));
		EXPECT_TRUE(place.in_guard);
	}
}

TEST_F(Cores, AMachineThatToldOfNoneHasOne)
{
	EXPECT_EQ(cores_start_others([] {}), 1u);
	EXPECT_EQ(cores_count(), 1u);
	EXPECT_EQ(cores_limit(), 1u);
	EXPECT_THROW(cores_start_others([] {}), std::runtime_error) << "once";
}

TEST_F(Cores, StatesHaveNames)
{
	EXPECT_STREQ(cores_state_name(CORE_RUNNING), "running");
	EXPECT_STREQ(cores_state_name(CORE_FAILED), "failed");
	EXPECT_STREQ(cores_state_name(CORE_STARTING), "starting");
	EXPECT_STREQ(cores_state_name(CORE_NOT_STARTED), "not started");
}

} // namespace
