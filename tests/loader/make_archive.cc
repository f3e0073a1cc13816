// make_archive FILE NAME OBJECT EXPORT,EXPORT... [NAME ...]: an archive of cells that the build has made.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/loader/object_builder.h"

int main(int argc, char **argv)
{
	using namespace ariadne_test;
	if (argc < 5 || argc % 3 != 2)
		return 64;
	std::vector<ArchiveCell> cells;
	for (int at = 2; at < argc; at += 3) {
		ArchiveCell cell;
		cell.name = argv[at];
		std::ifstream in(argv[at + 1], std::ios::binary);
		cell.object.assign(std::istreambuf_iterator<char>(in), {});
		std::stringstream exports(argv[at + 2]);
		for (std::string symbol; std::getline(exports, symbol, ',');)
			cell.exports.push_back(symbol);
		if (cell.object.empty())
			return 65;
		cells.push_back(cell);
	}
	Bytes file = archive(cells);
	std::ofstream out(argv[1], std::ios::binary);
	out.write((const char *)file.data(), (std::streamsize)file.size());
	return out.good() ? 0 : 73;
}
