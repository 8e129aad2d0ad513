/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* client.h - QEMU's part in a conversation with the server, over a socketpair. */
#ifndef CLIENT_H
#define CLIENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "server.h"
#include "stub_model.h"

#define TIMEOUT_MS 5000

struct client {
	struct vu_server server;
	pthread_t thread;
	bool serving;
	int result;  /* of vu_server_serve() */
	int peer_fd; /* the server's end, until it is served */
	int fd;
	uint16_t next_id;
};

struct answer {
	struct vu_header header;
	uint8_t body[VU_MAX_DATA + 64];
	size_t len;
	int fd; /* that came along, or -1 */
};

/* cmocka fixtures: state is a struct client *. client_setup() leaves VERSION to the test. */
int client_setup(void **state);
int client_setup_negotiated(void **state);
int client_teardown(void **state);

/* Sends any bytes, with any files. */
void client_send_raw(struct client *c, const void *bytes, size_t len, const int *fds, unsigned int num_fds);
/* Sends a request and returns its id. */
uint16_t client_send(struct client *c, uint16_t command, uint32_t flags, const void *body, size_t len, const int *fds,
		     unsigned int num_fds);
/* Receives one message of the server's. */
void client_receive(struct client *c, struct answer *answer);
/* Sends a request and waits for its reply. Returns the errno in it, 0 for success. */
int client_call(struct client *c, uint16_t command, const void *body, size_t len, int fd, struct answer *answer);
/* True if nothing comes for ms. */
bool client_silent(struct client *c, int ms);

int client_map(struct client *c, uint64_t iova, uint64_t size, uint32_t flags, int fd, uint64_t offset);
int client_unmap(struct client *c, uint64_t iova, uint64_t size);

/* Waits for the server to end the connection and asserts how. */
void client_expect_cut_off(struct client *c);
void client_expect_clean_end(struct client *c);

#endif /* CLIENT_H */
