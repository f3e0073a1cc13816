#include "cells/machine/acpi_tables/acpi_tables.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "cells/boot/boot_information/boot_information.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/page_table/page_table.h"

namespace
{

using Content = std::vector<uint8_t>;

void Put(Content *content, size_t at, uint64_t value, size_t size_bytes)
{
	if (content->size() < at + size_bytes)
		content->resize(at + size_bytes);
	memcpy(content->data() + at, &value, size_bytes);
}

void Append(Content *content, const Content &more)
{
	content->insert(content->end(), more.begin(), more.end());
}

// Sets the byte at `place` so that the sum of the first `size_bytes` is 0.
void SetSum(Content *content, size_t place, size_t size_bytes)
{
	uint8_t sum = 0;
	(*content)[place] = 0;
	for (size_t i = 0; i < size_bytes; i++)
		sum = uint8_t(sum + (*content)[i]);
	(*content)[place] = uint8_t(-sum);
}

void Sign(Content *table)
{
	Put(table, 4, table->size(), 4);
	SetSum(table, 9, table->size());
}

Content Table(const char *signature, const Content &body)
{
	Content table(36);
	memcpy(table.data(), signature, 4);
	Append(&table, body);
	Sign(&table);
	return table;
}

Content Madt(const std::vector<Content> &entries, uint32_t address = 0xFEE00000, uint32_t flags = 1)
{
	Content body;
	Put(&body, 0, address, 4);
	Put(&body, 4, flags, 4);
	for (const Content &entry : entries)
		Append(&body, entry);
	return Table("APIC", body);
}

Content Core(uint8_t apic_id, uint8_t flags = 1)
{
	return {0, 8, 0, apic_id, flags, 0, 0, 0};
}

Content IoApic(uint8_t id, uint32_t address, uint32_t first)
{
	Content entry = {1, 12, id, 0};
	Put(&entry, 4, address, 4);
	Put(&entry, 8, first, 4);
	return entry;
}

Content Override(uint8_t line, uint32_t interrupt, uint16_t flags)
{
	Content entry = {2, 10, 0, line};
	Put(&entry, 4, interrupt, 4);
	Put(&entry, 8, flags, 2);
	return entry;
}

Content Fadt()
{
	Content body(80);
	Put(&body, 76 - 36, 0x608, 4);
	Put(&body, 108 - 36, 0x32, 1);
	Put(&body, 112 - 36, 1 << 8, 4);
	return Table("FACP", body);
}

Content Hpet(uint64_t address = 0xFED00000, uint8_t space = 0)
{
	Content body(20);
	Put(&body, 0, 0x8086A201, 4);
	Put(&body, 4, space, 1);
	Put(&body, 8, address, 8);
	Put(&body, 17, 100, 2);
	return Table("HPET", body);
}

// Physical memory with a machine's tables in it.
class AcpiTables : public testing::Test
{
      protected:
	std::map<uint64_t, Content> memory_;
	uint64_t next_ = 0x7FE0000;
	struct acpi_tables tables_ = {};
	struct diagnosis why_ = {};
	size_t reads_ = 0;

	static enum status Read(void *context, uint64_t address, struct bytes_mut into)
	{
		auto *self = static_cast<AcpiTables *>(context);
		self->reads_++;
		auto found = self->memory_.upper_bound(address);
		if (found == self->memory_.begin())
			return STATUS_NOT_FOUND;
		--found;
		uint64_t offset = address - found->first;
		if (offset > found->second.size() || into.size_bytes > found->second.size() - offset)
			return STATUS_NOT_FOUND;
		memcpy(into.data, found->second.data() + offset, into.size_bytes);
		return STATUS_OK;
	}

	const struct acpi_memory source_ = {Read, this};

	uint64_t Place(const Content &content)
	{
		uint64_t at = next_;
		memory_[at] = content;
		next_ += content.size() + 8;
		return at;
	}

	Content List(const char *name, const std::vector<Content> &tables)
	{
		Content body;
		size_t entry = name[0] == 'X' ? 8 : 4;
		for (const Content &table : tables)
			Put(&body, body.size(), Place(table), entry);
		return Table(name, body);
	}

	static Content Root(uint64_t rsdt, uint64_t xsdt, unsigned revision)
	{
		Content root(36);
		memcpy(root.data(), "RSD PTR ", 8);
		root[15] = uint8_t(revision);
		Put(&root, 16, rsdt, 4);
		Put(&root, 20, 36, 4);
		Put(&root, 24, xsdt, 8);
		if (revision < 2)
			root.resize(20);
		SetSum(&root, 8, 20);
		if (revision >= 2)
			SetSum(&root, 32, 36);
		return root;
	}

