/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/*
 * The habanalabs kernel uAPI as this project sees it, both generations.
 *
 * "misc": Linux up to 6.6, <misc/habanalabs.h>, ioctl type 'H', nodes /dev/hlN.
 * "accel": Linux 6.7 and later, <drm/habanalabs_accel.h>, DRM ioctls, nodes /dev/accel/accelN.
 *
 * Every structure below has the same layout in both generations unless its comment says otherwise; info
 * structures that grew are given in their newest form, and the caller's size (hlabi_info_args.return_size)
 * limits what the driver writes. tests/abi compares sizes, offsets and ioctl numbers with the system's own
 * headers where these are installed.
 *
 * Names are ours (prefix hlabi_) so that a program can include this header beside the system's.
 */
#ifndef HLABI_H
#define HLABI_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* PCI identities that the drivers claim (origin: habanalabs_drv.c, ids[]). */
#define HLABI_PCI_VENDOR 0x1da3
#define HLABI_PCI_GOYA 0x0001
#define HLABI_PCI_GAUDI 0x1000
#define HLABI_PCI_GAUDI_SEC 0x1010
#define HLABI_PCI_GAUDI2 0x1020

/* ---- INFO ------------------------------------------------------------------------------------------ */

enum hlabi_info_op {
	HLABI_INFO_HW_IP = 0,
	HLABI_INFO_HW_EVENTS = 1,
	HLABI_INFO_DRAM_USAGE = 2,
	HLABI_INFO_HW_IDLE = 3,
	HLABI_INFO_DEVICE_STATUS = 4,
	HLABI_INFO_DEVICE_UTILIZATION = 6,
	HLABI_INFO_HW_EVENTS_AGGREGATE = 7,
	HLABI_INFO_CLK_RATE = 8,
	HLABI_INFO_RESET_COUNT = 9,
	HLABI_INFO_TIME_SYNC = 10,
	HLABI_INFO_CS_COUNTERS = 11,
	HLABI_INFO_PCI_COUNTERS = 12,
	HLABI_INFO_CLK_THROTTLE = 13,
	HLABI_INFO_SYNC_MANAGER = 14,
	HLABI_INFO_TOTAL_ENERGY = 15,
	HLABI_INFO_PLL_FREQUENCY = 16,
	HLABI_INFO_POWER = 17,
	HLABI_INFO_OPEN_STATS = 18,
	HLABI_INFO_DRAM_REPLACED_ROWS = 21,
	HLABI_INFO_DRAM_PENDING_ROWS = 22,
	HLABI_INFO_LAST_OPEN_TIME = 23,
	HLABI_INFO_CS_TIMEOUT = 24,
	HLABI_INFO_DEV_MEM_PAGE_SIZES = 26,
	HLABI_INFO_REGISTER_EVENTFD = 28,
	HLABI_INFO_UNREGISTER_EVENTFD = 29,
	HLABI_INFO_GET_EVENTS = 30,
};

/* Bits that HLABI_INFO_GET_EVENTS returns. */
#define HLABI_EVENT_TPC_ASSERT (1ULL << 0)
#define HLABI_EVENT_UNDEFINED_OPCODE (1ULL << 1)
#define HLABI_EVENT_DEVICE_RESET (1ULL << 2)
#define HLABI_EVENT_CS_TIMEOUT (1ULL << 3)
#define HLABI_EVENT_DEVICE_UNAVAILABLE (1ULL << 4)
#define HLABI_EVENT_USER_ENGINE_ERR (1ULL << 5)
#define HLABI_EVENT_GENERAL_HW_ERR (1ULL << 6)
#define HLABI_EVENT_RAZWI (1ULL << 7)
#define HLABI_EVENT_PAGE_FAULT (1ULL << 8)

enum hlabi_device_status {
	HLABI_STATUS_OPERATIONAL,
	HLABI_STATUS_IN_RESET,
	HLABI_STATUS_MALFUNCTION,
	HLABI_STATUS_NEEDS_RESET,
	HLABI_STATUS_IN_CREATION,
	HLABI_STATUS_IN_RESET_AFTER_RELEASE,
};

