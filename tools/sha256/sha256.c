#include "tools/sha256/sha256.h"

#include <string.h>

static const uint32_t round_constants[64] = {0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7,
	0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
	0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c,
	0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate_right(uint32_t value, unsigned count)
{
	return value >> count | value << (32 - count);
}

static uint32_t big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void take_block(struct sha256 *hash, const unsigned char *block)
{
	uint32_t schedule[64];
	for (unsigned t = 0; t < 16; t++)
		schedule[t] = big_endian(block + 4 * t);
	for (unsigned t = 16; t < 64; t++) {
		uint32_t near = schedule[t - 2], far = schedule[t - 15];
		uint32_t sigma1 = rotate_right(near, 17) ^ rotate_right(near, 19) ^ near >> 10;
		uint32_t sigma0 = rotate_right(far, 7) ^ rotate_right(far, 18) ^ far >> 3;
		schedule[t] = sigma1 + schedule[t - 7] + sigma0 + schedule[t - 16];
	}
	uint32_t v[8];
	memcpy(v, hash->state, sizeof v);
	for (unsigned t = 0; t < 64; t++) {
		uint32_t sum1 = rotate_right(v[4], 6) ^ rotate_right(v[4], 11) ^ rotate_right(v[4], 25);
		uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
		uint32_t first = v[7] + sum1 + choice + round_constants[t] + schedule[t];
		uint32_t sum0 = rotate_right(v[0], 2) ^ rotate_right(v[0], 13) ^ rotate_right(v[0], 22);
		uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
		memmove(v + 1, v, 7 * sizeof v[0]);
		v[4] += first;
		v[0] = first + sum0 + majority;
	}
	for (unsigned i = 0; i < 8; i++)
		hash->state[i] += v[i];
}

void sha256_begin(struct sha256 *hash)
{
	static const uint32_t initial[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
	memset(hash, 0, sizeof *hash);
	memcpy(hash->state, initial, sizeof initial);
}

void sha256_add(struct sha256 *hash, const void *data, size_t size_bytes)
{
	const unsigned char *bytes = data;
	size_t filled = hash->total_bytes % SHA256_BLOCK_SIZE;
	hash->total_bytes += size_bytes;
	while (size_bytes) {
		size_t room = SHA256_BLOCK_SIZE - filled;
		size_t count = size_bytes < room ? size_bytes : room;
		memcpy(hash->block + filled, bytes, count);
		filled += count;
		bytes += count;
		size_bytes -= count;
		if (filled == SHA256_BLOCK_SIZE) {
			take_block(hash, hash->block);
			filled = 0;
		}
	}
}

void sha256_end(struct sha256 *hash, unsigned char *digest)
{
	uint64_t total_bits = hash->total_bytes * 8;
	unsigned char tail[SHA256_BLOCK_SIZE + 8] = {0x80};
	size_t filled = hash->total_bytes % SHA256_BLOCK_SIZE;
	size_t padding = (filled < 56 ? 56 : 120) - filled;
	for (unsigned i = 0; i < 8; i++)
		tail[padding + i] = (unsigned char)(total_bits >> (56 - 8 * i));
	sha256_add(hash, tail, padding + 8);
	for (unsigned i = 0; i < SHA256_SIZE; i++)
		digest[i] = (unsigned char)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}

void sha256_of(const void *data, size_t size_bytes, unsigned char *digest)
{
	struct sha256 hash;
	sha256_begin(&hash);
	sha256_add(&hash, data, size_bytes);
	sha256_end(&hash, digest);
}
