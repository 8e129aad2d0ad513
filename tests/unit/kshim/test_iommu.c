// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What the IOMMU refuses, and what the DMA API reports. */
#include "fake_device.h"

#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/vmalloc.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct fake_device *fake;
static struct device *dev;

static int setup(void **state)
{
	(void)state;
	kshim_set_fatal(false);
	kshim_forget_warnings();
	fake = fake_device_add(1);
	dev = &fake->pdev->dev;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_device_remove(fake);
	assert_int_equal(kshim_live_allocs(), 0);
	return 0;
}

static u64 faults(void)
{
	struct kshim_iommu_stats stats;

	kshim_iommu_get_stats(fake->pdev, &stats);
	return stats.faults;
}

static void coherent_memory_is_shared_with_the_device(void **state)
{
	dma_addr_t addr;
	char *cpu = dma_alloc_coherent(dev, 8192, &addr, GFP_KERNEL);
	char buf[16];

	(void)state;
	assert_non_null(cpu);
	assert_true(PAGE_ALIGNED(cpu) && PAGE_ALIGNED(addr));
	assert_int_not_equal(addr, virt_to_phys(cpu));
	strcpy(cpu + 4090, "across pages");
	assert_int_equal(kshim_dma_read(fake->pdev, addr + 4090, buf, 13), 0);
	assert_string_equal(buf, "across pages");
	assert_int_equal(kshim_dma_write(fake->pdev, addr, "back", 5), 0);
	assert_string_equal(cpu, "back");
	dma_free_coherent(dev, 8192, cpu, addr);
}

static void unmapped_address_faults(void **state)
{
	char byte;

	(void)state;
	assert_int_equal(kshim_dma_read(fake->pdev, 0x1000, &byte, 1), -EFAULT);
	assert_null(kshim_dma_get(fake->pdev, (u64)(uintptr_t)&byte, 1, true, &(size_t){ 0 }));
	assert_int_equal(faults(), 2);
}

static void access_beyond_the_end_faults(void **state)
{
	char *p = kmalloc(8192, GFP_KERNEL), buf[64];
	dma_addr_t addr;

	(void)state;
	addr = dma_map_single(dev, p, 100, DMA_BIDIRECTIONAL);
	assert_int_equal(dma_mapping_error(dev, addr), 0);
	assert_int_equal(kshim_dma_read(fake->pdev, addr + 50, buf, 50), 0);
	assert_int_equal(kshim_dma_read(fake->pdev, addr + 50, buf, 51), -EFAULT);
	assert_int_equal(kshim_dma_read(fake->pdev, addr + 4096 + 100, buf, 1), -EFAULT);
	dma_unmap_single(dev, addr, 100, DMA_BIDIRECTIONAL);
	kfree(p);
}

static void direction_is_enforced(void **state)
{
	char *p = kmalloc(64, GFP_KERNEL), buf[8] = "x";
	dma_addr_t to = dma_map_single(dev, p, 64, DMA_TO_DEVICE);
	dma_addr_t from = dma_map_single(dev, p, 64, DMA_FROM_DEVICE);

	(void)state;
	assert_int_equal(kshim_dma_read(fake->pdev, to, buf, 8), 0);
	assert_int_equal(kshim_dma_write(fake->pdev, to, buf, 8), -EFAULT);
	assert_int_equal(kshim_dma_write(fake->pdev, from, buf, 8), 0);
	assert_int_equal(kshim_dma_read(fake->pdev, from, buf, 8), -EFAULT);
	dma_unmap_single(dev, to, 64, DMA_TO_DEVICE);
	dma_unmap_single(dev, from, 64, DMA_FROM_DEVICE);
	kfree(p);
}

static void access_after_unmap_faults(void **state)
{
	char *p = kmalloc(64, GFP_KERNEL), byte;
	dma_addr_t addr = dma_map_single(dev, p, 64, DMA_BIDIRECTIONAL), next;

	(void)state;
	dma_unmap_single(dev, addr, 64, DMA_BIDIRECTIONAL);
	next = dma_map_single(dev, p, 64, DMA_BIDIRECTIONAL);
	assert_int_not_equal(next, addr);
	assert_int_equal(kshim_dma_read(fake->pdev, addr, &byte, 1), -EFAULT);
	dma_unmap_single(dev, next, 64, DMA_BIDIRECTIONAL);
	kfree(p);
}

