/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* crc32.h - CRC-32 of IEEE 802.3, of which the firmware protocol and its images make use. */
#ifndef HLM_CRC32_H
#define HLM_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* Without the inversions before and behind: the kernel's crc32_le(). */
static inline uint32_t hlm_crc32_raw(uint32_t crc, const void *data, size_t len)
{
	static const uint32_t of_nibble[16] = { 0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
						0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
						0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C };
	const uint8_t *p = (const uint8_t *)data;

	for (; len; len--) {
		crc ^= *p++;
		crc = crc >> 4 ^ of_nibble[crc & 0xF];
		crc = crc >> 4 ^ of_nibble[crc & 0xF];
	}
	return crc;
}

static inline uint32_t hlm_crc32(const void *data, size_t len)
{
	return ~hlm_crc32_raw(0xFFFFFFFF, data, len);
}

#endif /* HLM_CRC32_H */
