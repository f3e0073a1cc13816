// The ways out: switching the machine off, and starting it anew.
//
// Switching off is done for QEMU's machines only, whose ACPI power management ports are known (`pc` and `q35`: 0x604;
// older `pc`: 0xB004); under QEMU with a debug exit device, whoever wants an exit status uses cells/hal/debug_exit in
// its place. Reading a real machine's ports from its ACPI tables needs an interpreter of their code, which there is
// not.
//
// Context: no allocation, no lock; callable from anywhere. Nothing is written back or told to anyone before.
// Source: QEMU, hw/acpi/ich9.c, hw/acpi/piix4.c (PM1a_CNT); Intel 82801 (ICH9) data sheet, 13.7.5 (RST_CNT).
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

// Switches off. Where no known way works, halts the processor for good.
__attribute__((noreturn)) void power_off(void);

// Starts the machine anew: by the keyboard controller, then by the chipset's reset register. Where neither works, halts
// the processor for good.
__attribute__((noreturn)) void power_reset(void);

#ifdef __cplusplus
}
#endif
