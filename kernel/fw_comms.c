// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Loading firmware by COMMS (hl_boot_if.h): the driver says how long an image is, the device CPU
 * prepares a descriptor that says where it goes, checks it when it is there, and starts it; twice,
 * for what runs after the first is asked for the second.
 *
 * One word each way. After every step the driver clears the CPU's word and then its own, so that
 * no old word is taken for a new one. Whatever the device says is checked before it is used.
 */

#include <linux/bitfield.h>
#include <linux/crc32.h>
#include <linux/delay.h>
#include <linux/iopoll.h>
#include <linux/mm.h>

#include "hlrt.h"

#define COMMS_POLL_US 100

enum comms_command {
	COMMS_NOOP = 0,
	COMMS_CLEAR_STATUS = 1,
	COMMS_RESET_STATE = 2,
	COMMS_PREPARE = 3,
	COMMS_DATA_READY = 4,
	COMMS_EXECUTE = 5,
	COMMS_RESET_DEVICE = 6,
	COMMS_GOTO_WFE = 7,
};

#define COMMS_COMMAND GENMASK(31, 27)
#define COMMS_COMMAND_SIZE GENMASK(24, 0)

enum comms_status { COMMS_STS_NOOP = 0, COMMS_STS_ACK = 1, COMMS_STS_OK = 2 }; /* then errors */

#define COMMS_STATUS GENMASK(31, 28)
#define COMMS_STATUS_RAM GENMASK(27, 26)
#define COMMS_STATUS_OFFSET GENMASK(25, 0) /* in words */

#define COMMS_MAGIC 0x4843444D	 /* of descriptors that are no messages yet */
#define COMMS_MAGIC_MSG 0x48434D /* behind it a version */

struct comms_header {
	__le32 magic;
	__le32 crc; /* of what follows */
	__le16 size;
	u8 version;
	u8 reserved[5];
};

/* As far as every version has it; each appends. */
struct comms_desc {
	struct comms_header header;
	__le32 before[12];
	__le32 sts0;
	__le32 sts1;
	__le32 boot_error;
	__le32 boot_error1;
	__le32 boot_status;
	__le32 between[7];
	__le32 command;
	__le32 status;
	__le32 irq[HLRT_FW_IRQS];
	__le32 behind[24];
	char fuse_version[128];
	char version[128];
	char reserved[128];
	__le64 image; /* the chip's address */
};

static_assert(sizeof(struct comms_desc) == 640);

void hlrt_comms_reset(struct hlrt_device *dev, const struct hlrt_fw_chip *chip, bool asked_for)
{
	unsigned int i;

	dev->comms = (struct hlrt_comms){
		.asked_for = asked_for,
		.command = chip->msg_to_cpu,
		.status = chip->cpu_to_host,
		.boot_status = chip->boot_status,
		.boot_error = chip->boot_error,
		.sts0 = chip->sts0,
	};
	for (i = 0; i < HLRT_FW_IRQS; i++)
		dev->comms.irq[i] = chip->gic;
}

/* Words */

static void comms_say(struct hlrt_device *dev, enum comms_command command, u32 size)
{
	hlrt_write(dev, dev->comms.command,
		   FIELD_PREP(COMMS_COMMAND, command) | FIELD_PREP(COMMS_COMMAND_SIZE, size));
}

static bool comms_is(u32 word, enum comms_status wanted)
{
	return FIELD_GET(COMMS_STATUS, word) == wanted;
}

static bool comms_is_error(u32 word)
{
	return FIELD_GET(COMMS_STATUS, word) > COMMS_STS_OK;
}

/* An error ends the wait, unless it is to be cleared. */
static int comms_wait(struct hlrt_device *dev, enum comms_status wanted)
{
	struct hlrt_comms *comms = &dev->comms;
	u32 word;
	int rc;

	rc = readl_poll_timeout(dev->regs + comms->status, word,
				comms_is(word, wanted) || (wanted && comms_is_error(word)),
				COMMS_POLL_US, hlrt_fw_timeout_us());
	comms->word = word;
	if (rc)
		comms->silent = true;
	else if (!comms_is(word, wanted))
		rc = -EREMOTEIO;
	return rc;
}

