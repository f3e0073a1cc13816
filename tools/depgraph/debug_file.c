#include "tools/depgraph/debug_file.h"

#include <string.h>

// Nothing is looked for elsewhere on this machine or on a network.
static int find_no_debuginfo(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base, const char *file,
	const char *link, GElf_Word checksum, char **found)
{
	(void)module, (void)data, (void)name, (void)base, (void)file, (void)link, (void)checksum, (void)found;
	return -1;
}

static bool is_of_build(Dwfl_Module *module, struct cell_build_id build_id)
{
	static const struct cell_build_id unknown;
	const unsigned char *bytes = NULL;
	GElf_Addr place;
	int size = dwfl_module_build_id(module, &bytes, &place);
	return cell_metadata_build_id_equal(build_id, unknown) ||
	       (size == (int)sizeof build_id.bytes && memcmp(bytes, build_id.bytes, sizeof build_id.bytes) == 0);
}

bool debug_file_open(struct debug_file *file, const char *path, struct cell_build_id build_id, struct input_error *why)
{
	static const Dwfl_Callbacks callbacks = {
		.find_debuginfo = find_no_debuginfo, .section_address = dwfl_offline_section_address};
	file->session = dwfl_begin(&callbacks);
	file->module = file->session ? dwfl_report_offline(file->session, path, path, -1) : NULL;
	bool good = false;
	if (!file->module || dwfl_report_end(file->session, NULL, NULL) != 0)
		input_refuse(why, path, "its debug information cannot be read: %s", dwfl_errmsg(-1));
	else if (!is_of_build(file->module, build_id))
		input_refuse(why, path, "it is of another build than the cell");
	else
		good = true;
	if (!good)
		debug_file_close(file);
	return good;
}

void debug_file_close(struct debug_file *file)
{
	dwfl_end(file->session);
	*file = (struct debug_file){};
}

const char *debug_file_name(const char *name)
{
	return name[0] == '.' && name[1] == '/' ? name + 2 : name;
}
