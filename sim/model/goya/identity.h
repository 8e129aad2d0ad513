/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * identity.h - what the model's firmware says of itself and of its card. Tests that ask a driver for it
 * compare with the same names. Units are those in which drivers take the numbers, where no header names one.
 */
#ifndef HLM_GOYA_IDENTITY_H
#define HLM_GOYA_IDENTITY_H

#define GOYA_MODEL_CARD_NAME "HL1000" /* goyaP.h; a dash would be refused by the kernel's hwmon */
#define GOYA_MODEL_FIRMWARE "goya model, fw-0.1.0"
#define GOYA_MODEL_KERNEL "Linux version 0.1.0 (goya model)"
/* Drivers read numbers out of it: of a release and, behind "fw-", of the firmware. */
#define GOYA_MODEL_PREBOOT "Preboot version hl-goya-0.1.0-fw-0.1.0-sec-0 (goya model)"
#define GOYA_MODEL_UBOOT "U-Boot " GOYA_MODEL_FIRMWARE
#define GOYA_MODEL_FUSES "goya model, fuses 1"
#define GOYA_MODEL_THERMAL "goya model, thermal 1"
#define GOYA_MODEL_EEPROM "goya model"
#define GOYA_MODEL_CARD_TYPE 0u /* a PCIe card, cpucp_if.h */
#define GOYA_MODEL_CPLD 0x11u
#define GOYA_MODEL_REGULATOR 0x22u

#define GOYA_MODEL_CLOCK_HZ 1575000000ull /* goyaP.h, PLL_HIGH_DEFAULT */
#define GOYA_MODEL_MAX_POWER_MW 200000ull
#define GOYA_MODEL_IDLE_POWER_MW 20000ull
#define GOYA_MODEL_TEMPERATURE_MDEG 41000ull
#define GOYA_MODEL_VOLTAGE_MV 12000ull
#define GOYA_MODEL_CURRENT_MA 1700ull

/* MHz of a PLL's four outputs, the same for each. */
#define GOYA_MODEL_PLL0_MHZ 1600ull
#define GOYA_MODEL_PLL1_MHZ 800ull
#define GOYA_MODEL_PLL2_MHZ 400ull
#define GOYA_MODEL_PLL3_MHZ 200ull

#endif /* HLM_GOYA_IDENTITY_H */
