// The readers: what they must refuse, and that no damaged file brings them down.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
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
	struct written_cell cell = {name, "memory", "1.2", CELL_CLASS_CHECKED, 40, 0, dependencies, 2, exports, imports,
		states, 2, 1, 1, false, false};
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
	graph.want_sections = true;
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

// ---- Saved graphs ----

const char graph_text_of_a_file[] =
	R"({"format": "ariadne-depgraph", "version": 1, "view": "live", "unknown": [1.5e3, null],
"cells": [{"name": "heap", "group": "memory", "class": "core", "code_bytes": 12, "lines": 7, "raw_operations": 1,
 "dependencies": [{"cell": "log", "kinds": ["link", "declared"]}],
 "exports": [{"symbol": "heap_\u00e9\ud83d\ude00\n", "kind": "object", "size_bytes": 8,
  "type_hash": "000102030405060708090a0b0c0d0e0f"}],
 "imports": [{"symbol": "log_write", "cell": "log", "optional": true}],
 "states": [{"name": "lists", "size_bytes": 16}],
 "sections": [{"name": ".text", "kind": "text", "size_bytes": 12, "address": "ffffffffa0001000"}],
 "bindings": [{"from": ".text", "symbol": "log_write", "cell": "log", "places": 3}, {"from": ".text", "strays": true}]},
 {"name": "log", "exports": [{"symbol": "log_write"}]}]})";

Bytes json(const std::string &text = graph_text_of_a_file)
{
	return Bytes(text.begin(), text.end());
}

TEST(Json, ReadsEveryField)
{
	Bytes bytes = json();
	struct graph graph;
	struct input_error why = {};
	graph_init(&graph);
	graph.want_sections = true;
	ASSERT_TRUE(input_bytes(&graph, bytes_from(bytes.data(), bytes.size()), "f", &why)) << why.message;
	graph_finish(&graph);
	EXPECT_EQ(graph.origin, GRAPH_OF_A_MACHINE);
	ASSERT_EQ(graph.cell_count, 2U);
	const struct graph_cell &heap = graph.cells[0];
	EXPECT_EQ(heap.cell_class, GRAPH_CLASS_CORE);
	EXPECT_EQ(heap.lines, 7U);
	EXPECT_EQ(heap.raw_operations, 1U);
	ASSERT_EQ(graph.export_count, 2U);
	EXPECT_STREQ(graph_text(&graph, graph.exports[0].name), "heap_\u00e9\U0001f600\n");
	EXPECT_EQ(graph.exports[0].hash.bytes[15], 15);
	EXPECT_TRUE(graph.imports[0].optional);
	ASSERT_EQ(heap.section_count, 1U);
	EXPECT_EQ(graph.sections[0].address, 0xffffffffa0001000U);
	ASSERT_EQ(heap.binding_count, 2U);
	EXPECT_TRUE(graph.bindings[0].strays);
	EXPECT_EQ(graph.bindings[1].places, 3U);
	ASSERT_EQ(graph.edge_count, 1U);
	EXPECT_EQ(graph.edges[0].kinds, static_cast<uint32_t>(EDGE_LINK | EDGE_DECLARED));
	graph_free(&graph);
}

