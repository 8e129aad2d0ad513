/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* firmware.h - files for a guest's /lib/firmware/habanalabs/ASIC, in place of those that no test may ship. */
#ifndef VU_FIRMWARE_H
#define VU_FIRMWARE_H

/* An exit status; what is wrong is told on stderr. */
int vu_firmware_write(const char *asic, const char *folder);

#endif /* VU_FIRMWARE_H */
