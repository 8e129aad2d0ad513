// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What must be there, so that nothing is skipped quietly: capabilities by name, and the only cases that may be skipped. */
#include "conformance.h"

static const struct {
	const char *name;
	uint32_t capability;
} capabilities[] = {
	{ "export", HLRT_CAP_EXPORT },
	{ "export-subrange", HLRT_CAP_EXPORT_SUBRANGE },
	{ "import", HLRT_CAP_IMPORT },
	{ "revoke", HLRT_CAP_REVOKE },
	{ "export-status", HLRT_CAP_EXPORT_STATUS },
	{ "scrub", HLRT_CAP_SCRUB },
	{ "fence-fd", HLRT_CAP_FENCE_FD },
	{ "event-detail", HLRT_CAP_EVENT_DETAIL },
	{ "stream-wait", HLRT_CAP_STREAM_WAIT },
};

const char *required_capabilities;
static const char *right_skips; /* a newline before and behind each name; NULL: not told */

static void require(struct hlrt_context *context, const char *name)
{
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++) {
		if (!strcmp(name, capabilities[i].name)) {
			EXPECT_OK(hlrt_check_capability(context, capabilities[i].capability));
			return;
		}
	}
	test_fail(__FILE__, __LINE__, "no capability is called %s", name);
}

static void all_required(void)
{
	struct hlrt_context *context = test_open(0);
	char *list = strdup(required_capabilities);

	EXPECT(list);
	for (char *name = strtok(list, ","); name; name = strtok(NULL, ","))
		require(context, name);
	free(list);
	EXPECT_OK(hlrt_close(context));
}

const struct test_case required_case = { "required/ok/capabilities", all_required, 0 };

void required_skips_are(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[256], *names = NULL;
	size_t size;
	FILE *out = open_memstream(&names, &size);

	if (!file || !out) {
		perror(path);
		exit(2);
	}
	fputc('\n', out);
	while (fgets(line, sizeof(line), file))
		if (*line != '#')
			fputs(line, out);
	fclose(file);
	fclose(out);
	right_skips = names;
}

/* It is known what this driver does otherwise: as good as skipped, as long as it does. */
static int fails_rightly(int result)
{
	if (result == EXIT_FAILURE)
		return EXIT_SKIPPED;
	printf("  is listed as failing here, and did not\n");
	return EXIT_FAILURE;
}

int required_skips(const char *test, int result)
{
	char name[256];
	bool right, skipped = result == EXIT_SKIPPED;

	if (!right_skips)
		return result;
	snprintf(name, sizeof(name), "\n!%s\n", test);
	if (strstr(right_skips, name))
		return fails_rightly(result);
	if (result && !skipped)
		return result;
	snprintf(name, sizeof(name), "\n%s\n", test);
	right = strstr(right_skips, name);
	if (skipped == right)
		return result;
	printf(skipped ? "  must not be skipped here\n" : "  is listed as skipped here, and was not\n");
	return EXIT_FAILURE;
}
