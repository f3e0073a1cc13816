#include "tools/cellmeta/object_checks.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "tools/cellmeta/cell_symbols.h"

const char *object_checks_source_of(const struct object_checks *checks, const struct object_symbol *symbol)
{
	for (size_t i = 0; symbol->file && i < checks->source_count; i++) {
		const char *slash = strrchr(checks->sources[i], '/');
		if (!strcmp(slash ? slash + 1 : checks->sources[i], symbol->file))
			return checks->sources[i];
	}
	return checks->fallback;
}

static bool is_writable(const struct object_section *section)
{
	return (section->flags & SHF_ALLOC) && (section->flags & SHF_WRITE) && section->size_bytes > 0;
}

// Each variable in a writable section that is not for declared state; or the section, if it holds none with a name.
static void check_writable(const struct object_checks *checks, struct findings *findings)
{
	for (size_t index = 1; index < checks->object->section_count; index++) {
		const struct object_section *section = &checks->object->sections[index];
		if (!is_writable(section) || cell_symbols_is_state_section(section))
			continue;
		bool named = false;
		for (size_t i = 0; i < checks->object->symbols.count; i++) {
			const struct object_symbol *symbol = &checks->object->symbols.items[i];
			if (symbol->section != index || symbol->type == STT_SECTION)
				continue;
			named = true;
			findings_add(findings, object_checks_source_of(checks, symbol),
				"cell %s: %s (%" PRIu64 " bytes, section %s) is writable and no declared state: "
				"make it const, or declare it \"static CELL_STATE\" or \"static CELL_STATE_ZERO\"",
				checks->cell, symbol->name, symbol->size_bytes, section->name);
		}
		if (!named)
			findings_add(findings, checks->fallback,
				"cell %s: section %s (%" PRIu64 " bytes) is writable and no declared state",
				checks->cell, section->name, section->size_bytes);
	}
}

static void check_symbol(
	const struct object_checks *checks, const struct object_symbol *symbol, struct findings *findings)
{
	const char *where = object_checks_source_of(checks, symbol);
	const struct object_section *section = cell_symbols_section(checks->object, symbol);
	bool hidden = symbol->visibility == STV_HIDDEN || symbol->visibility == STV_INTERNAL;
	if (symbol->section == SHN_COMMON)
		findings_add(findings, where,
			"cell %s: %s has no definition but a common block: compile with -fno-common and declare it "
			"\"static CELL_STATE_ZERO\"",
			checks->cell, symbol->name);
	if (symbol->type == STT_TLS)
		findings_add(findings, where, "cell %s: %s is thread-local, which cells cannot be: declare it as state",
			checks->cell, symbol->name);
	if (symbol->type == STT_GNU_IFUNC)
		findings_add(findings, where,
			"cell %s: %s is chosen at load time (ifunc), which the loader does not support", checks->cell,
			symbol->name);
	if (symbol->binding == STB_WEAK)
		findings_add(findings, where, "cell %s: %s is weak; a symbol has one definition, in one cell",
			checks->cell, symbol->name);
	if (symbol->section == SHN_UNDEF && hidden)
		findings_add(findings, where, "cell %s: %s is INTERNAL, but no file of the cell defines it",
			checks->cell, symbol->name);
	if (section && cell_symbols_is_state_section(section) && symbol->binding != STB_LOCAL && !hidden)
		findings_add(findings, where,
			"cell %s: the state variable %s is global: make it static, or mark it INTERNAL", checks->cell,
			symbol->name);
}

static void check_relocations(const struct object_checks *checks, struct findings *findings)
{
	for (size_t i = 0; i < checks->object->relocations.count; i++) {
		const struct object_relocation *relocation = &checks->object->relocations.items[i];
		const struct object_section *section = &checks->object->sections[relocation->section];
		const struct object_symbol *symbol = object_file_symbol(checks->object, relocation->symbol);
		if (!(section->flags & SHF_ALLOC) || object_file_relocation_is_supported(relocation->kind))
			continue;
		findings_add(findings, checks->fallback,
			"cell %s: section %s, offset 0x%" PRIx64
			": relocation %s against %s is none that the loader supports "
			"(R_X86_64_64, PC32, PLT32, 32, 32S): compile with the flags of //platforms:flags.bzl",
			checks->cell, section->name, relocation->offset, object_file_relocation_name(relocation->kind),
			symbol && symbol->name[0] ? symbol->name : "a section");
	}
}

// Two variables of one name (in two files, or in two functions) could not be told apart when the cell is swapped.
static void check_states(const struct object_checks *checks, struct findings *findings)
{
	struct cell_symbols symbols = cell_symbols_of(checks->object);
	for (size_t i = 1; i < symbols.states.symbols.count; i++) {
		const struct object_symbol *symbol = symbols.states.symbols.items[i];
		if (!strcmp(symbol->name, symbols.states.symbols.items[i - 1]->name))
			findings_add(findings, object_checks_source_of(checks, symbol),
				"cell %s has two state variables named %s: rename one", checks->cell, symbol->name);
	}
}

void object_checks_run(const struct object_checks *checks, struct findings *findings)
{
	check_writable(checks, findings);
	for (size_t i = 0; i < checks->object->symbols.count; i++) {
		const struct object_symbol *symbol = &checks->object->symbols.items[i];
		if (symbol->type != STT_SECTION && symbol->type != STT_FILE && symbol->name[0] &&
			!cell_symbols_is_compilers(symbol->name))
			check_symbol(checks, symbol, findings);
	}
	check_states(checks, findings);
	check_relocations(checks, findings);
}
