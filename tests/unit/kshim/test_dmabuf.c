// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* dma-buf fds inside a process and between processes. */
#include "fake_device.h"

#include <fcntl.h>
#include <linux/dma-buf.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kshim/dmabuf.h"

#define OFFSET (64 * PAGE_SIZE)
#define LENGTH (4 * PAGE_SIZE)

/* ---- an exporter of a part of a fake device's memory ---- */

struct exporter {
	struct fake_device *fake;
	struct dma_buf *buf;
	bool revoked;
	int maps, released;
};

static struct sg_table *exporter_map(struct dma_buf_attachment *a, enum dma_data_direction dir)
{
	struct exporter *e = a->dmabuf->priv;
	struct sg_table *t;

	if (e->revoked)
		return ERR_PTR(-ENODEV);
	t = kzalloc(sizeof(*t), GFP_KERNEL);
	assert_int_equal(sg_alloc_table(t, 1, GFP_KERNEL), 0);
	sg_dma_address(t->sgl) =
		dma_map_resource(a->dev, pci_resource_start(e->fake->pdev, FAKE_MEMORY_BAR) + OFFSET, LENGTH, dir, 0);
	sg_dma_len(t->sgl) = LENGTH;
	e->maps++;
	return t;
}

static void exporter_unmap(struct dma_buf_attachment *a, struct sg_table *t, enum dma_data_direction dir)
{
	struct exporter *e = a->dmabuf->priv;

	dma_unmap_resource(a->dev, sg_dma_address(t->sgl), LENGTH, dir, 0);
	sg_free_table(t);
	kfree(t);
	e->maps--;
}

static int exporter_pin(struct dma_buf_attachment *a)
{
	(void)a;
	return 0;
}

static void exporter_unpin(struct dma_buf_attachment *a)
{
	(void)a;
}

static void exporter_release(struct dma_buf *buf)
{
	((struct exporter *)buf->priv)->released++;
}

static const struct dma_buf_ops exporter_ops = {
	.map_dma_buf = exporter_map,
	.unmap_dma_buf = exporter_unmap,
	.pin = exporter_pin,
	.unpin = exporter_unpin,
	.release = exporter_release,
};

static int export_fd(struct exporter *e, int flags)
{
	struct dma_buf_export_info info = { .exp_name = "test", .ops = &exporter_ops, .size = LENGTH, .priv = e };
	int fd;

	e->buf = dma_buf_export(&info);
	assert_false(IS_ERR(e->buf));
	fd = dma_buf_fd(e->buf, flags);
	assert_true(fd >= 0);
	return fd;
}

static void revoke_export(struct exporter *e)
{
	dma_resv_lock(e->buf->resv, NULL);
	e->revoked = true;
	dma_buf_move_notify(e->buf);
	dma_resv_unlock(e->buf->resv);
}

/* ---- an importer ---- */

struct importer {
	struct fake_device *fake;
	struct dma_buf *buf;
	struct dma_buf_attachment *a;
	struct sg_table *t;
	int notices;
};

static void noticed(struct dma_buf_attachment *a)
{
	struct importer *im = a->importer_priv;

	dma_resv_assert_held(a->dmabuf->resv);
	im->notices++;
	if (im->t)
		dma_buf_unmap_attachment(a, im->t, DMA_BIDIRECTIONAL);
	im->t = NULL;
}

static const struct dma_buf_attach_ops importer_ops = { .allow_peer2peer = true, .move_notify = noticed };

static int import(struct importer *im, int fd)
{
	int err;

	im->buf = dma_buf_get(fd);
	if (IS_ERR(im->buf))
		return PTR_ERR(im->buf);
	im->a = dma_buf_dynamic_attach(im->buf, &im->fake->pdev->dev, &importer_ops, im);
	if (IS_ERR(im->a)) {
		dma_buf_put(im->buf);
		return PTR_ERR(im->a);
	}
	dma_resv_lock(im->buf->resv, NULL);
	im->t = dma_buf_map_attachment(im->a, DMA_BIDIRECTIONAL);
	err = PTR_ERR_OR_ZERO(im->t);
	if (err)
		im->t = NULL;
	dma_resv_unlock(im->buf->resv);
	return err;
}

static void unimport(struct importer *im)
{
	if (im->t) {
		dma_resv_lock(im->buf->resv, NULL);
		dma_buf_unmap_attachment(im->a, im->t, DMA_BIDIRECTIONAL);
		dma_resv_unlock(im->buf->resv);
	}
	dma_buf_detach(im->buf, im->a);
	dma_buf_put(im->buf);
}

