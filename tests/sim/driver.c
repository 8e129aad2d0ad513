// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* A user of the driver in the simulated machine, and the chips seen from outside. */
#include "driver.h"

#include <linux/file.h>
#include <poll.h>
#include <sys/eventfd.h>

#define BAR_REGISTERS 2
#define BAR_REGISTERS_BASE 0x7FF8000000ull /* of that BAR on the chip */
#define WAIT_US 20000000u

/* Walk: GAUDI_MMU_HOPS tables; an entry of hop 3 or 4 maps a page. */
static const unsigned int hop_shift[GAUDI_MMU_HOPS] = { 48, 39, 30, 21, 12 };
#define FIRST_LEAF_HOP 3u

static struct hlsim_machine *machine;

/* ---- machine ---- */

void machine_start(const char *spec_text)
{
	struct hlsim_spec spec;
	char err[256] = "";

	/* A test that failed left one. */
	if (machine)
		hlsim_machine_destroy(machine);
	machine = NULL;
	kshim_forget_warnings();
	if (hlsim_spec_parse(spec_text, &spec, err, sizeof(err)) ||
	    hlsim_machine_create(&spec, &machine, err, sizeof(err)))
		fail_msg("machine '%s': %s", spec_text, err);
	for (unsigned int i = 0; i < hlsim_machine_devices(machine); i++)
		assert_int_equal(kshim_pci_probe_result(chip_pdev(i)), 0);
}

void machine_stop(void)
{
	assert_int_equal(hlsim_machine_destroy(machine), 0);
	machine = NULL;
	assert_int_equal(kshim_live_allocs(), 0);
	assert_int_equal(kshim_pinned_pages(), 0);
	assert_int_equal(kshim_mappings(), 0);
	assert_int_equal(kshim_warnings(), 0);
}

struct hlm *chip(unsigned int device)
{
	return hlsim_machine_device(machine, device)->chip;
}

struct pci_dev *chip_pdev(unsigned int device)
{
	return hlsim_machine_device(machine, device)->pdev;
}

struct hlm_stats chip_stats(unsigned int device)
{
	struct hlm_stats stats;

	hlm_get_stats(chip(device), &stats);
	return stats;
}

uint32_t chip_register(unsigned int device, uint32_t reg)
{
	uint32_t value;

	assert_int_equal(hlm_bar_read(chip(device), BAR_REGISTERS, GAUDI_CFG_BASE - BAR_REGISTERS_BASE + reg, &value,
				      sizeof(value)),
			 0);
	return value;
}

void chip_set_register(unsigned int device, uint32_t reg, uint32_t value)
{
	assert_int_equal(hlm_bar_write(chip(device), BAR_REGISTERS, GAUDI_CFG_BASE - BAR_REGISTERS_BASE + reg, &value,
				       sizeof(value)),
			 0);
}

void chip_read(unsigned int device, uint64_t addr, void *buf, size_t len)
{
	assert_int_equal(pread(hlm_describe(chip(device))->dram_fd, buf, len, (off_t)addr), len);
}

void chip_write(unsigned int device, uint64_t addr, const void *buf, size_t len)
{
	assert_int_equal(pwrite(hlm_describe(chip(device))->dram_fd, buf, len, (off_t)addr), len);
}

uint64_t chip_word(unsigned int device, uint64_t addr)
{
	uint64_t word;

	chip_read(device, addr, &word, sizeof(word));
	return word;
}

/* ---- page tables ---- */

uint64_t page_table_entry(unsigned int device, uint64_t va, unsigned int hop)
{
	/* The root that was programmed last is the users': the driver's own address space comes first. */
	uint64_t table = (uint64_t)chip_register(device, GAUDI_MMU_HOP0_PA43_12) << 12 |
			 (uint64_t)chip_register(device, GAUDI_MMU_HOP0_PA49_44) << 44;

	for (unsigned int i = 0;; i++) {
		uint64_t addr = table + (va >> hop_shift[i] & 0x1FF) * sizeof(uint64_t), entry;

		if (i == hop)
			return addr;
		entry = chip_word(device, addr);
		if (!(entry & GAUDI_PTE_PRESENT) || (entry & GAUDI_PTE_LAST))
			return 0;
		table = entry & ~GAUDI_PTE_FLAGS;
	}
}

