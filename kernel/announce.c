// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * A device comes, goes, is reset: told to listeners of the netlink family, and by uevents. Of
 * coming and going the device model tells by itself.
 */

#include <linux/device.h>
#include <linux/kobject.h>

#include "hlrt.h"
#include "netlink.h"

static void hlrt_uevent(struct hlrt_device *dev, const char *reset, const char *name,
			const char *text)
{
	char env_reset[32], env_text[96];
	char *env[3] = {};
	int rc;

	snprintf(env_reset, sizeof(env_reset), "HLRT_RESET=%s", reset);
	snprintf(env_text, sizeof(env_text), "%s=%s", name, text);
	env[0] = env_reset;
	env[1] = env_text;
	rc = kobject_uevent_env(&dev->node[HLRT_NODE_COMPUTE]->kobj, KOBJ_CHANGE, env);
	if (rc)
		dev_warn(dev->dev, "no uevent of reset %s (%d)\n", reset, rc);
}

void hlrt_announce(struct hlrt_device *dev, u32 event, const char *text)
{
	lockdep_assert_held(&dev->lock);
	/* Nobody has heard of it yet, or any more, and its node may not be there. */
	if (event == HLRT_NL_EVENT_ADDED)
		dev->announced = true;
	if (!dev->announced)
		return;
	if (event == HLRT_NL_EVENT_RESET_BEGIN)
		hlrt_uevent(dev, "begin", "HLRT_REASON", text);
	else if (event == HLRT_NL_EVENT_RESET_END)
		hlrt_uevent(dev, "end", "HLRT_STATUS", text);
	else if (event == HLRT_NL_EVENT_REMOVED)
		dev->announced = false;
	hlrt_netlink_device_event(dev, event, text);
}
