#include "cells/memory/stack_pool/stack_pool.h"

#include "cells/hal/core_local/core_local.h"
#include "cells/hal/processor/processor.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/page_allocator/page_allocator.h"
#include "cells/memory/page_table/page_table.h"
#include "cells/sync/spinlock/spinlock.h"

// One stack, whoever has it. It lies in the heap, as the object that it owns itself.
struct stack_record {
	uintptr_t lowest;
	uintptr_t top;
	uintptr_t holder; // 0: it is kept. Others may look at it.
	enum stack_pool_size size;
	struct heap_object self;
	struct allocated_pages guard;
	struct mapped_pages reserve; // as long as it is closed
	struct mapped_pages_mut reserve_open;
	struct mapped_pages_mut memory;
	struct stack_record *next, *previous; // of the list of all
};

struct kept_stacks {
	struct stack_record *records[STACK_POOL_KEPT]; // each is taken and put by one atomic instruction
};

struct core_stacks {
	struct kept_stacks sizes[STACK_POOL_SIZES_];
};

static CELL_STATE_ZERO struct {
	struct spinlock lock;
	struct stack_record *first GUARDED_BY(&lock); // of all stacks
	struct core_stacks cores[CORE_LOCAL_CORES];
	bool reclaims; // stack_pool_trim is called when memory runs out
} pool;

// How often a crash looks whether the lock is free: then it is its own, or that of one who waits for the crash.
enum { LOCK_LOOKS = 10000 };

static const uint16_t page_counts[STACK_POOL_SIZES_] = {4, 16, 64};

// ---- All stacks ----

static void add(struct stack_record *record)
{
	GUARD(&pool.lock);
	record->next = pool.first;
	if (pool.first)
		pool.first->previous = record;
	pool.first = record;
}

static void take_out(struct stack_record *record)
{
	GUARD(&pool.lock);
	if (record->next)
		record->next->previous = record->previous;
	if (record->previous)
		record->previous->next = record->next;
	else
		pool.first = record->next;
}

// A stack's pages: the guard, the reserve, and the rest.
static enum status map(struct stack_record *record, size_t page_count)
{
	OWN(allocated_pages, pages);
	OWN(allocated_pages, guard);
	OWN(mapped_pages_mut, reserve);
	OWN(mapped_pages_mut, memory);
	OWN(mapped_pages, closed);
	TRY(page_allocator_allocate(&pages, (struct page_request){.count = 1 + STACK_POOL_RESERVE_PAGES + page_count}));
	page_allocator_split(&pages, 1, &guard);
	TRY(mapped_pages_mut_map_any(&reserve, &pages, PAGE_OWNER_STACK));
	TRY(mapped_pages_mut_split(&reserve, STACK_POOL_RESERVE_PAGES, &memory));
	mapped_pages_mut_freeze(&reserve, &closed);
	record->lowest = mapped_pages_mut_start_address(&memory);
	record->top = record->lowest + page_count * PAGE_SIZE_BYTES;
	allocated_pages_put_in(&record->guard, &guard);
	mapped_pages_put_in(&record->reserve, &closed);
	mapped_pages_mut_put_in(&record->memory, &memory);
	return STATUS_OK;
}

static enum status make(struct stack_record **made, enum stack_pool_size size)
{
	OWN(heap_object, object);
	TRY(heap_allocate(&object, sizeof(struct stack_record)));
	struct stack_record *record = HEAP_AS(struct stack_record, &object);
	record->size = size;
	TRY(map(record, AT(page_counts, (size_t)size)));
	heap_object_put_in(&record->self, &object);
	add(record);
	*made = record;
	return STATUS_OK;
}

static void unmake(struct stack_record *record)
{
	take_out(record);
	mapped_pages_mut_drop_in(&record->memory);
	mapped_pages_drop_in(&record->reserve);
	allocated_pages_drop_in(&record->guard);
	OWN(heap_object, self);
	heap_object_take_out(&self, &record->self);
}

// ---- What is kept ----

// Those of this core. If this goes on on another core meanwhile, it uses this one's all the same.
static struct kept_stacks *kept_here(enum stack_pool_size size)
{
	struct core_local_stay stay;
	GUARD_OF(core_local_stay, &stay);
	struct core_stacks *core = &AT(pool.cores, core_local_index());
	return &AT(core->sizes, (size_t)size);
}

static struct stack_record *take_kept(struct kept_stacks *kept)
{
	for (size_t i = 0; i < STACK_POOL_KEPT; i++) {
		struct stack_record **place = &AT(kept->records, i);
		if (!__atomic_load_n(place, __ATOMIC_RELAXED))
			continue;
		struct stack_record *record = __atomic_exchange_n(place, NULL, __ATOMIC_ACQUIRE);
		if (record)
			return record;
	}
	return NULL;
}

