// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * fit.c - does a firmware image hold together? The files are named *.itb, so they are taken for U-Boot's image trees: a
 * flattened device tree (devicetree.org, version 17) in which each node with a property "data" has a subnode "hash..."
 * with the properties "algo", here "crc32", and "value". What real firmware looks at besides is not known.
 *
 * The image lies in memory that the host may go on writing: each length is read once, and checked before it is used.
 */
#include <string.h>

#include "../crc32.h"
#include "chip.h"

#define FDT_MAGIC 0xD00DFEEDu
#define FDT_HEADER 40u
#define MAX_DEPTH 16u

enum token { BEGIN_NODE = 1, END_NODE = 2, PROPERTY = 3, NOP = 4, END = 9 };

struct bytes {
	const uint8_t *at;
	size_t left;
};

struct tree {
	struct bytes structure, strings;
	unsigned int depth;
	/* Of the node that has data, at data_depth (0: in none), and of the hash below it. */
	struct bytes data;
	unsigned int data_depth;
	bool in_hash, is_crc32, proven;
	uint32_t value;
	unsigned int images; /* that were proven */
};

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool take(struct bytes *from, size_t len, struct bytes *taken)
{
	size_t padded = (len + 3) & ~(size_t)3;

	if (len > from->left || padded > from->left)
		return false;
	*taken = (struct bytes){ from->at, len };
	from->at += padded;
	from->left -= padded;
	return true;
}

static bool take_word(struct bytes *from, uint32_t *word)
{
	struct bytes b;

	if (!take(from, 4, &b))
		return false;
	*word = be32(b.at);
	return true;
}

static bool is_text(struct bytes b, const char *text)
{
	size_t len = strlen(text) + 1;

	return b.left >= len && !memcmp(b.at, text, len);
}

static bool begin_node(struct tree *t)
{
	const uint8_t *end = memchr(t->structure.at, 0, t->structure.left);
	struct bytes name;

	if (!end || !take(&t->structure, (size_t)(end - t->structure.at) + 1, &name) || ++t->depth > MAX_DEPTH)
		return false;
	t->in_hash = t->data_depth && t->depth == t->data_depth + 1 && name.left > 4 && !memcmp(name.at, "hash", 4);
	t->is_crc32 = false;
	t->value = 0;
	return true;
}

static bool end_node(struct tree *t)
{
	if (!t->depth)
		return false;
	if (t->in_hash && t->is_crc32) {
		if (hlm_crc32(t->data.at, t->data.left) != t->value)
			return false;
		t->proven = true;
	}
	t->in_hash = false;
	if (t->depth-- != t->data_depth)
		return true;
	t->data_depth = 0;
	t->images++;
	return t->proven;
}

static bool property(struct tree *t)
{
	struct bytes value, name;
	uint32_t len, offset;

	if (!take_word(&t->structure, &len) || !take_word(&t->structure, &offset) ||
	    !take(&t->structure, len, &value) || offset >= t->strings.left)
		return false;
	name = (struct bytes){ t->strings.at + offset, t->strings.left - offset };
	if (t->in_hash && is_text(name, "algo")) {
		t->is_crc32 = is_text(value, "crc32");
	} else if (t->in_hash && is_text(name, "value") && value.left == 4) {
		t->value = be32(value.at);
	} else if (!t->in_hash && is_text(name, "data")) {
		t->data = value;
		t->data_depth = t->depth;
		t->proven = false;
	}
	return true;
}

/* Until the end of the tree, or of its sense. */
static bool walk(struct tree *t)
{
	uint32_t token;

	while (take_word(&t->structure, &token)) {
		switch (token) {
		case BEGIN_NODE:
			if (!begin_node(t))
				return false;
			break;
		case END_NODE:
			if (!end_node(t))
				return false;
			break;
		case PROPERTY:
			if (!property(t))
				return false;
			break;
		case NOP:
			break;
		default:
			return token == END && !t->depth && t->images;
		}
	}
	return false;
}

static bool part(const uint8_t *image, uint32_t total, uint32_t offset, uint32_t len, struct bytes *b)
{
	if ((offset & 3) || offset > total || len > total - offset)
		return false;
	*b = (struct bytes){ image + offset, len };
	return true;
}

const char *hlm_fit_wrong(const uint8_t *image, size_t size)
{
	struct tree t = { .depth = 0 };
	uint32_t total;

	if (size < FDT_HEADER || be32(image) != FDT_MAGIC)
		return "no image tree";
	total = be32(image + 4);
	if (total < FDT_HEADER || total > size)
		return "image tree is cut off";
	if (!part(image, total, be32(image + 8), be32(image + 36), &t.structure))
		return "image tree's structure lies outside of it";
	/* Strings need no alignment, but nobody lays them out without. */
	if (!part(image, total, be32(image + 12), be32(image + 32), &t.strings))
		return "image tree's strings lie outside of it";
	return walk(&t) ? NULL : "image tree is corrupt, or without a CRC";
}
