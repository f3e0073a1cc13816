#include "cells/memory/lent_pages/lent_pages.h"

static struct virtual_address first_page(uintptr_t start)
{
	return (struct virtual_address){start & ~(uintptr_t)(PAGE_SIZE_BYTES - 1)};
}

// The same for each type of loan and each type of owner.
#define LENT_FROM_(name, loan_type, const_or_not, owner_type, bytes_of)                                                \
	enum status name(struct loan_type *loan, const_or_not struct owner_type *pages)                                \
	{                                                                                                              \
		size_t page_count = owner_type##_page_count(pages);                                                    \
		uintptr_t start = owner_type##_start_address(pages);                                                   \
		TRY(page_table_lend(first_page(start), page_count));                                                   \
		loan_type##_fill(loan, (struct loan_type){start, bytes_of(pages).size_bytes, page_count});             \
		return STATUS_OK;                                                                                      \
	}

LENT_FROM_(lent_pages_from, lent_pages, const, mapped_pages, mapped_pages_bytes)
LENT_FROM_(lent_pages_from_exec, lent_pages, const, mapped_pages_exec, mapped_pages_exec_bytes)
LENT_FROM_(lent_pages_mut_from, lent_pages_mut, , mapped_pages_mut, mapped_pages_mut_bytes)

static void end_loan(struct virtual_address start, size_t page_count)
{
	page_table_end_loan(start, page_count);
	mapped_pages_unmap_left(start, page_count);
}

#define RELEASE_(T)                                                                                                    \
	void T##_release(struct T *loan)                                                                               \
	{                                                                                                              \
		if (loan->page_count == 0)                                                                             \
			return;                                                                                        \
		end_loan(first_page(loan->start), loan->page_count);                                                   \
		loan->start = 0;                                                                                       \
		loan->size_bytes = 0;                                                                                  \
		loan->page_count = 0;                                                                                  \
	}

RELEASE_(lent_pages)
RELEASE_(lent_pages_mut)

enum status lent_pages_again(struct lent_pages *loan, const struct lent_pages *of)
{
	TRY(page_table_lend(first_page(of->start), of->page_count));
	lent_pages_fill(loan, (struct lent_pages){of->start, of->size_bytes, of->page_count});
	return STATUS_OK;
}

struct bytes lent_pages_bytes(const struct lent_pages *loan)
{
	return bytes_from(RAW_POINTER(void, loan->start), loan->size_bytes);
}

struct bytes_mut lent_pages_mut_bytes(const struct lent_pages_mut *loan)
{
	return bytes_mut_from(RAW_POINTER(void, loan->start), loan->size_bytes);
}

static unsigned most_loans(uintptr_t start, size_t page_count)
{
	unsigned most = 0;
	for (size_t i = 0; i < page_count; i++) {
		struct page_translation translation;
		if (page_table_lookup((struct virtual_address){start + i * PAGE_SIZE_BYTES}, &translation))
			continue;
		if (translation.loans > most)
			most = translation.loans;
	}
	return most;
}

unsigned lent_pages_count(const struct mapped_pages *pages)
{
	return most_loans(mapped_pages_start_address(pages), mapped_pages_page_count(pages));
}

unsigned lent_pages_mut_count(const struct mapped_pages_mut *pages)
{
	return most_loans(mapped_pages_mut_start_address(pages), mapped_pages_mut_page_count(pages));
}

unsigned lent_pages_exec_count(const struct mapped_pages_exec *pages)
{
	return most_loans(mapped_pages_exec_start_address(pages), mapped_pages_exec_page_count(pages));
}
