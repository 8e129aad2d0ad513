// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * hli - an importer of dma-bufs for tests: /dev/hli, each open file over one PCI function. QEMU's edu moves data by its own DMA engine; on
 * pci-testdev, which has none, the CPU does it, through dma_buf_vmap().
 */

#include <linux/dma-mapping.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "compat/compat.h"
#include "hli.h"

#define HLI_MAX_LOOPS 100000

static char *mode = "dynamic";
module_param(mode, charp, 0644);
MODULE_PARM_DESC(mode, "how to import: static, pinned or dynamic");

static unsigned int max_segment = UINT_MAX;
module_param(max_segment, uint, 0444);
MODULE_PARM_DESC(max_segment, "bytes that the importer takes in one segment");

static const char *const hli_modes[] = {
	[HLI_DEFAULT] = "", /* no name matches it: such a parameter is refused by REG */
	[HLI_STATIC] = "static",
	[HLI_PINNED] = "pinned",
	[HLI_DYNAMIC] = "dynamic",
};

static LIST_HEAD(hli_devices);
static DEFINE_MUTEX(hli_lock); /* of the list, and of opens against unbinding */

struct hli_file {
	struct hli_device *hli;
	struct xarray mrs;
};

static int hli_reg(struct hli_file *file, void *data)
{
	union hli_reg *arg = data;
	int which = arg->in.mode ?: sysfs_match_string(hli_modes, mode);
	struct hli_mr *mr;
	u32 id;
	int rc;

	if (which <= HLI_DEFAULT || which > HLI_DYNAMIC || arg->in.flags & ~HLI_ATTACH_ONLY)
		return -EINVAL;
	mr = hli_mr_create(&file->hli->pdev->dev, which, arg->in.fd, arg->in.offset, arg->in.length);
	if (IS_ERR(mr))
		return PTR_ERR(mr);
	rc = arg->in.flags & HLI_ATTACH_ONLY ? 0 : hli_mr_map(mr);
	if (rc)
		goto destroy;
	memset(arg, 0, sizeof(*arg));
	dma_resv_lock(mr->dmabuf->resv, NULL);
	if (mr->sgt) {
		arg->out.segments = mr->sgt->nents;
		arg->out.first_address = sg_dma_address(mr->sgt->sgl);
	}
	dma_resv_unlock(mr->dmabuf->resv);
	rc = xa_alloc(&file->mrs, &id, mr, xa_limit_31b, GFP_KERNEL);
	if (rc)
		goto destroy;
	arg->out.mr_handle = id;
	return 0;

destroy:
	hli_mr_destroy(mr);
	return rc;
}

static int hli_map(struct hli_file *file, void *data)
{
	const struct hli_handle *arg = data;
	struct hli_mr *mr = xa_load(&file->mrs, arg->mr_handle);

	return mr ? hli_mr_map(mr) : -EINVAL;
}

static int hli_dereg(struct hli_file *file, void *data)
{
	const struct hli_handle *arg = data;
	struct hli_mr *mr = xa_erase(&file->mrs, arg->mr_handle);

	if (!mr)
		return -EINVAL;
	hli_mr_destroy(mr);
	return 0;
}

/* Moves len bytes at byte at of the dma-buf; buf is the kernel's. */
static int hli_move_cpu(struct hli_mr *mr, u64 at, void *buf, u32 len, bool write)
{
	struct iosys_map map;
	int rc;

	/* Better not asked for: the core warns when an exporter refuses. */
	dma_resv_lock(mr->dmabuf->resv, NULL);
	rc = mr->sgt && !mr->invalidations ? 0 : -ENODEV;
	dma_resv_unlock(mr->dmabuf->resv);
	rc = rc ?: hli_vmap(mr->dmabuf, &map);
	if (rc)
		return rc;
	if (write)
		iosys_map_memcpy_to(&map, at, buf, len);
	else
		iosys_map_memcpy_from(buf, &map, at, len);
	hli_vunmap(mr->dmabuf, &map);
	return 0;
}