static void wrong_unmap_is_reported(void **state)
{
	char *p = kmalloc(64, GFP_KERNEL);
	dma_addr_t addr = dma_map_single(dev, p, 64, DMA_TO_DEVICE);
	struct kshim_iommu_stats stats;

	(void)state;
	dma_unmap_single(dev, addr, 32, DMA_TO_DEVICE);
	assert_int_equal(kshim_warnings(), 1);
	dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
	assert_int_equal(kshim_warnings(), 2);
	addr = dma_map_single(dev, p, 64, DMA_TO_DEVICE);
	dma_unmap_single(dev, addr, 64, DMA_FROM_DEVICE);
	kshim_iommu_get_stats(fake->pdev, &stats);
	assert_int_equal(stats.misuse, 3);
	assert_int_equal(stats.live, 0);
	kfree(p);
}

static void leak_is_counted(void **state)
{
	struct fake_device *other = fake_device_add(2);
	void *p = kmalloc(64, GFP_KERNEL);

	(void)state;
	(void)dma_map_single(&other->pdev->dev, p, 64, DMA_TO_DEVICE);
	assert_int_equal(kshim_pci_remove(other->pdev), 1);
	munmap(other->memory, FAKE_MEMORY);
	close(other->memory_fd);
	free(other);
	kfree(p);
}

static void devices_have_domains_of_their_own(void **state)
{
	struct fake_device *other = fake_device_add(2);
	dma_addr_t addr;
	void *cpu = dma_alloc_coherent(dev, 4096, &addr, GFP_KERNEL);
	char byte;

	(void)state;
	assert_int_equal(kshim_dma_read(fake->pdev, addr, &byte, 1), 0);
	assert_int_equal(kshim_dma_read(other->pdev, addr, &byte, 1), -EFAULT);
	dma_free_coherent(dev, 4096, cpu, addr);
	fake_device_remove(other);
}

static void peer_reaches_bar_through_its_own_domain(void **state)
{
	struct fake_device *other = fake_device_add(2);
	dma_addr_t addr;

	(void)state;
	addr = dma_map_resource(&other->pdev->dev, pci_resource_start(fake->pdev, FAKE_MEMORY_BAR) + 4096, 4096,
				DMA_BIDIRECTIONAL, 0);
	assert_int_equal(dma_mapping_error(&other->pdev->dev, addr), 0);
	assert_int_equal(kshim_dma_write(other->pdev, addr + 8, "peer", 5), 0);
	assert_string_equal((char *)fake->memory + 4096 + 8, "peer");
	dma_unmap_resource(&other->pdev->dev, addr, 4096, DMA_BIDIRECTIONAL, 0);
	fake_device_remove(other);
}

static void dropped_mapping_faults_but_unmaps(void **state)
{
	char *p = kmalloc(64, GFP_KERNEL), byte;
	dma_addr_t addr = dma_map_single(dev, p, 64, DMA_BIDIRECTIONAL);

	(void)state;
	assert_int_equal(kshim_iommu_drop(fake->pdev, addr), 0);
	assert_int_equal(kshim_dma_read(fake->pdev, addr, &byte, 1), -EFAULT);
	dma_unmap_single(dev, addr, 64, DMA_BIDIRECTIONAL);
	assert_int_equal(kshim_warnings(), 0);
	kfree(p);
}

static void no_bus_master_no_dma(void **state)
{
	dma_addr_t addr;
	void *cpu = dma_alloc_coherent(dev, 4096, &addr, GFP_KERNEL);
	char byte;

	(void)state;
	pci_clear_master(fake->pdev);
	assert_int_equal(kshim_dma_read(fake->pdev, addr, &byte, 1), -EFAULT);
	dma_free_coherent(dev, 4096, cpu, addr);
}

static void vanished_user_memory_faults(void **state)
{
	void *user = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	dma_addr_t addr = dma_map_single(dev, user, 8192, DMA_BIDIRECTIONAL);
	char byte;

	(void)state;
	assert_int_equal(kshim_dma_read(fake->pdev, addr, &byte, 1), 0);
	munmap(user, 8192);
	assert_int_equal(kshim_dma_read(fake->pdev, addr, &byte, 1), -EFAULT);
	assert_null(kshim_dma_get(fake->pdev, addr, 4096, false, &(size_t){ 0 }));
	dma_unmap_single(dev, addr, 8192, DMA_BIDIRECTIONAL);
}

