// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Messages to and events from the device CPU. */

#include <linux/delay.h>
#include <linux/iopoll.h>
#include <linux/ktime.h>

#include "fw.h"
#include "hlrt.h"

/* enum pq_init_status */
#define CPUCP_READY_FOR_HOST 2

#define CPUCP_CTL_RC_SHIFT 12
#define CPUCP_CTL_RC_MASK 0xF000u
#define CPUCP_CTL_OPCODE_SHIFT 16
#define CPUCP_FENCE_DONE 0xFE8CE7A5u

#define CPUCP_EQ_READY 0x80000000u
#define CPUCP_EQ_TYPE_SHIFT 16
#define CPUCP_EQ_TYPE_MASK 0x0FFF0000u

struct cpucp_msg {
	__le64 value; /* or address, or result */
	__le32 ctl;
	__le32 fence;
	__le32 index;
	__le32 port;
};

struct cpucp_pqe {
	__le64 addr;
	__le32 len;
	__le32 ctl;
};

struct cpucp_eqe {
	__le32 reserved;
	__le32 ctl;
	__le64 data[7];
};

/* Head of struct cpucp_info: what the driver shows. */
struct cpucp_info {
	__le32 sensors[256];
	char kernel_version[128];
	__le32 reserved;
	__le32 card_type;
	__le32 card_location;
	__le32 cpld_version;
	__le32 infineon_version;
	char fuse_version[128];
	char thermal_version[128];
	char cpucp_version[128];
	__le32 infineon_second_stage_version;
	__le64 dram_size;
	char card_name[16];
	u8 rest[512];
} __packed;

int hlrt_cpucp_init(struct hlrt_device *dev)
{
	mutex_init(&dev->cpucp.lock);
	return hlrt_shared_alloc(dev, &dev->cpucp.mem, HLRT_CPUCP_SIZE);
}

void hlrt_cpucp_fini(struct hlrt_device *dev)
{
	hlrt_shared_free(dev, &dev->cpucp.mem);
}

static void cpucp_reset(struct hlrt_device *dev)
{
	struct hlrt_cpucp *cpucp = &dev->cpucp;

	mutex_lock(&cpucp->lock);
	cpucp->up = false;
	cpucp->pi = 0;
	cpucp->eq_ci = 0;
	memset(cpucp->mem.cpu, 0, HLRT_CPUCP_DATA_OFFSET + HLRT_CPUCP_DATA_SIZE);
	mutex_unlock(&cpucp->lock);
}

static void cpucp_write_pair(struct hlrt_device *dev, u32 lo, u32 hi, u64 value)
{
	hlrt_write(dev, lo, lower_32_bits(value));
	hlrt_write(dev, hi, upper_32_bits(value));
}

static void cpucp_ring(struct hlrt_device *dev, u32 pi)
{
	const struct hlrt_cpucp_regs *regs = dev->cpucp.regs;

	hlrt_write(dev, regs->pq_pi, pi);
	hlrt_write(dev, dev->comms.irq[HLRT_FW_IRQ_QUEUE], regs->pi_interrupt);
}

int hlrt_cpucp_start(struct hlrt_device *dev)
{
	struct hlrt_cpucp *cpucp = &dev->cpucp;
	const struct hlrt_cpucp_regs *regs = cpucp->regs;
	u32 status, sts0;

	memset(dev->events, 0, dev->prop.num_events * sizeof(*dev->events));
	cpucp_reset(dev);
	cpucp_write_pair(dev, regs->pq_lo, regs->pq_hi, cpucp->addr + HLRT_CPUCP_PQ_OFFSET);
	cpucp_write_pair(dev, regs->eq_lo, regs->eq_hi, cpucp->addr + HLRT_CPUCP_EQ_OFFSET);
	cpucp_write_pair(dev, regs->cq_lo, regs->cq_hi, cpucp->addr);
	hlrt_write(dev, regs->pq_len, HLRT_CPUCP_PQ_LENGTH * sizeof(struct cpucp_pqe));
	hlrt_write(dev, regs->eq_len, HLRT_CPUCP_EQ_LENGTH * sizeof(struct cpucp_eqe));
	hlrt_write(dev, regs->cq_len, HLRT_CPUCP_SIZE);
	hlrt_write(dev, regs->eq_ci, 0);
	hlrt_write(dev, regs->pq_pi, 0);
	hlrt_write(dev, regs->init, regs->init_value);
	hlrt_write(dev, dev->comms.irq[HLRT_FW_IRQ_QUEUE], regs->pi_interrupt);

	if (readl_poll_timeout(dev->regs + regs->init, status, status == CPUCP_READY_FOR_HOST, 1000,
			       (u64)hlrt_boot_timeout_ms * 1000)) {
		dev_err(dev->dev, "device CPU does not take its queues: status %u\n", status);
		return -EIO;
	}
	sts0 = hlrt_read(dev, regs->sts0);
	mutex_lock(&cpucp->lock);
	cpucp->pi_ack = (sts0 & HLRT_FW_STS0_ENABLED) && (sts0 & HLRT_FW_STS0_PI_ACK);
	cpucp->up = true;
	mutex_unlock(&cpucp->lock);
	return 0;
}