uint64_t page_table_leaf(unsigned int device, uint64_t va)
{
	for (unsigned int hop = FIRST_LEAF_HOP; hop < GAUDI_MMU_HOPS; hop++) {
		uint64_t addr = page_table_entry(device, va, hop);

		if (addr && (chip_word(device, addr) & GAUDI_PTE_LAST))
			return addr;
	}
	fail_msg("no page at 0x%llx", (unsigned long long)va);
	return 0;
}

/* ---- nodes ---- */

struct file *node_open(const char *name)
{
	struct file *file = NULL;

	assert_int_equal(kshim_file_open(name, O_RDWR, &file), 0);
	return file;
}

int node_try_open(const char *name)
{
	struct file *file;
	int rc = kshim_file_open(name, O_RDWR, &file);

	if (!rc)
		node_close(file);
	return rc;
}

void node_close(struct file *file)
{
	fput(file);
	kshim_dmabuf_poll();
}

void node_attr(const char *name, const char *attr, char *text, size_t size)
{
	assert_true(kshim_device_attr(name, attr, text, size) >= 0);
}

bool node_attr_is(const char *name, const char *attr, const char *value)
{
	char text[128];

	node_attr(name, attr, text, sizeof(text));
	return strcmp(text, value) == 0;
}

unsigned int node_hard_resets(const char *name)
{
	char text[32];

	node_attr(name, "hard_reset_cnt", text, sizeof(text));
	return (unsigned int)strtoul(text, NULL, 10);
}

/* ---- ioctls ---- */

long driver_ioctl(struct file *file, unsigned int cmd, void *arg)
{
	return kshim_file_ioctl(file, cmd, (unsigned long)(uintptr_t)arg);
}

long driver_info(struct file *file, unsigned int op, void *answer, size_t size)
{
	struct hlabi_info_args args = { .return_pointer = (uintptr_t)answer, .return_size = (uint32_t)size, .op = op };

	return driver_ioctl(file, HLABI_MISC_INFO, &args);
}

long driver_map(struct file *file, const void *memory, uint64_t len, uint64_t *va)
{
	union hlabi_mem_args args = { .in = { .op = HLABI_MEM_OP_MAP, .flags = HLABI_MEM_USERPTR } };
	long rc;

	args.in.map_host.host_virt_addr = (uintptr_t)memory;
	args.in.map_host.mem_size = len;
	rc = driver_ioctl(file, HLABI_MISC_MEMORY, &args);
	*va = args.out.device_virt_addr;
	return rc;
}

long driver_unmap(struct file *file, uint64_t va)
{
	union hlabi_mem_args args = { .in = { .op = HLABI_MEM_OP_UNMAP } };

	args.in.unmap.device_virt_addr = va;
	return driver_ioctl(file, HLABI_MISC_MEMORY, &args);
}

long driver_export(struct file *file, uint64_t address, uint64_t len, int *fd)
{
	struct hlrt_ext_export args = { .address = address, .length = len, .flags = O_RDWR | O_CLOEXEC };
	long rc = driver_ioctl(file, HLRT_EXT_EXPORT, &args);

	*fd = rc ? -1 : args.fd;
	return rc;
}

long driver_import(struct file *file, int fd, uint64_t *va, uint64_t *len)
{
	struct hlrt_ext_import args = { .fd = fd };
	long rc = driver_ioctl(file, HLRT_EXT_IMPORT, &args);

	*va = args.device_va;
	if (len)
		*len = args.mapped;
	return rc;
}

long driver_unimport(struct file *file, uint64_t va)
{
	struct hlrt_ext_unimport args = { .device_va = va };

	return driver_ioctl(file, HLRT_EXT_UNIMPORT, &args);
}

long driver_revoke(struct file *file, uint64_t address, uint64_t len, unsigned int *revoked)
{
	struct hlrt_ext_revoke args = { .address = address, .length = len };
	long rc = driver_ioctl(file, HLRT_EXT_REVOKE, &args);

	if (revoked)
		*revoked = args.revoked;
	return rc;
}

void export_close(int fd)
{
	close(fd);
	kshim_dmabuf_poll();
}

int event_try_register(struct file *file)
{
	struct hlabi_info_args args = { .op = HLABI_INFO_REGISTER_EVENTFD };
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	long rc;

	assert_true(fd >= 0);
	args.arg = (uint32_t)fd;
	rc = driver_ioctl(file, HLABI_MISC_INFO, &args);
	if (!rc)
		return fd;
	close(fd);
	return (int)rc;
}

