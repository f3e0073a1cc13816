// The local APIC: how a core gets interrupts, sends them to others, and has a timer of its own.
//
// Its registers lie at one physical address that leads each core to its own. Only this mode (xAPIC) is used: a machine
// whose firmware has switched to the other one (x2APIC) is refused, with the reason.
//
// Context: local_apic_start once, on the boot core; it maps memory. The other functions act on the core that calls
// them; no lock. Those that send need two writes, and turn interrupts off for them. Source: Intel SDM volume 3A,
// chapter 11 (APIC), sections 11.4 (registers), 11.5.4 (timer), 11.6.1 (sending), 11.9 (spurious interrupts).
#pragma once

#include <stdint.h>

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"

enum {
	LOCAL_APIC_SPURIOUS_VECTOR = 255, // of an interrupt that was none; it needs no end
};

#ifdef __cplusplus
extern "C" {
#endif

// Maps the registers and turns this core's APIC on. STATUS_NO_DEVICE: there is none. STATUS_UNSUPPORTED: it is in the
// other mode. Others as device_memory_map.
MUST_USE enum status local_apic_start(struct diagnosis *why);

// Turns the APIC of another core on, on that core.
void local_apic_start_on_this_core(void);

// This core's number among APICs.
uint32_t local_apic_id(void);

// The interrupt that came last has been taken care of: the next one may come. Not for the spurious one.
void local_apic_end_of_interrupt(void);

// Sends interrupt `vector` to the core of that number, or to all but this one. It need not have arrived on return, but
// it has left.
void local_apic_send(uint32_t apic_id, uint8_t vector);
void local_apic_send_to_others(uint8_t vector);

// The same with an interrupt that cannot be masked.
void local_apic_send_nmi(uint32_t apic_id);

// The two messages that start another core: it waits; it begins at `page` * 4096, in real mode.
void local_apic_send_init(uint32_t apic_id);
void local_apic_send_startup(uint32_t apic_id, uint8_t page);

// This core's timer raises `vector` when it has counted down from `ticks` (0: it is off). Whatever it did before is
// forgotten.
void local_apic_timer_start(uint8_t vector, uint32_t ticks);
uint32_t local_apic_timer_remaining(void);

#ifdef __cplusplus
}
#endif
