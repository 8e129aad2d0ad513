/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * One list of uAPI calls, valid and invalid, that both drivers are asked (uapi-differences.c). Numbers that differ from one
 * session to another, as handles, addresses and sequence numbers, stand in it as VAR(): what the session has in that place.
 */
#ifndef UAPI_CALLS_H
#define UAPI_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <abi/hlabi.h>

enum var {
	V_NONE,
	V_ANSWER,   /* where INFO may write: ANSWER_SIZE bytes */
	V_CHUNKS,   /* this call's chunks */
	V_CB,	    /* a command buffer of one page, mapped */
	V_CB_OTHER, /* another */
	V_CB_GONE,  /* destroyed */
	V_CB_NEW,   /* of the last CREATE that nobody else names */
	V_BUFFER,   /* BUFFER_SIZE bytes of the program's memory */
	V_READ_ONLY,
	V_UNMAPPED, /* a page that may not be touched */
	V_HOST,	    /* BUFFER as the device sees it */
	V_HOST_NEW,
	V_DRAM, /* where device memory begins, and ends */
	V_DRAM_END,
	V_SRAM,
	V_MEM, /* an allocation's handle, and where it is mapped */
	V_MEM_VA,
	V_MEM_NEW,
	V_SEQ, /* the last submission */
	V_DMABUF,
	NUM_VARS
};

#define VAR_TAG 0x7E57ull
#define VAR_PLUS(var, offset) (VAR_TAG << 48 | (uint64_t)(var) << 40 | (offset))
#define VAR(var) VAR_PLUS(var, 0)

#define THE_EVENTFD 0x0EFD0EFDu /* as an INFO's arg */
#define ANSWER_SIZE 4096u
#define BUFFER_SIZE 65536u
#define MAX_CHUNKS 3

/* What a chunk's command buffer is filled with. */
enum program {
	P_NONE,
	P_NOP,
	P_FILL, /* device memory, by the chip's own packet */
	P_FROM_HOST,
	P_MSG_PROT,
	P_CP_DMA,
	P_STOP,
	P_WREG_BULK,
	P_UNKNOWN,
	P_LIN_DMA_CUT,	/* the packet is longer than the chunk */
	P_WREG32_OTHER, /* a register that is not the user's */
	P_NOP_THEN_STOP,
};

struct chunk {
	uint64_t cb;
	uint32_t queue, size, flags;
	enum program program;
};

/* What of an answer can be compared. */
enum answer {
	A_NONE,
	A_INFO,	  /* the bytes at V_ANSWER */
	A_HANDLE, /* the argument's first word, by whether it is 0 */
	A_VALUE,  /* the argument's first two words as they are */
	A_FD,
	A_SEQ, /* larger than the one before */
	A_WAIT,
};

enum chips { BOTH = 0, GAUDI = 1, GOYA = 2 };

union argument {
	struct hlabi_info_args info;
	union hlabi_cb_args cb;
	union hlabi_cs_args cs;
	union hlabi_wait_cs_args wait;
	union hlabi_mem_args mem;
	struct hlabi_debug_args debug;
	uint64_t words[8];
};

struct call {
	const char *name;
	unsigned long cmd; /* 0: mmap() of words[0], words[1] bytes, with words[2] as protection */
	union argument arg;
	struct chunk chunk[MAX_CHUNKS];
	enum answer answer;
	enum var save;
	enum chips only;
	bool control;	  /* on the control node */
	bool no_argument; /* its address is bad */
};

extern const struct call calls[];
extern const size_t num_calls;

/* Each question that there is or was, and how it is asked. */
struct info_op {
	const char *name;
	uint32_t op, arg;
	uint16_t size;		     /* of the answer */
	uint16_t vary_from, vary_to; /* bytes of it that need not be the same */
};

struct info_shape {
	const char *name;
	uint64_t pointer;
	uint32_t size; /* ~0: the answer's; else at most that */
	uint32_t pad;
	bool control;
};

extern const struct info_op info_ops[];
extern const size_t num_info_ops;
extern const struct info_shape info_shapes[];
extern const size_t num_info_shapes;

#endif /* UAPI_CALLS_H */
