#include "cells/base/compiler_support/compiler_support.h"

#include <gtest/gtest.h>

#include <csetjmp>
#include <cstring>
#include <numeric>
#include <vector>

namespace
{

constexpr size_t kLargest = 100;

// The bytes 1, 2, 3 ... with room for what must not be touched on both sides.
std::vector<unsigned char> Pattern(size_t size)
{
	std::vector<unsigned char> bytes(size);
	std::iota(bytes.begin(), bytes.end(), 1);
	return bytes;
}

TEST(CompilerSupport, MemcpyCopiesEverySizeAtEveryAlignmentAndNothingMore)
{
	const std::vector<unsigned char> source = Pattern(kLargest + 16);
	for (size_t size = 0; size <= kLargest; size++) {
		for (size_t from = 0; from < 8; from++) {
			for (size_t to = 1; to < 9; to++) {
				std::vector<unsigned char> target(kLargest + 16, 0xee);
				std::vector<unsigned char> expected = target;
				std::memcpy(&expected[to], &source[from], size);
				ASSERT_EQ(compiler_support_memcpy(&target[to], &source[from], size), &target[to]);
				ASSERT_EQ(target, expected) << size << " from +" << from << " to +" << to;
			}
		}
	}
}

TEST(CompilerSupport, MemmoveCopiesOverlappingMemoryInBothDirections)
{
	for (size_t size = 0; size <= kLargest; size++) {
		for (size_t from = 0; from < 40; from += 3) {
			for (size_t to = 0; to < 40; to++) {
				std::vector<unsigned char> memory = Pattern(kLargest + 48);
				std::vector<unsigned char> expected = memory;
				std::memmove(&expected[to], &expected[from], size);
				ASSERT_EQ(compiler_support_memmove(&memory[to], &memory[from], size), &memory[to]);
				ASSERT_EQ(memory, expected) << size << " from +" << from << " to +" << to;
			}
		}
	}
}

TEST(CompilerSupport, MemsetFillsEverySizeAtEveryAlignmentAndNothingMore)
{
	for (size_t size = 0; size <= kLargest; size++) {
		for (size_t to = 1; to < 9; to++) {
			std::vector<unsigned char> target = Pattern(kLargest + 16);
			std::vector<unsigned char> expected = target;
			std::memset(&expected[to], 0x1a5, size);
			ASSERT_EQ(compiler_support_memset(&target[to], 0x1a5, size), &target[to]);
			ASSERT_EQ(target, expected) << size << " to +" << to;
		}
	}
}

TEST(CompilerSupport, MemcmpOrdersByTheFirstByteThatDiffers)
{
	for (size_t size = 0; size <= 40; size++) {
		std::vector<unsigned char> a(48, 0x40), b(48, 0x40);
		a[size] = 1; // beyond the compared bytes
		EXPECT_EQ(compiler_support_memcmp(a.data(), b.data(), size), 0);
		for (size_t place = 0; place < size; place++) {
			a = b;
			a[place] = 0xff; // greater as an unsigned byte
			if (place + 1 < size)
				a[place + 1] = 0; // must not count any more
			EXPECT_GT(compiler_support_memcmp(a.data(), b.data(), size), 0) << size << " at " << place;
			EXPECT_LT(compiler_support_memcmp(b.data(), a.data(), size), 0) << size << " at " << place;
		}
	}
}

std::jmp_buf after_resume;
void *seen_exception;

TEST(CompilerSupport, ALandingPadEndsInTheRegisteredUnwinder)
{
	compiler_support_set_resume([](void *exception) {
		seen_exception = exception;
		std::longjmp(after_resume, 1);
	});
	EXPECT_NE(*compiler_support_resume_word(), nullptr);
	int exception = 0;
	if (setjmp(after_resume) == 0)
		compiler_support__Unwind_Resume(&exception);
	EXPECT_EQ(seen_exception, &exception);
	compiler_support_set_resume(nullptr);
}

TEST(CompilerSupportDeathTest, WithoutAnUnwinderEverythingStops)
{
	GTEST_FLAG_SET(death_test_style, "threadsafe");
	compiler_support_set_resume(nullptr);
	EXPECT_DEATH(compiler_support__Unwind_Resume(nullptr), "");
	EXPECT_DEATH(compiler_support_abort(), "");
	EXPECT_DEATH((void)compiler_support___gcc_personality_v0(), "");
	EXPECT_DEATH(
		{
			compiler_support_set_resume([](void *) {}); // an unwinder that returns
			compiler_support__Unwind_Resume(nullptr);
		},
		"");
}

} // namespace
