#include "tools/cellmeta/header_names.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

std::string declared(const std::string &header)
{
	struct header_names names = {};
	std::string found;
	header_names_add(&names, header.data(), header.size());
	for (size_t i = 0; i < names.names.count; i++) {
		const struct header_name &name = names.names.items[i];
		found += name.kind == HEADER_NAME_FORWARD ? "forward " : "";
		found += name.kind == HEADER_NAME_TAG ? "tag " : name.kind == HEADER_NAME_TYPEDEF ? "typedef " : "";
		found += std::string(name.name) + "\n";
	}
	return found;
}

TEST(HeaderNames, FindsEveryKindOfDeclaration)
{
	EXPECT_EQ(declared("struct ring { int size; struct inner { int x; } in; };"), "tag ring\ntag inner\n");
	EXPECT_EQ(declared("union either { int a; };\nstruct opaque;\n"), "tag either\nforward opaque\n");
	EXPECT_EQ(declared("enum colour { RED, GREEN = (1 << 2), BLUE };"), "tag colour\nRED\nGREEN\nBLUE\n");
	EXPECT_EQ(declared("enum { LIMIT = 3 };"), "LIMIT\n");
	EXPECT_EQ(declared("enum small : unsigned char { A };"), "tag small\nA\n");
	EXPECT_EQ(declared("enum : unsigned char { B };"), "B\n");
	EXPECT_EQ(declared("typedef unsigned long word;"), "typedef word\n");
	EXPECT_EQ(declared("typedef void handler(const char *format, int count);"), "typedef handler\n");
	EXPECT_EQ(declared("typedef int (*callback)(void *context);"), "typedef callback\n");
	EXPECT_EQ(declared("typedef struct { int x; } pair;"), "typedef pair\n");
	EXPECT_EQ(declared("int ring_get(struct ring *ring, int (*choose)(int));"), "ring_get\n");
	EXPECT_EQ(declared("extern const unsigned ring_table[4];"), "ring_table\n");
	EXPECT_EQ(declared("static inline int one(void) { return two(3); }\nint four(void);"), "one\nfour\n");
	EXPECT_EQ(declared("#define RING_SIZE 4\n#define RING_AT(i) \\\n\tring[i]\n"), "RING_SIZE\nRING_AT\n");
	EXPECT_EQ(declared("__attribute__((noreturn, format(printf, 1, 2))) void stop(const char *, ...);"), "stop\n");
	EXPECT_EQ(declared("[[nodiscard]] int checked(void);"), "checked\n");
	EXPECT_EQ(declared("static_assert(sizeof(int) == 4, \"int\");"), "");
}

TEST(HeaderNames, LooksThroughLinkageAndDirectives)
{
	EXPECT_EQ(declared("#pragma once\n#include <stddef.h>\n#include \"cells/a/b/b.h\"\n#if defined(X) && Y\n"
			   "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void);\n#ifdef "
			   "__cplusplus\n}\n#endif\nint g(void);\n"),
		"f\ng\n");
}

TEST(HeaderNames, KnowsTheDialectsHandles)
{
	EXPECT_EQ(declared("HANDLE(pages) {\n\tint count;\n};\nHANDLE_FUNCTIONS(pages)\nint pages_count(const struct "
			   "pages *p);"),
		"tag pages\npages_drop\npages_move\npages_fill\npages_release\npages_count\n");
	EXPECT_EQ(declared("LOCK_TYPE(gate) { int x; };\nLOCK_FUNCTIONS_IN(gate, off)\nint gate_count(void);"),
		"tag gate\ngate_count\n");
	EXPECT_EQ(declared("SLICE_TYPE(pages, struct page);\nSENDABLE(pages);\nint pages_count(void);"),
		"tag pages\npages_count\n");
	EXPECT_EQ(declared("struct CAPABILITY(\"lock\") lock { int x; };"), "tag lock\n");
}

TEST(HeaderNames, IgnoresCommentsAndLiterals)
{
	EXPECT_EQ(declared("// struct a;\n/* int b(void); */ int c(void); // \"\n"), "c\n");
	EXPECT_EQ(declared("#define TEXT \"struct x;\" // y\nint d(void);"), "TEXT\nd\n");
}

unsigned used(const std::string &header, const std::string &source)
{
	struct header_names names = {};
	struct source_names mentioned = {};
	header_names_add(&names, header.data(), header.size());
	source_names_add(&mentioned, "a.c", source.data(), source.size());
	return header_names_used(&names, &mentioned);
}

TEST(HeaderNames, TellsHowASourceUsesAHeader)
{
	const std::string header =
		"#define LIMIT 4\nstruct ring { int size; };\ntypedef int word;\nenum colour { RED };\n";
	EXPECT_EQ(used(header, "int x;"), unsigned(HEADER_USE_NONE));
	EXPECT_EQ(used(header, "int x = LIMIT;"), unsigned(HEADER_USE_OTHER));
	EXPECT_EQ(used(header, "#if LIMIT > 3\n#endif\n"), unsigned(HEADER_USE_OTHER));
	EXPECT_EQ(used(header, "#define MORE (LIMIT + 1)\n"), unsigned(HEADER_USE_OTHER));
	EXPECT_EQ(used(header, "word x;"), unsigned(HEADER_USE_TYPE));
	EXPECT_EQ(used(header, "struct ring r; int y = RED;"), unsigned(HEADER_USE_TYPE | HEADER_USE_OTHER));
	EXPECT_EQ(used(header, "int ring, colour, size;"), unsigned(HEADER_USE_NONE))
		<< "a tag is used behind its keyword only";
	EXPECT_EQ(used(header, "// LIMIT\nconst char *s = \"LIMIT\";"), unsigned(HEADER_USE_NONE));
	EXPECT_EQ(used("HANDLE(pages) {};", "OWN(pages, mine);"), unsigned(HEADER_USE_TYPE));
}

TEST(HeaderNames, NotesIncludesWithTheirLines)
{
	const std::string source =
		"// one\n#include <stddef.h>\n#  include \"cells/a/b/b.h\"\n/*\n*/\n#include \"c.h\" // x\n";
	struct source_names names = {};
	source_names_add(&names, "a.c", source.data(), source.size());
	ASSERT_EQ(names.includes.count, 2u);
	EXPECT_STREQ(names.includes.items[0].path, "cells/a/b/b.h");
	EXPECT_EQ(names.includes.items[0].line, 3u);
	EXPECT_STREQ(names.includes.items[1].path, "c.h");
	EXPECT_EQ(names.includes.items[1].line, 6u);
}

TEST(HeaderNames, SurvivesAnyText)
{
	const std::string header = "struct a { int b; };\n#define C(x) \\\n x\nextern \"C\" {\nint f(int (*g)(void)) "
				   "__attribute__((x));\n}\n"
				   "/* y */ enum { Z = ')' };\n";
	for (size_t from = 0; from < header.size(); from++)
		for (size_t length = 0; from + length <= header.size(); length++)
			declared(header.substr(from, length));
	for (const char *odd :
		{"(", ")))", "{{{", "}", "\\", "\\\n", "\"", "'", "/*", "#", "#define", "enum", "struct {", "[["})
		declared(odd);
}

} // namespace
