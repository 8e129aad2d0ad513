/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fw.h - the simple firmware protocol: the boot CPU asks for an image through a status register,
 * the driver copies it into the device and says so through a message register (hl_boot_if.h).
 */
#ifndef HLRT_FW_H
#define HLRT_FW_H

#include <linux/io.h>
#include <linux/types.h>

struct hlrt_device;

#define HLRT_FW_NIC_RDY 11
#define HLRT_FW_READY_TO_BOOT 15
#define HLRT_FW_WAITING_FOR_BOOT_FIT 16
#define HLRT_FW_DRAM_RDY 2
#define HLRT_FW_SRAM_AVAIL 3

/* Capability register STS0. */
#define HLRT_FW_STS0_SECURITY BIT(0)
#define HLRT_FW_STS0_FW_RESET BIT(10)
#define HLRT_FW_STS0_PI_ACK BIT(15)
#define HLRT_FW_STS0_COMMS BIT(16)
#define HLRT_FW_STS0_IATU_DONE BIT(17)
#define HLRT_FW_STS0_ENABLED BIT(31)

/* Messages to the boot CPU, and its answers. */
#define HLRT_FW_MSG_NONE 0
#define HLRT_FW_MSG_GOTO_WFE 1
#define HLRT_FW_MSG_FIT_RDY 2
#define HLRT_FW_MSG_RST_DEV 4
#define HLRT_FW_ACK_NONE 0
#define HLRT_FW_ACK_OK 1

/* A driver has touched the chip since its reset. */
#define HLRT_FW_HW_DIRTY 1

struct hlrt_fw_image {
	const char *name;
	unsigned int bar; /* the image goes to offset bytes behind its beginning */
	u64 offset, max;
};

/* Where a chip has what the protocol needs. Registers are offsets from dev->regs. */
struct hlrt_fw_chip {
	u32 hw_state; /* HLRT_FW_HW_DIRTY, or as a reset left it */
	u32 boot_status, boot_error;
	u32 msg_to_cpu, cpu_to_host;
	u32 sts0;
	/* Registers with the address of a version string in SRAM. */
	u32 preboot_version, boot_version;
	unsigned int sram_bar;
	u64 sram_base, sram_size;
	struct hlrt_fw_image boot_fit, linux_fit;
};

/* Until preboot is ready for anything; its capabilities and version. */
int hlrt_fw_preboot(struct hlrt_device *dev, const struct hlrt_fw_chip *chip);
/* From there to a running device CPU. */
int hlrt_fw_boot(struct hlrt_device *dev, const struct hlrt_fw_chip *chip);
/* From any state to preboot: a chip that was in use is reset. */
int hlrt_fw_wake(struct hlrt_device *dev, const struct hlrt_fw_chip *chip);

#endif /* HLRT_FW_H */
