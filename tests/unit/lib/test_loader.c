// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The three locks of provider plug-ins: what is loaded, what is refused, and what the refusal says. */
#include "fake_sys.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A directory of plug-ins for one test. */
struct dir {
	char path[64];
};

static void in_dir(const struct dir *d, char *path, const char *name)
{
	snprintf(path, PATH_MAX, "%s/%s", d->path, name);
}

static void write_file(const struct dir *d, const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *f;

	in_dir(d, path, name);
	f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int setup(void **state)
{
	struct dir *d = calloc(1, sizeof(*d));

	strcpy(d->path, "/tmp/hlrt-loader-XXXXXX");
	assert_non_null(mkdtemp(d->path));
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	struct dir *d = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", d->path);
	assert_int_equal(system(command), 0);
	free(d);
	return 0;
}

/* Puts one of the built plug-ins there under a name. */
static void put_plugin(const struct dir *d, const char *kind, const char *file)
{
	char from[PATH_MAX], to[PATH_MAX];

	snprintf(from, sizeof(from), "%s/lib%s.so", PLUGIN_DIR, kind);
	in_dir(d, to, file);
	assert_int_equal(access(from, R_OK), 0);
	assert_int_equal(symlink(from, to), 0);
}

static struct hlrti_providers load(const struct dir *d)
{
	struct hlrti_providers providers = { 0 };
	struct hlrti_names seen = { 0 };

	hlrti_provider_load_dir(&providers, d->path, &seen);
	return providers;
}

static void expect_refusal(const struct dir *d, const char *first, const char *second)
{
	struct hlrti_providers providers = load(d);

	assert_int_equal(providers.count, 0);
	if (!strstr(providers.failures, first) || !strstr(providers.failures, second))
		fail_msg("'%s' does not name '%s' and '%s'", providers.failures, first, second);
}

static void good_one_is_loaded(void **state)
{
	struct hlrti_providers providers;

	write_file(*state, "toy.driver", "# comment\n\n  driver toy # and one more\n");
	put_plugin(*state, "good", "libtoy-hlrtp1.so");
	providers = load(*state);
	assert_string_equal(providers.failures, "");
	assert_int_equal(providers.count, 1);
	assert_string_equal(providers.ops[0]->asic, "toy");
}

static void name_is_loaded_once(void **state)
{
	struct dir *d = *state;
	struct hlrti_providers providers = { 0 };
	struct hlrti_names seen = { 0 };

	write_file(d, "a.driver", "driver toy\n");
	write_file(d, "b.driver", "driver toy\n");
	put_plugin(d, "good", "libtoy-hlrtp1.so");
	hlrti_provider_load_dir(&providers, d->path, &seen);
	hlrti_provider_load_dir(&providers, d->path, &seen);
	assert_int_equal(providers.count, 1);
}

static void other_abi_in_the_file_name(void **state)
{
	write_file(*state, "toy.driver", "driver toy\n");
	put_plugin(*state, "good", "libtoy-hlrtp2.so");
	expect_refusal(*state, "libtoy-hlrtp2.so has private ABI 2", "this library has private ABI 1");
}

static void other_abi_in_the_symbol(void **state)
{
	write_file(*state, "toy.driver", "driver toy\n");
	put_plugin(*state, "other_symbol", "libtoy-hlrtp1.so");
	expect_refusal(*state, "hlrt_provider_v7 (private ABI 7)", "this library has private ABI 1");
}

static void other_abi_in_the_table(void **state)
{
	write_file(*state, "toy.driver", "driver toy\n");
	put_plugin(*state, "wrong_abi", "libtoy-hlrtp1.so");
	expect_refusal(*state, "has private ABI 9", "this library has private ABI 1");
}

static void table_of_another_size(void **state)
{
	char size[32];

	snprintf(size, sizeof(size), "%zu", sizeof(struct hlrt_provider_ops));
	write_file(*state, "toy.driver", "driver toy\n");
	put_plugin(*state, "wrong_size", "libtoy-hlrtp1.so");
	expect_refusal(*state, size, "different builds");
}

static void incomplete_table(void **state)
{
	write_file(*state, "toy.driver", "driver toy\n");
	put_plugin(*state, "incomplete", "libtoy-hlrtp1.so");
	expect_refusal(*state, "libtoy-hlrtp1.so", "empty");
}

static void no_table(void **state)
{
	write_file(*state, "toy.driver", "driver toy\n");
	put_plugin(*state, "null_table", "libtoy-hlrtp1.so");
	expect_refusal(*state, "libtoy-hlrtp1.so", "no table");
}

static void no_symbol(void **state)
{
	write_file(*state, "toy.driver", "driver toy\n");
	put_plugin(*state, "no_symbol", "libtoy-hlrtp1.so");
	expect_refusal(*state, "hlrt_provider_v1", "no provider");
}

static void call_that_the_library_lacks(void **state)
{
	write_file(*state, "toy.driver", "driver toy\n");
	put_plugin(*state, "unresolved", "libtoy-hlrtp1.so");
	expect_refusal(*state, "libtoy-hlrtp1.so", "hlrt_call_of_another_build");
}

static void missing_plugin(void **state)
{
	write_file(*state, "toy.driver", "driver toy\n");
	expect_refusal(*state, "libtoy-hlrtp1.so", "not there");
}

static void unreadable_plugin(void **state)
{
	struct dir *d = *state;
	char path[PATH_MAX];

	write_file(d, "toy.driver", "driver toy\n");
	in_dir(d, path, "libtoy-hlrtp1.so");
	if (geteuid() == 0) {
		/* Root may read any file, but not a directory. */
		assert_int_equal(mkdir(path, 0700), 0);
		expect_refusal(d, "libtoy-hlrtp1.so cannot be read", "directory");
		return;
	}
	write_file(d, "libtoy-hlrtp1.so", "x");
	assert_int_equal(chmod(path, 0), 0);
	expect_refusal(d, "libtoy-hlrtp1.so cannot be read", "Permission denied");
}

static void plugin_that_is_no_elf_file(void **state)
{
	write_file(*state, "toy.driver", "driver toy\n");
	write_file(*state, "libtoy-hlrtp1.so", "#!/bin/sh\n");
	expect_refusal(*state, "libtoy-hlrtp1.so", "not an ELF file");
}

static void driver_file_that_says_something_else(void **state)
{
	static const char *const lines[] = { "driver ../../tmp/evil\n", "provider toy\n", "driver\n", "driver a b\n" };

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		write_file(*state, "toy.driver", lines[i]);
		expect_refusal(*state, "toy.driver", "not 'driver NAME'");
	}
}

