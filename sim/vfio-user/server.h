/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* server.h - one chip model as a PCI device behind a vfio-user connection. */
#ifndef VU_SERVER_H
#define VU_SERVER_H

#include <stdio.h>

#include "dma.h"
#include "engine.h"
#include "irq.h"
#include "message.h"
#include "remote.h"

struct vu_server {
	struct hlm *model;
	const struct hlm_desc *desc;
	struct vu_channel channel;
	struct vu_dma dma;
	struct vu_remote remote;
	struct vu_irq irq;
	struct vu_engine engine;
	uint8_t *reply_data; /* VU_MAX_DATA bytes, of the thread that receives */
	bool negotiated;
	FILE *trace; /* NULL: only what the model lacks is told, on stderr */
	uint64_t start_ns;
};

/* Creates the model too. 0 or a negative errno. trace stays the caller's. */
int vu_server_init(struct vu_server *server, const char *asic, const struct hlm_config *config, FILE *trace);
void vu_server_fini(struct vu_server *server);

/*
 * Serves one connection until it ends; takes fd over. Leaves the model reset, ready for the next.
 * 0: the peer has gone. -EPROTO: it was cut off, the reason is on stderr.
 */
int vu_server_serve(struct vu_server *server, int fd);

/* request.c: what a received request does. NULL, or why the connection has to be closed. */
const char *vu_handle_request(struct vu_server *server, struct vu_message *msg);
/* host_ops.c */
extern const struct hlm_host_ops vu_host_ops;
void vu_reply_unmap(void *ctx, const struct vu_dma_waiter *waiter);

#endif /* VU_SERVER_H */