int event_register(struct file *file)
{
	int fd = event_try_register(file);

	assert_true(fd >= 0);
	return fd;
}

uint64_t event_wait(struct file *file, int eventfd, uint64_t wanted)
{
	uint64_t seen = 0, some, count;

	while ((seen & wanted) != wanted) {
		struct pollfd p = { .fd = eventfd, .events = POLLIN };

		if (poll(&p, 1, (int)(WAIT_US / 1000)) != 1)
			fail_msg("events 0x%llx of 0x%llx", (unsigned long long)seen, (unsigned long long)wanted);
		assert_int_equal(read(eventfd, &count, sizeof(count)), sizeof(count));
		assert_int_equal(driver_info(file, HLABI_INFO_GET_EVENTS, &some, sizeof(some)), 0);
		seen |= some;
	}
	return seen;
}

/* ---- command buffers ---- */

long commands_try_create(struct file *file, struct commands *c)
{
	union hlabi_cb_args args = { .in = { .op = HLABI_CB_OP_CREATE, .cb_size = COMMANDS_SIZE } };
	long rc = driver_ioctl(file, HLABI_MISC_CB, &args);
	int err = 0;

	if (rc)
		return rc;
	*c = (struct commands){ .file = file, .handle = args.out.cb_handle };
	c->at = kshim_file_mmap(file, c->handle, COMMANDS_SIZE, &err);
	return c->at ? 0 : err;
}

void commands_create(struct file *file, struct commands *c)
{
	assert_int_equal(commands_try_create(file, c), 0);
}

void commands_destroy(struct commands *c)
{
	assert_int_equal(kshim_munmap(c->at, COMMANDS_SIZE), 0);
}

static long submit(struct commands *c, unsigned int queue, uint32_t flags, unsigned int seconds, uint64_t *seq)
{
	struct hlabi_cs_chunk chunk = { .cb_handle = c->handle, .queue_index = queue, .cb_size = c->len };
	union hlabi_cs_args args = { .in = { .chunks_execute = (uintptr_t)&chunk,
					     .num_chunks_execute = 1,
					     .timeout = seconds,
					     .cs_flags = flags } };
	long rc = driver_ioctl(c->file, HLABI_MISC_CS, &args);

	*seq = args.out.seq;
	c->len = 0;
	return rc;
}

long commands_submit(struct commands *c, unsigned int queue, uint64_t *seq)
{
	return submit(c, queue, 0, 0, seq);
}

long commands_submit_timeout(struct commands *c, unsigned int queue, unsigned int seconds, uint64_t *seq)
{
	return submit(c, queue, HLABI_CS_FLAG_CUSTOM_TIMEOUT, seconds, seq);
}

static long wait_cs(struct file *file, uint64_t seq, uint64_t timeout_us, uint32_t *status)
{
	union hlabi_wait_cs_args args = { .in = { .seq = seq, .timeout_us = timeout_us } };
	long rc = driver_ioctl(file, HLABI_MISC_WAIT_CS, &args);

	if (status)
		*status = args.out.status;
	if (!rc && timeout_us && args.out.status == HLABI_WAIT_BUSY)
		fail_msg("submission %llu does not end", (unsigned long long)seq);
	return rc;
}

long driver_wait(struct file *file, uint64_t seq, uint32_t *status)
{
	return wait_cs(file, seq, WAIT_US, status);
}

long driver_poll(struct file *file, uint64_t seq, uint32_t *status)
{
	return wait_cs(file, seq, 0, status);
}

long commands_run(struct commands *c, unsigned int queue)
{
	uint64_t seq;
	long rc = commands_submit(c, queue, &seq);

	return rc ? rc : driver_wait(c->file, seq, NULL);
}

/* ---- memory of the test program ---- */

uint8_t *host_alloc(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(p, MAP_FAILED);
	return p;
}

void host_free(uint8_t *memory, size_t len)
{
	munmap(memory, len);
}

void host_pattern(uint8_t *memory, size_t len, unsigned int seed)
{
	for (size_t i = 0; i < len; i++)
		memory[i] = (uint8_t)(i * 7 + i / 251 + seed);
}

bool all_bytes_are(const uint8_t *memory, size_t len, uint8_t value)
{
	for (size_t i = 0; i < len; i++)
		if (memory[i] != value)
			return false;
	return true;
}
