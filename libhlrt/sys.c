// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Chooses what stands behind the sys seam: the kernel, or the simulator that HLRT_SIM asks for. */
#include "internal.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SIM_LIBRARY "libhlsim.so.1"

static pthread_mutex_t sys_lock = PTHREAD_MUTEX_INITIALIZER;
static struct hlrt_sys *chosen;

bool hlrti_library_dir(char *buf, size_t size)
{
	Dl_info info;
	char path[PATH_MAX], *slash;

	if (!dladdr((void *)hlrti_library_dir, &info) || !info.dli_fname || !realpath(info.dli_fname, path))
		return false;
	slash = strrchr(path, '/');
	if (!slash || (size_t)(slash - path) >= size)
		return false;
	*slash = '\0';
	memcpy(buf, path, (size_t)(slash - path) + 1);
	return true;
}

/* Opens the simulator: one that is loaded already, else the one beside this library, else in the configured directory; says where it looked. */
static int open_simulator(void **lib)
{
	char near[PATH_MAX - 32] = "", path[PATH_MAX];
	const char *dirs[2] = { near, HLRT_LIBDIR };

	/* One that the program is linked with has the machine that the program steers: never a second one. */
	*lib = dlopen(SIM_LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
	if (*lib)
		return 0;
	if (!hlrti_library_dir(near, sizeof(near)))
		dirs[0] = HLRT_LIBDIR;
	for (int i = 0; i < 2; i++) {
		hlrti_format(path, sizeof(path), "%s/" SIM_LIBRARY, dirs[i]);
		if (access(path, F_OK))
			continue;
		*lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
		if (*lib)
			return 0;
		return hlrt_set_error(-ENOENT, "HLRT_SIM is set, but the simulator cannot be loaded: %s", dlerror());
	}
	return hlrt_set_error(-ENOENT, "HLRT_SIM is set, but there is no " SIM_LIBRARY " in %s or %s", dirs[0],
			      dirs[1]);
}

static int check_table(const struct hlrt_sys *sys, const char *origin)
{
	if (sys->ops->abi != HLRT_SYS_ABI || sys->ops->size != sizeof(struct hlrt_sys_ops))
		return hlrt_set_error(
			-EINVAL,
			"%s has sys interface %u (%u bytes), this library %u (%zu bytes): they are of different builds",
			origin, sys->ops->abi, sys->ops->size, HLRT_SYS_ABI, sizeof(struct hlrt_sys_ops));
	return 0;
}

static int create_simulator(const char *spec, struct hlrt_sys **sys)
{
	char text[256] = "";
	hlsim_sys_fn create;
	void *lib = NULL;
	int rc = open_simulator(&lib);

	if (rc)
		return rc;
	create = (hlsim_sys_fn)dlsym(lib, HLRT_SYS_SIM_SYMBOL);
	if (!create)
		return hlrt_set_error(-ENOENT,
				      SIM_LIBRARY " has no symbol " HLRT_SYS_SIM_SYMBOL ": it is of a different build");
	rc = create(spec, sys, text, sizeof(text));
	if (rc)
		return hlrt_set_error(rc, "HLRT_SIM='%s': %s", spec, text[0] ? text : hlrti_strerror(rc));
	return check_table(*sys, SIM_LIBRARY);
}

static int choose(struct hlrt_sys **sys)
{
	const char *spec = secure_getenv("HLRT_SIM");

	return spec && *spec ? create_simulator(spec, sys) : hlrti_sys_linux_create(sys);
}

struct hlrt_sys *hlrti_sys_get(void)
{
	struct hlrt_sys *sys = NULL;
	int rc = hlrti_process_bind();

	if (rc)
		return hlrti_null(rc);
	pthread_mutex_lock(&sys_lock);
	if (!chosen) {
		/* A failure is not kept: the next call may find the variable corrected. */
		rc = choose(&sys);
		if (!rc && sys) {
			chosen = sys;
			hlrti_log(HLRT_LOG_INFO, "devices come from %s", sys->ops->name);
		}
	}
	sys = chosen;
	pthread_mutex_unlock(&sys_lock);
	return sys ? sys : hlrti_null(rc);
}

void hlrti_sys_set(struct hlrt_sys *sys)
{
	pthread_mutex_lock(&sys_lock);
	chosen = sys;
	pthread_mutex_unlock(&sys_lock);
}

bool hlrti_sys_is_linux(const struct hlrt_sys *sys)
{
	return !strcmp(sys->ops->name, "linux");
}

bool hlrti_sys_is_simulated(const struct hlrt_sys *sys)
{
	return !strcmp(sys->ops->name, "sim");
}
