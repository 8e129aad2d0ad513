// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The driver's whitelist under a hundred thousand buffers that were thrown together, against a second decoder that was
 * written from the rules and shares neither code nor constants with the first: both must agree on each. What is let
 * through then runs, and neither the chip nor its MMU may have anything to object.
 */
#include "driver.h"

#define BUFFERS 100000
#define MAX_PACKETS 6
#define MAX_BYTES (24 * MAX_PACKETS)
#define MAPPED (64u << 10)
#define RUN_BYTES (64u << 10) /* larger transfers are judged, not run */

/* ---- chance, the same each time ---- */

static uint64_t state_;

static uint64_t any(void)
{
	state_ ^= state_ << 13;
	state_ ^= state_ >> 7;
	state_ ^= state_ << 17;
	return state_;
}

static bool one_in(unsigned int n)
{
	return any() % n == 0;
}

/* ---- the second decoder ---- */

struct world {
	uint64_t va; /* MAPPED bytes */
};

static bool lies_in(uint64_t at, uint64_t len, uint64_t first, uint64_t end)
{
	return at >= first && at < end && len <= end - at;
}

static bool users_memory(const struct world *w, uint64_t at, uint64_t len)
{
	return lies_in(at, len, 0x20000000, 0x100000000) || lies_in(at, len, 0x7FF0000080, 0x7FF1400000) ||
	       lies_in(at, len, w->va, w->va + MAPPED);
}

static const uint64_t managers[] = { 0x7FFC4F2000, 0x7FFC4B2000, 0x7FFC4D2000, 0x7FFC492000 };

#define RESERVING 0x7FFC492000 /* the manager of which the driver keeps some */

static bool users_object(uint64_t at)
{
	for (unsigned int m = 0; m < 4; m++) {
		uint64_t first = managers[m] + (managers[m] == RESERVING ? 4 * 144 : 0);

		if (at >= first && at < managers[m] + 0x2000)
			return true;
	}
	return false;
}

/* 0: none; else the offset of its array from the manager's first object. */
static uint64_t users_monitor(uint64_t at)
{
	for (unsigned int m = 0; m < 4; m++) {
		for (uint64_t array = 0x2000; array <= 0x3800; array += 0x800) {
			uint64_t first = managers[m] + array + (managers[m] == RESERVING ? 4 * 72 : 0);

			if (at >= first && at < managers[m] + array + 0x800)
				return array;
		}
	}
	return 0;
}

static bool users_fence(uint64_t at)
{
	for (uint64_t i = 0; i < 2 * 4 * 4; i++)
		if (at == 0x7FFC508308 + i / 16 * 0x20000 + i / 4 % 4 * 0x14 + i % 4 * 4)
			return true;
	return false;
}

static bool message_is_harmless(uint64_t at, uint32_t value)
{
	uint64_t payload = 0x7F00000000 | value;

	if (at % 4)
		return false;
	if (users_object(at))
		return true;
	switch (users_monitor(at)) {
	case 0x2000: /* low half of the payload's address */
		return users_fence(payload) || (users_object(payload) && payload % 4 == 0);
	case 0x2800:
		return value == 0x7F;
	case 0x3000:
	case 0x3800:
		return true;
	default:
		return false;
	}
}

static uint64_t short_target(uint32_t ctl)
{
	static const uint64_t bases[] = { 0x7FFC4F4000, 0x7FFC4F2000, 0x7FFC494000, 0x7FFC492000 };

	return bases[ctl >> 22 & 3] + (ctl & 0xFFFF);
}

/* Size of a harmless packet; 0: it is none. */
static uint32_t harmless(const struct world *w, const uint8_t *at, uint32_t left)
{
	uint32_t word, ctl, rest;
	uint64_t quad[2] = { 0, 0 };

	memcpy(&word, at, 4);
	memcpy(&ctl, at + 4, 4);
	memcpy(quad, at + 8, left >= 24 ? 16 : left >= 16 ? 8 : 0);
	rest = ctl & 0xFFFFFF;
	switch (ctl >> 24 & 0x1F) {
	case 0x3:
		return left >= 16 && !rest && message_is_harmless(quad[0], word) ? 16 : 0;
	case 0x4:
		return !(rest & 0x3F0000) && message_is_harmless(short_target(ctl), word) ? 8 : 0;
	case 0x8:
	case 0xA:
		return rest ? 0 : 8;
	case 0x9:
		if (left < 24 || (rest != 0x8 && rest != 0x18) || !word || quad[1] >> 56)
			return 0;
		if (rest == 0x8 && !users_memory(w, quad[0], word))
			return 0;
		return users_memory(w, quad[1], word) ? 24 : 0;
	case 0xC:
		return rest || word & 0x7FFFFF00 ? 0 : 8;
	default:
		return 0;
	}
}