static int comms_clear(struct hlrt_device *dev)
{
	u32 word = dev->comms.word;
	int rc;

	comms_say(dev, COMMS_CLEAR_STATUS, 0);
	rc = comms_wait(dev, COMMS_STS_NOOP);
	if (!rc)
		dev->comms.word = word; /* what it said before is what counts */
	return rc;
}

static int comms_wait_and_clear(struct hlrt_device *dev, enum comms_status wanted)
{
	int rc;

	rc = comms_wait(dev, wanted);
	if (rc)
		return rc;
	rc = comms_clear(dev);
	if (!rc)
		comms_say(dev, COMMS_NOOP, 0);
	return rc;
}

/* The CPU carries a command out when it has been taken back; not every one has an answer. */
static int comms_call(struct hlrt_device *dev, enum comms_command command, u32 size, bool answers)
{
	int rc;

	if (dev->comms.silent)
		return -ETIMEDOUT;
	rc = comms_clear(dev);
	if (rc)
		return rc;
	comms_say(dev, command, size);
	rc = comms_wait_and_clear(dev, COMMS_STS_ACK);
	if (!rc && answers)
		rc = comms_wait_and_clear(dev, COMMS_STS_OK);
	return rc;
}

/* Descriptors */

static bool comms_register_ok(const struct hlrt_fw_chip *chip, u32 reg)
{
	return reg && IS_ALIGNED(reg, sizeof(u32)) && reg < chip->regs_size;
}

static bool comms_take_registers(struct hlrt_device *dev, const struct hlrt_fw_chip *chip,
				 const struct comms_desc *desc)
{
	struct hlrt_comms told = dev->comms;
	unsigned int i;

	told.command = le32_to_cpu(desc->command);
	told.status = le32_to_cpu(desc->status);
	told.boot_status = le32_to_cpu(desc->boot_status);
	told.boot_error = le32_to_cpu(desc->boot_error);
	told.sts0 = le32_to_cpu(desc->sts0);
	for (i = 0; i < HLRT_FW_IRQS; i++)
		told.told_irq[i] = le32_to_cpu(desc->irq[i]);
	if (!comms_register_ok(chip, told.command) || !comms_register_ok(chip, told.status) ||
	    !comms_register_ok(chip, told.boot_status) ||
	    !comms_register_ok(chip, told.boot_error) || !comms_register_ok(chip, told.sts0))
		return false;
	dev->comms = told;
	return true;
}

static bool comms_magic_ok(u32 magic)
{
	return magic == COMMS_MAGIC || magic >> 8 == COMMS_MAGIC_MSG;
}

static const char *comms_header_wrong(const struct comms_header *header)
{
	if (!comms_magic_ok(le32_to_cpu(header->magic)))
		return "magic";
	if (!header->version)
		return "version";
	if (le16_to_cpu(header->size) < sizeof(struct comms_desc) - sizeof(*header))
		return "size";
	return NULL;
}

/* Read once: the device may go on writing. *desc is freed with kvfree(), whatever is wrong. */
static const char *comms_copy(struct hlrt_device *dev, const struct hlrt_fw_chip *chip, u32 word,
			      struct comms_desc **desc)
{
	u64 offset = (u64)FIELD_GET(COMMS_STATUS_OFFSET, word) * sizeof(u32);
	u32 ram = FIELD_GET(COMMS_STATUS_RAM, word);
	struct comms_header header;
	const char *wrong;
	void __iomem *from;
	size_t size;