TEST(Json, SaysWhereAndWhy)
{
	std::string begin = "{\"format\": \"ariadne-depgraph\", \"version\": 1, \"cells\": [";
	auto refusal = [&](const std::string &rest) {
		std::string message = read(json(begin + rest));
		std::string place = "f: offset ";
		EXPECT_EQ(message.rfind(place, 0), 0U) << message;
		return message.substr(message.find(": ", place.size()) + 2) + " @" +
		       std::to_string(atoi(message.c_str() + place.size()) - static_cast<int>(begin.size()));
	};
	EXPECT_EQ(read(json(begin + "]}")), "");
	EXPECT_EQ(refusal("{}]}"), "a cell needs a \"name\" @0");
	EXPECT_EQ(refusal("{\"name\": 7}]}"), "expected a string @9");
	EXPECT_EQ(refusal("{\"name\": \"\"}]}"), "a name is empty @8");
	EXPECT_EQ(refusal("{\"name\": \"a\", \"lines\": -1}]}"), "expected an integer from 0 on @23");
	EXPECT_EQ(refusal("{\"name\": \"a\", \"lines\": 1.5}]}"), "expected an integer from 0 on @23");
	EXPECT_EQ(refusal("{\"name\": \"a\", \"lines\": 99999999999999999999}]}"), "the number is too large @23");
	EXPECT_EQ(refusal("{\"name\": \"a\\q\"}]}"), "an unknown escape @11");
	EXPECT_EQ(refusal("{\"name\": \"\\ud800\"}]}"), "half a surrogate pair @10");
	EXPECT_EQ(refusal("{\"name\": \"\\u0000\"}]}"), "a zero character in a string @10");
	EXPECT_EQ(refusal("{\"name\": \"a\tb\"}]}"), "a control character in a string @11");
	EXPECT_EQ(refusal("{\"name\": \"\xc0\x80\"}]}"), "not UTF-8 @10");
	EXPECT_EQ(refusal("{\"name\": \"a\"} {}]}"), "expected ',' or ']' @14");
	EXPECT_EQ(refusal("{\"name\" \"a\"}]}"), "expected ':' @8");
	EXPECT_EQ(refusal("{\"name\": \"a\", \"x\": tru}]}"), "not a value @19");
	EXPECT_EQ(refusal("{\"name\": \"a\", \"x\": 01}]}"), "not a value @19");
	EXPECT_EQ(refusal("{\"name\": \"a\", \"x\": " + std::string(100, '[') + "]}"),
		"too many values within each other @83");
	EXPECT_EQ(refusal("{\"name\": \"a\", \"class\": \"best\"}]}"),
		"the class of a cell is core, checked or foreign @22");
	EXPECT_EQ(refusal("{\"name\": \"a\", \"lines\": 1, \"name\": \"b\"}]}"),
		"the field stands twice in one object @26");
	EXPECT_EQ(refusal("{\"name\": \"a\", \"imports\": [{\"symbol\": \"s\", \"symbol\": \"s\"}]}]}"),
		"the field stands twice in one object @42");
	EXPECT_EQ(refusal("], \"cells\": []}"), "the field stands twice in one object @3");
	EXPECT_EQ(refusal("{\"name\": \"a\", \"n\\u0061me\": \"b\"}]}"), "the name of a field has an escape @25");
	EXPECT_EQ(refusal("{\"name\": \"a\", \"\\\"x\": 1}]}"), "the name of a field has an escape @19");
	std::string many = "{\"name\": \"a\"";
	for (int field = 0; field < 64; field++)
		many += ", \"x" + std::to_string(10 + field) + "\": 1";
	EXPECT_EQ(refusal(many + "}]}"), "the object has too many fields @644");
	EXPECT_EQ(read(json(begin + "{\"name\": \"\u00e9\", \"\u00e9\": {\"x\": 1, \"x\": 2}}]}")), "");
	EXPECT_EQ(refusal("]} x"), "text stands after the end @3");
	EXPECT_EQ(read(json("{\"format\": \"other\"}")), "f: offset 10: the format is not \"ariadne-depgraph\"");
	EXPECT_NE(read(json("{\"cells\": []}")).find("is missing"), std::string::npos);
}

TEST(Json, RefusesWhatIsCutShortAndSurvivesDamage)
{
	Bytes whole = json();
	for (size_t size = 0; size < whole.size(); size++)
		ASSERT_NE(read(Bytes(whole.begin(), whole.begin() + static_cast<long>(size))), "") << size;
	std::mt19937 random(2);
	size_t refused = 0;
	for (int round = 0; round < 20000; round++) {
		Bytes damaged = whole;
		for (int changes = 1 + static_cast<int>(random() % 3); changes-- > 0;)
			damaged[1 + random() % (damaged.size() - 1)] = static_cast<unsigned char>(random());
		refused += !read(damaged).empty();
	}
	EXPECT_GT(refused, 5000U);
}

// ---- Running systems ----

std::string framed(const std::string &mark, const std::string &text)
{
	std::string frames;
	size_t number = 0;
	for (size_t at = 0; at < text.size();) {
		size_t end = std::min(text.find('\n', at), text.size());
		uint32_t hash = 0x811c9dc5;
		for (size_t i = at; i < end; i++)
			hash = (hash ^ static_cast<unsigned char>(text[i])) * 0x01000193;
		char head[64];
		snprintf(head, sizeof head, "%s %zu %08x ", mark.c_str(), ++number, hash);
		frames += head + text.substr(at, end - at) + "\r\n";
		at = end + 1;
	}
	return frames + mark + " end " + std::to_string(number) + "\r\nariadne> ";
}

// Someone at the other end of the line, who answers each question as `answer` says: to its number and its mark.
class Machine
{
      public:
	using Answer = std::function<std::string(int number, const std::string &mark)>;

	explicit Machine(Answer answer) : answer_(std::move(answer))
	{
		// A folder of its own, with a short name: that of a socket has to be.
		char folder[] = "/tmp/line.XXXXXX";
		EXPECT_NE(mkdtemp(folder), nullptr);
		folder_ = folder;
		path_ = folder_ + "/line";
		struct sockaddr_un address = {};
		address.sun_family = AF_UNIX;
		path_.copy(address.sun_path, sizeof address.sun_path - 1);
		listener_ = socket(AF_UNIX, SOCK_STREAM, 0);
		EXPECT_EQ(bind(listener_, reinterpret_cast<struct sockaddr *>(&address), sizeof address), 0);
		EXPECT_EQ(listen(listener_, 1), 0);
		thread_ = std::thread([this] { Serve(); });
	}
	~Machine()
	{
		shutdown(listener_, SHUT_RDWR);
		thread_.join();
		close(listener_);
		unlink(path_.c_str());
		rmdir(folder_.c_str());
	}

