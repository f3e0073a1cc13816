// Boot records for tests: whole ones, and the parts to spoil.
#pragma once

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

namespace boot_records
{

// Little-endian bytes under construction.
class Bytes
{
      public:
	Bytes &U8(uint8_t value)
	{
		bytes_.push_back(value);
		return *this;
	}
	Bytes &U16(uint16_t value)
	{
		return U8(value & 0xFF).U8(value >> 8);
	}
	Bytes &U32(uint32_t value)
	{
		return U16(value & 0xFFFF).U16(value >> 16);
	}
	Bytes &U64(uint64_t value)
	{
		return U32(value & 0xFFFFFFFF).U32(value >> 32);
	}
	Bytes &String(const std::string &string) // with its zero
	{
		for (char character : string)
			U8(character);
		return U8(0);
	}
	Bytes &Append(const std::vector<uint8_t> &more)
	{
		bytes_.insert(bytes_.end(), more.begin(), more.end());
		return *this;
	}
	Bytes &Zeros(size_t count)
	{
		bytes_.insert(bytes_.end(), count, 0);
		return *this;
	}
	std::vector<uint8_t> Get() const
	{
		return bytes_;
	}

      private:
	std::vector<uint8_t> bytes_;
};

using Data = std::vector<uint8_t>;

inline Data Record(uint32_t kind, const Data &data)
{
	return Bytes().U32(kind).U32(data.size()).U64(0).Append(data).Get();
}

inline Data Rsdp(uint8_t revision)
{
	Bytes bytes;
	for (char character : std::string("RSD PTR "))
		bytes.U8(character);
	bytes.U8(0).Append({'B', 'O', 'C', 'H', 'S', ' '}).U8(revision).U32(0x7FE2000);
	bytes.U32(36).U64(0x7FE3000).U8(0).Zeros(3);
	Data rsdp = bytes.Get();
	rsdp[8] = -std::accumulate(rsdp.begin(), rsdp.begin() + 20, 0);
	rsdp[32] = -std::accumulate(rsdp.begin(), rsdp.begin() + 36, 0);
	return rsdp;
}

// ---------------------------------------------------------------- multiboot2

inline Data Tag(uint32_t type, const Data &content)
{
	Bytes tag;
	tag.U32(type).U32(content.size() + 8).Append(content);
	tag.Zeros((8 - tag.Get().size() % 8) % 8);
	return tag.Get();
}

inline Data EndTag()
{
	return Tag(0, {});
}

inline Data MemoryMap()
{
	return Tag(6, Bytes().U32(24)
			      .U32(0)
			      .U64(0)
			      .U64(0x9FC00)
			      .U32(1)
			      .U32(0)
			      .U64(0x9FC00)
			      .U64(0x400)
			      .U32(2)
			      .U32(0)
			      .U64(0x100000)
			      .U64(0x7EE0000)
			      .U32(1)
			      .U32(0)
			      .U64(0x7FE0000)
			      .U64(0)
			      .U32(1)
			      .U32(0)
			      .Get());
}

inline Data Module(uint32_t start, uint32_t end, const std::string &name)
{
	return Tag(3, Bytes().U32(start).U32(end).String(name).Get());
}

inline Data Framebuffer(uint8_t type, uint32_t pitch, uint32_t width, uint32_t height, uint8_t bits,
	uint64_t start = 0x80000000, const Data &colours = {16, 8, 8, 8, 0, 8})
{
	return Tag(
		8, Bytes().U64(start).U32(pitch).U32(width).U32(height).U8(bits).U8(type).U16(0).Append(colours).Get());
}

inline Data Multiboot2(const std::vector<Data> &tags)
{
	Bytes bytes;
	for (const Data &tag : tags)
		bytes.Append(tag);
	return Bytes().U32(bytes.Get().size() + 8).U32(0).Append(bytes.Get()).Get();
}

inline Data FullMultiboot2()
{
	return Multiboot2({Tag(1, Bytes().String("log=debug quiet").Get()), Tag(2, Bytes().String("GRUB 2.06").Get()),
		Module(0x200000, 0x212345, "cells.cpio"), Module(0x213000, 0x213000, ""), MemoryMap(),
		Framebuffer(1, 4096, 1024, 768, 32), Tag(4, Bytes().U64(0).Get()), Tag(14, Rsdp(0)), Tag(15, Rsdp(2)),
		Tag(0x1234, {1, 2, 3}), EndTag()});
}

// ---------------------------------------------------------------- PVH

struct Pvh {
	uint32_t magic = 0x336EC578;
	uint32_t version = 1;
	uint32_t module_count = 1, region_count = 2;
	uint64_t rsdp_address = 0xF5000;
	Data rsdp = Rsdp(2);
	Data modules = Bytes().U64(0x7FD7000).U64(0x5000).U64(0).U64(0).Get();
	Data regions = Bytes().U64(0).U64(0x9FC00).U32(1).U32(0).U64(0x100000).U64(0x7EDF000).U32(1).U32(0).Get();
	Data strings = Bytes().String("log=debug").String("cells.cpio").Get();

	Data Get() const
	{
		return Bytes()
			.U32(magic)
			.U32(version)
			.U32(0)
			.U32(module_count)
			.U64(0x1000)
			.U64(0x2000)
			.U64(rsdp_address)
			.U64(0x3000)
			.U32(region_count)
			.U32(0)
			.Append(rsdp)
			.Zeros(4)
			.Append(modules)
			.Append(regions)
			.Append(strings)
			.Get();
	}
};

} // namespace boot_records
