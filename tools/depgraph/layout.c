#include "tools/depgraph/layout.h"

#include <dwarf.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/debug_file.h"

enum { RECORDS_TOLD = 24, DEPTH_LIMIT = 32 };

// The structs, unions and enumerations that were met, in the order of meeting.
struct records {
	Dwarf_Die *dies;
	size_t count, capacity;
};

__attribute__((format(printf, 1, 2))) static char *text_of(const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		abort();
	va_end(arguments);
	return text;
}

static bool type_of(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute attribute;
	return dwarf_attr_integrate(die, DW_AT_type, &attribute) && dwarf_formref_die(&attribute, type);
}

static bool is_record(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);
	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type || tag == DW_TAG_enumeration_type;
}

static void note_record(struct records *records, Dwarf_Die *die)
{
	for (size_t i = 0; i < records->count; i++)
		if (dwarf_dieoffset(&records->dies[i]) == dwarf_dieoffset(die))
			return;
	*ARRAY_ADD(records->dies, records->count, records->capacity) = *die;
}

// ---- A type in C's own words ----

// `inner` is what stands where the name stands; it is freed.
static char *declare(struct records *records, Dwarf_Die *type, char *inner, int depth);

static char *declare_of(struct records *records, Dwarf_Die *die, char *inner, int depth)
{
	Dwarf_Die type;
	if (type_of(die, &type))
		return declare(records, &type, inner, depth + 1);
	char *text = text_of("void%s%s", *inner && *inner != '*' ? " " : *inner ? " " : "", inner);
	free(inner);
	return text;
}

static char *declare_named(const char *keyword, const char *name, char *inner)
{
	char *text = text_of("%s%s%s%s", keyword, name, *inner && *inner != '[' ? " " : "", inner);
	free(inner);
	return text;
}

static char *declare_pointer(struct records *records, Dwarf_Die *pointer, char *inner, int depth)
{
	Dwarf_Die target;
	int tag = type_of(pointer, &target) ? dwarf_tag(&target) : 0;
	bool wrapped = tag == DW_TAG_array_type || tag == DW_TAG_subroutine_type;
	char *starred = text_of(wrapped ? "(*%s)" : "*%s", inner);
	free(inner);
	return declare_of(records, pointer, starred, depth);
}

static char *declare_qualified(struct records *records, Dwarf_Die *qualified, const char *word, char *inner, int depth)
{
	Dwarf_Die target;
	if (type_of(qualified, &target) && dwarf_tag(&target) == DW_TAG_pointer_type) {
		char *text = text_of("%s%s%s", word, *inner ? " " : "", inner);
		free(inner);
		return declare(records, &target, text, depth + 1);
	}
	char *rest = declare_of(records, qualified, inner, depth);
	char *text = text_of("%s %s", word, rest);
	free(rest);
	return text;
}

static char *declare_array(struct records *records, Dwarf_Die *array, char *inner, int depth)
{
	Dwarf_Die range;
	char *text = inner;
	if (dwarf_child(array, &range) == 0)
		do {
			Dwarf_Attribute attribute;
			Dwarf_Word count = 0;
			bool known = dwarf_attr_integrate(&range, DW_AT_count, &attribute) &&
				     dwarf_formudata(&attribute, &count) == 0;
			if (!known && dwarf_attr_integrate(&range, DW_AT_upper_bound, &attribute) &&
				dwarf_formudata(&attribute, &count) == 0) {
				known = true;
				count++;
			}
			char *longer =
				known ? text_of("%s[%" PRIu64 "]", text, (uint64_t)count) : text_of("%s[]", text);
			free(text);
			text = longer;
		} while (dwarf_siblingof(&range, &range) == 0);
	return declare_of(records, array, text, depth);
}

