/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What each request of QEMU's does.
 *
 * A request that is well-formed and cannot be done gets an error reply. One that is not what the protocol says, so
 * that nobody can know what the sender believes, ends the connection.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"

#define REPLY_LATER 1

struct reply {
	uint8_t head[64];
	size_t head_len;
	size_t data_len; /* bytes of server->reply_data behind the head */
	int fd;		 /* goes along, stays ours; or -1 */
	const char *malformed;
};

static int malformed(struct reply *reply, const char *why)
{
	reply->malformed = why;
	return -EPROTO;
}

static void set_head(struct reply *reply, const void *head, size_t len)
{
	memcpy(reply->head, head, len);
	reply->head_len = len;
}

/* The number behind "key": in the JSON text. Good enough for one flat object of numbers, which is all there is. */
static uint64_t json_number(const char *text, const char *key, uint64_t otherwise)
{
	const char *at = strstr(text, key);
	char *end;
	uint64_t value;

	if (!at)
		return otherwise;
	at += strlen(key);
	at += strspn(at, "\" \t\r\n:");
	value = strtoull(at, &end, 10);
	return end == at ? otherwise : value;
}

static int do_version(struct vu_server *server, struct vu_message *msg, struct reply *reply)
{
	static const char capabilities[] = "{\"capabilities\":{\"max_msg_fds\":16,\"max_data_xfer_size\":1048576,"
					   "\"pgsizes\":4096,\"write_multiple\":true}}";
	const char *text = (const char *)msg->body + sizeof(struct vu_version);
	size_t text_len = msg->body_len - sizeof(struct vu_version);
	uint64_t max_data = VU_MAX_DATA;
	struct vu_version version;

	if (server->negotiated)
		return malformed(reply, "a second VERSION");
	memcpy(&version, msg->body, sizeof(version));
	if (version.major != 0)
		return malformed(reply, "protocol major version is not 0");
	if (text_len && text[text_len - 1] != '\0')
		return malformed(reply, "VERSION's text has no end");
	if (text_len)
		max_data = json_number(text, "\"max_data_xfer_size\"", max_data);
	if (max_data == 0)
		return malformed(reply, "max_data_xfer_size is 0");
	if (max_data > VU_MAX_DMA_REQUEST)
		max_data = VU_MAX_DMA_REQUEST;
	vu_remote_connect(&server->remote, &server->channel, (uint32_t)max_data);
	server->negotiated = true;

	version.minor = 0;
	set_head(reply, &version, sizeof(version));
	memcpy(server->reply_data, capabilities, sizeof(capabilities));
	reply->data_len = sizeof(capabilities);
	return 0;
}

static int do_dma_map(struct vu_server *server, struct vu_message *msg, struct reply *reply)
{
	struct vu_dma_map map;

	memcpy(&map, msg->body, sizeof(map));
	if (map.argsz < sizeof(map))
		return malformed(reply, "DMA_MAP's argsz is too small");
	if (map.flags & ~(VU_MAP_READ | VU_MAP_WRITE))
		return -EINVAL;
	return vu_dma_map(&server->dma, map.iova, map.size, map.flags & VU_MAP_WRITE, msg->num_fds ? msg->fds[0] : -1,
			  map.offset);
}

static int do_dma_unmap(struct vu_server *server, struct vu_message *msg, struct reply *reply)
{
	struct vu_dma_unmap unmap;
	int ret;

	memcpy(&unmap, msg->body, sizeof(unmap));
	if (unmap.argsz < sizeof(unmap))
		return malformed(reply, "DMA_UNMAP's argsz is too small");
	set_head(reply, &unmap, sizeof(unmap));
	if (unmap.flags == VU_UNMAP_ALL)
		ret = vu_dma_unmap_all(&server->dma, msg->header.id);
	else if (unmap.flags == 0)
		ret = vu_dma_unmap(&server->dma, unmap.iova, unmap.size, msg->header.id);
	else
		ret = -EINVAL;
	return ret == 1 ? REPLY_LATER : ret;
}

void vu_reply_unmap(void *ctx, const struct vu_dma_waiter *waiter)
{
	struct vu_server *server = ctx;
	struct vu_header header = { .id = waiter->message_id, .command = VU_DMA_UNMAP, .flags = VU_TYPE_REPLY };
	struct vu_dma_unmap unmap = { .argsz = sizeof(unmap),
				      .flags = waiter->size ? 0 : VU_UNMAP_ALL,
				      .iova = waiter->iova,
				      .size = waiter->size };
	struct vu_part part = { &unmap, sizeof(unmap) };

	/* When this fails the receiving thread is about to find out as well. */
	vu_send(&server->channel, header, &part, 1, -1);
}

static int do_get_info(struct vu_server *server, struct vu_message *msg, struct reply *reply)
{
	struct vu_device_info info = { .argsz = sizeof(info),
				       .flags = VU_DEVICE_FLAG_RESET | VU_DEVICE_FLAG_PCI,
				       .num_regions = VU_NUM_REGIONS,
				       .num_irqs = VU_NUM_IRQS };

	(void)server;
	(void)msg;
	set_head(reply, &info, sizeof(info));
	return 0;
}

