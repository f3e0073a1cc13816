#include "cells/base/xxhash/xxhash.h"

#include <gtest/gtest.h>

#include <vector>

namespace
{

constexpr uint64_t kPrime32 = 2654435761u;
constexpr uint64_t kPrime64 = 11400714785074694797u;

// The bytes that the library's own self-test hashes.
std::vector<unsigned char> SanityBuffer(size_t size_bytes)
{
	std::vector<unsigned char> buffer(size_bytes);
	uint64_t generator = kPrime32;
	for (unsigned char &byte : buffer) {
		byte = static_cast<unsigned char>(generator >> 56);
		generator *= kPrime64;
	}
	return buffer;
}

// From xxHash's xsum_sanity_check.c.
TEST(Xxhash, PublishedVectors)
{
	const struct {
		size_t size_bytes;
		uint64_t seed, hash;
	} vectors[] = {
		{0, 0, 0xEF46DB3751D8E999u},
		{0, kPrime32, 0xAC75FDA2929B17EFu},
		{1, 0, 0xE934A84ADB052768u},
		{1, kPrime32, 0x5014607643A9B4C3u},
		{4, 0, 0x9136A0DCA57457EEu},
		{14, 0, 0x8282DCC4994E35C8u},
		{14, kPrime32, 0xC3BD6BF63DEB6DF0u},
		{222, 0, 0xB641AE8CB691C174u},
		{222, kPrime32, 0x20CB8AB7AE10C14Au},
	};
	std::vector<unsigned char> buffer = SanityBuffer(222);
	for (const auto &vector : vectors)
		EXPECT_EQ(xxhash_64(buffer.data(), vector.size_bytes, vector.seed), vector.hash)
			<< vector.size_bytes << " bytes, seed " << vector.seed;
}

TEST(Xxhash, TheHashOfBytesDoesNotDependOnWhereTheyLie)
{
	std::vector<unsigned char> bytes = SanityBuffer(100);
	uint64_t hash = xxhash_64(bytes.data(), bytes.size(), 7);
	for (size_t shift = 1; shift <= 16; shift++) {
		std::vector<unsigned char> shifted(shift, 0);
		shifted.insert(shifted.end(), bytes.begin(), bytes.end());
		EXPECT_EQ(xxhash_64(shifted.data() + shift, bytes.size(), 7), hash) << shift;
	}
}

TEST(Xxhash, NoBytesNeedNoMemory)
{
	EXPECT_EQ(xxhash_64(nullptr, 0, 0), 0xEF46DB3751D8E999u);
}

} // namespace
