#include "tools/cellmeta/type_text.h"

#include <dwarf.h>
#include <inttypes.h>
#include <string.h>

#include "tools/sha256/sha256.h"

enum { IS_CONST = 1, IS_VOLATILE = 2, IS_RESTRICT = 4 };

static void add_qualified(struct type_text *text, Dwarf_Die *type, unsigned qualifiers);

static bool type_of(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute attribute;
	return dwarf_attr_integrate(die, DW_AT_type, &attribute) && dwarf_formref_die(&attribute, type);
}

// A constant, whatever form the compiler chose for it. Returns false if the attribute is not there.
static bool number_of(Dwarf_Die *die, unsigned name, int64_t *value)
{
	Dwarf_Attribute attribute;
	Dwarf_Sword number_signed;
	Dwarf_Word number;
	if (!dwarf_attr_integrate(die, name, &attribute))
		return false;
	unsigned form = dwarf_whatform(&attribute);
	if ((form == DW_FORM_sdata || form == DW_FORM_implicit_const) && !dwarf_formsdata(&attribute, &number_signed)) {
		*value = number_signed;
		return true;
	}
	if (dwarf_formudata(&attribute, &number))
		return false;
	*value = (int64_t)number;
	return true;
}

static void add_alignment(struct type_text *text, Dwarf_Die *die)
{
	int64_t alignment;
	if (number_of(die, DW_AT_alignment, &alignment))
		text_buffer_format(&text->text, "!%" PRId64, alignment);
}

static void add_function(struct type_text *text, Dwarf_Die *function)
{
	Dwarf_Die child, parameter;
	const char *comma = "";
	text_buffer_add(&text->text, "(");
	if (!dwarf_child(function, &child)) {
		do {
			if (dwarf_tag(&child) == DW_TAG_unspecified_parameters)
				text_buffer_add(&text->text, "...");
			if (dwarf_tag(&child) != DW_TAG_formal_parameter)
				continue;
			text_buffer_add(&text->text, comma);
			comma = ",";
			// The parameter's own qualifiers concern the callee alone.
			bool known = type_of(&child, &parameter);
			while (known && (dwarf_tag(&parameter) == DW_TAG_const_type ||
						dwarf_tag(&parameter) == DW_TAG_volatile_type ||
						dwarf_tag(&parameter) == DW_TAG_restrict_type ||
						dwarf_tag(&parameter) == DW_TAG_typedef))
				known = type_of(&parameter, &parameter);
			if (known)
				add_qualified(text, &parameter, 0);
			else
				text_buffer_add(&text->text, "void");
		} while (!dwarf_siblingof(&child, &child));
	}
	text_buffer_add(&text->text, ")");
	type_text_add_of(text, function);
}

static void add_member(struct type_text *text, Dwarf_Die *member)
{
	int64_t place = 0, width;
	const char *name = dwarf_diename(member);
	text_buffer_format(&text->text, ";%s@", name ? name : "");
	if (number_of(member, DW_AT_bit_size, &width)) {
		if (!number_of(member, DW_AT_data_bit_offset, &place))
			text->failed = true; // DWARF 3 bit fields; this toolchain writes none
		text_buffer_format(&text->text, "%" PRId64 ":%" PRId64 " ", place, width);
	} else {
		number_of(member, DW_AT_data_member_location, &place);
		text_buffer_format(&text->text, "%" PRId64, place);
		add_alignment(text, member);
		text_buffer_add(&text->text, " ");
	}
	type_text_add_of(text, member);
}

static void add_record(struct type_text *text, Dwarf_Die *record)
{
	Dwarf_Off place = dwarf_dieoffset(record);
	for (size_t number = 0; number < text->records.count; number++) {
		if (text->records.items[number] == place) {
			text_buffer_format(&text->text, "^%zu", number);
			return;
		}
	}
	const char *tag = dwarf_diename(record);
	const char *keyword = dwarf_tag(record) == DW_TAG_union_type ? "union" : "struct";
	text_buffer_format(&text->text, "%s %s", keyword, tag ? tag : "");
	*LIST_ADD(&text->records) = place;
	if (dwarf_hasattr_integrate(record, DW_AT_declaration))
		return;
	text_buffer_format(&text->text, "{%d", dwarf_bytesize(record));
	add_alignment(text, record);
	Dwarf_Die child;
	if (!dwarf_child(record, &child)) {
		do {
			if (dwarf_tag(&child) == DW_TAG_member)
				add_member(text, &child);
		} while (!dwarf_siblingof(&child, &child));
	}
	text_buffer_add(&text->text, "}");
}