static uint64_t region_size(const struct vu_server *server, uint32_t region)
{
	if (region < HLM_NUM_BARS)
		return server->desc->bar[region].size;
	return region == VU_REGION_CONFIG ? HLM_CONFIG_SIZE : 0;
}

static int do_get_region_info(struct vu_server *server, struct vu_message *msg, struct reply *reply)
{
	struct vu_region_info info;

	memcpy(&info, msg->body, sizeof(info));
	if (info.argsz < sizeof(info))
		return malformed(reply, "GET_REGION_INFO's argsz is too small");
	if (info.index >= VU_NUM_REGIONS)
		return -EINVAL;
	info = (struct vu_region_info){ .argsz = sizeof(info),
					.index = info.index,
					.size = region_size(server, info.index) };
	if (info.size)
		info.flags = VU_REGION_FLAG_READ | VU_REGION_FLAG_WRITE;
	if (info.index < HLM_NUM_BARS && info.size && server->desc->bar[info.index].fd >= 0) {
		info.flags |= VU_REGION_FLAG_MMAP;
		info.offset = server->desc->bar[info.index].fd_offset;
		reply->fd = server->desc->bar[info.index].fd;
	}
	set_head(reply, &info, sizeof(info));
	return 0;
}

static int do_get_irq_info(struct vu_server *server, struct vu_message *msg, struct reply *reply)
{
	struct vu_irq_info info;

	memcpy(&info, msg->body, sizeof(info));
	if (info.argsz < sizeof(info))
		return malformed(reply, "GET_IRQ_INFO's argsz is too small");
	if (info.index >= VU_NUM_IRQS)
		return -EINVAL;
	info.argsz = sizeof(info);
	info.flags = VU_IRQ_INFO_EVENTFD | VU_IRQ_INFO_NORESIZE;
	info.count = server->irq.kind[info.index].count;
	set_head(reply, &info, sizeof(info));
	return 0;
}

static int do_set_irqs(struct vu_server *server, struct vu_message *msg, struct reply *reply)
{
	const uint8_t *bools = NULL;
	struct vu_irq_set set;

	memcpy(&set, msg->body, sizeof(set));
	if (set.argsz < sizeof(set))
		return malformed(reply, "SET_IRQS' argsz is too small");
	if ((set.flags & VU_IRQ_DATA_MASK) == VU_IRQ_DATA_BOOL) {
		if (msg->body_len - sizeof(set) < set.count)
			return malformed(reply, "SET_IRQS with fewer bytes than vectors");
		bools = msg->body + sizeof(set);
	}
	return vu_irq_set(&server->irq, &set, bools, msg->fds, msg->num_fds);
}

/* The longest naturally aligned access of 4, 2 or 1 bytes at offset that is within len. */
static unsigned int config_step(uint64_t offset, size_t len)
{
	if (offset % 4 == 0 && len >= 4)
		return 4;
	return offset % 2 == 0 && len >= 2 ? 2 : 1;
}

static void config_read(struct hlm *model, uint64_t offset, uint8_t *buf, size_t len)
{
	while (len) {
		unsigned int step = config_step(offset, len);
		uint32_t value = hlm_config_read(model, (unsigned int)offset, step);

		memcpy(buf, &value, step);
		offset += step;
		buf += step;
		len -= step;
	}
}

static void config_write(struct hlm *model, uint64_t offset, const uint8_t *buf, size_t len)
{
	while (len) {
		unsigned int step = config_step(offset, len);
		uint32_t value = 0;

		memcpy(&value, buf, step);
		hlm_config_write(model, (unsigned int)offset, step, value);
		offset += step;
		buf += step;
		len -= step;
	}
}

static bool inside_region(const struct vu_server *server, const struct vu_region_access *a)
{
	uint64_t size = region_size(server, a->region);

	return a->count <= VU_MAX_DATA && a->offset <= size && a->count <= size - a->offset;
}

static int do_region_read(struct vu_server *server, struct vu_message *msg, struct reply *reply)
{
	struct vu_region_access a;

	memcpy(&a, msg->body, sizeof(a));
	if (!inside_region(server, &a))
		return -EINVAL;
	set_head(reply, &a, sizeof(a));
	reply->data_len = a.count;
	if (a.region != VU_REGION_CONFIG)
		return hlm_bar_read(server->model, a.region, a.offset, server->reply_data, a.count);
	config_read(server->model, a.offset, server->reply_data, a.count);
	return 0;
}

static int region_write(struct vu_server *server, const struct vu_region_access *a, const uint8_t *data)
{
	if (!inside_region(server, a))
		return -EINVAL;
	if (a->region != VU_REGION_CONFIG)
		return hlm_bar_write(server->model, a->region, a->offset, data, a->count);
	config_write(server->model, a->offset, data, a->count);
	return 0;
}

