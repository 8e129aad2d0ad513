/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The comparison that both generations share. The including file has included the system's header and
 * defined CHECK_GROWN() for the structures that have grown since 6.1.
 */
#ifndef ABI_COMPARE_H
#define ABI_COMPARE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <abi/hlabi.h>

#define SAME_SIZE(ours, theirs) assert_int_equal(sizeof(ours), sizeof(theirs))
#define SAME_FIELD(ours, theirs, field) \
	do { \
		assert_int_equal(offsetof(ours, field), offsetof(theirs, field)); \
		assert_int_equal(sizeof(((ours *)0)->field), sizeof(((theirs *)0)->field)); \
	} while (0)

static void structures_match(void **state)
{
	(void)state;
	SAME_SIZE(struct hlabi_info_args, struct hl_info_args);
	SAME_FIELD(struct hlabi_info_args, struct hl_info_args, return_pointer);
	SAME_FIELD(struct hlabi_info_args, struct hl_info_args, return_size);
	SAME_FIELD(struct hlabi_info_args, struct hl_info_args, op);
	assert_int_equal(offsetof(struct hlabi_info_args, arg), offsetof(struct hl_info_args, period_ms));

	SAME_SIZE(union hlabi_cb_args, union hl_cb_args);
	SAME_FIELD(struct hlabi_cb_in, struct hl_cb_in, cb_handle);
	SAME_FIELD(struct hlabi_cb_in, struct hl_cb_in, op);
	SAME_FIELD(struct hlabi_cb_in, struct hl_cb_in, cb_size);
	SAME_FIELD(struct hlabi_cb_in, struct hl_cb_in, flags);

	SAME_SIZE(struct hlabi_cs_chunk, struct hl_cs_chunk);
	SAME_FIELD(struct hlabi_cs_chunk, struct hl_cs_chunk, cb_handle);
	SAME_FIELD(struct hlabi_cs_chunk, struct hl_cs_chunk, queue_index);
	SAME_FIELD(struct hlabi_cs_chunk, struct hl_cs_chunk, cb_size);
	SAME_FIELD(struct hlabi_cs_chunk, struct hl_cs_chunk, cs_chunk_flags);

	SAME_SIZE(union hlabi_cs_args, union hl_cs_args);
	SAME_FIELD(struct hlabi_cs_in, struct hl_cs_in, chunks_execute);
	SAME_FIELD(struct hlabi_cs_in, struct hl_cs_in, seq);
	SAME_FIELD(struct hlabi_cs_in, struct hl_cs_in, num_chunks_restore);
	SAME_FIELD(struct hlabi_cs_in, struct hl_cs_in, num_chunks_execute);
	SAME_FIELD(struct hlabi_cs_in, struct hl_cs_in, timeout);
	SAME_FIELD(struct hlabi_cs_in, struct hl_cs_in, cs_flags);
	SAME_FIELD(struct hlabi_cs_out, struct hl_cs_out, seq);
	SAME_FIELD(struct hlabi_cs_out, struct hl_cs_out, status);

	SAME_SIZE(union hlabi_wait_cs_args, union hl_wait_cs_args);
	SAME_FIELD(struct hlabi_wait_cs_in, struct hl_wait_cs_in, seq);
	SAME_FIELD(struct hlabi_wait_cs_in, struct hl_wait_cs_in, timeout_us);
	SAME_FIELD(struct hlabi_wait_cs_in, struct hl_wait_cs_in, flags);
	SAME_FIELD(struct hlabi_wait_cs_out, struct hl_wait_cs_out, status);
	SAME_FIELD(struct hlabi_wait_cs_out, struct hl_wait_cs_out, flags);
	SAME_FIELD(struct hlabi_wait_cs_out, struct hl_wait_cs_out, timestamp_nsec);

	SAME_SIZE(union hlabi_mem_args, union hl_mem_args);
	SAME_FIELD(struct hlabi_mem_in, struct hl_mem_in, alloc.mem_size);
	SAME_FIELD(struct hlabi_mem_in, struct hl_mem_in, alloc.page_size);
	SAME_FIELD(struct hlabi_mem_in, struct hl_mem_in, map_host.host_virt_addr);
	SAME_FIELD(struct hlabi_mem_in, struct hl_mem_in, map_host.hint_addr);
	SAME_FIELD(struct hlabi_mem_in, struct hl_mem_in, map_host.mem_size);
	SAME_FIELD(struct hlabi_mem_in, struct hl_mem_in, map_device.handle);
	SAME_FIELD(struct hlabi_mem_in, struct hl_mem_in, unmap.device_virt_addr);
	SAME_FIELD(struct hlabi_mem_in, struct hl_mem_in, export_dmabuf_fd.mem_size);
	SAME_FIELD(struct hlabi_mem_in, struct hl_mem_in, op);
	SAME_FIELD(struct hlabi_mem_in, struct hl_mem_in, flags);
	SAME_FIELD(struct hlabi_mem_out, struct hl_mem_out, fd);

	SAME_SIZE(struct hlabi_debug_args, struct hl_debug_args);

	SAME_FIELD(struct hlabi_hw_ip_info, struct hl_info_hw_ip_info, dram_base_address);
	SAME_FIELD(struct hlabi_hw_ip_info, struct hl_info_hw_ip_info, dram_size);
	SAME_FIELD(struct hlabi_hw_ip_info, struct hl_info_hw_ip_info, sram_size);
	SAME_FIELD(struct hlabi_hw_ip_info, struct hl_info_hw_ip_info, device_id);
	SAME_FIELD(struct hlabi_hw_ip_info, struct hl_info_hw_ip_info, module_id);
	SAME_FIELD(struct hlabi_hw_ip_info, struct hl_info_hw_ip_info, cpucp_version);
	SAME_FIELD(struct hlabi_hw_ip_info, struct hl_info_hw_ip_info, card_name);
	SAME_FIELD(struct hlabi_hw_ip_info, struct hl_info_hw_ip_info, dram_page_size);
	SAME_FIELD(struct hlabi_hw_ip_info, struct hl_info_hw_ip_info, device_mem_alloc_default_page_size);
	SAME_FIELD(struct hlabi_hw_idle, struct hl_info_hw_idle, busy_engines_mask_ext[0]);
	SAME_SIZE(struct hlabi_dram_usage, struct hl_info_dram_usage);
	SAME_SIZE(struct hlabi_device_status_info, struct hl_info_device_status);
	SAME_SIZE(struct hlabi_clk_rate, struct hl_info_clk_rate);
	SAME_SIZE(struct hlabi_reset_count, struct hl_info_reset_count);
	SAME_SIZE(struct hlabi_sync_manager, struct hl_info_sync_manager);
	SAME_SIZE(struct hlabi_cs_counters, struct hl_info_cs_counters);
	SAME_SIZE(struct hlabi_open_stats, struct hl_open_stats_info);
	SAME_SIZE(struct hlabi_mem_page_sizes, struct hl_info_dev_memalloc_page_sizes);
	CHECK_GROWN();
}

