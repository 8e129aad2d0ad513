// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The program's mappings, as /proc shows them: what a driver asks before it pins. */
#include <linux/backing-dev.h>
#include <linux/mm.h>
#include <stdio.h>

struct mapping {
	unsigned long start, end;
	char perm[5];
	unsigned int major, minor;
	unsigned long inode;
	char path[256];
};

/* File systems whose files are their memory: nothing is ever written back. */
static const char *const in_memory[] = { "tmpfs", "devtmpfs", "ramfs", "rootfs", "hugetlbfs", "proc", "sysfs" };
/* Of kernel-internal mounts, which no list of mounts shows. */
static const char *const internal[] = { "/memfd:",  "/dev/zero (deleted)", "/SYSV", "/anon_hugepage",
					"/dmabuf:", "anon_inode:" };

static bool parse(const char *line, struct mapping *m)
{
	m->path[0] = 0;
	return sscanf(line, "%lx-%lx %4s %*x %x:%x %lu %255[^\n]", &m->start, &m->end, m->perm, &m->major, &m->minor,
		      &m->inode, m->path) >= 6;
}

static bool is_one_of(const char *fstype)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(in_memory); i++)
		if (!strcmp(fstype, in_memory[i]))
			return true;
	return false;
}

/* A mount that cannot be found is taken for one that writes back. */
static bool mounted_in_memory(unsigned int major, unsigned int minor)
{
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	char line[1024], fstype[32];
	unsigned int maj, min;
	bool found = false;

	while (mounts && !found && fgets(line, sizeof(line), mounts)) {
		const char *rest = strstr(line, " - ");

		found = rest && sscanf(line, "%*u %*u %u:%u", &maj, &min) == 2 && maj == major && min == minor &&
			sscanf(rest, " - %31s", fstype) == 1 && is_one_of(fstype);
	}
	if (mounts)
		fclose(mounts);
	return found;
}

static bool can_writeback(const struct mapping *m)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(internal); i++)
		if (!strncmp(m->path, internal[i], strlen(internal[i])))
			return false;
	return !mounted_in_memory(m->major, m->minor);
}

static unsigned long flags_of(const char *perm)
{
	return (perm[0] == 'r' ? VM_READ : 0) | (perm[1] == 'w' ? VM_WRITE : 0) | (perm[2] == 'x' ? VM_EXEC : 0) |
	       (perm[3] == 's' ? VM_SHARED : 0);
}

/* The answer is this thread's, until its next question. */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	static __thread struct vm_area_struct vma;
	static __thread struct file file;
	static __thread struct address_space space;
	FILE *maps = fopen("/proc/self/maps", "re");
	struct mapping m;
	bool found = false;
	char line[512];

	while (maps && !found && fgets(line, sizeof(line), maps))
		found = parse(line, &m) && addr < m.end;
	if (maps)
		fclose(maps);
	if (!found)
		return NULL;
	vma = (struct vm_area_struct){
		.vm_start = m.start, .vm_end = m.end, .vm_flags = flags_of(m.perm), .vm_mm = mm
	};
	if (m.inode) {
		/* Asked of shared mappings only: reading the list of mounts is not free. */
		space.writeback = vma.vm_flags & VM_SHARED && can_writeback(&m);
		file.f_mapping = &space;
		vma.vm_file = &file;
	}
	return &vma;
}
