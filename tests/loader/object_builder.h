// Makes objects, metadata, archives and maps byte by byte, so that tests can make them wrong in exactly one place.
//
// Nothing here uses the readers under test: offsets and sizes are written as docs/metadata.md and the ELF specification
// say.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cells/base/bytes/bytes.h"

namespace ariadne_test
{

using Bytes = std::vector<uint8_t>;

inline struct bytes view(const Bytes &data)
{
	return bytes_from(data.data(), data.size());
}

// Little-endian integers, written over what is at `offset`.
void put(Bytes &data, size_t offset, uint64_t value, size_t width);
uint64_t get(const Bytes &data, size_t offset, size_t width);

struct ObjectSection {
	std::string name;
	uint32_t type = 1;
	uint64_t flags = 0;
	Bytes content;
	uint64_t zeros = 0; // size, for type 8
	uint64_t alignment = 1;
	uint32_t link = 0;
	uint32_t info = 0;
	uint64_t entry_size = 0;
};

struct ObjectSymbol {
	std::string name;
	uint8_t binding = 1; // 0 local, 1 global
	uint8_t type = 2;    // 1 object, 2 function
	uint16_t section = 0;
	uint64_t value = 0;
	uint64_t size = 0;
	uint8_t visibility = 0;
};

struct ObjectRelocation {
	uint64_t offset;
	uint32_t kind;
	std::string symbol;
	int64_t addend;
};

// A relocatable object. Sections are numbered from 1 in the order of add_section; then come the relocation sections,
// the symbol table and the two string tables.
class ObjectBuilder
{
      public:
	uint32_t add_section(ObjectSection section);
	void add_symbol(ObjectSymbol symbol); // locals are put before globals
	void add_relocation(uint32_t section, ObjectRelocation relocation);
	Bytes build();

	// After build: where things are in the file.
	size_t section_header(const std::string &name) const;
	size_t section_content(const std::string &name) const;
	size_t symbol(const std::string &name) const;                      // the 24-byte record
	size_t relocation(const std::string &section, size_t index) const; // `section`: the one that is relocated
	uint32_t section_count() const;

      private:
	std::vector<ObjectSection> sections_;
	std::vector<ObjectSymbol> symbols_;
	std::map<uint32_t, std::vector<ObjectRelocation>> relocations_;
	std::map<std::string, size_t> header_at_;
	std::map<std::string, size_t> content_at_;
	std::map<std::string, size_t> symbol_at_;
	uint32_t count_ = 0;
};

struct CellSymbol {
	std::string name;
	uint32_t kind = 1;      // 1 function, 2 object
	uint8_t hash = 0;       // each byte of the type hash
	std::string dependency; // of an import
};

struct CellDescription {
	std::string name;
	std::string version = "0.1.0";
	uint32_t cell_class = 1;
	uint8_t build_id = 7; // each byte
	std::string init;
	std::string exit;
	std::vector<std::pair<std::string, uint32_t>> dependencies; // name, kinds
	std::vector<CellSymbol> exports;
	std::vector<CellSymbol> imports;
	struct State {
		std::string name;
		uint64_t size;
	};
	std::vector<State> states;
};

// The content of `.ariadne.cell`.
Bytes metadata_section(CellDescription description);

struct StaticSection {
	uint32_t index;
	std::string name;
	uint64_t address;
	uint64_t size;
};

struct ArchiveCell {
	std::string name;
	Bytes object;
	std::vector<std::string> exports;
	bool is_static = false;
	uint8_t build_id = 7;
	std::vector<StaticSection> sections; // if is_static
};

// symbols.index, nano_core.map and one object for each cell.
Bytes archive(std::vector<ArchiveCell> cells);

} // namespace ariadne_test