/* The queue is as deep as one message: each is waited for. */
static int cpucp_send(struct hlrt_device *dev, struct cpucp_msg *msg)
{
	struct hlrt_cpucp *cpucp = &dev->cpucp;
	struct cpucp_pqe *pqe = cpucp->mem.cpu + HLRT_CPUCP_PQ_OFFSET;
	u32 slot = cpucp->pi & (HLRT_CPUCP_PQ_LENGTH - 1);
	ktime_t end = ktime_add_ms(ktime_get(), hlrt_cpu_timeout_ms);
	u32 done, fence;

	WRITE_ONCE(msg->fence, cpu_to_le32(U32_MAX));
	cpucp->pi = (cpucp->pi + 1) & (2 * HLRT_CPUCP_PQ_LENGTH - 1);
	pqe[slot].addr = cpu_to_le64(cpucp->addr + HLRT_CPUCP_MSG_OFFSET);
	pqe[slot].len = cpu_to_le32(sizeof(*msg));
	pqe[slot].ctl = cpu_to_le32(cpucp->pi);
	cpucp_ring(dev, cpucp->pi);

	done = cpucp->pi_ack ? cpucp->pi : CPUCP_FENCE_DONE;
	while ((fence = hlrt_shared_read_flag(&msg->fence)) != done) {
		if (ktime_after(ktime_get(), end)) {
			cpucp->up = false;
			return -ETIMEDOUT;
		}
		usleep_range(20, 50);
	}
	/* An old producer index must not be taken for a new one when the ring comes round. */
	pqe[slot].ctl = cpu_to_le32(U32_MAX);
	return 0;
}

static int cpucp_call_locked(struct hlrt_device *dev, u32 opcode, u32 index, u64 value, u64 *result)
{
	struct hlrt_cpucp *cpucp = &dev->cpucp;
	struct cpucp_msg *msg = cpucp->mem.cpu + HLRT_CPUCP_MSG_OFFSET;
	u32 code;
	int rc;

	lockdep_assert_held(&cpucp->lock);
	if (!cpucp->up)
		return -EIO;
	*msg = (struct cpucp_msg){
		.value = cpu_to_le64(value),
		.ctl = cpu_to_le32(opcode << CPUCP_CTL_OPCODE_SHIFT),
		.index = cpu_to_le32(index),
	};
	rc = cpucp_send(dev, msg);
	if (rc) {
		dev_err(dev->dev, "device CPU does not answer message %u\n", opcode);
		return rc;
	}
	code = (le32_to_cpu(msg->ctl) & CPUCP_CTL_RC_MASK) >> CPUCP_CTL_RC_SHIFT;
	if (code) {
		dev_dbg(dev->dev, "device CPU refuses message %u with %u\n", opcode, code);
		return -EIO;
	}
	if (result)
		*result = le64_to_cpu(msg->value);
	return 0;
}

int hlrt_cpucp_call(struct hlrt_device *dev, u32 opcode, u32 index, u64 value, u64 *result)
{
	int rc;

	mutex_lock(&dev->cpucp.lock);
	rc = cpucp_call_locked(dev, opcode, index, value, result);
	mutex_unlock(&dev->cpucp.lock);
	return rc;
}

