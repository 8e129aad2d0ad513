// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Messages: to a callback, or where HLRT_LOG=level[:file] says, or nowhere. */
#include "internal.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const level_names[] = {
	[HLRT_LOG_NONE] = "none", [HLRT_LOG_ERROR] = "error", [HLRT_LOG_WARNING] = "warning",
	[HLRT_LOG_INFO] = "info", [HLRT_LOG_DEBUG] = "debug",
};

#define NUM_LEVELS ((int)(sizeof(level_names) / sizeof(level_names[0])))

struct sink {
	hlrt_log_fn fn;
	void *arg;
	int level;
};

static pthread_once_t env_once = PTHREAD_ONCE_INIT;
static int env_level = HLRT_LOG_NONE;
static int env_fd = STDERR_FILENO;

static pthread_mutex_t sink_lock = PTHREAD_MUTEX_INITIALIZER;
static struct sink sink;	   /* fn NULL: as HLRT_LOG says */
static atomic_int sink_level = -1; /* level in force, so that a silent library costs one load; -1: not known yet */

static int parse_level(const char *text, size_t length)
{
	if (length == 1 && text[0] >= '0' && text[0] < '0' + NUM_LEVELS)
		return text[0] - '0';
	for (int i = 0; i < NUM_LEVELS; i++)
		if (strlen(level_names[i]) == length && !strncmp(text, level_names[i], length))
			return i;
	return -EINVAL;
}

static void read_environment(void)
{
	const char *spec = secure_getenv("HLRT_LOG"), *file;
	int level, fd;

	if (!spec || !*spec)
		return;
	file = strchr(spec, ':');
	level = parse_level(spec, file ? (size_t)(file - spec) : strlen(spec));
	if (level < 0) {
		/* Whoever sets HLRT_LOG has asked for output, so a mistake in it may be said. */
		dprintf(STDERR_FILENO, "hlrt: HLRT_LOG='%s' is not none, error, warning, info or debug[:file]\n", spec);
		return;
	}
	if (file && file[1]) {
		fd = open(file + 1, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
		if (fd < 0)
			dprintf(STDERR_FILENO, "hlrt: HLRT_LOG: %s: %s\n", file + 1, hlrti_strerror(errno));
		else
			env_fd = fd;
	}
	env_level = level;
}

static int level_in_force(void)
{
	int level = atomic_load_explicit(&sink_level, memory_order_relaxed);

	if (level >= 0)
		return level;
	pthread_once(&env_once, read_environment);
	pthread_mutex_lock(&sink_lock);
	level = sink.fn ? sink.level : env_level;
	atomic_store(&sink_level, level);
	pthread_mutex_unlock(&sink_lock);
	return level;
}

HLRT_API int hlrt_set_log(hlrt_log_fn fn, void *arg, int level)
{
	if (level < HLRT_LOG_NONE || level > HLRT_LOG_DEBUG)
		return hlrt_set_error(-EINVAL, "log level %d is not between %d and %d", level, HLRT_LOG_NONE,
				      HLRT_LOG_DEBUG);
	pthread_once(&env_once, read_environment);
	pthread_mutex_lock(&sink_lock);
	sink = (struct sink){ fn, arg, level };
	atomic_store(&sink_level, fn ? level : env_level);
	pthread_mutex_unlock(&sink_lock);
	return 0;
}

void hlrti_log(int level, const char *format, ...)
{
	int saved = errno;
	struct sink to;
	char text[1024];
	va_list args;

	if (level > level_in_force())
		return;
	pthread_mutex_lock(&sink_lock);
	to = sink;
	pthread_mutex_unlock(&sink_lock);

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* Outside the lock: the callback may call the library, and several threads may log at once. */
	if (to.fn)
		to.fn(to.arg, level, text);
	else
		dprintf(env_fd, "hlrt: %s: %s\n", level_names[level], text);
	errno = saved;
}
