// Several cores: each thread is one.
#include "cells/memory/heap/heap_machine.h"

#include <atomic>
#include <barrier>
#include <deque>
#include <functional>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include "cells/hal/core_local/core_local.h"
#include "cells/hal/processor/processor.h"

namespace
{

// Runs `work` on core `index`, a thread of its own, which leaves nothing in its heap.
std::thread OnCore(size_t index, std::function<void()> work)
{
	return std::thread([index, work = std::move(work)] {
		processor_host()->identity = static_cast<uint32_t>(index) + 1;
		core_local_install(index);
		work();
		heap_trim();
	});
}

TEST_F(Heap, EachCoreHasPagesOfItsOwn)
{
	OWN(heap_object, here);
	ASSERT_EQ(heap_allocate(&here, 64), STATUS_OK);
	OnCore(1, [&] {
		OWN(heap_object, there);
		ASSERT_EQ(heap_allocate(&there, 64), STATUS_OK);
		EXPECT_NE(reinterpret_cast<uintptr_t>(heap_object_bytes(&here).data) / kPage,
			reinterpret_cast<uintptr_t>(heap_object_bytes(&there).data) / kPage);
	}).join();
}

TEST_F(Heap, WhatAnotherCoreFreesComesHome)
{
	std::deque<struct heap_object> objects(1000);
	for (auto &object : objects)
		ASSERT_EQ(heap_allocate(&object, 64), STATUS_OK);
	const uint64_t mapped = heap_statistics().mapped_bytes;
	OnCore(1, [&] {
		for (auto &object : objects)
			heap_object_drop(&object);
	}).join();
	EXPECT_EQ(heap_statistics().objects, 1000u) << "the owner has not looked yet";
	for (auto &object : objects)
		ASSERT_EQ(heap_allocate(&object, 64), STATUS_OK);
	EXPECT_LE(heap_statistics().mapped_bytes, mapped + kPage) << "the owner uses the same places again";
	OnCore(2, [&] {
		for (auto &object : objects)
			heap_object_drop(&object);
	}).join();
	heap_trim();
	EXPECT_EQ(heap_statistics().objects, 0u);
}

TEST_F(Heap, FreeingOnTwoCoresPanicsOnOne)
{
	OWN(heap_object, object);
	ASSERT_EQ(heap_allocate(&object, 64), STATUS_OK);
	struct heap_object copies[2];
	Steal(&copies[0], object);
	Steal(&copies[1], object);
	heap_object_forget(&object);
	std::atomic<int> refused = 0;
	std::atomic<int> ready = 0;
	std::vector<std::thread> cores;
	for (size_t i = 0; i < 2; i++)
		cores.push_back(OnCore(1 + i, [&, i] {
			for (ready++; ready < 2;)
				std::this_thread::yield();
			try {
				heap_object_release(&copies[i]);
			} catch (const std::runtime_error &) {
				refused++;
			}
		}));
	for (auto &core : cores)
		core.join();
	EXPECT_EQ(refused, 1);
	heap_trim();
}

// Four cores allocate, fill, hand each other objects, and free what they are handed.
TEST_F(Heap, CoresExchangeObjects)
{
	constexpr size_t kCores = 4;
	struct Inbox {
		std::mutex mutex;
		std::deque<struct heap_object> objects;
	};
	std::vector<Inbox> inboxes(kCores);
	std::barrier all_have_sent(kCores);
	auto receive = [&](size_t core) {
		std::lock_guard<std::mutex> guard(inboxes[core].mutex);
		auto &objects = inboxes[core].objects;
		for (auto &object : objects) {
			struct bytes view = heap_object_bytes_read(&object);
			for (size_t i = 1; i < view.size_bytes; i++)
				ASSERT_EQ(view.data[i], view.data[0]);
			heap_object_drop_in(&object);
		}
		objects.clear();
	};
	std::vector<std::thread> cores;
	for (size_t core = 0; core < kCores; core++)
		cores.push_back(OnCore(1 + core, [&, core] {
			std::mt19937 random(static_cast<unsigned>(core));
			for (int step = 0; step < 5000; step++) {
				OWN(heap_object, object);
				ASSERT_EQ(
					heap_allocate(&object, 1 + random() % (random() % 50 ? 200 : 6000)), STATUS_OK);
				bytes_fill(heap_object_bytes(&object), static_cast<unsigned char>(random()));
				size_t other = random() % kCores;
				{
					std::lock_guard<std::mutex> guard(inboxes[other].mutex);
					inboxes[other].objects.emplace_back();
					heap_object_move(&inboxes[other].objects.back(), &object);
				}
				if (step % 16 == 0)
					receive(core);
			}
			all_have_sent.arrive_and_wait();
			receive(core);
			all_have_sent.arrive_and_wait(); // nobody frees any more when the heaps are trimmed
		}));
	for (auto &core : cores)
		core.join();
}

} // namespace