static void constants_match(void **state)
{
	(void)state;
	assert_int_equal(HLABI_INFO_HW_IP, HL_INFO_HW_IP_INFO);
	assert_int_equal(HLABI_INFO_DEVICE_STATUS, HL_INFO_DEVICE_STATUS);
	assert_int_equal(HLABI_INFO_SYNC_MANAGER, HL_INFO_SYNC_MANAGER);
	assert_int_equal(HLABI_INFO_OPEN_STATS, HL_INFO_OPEN_STATS);
	assert_int_equal(HLABI_INFO_DEV_MEM_PAGE_SIZES, HL_INFO_DEV_MEM_ALLOC_PAGE_SIZES);
	assert_int_equal(HLABI_INFO_REGISTER_EVENTFD, HL_INFO_REGISTER_EVENTFD);
	assert_int_equal(HLABI_INFO_GET_EVENTS, HL_INFO_GET_EVENTS);
	assert_int_equal(HLABI_EVENT_GENERAL_HW_ERR, HL_NOTIFIER_EVENT_GENERAL_HW_ERR);
	assert_int_equal(HLABI_STATUS_IN_RESET_AFTER_RELEASE, HL_DEVICE_STATUS_IN_RESET_AFTER_DEVICE_RELEASE);
	assert_int_equal(HLABI_CB_MAX_SIZE, HL_MAX_CB_SIZE);
	assert_int_equal(HLABI_CB_OP_INFO, HL_CB_OP_INFO);
	assert_int_equal(HLABI_CS_MAX_CHUNKS, HL_MAX_JOBS_PER_CS);
	assert_int_equal(HLABI_CS_FLAG_CUSTOM_TIMEOUT, HL_CS_FLAGS_CUSTOM_TIMEOUT);
	assert_int_equal(HLABI_CS_FLAG_TIMESTAMP, HL_CS_FLAGS_TIMESTAMP);
	assert_int_equal(HLABI_WAIT_ABORTED, HL_WAIT_CS_STATUS_ABORTED);
	assert_int_equal(HLABI_WAIT_OUT_GONE, HL_WAIT_CS_STATUS_FLAG_GONE);
	assert_int_equal(HLABI_MEM_OP_EXPORT_DMABUF_FD, HL_MEM_OP_EXPORT_DMABUF_FD);
	assert_int_equal(HLABI_MEM_OP_TS_ALLOC, HL_MEM_OP_TS_ALLOC);
	assert_int_equal(HLABI_MEM_USERPTR, HL_MEM_USERPTR);
	assert_int_equal(HLABI_VERSION_MAX, HL_INFO_VERSION_MAX_LEN);
	assert_int_equal(HLABI_CARD_NAME_MAX, HL_INFO_CARD_NAME_MAX_LEN);
}

#endif /* ABI_COMPARE_H */
