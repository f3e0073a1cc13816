// SHA-256, for the host tools: build ids, type hashes, digests of objects.
//
// Source: FIPS 180-4, Secure Hash Standard, sections 5.1.1, 6.2.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32, SHA256_BLOCK_SIZE = 64 };

struct sha256 {
	uint32_t state[8];
	uint64_t total_bytes;
	unsigned char block[SHA256_BLOCK_SIZE]; // the bytes of the block that is not yet full
};

#ifdef __cplusplus
extern "C" {
#endif

// Begins; takes any number of pieces; ends by writing SHA256_SIZE bytes to `digest`.
void sha256_begin(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *data, size_t size_bytes);
void sha256_end(struct sha256 *hash, unsigned char *digest);

// All three in one.
void sha256_of(const void *data, size_t size_bytes, unsigned char *digest);

#ifdef __cplusplus
}
#endif
