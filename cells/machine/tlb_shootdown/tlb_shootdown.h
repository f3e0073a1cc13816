// Telling the other cores that a mapping has changed, and waiting until each has forgotten the old one.
//
// Who takes a page out of the page table asks here, by way of page_table, before its frame is free for anyone: the
// request is left in the asking core's own place, a bit of it in each other core's mailbox, and an NMI makes that core
// look. It forgets the pages and takes its bit back; when none is left, no TLB knows the pages any more. It is the NMI
// because it comes through everywhere: also to a core that waits, with interrupts off, for a lock that the asking core
// holds.
//
// A core gets one NMI for each time that its mailbox was empty before, so an NMI with an empty mailbox is none of ours.
//
// Context: takes no lock, allocates nothing; asking waits for all others, with interrupts off.
// Source: Intel SDM volume 3A, sections 4.10.5 (propagation of changes to other processors), 6.7 (NMI).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"

enum { TLB_SHOOTDOWN_PAGES_MAX = 64 }; // beyond, everything is forgotten at once

#ifdef __cplusplus
extern "C" {
#endif

// From now on page_table asks here. Once, on the boot core, which joins, before another core starts.
void tlb_shootdown_start(void);

// From now on this core is asked. What it remembered until now it forgets. Once on each core, when its interrupt table
// and its APIC work.
void tlb_shootdown_join(void) NEEDS_INTERRUPTS_OFF;

// On return every core that has joined, but this one, has forgotten `page_count` pages from `address` on; 0 of them:
// everything.
void tlb_shootdown_run(uint64_t address, size_t page_count);

// Whether another core waits for core `index`; already out of date when it returns.
bool tlb_shootdown_is_asked(size_t index);

// How often core `index` was asked.
uint64_t tlb_shootdown_count(size_t index);

#ifdef __cplusplus
}
#endif
