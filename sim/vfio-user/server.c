/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int vu_server_init(struct vu_server *server, const char *asic, const struct hlm_config *config, FILE *trace)
{
	int ret = -ENOMEM;

	memset(server, 0, sizeof(*server));
	server->trace = trace;
	server->start_ns = vu_host_ops.clock_ns(server);
	server->reply_data = malloc(VU_MAX_DATA);
	if (!server->reply_data)
		return ret;
	vu_engine_init(&server->engine);
	vu_remote_init(&server->remote);
	vu_dma_init(&server->dma, vu_reply_unmap, server);
	/* Before the model: it may ask for its first run, or speak, while it is made. */
	ret = vu_irq_init(&server->irq, VU_MAX_VECTORS, VU_MAX_VECTORS);
	if (ret)
		goto fini_threads;
	errno = 0;
	server->model = hlm_create(asic, config, &vu_host_ops, server);
	if (!server->model) {
		ret = errno ? -errno : -EINVAL;
		goto fini_irq;
	}
	server->desc = hlm_describe(server->model);
	server->irq.kind[VU_IRQ_MSI].count = server->desc->msi_vectors;
	server->irq.kind[VU_IRQ_MSIX].count = server->desc->msix_vectors;
	server->engine.model = server->model;
	return 0;

fini_irq:
	vu_irq_fini(&server->irq);
fini_threads:
	vu_dma_fini(&server->dma);
	vu_remote_fini(&server->remote);
	vu_engine_fini(&server->engine);
	free(server->reply_data);
	return ret;
}

void vu_server_fini(struct vu_server *server)
{
	hlm_destroy(server->model);
	vu_irq_fini(&server->irq);
	vu_dma_fini(&server->dma);
	vu_remote_fini(&server->remote);
	vu_engine_fini(&server->engine);
	free(server->reply_data);
}

/* Until the peer goes or sends what cannot be. */
static int message_loop(struct vu_server *server)
{
	for (;;) {
		struct vu_message msg;
		const char *why = NULL;
		int ret = vu_receive(&server->channel, &msg, &why);

		if (ret == 0)
			return 0;
		if (ret < 0 && !why)
			why = strerror(-ret);
		if (ret > 0) {
			if ((msg.header.flags & VU_TYPE_MASK) == VU_TYPE_REPLY)
				why = vu_remote_answer(&server->remote, &msg);
			else
				why = vu_handle_request(server, &msg);
			vu_message_release(&msg);
		}
		if (why) {
			fprintf(stderr, "hlsim: connection closed: %s (message id %u, command %u, %u bytes)\n", why,
				msg.header.id, msg.header.command, msg.header.size);
			return -EPROTO;
		}
	}
}

int vu_server_serve(struct vu_server *server, int fd)
{
	int ret = vu_channel_init(&server->channel, fd);

	if (ret) {
		close(fd);
		return ret;
	}
	server->negotiated = false;
	ret = vu_engine_start(&server->engine);
	if (!ret) {
		ret = message_loop(server);
		/* First what the engine may be waiting for, then the engine, then what it may be using. */
		vu_remote_disconnect(&server->remote);
		vu_engine_stop(&server->engine);
	}
	vu_irq_reset(&server->irq);
	vu_dma_clear(&server->dma);
	vu_channel_fini(&server->channel);
	hlm_reset(server->model);
	return ret;
}