struct hlabi_info_args {
	__u64 return_pointer;
	__u32 return_size;
	__u32 op;
	__u32 arg; /* dcore_id, period_ms, pll_index, eventfd: by op */
	__u32 pad;
};

#define HLABI_VERSION_MAX 128
#define HLABI_CARD_NAME_MAX 16

/* HLABI_INFO_HW_IP. 256 bytes in 6.1, 304 in 7.2; the tail after default_page_size is newer. */
struct hlabi_hw_ip_info {
	__u64 sram_base_address;
	__u64 dram_base_address;
	__u64 dram_size;
	__u32 sram_size;
	__u32 num_of_events;
	__u32 device_id;
	__u32 module_id;
	__u32 decoder_enabled_mask;
	__u16 first_available_interrupt_id;
	__u16 server_type;
	__u32 cpld_version;
	__u32 psoc_pci_pll_nr;
	__u32 psoc_pci_pll_nf;
	__u32 psoc_pci_pll_od;
	__u32 psoc_pci_pll_div_factor;
	__u8 tpc_enabled_mask;
	__u8 dram_enabled;
	__u8 security_enabled;
	__u8 mme_master_slave_mode;
	__u8 cpucp_version[HLABI_VERSION_MAX];
	__u8 card_name[HLABI_CARD_NAME_MAX];
	__u64 tpc_enabled_mask_ext;
	__u64 dram_page_size;
	__u32 edma_enabled_mask;
	__u16 number_of_user_interrupts;
	__u8 reserved1;
	__u8 reserved2;
	__u64 reserved3;
	__u64 device_mem_alloc_default_page_size;
	__u64 reserved4;
	__u64 reserved5;
	__u32 reserved6;
	__u8 reserved7;
	__u8 revision_id;
	__u16 tpc_interrupt_id;
	__u32 rotator_enabled_mask;
	__u32 reserved9;
	__u64 engine_core_interrupt_reg_addr;
	__u64 reserved_dram_size;
};
#define HLABI_HW_IP_INFO_MISC_SIZE 256 /* what a 6.1 driver knows */

struct hlabi_dram_usage {
	__u64 dram_free_mem;
	__u64 ctx_dram_mem;
};

/* 24 bytes in 6.1 (two extension words), 40 in 7.2. */
struct hlabi_hw_idle {
	__u32 is_idle;
	__u32 busy_engines_mask;
	__u64 busy_engines_mask_ext[4];
};

struct hlabi_device_status_info {
	__u32 status; /* enum hlabi_device_status */
	__u32 pad;
};

struct hlabi_clk_rate {
	__u32 cur_clk_rate_mhz;
	__u32 max_clk_rate_mhz;
};

struct hlabi_reset_count {
	__u32 hard_reset_cnt;
	__u32 soft_reset_cnt;
};

/* 16 bytes in 6.1, 24 in 7.2. */
struct hlabi_time_sync {
	__u64 device_time;
	__u64 host_time;
	__u64 tsc_time;
};

struct hlabi_sync_manager {
	__u32 first_available_sync_object;
	__u32 first_available_monitor;
	__u32 first_available_cq;
	__u32 reserved;
};

struct hlabi_cs_counters {
	__u64 total_out_of_mem_drop_cnt;
	__u64 ctx_out_of_mem_drop_cnt;
	__u64 total_parsing_drop_cnt;
	__u64 ctx_parsing_drop_cnt;
	__u64 total_queue_full_drop_cnt;
	__u64 ctx_queue_full_drop_cnt;
	__u64 total_device_in_reset_drop_cnt;
	__u64 ctx_device_in_reset_drop_cnt;
	__u64 total_max_cs_in_flight_drop_cnt;
	__u64 ctx_max_cs_in_flight_drop_cnt;
	__u64 total_validation_drop_cnt;
	__u64 ctx_validation_drop_cnt;
};

struct hlabi_open_stats {
	__u64 open_counter;
	__u64 last_open_period_ms;
	__u8 is_compute_ctx_active;
	__u8 compute_ctx_in_release;
	__u8 pad[6];
};

struct hlabi_utilization {
	__u32 percent;
	__u32 pad;
};

struct hlabi_pci_counters {
	__u64 rx_throughput; /* KB/s */
	__u64 tx_throughput;
	__u64 replay_cnt;
};