static int hli_move_dma(struct hli_device *hli, struct hli_mr *mr, u64 at, void *buf, u32 len, bool write)
{
	/* Whoever has to let go on notice gets none while the engine runs; the others keep the address. */
	bool keep_lock = mr->mode == HLI_DYNAMIC;
	struct dma_resv *resv = mr->dmabuf->resv;
	dma_addr_t addr;
	u32 run, n;
	int rc = 0;

	for (; len && !rc; at += n, buf += n, len -= n) {
		dma_resv_lock(resv, NULL);
		rc = hli_mr_address(mr, at, &addr, &run);
		n = rc ? 0 : min(len, run);
		if (!keep_lock)
			dma_resv_unlock(resv);
		if (!rc)
			rc = hli->engine->dma(hli, addr, buf, n, write);
		if (keep_lock)
			dma_resv_unlock(resv);
	}
	return rc;
}

static int hli_access(struct hli_file *file, const struct hli_access *arg, bool write)
{
	struct hli_device *hli = file->hli;
	struct hli_mr *mr = xa_load(&file->mrs, arg->mr_handle);
	char __user *user = u64_to_user_ptr(arg->userptr);
	u32 done = 0, n;
	void *buf;
	int rc = 0;

	if (!mr || arg->res || arg->offset > mr->length || arg->size > mr->length - arg->offset)
		return -EINVAL;
	buf = kmalloc(HLI_CHUNK, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	mutex_lock(&hli->lock);
	for (; done < arg->size && !rc; done += n) {
		u64 at = mr->offset + arg->offset + done;

		n = min(arg->size - done, HLI_CHUNK);
		if (write && copy_from_user(buf, user + done, n))
			rc = -EFAULT;
		if (!rc)
			rc = hli->engine->dma ? hli_move_dma(hli, mr, at, buf, n, write)
					      : hli_move_cpu(mr, at, buf, n, write);
		if (!rc && !write && copy_to_user(user + done, buf, n))
			rc = -EFAULT;
	}
	mutex_unlock(&hli->lock);
	kfree(buf);
	return rc;
}

static int hli_write(struct hli_file *file, void *data)
{
	return hli_access(file, data, true);
}

static int hli_read(struct hli_file *file, void *data)
{
	return hli_access(file, data, false);
}

static int hli_state(struct hli_file *file, void *data)
{
	struct hli_state *arg = data;
	struct hli_mr *mr = xa_load(&file->mrs, arg->mr_handle);

	if (!mr)
		return -EINVAL;
	dma_resv_lock(mr->dmabuf->resv, NULL);
	arg->mapped = !!mr->sgt;
	arg->invalidations = mr->invalidations;
	dma_resv_unlock(mr->dmabuf->resv);
	return 0;
}

static int hli_raw(struct hli_file *file, void *data)
{
	struct hli_device *hli = file->hli;
	const struct hli_raw *arg = data;
	void *buf;
	int rc;

	if (!hli->engine->dma)
		return -EOPNOTSUPP;
	if (!arg->size || arg->size > HLI_CHUNK || arg->pad)
		return -EINVAL;
	buf = kzalloc(arg->size, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	mutex_lock(&hli->lock);
	rc = hli->engine->dma(hli, arg->address, buf, arg->size, false);
	mutex_unlock(&hli->lock);
	if (!rc && copy_to_user(u64_to_user_ptr(arg->userptr), buf, arg->size))
		rc = -EFAULT;
	kfree(buf);
	return rc;
}

static int hli_bench_ioctl(struct hli_file *file, void *data)
{
	struct hli_bench *arg = data;

	if (!arg->loops || arg->loops > HLI_MAX_LOOPS)
		return -EINVAL;
	return hli_bench(&file->hli->pdev->dev, arg);
}

static const struct {
	unsigned int cmd;
	int (*fn)(struct hli_file *file, void *data);
} hli_ioctls[] = {
	{ HLI_REG, hli_reg },	  { HLI_DEREG, hli_dereg }, { HLI_WRITE, hli_write },	    { HLI_READ, hli_read },
	{ HLI_STATE, hli_state }, { HLI_RAW, hli_raw },	    { HLI_BENCH, hli_bench_ioctl }, { HLI_MAP, hli_map },
};

static long hli_ioctl(struct file *filp, unsigned int cmd, unsigned long user)
{
	u64 data[sizeof(union hli_reg) / sizeof(u64)];
	unsigned int i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(hli_ioctls); i++) {
		if (hli_ioctls[i].cmd != cmd)
			continue;
		if (copy_from_user(data, (void __user *)user, _IOC_SIZE(cmd)))
			return -EFAULT;
		rc = hli_ioctls[i].fn(filp->private_data, data);
		if (!rc && copy_to_user((void __user *)user, data, _IOC_SIZE(cmd)))
			rc = -EFAULT;
		return rc;
	}
	return -ENOTTY;
}

/* The function that the fewest have open: with several, programs do not wait for each other's engine. */
static struct hli_device *hli_idlest(void)
{
	struct hli_device *hli, *idlest = NULL;

	list_for_each_entry(hli, &hli_devices, node)
		if (!idlest || hli->opens < idlest->opens)
			idlest = hli;
	return idlest;
}

static int hli_open(struct inode *inode, struct file *filp)
{
	struct hli_file *file = kzalloc(sizeof(*file), GFP_KERNEL);
	int rc = 0;

	if (!file)
		return -ENOMEM;
	xa_init_flags(&file->mrs, XA_FLAGS_ALLOC1);
	mutex_lock(&hli_lock);
	file->hli = hli_idlest();
	if (file->hli)
		file->hli->opens++;
	else
		rc = -ENODEV;
	mutex_unlock(&hli_lock);
	if (rc) {
		kfree(file);
		return rc;
	}
	filp->private_data = file;
	return 0;
}

static int hli_release(struct inode *inode, struct file *filp)
{
	struct hli_file *file = filp->private_data;
	struct hli_mr *mr;
	unsigned long id;

	xa_for_each(&file->mrs, id, mr)
		hli_mr_destroy(mr);
	xa_destroy(&file->mrs);
	mutex_lock(&hli_lock);
	file->hli->opens--;
	mutex_unlock(&hli_lock);
	kfree(file);
	return 0;
}

static const struct file_operations hli_fops = {
	.owner = THIS_MODULE,
	.open = hli_open,
	.release = hli_release,
	.unlocked_ioctl = hli_ioctl,
};

static struct miscdevice hli_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "hli",
	.fops = &hli_fops,
	.mode = 0600,
};