	// What depgraph makes of it: the message, or how many cells there were.
	std::string Read()
	{
		struct graph graph;
		struct input_error why = {};
		graph_init(&graph);
		bool good = input_read(&graph, ("live:unix:" + path_).c_str(), &why);
		std::string result = good ? std::to_string(graph.cell_count) + " cells" : why.message;
		graph_free(&graph);
		size_t at = result.find(path_);
		return at == std::string::npos ? result : result.substr(at + path_.size());
	}

      private:
	void Serve()
	{
		int line = accept(listener_, nullptr, nullptr);
		std::string heard;
		char bytes[256];
		ssize_t count;
		int number = 0;
		while (line >= 0 && (count = recv(line, bytes, sizeof bytes, 0)) > 0) {
			heard.append(bytes, static_cast<size_t>(count));
			size_t end = heard.find('\r');
			if (end == std::string::npos)
				continue;
			EXPECT_EQ(heard.rfind("\003deps --json ", 0), 0U) << heard;
			std::string mark = heard.substr(13, end - 13);
			heard.clear();
			std::string said = answer_(++number, mark);
			if (said == "close")
				break;
			send(line, said.data(), said.size(), MSG_NOSIGNAL);
		}
		if (line >= 0)
			close(line);
	}

	Answer answer_;
	std::string folder_, path_;
	int listener_;
	std::thread thread_;
};

TEST(Live, ReadsBetweenOtherLines)
{
	Machine machine([](int, const std::string &mark) {
		return "[log] up\r\nariadne> deps --json " + mark + "\r\n" + framed("graph0", "{}") +
		       framed(mark, graph_text_of_a_file);
	});
	EXPECT_EQ(machine.Read(), "2 cells");
}

TEST(Live, AsksAgainWhenTorn)
{
	int asked = 0;
	Machine machine([&](int number, const std::string &mark) {
		asked = number;
		std::string said = framed(mark, graph_text_of_a_file);
		if (number < 3)
			said.insert(said.size() / 2, "[log] hello\r\n");
		return said;
	});
	EXPECT_EQ(machine.Read(), "2 cells");
	EXPECT_GE(asked, 3) << "once more for each torn answer; and again for one that is late";
}

TEST(Live, GivesUpOnAGraphThatIsAlwaysTorn)
{
	Machine machine([](int, const std::string &mark) {
		std::string said = framed(mark, graph_text_of_a_file);
		said[said.find("log_write")] ^= 1;
		return said;
	});
	std::string message = machine.Read();
	EXPECT_NE(message.find("is torn"), std::string::npos) << message;
	EXPECT_NE(message.find("in each of 4 attempts"), std::string::npos) << message;
}

TEST(Live, WaitsNoLongerThanItShould)
{
	input_live_seconds = 1;
	{
		Machine machine([](int, const std::string &) { return ""; });
		EXPECT_EQ(machine.Read(), ": no graph came within 1 seconds: nothing came at all");
	}
	input_live_seconds = 5; // long enough for what is said, on any machine
	{
		Machine machine([](int, const std::string &) { return "login: "; });
		EXPECT_EQ(machine.Read(), ": no graph came within 5 seconds; the last that came was: 'login: '");
	}
	{
		Machine machine([](int, const std::string &mark) {
			std::string said = framed(mark, graph_text_of_a_file);
			return said.substr(0, said.size() / 2);
		});
		EXPECT_NE(machine.Read().find(": after 5 seconds only 5 lines of the graph have come"),
			std::string::npos);
	}
	input_live_seconds = 60;
}

TEST(Live, TellsAClosedLine)
{
	Machine machine([](int, const std::string &) { return "close"; });
	EXPECT_EQ(machine.Read(), ": the line was closed after 0 lines of the graph");
}

TEST(Live, SurvivesDamage)
{
	std::string whole = framed("m", graph_text_of_a_file);
	std::mt19937 random(3);
	for (int round = 0; round < 20000; round++) {
		std::string damaged = whole;
		damaged[random() % damaged.size()] = static_cast<char>(random());
		damaged.resize(damaged.size() - (random() % 4 ? 0 : random() % damaged.size()));
		struct graph graph;
		struct input_error why = {};
		graph_init(&graph);
		bool good = input_frames(&graph, bytes_from(damaged.data(), damaged.size()), "f", &why);
		EXPECT_TRUE(good || std::string(why.message).rfind("f: ", 0) == 0) << why.message;
		graph_free(&graph);
	}
}

} // namespace
