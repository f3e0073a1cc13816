// Makes unwind tables byte by byte, so that tests can make them wrong in exactly one place.
//
// Nothing here uses the readers under test: the layout is written down as the Linux Standard Base says.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ariadne_test
{

using Octets = std::vector<uint8_t>;

inline void append(Octets &to, const Octets &more)
{
	to.insert(to.end(), more.begin(), more.end());
}

inline Octets integer(uint64_t value, size_t width)
{
	Octets octets;
	for (size_t i = 0; i < width; i++)
		octets.push_back((uint8_t)(value >> 8 * i));
	return octets;
}

inline Octets uleb(uint64_t value)
{
	Octets octets;
	do {
		octets.push_back((uint8_t)((value & 0x7F) | (value > 0x7F ? 0x80 : 0)));
		value >>= 7;
	} while (value);
	return octets;
}

// What functions share: as clang writes it, but for what a test changes.
struct CommonPart {
	uint32_t id = 0;
	uint8_t version = 1;
	std::string augmentation = "zR";
	Octets code_unit = {1};
	Octets data_unit = {0x78}; // -8
	Octets return_register = {16};
	Octets augmentation_data = {0x1B};           // relative to its place, 4 bytes
	Octets program = {0x0C, 7, 8, 0x80 | 16, 1}; // CFA = rsp + 8, rip at CFA - 8
	bool whole = true;                           // else nothing follows the version
};

struct FunctionPart {
	uint64_t start = 0x5000;
	uint64_t size = 0x100;
	Octets augmentation_data = {};
	Octets program = {};
};

class FrameBuilder
{
      public:
	explicit FrameBuilder(uint64_t address = 0x10000) : address_(address)
	{
	}

	// Each returns where its entry begins.
	size_t Common(const CommonPart &part = {})
	{
		Octets body = integer(part.id, 4);
		body.push_back(part.version);
		if (part.whole) {
			append(body, Octets(part.augmentation.begin(), part.augmentation.end()));
			body.push_back(0);
			append(body, part.code_unit);
			append(body, part.data_unit);
			append(body, part.return_register);
			if (!part.augmentation.empty()) {
				append(body, uleb(part.augmentation_data.size()));
				append(body, part.augmentation_data);
			}
			append(body, part.program);
		}
		common_ = Entry(body);
		return common_;
	}

	size_t Function(const FunctionPart &part = {}, bool has_augmentation = true)
	{
		Octets body = integer(table_.size() + 4 - common_, 4);
		append(body, integer(part.start - (address_ + table_.size() + 8), 4));
		append(body, integer(part.size, 4));
		if (has_augmentation) {
			append(body, uleb(part.augmentation_data.size()));
			append(body, part.augmentation_data);
		}
		append(body, part.program);
		return Entry(body);
	}

	// Any content behind a length of its own.
	size_t Entry(Octets body)
	{
		size_t place = table_.size();
		while (body.size() % 4)
			body.push_back(0);
		append(table_, integer(body.size(), 4));
		append(table_, body);
		return place;
	}

	Octets &table()
	{
		return table_;
	}
	uint64_t address() const
	{
		return address_;
	}

      private:
	uint64_t address_;
	size_t common_ = 0;
	Octets table_;
};

} // namespace ariadne_test