static int hli_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct hli_device *hli = devm_kzalloc(&pdev->dev, sizeof(*hli), GFP_KERNEL);
	int rc;

	if (!hli)
		return -ENOMEM;
	rc = pcim_enable_device(pdev);
	if (!rc)
		rc = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (rc)
		return rc;
	dma_set_max_seg_size(&pdev->dev, max_segment);
	pci_set_master(pdev);
	mutex_init(&hli->lock);
	hli->pdev = pdev;
	hli->engine = (const struct hli_engine *)id->driver_data;
	rc = hli->engine->init ? hli->engine->init(hli) : 0;
	if (rc)
		return rc;
	pci_set_drvdata(pdev, hli);
	mutex_lock(&hli_lock);
	list_add_tail(&hli->node, &hli_devices);
	mutex_unlock(&hli_lock);
	return 0;
}

static void hli_remove(struct pci_dev *pdev)
{
	struct hli_device *hli = pci_get_drvdata(pdev);

	mutex_lock(&hli_lock);
	list_del(&hli->node);
	WARN(hli->opens, "hli: unbound while in use\n");
	mutex_unlock(&hli_lock);
}

const struct hli_engine hli_cpu_engine = { .name = "cpu" };

static const struct pci_device_id hli_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8), .driver_data = (kernel_ulong_t)&hli_edu_engine },
	{ PCI_DEVICE(0x1b36, 0x0005), .driver_data = (kernel_ulong_t)&hli_cpu_engine },
	{}
};
MODULE_DEVICE_TABLE(pci, hli_ids);

static struct pci_driver hli_driver = {
	.name = "hli",
	.id_table = hli_ids,
	.probe = hli_probe,
	.remove = hli_remove,
	/* Open files hold the module, not the function: a test does not unbind under them. */
	.driver.suppress_bind_attrs = true,
};

static int __init hli_init(void)
{
	int rc = pci_register_driver(&hli_driver);

	if (rc)
		return rc;
	rc = misc_register(&hli_misc);
	if (rc)
		pci_unregister_driver(&hli_driver);
	return rc;
}

static void __exit hli_exit(void)
{
	misc_deregister(&hli_misc);
	pci_unregister_driver(&hli_driver);
}

module_init(hli_init);
module_exit(hli_exit);
MODULE_DESCRIPTION("Importer of dma-bufs for tests");
MODULE_LICENSE("Dual MIT/GPL");
hlrt_import_ns(DMA_BUF);
