#include "cells/loader/cell_record/cell_record.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "cells/loader/cell_relocation/cell_relocation.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

namespace
{

void start_memory()
{
	static bool done = false;
	if (done)
		return;
	done = true;
	struct frame_region memory = {{0x100000}, 64 << 20};
	ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
}

TEST(CellRecord, ATreeFindsWhatIsNearestFromBothSides)
{
	struct tree tree = {};
	struct tree_node nodes[100] = {};
	for (unsigned i = 0; i < 100; i++) {
		nodes[i].key = (i * 37 % 100) * 10;
		cell_record_tree_insert(&tree, &nodes[i]);
	}
	EXPECT_EQ(cell_record_tree_floor(&tree, 455)->key, 450U);
	EXPECT_EQ(cell_record_tree_ceiling(&tree, 455)->key, 460U);
	EXPECT_EQ(cell_record_tree_floor(&tree, 450)->key, 450U);
	EXPECT_EQ(cell_record_tree_ceiling(&tree, 991), nullptr);
	for (unsigned i = 0; i < 100; i += 2)
		cell_record_tree_remove(&tree, &nodes[i]);
	for (unsigned i = 0; i < 100; i++) {
		struct tree_node *found = cell_record_tree_floor(&tree, nodes[i].key);
		EXPECT_EQ(found == &nodes[i], i % 2 == 1) << i;
	}
}

TEST(CellRecord, NumbersAreTakenFromBelowAndTheTableShrinks)
{
	start_memory();
	std::vector<std::unique_ptr<struct loaded_cell>> cells;
	for (unsigned i = 0; i < 1000; i++) {
		cells.push_back(std::make_unique<struct loaded_cell>());
		ASSERT_EQ(cell_record_take_number(cells[i].get()), STATUS_OK);
		EXPECT_EQ(cells[i]->number, i);
	}
	EXPECT_EQ(cell_record_number_limit(), 1000U);
	cell_record_give_number_back(cells[3].get());
	EXPECT_EQ(cell_record_numbered(3), nullptr);
	EXPECT_EQ(cell_record_numbered(4), cells[4].get());
	EXPECT_EQ(cell_record_numbered(1000), nullptr);
	ASSERT_EQ(cell_record_take_number(cells[3].get()), STATUS_OK);
	EXPECT_EQ(cells[3]->number, 3U);
	for (auto &cell : cells)
		cell_record_give_number_back(cell.get());
	EXPECT_EQ(cell_record_number_limit(), 0U);
	EXPECT_EQ(heap_statistics().objects, 0U);
}

TEST(CellRecord, EdgesAreListedWhereTheyLeadAndLeaveTheList)
{
	start_memory();
	struct section_record sections[2] = {};
	struct edge_record edges[3] = {};
	sections[0].place = {1000, 16, 0};
	sections[0].elf_index = 7;
	sections[1].first_edge = 1;
	sections[1].first_relocation = 4;
	struct loaded_cell cell = {};
	cell.sections = {sections, 2};
	cell.edges = {edges, 3};
	cell.edge_count = 3;
	cell.relocation_count = 9;
	ASSERT_EQ(cell_record_take_number(&cell), STATUS_OK);
	for (uint32_t i = 0; i < 3; i++) {
		edges[i].to = {cell.number, 0};
		cell_record_link_edge(&cell, i);
	}
	struct loaded_cell *owner = nullptr;
	EXPECT_EQ(cell_record_edge_of(sections[0].first_user, &owner), &edges[2]);
	EXPECT_EQ(owner, &cell);
	EXPECT_EQ(cell_record_edge_of(edges[2].next_user, &owner), &edges[1]);
	EXPECT_EQ(cell_record_edges_end(&cell, 0), 1U);
	EXPECT_EQ(cell_record_edges_end(&cell, 1), 3U);
	EXPECT_EQ(cell_record_relocations_end(&cell, 0), 4U);
	EXPECT_EQ(cell_record_relocations_end(&cell, 1), 9U);
	uint32_t section = 9;
	EXPECT_EQ(cell_record_find_section(&cell, 7, &section), STATUS_OK);
	EXPECT_EQ(section, 0U);
	EXPECT_EQ(cell_record_find_section(&cell, 8, &section), STATUS_NOT_FOUND);
	cell_record_unlink_edges(&cell);
	EXPECT_EQ(sections[0].first_user, 0U);
	cell_record_give_number_back(&cell);
	EXPECT_ANY_THROW(cell_record_edge_of(1, &owner));
}

TEST(CellRecord, NamesAndAddressesComeFromTheSections)
{
	struct section_record section = {};
	section.place = {5000, 16, 3};
	struct export_record exported = {4, 0, 1};
	struct loaded_cell cell = {};
	static const char names[] = "\0x\0.text\0";
	cell.section_names = bytes_from(names, sizeof names);
	cell.sections = {&section, 1};
	cell.exports = {&exported, 1};
	EXPECT_TRUE(text_equal(cell_record_section_name(&cell, 0), TEXT(".text")));
	EXPECT_EQ(cell_record_export_address(&cell, 0), 5004U);
	section.place.name_offset = 1000;
	EXPECT_EQ(cell_record_section_name(&cell, 0).length, 0U);
}

TEST(CellRecord, KeepsTheKindsOfRelocationsInThreeBits)
{
	for (uint32_t kind : {CELL_RELOCATION_64, CELL_RELOCATION_PC32, CELL_RELOCATION_PLT32, CELL_RELOCATION_32,
		     CELL_RELOCATION_32S})
		EXPECT_EQ(cell_record_kind_of((uint16_t)(cell_record_kept_kind(kind) << BINDING_EDGE_BITS)), kind);
	EXPECT_ANY_THROW(cell_record_kept_kind(99));
}

} // namespace