static struct fake_device *owner, *peer;

static int setup(void **state)
{
	(void)state;
	kshim_set_fatal(true);
	owner = fake_device_add(1);
	peer = fake_device_add(2);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	assert_int_equal(kshim_dmabuf_abandon(), 0);
	fake_device_remove(peer);
	fake_device_remove(owner);
	assert_int_equal(kshim_live_allocs(), 0);
	assert_int_equal(kshim_warnings(), 0);
	return 0;
}

/* ---- one process ---- */

static void same_process_uses_the_exporters_own_operations(void **state)
{
	struct exporter e = { .fake = owner };
	struct importer im = { .fake = peer };
	int fd = export_fd(&e, O_CLOEXEC);

	(void)state;
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(import(&im, fd), 0);
	assert_ptr_equal(im.buf, e.buf);
	assert_int_equal(e.maps, 1);
	assert_int_equal(kshim_dma_write(peer->pdev, sg_dma_address(im.t->sgl), "here", 5), 0);
	assert_string_equal((char *)owner->memory + OFFSET, "here");
	unimport(&im);
	close(fd);
	kshim_dmabuf_poll();
	assert_int_equal(e.released, 1);
}

static void last_close_of_any_copy_releases(void **state)
{
	struct exporter e = { .fake = owner };
	int fd = export_fd(&e, O_CLOEXEC), copy = dup(fd);

	(void)state;
	assert_true(kshim_dmabuf_live());
	close(fd);
	kshim_dmabuf_poll();
	assert_int_equal(e.released, 0);
	close(copy);
	kshim_dmabuf_poll();
	assert_int_equal(e.released, 1);
	assert_false(kshim_dmabuf_live());
}

static void revocation_reaches_the_importer(void **state)
{
	struct exporter e = { .fake = owner };
	struct importer im = { .fake = peer }, late = { .fake = peer };
	int fd = export_fd(&e, O_CLOEXEC);

	(void)state;
	assert_int_equal(import(&im, fd), 0);
	revoke_export(&e);
	assert_int_equal(im.notices, 1);
	assert_int_equal(e.maps, 0);
	assert_int_equal(import(&late, fd), -ENODEV);
	unimport(&late);
	unimport(&im);
	close(fd);
	kshim_dmabuf_poll();
}

static void other_fds_are_refused(void **state)
{
	int file = open("/dev/null", O_RDWR), pair[2];

	(void)state;
	assert_ptr_equal(dma_buf_get(-1), ERR_PTR(-EBADF));
	assert_ptr_equal(dma_buf_get(file), ERR_PTR(-EINVAL));
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_ptr_equal(dma_buf_get(pair[0]), ERR_PTR(-EINVAL));
	assert_int_equal(write(pair[1], "nonsense", 8), 8);
	assert_ptr_equal(dma_buf_get(pair[0]), ERR_PTR(-EINVAL));
	close(pair[0]);
	close(pair[1]);
	close(file);
}

/* ---- several processes ---- */

static void send_fd(int sock, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	struct iovec iov = { "f", 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};

	CMSG_FIRSTHDR(&msg)->cmsg_level = SOL_SOCKET;
	CMSG_FIRSTHDR(&msg)->cmsg_type = SCM_RIGHTS;
	CMSG_FIRSTHDR(&msg)->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&msg)), &fd, sizeof(fd));
	assert_int_equal(sendmsg(sock, &msg, 0), 1);
}

static int receive_fd(int sock)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	char byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};
	int fd;

	if (recvmsg(sock, &msg, MSG_CMSG_CLOEXEC) != 1 || !CMSG_FIRSTHDR(&msg))
		return -1;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}

/* Lock-step between the two processes. */
static void say(int sock)
{
	assert_int_equal(write(sock, "!", 1), 1);
}

static void hear(int sock)
{
	char c;

	assert_int_equal(read(sock, &c, 1), 1);
}

/*
 * The exporting side, in a process of its own, forked before the parent has any device. Exits with the number of things
 * that went wrong.
 */
static void export_process(int sock)
{
	struct exporter e = { 0 };
	int fd, wrong = 0;

	kshim_set_fatal(true);
	e.fake = fake_device_add(7);
	fd = export_fd(&e, O_CLOEXEC);
	strcpy((char *)e.fake->memory + OFFSET, "from the exporter");
	strcpy((char *)e.fake->memory + OFFSET + LENGTH, "behind the end");
	send_fd(sock, fd);
	close(fd);
	hear(sock); /* the other has imported and written */
	wrong += strcmp((char *)e.fake->memory + OFFSET + 100, "from the importer") != 0;
	kshim_dmabuf_poll();
	wrong += e.released != 0; /* the importer holds a copy */
	revoke_export(&e);
	say(sock);
	hear(sock); /* it has closed its copy */
	kshim_dmabuf_poll();
	wrong += e.released != 1;
	_exit(wrong);
}

