// Cells with any change to a good object: each loads, or is refused without a trace; nothing panics.
//
//   bazel build --config=fuzz //tests/loader:load_fuzz && bazel-bin/tests/loader/load_fuzz -runs=200000
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_unload/cell_unload.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "tests/loader/cell_maker.h"
#include "tests/loader/traces.h"

using namespace ariadne_test;

struct System {
	Bytes good = middle_cell().finish().object;
	Bytes file = archive({low_cell().finish(), middle_cell().finish()});
	size_t at; // of middle.o in the archive
	System()
	{
		struct frame_region memory = {{0x100000}, 256 << 20};
		struct diagnosis why = {};
		std::string text(file.begin(), file.end());
		at = text.find(std::string(good.begin(), good.end()));
		if (mapped_pages_start({&memory, 1}, {}) || cell_loader_start(view(file), &why) || !load())
			abort();
		unload();
	}
	static bool load()
	{
		struct diagnosis why = {};
		return cell_loader_load(TEXT("middle"), &why) == STATUS_OK;
	}
	// What only middle needed goes with it.
	static void unload()
	{
		if (cell_unload(TEXT("middle"), nullptr))
			abort();
	}
	// Code that a changed object names as its entry would really run.
	bool has_entry() const
	{
		struct elf_object object;
		struct elf_section section;
		struct cell_metadata metadata;
		return elf_object_open(bytes_from(file.data() + at, good.size()), &object, nullptr) == STATUS_OK &&
		       elf_object_find_section(&object, TEXT(".ariadne.cell"), &section) == STATUS_OK &&
		       cell_metadata_open(section.content, &metadata, nullptr) == STATUS_OK &&
		       (metadata.init_symbol.length > 0 || metadata.exit_symbol.length > 0);
	}
};

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static System system;
	memcpy(system.file.data() + system.at, system.good.data(), system.good.size());
	for (size_t place = 0; place + 2 < size; place += 3)
		system.file[system.at + (data[place] | (size_t)data[place + 1] << 8) % system.good.size()] =
			data[place + 2];
	if (system.has_entry())
		return 0;
	Traces before = traces();
	if (System::load()) {
		System::unload();
		// A change may have taken the use of low away: then it was loaded, and nothing that goes takes it
		// along.
		(void)!cell_unload(TEXT("low"), nullptr);
	}
	if (!(traces() == before)) {
		std::ostringstream words;
		words << traces() << "; before: " << before;
		fprintf(stderr, "traces are left: %s\n", words.str().c_str());
		abort();
	}
	return 0;
}
