#include "cells/loader/cell_metadata/cell_metadata.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <stdexcept>
#include <string>

#include "tests/metadata/written_tables.h"

namespace
{

using ariadne_test::string_of;
using ariadne_test::WrittenTables;

struct cell_type_hash hash_of(unsigned char seed)
{
	struct cell_type_hash hash;
	memset(hash.bytes, seed, sizeof hash.bytes);
	return hash;
}

// A section as `cellmeta derive` writes it.
class section : public WrittenTables<section, struct cell_metadata_header>
{
      public:
	section()
	{
		struct cell_metadata_header header = {};
		memcpy(header.magic, CELL_METADATA_MAGIC, 8);
		header.version = CELL_METADATA_VERSION;
		memset(header.build_id.bytes, 7, sizeof header.build_id.bytes);
		header.cell_class = CELL_CLASS_CHECKED;
		header.name_string = string("ring");
		header.group_string = string("base");
		header.version_string = string("0.1.0");
		header.summary_string = string("A ring of bytes");
		header.init_string = string("ring_init");
		header.dependency_count = 2;
		header.dependencies_offset = table<struct cell_metadata_dependency_record>(
			{{string("bytes"), CELL_EDGE_LINK | CELL_EDGE_TYPE},
				{string("compiler_support"), CELL_EDGE_IMPLICIT}});
		header.export_count = 2;
		header.exports_offset = table<struct cell_metadata_export_record>(
			{{string("ring_init"), CELL_SYMBOL_FUNCTION, hash_of(1)},
				{string("ring_limit"), CELL_SYMBOL_OBJECT, hash_of(2)}});
		header.import_count = 1;
		header.imports_offset =
			table<struct cell_metadata_import_record>({{string("bytes_copy"), 0, hash_of(3)}});
		header.state_count = 1;
		header.states_offset =
			table<struct cell_metadata_state_record>({{string("position"), 0, 8, hash_of(4)}});
		finish(header);
	}

