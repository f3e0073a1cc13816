// Several cores at once: each thread is one.
#include "cells/memory/mapped_pages/mapped_pages_machine.h"

#include <barrier>
#include <deque>
#include <functional>
#include <mutex>
#include <random>
#include <thread>

#include "cells/hal/processor/processor.h"

namespace
{

enum { kCores = 4 };

// Runs `work` on each core, and waits.
void OnAllCores(const std::function<void(unsigned core)> &work)
{
	std::vector<std::thread> cores;
	for (unsigned core = 1; core <= kCores; core++)
		cores.emplace_back([&, core] {
			processor_host()->identity = core + 1;
			work(core);
		});
	for (std::thread &core : cores)
		core.join();
}

// Tables come and go under the cores' hands: what each maps is alone in its 2 MiB or not, as it happens.
TEST_F(MappedPages, CoresMapAndUnmapAtOnce)
{
	OnAllCores([](unsigned core) {
		std::mt19937 random(core);
		for (int step = 0; step < 3000; step++) {
			OWN(mapped_pages_mut, pages);
			size_t size = random() % 8 ? 1 + random() % (3 * kPage) : 1 + random() % (80 * kPage);
			auto region = random() % 2 ? PAGE_REGION_GENERAL : PAGE_REGION_CELLS;
			if (mapped_pages_mut_allocate(&pages, size, region))
				continue;
			struct bytes_mut view = mapped_pages_mut_bytes(&pages);
			ASSERT_TRUE(AllZero(bytes_of_mut(view))) << "somebody else writes there";
			bytes_fill(view, static_cast<unsigned char>(core));
			OWN(mapped_pages_mut, rest);
			size_t count = mapped_pages_mut_page_count(&pages);
			if (count > 1)
				ASSERT_EQ(mapped_pages_mut_split(&pages, 1 + random() % (count - 1), &rest), STATUS_OK);
			OWN(mapped_pages, constants);
			mapped_pages_mut_freeze(&pages, &constants);
			struct bytes read = mapped_pages_bytes(&constants);
			for (size_t i = 0; i < read.size_bytes; i += 97)
				ASSERT_EQ(bytes_at(read, i), core);
		}
	});
}

// The last one out of a table takes it away while others come in.
TEST_F(MappedPages, ATableGoesWhileAnotherCoreMapsInIt)
{
	constexpr size_t kPages = 16;
	const uint64_t start = page_table_general_region().start.value + (uint64_t{1} << 29);
	std::barrier together(kCores);
	OnAllCores([&](unsigned core) {
		for (int step = 0; step < 500; step++) {
			OWN(allocated_pages, pages);
			OWN(mapped_pages_mut, mapped);
			ASSERT_EQ(
				page_allocator_allocate_at(&pages, {start + core * kPages * kPage}, kPages), STATUS_OK);
			together.arrive_and_wait();
			ASSERT_EQ(mapped_pages_mut_map_any(&mapped, &pages, PAGE_OWNER_NOBODY), STATUS_OK);
			bytes_fill(mapped_pages_mut_bytes(&mapped), static_cast<unsigned char>(core));
		}
	});
}

// A region that is lent to other cores stays until the last of them has given it back.
TEST_F(MappedPages, LoansEndOnAnyCore)
{
	OWN(mapped_pages_mut, pages);
	ASSERT_EQ(mapped_pages_mut_allocate(&pages, 3 * kPage, PAGE_REGION_GENERAL), STATUS_OK);
	const struct virtual_address start = {mapped_pages_mut_start_address(&pages)};
	OnAllCores([&](unsigned) {
		for (int step = 0; step < 5000; step++) {
			ASSERT_EQ(page_table_lend(start, 3), STATUS_OK);
			page_table_end_loan(start, 3);
		}
	});
	struct page_translation translation;
	ASSERT_EQ(page_table_lookup(start, &translation), STATUS_OK);
	EXPECT_EQ(translation.loans, 0u);
}

} // namespace
