/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What the model asks of its host, answered by QEMU. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "server.h"

static int dma_move(struct vu_server *server, uint64_t addr, uint8_t *buf, size_t len, bool write)
{
	while (len) {
		size_t run = 0;
		long moved = vu_dma_copy(&server->dma, addr, buf, len, write, &run);

		if (moved < 0)
			return (int)moved;
		if (moved == 0) {
			int ret = vu_remote_access(&server->remote, addr, buf, run, write);

			if (ret)
				return ret;
		}
		addr += run;
		buf += run;
		len -= run;
	}
	return 0;
}

static int host_dma_read(void *host, uint64_t addr, void *buf, size_t len)
{
	return dma_move(host, addr, buf, len, false);
}

static int host_dma_write(void *host, uint64_t addr, const void *buf, size_t len)
{
	return dma_move(host, addr, (uint8_t *)(uintptr_t)buf, len, true);
}

static void *host_dma_get(void *host, uint64_t addr, size_t len, bool write, size_t *run)
{
	struct vu_server *server = host;

	return vu_dma_get(&server->dma, addr, len, write, run);
}

static void host_dma_put(void *host, uint64_t addr, void *ptr, size_t run, bool write)
{
	struct vu_server *server = host;

	(void)ptr;
	(void)write;
	vu_dma_put(&server->dma, addr, run);
}

static void host_irq(void *host, unsigned int vector)
{
	struct vu_server *server = host;

	vu_irq_raise(&server->irq, vector);
}

static void host_kick(void *host)
{
	struct vu_server *server = host;

	vu_engine_kick(&server->engine);
}

static uint64_t host_clock_ns(void *host)
{
	struct timespec now;

	(void)host;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void host_trace(void *host, const char *kind, const char *line)
{
	struct vu_server *server = host;

	if (server->trace)
		fprintf(server->trace, "%12.6f %-8s %s\n", (double)(host_clock_ns(host) - server->start_ns) / 1e9, kind,
			line);
	if (strcmp(kind, "todo") == 0 && server->trace != stderr)
		fprintf(stderr, "hlsim: the model lacks: %s\n", line);
}

const struct hlm_host_ops vu_host_ops = {
	.dma_read = host_dma_read,
	.dma_write = host_dma_write,
	.dma_get = host_dma_get,
	.dma_put = host_dma_put,
	.irq = host_irq,
	.kick = host_kick,
	.clock_ns = host_clock_ns,
	.trace = host_trace,
};