struct hlabi_pll_frequency {
	__u16 output_mhz[4];
};

/* cpucp_if.h, struct cpucp_hbm_row_info, as the firmware gives it. */
#define HLABI_REPLACED_ROWS_SIZE 8

/* Of the last submission that ran out of time; 0: there was none. */
struct hlabi_cs_timeout {
	__s64 timestamp; /* ns */
	__u64 seq;
};

struct hlabi_mem_page_sizes {
	__u64 page_order_bitmask;
};

/* ---- CB: command buffers ----------------------------------------------------------------------------- */

enum hlabi_cb_op { HLABI_CB_OP_CREATE, HLABI_CB_OP_DESTROY, HLABI_CB_OP_INFO };
#define HLABI_CB_MAX_SIZE (0x200000 - 32) /* 2 MiB less two MSG_PROT packets */
#define HLABI_CB_FLAG_MAP 0x1
#define HLABI_CB_FLAG_GET_DEVICE_VA 0x2

struct hlabi_cb_in {
	__u64 cb_handle; /* DESTROY, INFO; 0 for CREATE. mmap() the buffer with this as the offset. */
	__u32 op;
	__u32 cb_size; /* bytes */
	__u32 ctx_id;
	__u32 flags;
};

struct hlabi_cb_out {
	union {
		__u64 cb_handle;
		struct {
			__u32 usage_cnt;
			__u32 pad;
		};
		__u64 device_va;
	};
};

union hlabi_cb_args {
	struct hlabi_cb_in in;
	struct hlabi_cb_out out;
};

/* ---- CS: command submission ------------------------------------------------------------------------ */

#define HLABI_CS_CHUNK_FLAG_USER_ALLOC_CB 0x1
#define HLABI_CS_MAX_CHUNKS 512

struct hlabi_cs_chunk {
	__u64 cb_handle;
	__u32 queue_index;
	__u32 cb_size; /* bytes of valid packets */
	__u32 cs_chunk_flags;
	__u32 collective_engine_id;
	__u32 pad[10];
};

#define HLABI_CS_FLAG_FORCE_RESTORE 0x1
#define HLABI_CS_FLAG_SIGNAL 0x2
#define HLABI_CS_FLAG_WAIT 0x4
#define HLABI_CS_FLAG_COLLECTIVE_WAIT 0x8
#define HLABI_CS_FLAG_TIMESTAMP 0x20
#define HLABI_CS_FLAG_STAGED_SUBMISSION 0x40
#define HLABI_CS_FLAG_CUSTOM_TIMEOUT 0x200
#define HLABI_CS_FLAG_SKIP_RESET_ON_TIMEOUT 0x400

struct hlabi_cs_in {
	__u64 chunks_restore; /* user pointers to arrays of struct hlabi_cs_chunk */
	__u64 chunks_execute;
	__u64 seq;
	__u32 num_chunks_restore;
	__u32 num_chunks_execute;
	__u32 timeout; /* seconds; with CUSTOM_TIMEOUT */
	__u32 cs_flags;
	__u32 ctx_id;
	__u8 pad[4];
};

struct hlabi_cs_out {
	__u64 seq; /* never 0 or ~0 */
	__u32 status;
	__u32 sob_base_addr_offset;
	__u16 sob_count_before_submission;
	__u16 pad[3];
};

union hlabi_cs_args {
	struct hlabi_cs_in in;
	struct hlabi_cs_out out;
};

/* ---- WAIT_CS ----------------------------------------------------------------------------------------- */

#define HLABI_WAIT_FLAG_INTERRUPT 0x2
#define HLABI_WAIT_FLAG_MULTI_CS 0x4

enum hlabi_wait_status {
	HLABI_WAIT_COMPLETED,
	HLABI_WAIT_BUSY,
	HLABI_WAIT_TIMEDOUT,
	HLABI_WAIT_ABORTED,
};
#define HLABI_WAIT_OUT_GONE 0x1
#define HLABI_WAIT_OUT_TIMESTAMP 0x2

struct hlabi_wait_cs_in {
	__u64 seq;
	__u64 timeout_us;
	__u32 ctx_id;
	__u32 flags;
	__u8 seq_arr_len;
	__u8 pad[7];
	__u64 cq_counters_offset;
	__u64 timestamp_handle;
	__u64 timestamp_offset;
};