static bool all_harmless(const struct world *w, const uint8_t *at, uint32_t len)
{
	uint32_t size;

	for (; len; at += size, len -= size) {
		size = len < 8 ? 0 : harmless(w, at, len);
		if (!size)
			return false;
	}
	return true;
}

/* ---- buffers ---- */

static uint64_t memory_address(const struct world *w)
{
	const uint64_t at[] = { 0x20000000,	     0x20001000,   0xFFFFFF00, 0x100000000,
				0x7FF0000080,	     0x7FF13FFF00, w->va,      w->va + MAPPED / 2,
				w->va + MAPPED - 64, 0x10000000,   0,	       ~0ull };
	uint64_t chosen = at[any() % (sizeof(at) / sizeof(at[0]))];

	if (one_in(4))
		chosen += any() % 256 - 128;
	return one_in(50) ? any() >> any() % 64 : chosen;
}

static uint64_t message_address(void)
{
	static const uint64_t arrays[] = { 0, 0x2000, 0x2800, 0x3000, 0x3800, 0x4000 };
	uint64_t at = managers[any() % 4] + arrays[any() % 6] + 4 * (any() % 600);

	if (one_in(20))
		at += any() % 4;
	if (one_in(20))
		at = 0x7FFC508308 + any() % 0x21000;
	return one_in(50) ? any() : at;
}

static uint32_t message_value(void)
{
	switch (any() % 4) {
	case 0:
		return 0x7F;
	case 1:
		return (uint32_t)message_address();
	case 2:
		return (uint32_t)(0x7FFC508308 + any() % 2 * 0x20000 + any() % 4 * 0x14 + any() % 4 * 4);
	default:
		return (uint32_t)(any() & (one_in(8) ? ~0ull : 0xFF));
	}
}

static uint32_t transfer_size(void)
{
	return one_in(20) ? (uint32_t)any() : (uint32_t)(any() % 4096);
}

/* Mostly one of the packets that there are, nearly in order. */
static uint32_t add_something(const struct world *w, uint8_t *at)
{
	static const uint8_t likely[] = { 3, 3, 3, 4, 4, 4, 9, 9, 9, 9, 8, 0xA, 0xC };
	uint32_t opcode = one_in(40) ? any() % 32 : likely[any() % sizeof(likely)], ctl = opcode << 24, word = 0;
	uint64_t quad[2] = { memory_address(w), memory_address(w) };
	uint32_t size = opcode == 9 ? 24 : opcode == 3 || opcode == 5 || opcode == 7 || opcode == 0xF ? 16 : 8;

	switch (opcode) {
	case 3:
		word = message_value();
		quad[0] = message_address();
		break;
	case 4:
		word = message_value();
		ctl |= (uint32_t)(any() & 0xC00000) | (uint32_t)(any() & (one_in(4) ? 0xFFFF : 0x3FFC));
		break;
	case 9:
		word = transfer_size();
		ctl |= one_in(2) ? 0x8 : 0x18;
		break;
	case 0xC:
		word = (uint32_t)any() & (one_in(4) ? ~0u : 0x800000FFu);
		break;
	default:
		word = (uint32_t)any();
		break;
	}
	ctl |= (uint32_t)(any() & 0xE0000000);
	if (one_in(30))
		ctl ^= 1u << any() % 29;
	memcpy(at, &word, 4);
	memcpy(at + 4, &ctl, 4);
	memcpy(at + 8, quad, 16);
	return size;
}

static uint32_t fill(const struct world *w, uint8_t *at)
{
	unsigned int packets = 1 + any() % MAX_PACKETS;
	uint32_t len = 0;

	while (packets--)
		len += add_something(w, at + len);
	if (one_in(20)) /* cut off, or with the rest of an old one behind it */
		len = len - 8 + 16 * (any() % 2);
	return len > MAX_BYTES ? MAX_BYTES : len;
}

/* Would it wait, take long, or let a monitor go off that was never given an address? */
static bool worth_running(const uint8_t *at, uint32_t len, const struct world *w)
{
	uint32_t word, ctl, size;
	uint64_t target;

	for (; len; at += size, len -= size) {
		memcpy(&word, at, 4);
		memcpy(&ctl, at + 4, 4);
		memcpy(&target, at + 8, len > 8 ? 8 : 0);
		size = harmless(w, at, len);
		switch (ctl >> 24 & 0x1F) {
		case 0x3:
		case 0x4:
			if (users_monitor(size == 8 ? short_target(ctl) : target) == 0x3800)
				return false;
			break;
		case 0x8:
			return false;
		case 0x9:
			if (word > RUN_BYTES)
				return false;
			break;
		default:
			break;
		}
	}
	return true;
}

