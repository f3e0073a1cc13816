// A file of docs/metadata.md put together by hand, so that a test can spoil it: a header, tables of records, strings.
//
// A header of these formats has the members strings_offset, strings_size_bytes and size_bytes; a string is its length
// in 16 bits, its characters, a zero, and at offset 0 there is the empty one.
#pragma once

#include <cstring>
#include <initializer_list>
#include <string>

#include "cells/base/bytes/bytes.h"
#include "cells/base/text/text.h"

namespace ariadne_test
{

template <typename Self, typename Header>
class WrittenTables
{
      public:
	std::string data; // the whole file, after finish()

	// Changes 32 bits, or 16, at an offset.
	Self &poke(size_t offset, uint32_t value)
	{
		memcpy(&data[offset], &value, sizeof value);
		return static_cast<Self &>(*this);
	}
	Self &poke_length(size_t offset, uint16_t value)
	{
		memcpy(&data[offset], &value, sizeof value);
		return static_cast<Self &>(*this);
	}

	const Header &header() const
	{
		return *reinterpret_cast<const Header *>(data.data());
	}
	struct bytes view() const
	{
		return bytes_from(data.data(), data.size());
	}

      protected:
	// The offset of the string in the strings.
	uint32_t string(const std::string &text)
	{
		uint32_t offset = static_cast<uint32_t>(strings_.size());
		strings_ += static_cast<char>(text.size());
		strings_ += '\0';
		strings_ += text;
		strings_ += '\0';
		return offset;
	}

	// The offset of the table in the file. Tables follow the header in the order of the calls.
	template <typename Record>
	uint32_t table(std::initializer_list<Record> records)
	{
		uint32_t offset = static_cast<uint32_t>(sizeof(Header) + tables_.size());
		for (const Record &record : records)
			tables_.append(reinterpret_cast<const char *>(&record), sizeof record);
		return offset;
	}

	void finish(Header header)
	{
		header.strings_offset = static_cast<uint32_t>(sizeof header + tables_.size());
		header.strings_size_bytes = static_cast<uint32_t>(strings_.size());
		header.size_bytes = (header.strings_offset + header.strings_size_bytes + 7) / 8 * 8;
		data.assign(reinterpret_cast<const char *>(&header), sizeof header);
		data += tables_ + strings_;
		data.resize(header.size_bytes);
	}

      private:
	std::string tables_, strings_ = std::string(3, '\0');
};

inline std::string string_of(struct text text)
{
	return std::string(text.start, text.length);
}

} // namespace ariadne_test
