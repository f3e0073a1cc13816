#include "cells/loader/cell_archive/cell_archive.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

namespace
{

// A member as docs/metadata.md wants it: the name padded so that the data begin at a multiple of 16.
void add_member(std::string *archive, const std::string &name, const std::string &data, bool aligned = true)
{
	size_t name_size = name.size() + 1;
	while (aligned && (archive->size() + CELL_ARCHIVE_HEADER_SIZE + name_size) % CELL_ARCHIVE_ALIGNMENT)
		name_size++;
	char header[CELL_ARCHIVE_HEADER_SIZE + 1];
	snprintf(header, sizeof header, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", 1, 0100644, 0,
		0, 1, 0, data.size(), 0, 0, 0, 0, name_size, 0);
	*archive += header;
	*archive += name;
	archive->append(name_size - name.size(), '\0');
	while (archive->size() % 4)
		*archive += '\0';
	*archive += data;
	while (archive->size() % 4)
		*archive += '\0';
}

std::string example()
{
	std::string archive;
	add_member(&archive, CELL_ARCHIVE_INDEX_MEMBER, "index");
	add_member(&archive, "ring.o", "the object");
	add_member(&archive, "empty.o", "");
	add_member(&archive, "TRAILER!!!", "");
	return archive;
}

std::string string_of(struct text text)
{
	return std::string(text.start, text.length);
}

std::string string_of(struct bytes bytes)
{
	return std::string(reinterpret_cast<const char *>(bytes.data), bytes.size_bytes);
}

TEST(CellArchive, WalksAllMembers)
{
	std::string data = example();
	struct cell_archive archive;
	struct cell_archive_member member;
	struct diagnosis why = {};
	uint64_t cursor = 0;
	ASSERT_EQ(cell_archive_open(bytes_from(data.data(), data.size()), &archive, &why), STATUS_OK) << why.message;
	EXPECT_EQ(archive.member_count, 3u);
	ASSERT_EQ(cell_archive_next(&archive, &cursor, &member), STATUS_OK);
	EXPECT_EQ(string_of(member.name), CELL_ARCHIVE_INDEX_MEMBER);
	EXPECT_EQ(string_of(member.data), "index");
	ASSERT_EQ(cell_archive_next(&archive, &cursor, &member), STATUS_OK);
	EXPECT_EQ(string_of(member.name), "ring.o");
	EXPECT_EQ(member.data_offset % CELL_ARCHIVE_ALIGNMENT, 0u);
	EXPECT_EQ(data.substr(member.data_offset, 10), "the object");
	ASSERT_EQ(cell_archive_next(&archive, &cursor, &member), STATUS_OK);
	EXPECT_EQ(member.data.size_bytes, 0u);
	EXPECT_EQ(cell_archive_next(&archive, &cursor, &member), STATUS_END);
	EXPECT_EQ(cell_archive_next(&archive, &cursor, &member), STATUS_END);
	cursor = 3;
	EXPECT_THROW((void)cell_archive_next(&archive, &cursor, &member), std::runtime_error);
}

TEST(CellArchive, FindsAMemberAndAnObject)
{
	std::string data = example();
	struct cell_archive archive;
	struct cell_archive_member member;
	struct bytes object;
	struct diagnosis why = {};
	ASSERT_EQ(cell_archive_open(bytes_from(data.data(), data.size()), &archive, nullptr), STATUS_OK);
	ASSERT_EQ(cell_archive_find(&archive, TEXT("ring.o"), &member), STATUS_OK);
	EXPECT_EQ(cell_archive_find(&archive, TEXT("ring"), &member), STATUS_NOT_FOUND);
	ASSERT_EQ(cell_archive_object(&archive, member.data_offset, member.data.size_bytes, &object, &why), STATUS_OK);
	EXPECT_EQ(string_of(object), "the object");
	EXPECT_EQ(cell_archive_object(&archive, member.data_offset + 4, 4, &object, &why), STATUS_MALFORMED);
	EXPECT_NE(strstr(why.message, "no multiple of 16"), nullptr) << why.message;
	why = {};
	EXPECT_EQ(cell_archive_object(&archive, 16, 1 << 20, &object, &why), STATUS_MALFORMED);
	EXPECT_NE(strstr(why.message, "ends beyond"), nullptr) << why.message;
	EXPECT_EQ(cell_archive_object(&archive, ~UINT64_C(15), 32, &object, &why), STATUS_MALFORMED);
}

void expect_refused(const std::string &data, const char *cause)
{
	struct cell_archive archive = {};
	struct diagnosis why = {};
	EXPECT_EQ(cell_archive_open(bytes_from(data.data(), data.size()), &archive, &why), STATUS_MALFORMED) << cause;
	EXPECT_NE(strstr(why.message, cause), nullptr) << why.message << "\nexpected: " << cause;
}

std::string with(size_t offset, const std::string &replacement)
{
	return example().replace(offset, replacement.size(), replacement);
}

TEST(CellArchive, RefusesWhatBreaksARule)
{
	enum { FILE_SIZE = 54, NAME_SIZE = 94 };
	expect_refused("", "header at 0");
	expect_refused(with(0, "070702"), "does not begin with 070701");
	expect_refused(with(FILE_SIZE, "0000000g"), "no number");
	expect_refused(with(FILE_SIZE, "ffffffff"), "data of symbols.index");
	expect_refused(with(NAME_SIZE, "FFFFFFFF"), "name of the member at 0 ends beyond");
	expect_refused(with(NAME_SIZE, "00000000"), "empty or not closed");
	expect_refused(with(NAME_SIZE, "00000003"), "empty or not closed");
	expect_refused(with(CELL_ARCHIVE_HEADER_SIZE, std::string(1, '\0')), "empty or not closed");
	std::string skewed(""), unfinished;
	add_member(&skewed, "ab", "data", false);
	add_member(&skewed, "TRAILER!!!", "");
	expect_refused(skewed, "no multiple of 16");
	add_member(&unfinished, "a.o", "data");
	expect_refused(unfinished, "ends beyond");
}

TEST(CellArchive, RefusesEveryPrefix)
{
	std::string data = example();
	for (size_t size = 0; size < data.size(); size++) {
		struct cell_archive archive;
		EXPECT_EQ(cell_archive_open(bytes_from(data.data(), size), &archive, nullptr), STATUS_MALFORMED)
			<< size;
	}
}

} // namespace