static void add_enumeration(struct type_text *text, Dwarf_Die *enumeration)
{
	const char *tag = dwarf_diename(enumeration);
	text_buffer_format(&text->text, "enum %s{", tag ? tag : "");
	type_text_add_of(text, enumeration);
	Dwarf_Die child;
	if (!dwarf_child(enumeration, &child)) {
		do {
			int64_t value = 0;
			if (dwarf_tag(&child) != DW_TAG_enumerator)
				continue;
			if (!number_of(&child, DW_AT_const_value, &value))
				text->failed = true;
			text_buffer_format(&text->text, ";%s=%" PRId64, dwarf_diename(&child), value);
		} while (!dwarf_siblingof(&child, &child));
	}
	text_buffer_add(&text->text, "}");
}

static void add_array(struct type_text *text, Dwarf_Die *array, unsigned qualifiers)
{
	Dwarf_Die child, element;
	if (!dwarf_child(array, &child)) {
		do {
			int64_t count;
			if (dwarf_tag(&child) != DW_TAG_subrange_type)
				continue;
			if (number_of(&child, DW_AT_count, &count))
				text_buffer_format(&text->text, "[%" PRId64 "]", count);
			else if (number_of(&child, DW_AT_upper_bound, &count))
				text_buffer_format(&text->text, "[%" PRId64 "]", count + 1);
			else
				text_buffer_add(&text->text, "[]");
		} while (!dwarf_siblingof(&child, &child));
	}
	if (type_of(array, &element))
		add_qualified(text, &element, qualifiers);
	else
		text->failed = true;
}

static void add_basic(struct type_text *text, Dwarf_Die *basic)
{
	int64_t encoding = 0, bits;
	if (!number_of(basic, DW_AT_encoding, &encoding))
		text->failed = true;
	text_buffer_format(&text->text, "b%" PRId64 ".%d", encoding, dwarf_bytesize(basic));
	if (number_of(basic, DW_AT_bit_size, &bits))
		text_buffer_format(&text->text, ":%" PRId64, bits);
}

static void add_unqualified(struct type_text *text, Dwarf_Die *type)
{
	switch (dwarf_tag(type)) {
	case DW_TAG_base_type:
		add_basic(text, type);
		break;
	case DW_TAG_pointer_type:
		text_buffer_add(&text->text, "*");
		type_text_add_of(text, type);
		break;
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		add_record(text, type);
		break;
	case DW_TAG_enumeration_type:
		add_enumeration(text, type);
		break;
	case DW_TAG_subroutine_type:
	case DW_TAG_subprogram:
		add_function(text, type);
		break;
	case DW_TAG_atomic_type:
		text_buffer_add(&text->text, "_Atomic ");
		type_text_add_of(text, type);
		break;
	case DW_TAG_unspecified_type:
		text_buffer_format(&text->text, "%s", dwarf_diename(type));
		break;
	default:
		text_buffer_format(&text->text, "?%d", dwarf_tag(type));
		text->failed = true;
	}
}

static void add_qualified(struct type_text *text, Dwarf_Die *type, unsigned qualifiers)
{
	Dwarf_Die inner = *type;
	bool known = true;
	for (;;) {
		int tag = dwarf_tag(&inner);
		if (tag == DW_TAG_const_type)
			qualifiers |= IS_CONST;
		else if (tag == DW_TAG_volatile_type)
			qualifiers |= IS_VOLATILE;
		else if (tag == DW_TAG_restrict_type)
			qualifiers |= IS_RESTRICT;
		else if (tag != DW_TAG_typedef)
			break;
		known = type_of(&inner, &inner);
		if (!known)
			break;
	}
	if (known && dwarf_tag(&inner) == DW_TAG_array_type) {
		add_array(text, &inner, qualifiers);
		return;
	}
	text_buffer_add(&text->text, qualifiers & IS_CONST ? "const " : "");
	text_buffer_add(&text->text, qualifiers & IS_VOLATILE ? "volatile " : "");
	text_buffer_add(&text->text, qualifiers & IS_RESTRICT ? "restrict " : "");
	if (known)
		add_unqualified(text, &inner);
	else
		text_buffer_add(&text->text, "void");
}

void type_text_add(struct type_text *text, Dwarf_Die *type)
{
	add_qualified(text, type, 0);
}

void type_text_add_of(struct type_text *text, Dwarf_Die *die)
{
	Dwarf_Die type;
	if (type_of(die, &type))
		add_qualified(text, &type, 0);
	else
		text_buffer_add(&text->text, "void");
}

struct cell_type_hash type_text_hash(const struct type_text *text)
{
	unsigned char digest[SHA256_SIZE];
	struct cell_type_hash hash;
	sha256_of(text->text.characters, text->text.length, digest);
	memcpy(hash.bytes, digest, sizeof hash.bytes);
	return hash;
}
