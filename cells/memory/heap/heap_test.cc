#include "cells/memory/heap/heap_machine.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <numeric>
#include <random>
#include <set>
#include <stdexcept>
#include <vector>

#include "cells/hal/processor/processor.h"

namespace
{

TEST_F(Heap, ObjectsAreZeroAlignedAndApart)
{
	for (int round = 0; round < 2; round++) {
		std::deque<struct heap_object> objects;
		for (size_t size = 1; size <= 2 * HEAP_SMALL_BYTES_MAX; size += 7) {
			objects.emplace_back();
			ASSERT_EQ(heap_allocate(&objects.back(), size), STATUS_OK);
			struct bytes_mut view = heap_object_bytes(&objects.back());
			ASSERT_EQ(view.size_bytes, size);
			ASSERT_EQ(heap_object_size_bytes(&objects.back()), size);
			ASSERT_EQ(reinterpret_cast<uintptr_t>(view.data) % HEAP_ALIGNMENT_BYTES, 0u);
			for (size_t i = 0; i < size; i++)
				ASSERT_EQ(view.data[i], 0) << size;
			memset(view.data, static_cast<int>(size), size);
		}
		size_t size = 1;
		for (auto &object : objects) {
			struct bytes view = heap_object_bytes_read(&object);
			for (size_t i = 0; i < size; i++)
				ASSERT_EQ(view.data[i], static_cast<unsigned char>(size));
			size += 7;
			heap_object_drop(&object);
		}
	}
}

TEST_F(Heap, ImpossibleSizesAreRefused)
{
	OWN(heap_object, object);
	EXPECT_EQ(heap_allocate(&object, 0), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(heap_allocate(&object, SIZE_MAX), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(heap_allocate(&object, SIZE_MAX / 2), STATUS_NO_MEMORY);
	EXPECT_EQ(heap_allocate(&object, 64 * kMiB), STATUS_NO_MEMORY);
	ASSERT_EQ(heap_allocate(&object, 10), STATUS_OK);
	EXPECT_EQ(heap_resize(&object, 0), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(heap_resize(&object, SIZE_MAX), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(heap_object_size_bytes(&object), 10u);
}

TEST_F(Heap, ObjectsOfOneClassShareAPage)
{
	struct heap_object objects[64] = {};
	for (auto &object : objects)
		ASSERT_EQ(heap_allocate(&object, 60), STATUS_OK);
	EXPECT_EQ(heap_statistics().mapped_bytes, 2 * kPage) << "one page of objects, one of descriptors";
	EXPECT_EQ(heap_statistics().cached_pages, 0u);
	OWN(heap_object, one_more);
	ASSERT_EQ(heap_allocate(&one_more, 60), STATUS_OK);
	EXPECT_EQ(heap_statistics().mapped_bytes, 3 * kPage);
	EXPECT_EQ(heap_statistics().objects, 65u);
	EXPECT_EQ(heap_statistics().object_bytes, 65u * 64);
	for (auto &object : objects)
		heap_object_drop(&object);
	EXPECT_EQ(heap_statistics().objects, 1u);
	EXPECT_EQ(heap_statistics().cached_pages, 1u) << "kept for the next allocation";
	heap_trim();
	EXPECT_EQ(heap_statistics().mapped_bytes, 2 * kPage);
}

TEST_F(Heap, EmptyPagesGoBackButForAFew)
{
	std::deque<struct heap_object> objects(300 * 8);
	for (auto &object : objects)
		ASSERT_EQ(heap_allocate(&object, 500), STATUS_OK);
	const uint64_t full = heap_statistics().mapped_bytes;
	EXPECT_GE(full, 300 * kPage);
	for (auto &object : objects)
		heap_object_drop(&object);
	EXPECT_EQ(heap_statistics().objects, 0u);
	EXPECT_LE(heap_statistics().cached_pages, 34u) << "and the current one";
	EXPECT_LE(heap_statistics().mapped_bytes, full - 260 * kPage);
}

TEST_F(Heap, LargeObjectsHavePagesOfTheirOwn)
{
	const Ledger before = Ledger::Now();
	{
		OWN(heap_object, object);
		ASSERT_EQ(heap_allocate(&object, 10 * kPage + 1), STATUS_OK);
		EXPECT_EQ(reinterpret_cast<uintptr_t>(heap_object_bytes(&object).data) % kPage, 0u);
		EXPECT_EQ(heap_statistics().mapped_bytes, 12 * kPage);
	}
	EXPECT_EQ(heap_statistics().mapped_bytes, kPage) << "the page of descriptors";
	heap_trim();
	EXPECT_EQ(Ledger::Now(), before);
}

TEST_F(Heap, FreeingTwiceOrWhatIsForeignPanics)
{
	OWN(heap_object, neighbour);
	OWN(heap_object, object);
	ASSERT_EQ(heap_allocate(&neighbour, 40), STATUS_OK);
	ASSERT_EQ(heap_allocate(&object, 40), STATUS_OK);
	struct heap_object copy;
	Steal(&copy, object);
	struct heap_object made_up;
	Steal(&made_up, object);
	heap_object_drop(&object);
	EXPECT_THROW(heap_object_drop(&copy), std::runtime_error) << "the slot is free";
	EXPECT_TRUE(processor_interrupts_enabled());
	heap_object_drop(&neighbour);
	EXPECT_THROW(heap_object_drop(&copy), std::runtime_error) << "the page is empty";
	ASSERT_EQ(heap_allocate(&neighbour, 40), STATUS_OK);
	ASSERT_EQ(heap_allocate(&object, 40), STATUS_OK);
	EXPECT_THROW(heap_object_drop(&copy), std::runtime_error) << "the place serves another object";
	EXPECT_THROW((void)heap_resize(&copy, 41), std::runtime_error);
	EXPECT_EQ(heap_statistics().objects, 2u);
	heap_object_drop(&neighbour);
	heap_object_drop(&object);

	ASSERT_EQ(heap_allocate(&object, 3 * kPage), STATUS_OK);
	struct heap_object large;
	Steal(&large, object);
	heap_object_drop(&object);
	EXPECT_THROW(heap_object_drop(&large), std::runtime_error) << "the pages are gone";
	ASSERT_EQ(heap_allocate(&object, 3 * kPage), STATUS_OK);
	EXPECT_THROW(heap_object_drop(&large), std::runtime_error) << "the descriptor serves another object";
	EXPECT_THROW((void)heap_resize(&large, 4 * kPage), std::runtime_error);

	// The first eight bytes of a handle are its data pointer.
	unsigned char elsewhere[16];
	unsigned char *pointer = elsewhere;
	Steal(&made_up, object);
	memcpy(static_cast<void *>(&made_up), &pointer, sizeof pointer);
	EXPECT_THROW(heap_object_drop(&made_up), std::runtime_error);
	memset(static_cast<void *>(&made_up), 0, sizeof made_up);
	memcpy(static_cast<void *>(&made_up), &pointer, sizeof pointer);
	EXPECT_THROW(heap_object_drop(&made_up), std::runtime_error);
	EXPECT_EQ(heap_statistics().objects, 1u);
}

// A stale handle of every age is known: each life of a place has its own tag.
TEST_F(Heap, HandlesOfEveryEarlierLifeAreStale)
{
	std::vector<struct heap_object> stale(1000);
	for (auto &copy : stale) {
		OWN(heap_object, object);
		ASSERT_EQ(heap_allocate(&object, 100), STATUS_OK);
		Steal(&copy, object);
	}
	OWN(heap_object, alive);
	ASSERT_EQ(heap_allocate(&alive, 100), STATUS_OK);
	for (auto &copy : stale)
		ASSERT_THROW(heap_object_release(&copy), std::runtime_error);
}

TEST_F(Heap, PlacesAreCheckedForBoundsAndAlignment)
{
	OWN(heap_object, object);
	ASSERT_EQ(heap_allocate(&object, 24), STATUS_OK);
	auto at = [&](size_t offset, size_t size, size_t alignment) {
		return heap_object_at(&object, offset, size, alignment);
	};
	*static_cast<uint64_t *>(at(16, 8, 8)) = 0x1122;
	EXPECT_EQ(bytes_at(heap_object_bytes_read(&object), 16), 0x22);
	EXPECT_THROW(at(17, 8, 1), std::runtime_error);
	EXPECT_THROW(at(4, 8, 8), std::runtime_error);
	EXPECT_THROW(at(25, 0, 1), std::runtime_error);
	EXPECT_THROW(at(SIZE_MAX, 2, 1), std::runtime_error);
	EXPECT_THROW(at(0, 8, 0), std::runtime_error);
}

TEST_F(Heap, ResizingKeepsTheContentAndZeroesTheRest)
{
	OWN(heap_object, object);
	ASSERT_EQ(heap_allocate(&object, 1), STATUS_OK);
	std::vector<unsigned char> model(1, 0);
	std::mt19937 random(9);
	for (int step = 0; step < 400; step++) {
		for (size_t i = 0; i < model.size(); i++)
			model[i] = heap_object_bytes(&object).data[i] = static_cast<unsigned char>(random());
		size_t size = 1 + random() % (random() % 3 ? 300 : 5 * kPage);
		ASSERT_EQ(heap_resize(&object, size), STATUS_OK);
		model.resize(size);
		ASSERT_EQ(heap_object_size_bytes(&object), size);
		ASSERT_EQ(memcmp(heap_object_bytes(&object).data, model.data(), size), 0) << step;
		ASSERT_GE(heap_statistics().object_bytes, size);
		ASSERT_EQ(heap_statistics().objects, 1u);
	}
	ASSERT_EQ(heap_resize(&object, 20), STATUS_OK);
	heap_trim();
	EXPECT_EQ(heap_statistics().mapped_bytes, 2 * kPage) << "what shrank gave its pages back";
}

TEST_F(Heap, RunningOutIsAnErrorAndGivesEverythingBack)
{
	std::mt19937 random(4);
	for (size_t limit : {64, 3000, 20000}) {
		const Ledger before = Ledger::Now();
		{
			std::deque<struct heap_object> objects;
			enum status status;
			do {
				objects.emplace_back();
				status = heap_allocate(&objects.back(), 1 + random() % limit);
			} while (status == STATUS_OK);
			EXPECT_EQ(status, STATUS_NO_MEMORY);
			objects.pop_back();
			EXPECT_EQ(heap_statistics().objects, objects.size());
			const size_t size = heap_object_size_bytes(&objects.front());
			EXPECT_EQ(heap_resize(&objects.front(), kMiB), STATUS_NO_MEMORY);
			EXPECT_EQ(heap_object_size_bytes(&objects.front()), size);
			std::vector<size_t> order(objects.size());
			std::iota(order.begin(), order.end(), 0);
			std::shuffle(order.begin(), order.end(), random);
			for (size_t i : order)
				heap_object_drop(&objects[i]);
		}
		heap_trim();
		EXPECT_EQ(Ledger::Now(), before) << limit;
	}
}

// With one frame left, with two, ... until everything succeeds: whatever step memory runs out in, all of it comes back.
TEST_F(Heap, RunningOutAtEveryStepGivesEverythingBack)
{
	std::deque<struct allocated_frames> all;
	do
		all.emplace_back();
	while (frame_allocator_allocate(&all.back(), {}) == STATUS_OK);
	int successes = 0;
	for (size_t left = 0; left < 16; left++) {
		for (size_t size : {16ul, 64ul, 2048ul, 3 * kPage}) {
			const Ledger before = Ledger::Now();
			{
				OWN(heap_object, object);
				enum status status = heap_allocate(&object, size);
				if (status == STATUS_OK) {
					successes++;
					heap_object_drop(&object);
				} else {
					ASSERT_EQ(status, STATUS_NO_MEMORY) << left << " frames, " << size << " bytes";
				}
			}
			heap_trim();
			ASSERT_EQ(Ledger::Now(), before) << left << " frames, " << size << " bytes";
			ASSERT_EQ(heap_statistics().mapped_bytes, 0u);
		}
		allocated_frames_release(&all[all.size() - 2 - left]);
	}
	EXPECT_GT(successes, 0);
	EXPECT_LT(successes, 64);
	for (auto &frames : all)
		allocated_frames_release(&frames);
}

// What a core keeps for itself is not withheld when there is nothing else.
TEST_F(Heap, KeptPagesServeWhenMemoryRunsOut)
{
	{
		std::deque<struct heap_object> objects(30 * 2);
		for (auto &object : objects)
			ASSERT_EQ(heap_allocate(&object, 2000), STATUS_OK);
		for (auto &object : objects)
			heap_object_drop(&object);
	}
	ASSERT_GE(heap_statistics().cached_pages, 28u);
	std::deque<struct allocated_frames> all;
	do
		all.emplace_back();
	while (frame_allocator_allocate(&all.back(), {}) == STATUS_OK);
	OWN(heap_object, object);
	EXPECT_EQ(heap_allocate(&object, 20 * kPage), STATUS_OK);
	for (auto &frames : all)
		allocated_frames_release(&frames);
}

TEST_F(Heap, EveryObjectIsVisited)
{
	std::deque<struct heap_object> objects(200);
	std::set<const unsigned char *> expected;
	for (size_t i = 0; i < objects.size(); i++) {
		ASSERT_EQ(heap_allocate(&objects[i], 1 + 37 * i), STATUS_OK);
		bytes_fill(heap_object_bytes(&objects[i]), 0xAA);
	}
	for (size_t i = 0; i < objects.size(); i++) {
		if (i % 3 == 0)
			heap_object_drop(&objects[i]);
		else
			expected.insert(heap_object_bytes(&objects[i]).data);
	}
	struct Seen {
		std::set<const unsigned char *> places;
		size_t marked = 0;
	} seen;
	heap_for_each_object(
		[](void *context, struct bytes place) {
			auto *so_far = static_cast<Seen *>(context);
			EXPECT_TRUE(so_far->places.insert(place.data).second);
			for (size_t i = 0; i < place.size_bytes; i++)
				so_far->marked += place.data[i] == 0xAA;
		},
		&seen);
	EXPECT_EQ(seen.places, expected);
	size_t bytes = 0;
	for (size_t i = 0; i < objects.size(); i++)
		bytes += i % 3 == 0 ? 0 : 1 + 37 * i;
	EXPECT_EQ(seen.marked, bytes) << "behind an object its place is zero";
	for (size_t i = 0; i < objects.size(); i++)
		heap_object_drop_in(&objects[i]);
}

TEST_F(Heap, RandomLivesKeepTheirContent)
{
	std::mt19937 random(6);
	struct Life {
		struct heap_object object;
		unsigned char mark;
	};
	constexpr size_t kLives = 300;
	auto lives = std::make_unique<Life[]>(kLives);
	for (int step = 0; step < 20000; step++) {
		Life &life = lives[random() % kLives];
		if (heap_object_is_empty(&life.object)) {
			ASSERT_EQ(heap_allocate(&life.object, 1 + random() % (random() % 20 ? 400 : 9000)), STATUS_OK);
			life.mark = static_cast<unsigned char>(random());
			bytes_fill(heap_object_bytes(&life.object), life.mark);
		} else {
			struct bytes view = heap_object_bytes_read(&life.object);
			for (size_t i = 0; i < view.size_bytes; i += 1 + view.size_bytes / 8)
				ASSERT_EQ(view.data[i], life.mark);
			ASSERT_EQ(view.data[view.size_bytes - 1], life.mark);
			heap_object_drop(&life.object);
		}
	}
	for (size_t i = 0; i < kLives; i++)
		heap_object_release(&lives[i].object);
}

TEST_F(Heap, EightByteObjectsByTheThousand)
{
	std::deque<struct heap_object> objects;
	for (int i = 0; i < 5000; i++) {
		objects.emplace_back();
		ASSERT_EQ(heap_allocate(&objects.back(), 8), STATUS_OK);
	}
	EXPECT_LE(heap_statistics().mapped_bytes, (5000 / 255 + 9) * kPage);
	while (!objects.empty()) {
		heap_object_drop(&objects.front());
		objects.pop_front();
	}
}

} // namespace
