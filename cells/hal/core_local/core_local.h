// Which core runs this, and staying on it for a few instructions.
//
// Each core has a block of its own, which its GS base leads to; the block says the core's index. A cell that keeps
// something per core keeps an array of CORE_LOCAL_CORES and takes the element of this index. What only its own core
// touches needs no lock: it is enough that this code is not interrupted on the way, and so not moved to another core.
//
//     struct core_local_stay stay;
//     core_local_stay_lock(&stay); // interrupts off
//     struct pool *pool = &AT(pools, core_local_index());
//     ...
//     core_local_stay_unlock(&stay);
//
// Context: no allocation, no lock; callable from anywhere once core_local_install has run on this core.
// Source: Intel SDM volume 3A, section 3.4.4.1 (GS base in 64-bit mode).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#if __STDC_HOSTED__
#include "cells/hal/processor/processor.h"
#endif

enum { CORE_LOCAL_CORES = 64 };

struct thread; // cells/sync/thread

// What GS leads to.
struct core_local {
	size_t index;
	struct thread *thread;     // that runs on this core
	uint64_t preemption_holds; // while it is not 0, no other thread gets this core
	uint64_t reschedule;       // not 0: the thread is to give way as soon as nothing holds it
};

// From lock to unlock this code stays on its core, and nothing interrupts it.
LOCK_TYPE(core_local_stay)
{
	uint64_t flags; // for the functions below alone
};

#ifdef __cplusplus
extern "C" {
#endif

// Makes this the core of that index; once on each core, before anything that asks for it. Panics on an index that is
// too large.
void core_local_install(size_t index);

#if __STDC_HOSTED__
// The double: every thread is a core. A thread that installed nothing is core 0.
struct core_local *core_local_host_block(void);
#endif

// The index of the core that runs this, less than CORE_LOCAL_CORES.
static inline size_t core_local_index(void) NEEDS_INTERRUPTS_OFF;
static inline size_t core_local_index(void)
{
#if __STDC_HOSTED__
	return core_local_host_block()->index;
#else
	size_t index;
	__asm__ volatile("movq %%gs:%c1, %0" : "=r"(index) : "i"(offsetof(struct core_local, index)));
	return index;
#endif
}

// The thread that runs this: null before the first one is set. It is the same before and after a move to another core,
// so interrupts may be on.
static inline struct thread *core_local_thread(void)
{
#if __STDC_HOSTED__
	return core_local_host_block()->thread;
#else
	struct thread *thread;
	__asm__ volatile("movq %%gs:%c1, %0" : "=r"(thread) : "i"(offsetof(struct core_local, thread)));
	return thread;
#endif
}

// For whoever switches threads.
static inline void core_local_set_thread(struct thread *thread) NEEDS_INTERRUPTS_OFF;
static inline void core_local_set_thread(struct thread *thread)
{
#if __STDC_HOSTED__
	core_local_host_block()->thread = thread;
#else
	__asm__ volatile("movq %0, %%gs:%c1" ::"r"(thread), "i"(offsetof(struct core_local, thread)) : "memory");
#endif
}

// The count of holds: one instruction each, so that no interrupt comes between. Who holds stays on the core.
static inline void core_local_hold_preemption(void)
{
#if __STDC_HOSTED__
	core_local_host_block()->preemption_holds++;
#else
	__asm__ volatile("incq %%gs:%c0" ::"i"(offsetof(struct core_local, preemption_holds)) : "memory", "cc");
#endif
}

static inline void core_local_release_preemption(void)
{
#if __STDC_HOSTED__
	core_local_host_block()->preemption_holds--;
#else
	__asm__ volatile("decq %%gs:%c0" ::"i"(offsetof(struct core_local, preemption_holds)) : "memory", "cc");
#endif
}

static inline uint64_t core_local_preemption_holds(void)
{
#if __STDC_HOSTED__
	return core_local_host_block()->preemption_holds;
#else
	uint64_t holds;
	__asm__ volatile("movq %%gs:%c1, %0" : "=r"(holds) : "i"(offsetof(struct core_local, preemption_holds)));
	return holds;
#endif
}

// The wish that the thread gives way: one instruction each, too.
static inline void core_local_set_reschedule(bool wanted)
{
#if __STDC_HOSTED__
	core_local_host_block()->reschedule = wanted;
#else
	__asm__ volatile("movq %0, %%gs:%c1" ::"r"((uint64_t)wanted), "i"(offsetof(struct core_local, reschedule))
			 : "memory");
#endif
}

static inline bool core_local_reschedule(void)
{
#if __STDC_HOSTED__
	return core_local_host_block()->reschedule != 0;
#else
	uint64_t wanted;
	__asm__ volatile("movq %%gs:%c1, %0" : "=r"(wanted) : "i"(offsetof(struct core_local, reschedule)));
	return wanted != 0;
#endif
}

static inline void core_local_stay_lock(struct core_local_stay *stay) LOCKS(stay) ENTERS(interrupts_off);
static inline void core_local_stay_unlock(struct core_local_stay *stay) UNLOCKS(stay) LEAVES(interrupts_off);

// The same where interrupts are known to be on, so that nothing has to be remembered: for a few instructions less.
static inline void core_local_stay_lock_enabled(struct core_local_stay *stay) LOCKS(stay) ENTERS(interrupts_off);
static inline void core_local_stay_unlock_enabled(struct core_local_stay *stay) UNLOCKS(stay) LEAVES(interrupts_off);

#ifdef __cplusplus
}
#endif

LOCK_FUNCTIONS_IN(core_local_stay, interrupts_off)

enum { CORE_LOCAL_FLAG_INTERRUPTS_ = 1 << 9 };

static inline void core_local_stay_lock(struct core_local_stay *stay)
{
#if __STDC_HOSTED__
	stay->flags = processor_interrupts_enabled() ? CORE_LOCAL_FLAG_INTERRUPTS_ : 0;
	processor_disable_interrupts();
#else
	__asm__ volatile("pushfq; popq %0; cli" : "=r"(stay->flags)::"memory");
#endif
	core_local_stay_taken(stay);
}

static inline void core_local_stay_unlock(struct core_local_stay *stay)
{
	core_local_stay_given_back(stay);
	if (!(stay->flags & CORE_LOCAL_FLAG_INTERRUPTS_))
		return;
#if __STDC_HOSTED__
	processor_enable_interrupts();
#else
	__asm__ volatile("sti" ::: "memory");
#endif
}

static inline void core_local_stay_lock_enabled(struct core_local_stay *stay)
{
#if __STDC_HOSTED__
	processor_disable_interrupts();
#else
	__asm__ volatile("cli" ::: "memory");
#endif
	core_local_stay_taken(stay);
}

static inline void core_local_stay_unlock_enabled(struct core_local_stay *stay)
{
	core_local_stay_given_back(stay);
#if __STDC_HOSTED__
	processor_enable_interrupts();
#else
	__asm__ volatile("sti" ::: "memory");
#endif
}