	enum status open(struct cell_metadata *metadata, struct diagnosis *why) const
	{
		return cell_metadata_open(view(), metadata, why);
	}
};

TEST(CellMetadata, ReadsAllOfASection)
{
	section written;
	struct cell_metadata metadata;
	struct diagnosis why = {};
	ASSERT_EQ(written.open(&metadata, &why), STATUS_OK) << why.message;
	EXPECT_EQ(string_of(metadata.name), "ring");
	EXPECT_EQ(string_of(metadata.group), "base");
	EXPECT_EQ(string_of(metadata.version), "0.1.0");
	EXPECT_EQ(string_of(metadata.summary), "A ring of bytes");
	EXPECT_EQ(string_of(metadata.init_symbol), "ring_init");
	EXPECT_EQ(metadata.exit_symbol.length, 0u);
	EXPECT_EQ(metadata.cell_class, CELL_CLASS_CHECKED);
	EXPECT_EQ(metadata.flags, 0u);
	EXPECT_EQ(metadata.build_id.bytes[19], 7);
	ASSERT_EQ(metadata.dependency_count, 2u);
	EXPECT_EQ(string_of(cell_metadata_dependency(&metadata, 0).name), "bytes");
	EXPECT_EQ(cell_metadata_dependency(&metadata, 0).kinds, unsigned(CELL_EDGE_LINK | CELL_EDGE_TYPE));
	EXPECT_EQ(cell_metadata_dependency(&metadata, 1).kinds, unsigned(CELL_EDGE_IMPLICIT));
	ASSERT_EQ(metadata.export_count, 2u);
	EXPECT_EQ(string_of(cell_metadata_export(&metadata, 1).name), "ring_limit");
	EXPECT_EQ(cell_metadata_export(&metadata, 1).kind, CELL_SYMBOL_OBJECT);
	ASSERT_EQ(metadata.import_count, 1u);
	EXPECT_EQ(string_of(cell_metadata_import(&metadata, 0).name), "bytes_copy");
	EXPECT_EQ(cell_metadata_import(&metadata, 0).dependency, 0u);
	ASSERT_EQ(metadata.state_count, 1u);
	EXPECT_EQ(string_of(cell_metadata_state(&metadata, 0).name), "position");
	EXPECT_EQ(cell_metadata_state(&metadata, 0).size_bytes, 8u);
	EXPECT_THROW(cell_metadata_export(&metadata, 2), std::runtime_error);
}

TEST(CellMetadata, FindsByName)
{
	section written;
	struct cell_metadata metadata;
	struct cell_export found_export;
	struct cell_import found_import;
	struct cell_state_variable found_state;
	ASSERT_EQ(written.open(&metadata, nullptr), STATUS_OK);
	ASSERT_EQ(cell_metadata_find_export(&metadata, TEXT("ring_limit"), &found_export), STATUS_OK);
	EXPECT_TRUE(cell_metadata_type_hash_equal(found_export.type_hash, hash_of(2)));
	ASSERT_EQ(cell_metadata_find_import(&metadata, TEXT("bytes_copy"), &found_import), STATUS_OK);
	EXPECT_TRUE(cell_metadata_type_hash_equal(found_import.type_hash, hash_of(3)));
	ASSERT_EQ(cell_metadata_find_state(&metadata, TEXT("position"), &found_state), STATUS_OK);
	EXPECT_TRUE(cell_metadata_type_hash_equal(found_state.type_hash, hash_of(4)));
	EXPECT_EQ(cell_metadata_find_export(&metadata, TEXT("ring"), &found_export), STATUS_NOT_FOUND);
	EXPECT_EQ(cell_metadata_find_import(&metadata, TEXT("ring_limit"), &found_import), STATUS_NOT_FOUND);
	EXPECT_EQ(cell_metadata_find_state(&metadata, TEXT(""), &found_state), STATUS_NOT_FOUND);
}

void expect_refused(const section &written, enum status status, const char *cause)
{
	struct cell_metadata metadata = {};
	struct diagnosis why = {};
	EXPECT_EQ(written.open(&metadata, &why), status) << cause;
	EXPECT_NE(strstr(why.message, cause), nullptr) << why.message << "\nexpected: " << cause;
	EXPECT_EQ(metadata.export_count, 0u) << "written in spite of the failure";
}

#define FIELD(name) offsetof(struct cell_metadata_header, name)

TEST(CellMetadata, RefusesABrokenHeader)
{
	expect_refused(section().poke(0, 0), STATUS_MALFORMED, "magic");
	expect_refused(section().poke(FIELD(version), 2), STATUS_UNSUPPORTED, "format version 2");
	expect_refused(section().poke(FIELD(size_bytes), 8), STATUS_MALFORMED, "it says 8 bytes");
	expect_refused(section().poke(FIELD(cell_class), 3), STATUS_MALFORMED, "class 3");
	expect_refused(section().poke(FIELD(flags), 2), STATUS_MALFORMED, "unknown bit");
	expect_refused(section().poke(FIELD(reserved), 1), STATUS_MALFORMED, "reserved");
	expect_refused(section().poke(FIELD(strings_offset), 0xffffffff), STATUS_MALFORMED, "string table");
	expect_refused(section().poke(FIELD(strings_size_bytes), 0xffffffff), STATUS_MALFORMED, "string table");
	expect_refused(section().poke(FIELD(name_string), 0), STATUS_MALFORMED, "no name for a cell");
	expect_refused(
		section().poke(FIELD(init_string), section().header().name_string), STATUS_MALFORMED, "init symbol");
	expect_refused(section().poke(FIELD(exit_string), 0xfffffff0), STATUS_MALFORMED, "exit symbol");
}

TEST(CellMetadata, RefusesBrokenTables)
{
	const struct cell_metadata_header header = section().header();
	expect_refused(
		section().poke(FIELD(dependencies_offset), 0), STATUS_MALFORMED, "dependencies: they begin at 0");
	expect_refused(section().poke(FIELD(export_count), 0xffffffff), STATUS_MALFORMED, "exports");
	expect_refused(section().poke(FIELD(import_count), 0), STATUS_MALFORMED, "state variables: they begin at");
	expect_refused(section().poke(FIELD(state_count), 0), STATUS_MALFORMED, "the string table begins at");
	expect_refused(section().poke(header.dependencies_offset + 4, 16), STATUS_MALFORMED, "kinds 0x10");
	expect_refused(section().poke(header.exports_offset + 4, 0), STATUS_MALFORMED, "kind 0");
	expect_refused(section().poke(header.imports_offset + 4, 2), STATUS_MALFORMED, "dependency 2 of 2");
	expect_refused(section().poke(header.states_offset + 4, 1), STATUS_MALFORMED, "reserved");
	expect_refused(section().poke(header.exports_offset + 24, header.name_string), STATUS_MALFORMED,
		"does not come after the one before it");
	expect_refused(section().poke(header.strings_offset, 1), STATUS_MALFORMED, "string");
}

TEST(CellMetadata, RefusesEveryPrefixOfASection)
{
	section whole;
	for (size_t size = 0; size < whole.data.size(); size++) {
		struct cell_metadata metadata;
		EXPECT_EQ(cell_metadata_open(bytes_from(whole.data.data(), size), &metadata, nullptr), STATUS_MALFORMED)
			<< size;
	}
}

TEST(CellMetadata, RefusesNamesThatCellsCannotHave)
{
	for (const char *name : {"Ring", "1ing", "r ng", "_ing", "r-ng"}) {
		section written;
		memcpy(&written.data[written.header().strings_offset + written.header().name_string + 2], name, 4);
		expect_refused(written, STATUS_MALFORMED, "no name for a cell");
	}
}

TEST(CellMetadata, WritesHashesAsText)
{
	char text[CELL_METADATA_TYPE_HASH_TEXT_SIZE];
	struct cell_type_hash hash = hash_of(0);
	hash.bytes[0] = 0x1f;
	hash.bytes[15] = 0xa0;
	cell_metadata_type_hash_text(hash, text);
	EXPECT_STREQ(text, "1f0000000000000000000000000000a0");
	EXPECT_FALSE(cell_metadata_type_hash_equal(hash, hash_of(0)));
	struct cell_build_id one = {}, other = {};
	EXPECT_TRUE(cell_metadata_build_id_equal(one, other));
	other.bytes[19] = 1;
	EXPECT_FALSE(cell_metadata_build_id_equal(one, other));
}

TEST(CellMetadata, NamesClassesAndKinds)
{
	EXPECT_STREQ(cell_metadata_class_name(CELL_CLASS_CORE), "core");
	EXPECT_STREQ(cell_metadata_class_name(CELL_CLASS_CHECKED), "checked");
	EXPECT_STREQ(cell_metadata_class_name(CELL_CLASS_FOREIGN), "foreign");
	EXPECT_STREQ(cell_metadata_kind_name(CELL_SYMBOL_FUNCTION), "function");
	EXPECT_STREQ(cell_metadata_kind_name(CELL_SYMBOL_OBJECT), "object");
}

} // namespace
