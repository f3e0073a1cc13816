// Whole cells made by hand, machine code included, so that tests can load them, call them, and spoil them.
#pragma once

#include <functional>
#include <string>

#include "tests/loader/object_builder.h"

namespace ariadne_test
{

// A cell before it is built. `describe` and `object` agree at first; `spoil` may change the finished file.
struct Cell {
	CellDescription description;
	ObjectBuilder object;
	std::function<void(Cell &, Bytes &)> spoil;
	bool with_metadata = true;
	uint64_t metadata_flags = 0;
	std::vector<std::string> claimed_exports; // in the archive's index, besides the real ones

	explicit Cell(const std::string &name); // has section 1, .text, with 16 bytes

	// Each adds to the object and to the description.
	uint32_t add_function(const std::string &name, const Bytes &code, bool exported = true, uint8_t hash = 1);
	uint32_t add_object(const std::string &name, const Bytes &content, bool exported = true, uint8_t hash = 2);
	uint32_t add_state(const std::string &name, const Bytes &content);
	uint32_t add_zero_state(const std::string &name, uint64_t size);
	void import_function(const std::string &name, const std::string &from, uint8_t hash = 1);
	void depend(const std::string &name, uint32_t kinds = 1);

	ArchiveCell finish();
};

// low: low_value() is 42; low_count() counts `low_counter` up from 5 and returns it; low_name is an object; has
// `low_zero`, 100 bytes of zeros.
Cell low_cell();

// middle, on low: middle_value() is low_value() + 1; middle_text() is the second of two strings in one section;
// middle_table is an object that holds the address of middle_value.
Cell middle_cell();

// A cell `name` on low that exports NAME_value(), which is low_value() + 1.
Cell user_of_low(const std::string &name);

} // namespace ariadne_test