static char *parameters_of(struct records *records, Dwarf_Die *function, int depth)
{
	char *list = text_of("%s", "");
	Dwarf_Die child;
	if (dwarf_child(function, &child) == 0)
		do {
			int tag = dwarf_tag(&child);
			if (tag != DW_TAG_formal_parameter && tag != DW_TAG_unspecified_parameters)
				continue;
			const char *name = dwarf_diename(&child);
			char *one = tag == DW_TAG_formal_parameter
					    ? declare_of(records, &child, text_of("%s", name ? name : ""), depth)
					    : text_of("...");
			char *longer = text_of("%s%s%s", list, *list ? ", " : "", one);
			free(one);
			free(list);
			list = longer;
		} while (dwarf_siblingof(&child, &child) == 0);
	if (*list)
		return list;
	free(list);
	return text_of("void");
}

static char *declare_function(struct records *records, Dwarf_Die *function, char *inner, int depth)
{
	char *parameters = parameters_of(records, function, depth);
	char *text = text_of("%s(%s)", inner, parameters);
	free(inner);
	free(parameters);
	return declare_of(records, function, text, depth);
}

static char *declare(struct records *records, Dwarf_Die *type, char *inner, int depth)
{
	const char *name = dwarf_diename(type);
	if (depth > DEPTH_LIMIT)
		return declare_named("", "...", inner);
	if (is_record(type))
		note_record(records, type);
	Dwarf_Die below;
	switch (dwarf_tag(type)) {
	case DW_TAG_structure_type:
		return declare_named("struct ", name ? name : "(unnamed)", inner);
	case DW_TAG_union_type:
		return declare_named("union ", name ? name : "(unnamed)", inner);
	case DW_TAG_enumeration_type:
		return declare_named("enum ", name ? name : "(unnamed)", inner);
	case DW_TAG_typedef:
		if (type_of(type, &below) && is_record(&below))
			note_record(records, &below);
		return declare_named("", name ? name : "(unnamed)", inner);
	case DW_TAG_pointer_type:
		return declare_pointer(records, type, inner, depth);
	case DW_TAG_const_type:
		return declare_qualified(records, type, "const", inner, depth);
	case DW_TAG_volatile_type:
		return declare_qualified(records, type, "volatile", inner, depth);
	case DW_TAG_restrict_type:
		return declare_qualified(records, type, "restrict", inner, depth);
	case DW_TAG_atomic_type:
		return declare_qualified(records, type, "_Atomic", inner, depth);
	case DW_TAG_array_type:
		return declare_array(records, type, inner, depth);
	case DW_TAG_subroutine_type:
		return declare_function(records, type, inner, depth);
	default:
		return declare_named("", name ? name : "(unknown)", inner);
	}
}

// ---- Layouts ----

static uint64_t number_of(Dwarf_Die *die, unsigned name, uint64_t otherwise)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;
	return dwarf_attr_integrate(die, name, &attribute) && dwarf_formudata(&attribute, &value) == 0 ? value
												       : otherwise;
}

static uint64_t size_of(Dwarf_Die *die)
{
	Dwarf_Word size = 0;
	return dwarf_aggregate_size(die, &size) == 0 ? size : 0;
}

static void tell_member(FILE *to, struct records *records, Dwarf_Die *member)
{
	const char *name = dwarf_diename(member);
	Dwarf_Die type;
	uint64_t bits = number_of(member, DW_AT_bit_size, 0);
	char *text = declare_of(records, member, text_of("%s", name ? name : ""), 0);
	if (bits) {
		uint64_t at = number_of(member, DW_AT_data_bit_offset, 0);
		fprintf(to, "          %6" PRIu64 " %7s  %s:%" PRIu64 " from bit %" PRIu64 "\n", at / 8, "", text, bits,
			at % 8);
	} else {
		fprintf(to, "          %6" PRIu64 " %7" PRIu64 "  %s\n",
			number_of(member, DW_AT_data_member_location, 0), type_of(member, &type) ? size_of(&type) : 0,
			text);
	}
	free(text);
}

