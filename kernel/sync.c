// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What of the sync managers users may write, and its clean-up. */

#include "hlrt.h"

#define HLRT_FENCES 4 /* of a queue */

struct hlrt_sync_reg {
	unsigned int mngr;
	enum hlrt_sync_array array;
	u32 index;
};

static u32 hlrt_sync_count(const struct hlrt_sync_chip *chip, enum hlrt_sync_array array)
{
	return array == HLRT_SYNC_SOB ? chip->num_sobs : chip->num_monitors;
}

/* Finds out which sync register an address is; false for any other address. */
static bool hlrt_sync_decode(const struct hlrt_sync_chip *chip, u64 addr, struct hlrt_sync_reg *reg)
{
	unsigned int m, a;

	if (addr < chip->cfg_base || addr - chip->cfg_base >= chip->cfg_size || addr & 3)
		return false;
	addr -= chip->cfg_base;
	for (m = 0; m < chip->num_mngrs; m++) {
		for (a = 0; a < HLRT_SYNC_ARRAYS; a++) {
			u32 first = chip->mngr[m].base + chip->array[a];

			if (addr >= first && addr < first + hlrt_sync_count(chip, a) * 4) {
				*reg = (struct hlrt_sync_reg){ m, a, (addr - first) / 4 };
				return true;
			}
		}
	}
	return false;
}

static bool hlrt_sync_is_users(const struct hlrt_sync_chip *chip, const struct hlrt_sync_reg *reg)
{
	if (reg->array == HLRT_SYNC_SOB)
		return reg->index >= chip->mngr[reg->mngr].first_sob;
	return reg->index >= chip->mngr[reg->mngr].first_monitor;
}

/* All of a chip's registers share the high word. */
static u64 hlrt_sync_addr(const struct hlrt_sync_chip *chip, u32 low)
{
	return (chip->cfg_base & ~(u64)U32_MAX) | low;
}

static bool hlrt_is_user_fence(struct hlrt_device *dev, u32 low)
{
	const struct hlrt_sync_chip *chip = dev->asic->sync;
	u64 addr = hlrt_sync_addr(chip, low);
	unsigned int q, f;

	for (q = 0; q < dev->prop.num_queues; q++)
		for (f = 0; f < HLRT_FENCES; f++)
			if (addr == chip->cfg_base + chip->fence_rdata(q, f))
				return true;
	return false;
}

bool hlrt_sync_is_user_sob(struct hlrt_device *dev, u32 low)
{
	const struct hlrt_sync_chip *chip = dev->asic->sync;
	struct hlrt_sync_reg reg;

	if (!hlrt_sync_decode(chip, hlrt_sync_addr(chip, low), &reg) ||
	    reg.array != HLRT_SYNC_SOB || !hlrt_sync_is_users(chip, &reg))
		return false;
	set_bit(reg.index, dev->sync_used[reg.mngr].sob);
	return true;
}

int hlrt_sync_check_write(struct hlrt_device *dev, u64 addr, u32 value)
{
	const struct hlrt_sync_chip *chip = dev->asic->sync;
	struct hlrt_sync_reg reg;
	bool ok;

	if (!hlrt_sync_decode(chip, addr, &reg) || !hlrt_sync_is_users(chip, &reg))
		return -EPERM;
	switch (reg.array) {
	case HLRT_SYNC_SOB:
		set_bit(reg.index, dev->sync_used[reg.mngr].sob);
		return 0;
	case HLRT_SYNC_PAY_ADDRL:
		ok = hlrt_is_user_fence(dev, value) || hlrt_sync_is_user_sob(dev, value);
		break;
	case HLRT_SYNC_PAY_ADDRH:
		ok = value == upper_32_bits(chip->cfg_base);
		break;
	case HLRT_SYNC_PAY_DATA:
	case HLRT_SYNC_ARM:
		ok = true;
		break;
	default:
		ok = false;
		break;
	}
	if (!ok)
		return -EPERM;
	set_bit(reg.index, dev->sync_used[reg.mngr].monitor);
	return 0;
}

/*
 * A monitor that nobody aimed must not write wherever its reset value points: it aims at the
 * manager's last sync object, which is a user's.
 */
static void hlrt_sync_disarm(struct hlrt_device *dev, unsigned int m, unsigned int monitor)
{
	const struct hlrt_sync_chip *chip = dev->asic->sync;
	const u32 *a = chip->array;
	u32 base = chip->mngr[m].base;
	u64 target = chip->cfg_base + base + (chip->num_sobs - 1) * 4;

	base += monitor * 4;
	hlrt_write(dev, base + a[HLRT_SYNC_STATUS], 0);
	hlrt_write(dev, base + a[HLRT_SYNC_PAY_ADDRL], lower_32_bits(target));
	hlrt_write(dev, base + a[HLRT_SYNC_PAY_ADDRH], upper_32_bits(target));
	hlrt_write(dev, base + a[HLRT_SYNC_PAY_DATA], 0);
}

void hlrt_sync_init(struct hlrt_device *dev)
{
	const struct hlrt_sync_chip *chip = dev->asic->sync;
	unsigned int m, i;

	for (m = 0; m < chip->num_mngrs; m++)
		for (i = chip->mngr[m].first_monitor; i < chip->num_monitors; i++)
			hlrt_sync_disarm(dev, m, i);
}

static void hlrt_sync_clear_mngr(struct hlrt_device *dev, unsigned int m)
{
	const struct hlrt_sync_chip *chip = dev->asic->sync;
	struct hlrt_sync_used *used = &dev->sync_used[m];
	u32 base = chip->mngr[m].base;
	unsigned int i;

	/* Monitors first, or clearing an object could still set one off. */
	for_each_set_bit(i, used->monitor, chip->num_monitors)
		hlrt_sync_disarm(dev, m, i);
	for_each_set_bit(i, used->sob, chip->num_sobs)
		hlrt_write(dev, base + i * 4, 0);
	memset(used, 0, sizeof(*used));
}

void hlrt_sync_clear(struct hlrt_device *dev)
{
	const struct hlrt_sync_chip *chip = dev->asic->sync;
	unsigned int m, q, f;

	for (m = 0; m < chip->num_mngrs; m++)
		hlrt_sync_clear_mngr(dev, m);
	/*
	 * Fences that were signalled and not waited for would let the next owner's queues run
	 * ahead.
	 */
	for (q = 0; q < dev->prop.num_queues; q++)
		for (f = 0; f < HLRT_FENCES; f++)
			hlrt_write(dev, chip->fence_count(q, f), 0);
	hlrt_read(dev, chip->fence_count(0, 0));
}
