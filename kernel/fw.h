/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fw.h - starting the device CPU (hl_boot_if.h). By the simple protocol it asks for an image
 * through a status register, and the driver copies it to where it always goes and says so through a
 * message register. By COMMS (fw_comms.c) the driver asks where, and is told by a descriptor.
 */
#ifndef HLRT_FW_H
#define HLRT_FW_H

#include <linux/firmware.h>
#include <linux/io.h>
#include <linux/types.h>

struct hlrt_device;

#define HLRT_FW_NIC_RDY 11
#define HLRT_FW_READY_TO_BOOT 15
#define HLRT_FW_WAITING_FOR_BOOT_FIT 16
#define HLRT_FW_DRAM_RDY 2
#define HLRT_FW_SRAM_AVAIL 3
#define HLRT_FW_FIT_CORRUPTED 9

/* Capability register STS0. */
#define HLRT_FW_STS0_SECURITY BIT(0)
#define HLRT_FW_STS0_FW_RESET BIT(10)
#define HLRT_FW_STS0_PI_ACK BIT(15)
#define HLRT_FW_STS0_COMMS BIT(16)
#define HLRT_FW_STS0_IATU_DONE BIT(17)
#define HLRT_FW_STS0_GIC_PRIVATE BIT(20)
#define HLRT_FW_STS0_MULTI_IRQ BIT(22)
#define HLRT_FW_STS0_ENABLED BIT(31)

/* Messages to the boot CPU, and its answers. */
#define HLRT_FW_MSG_NONE 0
#define HLRT_FW_MSG_GOTO_WFE 1
#define HLRT_FW_MSG_FIT_RDY 2
#define HLRT_FW_MSG_RST_DEV 5
#define HLRT_FW_ACK_NONE 0
#define HLRT_FW_ACK_OK 1

/* A driver has touched the chip since its reset. */
#define HLRT_FW_HW_DIRTY 1

/* Kinds of memory, as COMMS numbers them. */
enum hlrt_fw_ram { HLRT_FW_SRAM, HLRT_FW_DRAM, HLRT_FW_RAMS };

/* What of it firmware may be in: base is the chip's address of the BAR's first byte. */
struct hlrt_fw_region {
	unsigned int bar;
	u64 base, size;
};

struct hlrt_fw_image {
	const char *name;
	enum hlrt_fw_ram ram; /* by the simple protocol it goes to offset bytes behind its base */
	u64 offset;
};

/* Where a chip has what the protocol needs. Registers are offsets from dev->regs. */
struct hlrt_fw_chip {
	u32 hw_state; /* HLRT_FW_HW_DIRTY, or as a reset left it */
	u32 boot_status, boot_error;
	u32 msg_to_cpu, cpu_to_host;
	u32 sts0;
	/* Registers with the address of a version string in SRAM. */
	u32 preboot_version, boot_version;
	u32 gic; /* interrupts the CPU */
	u32 regs_size;
	struct hlrt_fw_region region[HLRT_FW_RAMS];
	struct hlrt_fw_image boot_fit, linux_fit;
};

/* Whose interrupts to the CPU; as COMMS numbers the registers that may stand for the GIC. */
enum hlrt_fw_irq {
	HLRT_FW_IRQ_QUEUE,
	HLRT_FW_IRQ_DMA_QM = 3,
	HLRT_FW_IRQ_DMA_CORE = 5,
	HLRT_FW_IRQ_HALT,
	HLRT_FW_IRQ_EVENTS,
	HLRT_FW_IRQS
};

/* Registers that preboot's descriptor may move, and what is known of the conversation. */
struct hlrt_comms {
	bool asked_for; /* by preboot, in place of the simple protocol */
	bool silent;	/* it has not answered: nothing more is asked of it until a reset */
	u32 command, status;
	u32 boot_status, boot_error, sts0;
	u32 irq[HLRT_FW_IRQS];	    /* the GIC, or what running firmware wants in its place */
	u32 told_irq[HLRT_FW_IRQS]; /* that, as told */
	u32 word;		    /* what status was last */
};

/* Until preboot is ready for anything; its capabilities and version. */
int hlrt_fw_preboot(struct hlrt_device *dev, const struct hlrt_fw_chip *chip);
/* From there to a running device CPU. */
int hlrt_fw_boot(struct hlrt_device *dev, const struct hlrt_fw_chip *chip);
/* From any state to preboot: a chip that was in use is reset. */
int hlrt_fw_wake(struct hlrt_device *dev, const struct hlrt_fw_chip *chip);

/* What a descriptor of COMMS says: what runs now, and where the next image goes. */
struct hlrt_comms_room {
	char version[128];
	void __iomem *image;
};

/* A chip without running firmware: it shall reset itself, or stop. */
void hlrt_fw_ask_reset(struct hlrt_device *dev, const struct hlrt_fw_chip *chip);
void hlrt_fw_ask_halt(struct hlrt_device *dev, const struct hlrt_fw_chip *chip);

/* fw.c, for fw_comms.c: a file, released by release_firmware(); and where in a BAR it shall go. */
int hlrt_fw_request(struct hlrt_device *dev, const char *name, const struct firmware **fw);
void __iomem *hlrt_fw_place(struct hlrt_device *dev, const struct hlrt_fw_chip *chip,
			    enum hlrt_fw_ram ram, u64 offset, u64 len);
u64 hlrt_fw_timeout_us(void);

/* fw_comms.c */
void hlrt_comms_reset(struct hlrt_device *dev, const struct hlrt_fw_chip *chip, bool asked_for);
int hlrt_comms_start(struct hlrt_device *dev, const struct hlrt_fw_chip *chip);
/*
 * The descriptor that the status word names, for an image of size bytes; what is wrong with it, or
 * NULL. Only when nothing is are the registers that it names used from then on.
 */
const char *hlrt_comms_read(struct hlrt_device *dev, const struct hlrt_fw_chip *chip, u32 word,
			    size_t size, struct hlrt_comms_room *room);
void hlrt_comms_ask_reset(struct hlrt_device *dev);
void hlrt_comms_ask_halt(struct hlrt_device *dev);

#endif /* HLRT_FW_H */
