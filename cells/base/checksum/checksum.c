#include "cells/base/checksum/checksum.h"

#include "cells/base/xxhash/xxhash.h"

uint64_t checksum_of(struct bytes data)
{
	return xxhash_64(data.data, data.size_bytes, 0);
}