	from = ram < HLRT_FW_RAMS ? hlrt_fw_place(dev, chip, ram, offset, sizeof(header)) : NULL;
	if (!from)
		return "place";
	memcpy_fromio(&header, from, sizeof(header));
	wrong = comms_header_wrong(&header);
	if (wrong)
		return wrong;
	size = le16_to_cpu(header.size);
	from = hlrt_fw_place(dev, chip, ram, offset, sizeof(header) + size);
	if (!from)
		return "place";
	*desc = kvmalloc(sizeof(header) + size, GFP_KERNEL);
	if (!*desc)
		return "size for this host's memory";
	memcpy_fromio(*desc, from, sizeof(header) + size);
	if (~crc32_le(~0, (u8 *)*desc + sizeof(header), size) != le32_to_cpu(header.crc))
		return "CRC";
	return NULL;
}

/* Where an image of so many bytes goes: NULL unless all of it is firmware's memory. */
static void __iomem *comms_image_place(struct hlrt_device *dev, const struct hlrt_fw_chip *chip,
				       u64 addr, u64 size)
{
	void __iomem *to = NULL;
	unsigned int ram;

	for (ram = 0; ram < HLRT_FW_RAMS && !to; ram++)
		if (addr >= chip->region[ram].base)
			to = hlrt_fw_place(dev, chip, ram, addr - chip->region[ram].base, size);
	return to;
}

static const char *comms_take(struct hlrt_device *dev, const struct hlrt_fw_chip *chip,
			      const struct comms_desc *desc, size_t size,
			      struct hlrt_comms_room *room)
{
	room->image = comms_image_place(dev, chip, le64_to_cpu(desc->image), size);
	if (!room->image)
		return "image address";
	if (!comms_take_registers(dev, chip, desc))
		return "registers";
	strscpy(room->version, desc->version, sizeof(room->version));
	return NULL;
}

const char *hlrt_comms_read(struct hlrt_device *dev, const struct hlrt_fw_chip *chip, u32 word,
			    size_t size, struct hlrt_comms_room *room)
{
	struct comms_desc *desc = NULL;
	const char *wrong;

	wrong = comms_copy(dev, chip, word, &desc);
	if (!wrong)
		wrong = comms_take(dev, chip, desc, size, room);
	kvfree(desc);
	return wrong;
}

static int comms_prepare(struct hlrt_device *dev, const struct hlrt_fw_chip *chip, size_t size,
			 struct hlrt_comms_room *room)
{
	const char *wrong;
	int rc;

	rc = comms_call(dev, COMMS_PREPARE, size, true);
	if (rc) {
		dev_err(dev->dev, "boot CPU has no room for %zu bytes: COMMS status 0x%08x\n", size,
			dev->comms.word);
		return rc;
	}
	wrong = hlrt_comms_read(dev, chip, dev->comms.word, size, room);
	if (wrong) {
		dev_err(dev->dev, "boot CPU's COMMS descriptor (status 0x%08x) has a wrong %s\n",
			dev->comms.word, wrong);
		return -EBADMSG;
	}
	return 0;
}

/* Steps */

static int comms_send(struct hlrt_device *dev, const struct hlrt_fw_chip *chip,
		      const struct hlrt_fw_image *image, const struct firmware *fw, char *version)
{
	struct hlrt_comms_room room;
	int rc;

	if (fw->size > FIELD_MAX(COMMS_COMMAND_SIZE)) {
		dev_err(dev->dev, "firmware file %s has %zu bytes, at most %lu can be told\n",
			image->name, fw->size, FIELD_MAX(COMMS_COMMAND_SIZE));
		return -EFBIG;
	}
	rc = comms_prepare(dev, chip, fw->size, &room);
	if (rc)
		return rc;
	strscpy(version, room.version, sizeof(room.version));
	memcpy_toio(room.image, fw->data, fw->size);
	rc = comms_call(dev, COMMS_DATA_READY, 0, true) ?:
		     comms_call(dev, COMMS_EXECUTE, 0, false);
	if (rc)
		dev_err(dev->dev,
			"boot CPU does not take firmware file %s: COMMS status 0x%08x, errors 0x%x\n",
			image->name, dev->comms.word, hlrt_read(dev, dev->comms.boot_error));
	return rc;
}

