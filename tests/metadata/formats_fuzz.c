// Feeds the readers whatever the fuzzer thinks of; the first byte says which.
//     bazel run --config=fuzz //tests/metadata:formats_fuzz -- -max_total_time=60
#include "tests/metadata/formats_walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static size_t (*const walks[])(struct bytes) = {
		formats_walk_metadata, formats_walk_index, formats_walk_map, formats_walk_archive};
	if (size)
		walks[data[0] % 4](bytes_from(data + 1, size - 1));
	return 0;
}