static void reason_reaches_the_application(void **state)
{
	char reason[256];

	(void)state;
	/* The static table knows Gaudi only. */
	hlrti_provider_missing(0x1da3, 0x4242, reason, sizeof(reason));
	assert_non_null(strstr(reason, "1da3:4242"));
	assert_null(hlrti_provider_match(0x1da3, 0x4242));
	assert_string_equal(hlrti_provider_match(0x1da3, 0x1000)->asic, "gaudi");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(good_one_is_loaded, setup, teardown),
		cmocka_unit_test_setup_teardown(name_is_loaded_once, setup, teardown),
		cmocka_unit_test_setup_teardown(other_abi_in_the_file_name, setup, teardown),
		cmocka_unit_test_setup_teardown(other_abi_in_the_symbol, setup, teardown),
		cmocka_unit_test_setup_teardown(other_abi_in_the_table, setup, teardown),
		cmocka_unit_test_setup_teardown(table_of_another_size, setup, teardown),
		cmocka_unit_test_setup_teardown(incomplete_table, setup, teardown),
		cmocka_unit_test_setup_teardown(no_table, setup, teardown),
		cmocka_unit_test_setup_teardown(no_symbol, setup, teardown),
		cmocka_unit_test_setup_teardown(call_that_the_library_lacks, setup, teardown),
		cmocka_unit_test_setup_teardown(missing_plugin, setup, teardown),
		cmocka_unit_test_setup_teardown(unreadable_plugin, setup, teardown),
		cmocka_unit_test_setup_teardown(plugin_that_is_no_elf_file, setup, teardown),
		cmocka_unit_test_setup_teardown(driver_file_that_says_something_else, setup, teardown),
		cmocka_unit_test(reason_reaches_the_application),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