static void map_and_check(struct sg_table *t, char *mem, size_t size, unsigned int segments)
{
	struct scatterlist *sg;
	size_t done = 0;
	unsigned int i;

	assert_int_equal(dma_map_sgtable(dev, t, DMA_TO_DEVICE, 0), 0);
	assert_int_equal(t->nents, segments);
	for_each_sgtable_dma_sg(t, sg, i) {
		char *got = malloc(sg_dma_len(sg));

		assert_int_equal(kshim_dma_read(fake->pdev, sg_dma_address(sg), got, sg_dma_len(sg)), 0);
		assert_memory_equal(got, mem + done, sg_dma_len(sg));
		done += sg_dma_len(sg);
		free(got);
	}
	assert_int_equal(done, size);
	dma_unmap_sgtable(dev, t, DMA_TO_DEVICE, 0);
}

static void table_is_merged_or_scattered(void **state)
{
	enum { PAGES = 8 };
	char *mem = vmalloc(PAGES * PAGE_SIZE);
	struct page *pages[PAGES];
	struct sg_table t;

	(void)state;
	for (size_t i = 0; i < PAGES * PAGE_SIZE; i++)
		mem[i] = (char)(i * 7 + i / 4096);
	for (unsigned int i = 0; i < PAGES; i++)
		pages[i] = virt_to_page(mem + i * PAGE_SIZE);
	assert_int_equal(sg_alloc_table_from_pages(&t, pages, PAGES, 0, PAGES * PAGE_SIZE, GFP_KERNEL), 0);
	map_and_check(&t, mem, PAGES * PAGE_SIZE, 1);
	sg_free_table(&t);
	kshim_set_scatter(2);
	assert_int_equal(sg_alloc_table_from_pages(&t, pages, PAGES, 0, PAGES * PAGE_SIZE, GFP_KERNEL), 0);
	map_and_check(&t, mem, PAGES * PAGE_SIZE, PAGES / 2);
	sg_free_table(&t);
	kshim_set_scatter(0);
	vfree(mem);
	assert_int_equal(kshim_warnings(), 0);
}

static void registers_are_trapped_and_memory_is_not(void **state)
{
	void __iomem *regs = pci_iomap(fake->pdev, FAKE_TRAPPED_BAR, 0);
	void __iomem *mem = pci_iomap(fake->pdev, FAKE_MEMORY_BAR, 0);

	(void)state;
	writel(0x12345678, regs + 16);
	assert_int_equal(*(u32 *)(fake->registers + 16), 0x12345678);
	assert_int_equal(readq(regs + 16), 0x12345678);
	memset_io(regs + 32, 0xab, 64);
	assert_int_equal(readb(regs + 95), 0xab);
	assert_ptr_equal(mem, fake->memory);
	iounmap(regs);
	iounmap(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(coherent_memory_is_shared_with_the_device, setup, teardown),
		cmocka_unit_test_setup_teardown(unmapped_address_faults, setup, teardown),
		cmocka_unit_test_setup_teardown(access_beyond_the_end_faults, setup, teardown),
		cmocka_unit_test_setup_teardown(direction_is_enforced, setup, teardown),
		cmocka_unit_test_setup_teardown(access_after_unmap_faults, setup, teardown),
		cmocka_unit_test_setup_teardown(wrong_unmap_is_reported, setup, teardown),
		cmocka_unit_test_setup_teardown(leak_is_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(devices_have_domains_of_their_own, setup, teardown),
		cmocka_unit_test_setup_teardown(peer_reaches_bar_through_its_own_domain, setup, teardown),
		cmocka_unit_test_setup_teardown(dropped_mapping_faults_but_unmaps, setup, teardown),
		cmocka_unit_test_setup_teardown(no_bus_master_no_dma, setup, teardown),
		cmocka_unit_test_setup_teardown(vanished_user_memory_faults, setup, teardown),
		cmocka_unit_test_setup_teardown(table_is_merged_or_scattered, setup, teardown),
		cmocka_unit_test_setup_teardown(registers_are_trapped_and_memory_is_not, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
