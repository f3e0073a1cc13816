#include "cells/unwind/frame_information/frame_information.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <set>
#include <string>

#include "tests/unwind/frame_builder.h"

namespace
{

using namespace ariadne_test;

struct frame_table table_of(FrameBuilder &builder)
{
	return {bytes_from(builder.table().data(), builder.table().size()), builder.address()};
}

struct frame_rule rule(uint8_t kind, int32_t offset = 0, uint8_t source = 0, uint16_t size = 0)
{
	return {kind, source, size, offset};
}

void expect_rule(const struct frame_rule &found, const struct frame_rule &wanted, const char *what)
{
	EXPECT_EQ(found.kind, wanted.kind) << what;
	EXPECT_EQ(found.offset, wanted.offset) << what;
	EXPECT_EQ(found.source, wanted.source) << what;
	EXPECT_EQ(found.expression_bytes, wanted.expression_bytes) << what;
}

// The rules at `address` of one function with this program.
enum status row_of(const Octets &program, uint64_t address, struct frame_row *row, struct diagnosis *why,
	const CommonPart &common = {})
{
	static FrameBuilder builder;
	builder = FrameBuilder();
	builder.Common(common);
	size_t place = builder.Function({.program = program});
	struct frame_table table = table_of(builder);
	struct frame_entry entry;
	struct frame_common kept = {};
	EXPECT_EQ(frame_information_entry(&table, place, &kept, &entry, why), STATUS_OK) << why->message;
	return frame_information_row(&entry, address, &kept, row, why);
}

TEST(FrameInformation, ReadsAnEntry)
{
	FrameBuilder builder;
	builder.Common({.augmentation = "zPLR",
		.augmentation_data = {0x00, 1, 2, 3, 4, 5, 6, 7, 8, 0x00, 0x1B},
		.program = {0x0C, 7, 8, 0x90, 1}});
	size_t place = builder.Function({.start = 0x7000, .size = 0x40, .augmentation_data = integer(0x9876, 8)});
	struct frame_table table = table_of(builder);
	struct frame_entry entry;
	struct frame_common kept = {};
	struct diagnosis why = {};
	ASSERT_EQ(frame_information_entry(&table, place, &kept, &entry, &why), STATUS_OK) << why.message;
	EXPECT_EQ(entry.function_start, 0x7000u);
	EXPECT_EQ(entry.function_size_bytes, 0x40u);
	EXPECT_EQ(entry.call_sites, 0x9876u);
	EXPECT_EQ(entry.code_unit, 1u);
	EXPECT_EQ(entry.data_unit, -8);
	EXPECT_FALSE(entry.is_interrupt);
}

TEST(FrameInformation, WalksFunctionsAlone)
{
	FrameBuilder builder;
	builder.Common();
	size_t first = builder.Function({.start = 0x5000});
	size_t second = builder.Function({.start = 0x6000});
	builder.Common({.version = 3, .augmentation = "", .augmentation_data = {}, .program = {}});
	builder.Common({.augmentation = "zRS"});
	size_t third = builder.Function({.start = 0x7000});
	append(builder.table(), integer(0, 4)); // the end mark
	append(builder.table(), {1, 2, 3});
	struct frame_table table = table_of(builder);
	struct frame_entry entry;
	struct frame_common kept = {};
	size_t cursor = 0, offset = 99;
	ASSERT_EQ(frame_information_next(&table, &cursor, &kept, &offset, &entry, nullptr), STATUS_OK);
	EXPECT_EQ(offset, first);
	ASSERT_EQ(frame_information_next(&table, &cursor, &kept, &offset, &entry, nullptr), STATUS_OK);
	EXPECT_EQ(offset, second);
	EXPECT_EQ(entry.function_start, 0x6000u);
	EXPECT_FALSE(entry.is_interrupt);
	ASSERT_EQ(frame_information_next(&table, &cursor, &kept, &offset, &entry, nullptr), STATUS_OK);
	EXPECT_EQ(offset, third);
	EXPECT_TRUE(entry.is_interrupt);
	EXPECT_EQ(frame_information_next(&table, &cursor, &kept, &offset, &entry, nullptr), STATUS_END);
	EXPECT_EQ(offset, third);
}

TEST(FrameInformation, WalksToTheEndOfATableWithoutMark)
{
	FrameBuilder builder;
	builder.Common();
	builder.Function();
	struct frame_table table = table_of(builder);
	struct frame_entry entry;
	struct frame_common kept = {};
	size_t cursor = 0, offset;
	EXPECT_EQ(frame_information_next(&table, &cursor, &kept, &offset, &entry, nullptr), STATUS_OK);
	EXPECT_EQ(frame_information_next(&table, &cursor, &kept, &offset, &entry, nullptr), STATUS_END);
}

// push rbp; mov rsp, rbp; …; pop rbp; ret; and behind it a part where rbp is still pushed.
TEST(FrameInformation, FollowsAFunctionFromFirstToLastByte)
{
	const Octets program = {0x41, 0x0E, 16, 0x86, 2, 0x43, 0x0D, 6, 0x0A, 0x02, 0x20, 0x0C, 7, 8, 0xC6, 0x41, 0x0B};
	struct frame_row row;
	struct diagnosis why = {};
	ASSERT_EQ(row_of(program, 0x5000, &row, &why), STATUS_OK) << why.message;
	expect_rule(row.rules.cfa, rule(FRAME_RULE_REGISTER, 8, FRAME_RSP), "entry: CFA");
	expect_rule(row.rules.registers[FRAME_RIP], rule(FRAME_RULE_OFFSET, -8), "entry: rip");
	expect_rule(row.rules.registers[FRAME_RBP], rule(FRAME_RULE_SAME), "entry: rbp");
	ASSERT_EQ(row_of(program, 0x5001, &row, &why), STATUS_OK);
	expect_rule(row.rules.cfa, rule(FRAME_RULE_REGISTER, 16, FRAME_RSP), "pushed: CFA");
	expect_rule(row.rules.registers[FRAME_RBP], rule(FRAME_RULE_OFFSET, -16), "pushed: rbp");
	for (uint64_t address : {0x5004, 0x5023, 0x5025, 0x50FF}) {
		ASSERT_EQ(row_of(program, address, &row, &why), STATUS_OK);
		expect_rule(row.rules.cfa, rule(FRAME_RULE_REGISTER, 16, FRAME_RBP), "framed: CFA");
		expect_rule(row.rules.registers[FRAME_RBP], rule(FRAME_RULE_OFFSET, -16), "framed: rbp");
	}
	ASSERT_EQ(row_of(program, 0x5024, &row, &why), STATUS_OK);
	expect_rule(row.rules.cfa, rule(FRAME_RULE_REGISTER, 8, FRAME_RSP), "popped: CFA");
	expect_rule(row.rules.registers[FRAME_RBP], rule(FRAME_RULE_SAME), "popped: rbp");
}

TEST(FrameInformation, KnowsEveryInstruction)
{
	struct frame_row row;
	struct diagnosis why = {};
	Octets program = {
		0x00,                // nothing
		0x05, 3, 2,          // rbx at CFA - 16
		0x07, 1,             // rdx is lost
		0x08, 2,             // rcx is the same
		0x09, 4, 5,          // rsi is in rdi
		0x11, 12, 0x7D,      // r12 at CFA + 24
		0x14, 13, 4,         // r13 is CFA - 32
		0x15, 14, 0x7C,      // r14 is CFA + 32
		0x2F, 15, 2,         // r15 at CFA + 16
		0x2E, 16,            // 16 bytes of arguments: nothing to us
		0x10, 8, 2, 0x77, 8, // r8 at what the expression gives
		0x16, 9, 1, 0x12,    // r9 is what it gives
		0x06, 3, 0x05, 3, 5, // rbx restored, then at CFA - 40
		0x12, 6, 0x7E,       // CFA = rbp + 16
		0x13, 0x7D,          // CFA = rbp + 24
	};
	ASSERT_EQ(row_of(program, 0x5000, &row, &why), STATUS_OK) << why.message;
	expect_rule(row.rules.registers[FRAME_RBX], rule(FRAME_RULE_OFFSET, -40), "rbx");
	expect_rule(row.rules.registers[FRAME_RDX], rule(FRAME_RULE_UNDEFINED), "rdx");
	expect_rule(row.rules.registers[FRAME_RCX], rule(FRAME_RULE_SAME), "rcx");
	expect_rule(row.rules.registers[FRAME_RSI], rule(FRAME_RULE_REGISTER, 0, FRAME_RDI), "rsi");
	expect_rule(row.rules.registers[FRAME_R12], rule(FRAME_RULE_OFFSET, 24), "r12");
	expect_rule(row.rules.registers[FRAME_R13], rule(FRAME_RULE_VALUE_OFFSET, -32), "r13");
	expect_rule(row.rules.registers[FRAME_R14], rule(FRAME_RULE_VALUE_OFFSET, 32), "r14");
	expect_rule(row.rules.registers[FRAME_R15], rule(FRAME_RULE_OFFSET, 16), "r15");
	EXPECT_EQ(row.rules.registers[FRAME_R8].kind, FRAME_RULE_EXPRESSION);
	EXPECT_EQ(row.rules.registers[FRAME_R8].expression_bytes, 2u);
	EXPECT_EQ(bytes_at(row.table, (size_t)row.rules.registers[FRAME_R8].offset), 0x77);
	EXPECT_EQ(row.rules.registers[FRAME_R9].kind, FRAME_RULE_VALUE_EXPRESSION);
	expect_rule(row.rules.cfa, rule(FRAME_RULE_REGISTER, 24, FRAME_RBP), "CFA");

	ASSERT_EQ(row_of({0x0F, 3, 0x76, 0x78, 0x06}, 0x5000, &row, &why), STATUS_OK) << why.message;
	EXPECT_EQ(row.rules.cfa.kind, FRAME_RULE_VALUE_EXPRESSION);
	EXPECT_EQ(row.rules.cfa.expression_bytes, 3u);
}

TEST(FrameInformation, AdvancesByEachWidth)
{
	struct frame_row row;
	struct diagnosis why = {};
	const Octets programs[] = {
		{0x50, 0x0E, 64},
		{0x02, 0x10, 0x0E, 64},
		{0x03, 0x10, 0, 0x0E, 64},
		{0x04, 0x10, 0, 0, 0, 0x0E, 64},
	};
	for (const Octets &program : programs) {
		ASSERT_EQ(row_of(program, 0x500F, &row, &why), STATUS_OK) << why.message;
		EXPECT_EQ(row.rules.cfa.offset, 8);
		ASSERT_EQ(row_of(program, 0x5010, &row, &why), STATUS_OK) << why.message;
		EXPECT_EQ(row.rules.cfa.offset, 64);
	}
	// To an address: absolute, as the common part says.
	FrameBuilder builder;
	builder.Common({.augmentation = "", .augmentation_data = {}});
	Octets body = integer(builder.table().size() + 4, 4);
	append(body, integer(0x5000, 8));
	append(body, integer(0x100, 8));
	append(body, {0x01});
	append(body, integer(0x5010, 8));
	append(body, {0x0E, 64});
	size_t place = builder.Entry(body);
	struct frame_table table = table_of(builder);
	struct frame_entry entry;
	struct frame_common kept = {};
	ASSERT_EQ(frame_information_entry(&table, place, &kept, &entry, &why), STATUS_OK) << why.message;
	ASSERT_EQ(frame_information_row(&entry, 0x500F, &kept, &row, &why), STATUS_OK) << why.message;
	EXPECT_EQ(row.rules.cfa.offset, 8);
	ASSERT_EQ(frame_information_row(&entry, 0x5010, &kept, &row, &why), STATUS_OK) << why.message;
	EXPECT_EQ(row.rules.cfa.offset, 64);
	EXPECT_EQ(frame_information_row(&entry, 0x5100, &kept, &row, &why), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(frame_information_row(&entry, 0x4FFF, &kept, &row, nullptr), STATUS_BAD_ARGUMENT);
}

// ---- What must be refused, each in its own words ----

struct BadTable {
	const char *name;
	std::function<void(FrameBuilder &)> make; // the entry to read is the last one
	enum status status;
	const char *words;
};

size_t last_entry(FrameBuilder &builder)
{
	size_t place = 0, next = 0;
	while (next + 4 <= builder.table().size()) {
		place = next;
		uint32_t length;
		memcpy(&length, builder.table().data() + next, 4);
		if (length > builder.table().size())
			break;
		next += 4 + length;
	}
	return place;
}

std::function<void(FrameBuilder &)> with_common(CommonPart part)
{
	return [part](FrameBuilder &builder) {
		builder.Common(part);
		builder.Function({}, !part.augmentation.empty());
	};
}

std::function<void(FrameBuilder &)> changed(std::function<void(Octets &, size_t)> change)
{
	return [change](FrameBuilder &builder) {
		builder.Common();
		size_t place = builder.Function();
		change(builder.table(), place);
	};
}

void put32(Octets &table, size_t place, uint32_t value)
{
	memcpy(table.data() + place, &value, 4);
}

const BadTable bad_tables[] = {
	{"length_cut_off",
		[](FrameBuilder &b) {
			b.table() = {1, 2};
		},
		STATUS_MALFORMED, "the length of the entry at 0 is cut off"},
	{"end_mark", [](FrameBuilder &b) { b.table() = Octets(4); }, STATUS_MALFORMED, "no function's entry is at 0"},
	{"long_form", changed([](Octets &t, size_t at) { put32(t, at, 0xFFFFFFFF); }), STATUS_UNSUPPORTED,
		"has a 64-bit length"},
	{"too_long", changed([](Octets &t, size_t at) { put32(t, at, 4096); }), STATUS_MALFORMED,
		"ends beyond the table: it has 4096 bytes"},
	{"too_short",
		[](FrameBuilder &b) {
			b.table() = {2, 0, 0, 0, 9, 9};
		},
		STATUS_MALFORMED, "is too short for its kind"},
	{"common_asked_for", [](FrameBuilder &b) { b.Common(); }, STATUS_MALFORMED, "no function's entry is at 0"},
	{"common_before_table", changed([](Octets &t, size_t at) { put32(t, at + 4, 0x1000); }), STATUS_MALFORMED,
		"takes its common part from before the table"},
	{"common_is_function", changed([](Octets &t, size_t at) { put32(t, at + 4, 4); }), STATUS_MALFORMED,
		"is no common part"},
	{"common_is_end",
		[](FrameBuilder &b) {
			b.table() = Octets(4);
			b.Entry(integer(8, 4));
		},
		STATUS_MALFORMED, "no common part at 0"},
	{"no_version",
		[](FrameBuilder &b) {
			b.Entry(integer(0, 4));
			b.Function();
		},
		STATUS_MALFORMED, "has no version"},
	{"version", with_common({.version = 4}), STATUS_UNSUPPORTED, "has version 4; 1 and 3 are known"},
	{"augmentation_open", with_common({.augmentation = "zRRRRRRRRR"}), STATUS_MALFORMED,
		"the augmentation of the common part at 0 does not end"},
	{"augmentation_old", with_common({.augmentation = "eh"}), STATUS_UNSUPPORTED, "does not begin with 'z'"},
	{"augmentation_unknown", with_common({.augmentation = "zRB"}), STATUS_UNSUPPORTED,
		"has the unknown augmentation 'B'"},
	{"augmentation_empty", with_common({.augmentation = "zRL"}), STATUS_MALFORMED,
		"augmentation 'L' has no sound value"},
	{"personality_cut", with_common({.augmentation = "zP", .augmentation_data = {0, 1, 2}}), STATUS_MALFORMED,
		"augmentation 'P' has no sound value"},
	{"augmentation_data", with_common({.augmentation_data = Octets(3, 0x1B), .program = {}}), STATUS_OK, ""},
	{"code_unit_zero", with_common({.code_unit = {0}}), STATUS_MALFORMED, "counts code in units of 0"},
	{"code_unit_large", with_common({.code_unit = {0x80, 1}}), STATUS_MALFORMED, "counts code in units of 128"},
	{"data_unit_zero", with_common({.data_unit = {0}}), STATUS_MALFORMED, "counts data in units of 0"},
	{"data_unit_large", with_common({.data_unit = {0x80, 1}}), STATUS_MALFORMED, "counts data in units of 128"},
	{"data_unit_low", with_common({.data_unit = {0x80, 0x7F}}), STATUS_MALFORMED, "counts data in units of -128"},
	{"return_register", with_common({.return_register = {15}}), STATUS_UNSUPPORTED,
		"keeps the return address in register 15; it is 16"},
	{"return_register_v3", with_common({.version = 3, .return_register = {0x91, 0}}), STATUS_UNSUPPORTED,
		"keeps the return address in register 17"},
	{"units_cut",
		[](FrameBuilder &b) {
			b.Entry({0, 0, 0, 0, 1, 0, 0x81, 0x80});
			b.Function();
		},
		STATUS_MALFORMED, "has no sound units"},
	{"common_data_cut",
		[](FrameBuilder &b) {
			b.Common();
			b.table()[15] = 0x70;
			b.Function();
		},
		STATUS_MALFORMED, "the augmentation data of the common part at 0 are cut off"},
	{"encoding", with_common({.augmentation_data = {0x9B}}), STATUS_UNSUPPORTED,
		"does not say where its function is (encoding 0x9b)"},
	{"function_cut",
		[](FrameBuilder &b) {
			b.Common();
			b.Entry(integer(b.table().size() + 4, 4));
		},
		STATUS_MALFORMED, "does not say where its function is"},
	{"function_empty", changed([](Octets &t, size_t at) { put32(t, at + 12, 0); }), STATUS_MALFORMED,
		"is of a function of 0 bytes at 0x5000"},
	{"function_data_cut", changed([](Octets &t, size_t at) { t[at + 16] = 0x70; }), STATUS_MALFORMED,
		"the augmentation data of the entry at"},
	{"call_sites_cut", with_common({.augmentation = "zRL", .augmentation_data = {0x1B, 0x00}}), STATUS_MALFORMED,
		"does not say where its call sites are (encoding 0)"},
	{"call_sites_encoding", with_common({.augmentation = "zRL", .augmentation_data = {0x1B, 0x9B}}),
		STATUS_UNSUPPORTED, "does not say where its call sites are (encoding 0x9b)"},
};

TEST(FrameInformation, RefusesBadTablesEachInItsOwnWords)
{
	std::set<std::string> messages;
	for (const BadTable &bad : bad_tables) {
		FrameBuilder builder;
		bad.make(builder);
		struct frame_table table = table_of(builder);
		struct frame_entry entry, before;
		struct frame_common kept = {};
		memset(&entry, 0x5A, sizeof entry);
		memcpy(&before, &entry, sizeof before);
		struct diagnosis why = {};
		size_t place = last_entry(builder);
		EXPECT_EQ(frame_information_entry(&table, place, &kept, &entry, &why), bad.status) << bad.name;
		if (bad.status == STATUS_OK)
			continue;
		EXPECT_NE(std::string(why.message).find(bad.words), std::string::npos)
			<< bad.name << ": " << why.message;
		EXPECT_EQ(memcmp(&entry, &before, sizeof before), 0) << bad.name << ": no result without success";
		messages.insert(bad.words);
		// The walk meets the same.
		size_t cursor = 0, offset;
		enum status status;
		while (!(status = frame_information_next(&table, &cursor, &kept, &offset, &entry, nullptr)))
			;
		EXPECT_TRUE(status == bad.status || status == STATUS_END) << bad.name;
	}
	EXPECT_GE(messages.size(), 25u);
}

struct BadProgram {
	Octets program;
	enum status status;
	const char *words;
};

const BadProgram bad_programs[] = {
	{{0x3F}, STATUS_UNSUPPORTED, "instruction 0x3f before"},
	{{0x0C, 7}, STATUS_OK, ""}, // the padding is its operand
	{{0x0C, 17, 8}, STATUS_UNSUPPORTED, "instruction 0xc before 0x2b is about register 17"},
	{{0x05, 0x80 | 20, 1, 1}, STATUS_UNSUPPORTED, "is about register 148"},
	{{0x80 | 17, 1}, STATUS_UNSUPPORTED, "instruction 0x91 before 0x2a is about register 17"},
	{{0xC0 | 20}, STATUS_UNSUPPORTED, "instruction 0xd4 before 0x2a is about register 20"},
	{{0x02, 0xFF, 0x02, 2}, STATUS_MALFORMED, "it leaves its function, which ends at 0x5100"},
	{{0x04, 1, 1, 0, 0}, STATUS_MALFORMED, "it leaves its function"},
	{{0x0A, 0x0A, 0x0A, 0x0A, 0x0A}, STATUS_UNSUPPORTED, "it remembers more than 4 states"},
	{{0x0B}, STATUS_MALFORMED, "it restores a state that it did not remember"},
	{{0x0A, 0x0B, 0x0B}, STATUS_MALFORMED, "it restores a state that it did not remember"},
	{{0x0F, 0, 0}, STATUS_MALFORMED, "the expression at 0x2b has 0 bytes"},
	{{0x0F, 0x40, 0}, STATUS_MALFORMED, "the expression at 0x2b has 64 bytes"},
	{{0x0F, 1, 0x12, 0x0E, 8}, STATUS_MALFORMED, "changes a CFA that is no register and offset"},
	{{0x0F, 1, 0x12, 0x0D, 7}, STATUS_MALFORMED, "instruction 0xd before"},
	{{0x0F, 1, 0x12, 0x13, 1}, STATUS_MALFORMED, "instruction 0x13 before"},
	{{0x0E, 0x81, 0x80, 0x80, 0x80, 0x04}, STATUS_MALFORMED, "has an offset beyond 1 GiB"},
	{{0x86, 0x81, 0x80, 0x80, 0x80, 0x01}, STATUS_MALFORMED, "has an offset beyond 1 GiB"},
	{{0x11, 6, 0x80, 0x80, 0x80, 0x80, 0x7C}, STATUS_MALFORMED, "has an offset beyond 1 GiB"},
	{{0x00, 0x00, 0x01}, STATUS_MALFORMED, "instruction 0x1 before 0x2c has no sound operand"},
	{{0x00, 0x00, 0x02}, STATUS_MALFORMED, "instruction 0x2 before 0x2c has no sound operand"},
	{{0x00, 0x00, 0x03}, STATUS_MALFORMED, "instruction 0x3 before 0x2c has no sound operand"},
	{{0x00, 0x00, 0x04}, STATUS_MALFORMED, "instruction 0x4 before 0x2c has no sound operand"},
	{{0x00, 0x00, 0x07}, STATUS_MALFORMED, "instruction 0x7 before 0x2c has no sound operand"},
	{{0x00, 0x09, 0x04}, STATUS_MALFORMED, "instruction 0x9 before 0x2c has no sound operand"},
	{{0x00, 0x00, 0x86}, STATUS_MALFORMED, "instruction 0x86 before 0x2c has no sound operand"},
	{{0x00, 0x10, 0x08}, STATUS_MALFORMED, "instruction 0x10 before 0x2c has no sound operand"},
	{{0x00, 0x00, 0x2E}, STATUS_MALFORMED, "instruction 0x2e before 0x2c has no sound operand"},
	{{0x00, 0x00, 0x13}, STATUS_MALFORMED, "instruction 0x13 before 0x2c has no sound operand"},
};

TEST(FrameInformation, RefusesBadProgramsEachInItsOwnWords)
{
	for (const BadProgram &bad : bad_programs) {
		struct frame_row row, before;
		memset(&row, 0x5A, sizeof row);
		memcpy(&before, &row, sizeof before);
		struct diagnosis why = {};
		EXPECT_EQ(row_of(bad.program, 0x50FF, &row, &why), bad.status) << bad.words << why.message;
		EXPECT_NE(std::string(why.message).find(bad.words), std::string::npos)
			<< bad.words << " != " << why.message;
		if (bad.status != STATUS_OK)
			EXPECT_EQ(memcmp(&row, &before, sizeof before), 0) << bad.words;
	}
}

TEST(FrameInformation, RefusesCommonProgramsThatCannotStand)
{
	struct frame_row row;
	struct diagnosis why = {};
	EXPECT_EQ(row_of({}, 0x5000, &row, &why, {.program = {0xC0 | 6}}), STATUS_MALFORMED);
	EXPECT_NE(std::string(why.message).find("a common program restores register 6"), std::string::npos)
		<< why.message;
	why = {};
	EXPECT_EQ(row_of({}, 0x5000, &row, &why, {.program = {0x90, 1}}), STATUS_MALFORMED);
	EXPECT_STREQ(why.message, "unwind program: it does not say where the frame of 0x5000 is");
	why = {};
	EXPECT_EQ(row_of({}, 0x5000, &row, &why, {.program = {0x0E, 8}}), STATUS_MALFORMED);
}

TEST(FrameInformation, RefusesToGoBack)
{
	FrameBuilder builder;
	builder.Common({.augmentation = "", .augmentation_data = {}});
	Octets body = integer(builder.table().size() + 4, 4);
	append(body, integer(0x5000, 8));
	append(body, integer(0x100, 8));
	append(body, {0x41, 0x01});
	append(body, integer(0x5000, 8));
	size_t place = builder.Entry(body);
	struct frame_table table = table_of(builder);
	struct frame_entry entry;
	struct frame_common kept = {};
	struct frame_row row;
	struct diagnosis why = {};
	ASSERT_EQ(frame_information_entry(&table, place, &kept, &entry, &why), STATUS_OK) << why.message;
	EXPECT_EQ(frame_information_row(&entry, 0x5050, &kept, &row, &why), STATUS_MALFORMED);
	EXPECT_NE(std::string(why.message).find("it goes back to 0x5000"), std::string::npos) << why.message;
	entry.program_bytes += 100;
	why = {};
	EXPECT_EQ(frame_information_row(&entry, 0x5000, &kept, &row, &why), STATUS_MALFORMED);
	EXPECT_STREQ(why.message, "unwind program: it ends beyond its table");
}

} // namespace