	enum status Parse(const Content &root)
	{
		why_ = {};
		return acpi_tables_parse(&source_, bytes_from(root.data(), root.size()), &tables_, &why_);
	}

	enum status ParseTables(const std::vector<Content> &tables)
	{
		return Parse(Root(0, Place(List("XSDT", tables)), 2));
	}

	// The refusal has its cause, and nothing was written.
	void ExpectRefused(enum status expected, enum status status, const char *words)
	{
		struct acpi_tables before = {};
		EXPECT_EQ(status, expected) << words;
		EXPECT_NE(std::string(why_.message).find(words), std::string::npos) << why_.message;
		EXPECT_EQ(memcmp(&tables_, &before, sizeof before), 0) << words;
	}
};

TEST_F(AcpiTables, AllThatIsUnderstoodIsRead)
{
	ASSERT_EQ(ParseTables({Table("SSDT", Content(100)),
			  Madt({Core(0), Core(2), Core(7, 2), Core(9, 0), IoApic(1, 0xFEC00000, 0), Override(0, 2, 0),
				  Override(9, 9, 0xF), {4, 6, 255, 0, 0, 1}}),
			  Fadt(), Hpet()}),
		STATUS_OK)
		<< why_.message;
	EXPECT_TRUE(tables_.has_madt && tables_.has_fadt && tables_.has_hpet && tables_.has_legacy_controller);
	EXPECT_EQ(tables_.local_apic_address, 0xFEE00000u);
	ASSERT_EQ(tables_.core_count, 3u);
	EXPECT_EQ(tables_.cores[1].apic_id, 2u);
	EXPECT_TRUE(tables_.cores[1].is_enabled);
	EXPECT_EQ(tables_.cores[2].apic_id, 7u);
	EXPECT_FALSE(tables_.cores[2].is_enabled);
	ASSERT_EQ(tables_.io_apic_count, 1u);
	EXPECT_EQ(tables_.io_apics[0].address, 0xFEC00000u);
	EXPECT_EQ(tables_.io_apics[0].id, 1u);
	ASSERT_EQ(tables_.override_count, 2u);
	EXPECT_EQ(tables_.overrides[0].interrupt, 2u);
	EXPECT_FALSE(tables_.overrides[0].level_triggered || tables_.overrides[0].active_low);
	EXPECT_TRUE(tables_.overrides[1].level_triggered && tables_.overrides[1].active_low);
	EXPECT_EQ(tables_.power_timer_port, 0x608u);
	EXPECT_TRUE(tables_.power_timer_has_32_bits);
	EXPECT_EQ(tables_.century_register, 0x32u);
	EXPECT_EQ(tables_.hpet_address, 0xFED00000u);
	EXPECT_EQ(tables_.hpet_least_ticks, 100u);
}

TEST_F(AcpiTables, TheOldListServesWhereThereIsNoNewOne)
{
	ASSERT_EQ(Parse(Root(Place(List("RSDT", {Madt({Core(5)})})), 0, 0)), STATUS_OK) << why_.message;
	EXPECT_EQ(tables_.cores[0].apic_id, 5u);
	ASSERT_EQ(Parse(Root(Place(List("RSDT", {Madt({Core(6)})})), 0, 2)), STATUS_OK) << why_.message;
	EXPECT_EQ(tables_.cores[0].apic_id, 6u);
	EXPECT_FALSE(tables_.has_hpet);
}

TEST_F(AcpiTables, SixtyFourBitsOfTheLocalApicAndX2ApicsAreUnderstood)
{
	Content address = {5, 12, 0, 0}, core(16), low(16);
	Put(&address, 4, 0x1FEE00000, 8);
	Put(&core, 0, 0x1009, 2);
	Put(&core, 4, 300, 4);
	Put(&core, 8, 1, 4);
	low = core;
	Put(&low, 4, 3, 4);
	ASSERT_EQ(ParseTables({Madt({Core(3), address, core, low})}), STATUS_OK) << why_.message;
	EXPECT_EQ(tables_.local_apic_address, 0x1FEE00000u);
	ASSERT_EQ(tables_.core_count, 2u) << "a core with entries of both kinds is one";
	EXPECT_EQ(tables_.cores[1].apic_id, 300u);
}

TEST_F(AcpiTables, ABrokenRootIsRefused)
{
	Content right = Root(0, Place(List("XSDT", {Fadt()})), 2);
	ASSERT_EQ(Parse(right), STATUS_OK);
	tables_ = {};
	Content root = right;
	root[0] = 'X';
	ExpectRefused(STATUS_MALFORMED, Parse(root), "is none");
	root = right;
	root[9] ^= 1;
	ExpectRefused(STATUS_MALFORMED, Parse(root), "the checksum of the root pointer");
	root = right;
	root[33] ^= 1;
	ExpectRefused(STATUS_MALFORMED, Parse(root), "second checksum");
	root = right;
	root.resize(35);
	ExpectRefused(STATUS_MALFORMED, Parse(root), "at least 36");
	root = right;
	root.resize(19);
	ExpectRefused(STATUS_MALFORMED, Parse(root), "is none");
	root = right;
	Put(&root, 20, 40, 4);
	SetSum(&root, 32, 36);
	ExpectRefused(STATUS_UNSUPPORTED, Parse(root), "40 bytes");
	ExpectRefused(STATUS_MALFORMED, Parse(Root(0, 0, 2)), "no list");
	ExpectRefused(STATUS_MALFORMED, Parse(Root(0, 0, 0)), "no list");
	ExpectRefused(STATUS_NOT_FOUND, Parse(Root(0, 0x1000, 2)), "0x1000, where there is nothing");
	ExpectRefused(STATUS_OUT_OF_RANGE, Parse(Root(0, UINT64_MAX - 3, 2)), "nothing to read");
}

TEST_F(AcpiTables, ABrokenListIsRefused)
{
	Content list = List("XSDT", {Fadt()});
	uint64_t at = Place(list);
	memory_[at][0] = 'R';
	ExpectRefused(STATUS_MALFORMED, Parse(Root(0, at, 2)), "where no XSDT is");
	memory_[at] = list;
	memory_[at][10] ^= 1;
	ExpectRefused(STATUS_MALFORMED, Parse(Root(0, at, 2)), "checksum of the table");
	list.push_back(0);
	Sign(&list);
	ExpectRefused(STATUS_MALFORMED, Parse(Root(0, Place(list), 2)), "a part of an entry");
	list = Table("XSDT", Content(8 * 257));
	ExpectRefused(STATUS_OUT_OF_RANGE, Parse(Root(0, Place(list), 2)), "257 tables");
	list = Table("XSDT", {});
	Put(&list, 4, 35, 4);
	ExpectRefused(STATUS_MALFORMED, Parse(Root(0, Place(list), 2)), "fewer than its header");
	Put(&list, 4, 0x80000000, 4);
	ExpectRefused(STATUS_OUT_OF_RANGE, Parse(Root(0, Place(list), 2)), "more than 16384");
	Put(&list, 4, 300, 4);
	ExpectRefused(STATUS_NOT_FOUND, Parse(Root(0, Place(list), 2)), "nothing to read");
	list = Table("XSDT", {1, 0, 0, 0, 0, 0, 0, 0});
	ExpectRefused(STATUS_NOT_FOUND, Parse(Root(0, Place(list), 2)), "the XSDT leads to 0x1");
}

TEST_F(AcpiTables, ABrokenMadtIsRefused)
{
	Content madt = Table("APIC", {0, 0, 0, 0, 0, 0, 0});
	ExpectRefused(STATUS_MALFORMED, ParseTables({madt}), "too few");
	ExpectRefused(STATUS_MALFORMED, ParseTables({Madt({}), Madt({})}), "two MADTs");
	ExpectRefused(STATUS_MALFORMED, ParseTables({Madt({{0, 0}})}), "offset 44");
	ExpectRefused(STATUS_MALFORMED, ParseTables({Madt({Core(1), {0, 1}})}), "offset 52");
	ExpectRefused(STATUS_MALFORMED, ParseTables({Madt({{0, 8, 0, 0}})}), "has no end");
	ExpectRefused(STATUS_MALFORMED, ParseTables({Madt({{0}})}), "has no end");
	ExpectRefused(STATUS_MALFORMED, ParseTables({Madt({{0, 6, 0, 0, 1, 0}})}), "kind 0 in the MADT has 6");
	ExpectRefused(STATUS_MALFORMED, ParseTables({Madt({{1, 4, 0, 0}})}), "kind 1 in the MADT has 4");
	ExpectRefused(STATUS_MALFORMED, ParseTables({Madt({Core(3), Core(3)})}), "core 3 twice");
	ExpectRefused(STATUS_MALFORMED, ParseTables({Madt({Override(16, 16, 0)})}), "line 16 of bus 0");
	std::vector<Content> many;
	for (int i = 0; i < 17; i++)
		many.push_back(IoApic(uint8_t(i), 0xFEC00000, 0));
	ExpectRefused(STATUS_OUT_OF_RANGE, ParseTables({Madt(many)}), "16 I/O APICs");
	many.clear();
	for (int i = 0; i < 33; i++)
		many.push_back(Override(1, 1, 0));
	ExpectRefused(STATUS_OUT_OF_RANGE, ParseTables({Madt(many)}), "32 overrides");
	many.clear();
	for (uint32_t i = 0; i < 257; i++) {
		Content core(16);
		Put(&core, 0, 0x1009, 2);
		Put(&core, 4, 300 + i, 4);
		Put(&core, 8, 1, 4);
		many.push_back(core);
	}
	ExpectRefused(STATUS_OUT_OF_RANGE, ParseTables({Madt(many)}), "256 cores");
	madt = Madt({Core(1)});
	madt.back() ^= 1;
	ExpectRefused(STATUS_MALFORMED, ParseTables({madt}), "checksum");
}

TEST_F(AcpiTables, ABrokenFadtOrHpetIsRefused)
{
	ExpectRefused(STATUS_MALFORMED, ParseTables({Table("FACP", Content(79))}), "FADT has 115");
	ExpectRefused(STATUS_MALFORMED, ParseTables({Fadt(), Fadt()}), "two FADTs");
	Content fadt = Fadt();
	Put(&fadt, 76, 0x10000, 4);
	Sign(&fadt);
	ExpectRefused(STATUS_MALFORMED, ParseTables({fadt}), "port 0x10000");
	ExpectRefused(STATUS_MALFORMED, ParseTables({Table("HPET", Content(19))}), "HPET table has 55");
	ExpectRefused(STATUS_UNSUPPORTED, ParseTables({Hpet(0xFED00000, 1)}), "not in memory");
	ExpectRefused(STATUS_MALFORMED, ParseTables({Hpet(0)}), "cannot be at 0x0");
	ExpectRefused(STATUS_MALFORMED, ParseTables({Hpet(0xFED00010)}), "cannot be at 0xfed00010");
	EXPECT_EQ(ParseTables({Hpet(0xFED00000), Hpet(0)}), STATUS_OK) << "the first of several does";
}

TEST_F(AcpiTables, EveryCutAndEveryFlipIsRefusedOrHarmless)
{
	Content madt = Madt({Core(0), Core(1), IoApic(0, 0xFEC00000, 0), Override(0, 2, 0)});
	for (size_t cut = 36; cut < madt.size(); cut++) {
		Content shorter(madt.begin(), madt.begin() + ptrdiff_t(cut));
		Sign(&shorter);
		tables_ = {};
		(void)ParseTables({shorter}); // it must not read beyond: the sanitizer sees to that
	}
	for (size_t at = 0; at < madt.size(); at++) {
		Content other = madt;
		other[at] ^= 0x10;
		tables_ = {};
		if (at >= 4)
			EXPECT_NE(ParseTables({other}), STATUS_OK) << at;
	}
}

// ---- Finding the root ----

class Find : public AcpiTables
{
      protected:
	Content found_ = Content(36, 0xEE);