struct hlabi_wait_cs_out {
	__u32 status; /* enum hlabi_wait_status */
	__u32 flags;
	__s64 timestamp_nsec;
	__u32 cs_completion_map;
	__u32 pad;
};

union hlabi_wait_cs_args {
	struct hlabi_wait_cs_in in;
	struct hlabi_wait_cs_out out;
};

/* ---- MEMORY ------------------------------------------------------------------------------------------ */

enum hlabi_mem_op {
	HLABI_MEM_OP_ALLOC,
	HLABI_MEM_OP_FREE,
	HLABI_MEM_OP_MAP,
	HLABI_MEM_OP_UNMAP,
	HLABI_MEM_OP_MAP_BLOCK,
	HLABI_MEM_OP_EXPORT_DMABUF_FD,
	HLABI_MEM_OP_TS_ALLOC,
};

#define HLABI_MEM_CONTIGUOUS 0x1
#define HLABI_MEM_SHARED 0x2
#define HLABI_MEM_USERPTR 0x4
#define HLABI_MEM_FORCE_HINT 0x8

struct hlabi_mem_in {
	union {
		struct {
			__u64 mem_size;
			__u64 page_size;
		} alloc;
		struct {
			__u64 handle;
		} free;
		struct {
			__u64 hint_addr;
			__u64 handle;
		} map_device;
		struct {
			__u64 host_virt_addr;
			__u64 hint_addr;
			__u64 mem_size;
		} map_host;
		struct {
			__u64 device_virt_addr;
		} unmap;
		/* misc: {handle, mem_size}; Gaudi takes an address for the handle. accel: {addr, mem_size,
		 * offset}. Bytes 16 to 23 are undefined in misc.
		 */
		struct {
			__u64 addr;
			__u64 mem_size;
			__u64 offset;
		} export_dmabuf_fd;
	};
	__u32 op;
	__u32 flags; /* HLABI_MEM_*; for export the fd flags (O_CLOEXEC, O_RDWR) */
	__u32 ctx_id;
	__u32 num_of_elements;
};

struct hlabi_mem_out {
	union {
		__u64 device_virt_addr;
		__u64 handle;
		struct {
			__u64 block_handle;
			__u32 block_size;
			__u32 pad;
		};
		__s32 fd;
	};
};

union hlabi_mem_args {
	struct hlabi_mem_in in;
	struct hlabi_mem_out out;
};

/* ---- DEBUG ------------------------------------------------------------------------------------------- */

struct hlabi_debug_args {
	__u64 input_ptr;
	__u64 output_ptr;
	__u32 input_size;
	__u32 output_size;
	__u32 op;
	__u32 reg_idx;
	__u32 enable;
	__u32 ctx_id;
};

/* ---- ioctl numbers ----------------------------------------------------------------------------------- */

#define HLABI_MISC_INFO _IOWR('H', 0x01, struct hlabi_info_args)
#define HLABI_MISC_CB _IOWR('H', 0x02, union hlabi_cb_args)
#define HLABI_MISC_CS _IOWR('H', 0x03, union hlabi_cs_args)
#define HLABI_MISC_WAIT_CS _IOWR('H', 0x04, union hlabi_wait_cs_args)
#define HLABI_MISC_MEMORY _IOWR('H', 0x05, union hlabi_mem_args)
#define HLABI_MISC_DEBUG _IOWR('H', 0x06, struct hlabi_debug_args)

#define HLABI_ACCEL_INFO _IOWR('d', 0x40, struct hlabi_info_args)
#define HLABI_ACCEL_CB _IOWR('d', 0x41, union hlabi_cb_args)
#define HLABI_ACCEL_CS _IOWR('d', 0x42, union hlabi_cs_args)
#define HLABI_ACCEL_WAIT_CS _IOWR('d', 0x43, union hlabi_wait_cs_args)
#define HLABI_ACCEL_MEMORY _IOWR('d', 0x44, union hlabi_mem_args)
#define HLABI_ACCEL_DEBUG _IOWR('d', 0x45, struct hlabi_debug_args)

#endif /* HLABI_H */
