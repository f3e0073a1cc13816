// Lent pages: mapped memory that another task may reach, too, for as long as it has the loan.
//
// A borrow within one function is a pointer, and the compiler follows it. What crosses to another task must hold by
// itself: a loan is a handle, moved to whoever borrows, and the page-table entries count the loans of each page. Until
// the last one is dropped the memory stays as it is, so that nobody ever finds it gone or another's: a change of its
// permission panics before anything is changed, and an owner who goes, killed or not, leaves it to the borrowers, the
// last of whom unmaps it. The owner may use the memory meanwhile, move its handle, and lend it again; whoever writes
// must agree with the others on when.
//
//     OWN(lent_pages, loan);
//     TRY(lent_pages_from(&loan, &table));      // table is a mapped_pages that somebody owns
//     TRY(reader_spawn(&task, &loan, &options)); // TASK_HANDLE(lent_pages): the other task reads it, and drops it
//
// Context: takes the lock of page_table; allocates nothing; may be called with interrupts off.
#pragma once

#include "cells/base/bytes/bytes.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

// To be read.
HANDLE(lent_pages)
{
	uintptr_t start PRIVATE_OF(lent_pages);
	size_t size_bytes PRIVATE_OF(lent_pages);
	size_t page_count PRIVATE_OF(lent_pages); // 0: empty
};
SENDABLE(lent_pages);

// To be read and written.
HANDLE(lent_pages_mut)
{
	uintptr_t start PRIVATE_OF(lent_pages);
	size_t size_bytes PRIVATE_OF(lent_pages);
	size_t page_count PRIVATE_OF(lent_pages); // 0: empty
};
SENDABLE(lent_pages_mut);

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(lent_pages)
HANDLE_FUNCTIONS(lent_pages_mut)

// Lends all of `pages`. STATUS_BUSY: PAGE_TABLE_LOANS_MAX loans of them are out.
MUST_USE enum status lent_pages_from(struct lent_pages *loan, const struct mapped_pages *pages)
	PRODUCES_IF(STATUS_OK, loan) BORROWS(pages);
MUST_USE enum status lent_pages_from_exec(struct lent_pages *loan, const struct mapped_pages_exec *pages)
	PRODUCES_IF(STATUS_OK, loan) BORROWS(pages);
MUST_USE enum status lent_pages_mut_from(struct lent_pages_mut *loan, struct mapped_pages_mut *pages)
	PRODUCES_IF(STATUS_OK, loan) BORROWS_MUT(pages);

// One more loan of the same memory.
MUST_USE enum status lent_pages_again(struct lent_pages *loan, const struct lent_pages *of) PRODUCES_IF(STATUS_OK, loan)
	BORROWS(of);

struct bytes lent_pages_bytes(const struct lent_pages *loan) BORROWS(loan);
struct bytes_mut lent_pages_mut_bytes(const struct lent_pages_mut *loan) BORROWS_MUT(loan);

// How many loans are out of the page that is lent most. 0: the memory can be unmapped.
unsigned lent_pages_count(const struct mapped_pages *pages) BORROWS(pages);
unsigned lent_pages_mut_count(const struct mapped_pages_mut *pages) BORROWS(pages);
unsigned lent_pages_exec_count(const struct mapped_pages_exec *pages) BORROWS(pages);

#ifdef __cplusplus
}
#endif
