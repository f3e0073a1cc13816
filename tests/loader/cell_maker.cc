#include "tests/loader/cell_maker.h"

namespace ariadne_test
{

enum { FLAGS_TEXT = 0x6, FLAGS_RODATA = 0x2, FLAGS_DATA = 0x3 };
enum { PC32 = 2, PLT32 = 4, ABSOLUTE_64 = 1, ABSOLUTE_32S = 11 };

Cell::Cell(const std::string &name)
{
	description.name = name;
	// Sanitizers look at what is before a function that is called through a pointer: let there be something.
	object.add_section({".text", 1, FLAGS_TEXT, Bytes(16, 0xCC), 0, 16});
}

uint32_t Cell::add_function(const std::string &name, const Bytes &code, bool exported, uint8_t hash)
{
	uint32_t section = object.add_section({".text." + name, 1, FLAGS_TEXT, code, 0, 16});
	object.add_symbol({name, exported, 2, (uint16_t)section, 0, code.size()});
	if (exported)
		description.exports.push_back({name, 1, hash, ""});
	return section;
}

uint32_t Cell::add_object(const std::string &name, const Bytes &content, bool exported, uint8_t hash)
{
	uint32_t section = object.add_section({".rodata." + name, 1, FLAGS_RODATA, content, 0, 8});
	object.add_symbol({name, exported, 1, (uint16_t)section, 0, content.size()});
	if (exported)
		description.exports.push_back({name, 2, hash, ""});
	return section;
}

uint32_t Cell::add_state(const std::string &name, const Bytes &content)
{
	uint32_t section = object.add_section({".cell_state", 1, FLAGS_DATA, content, 0, 8});
	object.add_symbol({name, 0, 1, (uint16_t)section, 0, content.size()});
	description.states.push_back({name, content.size()});
	return section;
}

uint32_t Cell::add_zero_state(const std::string &name, uint64_t size)
{
	uint32_t section = object.add_section({".bss.cell_state", 8, FLAGS_DATA, {}, size, 8});
	object.add_symbol({name, 0, 1, (uint16_t)section, 0, size});
	description.states.push_back({name, size});
	return section;
}

void Cell::import_function(const std::string &name, const std::string &from, uint8_t hash)
{
	object.add_symbol({name, 1, 0, 0, 0, 0});
	description.imports.push_back({name, 1, hash, from});
}

void Cell::depend(const std::string &name, uint32_t kinds)
{
	description.dependencies.push_back({name, kinds});
}

ArchiveCell Cell::finish()
{
	ArchiveCell cell;
	cell.name = description.name;
	cell.exports = claimed_exports;
	for (const CellSymbol &symbol : description.exports)
		cell.exports.push_back(symbol.name);
	if (with_metadata)
		object.add_section({".ariadne.cell", 1, metadata_flags, metadata_section(description), 0, 8});
	cell.object = object.build();
	if (spoil)
		spoil(*this, cell.object);
	return cell;
}

Cell low_cell()
{
	Cell cell("low");
	cell.add_function("low_value", {0xB8, 42, 0, 0, 0, 0xC3});
	cell.add_state("low_counter", {5, 0, 0, 0, 0, 0, 0, 0});
	cell.add_zero_state("low_zero", 100);
	// inc qword [rip + low_counter]; mov rax, [rip + low_counter]; ret
	uint32_t count =
		cell.add_function("low_count", {0x48, 0xFF, 0x05, 0, 0, 0, 0, 0x48, 0x8B, 0x05, 0, 0, 0, 0, 0xC3});
	cell.object.add_relocation(count, {3, PC32, "low_counter", -4});
	cell.object.add_relocation(count, {10, PC32, "low_counter", -4});
	cell.add_object("low_name", {'l', 'o', 'w', 0});
	return cell;
}

Cell user_of_low(const std::string &name)
{
	Cell cell(name);
	cell.depend("low");
	cell.import_function("low_value", "low");
	// call low_value; inc eax; ret
	uint32_t value = cell.add_function(name + "_value", {0xE8, 0, 0, 0, 0, 0xFF, 0xC0, 0xC3});
	cell.object.add_relocation(value, {1, PLT32, "low_value", -4});
	return cell;
}

Cell middle_cell()
{
	Cell cell = user_of_low("middle");
	uint32_t strings = cell.object.add_section(
		{".rodata.str1.1", 1, 0x32, {'f', 'i', 'r', 's', 't', 0, 's', 'e', 'c', 'o', 'n', 'd', 0}});
	cell.object.add_symbol({".L.str", 0, 1, (uint16_t)strings, 0, 6});
	// mov rax, .L.str + 6; ret
	uint32_t text = cell.add_function("middle_text", {0x48, 0xC7, 0xC0, 0, 0, 0, 0, 0xC3});
	cell.object.add_relocation(text, {3, ABSOLUTE_32S, ".L.str", 6});
	uint32_t table = cell.add_object("middle_table", Bytes(8));
	cell.object.add_relocation(table, {0, ABSOLUTE_64, "middle_value", 0});
	return cell;
}

} // namespace ariadne_test