static int comms_load(struct hlrt_device *dev, const struct hlrt_fw_chip *chip,
		      const struct hlrt_fw_image *image, char *version)
{
	const struct firmware *fw;
	int rc;

	rc = hlrt_fw_request(dev, image->name, &fw);
	if (rc)
		return rc;
	rc = comms_send(dev, chip, image, fw, version);
	release_firmware(fw);
	return rc;
}

/* Until what was executed says that it runs. */
static int comms_wait_boot(struct hlrt_device *dev, u32 wanted)
{
	u32 status;

	if (readl_poll_timeout(dev->regs + dev->comms.boot_status, status,
			       status == wanted || status == HLRT_FW_SRAM_AVAIL, 1000,
			       hlrt_fw_timeout_us())) {
		dev_err(dev->dev,
			"boot CPU does not start what it has taken: status %u, errors 0x%x\n",
			status, hlrt_read(dev, dev->comms.boot_error));
		return -EIO;
	}
	return 0;
}

/* Firmware may keep the GIC to itself and watch registers in its place, or one for all. */
static int comms_take_interrupts(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	static const enum hlrt_fw_irq used[] = { HLRT_FW_IRQ_QUEUE, HLRT_FW_IRQ_DMA_QM,
						 HLRT_FW_IRQ_DMA_CORE, HLRT_FW_IRQ_HALT,
						 HLRT_FW_IRQ_EVENTS };
	struct hlrt_comms *comms = &dev->comms;
	u32 sts0 = hlrt_read(dev, comms->sts0);
	unsigned int i;

	if (!(sts0 & HLRT_FW_STS0_ENABLED) || !(sts0 & HLRT_FW_STS0_GIC_PRIVATE))
		return 0;
	if (!(sts0 & HLRT_FW_STS0_MULTI_IRQ)) {
		comms->told_irq[HLRT_FW_IRQ_HALT] = comms->told_irq[HLRT_FW_IRQ_QUEUE];
		comms->told_irq[HLRT_FW_IRQ_EVENTS] = comms->told_irq[HLRT_FW_IRQ_QUEUE];
	}
	for (i = 0; i < ARRAY_SIZE(used); i++) {
		u32 reg = comms->told_irq[used[i]];

		if (!comms_register_ok(chip, reg)) {
			dev_err(dev->dev, "firmware wants interrupt %u by register 0x%x\n",
				used[i], reg);
			return -EBADMSG;
		}
		comms->irq[used[i]] = reg;
	}
	return 0;
}

int hlrt_comms_start(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	int rc;

	rc = comms_call(dev, COMMS_RESET_STATE, 0, true);
	if (rc) {
		dev_err(dev->dev, "boot CPU does not answer COMMS: status 0x%08x\n",
			dev->comms.word);
		return rc;
	}
	rc = comms_load(dev, chip, &chip->boot_fit, dev->prop.preboot_version) ?:
		     comms_wait_boot(dev, HLRT_FW_READY_TO_BOOT);
	if (rc)
		return rc;
	rc = comms_load(dev, chip, &chip->linux_fit, dev->prop.boot_version) ?:
		     comms_wait_boot(dev, HLRT_FW_SRAM_AVAIL);
	return rc ?: comms_take_interrupts(dev, chip);
}

/* Nothing is said when these fail: what follows shows it. */

void hlrt_comms_ask_reset(struct hlrt_device *dev)
{
	comms_call(dev, COMMS_RESET_DEVICE, 0, false);
}

void hlrt_comms_ask_halt(struct hlrt_device *dev)
{
	if (!comms_call(dev, COMMS_GOTO_WFE, 0, false))
		msleep(hlrt_halt_wait_ms);
}
