#include "tests/loader/object_builder.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace ariadne_test
{

void put(Bytes &data, size_t offset, uint64_t value, size_t width)
{
	for (size_t i = 0; i < width; i++)
		data.at(offset + i) = (uint8_t)(value >> (8 * i));
}

uint64_t get(const Bytes &data, size_t offset, size_t width)
{
	uint64_t value = 0;
	for (size_t i = 0; i < width; i++)
		value |= (uint64_t)data.at(offset + i) << (8 * i);
	return value;
}

static void append(Bytes &data, uint64_t value, size_t width)
{
	data.resize(data.size() + width);
	put(data, data.size() - width, value, width);
}

static void append(Bytes &data, const Bytes &more)
{
	data.insert(data.end(), more.begin(), more.end());
}

static void pad(Bytes &data, size_t alignment)
{
	while (data.size() % alignment != 0)
		data.push_back(0);
}

// ---- ELF ----

// Zero-terminated strings after a first empty one.
class ElfStrings
{
      public:
	uint32_t add(const std::string &text)
	{
		if (text.empty())
			return 0;
		uint32_t at = (uint32_t)data.size();
		data.insert(data.end(), text.begin(), text.end());
		data.push_back(0);
		return at;
	}
	Bytes data = {0};
};

uint32_t ObjectBuilder::add_section(ObjectSection section)
{
	sections_.push_back(section);
	return (uint32_t)sections_.size();
}

void ObjectBuilder::add_symbol(ObjectSymbol symbol)
{
	symbols_.push_back(symbol);
}

void ObjectBuilder::add_relocation(uint32_t section, ObjectRelocation relocation)
{
	relocations_[section].push_back(relocation);
}

Bytes ObjectBuilder::build()
{
	std::vector<ObjectSymbol> ordered;
	for (bool local : {true, false}) {
		for (const ObjectSymbol &symbol : symbols_) {
			if ((symbol.binding == 0) == local)
				ordered.push_back(symbol);
		}
	}
	std::map<std::string, uint64_t> symbol_index;
	ElfStrings names;
	Bytes symbol_table(24, 0);
	uint32_t locals = 1;
	for (const ObjectSymbol &symbol : ordered) {
		symbol_index[symbol.name] = symbol_table.size() / 24;
		locals += symbol.binding == 0;
		append(symbol_table, names.add(symbol.name), 4);
		append(symbol_table, (uint64_t)symbol.binding << 4 | symbol.type, 1);
		append(symbol_table, symbol.visibility, 1);
		append(symbol_table, symbol.section, 2);
		append(symbol_table, symbol.value, 8);
		append(symbol_table, symbol.size, 8);
	}

	std::vector<ObjectSection> all = sections_;
	uint32_t table_index = (uint32_t)(1 + sections_.size() + relocations_.size());
	for (const auto &[target, list] : relocations_) {
		ObjectSection table;
		table.name = ".rela" + sections_.at(target - 1).name;
		table.type = 4;
		for (const ObjectRelocation &relocation : list) {
			append(table.content, relocation.offset, 8);
			append(table.content, symbol_index.at(relocation.symbol) << 32 | relocation.kind, 8);
			append(table.content, (uint64_t)relocation.addend, 8);
		}
		table.alignment = 8;
		table.link = table_index;
		table.info = target;
		table.entry_size = 24;
		all.push_back(table);
	}
	all.push_back({".symtab", 2, 0, symbol_table, 0, 8, table_index + 1, locals, 24});
	all.push_back({".strtab", 3, 0, names.data});
	ElfStrings section_names;
	std::vector<uint32_t> name_at;
	for (const ObjectSection &section : all)
		name_at.push_back(section_names.add(section.name));
	name_at.push_back(section_names.add(".shstrtab"));
	all.push_back({".shstrtab", 3, 0, section_names.data});

	Bytes file(64, 0);
	for (const ObjectSection &section : all) {
		pad(file, section.alignment);
		content_at_[section.name] = file.size();
		append(file, section.content);
	}
	pad(file, 8);
	size_t headers = file.size();
	file.resize(file.size() + 64);
	for (size_t i = 0; i < all.size(); i++) {
		const ObjectSection &section = all[i];
		header_at_[section.name] = file.size();
		append(file, name_at[i], 4);
		append(file, section.type, 4);
		append(file, section.flags, 8);
		append(file, 0, 8);
		append(file, content_at_[section.name], 8);
		append(file, section.type == 8 ? section.zeros : section.content.size(), 8);
		append(file, section.link, 4);
		append(file, section.info, 4);
		append(file, section.alignment, 8);
		append(file, section.entry_size, 8);
	}
	for (const auto &[name, index] : symbol_index)
		symbol_at_[name] = content_at_[".symtab"] + 24 * index;
	count_ = (uint32_t)all.size() + 1;

	static const uint8_t ident[] = {0x7F, 'E', 'L', 'F', 2, 1, 1};
	std::copy(ident, ident + sizeof ident, file.begin());
	put(file, 16, 1, 2);  // relocatable
	put(file, 18, 62, 2); // x86-64
	put(file, 20, 1, 4);
	put(file, 40, headers, 8);
	put(file, 52, 64, 2);
	put(file, 58, 64, 2);
	put(file, 60, count_, 2);
	put(file, 62, count_ - 1, 2);
	return file;
}

size_t ObjectBuilder::section_header(const std::string &name) const
{
	return header_at_.at(name);
}

size_t ObjectBuilder::section_content(const std::string &name) const
{
	return content_at_.at(name);
}

size_t ObjectBuilder::symbol(const std::string &name) const
{
	return symbol_at_.at(name);
}

size_t ObjectBuilder::relocation(const std::string &section, size_t index) const
{
	return content_at_.at(".rela" + section) + 24 * index;
}

uint32_t ObjectBuilder::section_count() const
{
	return count_;
}

// ---- The formats of docs/metadata.md ----

class Strings
{
      public:
	uint32_t add(const std::string &text)
	{
		if (text.empty())
			return 0;
		uint32_t at = (uint32_t)data.size();
		append(data, text.size(), 2);
		data.insert(data.end(), text.begin(), text.end());
		data.push_back(0);
		return at;
	}
	Bytes data = {0, 0, 0};
};

template <typename T>
static void sort_by_name(std::vector<T> &list)
{
	std::sort(list.begin(), list.end(), [](const T &a, const T &b) { return a.name < b.name; });
}

Bytes metadata_section(CellDescription cell)
{
	std::sort(cell.dependencies.begin(), cell.dependencies.end());
	sort_by_name(cell.exports);
	sort_by_name(cell.imports);
	sort_by_name(cell.states);
	Strings strings;
	Bytes out = {'A', 'R', 'I', 'A', 'C', 'E', 'L', 'L'};
	append(out, 1, 4);
	append(out, 0, 4);
	append(out, Bytes(20, cell.build_id));
	append(out, cell.cell_class, 4);
	append(out, 0, 4);
	for (const std::string &text :
		{cell.name, std::string("test"), cell.version, std::string("A cell of a test"), cell.init, cell.exit})
		append(out, strings.add(text), 4);
	out.resize(128);
	size_t field = 68;
	auto table = [&](size_t count) {
		put(out, field, count, 4);
		put(out, field + 4, out.size(), 4);
		field += 8;
	};
	table(cell.dependencies.size());
	for (const auto &[name, kinds] : cell.dependencies) {
		append(out, strings.add(name), 4);
		append(out, kinds, 4);
	}
	table(cell.exports.size());
	for (const CellSymbol &symbol : cell.exports) {
		append(out, strings.add(symbol.name), 4);
		append(out, symbol.kind, 4);
		append(out, Bytes(16, symbol.hash));
	}
	table(cell.imports.size());
	for (const CellSymbol &symbol : cell.imports) {
		uint32_t dependency = 0;
		while (cell.dependencies.at(dependency).first != symbol.dependency)
			dependency++;
		append(out, strings.add(symbol.name), 4);
		append(out, dependency, 4);
		append(out, Bytes(16, symbol.hash));
	}
	table(cell.states.size());
	for (const CellDescription::State &state : cell.states) {
		append(out, strings.add(state.name), 4);
		append(out, 0, 4);
		append(out, state.size, 8);
		append(out, Bytes(16, 0x55));
	}
	put(out, field, out.size(), 4);
	put(out, field + 4, strings.data.size(), 4);
	append(out, strings.data);
	pad(out, 8);
	put(out, 12, out.size(), 4);
	return out;
}

static Bytes static_map(const std::vector<ArchiveCell> &cells)
{
	Strings strings;
	Bytes cell_table, section_table;
	uint32_t cell_count = 0, section_count = 0;
	for (const ArchiveCell &cell : cells) {
		if (!cell.is_static)
			continue;
		cell_count++;
		append(cell_table, strings.add(cell.name), 4);
		append(cell_table, section_count, 4);
		append(cell_table, cell.sections.size(), 4);
		append(cell_table, Bytes(20, cell.build_id));
		append(cell_table, Bytes(32, 0)); // the loader goes by the build id
		for (const StaticSection &section : cell.sections) {
			section_count++;
			append(section_table, strings.add(section.name), 4);
			append(section_table, section.index, 4);
			append(section_table, section.address, 8);
			append(section_table, section.size, 8);
		}
	}
	Bytes out = {'A', 'R', 'I', 'A', 'N', 'A', 'N', 'O'};
	append(out, 1, 4);
	append(out, 0, 4);
	append(out, cell_count, 4);
	append(out, 64, 4);
	append(out, section_count, 4);
	append(out, 64 + cell_table.size(), 4);
	append(out, 64 + cell_table.size() + section_table.size(), 4);
	append(out, strings.data.size(), 4);
	out.resize(64);
	append(out, cell_table);
	append(out, section_table);
	append(out, strings.data);
	pad(out, 8);
	put(out, 12, out.size(), 4);
	return out;
}

static Bytes symbol_index(const std::vector<ArchiveCell> &cells, const std::vector<uint64_t> &object_at)
{
	Strings strings;
	std::map<std::string, uint32_t> symbols;
	Bytes out = {'A', 'R', 'I', 'A', 'S', 'Y', 'M', 'S'};
	out.resize(64);
	for (size_t i = 0; i < cells.size(); i++) {
		append(out, strings.add(cells[i].name), 4);
		append(out, cells[i].is_static, 4);
		append(out, object_at[i], 8);
		append(out, cells[i].object.size(), 8);
		for (const std::string &symbol : cells[i].exports)
			symbols[symbol] = (uint32_t)i;
	}
	put(out, 8, 1, 4);
	put(out, 16, cells.size(), 4);
	put(out, 20, 64, 4);
	put(out, 24, symbols.size(), 4);
	put(out, 28, out.size(), 4);
	for (const auto &[symbol, cell] : symbols) {
		append(out, strings.add(symbol), 4);
		append(out, cell, 4);
	}
	put(out, 32, out.size(), 4);
	put(out, 36, strings.data.size(), 4);
	append(out, strings.data);
	pad(out, 8);
	put(out, 12, out.size(), 4);
	return out;
}

// Appends a member; returns where its data begins.
static uint64_t append_member(Bytes &out, const std::string &name, const Bytes &data, uint32_t inode)
{
	size_t start = out.size();
	size_t name_size = name.size() + 1;
	if (inode != 0) {
		while ((start + 110 + name_size) % 16 != 0)
			name_size++;
	}
	char header[111];
	snprintf(header, sizeof header, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", inode,
		inode ? 0100644u : 0u, 0u, 0u, 1u, 0u, (unsigned)data.size(), 0u, 0u, 0u, 0u, (unsigned)name_size, 0u);
	out.insert(out.end(), header, header + 110);
	out.insert(out.end(), name.begin(), name.end());
	out.resize(start + 110 + name_size);
	pad(out, 4);
	uint64_t at = out.size();
	append(out, data);
	pad(out, 4);
	return at;
}

static Bytes pack(
	const std::vector<ArchiveCell> &cells, const Bytes &index, const Bytes &map, std::vector<uint64_t> *object_at)
{
	Bytes out;
	uint32_t inode = 1;
	append_member(out, "symbols.index", index, inode++);
	append_member(out, "nano_core.map", map, inode++);
	for (const ArchiveCell &cell : cells)
		object_at->push_back(append_member(out, cell.name + ".o", cell.object, inode++));
	append_member(out, "TRAILER!!!", {}, 0);
	return out;
}

Bytes archive(std::vector<ArchiveCell> cells)
{
	sort_by_name(cells);
	Bytes map = static_map(cells);
	std::vector<uint64_t> none(cells.size(), 0), object_at, again;
	pack(cells, symbol_index(cells, none), map, &object_at);
	return pack(cells, symbol_index(cells, object_at), map, &again);
}

} // namespace ariadne_test
