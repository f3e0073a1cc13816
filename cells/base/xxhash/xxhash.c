#include "cells/base/xxhash/xxhash.h"

// Every function of the library static, so that what is not used is not there; without the family XXH3, whose code is
// for vector registers.
#define XXH_INLINE_ALL
#define XXH_NO_XXH3
#include "external/xxhash/xxhash.h"

uint64_t xxhash_64(const void *data, size_t size_bytes, uint64_t seed)
{
	return XXH64(data, size_bytes, seed);
}
