// The readers: what they must refuse, and that no damaged file brings them down.
#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cells/loader/cell_metadata/cell_metadata.h"
#include "tests/depgraph/cell_writer.h"
#include "tools/depgraph/graph.h"
#include "tools/depgraph/input.h"

namespace
{

using Bytes = std::vector<unsigned char>;

Bytes take(struct buffer *buffer)
{
	Bytes bytes(buffer->data, buffer->data + buffer->size_bytes);
	buffer_free(buffer);
	return bytes;
}

Bytes object(const char *name = "heap")
{
	struct written_dependency dependencies[] = {{"log", CELL_EDGE_LINK}, {"status", CELL_EDGE_TYPE}};
	struct written_symbol exports[] = {{"heap_allocate", nullptr, "a", 0}, {"heap_free", nullptr, "b", 0}};
	struct written_symbol imports[] = {{"log_write", "log", "c", 0}};
	struct written_symbol states[] = {{"heap_lists", nullptr, "d", 64}};
	struct written_cell cell = {
		name, "memory", "1.2", CELL_CLASS_CHECKED, 40, 0, dependencies, 2, exports, imports, states, 2, 1, 1};
	struct buffer buffer = {};
	cell_writer_object(&cell, &buffer);
	return take(&buffer);
}

Bytes archive()
{
	struct buffer buffer = {};
	for (const char *name : {"alpha", "beta"}) {
		Bytes data = object(name);
		struct buffer member = {data.data(), data.size(), data.size()};
		cell_writer_member(&buffer, (std::string(name) + ".o").c_str(), &member);
	}
	cell_writer_trailer(&buffer);
	return take(&buffer);
}

Bytes iso(bool rock_ridge)
{
	Bytes data = archive();
	struct buffer member = {data.data(), data.size(), data.size()};
	struct buffer buffer = {};
	cell_writer_iso(&buffer, &member, rock_ridge);
	return take(&buffer);
}

// Reads a copy that ends where the memory block ends, so that the sanitizers see a step beyond it.
std::string read(const Bytes &bytes, size_t *cells = nullptr)
{
	auto copy = std::make_unique<unsigned char[]>(bytes.size());
	std::copy(bytes.begin(), bytes.end(), copy.get());
	struct graph graph;
	struct input_error why = {};
	graph_init(&graph);
	bool good = input_bytes(&graph, bytes_from(copy.get(), bytes.size()), "f", &why);
	if (good)
		graph_finish(&graph);
	if (cells)
		*cells = graph.cell_count;
	graph_free(&graph);
	if (!good)
		EXPECT_EQ(std::string(why.message).rfind("f", 0), 0U) << "the message does not name the file";
	return good ? "" : why.message;
}

TEST(Input, ReadsEveryFieldOfAnObject)
{
	Bytes bytes = object();
	struct graph graph;
	struct input_error why;
	graph_init(&graph);
	ASSERT_TRUE(input_bytes(&graph, bytes_from(bytes.data(), bytes.size()), "dir/heap.o", &why)) << why.message;
	graph_finish(&graph);
	ASSERT_EQ(graph.cell_count, 1U);
	const struct graph_cell &cell = graph.cells[0];
	EXPECT_STREQ(graph_text(&graph, cell.name), "heap");
	EXPECT_STREQ(graph_text(&graph, cell.group), "memory");
	EXPECT_STREQ(graph_text(&graph, cell.version), "1.2");
	EXPECT_STREQ(graph_text(&graph, cell.origin), "dir/heap.o");
	EXPECT_EQ(cell.cell_class, GRAPH_CLASS_CHECKED);
	EXPECT_EQ(cell.code_bytes, 40U);
	EXPECT_EQ(cell.state_bytes, 64U);
	EXPECT_EQ(cell.spilled_bytes, 0U);
	ASSERT_EQ(cell.export_count, 2U);
	EXPECT_EQ(graph.exports[0].size_bytes, 16U);
	EXPECT_EQ(cell.import_count, 1U);
	EXPECT_EQ(cell.dependency_count, 2U);
	EXPECT_EQ(cell.state_count, 1U);
	graph_free(&graph);
}

TEST(Input, ReadsArchivesAndImages)
{
	for (const Bytes &bytes : {archive(), iso(true), iso(false)}) {
		size_t cells = 0;
		EXPECT_EQ(read(bytes, &cells), "");
		EXPECT_EQ(cells, 2U);
	}
}

TEST(Input, RefusesWhatIsCutShort)
{
	for (const Bytes &whole : {object(), archive()})
		for (size_t size = 0; size < whole.size(); size++)
			ASSERT_NE(read(Bytes(whole.begin(), whole.begin() + static_cast<long>(size))), "") << size;
	Bytes image = iso(true);
	for (size_t size = 0; size < image.size() - 2048; size += 97)
		ASSERT_NE(read(Bytes(image.begin(), image.begin() + static_cast<long>(size))), "") << size;
}

TEST(Input, SaysWhereAndWhy)
{
	Bytes executable = object();
	executable[16] = 2;
	EXPECT_EQ(read(executable), "f: offset 0x10: an ELF file of type 2; a relocatable object has 1");
	Bytes version = object();
	std::string magic = "ARIACELL";
	auto at = std::search(version.begin(), version.end(), magic.begin(), magic.end());
	ASSERT_NE(at, version.end());
	at[8] = 99;
	EXPECT_NE(read(version).find("format version 99"), std::string::npos) << read(version);
	EXPECT_NE(read(version).find("offset 0x"), std::string::npos) << read(version);
}

TEST(Input, SurvivesDamage)
{
	std::mt19937 random(1);
	size_t refused = 0;
	for (const Bytes &whole : {object(), archive(), iso(true)})
		for (int round = 0; round < 3000; round++) {
			Bytes damaged = whole;
			size_t first = whole.size() > 40000 ? 32768 : 0;
			for (int changes = 1 + static_cast<int>(random() % 4); changes-- > 0;)
				damaged[first + random() % (damaged.size() - first)] =
					static_cast<unsigned char>(random());
			refused += !read(damaged).empty();
		}
	EXPECT_GT(refused, 500U);
}

} // namespace