/* ---- the tests ---- */

static int setup(void **state)
{
	(void)state;
	state_ = 0x9E3779B97F4A7C15;
	machine_start("gaudi:dram=4G");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	machine_stop();
	return 0;
}

static long judge(const uint8_t *bytes, uint32_t len, unsigned int queue)
{
	uint8_t *exact = malloc(len ? len : 1); /* so that a sanitizer sees a look behind the end */
	long rc;

	memcpy(exact, bytes, len);
	rc = check_packets(0, queue, exact, len);
	free(exact);
	return rc;
}

static void both_decoders_agree_and_the_chip_with_them(void **state)
{
	uint8_t *memory = host_alloc(MAPPED), bytes[MAX_BYTES + 24];
	unsigned int accepted = 0, run = 0;
	struct hlm_stats before;
	struct commands c;
	struct file *file;
	struct world w;
	uint64_t seq;

	(void)state;
	file = node_open("hl0");
	assert_int_equal(driver_map(file, memory, MAPPED, &w.va), 0);
	commands_create(file, &c);
	before = chip_stats(0);
	for (unsigned int i = 0; i < BUFFERS; i++) {
		unsigned int queue = (unsigned int)(any() % USER_QUEUES);
		uint32_t len = fill(&w, bytes);
		bool good = len && all_harmless(&w, bytes, len);
		long rc = judge(bytes, len, queue);

		if ((rc == 0) != good || (rc && rc != -EPERM && rc != -EINVAL))
			fail_msg("buffer %u: %ld, but %s", i, rc, good ? "harmless" : "not harmless");
		accepted += good;
		if (!good || !worth_running(bytes, len, &w))
			continue;
		run++;
		memcpy(c.at, bytes, len);
		c.len = len;
		assert_int_equal(commands_submit(&c, queue, &seq), 0);
		assert_int_equal(driver_wait(file, seq, NULL), 0);
	}
	print_message("%u of %u accepted, %u run\n", accepted, BUFFERS, run);
	assert_true(accepted > BUFFERS / 50 && run > 1000);
	assert_int_equal(chip_stats(0).razwi, before.razwi);
	assert_int_equal(chip_stats(0).page_faults, before.page_faults);
	assert_int_equal(node_hard_resets("hl0"), 0);
	commands_destroy(&c);
	node_close(file);
	host_free(memory, MAPPED);
}

/* Not a single bit of a good buffer may turn it into one that the two decoders see differently. */
static void every_single_bit_counts(void **state)
{
	uint8_t *memory = host_alloc(MAPPED), bytes[128];
	struct file *file = node_open("hl0");
	struct world w;
	uint32_t len = 0;

	(void)state;
	assert_int_equal(driver_map(file, memory, MAPPED, &w.va), 0);
	len += (uint32_t)hlrt_gaudi_copy(bytes + len, w.va, USER_DRAM, 64, 0);
	len += (uint32_t)hlrt_gaudi_msg_long(bytes + len, HLRT_GAUDI_MON_PAY_ADDRH_ADDRESS(100), 0x7F, 0);
	len += (uint32_t)hlrt_gaudi_sob_add(bytes + len, 200, 1, HLRT_GAUDI_MB);
	len += (uint32_t)hlrt_gaudi_fill(bytes + len, USER_DRAM, 0, 8, 0);
	len += (uint32_t)hlrt_gaudi_fence(bytes + len, 1, 2, 3, 0);
	len += (uint32_t)hlrt_gaudi_arb_point(bytes + len, 1, 1, 0);
	len += (uint32_t)hlrt_gaudi_nop(bytes + len, HLRT_GAUDI_EB);
	assert_int_equal(judge(bytes, len, 0), 0);
	for (uint32_t bit = 0; bit < 8 * len; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if ((judge(bytes, len, 0) == 0) != all_harmless(&w, bytes, len))
			fail_msg("byte %u, bit %u", bit / 8, bit % 8);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	node_close(file);
	host_free(memory, MAPPED);
}

static void a_cut_buffer_is_refused(void **state)
{
	struct file *file = node_open("hl0");
	uint8_t bytes[24];

	(void)state;
	hlrt_gaudi_fill(bytes, USER_DRAM, 0, 8, 0);
	for (uint32_t len = 0; len < sizeof(bytes); len++)
		assert_int_equal(judge(bytes, len, 0), -EINVAL);
	assert_int_equal(judge(bytes, sizeof(bytes), 0), 0);
	node_close(file);
}

#define whitelist_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		whitelist_test(both_decoders_agree_and_the_chip_with_them),
		whitelist_test(every_single_bit_counts),
		whitelist_test(a_cut_buffer_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
