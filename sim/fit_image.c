// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Makes image trees. The format: devicetree.org, flattened device tree 17; the nodes: U-Boot, doc/usage/fit. */
#include "fit_image.h"

#include <stdint.h>
#include <string.h>

#include "model/crc32.h"

#define HEADER 40u
#define RESERVATIONS 16u /* an empty list */
#define NAME_SIZE 64u

enum token { BEGIN_NODE = 1, END_NODE = 2, PROPERTY = 3, END = 9 };

static const char strings[] = "description\0data\0algo\0value";
enum string { DESCRIPTION = 0, DATA = 12, ALGO = 17, VALUE = 22 };
_Static_assert(sizeof(strings) % 4 == 0, "what follows is aligned");

/* at NULL: counts only. */
struct writer {
	uint8_t *at;
	size_t len;
};

static void put(struct writer *w, const void *bytes, size_t len)
{
	size_t padded = (len + 3) & ~(size_t)3;

	if (w->at) {
		memcpy(w->at + w->len, bytes, len);
	}
	w->len += padded;
}

static void put_word(struct writer *w, uint32_t word)
{
	uint8_t b[4] = { (uint8_t)(word >> 24), (uint8_t)(word >> 16), (uint8_t)(word >> 8), (uint8_t)word };

	put(w, b, sizeof(b));
}

static void begin(struct writer *w, const char *name)
{
	put_word(w, BEGIN_NODE);
	put(w, name, strlen(name) + 1);
}

static void property(struct writer *w, enum string name, const void *value, size_t len)
{
	put_word(w, PROPERTY);
	put_word(w, (uint32_t)len);
	put_word(w, name);
	put(w, value, len);
}

static void data_property(struct writer *w, size_t len, const uint8_t **data)
{
	put_word(w, PROPERTY);
	put_word(w, (uint32_t)len);
	put_word(w, DATA);
	*data = w->at ? w->at + w->len : NULL;
	for (size_t i = 0; w->at && i < len; i++)
		w->at[w->len + i] = (uint8_t)(i * 7 + (i >> 8));
	w->len += (len + 3) & ~(size_t)3;
}

/* Returns the size of the structure; the tree begins with it. */
static size_t write_tree(struct writer *w, size_t data_len, const char *name)
{
	char fixed[NAME_SIZE] = "";
	const uint8_t *data;
	uint8_t crc[4];
	struct writer value = { crc, 0 };
	size_t first = w->len;

	memcpy(fixed, name, strnlen(name, NAME_SIZE - 1));
	begin(w, "");
	property(w, DESCRIPTION, fixed, sizeof(fixed));
	begin(w, "images");
	begin(w, "firmware");
	data_property(w, data_len, &data);
	begin(w, "hash-1");
	property(w, ALGO, "crc32", sizeof("crc32"));
	put_word(&value, data ? hlm_crc32(data, data_len) : 0);
	property(w, VALUE, crc, sizeof(crc));
	for (unsigned int depth = 4; depth; depth--)
		put_word(w, END_NODE);
	put_word(w, END);
	return w->len - first;
}

size_t hlsim_fit_size(size_t data)
{
	struct writer w = { NULL, HEADER + RESERVATIONS };

	write_tree(&w, data, "");
	return w.len + sizeof(strings);
}

void hlsim_fit_make(void *image, size_t data, const char *name)
{
	struct writer w = { image, HEADER + RESERVATIONS }, header = { image, 0 };
	size_t size;

	memset(image, 0, hlsim_fit_size(data));
	size = write_tree(&w, data, name);
	put(&w, strings, sizeof(strings));
	put_word(&header, 0xD00DFEED);
	put_word(&header, (uint32_t)w.len);
	put_word(&header, HEADER + RESERVATIONS);
	put_word(&header, (uint32_t)(HEADER + RESERVATIONS + size));
	put_word(&header, HEADER);
	put_word(&header, 17);
	put_word(&header, 16);
	put_word(&header, 0);
	put_word(&header, sizeof(strings));
	put_word(&header, (uint32_t)size);
}
