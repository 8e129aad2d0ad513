/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * identity.h - what the model's firmware says of itself and of its card. Tests that ask a driver for it
 * compare with the same names. Units are those in which drivers take the numbers, where no header names one.
 */
#ifndef HLM_GAUDI_IDENTITY_H
#define HLM_GAUDI_IDENTITY_H

/* A name with a dash is refused by the kernel's hwmon, which drivers register under the card's name. */
#define GAUDI_MODEL_CARD_NAME "HL205"
#define GAUDI_MODEL_FIRMWARE "gaudi model, fw-0.1.0"
#define GAUDI_MODEL_KERNEL "Linux version 0.1.0 (gaudi model)"
/* Drivers read numbers out of it: of a release and, behind "fw-", of the firmware. */
#define GAUDI_MODEL_PREBOOT "Preboot version hl-gaudi-0.1.0-fw-0.1.0-sec-0 (gaudi model)"
#define GAUDI_MODEL_UBOOT "U-Boot " GAUDI_MODEL_FIRMWARE
#define GAUDI_MODEL_FUSES "gaudi model, fuses 1"
#define GAUDI_MODEL_THERMAL "gaudi model, thermal 1"
#define GAUDI_MODEL_EEPROM "gaudi model"
#define GAUDI_MODEL_CARD_TYPE 1u /* a module, cpucp_if.h */
#define GAUDI_MODEL_CPLD 0x10u
#define GAUDI_MODEL_REGULATOR 0x21u

#define GAUDI_MODEL_CLOCK_HZ 1600000000ull /* what it runs at, however much more software allows */
#define GAUDI_MODEL_MAX_POWER_MW 350000ull
#define GAUDI_MODEL_IDLE_POWER_MW 60000ull
#define GAUDI_MODEL_TEMPERATURE_MDEG 45000ull
#define GAUDI_MODEL_VOLTAGE_MV 12000ull
#define GAUDI_MODEL_CURRENT_MA 5000ull

/* MHz of a PLL's four outputs, the same for each. Software takes the timestamp's rate from the CPU's third. */
#define GAUDI_MODEL_PLL0_MHZ 2000ull
#define GAUDI_MODEL_PLL1_MHZ 1000ull
#define GAUDI_MODEL_PLL2_MHZ 1000ull
#define GAUDI_MODEL_PLL3_MHZ 500ull

#endif /* HLM_GAUDI_IDENTITY_H */