static int do_region_write(struct vu_server *server, struct vu_message *msg, struct reply *reply)
{
	struct vu_region_access a;

	memcpy(&a, msg->body, sizeof(a));
	if (a.count != msg->body_len - sizeof(a))
		return malformed(reply, "REGION_WRITE's count is not what came");
	set_head(reply, &a, sizeof(a));
	return region_write(server, &a, msg->body + sizeof(a));
}

static int do_write_multi(struct vu_server *server, struct vu_message *msg, struct reply *reply)
{
	struct vu_write_multi multi;
	const uint8_t *at = msg->body + sizeof(multi);
	size_t room = (msg->body_len - sizeof(multi)) / sizeof(struct vu_single_write);

	memcpy(&multi, msg->body, sizeof(multi));
	if (multi.count > room)
		return malformed(reply, "WRITE_MULTI with fewer writes than it says");
	for (uint64_t i = 0; i < multi.count; i++, at += sizeof(struct vu_single_write)) {
		struct vu_single_write w;
		struct vu_region_access a;
		int ret;

		memcpy(&w, at, sizeof(w));
		if (w.count > sizeof(w.data))
			return malformed(reply, "a write in WRITE_MULTI is longer than 8 bytes");
		a = (struct vu_region_access){ .offset = w.offset, .region = w.region, .count = w.count };
		ret = region_write(server, &a, w.data);
		if (ret)
			return ret;
	}
	set_head(reply, &multi, sizeof(multi));
	return 0;
}

static int do_reset(struct vu_server *server, struct vu_message *msg, struct reply *reply)
{
	(void)msg;
	(void)reply;
	hlm_reset(server->model);
	return 0;
}

/* min_body also says how long the body is exactly, unless more may follow. */
static const struct request {
	int (*handle)(struct vu_server *server, struct vu_message *msg, struct reply *reply);
	size_t min_body;
	bool open_ended;
	unsigned int max_fds;
} requests[VU_COMMANDS] = {
	[VU_VERSION] = { do_version, sizeof(struct vu_version), true, 0 },
	[VU_DMA_MAP] = { do_dma_map, sizeof(struct vu_dma_map), false, 1 },
	[VU_DMA_UNMAP] = { do_dma_unmap, sizeof(struct vu_dma_unmap), false, 0 },
	[VU_DEVICE_GET_INFO] = { do_get_info, sizeof(struct vu_device_info), false, 0 },
	[VU_DEVICE_GET_REGION_INFO] = { do_get_region_info, sizeof(struct vu_region_info), false, 0 },
	[VU_DEVICE_GET_IRQ_INFO] = { do_get_irq_info, sizeof(struct vu_irq_info), false, 0 },
	[VU_DEVICE_SET_IRQS] = { do_set_irqs, sizeof(struct vu_irq_set), true, VU_MAX_FDS },
	[VU_REGION_READ] = { do_region_read, sizeof(struct vu_region_access), false, 0 },
	[VU_REGION_WRITE] = { do_region_write, sizeof(struct vu_region_access), true, 0 },
	[VU_DEVICE_RESET] = { do_reset, 0, false, 0 },
	[VU_REGION_WRITE_MULTI] = { do_write_multi, sizeof(struct vu_write_multi), true, 0 },
};

static const char *check_request(const struct vu_server *server, const struct vu_message *msg,
				 const struct request *request)
{
	if (!server->negotiated && msg->header.command != VU_VERSION)
		return "the first message is not VERSION";
	if (!request)
		return NULL;
	if (msg->body_len < request->min_body)
		return "message is too short for its command";
	if (msg->body_len > request->min_body && !request->open_ended)
		return "message is too long for its command";
	if (msg->num_fds > request->max_fds)
		return "files came along that the command has no use for";
	return NULL;
}

static void send_reply(struct vu_server *server, const struct vu_header *request, const struct reply *reply, int err)
{
	struct vu_header header = { .id = request->id, .command = request->command, .flags = VU_TYPE_REPLY };
	struct vu_part parts[] = { { reply->head, reply->head_len }, { server->reply_data, reply->data_len } };

	if (request->flags & VU_FLAG_NO_REPLY)
		return;
	if (err) {
		header.flags |= VU_FLAG_ERROR;
		header.error = (uint32_t)-err;
		vu_send(&server->channel, header, NULL, 0, -1);
		return;
	}
	/* When the peer has gone the next receive says so. */
	vu_send(&server->channel, header, parts, 2, reply->fd);
}

const char *vu_handle_request(struct vu_server *server, struct vu_message *msg)
{
	uint16_t command = msg->header.command;
	const struct request *request = command < VU_COMMANDS && requests[command].handle ? &requests[command] : NULL;
	struct reply reply = { .fd = -1 };
	const char *why = check_request(server, msg, request);
	int ret;

	if (why)
		return why;
	ret = request ? request->handle(server, msg, &reply) : -EOPNOTSUPP;
	if (reply.malformed)
		return reply.malformed;
	if (ret != REPLY_LATER)
		send_reply(server, &msg->header, &reply, ret);
	return NULL;
}