// False: there is no room.
static bool keep(struct kept_stacks *kept, struct stack_record *record)
{
	for (size_t i = 0; i < STACK_POOL_KEPT; i++) {
		struct stack_record **place = &AT(kept->records, i);
		struct stack_record *none = NULL;
		if (!__atomic_load_n(place, __ATOMIC_RELAXED) &&
			__atomic_compare_exchange_n(place, &none, record, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
			return true;
	}
	return false;
}

static void trim_core(struct core_stacks *core)
{
	for (size_t size = 0; size < STACK_POOL_SIZES_; size++) {
		struct stack_record *record;
		while ((record = take_kept(&AT(core->sizes, size))))
			unmake(record);
	}
}

void stack_pool_trim(void)
{
	for (size_t i = 0; i < COUNT_OF(pool.cores); i++)
		trim_core(&AT(pool.cores, i));
}

// ---- The reserve ----

static uintptr_t guard_of(const struct stack_record *record)
{
	return record->lowest - (1 + STACK_POOL_RESERVE_PAGES) * PAGE_SIZE_BYTES;
}

static struct stack_record *find(uintptr_t address) NEEDS_LOCK(&pool.lock)
{
	for (struct stack_record *record = pool.first; record; record = record->next) {
		if (address >= guard_of(record) && address < record->top)
			return record;
	}
	return NULL;
}

static bool lock_can_be_had(void)
{
	for (size_t looks = 0; spinlock_is_held(&pool.lock); looks++) {
		if (looks == LOCK_LOOKS)
			return false;
		processor_pause();
	}
	return true;
}

bool stack_pool_open_reserve(uintptr_t address)
{
	if (!lock_can_be_had())
		return false;
	GUARD(&pool.lock);
	struct stack_record *record = find(address);
	if (!record || address >= record->lowest || mapped_pages_is_empty(&record->reserve))
		return false;
	OWN(mapped_pages, closed);
	OWN(mapped_pages_mut, open);
	mapped_pages_take_out(&closed, &record->reserve);
	mapped_pages_thaw(&closed, &open);
	mapped_pages_mut_put_in(&record->reserve_open, &open);
	return true;
}

static void close_reserve(struct stack_record *record)
{
	if (__builtin_expect(mapped_pages_mut_is_empty(&record->reserve_open), 1))
		return;
	OWN(mapped_pages, closed);
	OWN(mapped_pages_mut, open);
	mapped_pages_mut_take_out(&open, &record->reserve_open);
	mapped_pages_mut_freeze(&open, &closed);
	mapped_pages_put_in(&record->reserve, &closed);
}

void stack_pool_close_reserve(uintptr_t address)
{
	GUARD(&pool.lock);
	struct stack_record *record = find(address);
	if (record)
		close_reserve(record);
}

// ---- Taking and dropping ----

enum status stack_pool_take(struct pooled_stack *out, enum stack_pool_size size, uintptr_t holder)
{
	if (size >= STACK_POOL_SIZES_ || holder == 0)
		return STATUS_BAD_ARGUMENT;
	struct stack_record *record = take_kept(kept_here(size));
	if (!record) {
		if (!__atomic_exchange_n(&pool.reclaims, true, __ATOMIC_RELAXED))
			page_table_set_reclaimer(stack_pool_trim, "stack_pool");
		TRY(make(&record, size));
	}
	__atomic_store_n(&record->holder, holder, __ATOMIC_RELAXED);
	pooled_stack_fill(out, (struct pooled_stack){record});
	return STATUS_OK;
}

void pooled_stack_release(struct pooled_stack *stack)
{
	struct stack_record *record = stack->record;
	if (!record)
		return;
	stack->record = NULL;
	__atomic_store_n(&record->holder, 0, __ATOMIC_RELAXED);
	close_reserve(record);
	if (!keep(kept_here(record->size), record))
		unmake(record);
}

uintptr_t pooled_stack_top(const struct pooled_stack *stack)
{
	return stack->record->top;
}

uintptr_t pooled_stack_lowest(const struct pooled_stack *stack)
{
	return stack->record->lowest;
}

// ---- Looking ----

bool stack_pool_find(uintptr_t address, struct stack_place *place)
{
	GUARD(&pool.lock);
	const struct stack_record *record = find(address);
	if (!record)
		return false;
	*place = (struct stack_place){
		.lowest = record->lowest,
		.size_bytes = record->top - record->lowest,
		.holder = __atomic_load_n(&record->holder, __ATOMIC_RELAXED),
		.in_guard = address < record->lowest,
	};
	return true;
}

struct stack_pool_statistics stack_pool_statistics(void)
{
	struct stack_pool_statistics statistics = {};
	GUARD(&pool.lock);
	for (const struct stack_record *record = pool.first; record; record = record->next) {
		statistics.stacks++;
		statistics.kept += __atomic_load_n(&record->holder, __ATOMIC_RELAXED) == 0;
		statistics.bytes += record->top - record->lowest;
	}
	return statistics;
}
