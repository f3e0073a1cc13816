#include "tools/cellmeta/contracts.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

std::string contract(const std::string &header, const char *function = "f")
{
	struct contracts contracts;
	contracts_of_header(&contracts, header.data(), header.size());
	return contracts_text(&contracts, function);
}

TEST(Contracts, NamesParametersByTheirPosition)
{
	EXPECT_EQ(contract("void f(struct a *x) CONSUMES(x);"), " CONSUMES(#0)");
	EXPECT_EQ(contract("void f(int n, struct a *x) BORROWS(x);"), " BORROWS(#1)");
	EXPECT_EQ(contract("MUST_USE enum status f(struct a *to, const char *name) PRODUCES_IF(STATUS_OK, to);"),
		" PRODUCES_IF(STATUS_OK,#0)");
	EXPECT_EQ(contract("void f(int (*visit)(void *context, int n), struct a *x[4]) BORROWS_MUT(x);"),
		" BORROWS_MUT(#1)");
	EXPECT_EQ(contract("void f(int (*visit)(void *context), struct a *x) BORROWS(visit);"), " BORROWS(#0)");
	EXPECT_EQ(contract("void f(struct a *x) LOCKS(&x->lock) ENTERS(interrupts_off);"),
		" ENTERS(interrupts_off) LOCKS(&#0->lock)");
}

TEST(Contracts, DoNotDependOnTheOrderOfClauses)
{
	EXPECT_EQ(contract("void f(struct a *x, struct a *y) PRODUCES(y) CONSUMES(x);"), " CONSUMES(#0) PRODUCES(#1)");
	EXPECT_EQ(
		contract("void f(struct a *x, struct a *y) CONSUMES(x)\n\tPRODUCES(y);"), " CONSUMES(#0) PRODUCES(#1)");
	EXPECT_EQ(contract("void f(struct a *x) MAY_SLEEP BORROWS(x);"), " BORROWS(#0) MAY_SLEEP");
}

TEST(Contracts, BelongToTheirFunctionAlone)
{
	const char *const header =
		"#define f(x) CONSUMES(x)\n// void f(struct a *x) CONSUMES(x);\n"
		"int g(struct a *x) BORROWS(x);\nint f(struct a *x);\nint h(struct a *x) CONSUMES(x);\n"
		"static inline int i(struct a *x) PRODUCES(x) { return h(x); }\n";
	EXPECT_EQ(contract(header), "");
	EXPECT_EQ(contract(header, "g"), " BORROWS(#0)");
	EXPECT_EQ(contract(header, "h"), " CONSUMES(#0)");
	EXPECT_EQ(contract(header, "i"), " PRODUCES(#0)");
	EXPECT_EQ(contract(header, "none"), "");
	EXPECT_EQ(contract("__attribute__((noreturn)) void f(void);"), "");
}

TEST(Contracts, SurviveAnyText)
{
	const std::string header = "int f(struct a *x, int (*y)(int)) CONSUMES(x) MAY_SLEEP;";
	for (size_t from = 0; from < header.size(); from++)
		for (size_t length = 0; from + length <= header.size(); length++)
			contract(header.substr(from, length));
}

} // namespace