	void SetUp() override
	{
		memory_[0x400] = Content(256);
		memory_[0x9FC00] = Content(1024);
		memory_[0xE0000] = Content(0x20000);
	}

	enum status Run()
	{
		why_ = {};
		return acpi_tables_find(&source_, bytes_mut_from(found_.data(), found_.size()), &why_);
	}
};

TEST_F(Find, TheBiosIsSearchedToItsEnd)
{
	EXPECT_EQ(Run(), STATUS_NOT_FOUND);
	EXPECT_NE(std::string(why_.message).find("neither"), std::string::npos);
	Content root = Root(0x1234, 0x5678, 2);
	for (size_t at : {0x0, 0x10, 0x3F0, 0x400, 0x1FFD0}) {
		memory_[0xE0000] = Content(0x20000);
		memcpy(memory_[0xE0000].data() + at, root.data(), root.size());
		ASSERT_EQ(Run(), STATUS_OK) << at;
		EXPECT_EQ(found_, root) << at;
	}
	memory_[0xE0000] = Content(0x20000);
	memcpy(memory_[0xE0000].data() + 8, root.data(), root.size());
	EXPECT_EQ(Run(), STATUS_NOT_FOUND) << "it begins at a multiple of 16";
}

TEST_F(Find, TheExtendedDataAreaComesFirst)
{
	Content root = Root(0x1234, 0, 0), other = Root(0x5678, 0, 0);
	memcpy(memory_[0x9FC00].data() + 0x20, root.data(), root.size());
	memcpy(memory_[0xE0000].data() + 0x20, other.data(), other.size());
	Put(&memory_[0x400], 0xE, 0x9FC0, 2);
	ASSERT_EQ(Run(), STATUS_OK);
	EXPECT_EQ(found_[16], 0x34);
	EXPECT_EQ(found_[20], 0) << "beyond an old pointer there are zeros";
	Put(&memory_[0x400], 0xE, 0xA000, 2); // nonsense
	ASSERT_EQ(Run(), STATUS_OK);
	EXPECT_EQ(found_[16], 0x78);
	Put(&memory_[0x400], 0xE, 0x9000, 2); // cannot be read
	ASSERT_EQ(Run(), STATUS_OK);
	memory_.erase(0x400);
	ASSERT_EQ(Run(), STATUS_OK);
	memory_.erase(0xE0000);
	EXPECT_EQ(Run(), STATUS_NOT_FOUND);
	EXPECT_NE(std::string(why_.message).find("cannot be read"), std::string::npos);
}

TEST_F(Find, AWrongSumIsNoRoot)
{
	Content root = Root(0x1234, 0, 0);
	root[10] ^= 1;
	memcpy(memory_[0xE0000].data(), root.data(), root.size());
	EXPECT_EQ(Run(), STATUS_NOT_FOUND);
}

// ---- The machine's own ----

TEST_F(AcpiTables, TheMachinesTablesAreMappedAndUnmappedAgain)
{
	static const struct frame_region usable = {{0x100000}, 8 << 20};
	ASSERT_EQ(mapped_pages_start({&usable, 1}, {nullptr, 0}), STATUS_OK);
	// At the end of one page, so that the table lies in two.
	constexpr uint64_t base = 0x7FE0000;
	auto *physical = static_cast<uint8_t *>(page_table_host_physical({base}, 3 * 4096));
	Content madt = Madt({Core(0), Core(1), Core(2), Core(3)});
	uint64_t madt_at = base + 4096 - 50, list_at = base + 2 * 4096;
	memcpy(physical + (madt_at - base), madt.data(), madt.size());
	Content body;
	Put(&body, 0, madt_at, 8);
	Content list = Table("XSDT", body);
	memcpy(physical + (list_at - base), list.data(), list.size());

	static struct boot_information information;
	Content root = Root(0, list_at, 2);
	memcpy(information.rsdp, root.data(), root.size());
	information.rsdp_size_bytes = root.size();
	boot_information_set(&information);
	uint64_t mapped = page_table_statistics().mapped_pages;
	ASSERT_EQ(acpi_tables_read(&tables_, &why_), STATUS_OK) << why_.message;
	EXPECT_EQ(tables_.core_count, 4u);
	EXPECT_EQ(page_table_statistics().mapped_pages, mapped) << "nothing stays mapped";

	// Without the loader's word the BIOS is searched.
	information.rsdp_size_bytes = 0;
	tables_ = {};
	auto *bios = static_cast<uint8_t *>(page_table_host_physical({0xE0000}, 0x20000));
	memcpy(bios + 0x1000, root.data(), root.size());
	why_ = {};
	ASSERT_EQ(acpi_tables_read(&tables_, &why_), STATUS_OK) << why_.message;
	EXPECT_EQ(tables_.core_count, 4u);

	// A list in usable memory is none of the firmware's.
	Content stray = Root(0, 0x200000, 2);
	memcpy(bios + 0x1000, stray.data(), stray.size());
	why_ = {};
	EXPECT_EQ(acpi_tables_read(&tables_, &why_), STATUS_REFUSED);
	stray = Root(0, 1ull << 60, 2);
	memcpy(bios + 0x1000, stray.data(), stray.size());
	EXPECT_EQ(acpi_tables_read(&tables_, &why_), STATUS_OUT_OF_RANGE);
}

} // namespace