static void tell_enumerator(FILE *to, Dwarf_Die *enumerator, bool first)
{
	Dwarf_Attribute attribute;
	Dwarf_Sword value = 0;
	if (dwarf_attr(enumerator, DW_AT_const_value, &attribute))
		dwarf_formsdata(&attribute, &value);
	fprintf(to, "%s%s = %" PRId64, first ? "          " : ", ", dwarf_diename(enumerator), (int64_t)value);
}

static void tell_record(FILE *to, struct records *records, size_t index)
{
	Dwarf_Die record = records->dies[index], child;
	const char *name = dwarf_diename(&record);
	int tag = dwarf_tag(&record);
	const char *keyword = tag == DW_TAG_structure_type ? "struct" : tag == DW_TAG_union_type ? "union" : "enum";
	fprintf(to, "%s%s %s", index ? "          " : "layout    ", keyword, name ? name : "(unnamed)");
	Dwarf_Attribute attribute;
	if (dwarf_attr(&record, DW_AT_declaration, &attribute)) {
		fprintf(to, ", opaque here\n");
		return;
	}
	fprintf(to, ", %" PRIu64 " bytes%s\n", size_of(&record),
		tag == DW_TAG_enumeration_type ? "" : " (offset, size, member)");
	bool first = true;
	if (dwarf_child(&record, &child) == 0)
		do {
			if (dwarf_tag(&child) == DW_TAG_member)
				tell_member(to, records, &child);
			else if (dwarf_tag(&child) == DW_TAG_enumerator)
				tell_enumerator(to, &child, first);
			first = false;
		} while (dwarf_siblingof(&child, &child) == 0);
	if (tag == DW_TAG_enumeration_type && !first)
		putc('\n', to);
}

static void tell_symbol(FILE *to, Dwarf_Die *die, const char *symbol)
{
	struct records records = {};
	bool function = dwarf_tag(die) == DW_TAG_subprogram;
	char *name = text_of("%s", symbol);
	char *text = function ? declare_function(&records, die, name, 0) : declare_of(&records, die, name, 0);
	fprintf(to, "prototype %s;\n", text);
	free(text);
	const char *file = dwarf_decl_file(die);
	int line;
	if (file && dwarf_decl_line(die, &line) == 0)
		fprintf(to, "defined   %s:%d\n", debug_file_name(file), line);
	for (size_t i = 0; i < records.count && i < RECORDS_TOLD; i++)
		tell_record(to, &records, i); // which may meet more of them
	if (records.count > RECORDS_TOLD)
		fprintf(to, "          and %zu more types\n", records.count - RECORDS_TOLD);
	free(records.dies);
}

// ---- The file ----

static bool find_symbol(Dwarf_Die *unit, const char *symbol, Dwarf_Die *found)
{
	Dwarf_Attribute attribute;
	if (dwarf_child(unit, found) != 0)
		return false;
	do {
		int tag = dwarf_tag(found);
		const char *name = dwarf_diename(found);
		if ((tag == DW_TAG_subprogram || tag == DW_TAG_variable) && name && strcmp(name, symbol) == 0 &&
			dwarf_attr_integrate(found, DW_AT_external, &attribute) &&
			!dwarf_attr(found, DW_AT_declaration, &attribute))
			return true;
	} while (dwarf_siblingof(found, found) == 0);
	return false;
}

bool layout_tell(
	FILE *to, const char *debug_file, const char *symbol, struct cell_build_id build_id, struct input_error *why)
{
	struct debug_file file;
	if (!debug_file_open(&file, debug_file, build_id, why))
		return false;
	Dwarf_Die *unit = NULL, found;
	Dwarf_Addr bias;
	bool told = false;
	while (!told && (unit = dwfl_module_nextcu(file.module, unit, &bias)))
		if ((told = find_symbol(unit, symbol, &found)))
			tell_symbol(to, &found, symbol);
	if (!told)
		input_refuse(why, debug_file, "its debug information does not have %s", symbol);
	debug_file_close(&file);
	return told;
}
