// What a failed load must leave as it was.
#pragma once

#include <ostream>

#include "cells/loader/cell_view/cell_view.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/page_table/page_table.h"

namespace ariadne_test
{

struct Traces {
	uint64_t free_frames;
	uint64_t mapped_pages;
	uint64_t heap_objects;
	uint64_t heap_bytes;
	uint64_t cells;
	uint64_t edges;
	uint64_t relocations;
	uint64_t numbers;
	bool operator==(const Traces &) const = default;
};

inline Traces traces()
{
	heap_trim();
	struct heap_statistics heap = heap_statistics();
	struct cell_registry_statistics registry = cell_registry_statistics();
	return {frame_allocator_statistics().free_frames, page_table_statistics().mapped_pages, heap.objects,
		heap.object_bytes, registry.cells, registry.edges, registry.relocations, cell_registry_number_limit()};
}

inline std::ostream &operator<<(std::ostream &out, const Traces &t)
{
	return out << t.free_frames << " frames free, " << t.mapped_pages << " pages, " << t.heap_objects
		   << " heap objects, " << t.heap_bytes << " heap bytes, " << t.cells << " cells, " << t.edges
		   << " edges, " << t.relocations << " relocations, " << t.numbers << " numbers";
}

} // namespace ariadne_test