int hlrt_cpucp_fetch(struct hlrt_device *dev, u32 opcode, void *answer, u32 size)
{
	struct hlrt_cpucp *cpucp = &dev->cpucp;
	void *data = cpucp->mem.cpu + HLRT_CPUCP_DATA_OFFSET;
	int rc;

	mutex_lock(&cpucp->lock);
	memset(data, 0, size);
	rc = cpucp_call_locked(dev, opcode, size, cpucp->addr + HLRT_CPUCP_DATA_OFFSET, NULL);
	if (!rc)
		memcpy(answer, data, size);
	mutex_unlock(&cpucp->lock);
	return rc;
}

int hlrt_cpucp_test(struct hlrt_device *dev)
{
	u64 result;
	int rc;

	rc = hlrt_cpucp_call(dev, HLRT_CPUCP_TEST, 0, CPUCP_FENCE_DONE, &result);
	if (!rc && result != CPUCP_FENCE_DONE) {
		dev_err(dev->dev, "device CPU answers its test with 0x%llx\n", result);
		rc = -EIO;
	}
	return rc;
}

int hlrt_cpucp_read_info(struct hlrt_device *dev)
{
	const struct cpucp_info *info = dev->cpucp.mem.cpu + HLRT_CPUCP_DATA_OFFSET;
	struct hlrt_props *prop = &dev->prop;
	int rc;

	BUILD_BUG_ON(sizeof(*info) > HLRT_CPUCP_DATA_SIZE);
	rc = hlrt_cpucp_call(dev, HLRT_CPUCP_INFO_GET, sizeof(*info),
			     dev->cpucp.addr + HLRT_CPUCP_DATA_OFFSET, NULL);
	if (rc)
		return rc;
	prop->module_id = le32_to_cpu(info->card_location);
	dev->cpucp.dram_size = le64_to_cpu(info->dram_size);
	prop->cpld_version = le32_to_cpu(info->cpld_version);
	strscpy(prop->kernel_version, info->kernel_version, sizeof(prop->kernel_version));
	strscpy(prop->cpucp_version, info->cpucp_version, sizeof(prop->cpucp_version));
	if (info->card_name[0])
		strscpy(prop->card_name, info->card_name, sizeof(prop->card_name));
	return 0;
}

int hlrt_cpucp_frequency(struct hlrt_device *dev, u32 pll, bool current_rate, u32 *mhz)
{
	u32 op = current_rate ? HLRT_CPUCP_FREQUENCY_CURR_GET : HLRT_CPUCP_FREQUENCY_GET;
	u64 hz;
	int rc;

	rc = hlrt_cpucp_call(dev, op, pll, 0, &hz);
	if (!rc)
		*mhz = div_u64(hz, 1000000);
	return rc;
}

static struct cpucp_eqe *cpucp_eqe(struct hlrt_device *dev)
{
	struct cpucp_eqe *eq = dev->cpucp.mem.cpu + HLRT_CPUCP_EQ_OFFSET;

	return &eq[READ_ONCE(dev->cpucp.eq_ci)];
}

bool hlrt_cpucp_event_pending(struct hlrt_device *dev)
{
	return hlrt_shared_read_flag(&cpucp_eqe(dev)->ctl) & CPUCP_EQ_READY;
}

bool hlrt_cpucp_next_event(struct hlrt_device *dev, u32 *type, u64 *data)
{
	struct hlrt_cpucp *cpucp = &dev->cpucp;
	struct cpucp_eqe *eqe = cpucp_eqe(dev);
	u32 ctl;

	ctl = hlrt_shared_read_flag(&eqe->ctl);
	if (!(ctl & CPUCP_EQ_READY))
		return false;
	*type = (ctl & CPUCP_EQ_TYPE_MASK) >> CPUCP_EQ_TYPE_SHIFT;
	*data = le64_to_cpu(eqe->data[0]);
	WRITE_ONCE(eqe->ctl, cpu_to_le32(ctl & ~CPUCP_EQ_READY));
	WRITE_ONCE(cpucp->eq_ci, (cpucp->eq_ci + 1) % HLRT_CPUCP_EQ_LENGTH);
	return true;
}