static pid_t start_exporter(int *sock, void (*fn)(int sock))
{
	int pair[2];
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		close(pair[0]);
		fn(pair[1]);
	}
	close(pair[1]);
	*sock = pair[0];
	return pid;
}

static int exit_status(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static void fd_works_in_another_process_until_revoked(void **state)
{
	struct importer im = { 0 };
	char buf[32];
	int sock, fd;
	pid_t pid = start_exporter(&sock, export_process);

	(void)state;
	im.fake = fake_device_add(2);
	fd = receive_fd(sock);
	assert_true(fd >= 0);
	assert_int_equal(import(&im, fd), 0);
	assert_int_equal(im.buf->size, LENGTH);
	assert_int_equal(kshim_dma_read(im.fake->pdev, sg_dma_address(im.t->sgl), buf, 18), 0);
	assert_string_equal(buf, "from the exporter");
	assert_int_equal(kshim_dma_write(im.fake->pdev, sg_dma_address(im.t->sgl) + 100, "from the importer", 18), 0);
	assert_int_equal(kshim_dma_read(im.fake->pdev, sg_dma_address(im.t->sgl) + LENGTH, buf, 1), -EFAULT);
	say(sock);
	hear(sock); /* it has been revoked */
	assert_int_equal(kshim_dma_read(im.fake->pdev, sg_dma_address(im.t->sgl), buf, 1), -EFAULT);
	assert_null(kshim_dma_get(im.fake->pdev, sg_dma_address(im.t->sgl), 1, true, &(size_t){ 0 }));
	kshim_dmabuf_poll();
	assert_int_equal(im.notices, 1);
	assert_ptr_equal(dma_buf_get(fd), ERR_PTR(-ENODEV));
	unimport(&im);
	close(fd);
	say(sock);
	assert_int_equal(exit_status(pid), 0);
	close(sock);
	fake_device_remove(im.fake);
}

static void export_and_die(int sock)
{
	struct exporter e = { .fake = fake_device_add(7) };
	int fd = export_fd(&e, O_CLOEXEC);

	strcpy((char *)e.fake->memory + OFFSET, "heritage");
	send_fd(sock, fd);
	_exit(0);
}

static void fd_outlives_its_exporter(void **state)
{
	struct importer im = { 0 };
	int sock, fd;
	pid_t pid = start_exporter(&sock, export_and_die);
	char buf[16];

	(void)state;
	fd = receive_fd(sock);
	assert_int_equal(exit_status(pid), 0);
	im.fake = fake_device_add(2);
	assert_int_equal(import(&im, fd), 0);
	assert_int_equal(kshim_dma_read(im.fake->pdev, sg_dma_address(im.t->sgl), buf, 9), 0);
	assert_string_equal(buf, "heritage");
	unimport(&im);
	close(fd);
	close(sock);
	fake_device_remove(im.fake);
}

/* A message that promises more than its file holds, or whose files may shrink, must not be believed. */
struct forgery {
	u64 offset, length;
	unsigned int memory_seals, shared_seals;
	u64 shared_size;
	int err;
	u32 num_pieces; /* 0: one */
	u64 second_offset, second_length;
};

static int forge(const struct forgery *f)
{
	union {
		char bytes[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	struct kshim_dmabuf_wire wire = {
		.magic = KSHIM_DMABUF_MAGIC,
		.version = KSHIM_DMABUF_VERSION,
		.size = sizeof(wire),
		.dmabuf_size = f->num_pieces ? 4 * PAGE_SIZE : f->length,
		.generation = 1,
		.num_pieces = f->num_pieces ?: 1,
		.piece = { { f->offset, f->length }, { f->second_offset, f->second_length } },
	};
	struct iovec iov = { &wire, sizeof(wire) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};
	int fds[2] = { memfd_create("shared", MFD_ALLOW_SEALING), memfd_create("memory", MFD_ALLOW_SEALING) }, pair[2];
	u64 magic = KSHIM_DMABUF_SHARED_MAGIC;

	assert_int_equal(write(fds[0], &magic, sizeof(magic)), sizeof(magic));
	assert_int_equal(ftruncate(fds[0], f->shared_size), 0);
	fcntl(fds[0], F_ADD_SEALS, f->shared_seals);
	assert_int_equal(ftruncate(fds[1], 16 * PAGE_SIZE), 0);
	fcntl(fds[1], F_ADD_SEALS, f->memory_seals);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	CMSG_FIRSTHDR(&msg)->cmsg_level = SOL_SOCKET;
	CMSG_FIRSTHDR(&msg)->cmsg_type = SCM_RIGHTS;
	CMSG_FIRSTHDR(&msg)->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&msg)), fds, sizeof(fds));
	assert_int_equal(sendmsg(pair[0], &msg, 0), sizeof(wire));
	close(pair[0]);
	close(fds[0]);
	close(fds[1]);
	return pair[1];
}

