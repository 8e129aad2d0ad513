# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The in-tree driver's compute node, where it opens: memory, copies and command buffers work through our library.
# drivers: intree intree-mended
# kernels: 6.1 7.2/intree-mended
# seconds: 240
. ./lib.sh

[ -x /hlrt/bin/hello-device ] || skip "hello-device is not built"
load_intree
hello-device
# What goes over the queues. The rest asks for what hlrt.ko has and this driver has not.
hlrt-conformance 'hlrt_mem_write/ok/*' 'hlrt_mem_read/ok/*' 'hlrt_mem_fill/ok/*' 'hlrt_mem_copy/ok/*' 'hlrt_stream_copy/ok/*' \
	'hlrt_cs_submit/ok/two_queues'
rmmod habanalabs
