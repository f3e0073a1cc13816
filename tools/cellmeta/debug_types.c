#include "tools/cellmeta/debug_types.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <string.h>

#include "tools/cellmeta/type_text.h"

// One object while its debug information is walked.
struct walk {
	struct debug_types *types;
	Dwfl_Module *module;
	struct diagnosis *why;
	bool interface;
};

static enum status add_type(struct walk *walk, const char *name, Dwarf_Die *type, size_t symbol)
{
	struct type_text text = {};
	type_text_add(&text, type);
	if (text.failed)
		return diagnosis_set(walk->why, STATUS_UNSUPPORTED,
			"the type of %s has a part that cannot be hashed: %s", name, text.text.characters);
	bool function = text.text.characters[0] == '(';
	*LIST_ADD(&walk->types->types) = (struct debug_type){.name = list_copy_text(name),
		.text = text.text.characters,
		.hash = type_text_hash(&text),
		.kind = function ? CELL_SYMBOL_FUNCTION : CELL_SYMBOL_OBJECT,
		.symbol = symbol};
	return STATUS_OK;
}

static bool type_of(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute attribute;
	return dwarf_attr_integrate(die, DW_AT_type, &attribute) && dwarf_formref_die(&attribute, type);
}

// A `T *const __tref_SYMBOL`: T is the type of SYMBOL.
static enum status add_reference(struct walk *walk, Dwarf_Die *variable)
{
	const char *name = dwarf_diename(variable);
	Dwarf_Die type;
	if (!name || strncmp(name, DEBUG_TYPES_REFERENCE_PREFIX, strlen(DEBUG_TYPES_REFERENCE_PREFIX)))
		return STATUS_OK;
	if (!type_of(variable, &type) || dwarf_tag(&type) != DW_TAG_const_type || !type_of(&type, &type) ||
		dwarf_tag(&type) != DW_TAG_pointer_type)
		return diagnosis_set(walk->why, STATUS_MALFORMED, "%s is no constant pointer", name);
	const char *symbol = name + strlen(DEBUG_TYPES_REFERENCE_PREFIX);
	if (!type_of(&type, &type))
		return diagnosis_set(walk->why, STATUS_MALFORMED, "%s has type void", symbol);
	return add_type(walk, symbol, &type, 0);
}

// Where a variable is, if it is at a fixed place.
static bool address_of(Dwarf_Die *variable, Dwarf_Addr *address)
{
	Dwarf_Attribute attribute, operand;
	Dwarf_Op *operations;
	size_t count;
	if (!dwarf_attr_integrate(variable, DW_AT_location, &attribute) ||
		dwarf_getlocation(&attribute, &operations, &count) || count != 1)
		return false;
	if (operations[0].atom == DW_OP_addr) {
		*address = operations[0].number;
		return true;
	}
	return operations[0].atom == DW_OP_addrx && !dwarf_getlocation_attr(&attribute, operations, &operand) &&
	       !dwarf_formaddr(&operand, address);
}

static enum status add_variable(struct walk *walk, Dwarf_Die *variable)
{
	Dwarf_Addr address, bias;
	Dwarf_Die type;
	if (!address_of(variable, &address) || !type_of(variable, &type))
		return STATUS_OK;
	dwfl_module_getdwarf(walk->module, &bias);
	int count = dwfl_module_getsymtab(walk->module);
	for (int index = 1; index < count; index++) {
		GElf_Sym symbol;
		GElf_Addr place;
		const char *name =
			dwfl_module_getsym_info(walk->module, index, &symbol, &place, nullptr, nullptr, nullptr);
		if (name && GELF_ST_TYPE(symbol.st_info) == STT_OBJECT && place == address + bias)
			return add_type(walk, name, &type, (size_t)index);
	}
	return STATUS_OK;
}

static enum status walk_tree(struct walk *walk, Dwarf_Die *parent)
{
	Dwarf_Die child;
	if (dwarf_child(parent, &child))
		return STATUS_OK;
	do {
		int tag = dwarf_tag(&child);
		if (tag == DW_TAG_variable)
			TRY(walk->interface ? add_reference(walk, &child) : add_variable(walk, &child));
		else if (!walk->interface && (tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block))
			TRY(walk_tree(walk, &child));
	} while (!dwarf_siblingof(&child, &child));
	return STATUS_OK;
}

// All debug information is in the object itself; nothing is looked for elsewhere on this machine or on a network.
static int find_no_debuginfo(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base, const char *file,
	const char *link, GElf_Word checksum, char **found)
{
	(void)module, (void)data, (void)name, (void)base, (void)file, (void)link, (void)checksum, (void)found;
	return -1;
}

static enum status walk_object(struct debug_types *types, const char *path, bool interface, struct diagnosis *why)
{
	static const Dwfl_Callbacks callbacks = {
		.find_debuginfo = find_no_debuginfo, .section_address = dwfl_offline_section_address};
	Dwfl *session = dwfl_begin(&callbacks);
	struct walk walk = {.types = types, .why = why, .interface = interface};
	walk.module = session ? dwfl_report_offline(session, path, path, -1) : nullptr;
	if (!walk.module || dwfl_report_end(session, nullptr, nullptr))
		return diagnosis_set(
			why, STATUS_MALFORMED, "its debug information cannot be read: %s", dwfl_errmsg(-1));
	Dwarf_Die *unit = nullptr;
	Dwarf_Addr bias;
	while ((unit = dwfl_module_nextcu(walk.module, unit, &bias)))
		TRY(walk_tree(&walk, unit));
	dwfl_end(session);
	return STATUS_OK;
}

enum status debug_types_add_interface(struct debug_types *types, const char *path, struct diagnosis *why)
{
	return walk_object(types, path, true, why);
}

enum status debug_types_add_variables(struct debug_types *types, const char *path, struct diagnosis *why)
{
	return walk_object(types, path, false, why);
}

const struct debug_type *debug_types_find(const struct debug_types *types, const char *name)
{
	for (size_t i = 0; i < types->types.count; i++)
		if (!strcmp(types->types.items[i].name, name))
			return &types->types.items[i];
	return nullptr;
}

const struct debug_type *debug_types_find_symbol(const struct debug_types *types, size_t symbol)
{
	for (size_t i = 0; i < types->types.count; i++)
		if (types->types.items[i].symbol == symbol)
			return &types->types.items[i];
	return nullptr;
}
