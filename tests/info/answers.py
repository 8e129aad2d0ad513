#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR GPL-2.0-only
"""answers.py HLRT_INFO HLRT_INFO_CANNED SCHEMA: what hlrt-info says of made-up machines, as text and as JSON that fits the schema."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("SKIPPED: python3-jsonschema is not installed")
    sys.exit(1 if os.environ.get("CI") == "true" else 77)

info, canned = sys.argv[1:3]
schema = json.loads(pathlib.Path(sys.argv[3]).read_text())
jsonschema.Draft202012Validator.check_schema(schema)
whole = jsonschema.Draft202012Validator(schema)
event = jsonschema.Draft202012Validator({"$ref": "#/$defs/event", "$defs": schema["$defs"]})


def run(program, *options, status=0, **environment):
    done = subprocess.run([program, *options], env={**os.environ, "HLRT_SIM": "", **environment}, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == status, f"{options} {environment}: status {done.returncode}, not {status}: {done.stdout}{done.stderr}"
    return done.stdout


def answers(program, *options, **how):
    """The text, and the JSON after it has been compared with the schema."""
    text = run(program, *options, **how)
    value = json.loads(run(program, "--json", *options, **how))
    whole.validate(value)
    return " ".join(text.split()), value


def put(path, text=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def machine(root, driver="", status="operational", holder="", node="accel0", device="1000", vendor="1da3"):
    """A sysfs with one function, and where it has a driver one device of either class."""
    pci = root / "bus/pci/devices/0000:01:00.0"
    put(pci / "vendor", f"0x{vendor}\n")
    put(pci / "device", f"0x{device}\n")
    put(pci / "uevent", (f"DRIVER={driver}\n" if driver else "") + f"PCI_ID={vendor.upper()}:{device}\nPCI_SLOT_NAME=0000:01:00.0\n")
    if driver:
        (root / "bus/pci/drivers" / driver).mkdir(parents=True)
        (pci / "driver").symlink_to(f"../../drivers/{driver}")
    if not node or not driver:
        return
    if node.startswith("hl"):
        attributes = root / "class/habanalabs" / node
        put(attributes / "pci_addr", "0000:01:00.0\n")
    else:
        attributes = pci
        (root / "class/accel" / node).mkdir(parents=True)
        (root / "class/accel" / node / "device").symlink_to("../../../bus/pci/devices/0000:01:00.0")
    put(attributes / "status", status + "\n")
    put(attributes / "holder", holder + "\n")


# Each: how the machine is made, status of the program, the device's errno in the JSON (None: unlisted or nothing), words of the text.
states = {
    "nothing on the bus": (dict(vendor="8086"), 1, None, "no device: there is no Habana device on the PCI bus (vendor 1da3)"),
    "no module": (dict(), 1, None, "0000:01:00.0: [1da3:1000] is no device: no driver is bound to it what to do: load one: modprobe hlrt"),
    "another driver": (dict(driver="vfio-pci", node=""), 1, None, "driver vfio-pci has it what to do: to use it here: echo 0000:01:00.0"),
    "failed start": (dict(driver="hlrt", node=""), 1, None, "driver hlrt has it, and shows no device what to do: it is being started, or has"),
    "no node": (dict(driver="hlrt"), 0, "ENODEV", "/dev/accel/accel0 does not exist; in a container, pass the node into it what to do:"),
    "disabled": (dict(driver="hlrt", status="disabled"), 0, "ENODEV", "the device is disabled; the kernel log says why what to do: read the"),
    "needs reset": (dict(driver="hlrt", status="needs reset", node="hl0"), 0, "ENODEV", "what to do: end the processes that the kernel log"),
    "in reset": (dict(driver="hlrt", status="in reset"), 0, "ENODEV", "driver hlrt, in reset"),
    "in-tree, accel": (dict(driver="habanalabs"), 0, "ENODEV", "since Linux 6.12 it lets nobody open its node (EINVAL)"),
    "in-tree, misc": (dict(driver="habanalabs", node="hl0"), 0, "ENODEV", "this is the in-tree driver; exports to other devices need hlrt.ko"),
    "no provider": (dict(driver="hlrt", device="1020"), 0, "EOPNOTSUPP", "what to do: install the provider for this chip"),
}
for name, (how, status, errno, words) in states.items():
    with tempfile.TemporaryDirectory() as folder:
        machine(pathlib.Path(folder), **how)
        text, value = answers(info, status=status, HLRT_SYSFS_ROOT=folder)
        assert words in text, f"{name}: not '{words}' but: {text}"
        got = value["devices"][0]["error"] if value["devices"] else None
        assert got == errno, f"{name}: error {got}, not {errno}"
        assert bool(value["devices"]) == (status == 0) and bool(value["unlisted"]) == (status == 1 and "vendor" not in how), name
        print(f"{name}: {text}")

text, value = answers(info, status=1, HLRT_SYSFS_ROOT="/nonexistent")
assert "there is no list of PCI devices in /sys what to do: in a container, mount it" in text, text

text, value = answers(info, "-v", HLRT_SIM="gaudi,goya")
assert [device["asic"] for device in value["devices"]] == ["gaudi", "goya"]
assert all("export" in device["attributes"]["capabilities"] for device in value["devices"]), value
assert "hl1: 0000:02:00.0 goya [1da3:0001], simulated, operational" in text and "dram_size" in text, text
text, value = answers(info, "--buffers", HLRT_SIM="gaudi", status=1)
assert "buffers" not in value and "buffers: cannot be told: " in text, text

text, value = answers(canned, "--buffers", HLRT_SIM="gaudi")
assert [len(buffer["importers"]) for buffer in value["buffers"]] == [4, 0], value
assert value["buffers"][0]["comm"] == 'a "b\\\u00ff\n' and value["buffers"][1]["address"] == hex(2**64 - 4096), value
assert "pid 42 (a \"b\\??)" in text, text
assert "importer 0000:02:00.0: static, 1 mapping(s), path: switch, allowed by kernel" in text, text
assert "and 2 more importer(s)" in text and "of a process that is not visible here, revoked, mapped by the kernel" in text, text

lines = run(canned, "--watch", "--json", status=1).splitlines()
for line in lines:
    event.validate(json.loads(line))
kinds = schema["$defs"]["event"]["properties"]["event"]["enum"]
assert [json.loads(line)["event"] for line in lines] == kinds, lines
assert [line.split()[1].rstrip(":") for line in run(canned, "--watch", status=1).splitlines()] == kinds

for wrong in (["--no-such-option"], ["accel0"]):
    run(info, *wrong, status=2)
print(f"{len(states) + 5} machines, {len(kinds)} kinds of events")
