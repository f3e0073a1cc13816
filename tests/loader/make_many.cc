// make_many COUNT FILE: an archive of COUNT synthetic cells s0000, s0001, ... Each has one function and one table, as a
// small module has, and is bound to low, which is there too.
#include <cstdio>
#include <cstdlib>

#include "tests/loader/cell_maker.h"

int main(int argc, char **argv)
{
	using namespace ariadne_test;
	if (argc != 3)
		return 64;
	std::vector<ArchiveCell> cells = {low_cell().finish()};
	for (int number = 0; number < atoi(argv[1]); number++) {
		char name[16];
		snprintf(name, sizeof name, "s%04d", number);
		Cell cell = user_of_low(name);
		cell.add_object(std::string(name) + "_table", Bytes(64), false);
		cells.push_back(cell.finish());
	}
	Bytes file = archive(cells);
	FILE *out = fopen(argv[2], "wb");
	bool written = out && fwrite(file.data(), 1, file.size(), out) == file.size() && fclose(out) == 0;
	return written ? 0 : 1;
}
