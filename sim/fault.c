/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The table of fault knobs and its reader. */
#include "fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_CHIP HLM_FAULT_COUNT

const struct hlsim_knob_info hlsim_knobs[HLSIM_NUM_KNOBS] = {
	[HLSIM_CORRUPT_DMA] = { "corrupt-dma", "flips one bit of a copy", NULL, false },
	[HLSIM_DMA_ERROR] = { "dma-error", "a copy ends in a DMA error", NULL, false },
	[HLSIM_SCRUB_FAIL] = { "scrub-fail", "a fill ends in a DMA error", NULL, false },
	[HLSIM_HANG_QUEUE] = { "hang-queue", "a queue manager stops fetching", NULL, false },
	[HLSIM_LOSE_IRQ] = { "lose-irq", "a completion interrupt is not sent", NULL, false },
	[HLSIM_IOMMU_FAULT] = { "iommu-fault", "the IOMMU refuses an access that was mapped", NULL, false },
	[HLSIM_BOOT_FAIL] = { "boot-fail", "the boot CPU reports an error", NULL, false },
	[HLSIM_ALLOC_FAIL] = { "alloc-fail", "the N-th kernel allocation from now on fails", "N", true },
	[HLSIM_LATE] = { "late", "a completion comes MS milliseconds late (100)", "MS", false },
	[HLSIM_CORRUPT_COMPLETION] = { "corrupt-completion", "a completion entry names the wrong one", NULL, false },
	[HLSIM_SPURIOUS_IRQ] = { "spurious-irq", "interrupts without cause", NULL, false },
	[HLSIM_READ_ONES] = { "read-ones", "reads give all ones, writes vanish, no DMA; 0 ends it", NULL, false },
	[HLSIM_VANISH] = { "vanish", "as read-ones, and the bus reports the device gone", NULL, false },
};

static const enum hlm_fault chip_fault[HLSIM_NUM_KNOBS] = {
	[HLSIM_CORRUPT_DMA] = HLM_FAULT_CORRUPT_DMA,
	[HLSIM_DMA_ERROR] = HLM_FAULT_COPY_FAIL,
	[HLSIM_SCRUB_FAIL] = HLM_FAULT_SCRUB_FAIL,
	[HLSIM_HANG_QUEUE] = HLM_FAULT_HANG_QUEUE,
	[HLSIM_LOSE_IRQ] = HLM_FAULT_LOSE_IRQ,
	[HLSIM_IOMMU_FAULT] = HLM_FAULT_HOST_REFUSES,
	[HLSIM_BOOT_FAIL] = HLM_FAULT_BOOT_FAIL,
	[HLSIM_ALLOC_FAIL] = NO_CHIP,
	[HLSIM_LATE] = HLM_FAULT_LATE,
	[HLSIM_CORRUPT_COMPLETION] = HLM_FAULT_CORRUPT_COMPLETION,
	[HLSIM_SPURIOUS_IRQ] = HLM_FAULT_SPURIOUS_IRQ,
	[HLSIM_READ_ONES] = HLM_FAULT_READ_ONES,
	[HLSIM_VANISH] = HLM_FAULT_READ_ONES,
};

static int unknown(const char *name, int len, char *err, size_t err_size)
{
	int at = snprintf(err, err_size, "fault '%.*s' is unknown; there are", len, name);

	for (int i = 0; i < HLSIM_NUM_KNOBS && at >= 0 && (size_t)at < err_size; i++)
		at += snprintf(err + at, err_size - (size_t)at, "%s %s", i ? "," : "", hlsim_knobs[i].name);
	return -EINVAL;
}

static int find(const char *name, size_t len)
{
	for (int i = 0; i < HLSIM_NUM_KNOBS; i++)
		if (strlen(hlsim_knobs[i].name) == len && memcmp(hlsim_knobs[i].name, name, len) == 0)
			return i;
	return -1;
}

static bool read_count(const char *text, int *count)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	*count = (int)n;
	return !errno && end != text && !*end && n >= -1 && n <= HLSIM_MAX_FAULTS;
}

/* Digits up to a '*' that begins a count, or the end. */
static bool read_value(const char *text, size_t len, uint64_t *value)
{
	char *end;

	if (!len || *text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 10);
	return !errno && end == text + len && *value && *value <= HLSIM_MAX_FAULTS;
}

int hlsim_fault_parse(const char *text, bool counted, struct hlsim_fault *fault, char *err, size_t err_size)
{
	size_t len = counted ? strcspn(text, "*") : strlen(text), name_len = strcspn(text, "=*");
	int knob = find(text, name_len);
	const char *what;

	if (knob < 0)
		return unknown(text, (int)name_len, err, err_size);
	*fault = (struct hlsim_fault){ .knob = (enum hlsim_knob)knob, .count = 1 };
	what = hlsim_knobs[knob].value;
	if (counted && text[len] == '*' && !read_count(text + len + 1, &fault->count)) {
		snprintf(err, err_size, "fault count '%s' is neither -1 nor a number up to %d", text + len + 1,
			 HLSIM_MAX_FAULTS);
		return -EINVAL;
	}
	if (name_len == len)
		return 0;
	if (!what) {
		snprintf(err, err_size, "fault %s takes no value", hlsim_knobs[knob].name);
		return -EINVAL;
	}
	if (text[name_len] == '=' && read_value(text + name_len + 1, len - name_len - 1, &fault->value))
		return 0;
	snprintf(err, err_size, "fault '%.*s': %s is a number from 1 to %d", (int)len, text, what, HLSIM_MAX_FAULTS);
	return -EINVAL;
}

int hlsim_fault_chip(struct hlm *chip, const struct hlsim_fault *fault)
{
	enum hlm_fault chips = chip_fault[fault->knob];

	if (chips == NO_CHIP)
		return -EOPNOTSUPP;
	if (chips == HLM_FAULT_LATE) {
		int rc = hlm_set_late_ms(chip, (unsigned int)fault->value);

		if (rc)
			return rc;
	}
	return hlm_set_fault(chip, chips, fault->count);
}