static void forged_messages_are_refused(void **state)
{
	static const struct forgery forgeries[] = {
		{ 0, 16 * PAGE_SIZE, F_SEAL_SHRINK, F_SEAL_SHRINK, PAGE_SIZE, 0, 0, 0, 0 },
		{ PAGE_SIZE, 16 * PAGE_SIZE, F_SEAL_SHRINK, F_SEAL_SHRINK, PAGE_SIZE, -EINVAL, 0, 0, 0 },
		{ 0, 17 * PAGE_SIZE, F_SEAL_SHRINK, F_SEAL_SHRINK, PAGE_SIZE, -EINVAL, 0, 0, 0 },
		{ PAGE_SIZE, -PAGE_SIZE, F_SEAL_SHRINK, F_SEAL_SHRINK, PAGE_SIZE, -EINVAL, 0, 0, 0 },
		{ 0, 0, F_SEAL_SHRINK, F_SEAL_SHRINK, PAGE_SIZE, -EINVAL, 0, 0, 0 },
		{ 100, PAGE_SIZE, F_SEAL_SHRINK, F_SEAL_SHRINK, PAGE_SIZE, -EINVAL, 0, 0, 0 },
		{ 0, PAGE_SIZE, F_SEAL_SHRINK, 0, PAGE_SIZE, -EINVAL, 0, 0, 0 },
		{ 0, PAGE_SIZE, F_SEAL_SHRINK, F_SEAL_SHRINK, 100, -EINVAL, 0, 0, 0 },
		{ 0, PAGE_SIZE, 0, F_SEAL_SHRINK, PAGE_SIZE, -EINVAL, 0, 0, 0 },
		{ 0, PAGE_SIZE, F_SEAL_SEAL, F_SEAL_SHRINK, PAGE_SIZE, -EINVAL, 0, 0, 0 },
		{ 0, PAGE_SIZE, F_SEAL_GROW | F_SEAL_SEAL, F_SEAL_SHRINK, PAGE_SIZE, -EINVAL, 0, 0, 0 },
		/* Two pieces: right, too short together, the second beyond the file, and more than there is room for. */
		{ 0, PAGE_SIZE, F_SEAL_SHRINK, F_SEAL_SHRINK, PAGE_SIZE, 0, 2, 8 * PAGE_SIZE, 3 * PAGE_SIZE },
		{ 0, PAGE_SIZE, F_SEAL_SHRINK, F_SEAL_SHRINK, PAGE_SIZE, -EINVAL, 2, 8 * PAGE_SIZE, 2 * PAGE_SIZE },
		{ 0, PAGE_SIZE, F_SEAL_SHRINK, F_SEAL_SHRINK, PAGE_SIZE, -EINVAL, 2, 14 * PAGE_SIZE, 3 * PAGE_SIZE },
		{ 0, PAGE_SIZE, F_SEAL_SHRINK, F_SEAL_SHRINK, PAGE_SIZE, -EINVAL, KSHIM_DMABUF_PIECES + 1, 0,
		  PAGE_SIZE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forgeries); i++) {
		int fd = forge(&forgeries[i]);
		struct dma_buf *buf = dma_buf_get(fd);

		if (forgeries[i].err)
			assert_ptr_equal(buf, ERR_PTR(forgeries[i].err));
		else
			dma_buf_put(buf);
		close(fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fd_works_in_another_process_until_revoked),
		cmocka_unit_test(fd_outlives_its_exporter),
		cmocka_unit_test_setup_teardown(same_process_uses_the_exporters_own_operations, setup, teardown),
		cmocka_unit_test_setup_teardown(last_close_of_any_copy_releases, setup, teardown),
		cmocka_unit_test_setup_teardown(revocation_reaches_the_importer, setup, teardown),
		cmocka_unit_test_setup_teardown(other_fds_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(forged_messages_are_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
