/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/*
 * hlrt_netlink.h - the generic netlink family of hlrt.ko: which memory is exported to whom, and what becomes of devices.
 *
 * The family is seen in the initial network namespace alone. Numbers of commands, attributes and values stay what they are; new ones
 * are added behind them, and readers skip what they do not know.
 */
#ifndef HLRT_NETLINK_H
#define HLRT_NETLINK_H

#define HLRT_NL_FAMILY "hlrt"
#define HLRT_NL_VERSION 1

/* Groups. "devices" is for everybody, "buffers" needs CAP_NET_ADMIN in the initial user namespace. */
#define HLRT_NL_GROUP_DEVICES "devices"
#define HLRT_NL_GROUP_BUFFERS "buffers"

enum {
	/*
	 * A dump: one HLRT_NL_BUFFER for each export that the reader may see, in no promised order. With HLRT_NL_A_PCI_ADDRESS those
	 * of one device. NLM_F_DUMP_INTR: something has changed meanwhile, ask again.
	 */
	HLRT_NL_GET_BUFFERS = 1,
	HLRT_NL_BUFFER = 2,
	HLRT_NL_DEVICE_EVENT = 3, /* multicast, "devices" */
	HLRT_NL_BUFFER_EVENT = 4, /* multicast, "buffers" */
};

/* of all messages */
enum {
	HLRT_NL_A_UNSPEC,
	HLRT_NL_A_PAD,
	HLRT_NL_A_PCI_ADDRESS, /* string, "0000:01:00.0" */
	HLRT_NL_A_NAME,	       /* string, the compute node's: "accel0", "hl0" */
	HLRT_NL_A_EVENT,       /* u32, HLRT_NL_EVENT_* */
	HLRT_NL_A_TIME,	       /* u64, CLOCK_MONOTONIC, ns */
	HLRT_NL_A_TEXT,	       /* string: of RESET_BEGIN the reason, of RESET_END the device's status */
	HLRT_NL_A_ID,	       /* u64: of a buffer; never used again while the module is loaded */
	HLRT_NL_A_ADDRESS,     /* u64, first device address */
	HLRT_NL_A_SIZE,	       /* u64, bytes */
	HLRT_NL_A_PIECES,      /* u32: in how many pieces it lies in device memory */
	HLRT_NL_A_PID,	       /* u32: of who has opened the device, in the reader's pid namespace; 0: not visible there */
	HLRT_NL_A_COMM,	       /* string */
	HLRT_NL_A_FLAGS,       /* u32, HLRT_NL_BUFFER_* */
	HLRT_NL_A_NUM_IMPORTERS, /* u32: how many there are; more than are listed when one message cannot take them */
	HLRT_NL_A_IMPORTER,	 /* nest, one for each importer; in events the one concerned */
	HLRT_NL_A_LAST = HLRT_NL_A_IMPORTER,
};

/* inside HLRT_NL_A_IMPORTER */
enum {
	HLRT_NL_I_UNSPEC,
	HLRT_NL_I_DEVICE, /* string, the importing device's name */
	HLRT_NL_I_MODE,	  /* u32, HLRT_NL_MODE_* */
	HLRT_NL_I_MAPS,	  /* u32: live mappings; 0: attached alone */
	HLRT_NL_I_JUDGE,  /* u32, HLRT_NL_JUDGE_*: who has allowed the path */
	HLRT_NL_I_PATH,	  /* u32, HLRT_NL_PATH_*: as the PCI tree shows it */
	HLRT_NL_I_LAST = HLRT_NL_I_PATH,
};

enum {
	HLRT_NL_EVENT_ADDED = 1,
	HLRT_NL_EVENT_REMOVED = 2,
	/* Each is followed by one RESET_END, or by REMOVED. */
	HLRT_NL_EVENT_RESET_BEGIN = 3,
	HLRT_NL_EVENT_RESET_END = 4,
	HLRT_NL_EVENT_EXPORTED = 5,
	HLRT_NL_EVENT_REVOKED = 6,
	HLRT_NL_EVENT_RELEASED = 7, /* its last reference has gone */
	HLRT_NL_EVENT_ATTACHED = 8,
	HLRT_NL_EVENT_DETACHED = 9,
};

#define HLRT_NL_BUFFER_REVOKED 1u
#define HLRT_NL_BUFFER_VMAPPED 2u /* the kernel has it in its own address space, pinned */

enum {
	HLRT_NL_MODE_STATIC = 1, /* cannot be told of revocation */
	HLRT_NL_MODE_PINNED = 2, /* could, but relies on memory that stays */
	HLRT_NL_MODE_DYNAMIC = 3,
};

enum {
	HLRT_NL_JUDGE_KERNEL = 1, /* PCI_P2PDMA */
	HLRT_NL_JUDGE_DRIVER = 2, /* p2p_own_check */
	HLRT_NL_JUDGE_ADMIN = 3,  /* p2p_unchecked */
};

enum {
	HLRT_NL_PATH_OTHER = 0,	      /* the importer is no PCI function */
	HLRT_NL_PATH_SWITCH = 1,      /* through the switch that both are below */
	HLRT_NL_PATH_HOST = 2,	      /* through the host bridge */
	HLRT_NL_PATH_TRANSLATED = 3,  /* the same, by an address that the IOMMU translates */
};

#endif /* HLRT_NETLINK_H */
