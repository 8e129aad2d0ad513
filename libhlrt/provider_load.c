// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Loads provider plug-ins. Three locks: a *.driver file names the plug-in; the plug-in's file name and its
 * registration symbol carry the private ABI number; its references to the library carry a private symbol
 * version, which the dynamic linker checks.
 */
#include "internal.h"

#include <ctype.h>
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STRINGIFY_(x) #x
#define STRINGIFY(x) STRINGIFY_(x)
#define PLUGIN_SUFFIX "-hlrtp" STRINGIFY(HLRT_PROVIDER_ABI) ".so"
#define SYMBOL HLRT_PROVIDER_SYMBOL_PREFIX STRINGIFY(HLRT_PROVIDER_ABI)
#define HIGHEST_FOREIGN_ABI 99 /* as far as a mismatch is looked for, to name it */

static bool ends_with(const char *text, const char *end)
{
	size_t a = strlen(text), b = strlen(end);

	return a > b && !strcmp(text + a - b, end);
}

/* A name becomes part of a path, so only what a file name of ours can have. */
static bool name_ok(const char *name)
{
	size_t length = strlen(name);

	if (!length || length >= sizeof(((struct hlrti_names *)0)->name[0]))
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
	return true;
}

/* Private ABI number of "libNAME-hlrtpN.so", or -1. */
static int file_abi(const char *file, const char *name)
{
	char prefix[64];
	long abi;
	char *end;

	hlrti_format(prefix, sizeof(prefix), "lib%s-hlrtp", name);
	if (strncmp(file, prefix, strlen(prefix)) != 0)
		return -1;
	abi = strtol(file + strlen(prefix), &end, 10);
	return end != file + strlen(prefix) && !strcmp(end, ".so") && abi >= 0 && abi <= INT_MAX ? (int)abi : -1;
}

/* There is no plug-in of our ABI. Is there one of another? */
static void refuse_missing(struct hlrti_providers *providers, const char *dir, const char *name)
{
	struct dirent *entry;
	DIR *d = opendir(dir);
	int abi = -1;

	while (d && abi < 0 && (entry = readdir(d))) /* NOLINT(concurrency-mt-unsafe): a DIR of our own */
		abi = file_abi(entry->d_name, name);
	if (d)
		closedir(d);
	if (abi >= 0)
		hlrti_provider_refuse(providers, "lib%s-hlrtp%d.so has private ABI %d, this library has private ABI %d",
				      name, abi, abi, HLRT_PROVIDER_ABI);
	else
		hlrti_provider_refuse(providers, "%s.driver names lib%s" PLUGIN_SUFFIX ", which is not there", name,
				      name);
}

/* 0 when the file can be read and begins as an ELF file does; the dynamic linker's own texts are less clear. */
static int check_file(struct hlrti_providers *providers, const char *path, const char *file)
{
	unsigned char magic[4] = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	ssize_t n = -1;

	if (fd >= 0)
		n = read(fd, magic, sizeof(magic));
	if (n < 0)
		err = errno;
	if (fd >= 0)
		close(fd);
	if (err) {
		hlrti_provider_refuse(providers, "%s cannot be read: %s", file, hlrti_strerror(err));
		return -err;
	}
	if (n < (ssize_t)sizeof(magic) || memcmp(magic, "\177ELF", sizeof(magic)) != 0) {
		hlrti_provider_refuse(providers, "%s is not an ELF file", file);
		return -EINVAL;
	}
	return 0;
}

static void refuse_symbol(struct hlrti_providers *providers, void *lib, const char *file)
{
	char symbol[sizeof(HLRT_PROVIDER_SYMBOL_PREFIX) + 12];

	for (int abi = 0; abi <= HIGHEST_FOREIGN_ABI; abi++) {
		hlrti_format(symbol, sizeof(symbol), HLRT_PROVIDER_SYMBOL_PREFIX "%d", abi);
		if (!dlsym(lib, symbol))
			continue;
		hlrti_provider_refuse(providers, "%s registers by %s (private ABI %d), this library has private ABI %d",
				      file, symbol, abi, HLRT_PROVIDER_ABI);
		return;
	}
	hlrti_provider_refuse(providers, "%s has no symbol " SYMBOL ": it is no provider", file);
}

/* Never closed again: contexts hold pointers into it. */
static void *open_plugin(struct hlrti_providers *providers, const char *path, const char *file)
{
	void *lib;

	if (check_file(providers, path, file))
		return NULL;
	lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	/* The linker's text names the symbol version that the plug-in wants, HLRT_PRIVATE_N, when that is the reason. */
	if (!lib)
		hlrti_provider_refuse(providers, "%s cannot be loaded by this library of private ABI %d: %s", file,
				      HLRT_PROVIDER_ABI, dlerror());
	return lib;
}

static void load(struct hlrti_providers *providers, const char *dir, const char *name)
{
	const struct hlrt_provider_ops *ops;
	hlrt_provider_fn registration;
	char path[PATH_MAX], file[64];
	void *lib;

	hlrti_format(file, sizeof(file), "lib%s" PLUGIN_SUFFIX, name);
	hlrti_format(path, sizeof(path), "%s/%s", dir, file);
	if (access(path, F_OK)) {
		refuse_missing(providers, dir, name);
		return;
	}
	lib = open_plugin(providers, path, file);
	if (!lib)
		return;
	registration = (hlrt_provider_fn)dlsym(lib, SYMBOL);
	if (!registration) {
		refuse_symbol(providers, lib, file);
		return;
	}
	ops = registration();
	if (!ops) {
		hlrti_provider_refuse(providers, "%s registers no table", file);
		return;
	}
	hlrti_provider_add(providers, ops, file);
}

static bool remember(struct hlrti_names *seen, const char *name)
{
	for (size_t i = 0; i < seen->count; i++)
		if (!strcmp(seen->name[i], name))
			return false;
	if (seen->count == HLRTI_MAX_PROVIDERS)
		return false;
	snprintf(seen->name[seen->count++], sizeof(seen->name[0]), "%s", name);
	return true;
}

static void read_driver_file(struct hlrti_providers *providers, const char *dir, const char *file,
			     struct hlrti_names *seen)
{
	char path[PATH_MAX], line[256], name[256], rest[2];
	FILE *f;

	hlrti_format(path, sizeof(path), "%s/%s", dir, file);
	f = fopen(path, "re");
	if (!f) {
		hlrti_provider_refuse(providers, "%s cannot be read: %s", file, hlrti_strerror(errno));
		return;
	}
	hlrti_log(HLRT_LOG_INFO, "reading %s", path);
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "#\n")] = '\0';
		if (!line[strspn(line, " \t")])
			continue;
		if (sscanf(line, " driver %255s %1s", name, rest) != 1 || !name_ok(name))
			hlrti_provider_refuse(providers, "%s: '%s' is not 'driver NAME'", file, line);
		else if (remember(seen, name))
			load(providers, dir, name);
	}
	fclose(f);
}

static int is_driver_file(const struct dirent *entry)
{
	return ends_with(entry->d_name, ".driver");
}

void hlrti_provider_load_dir(struct hlrti_providers *providers, const char *dir, struct hlrti_names *seen)
{
	struct dirent **files;
	int count = scandir(dir, &files, is_driver_file, alphasort);

	if (count < 0) {
		hlrti_log(HLRT_LOG_DEBUG, "no providers in %s: %s", dir, hlrti_strerror(errno));
		return;
	}
	for (int i = 0; i < count; i++) {
		read_driver_file(providers, dir, files[i]->d_name, seen);
		free(files[i]);
	}
	free(files);
}
