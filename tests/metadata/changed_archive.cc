// changed_archive ARCHIVE: changes each byte of an archive in turn, in several ways, and reads what is left; then cuts
// it off at each byte. Prints how many archives it tried and how many of them were still read; exits 0 unless a reader
// panicked after it had accepted its data.
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "tests/metadata/formats_walk.h"

namespace
{

struct tally {
	size_t tried = 0, read = 0;
};

// In memory of the very size, so that an address sanitizer sees a step beyond it.
void walk(const std::string &data, struct tally *tally)
{
	std::unique_ptr<char[]> copy(new char[data.size()]);
	memcpy(copy.get(), data.data(), data.size());
	tally->tried++;
	tally->read += formats_walk_archive(bytes_from(copy.get(), data.size())) > 0;
}

} // namespace

int main(int count, char **arguments)
{
	if (count != 2)
		return 64;
	std::ifstream file(arguments[1], std::ios::binary);
	const std::string whole((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
	struct tally tally;
	walk(whole, &tally);
	if (tally.read != 1) {
		fprintf(stderr, "%s: the archive itself cannot be read\n", arguments[1]);
		return 65;
	}
	size_t at = 0;
	try {
		for (at = 0; at < whole.size(); at++) {
			std::string changed = whole;
			for (char value : {char(0), char(0xff), char(0x7f), char(whole[at] ^ 1), char(whole[at] + 1)}) {
				changed[at] = value;
				walk(changed, &tally);
			}
		}
		for (at = 0; at < whole.size(); at += 7)
			walk(whole.substr(0, at), &tally);
	} catch (const std::exception &panic) {
		fprintf(stderr, "byte %zu: %s\n", at, panic.what());
		return 1;
	}
	printf("%zu archives tried, %zu read\n", tally.tried, tally.read);
	return 0;
}
