// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Which device virtual addresses of a context are in use. A sorted list: contexts map few, large
 * ranges.
 */

#include <linux/overflow.h>

#include "hlrt.h"

static bool hlrt_va_gap_fits(u64 start, u64 end, u64 len, u64 align, u64 congruent, u64 *va)
{
	u64 at = (start & ~(align - 1)) | (congruent & (align - 1));

	if (at < start)
		at += align;
	if (at < start || at > end || end - at < len)
		return false;
	*va = at;
	return true;
}

/*
 * Looks in [from, to) for len free bytes, guard behind a neighbour; where tells the range to insert
 * before.
 */
static bool hlrt_va_search(struct hlrt_ctx *ctx, u64 from, u64 to, u64 len, u64 guard, u64 align,
			   u64 congruent, u64 *va, struct list_head **where)
{
	struct hlrt_range *r;
	u64 start = from;

	list_for_each_entry(r, &ctx->ranges, node) {
		if (r->va + r->len + guard <= start)
			continue;
		if (r->va > start &&
		    hlrt_va_gap_fits(start, min(r->va, to), len, align, congruent, va)) {
			*where = &r->node;
			return true;
		}
		start = r->va + r->len + guard;
		if (start >= to)
			return false;
	}
	*where = &ctx->ranges;
	return hlrt_va_gap_fits(start, to, len, align, congruent, va);
}

static enum hlrt_va hlrt_va_of(enum hlrt_range_kind kind)
{
	return kind == HLRT_RANGE_DRAM ? HLRT_VA_DRAM : HLRT_VA_HOST;
}

/*
 * Places range->len bytes. Addresses equal congruent modulo the huge page where that allows huge
 * entries; one page is left between neighbours so that running over an end faults.
 */
int hlrt_va_insert(struct hlrt_ctx *ctx, struct hlrt_range *range, u64 hint, bool force,
		   u64 congruent)
{
	enum hlrt_va kind = hlrt_va_of(range->kind);
	const struct hlrt_va_space *space = &ctx->dev->prop.va[kind];
	const struct hlrt_mmu_shape *mmu = &ctx->dev->asic->mmu;
	u64 guard = max_t(u64, PAGE_SIZE, space->page ?: mmu->page_size);
	u64 align = range->len >= mmu->huge_page_size ? mmu->huge_page_size : guard;
	u64 cursor = max(ctx->va_cursor[kind], space->base);
	struct list_head *where;
	u64 len, end;
	u64 va;

	lockdep_assert_held(&ctx->mem_lock);
	if (check_add_overflow(range->len, guard, &len))
		return -ENOMEM;
	if (hint && !check_add_overflow(hint, range->len, &end) && IS_ALIGNED(hint, guard) &&
	    hint >= space->base && end <= space->end &&
	    hlrt_va_search(ctx, hint, end, range->len, 0, guard, 0, &va, &where) && va == hint)
		goto found;
	if (force)
		return -EINVAL;
	if (!hlrt_va_search(ctx, cursor, space->end, len, guard, align, congruent, &va, &where) &&
	    !hlrt_va_search(ctx, space->base, space->end, len, guard, align, congruent, &va,
			    &where))
		return -ENOMEM;
	/*
	 * Addresses are used again late: what is stale then faults instead of hitting a new
	 * mapping.
	 */
	ctx->va_cursor[kind] = va + len;
found:
	range->va = va;
	list_add_tail(&range->node, where);
	return 0;
}

void hlrt_va_remove(struct hlrt_ctx *ctx, struct hlrt_range *range)
{
	lockdep_assert_held(&ctx->mem_lock);
	if (ctx->last_range == range)
		ctx->last_range = NULL;
	list_del_init(&range->node);
}

static bool hlrt_va_inside(const struct hlrt_range *r, u64 va)
{
	return va >= r->va && va - r->va < r->len;
}

struct hlrt_range *hlrt_va_find(struct hlrt_ctx *ctx, u64 va)
{
	struct hlrt_range *r;

	lockdep_assert_held(&ctx->mem_lock);
	if (ctx->last_range && hlrt_va_inside(ctx->last_range, va))
		return ctx->last_range;
	list_for_each_entry(r, &ctx->ranges, node) {
		if (hlrt_va_inside(r, va)) {
			ctx->last_range = r;
			return r;
		}
	}
	return NULL;
}

/* May packets of this submission touch [va, va + len)? */
int hlrt_validate_va(struct hlrt_validate *v, u64 va, u64 len)
{
	struct hlrt_range *r = hlrt_va_find(v->ctx, va);

	if (!r || !r->mapped || len > r->len - (va - r->va))
		return -EPERM;
	r->last_seq = v->seq;
	if (r->kind == HLRT_RANGE_IMPORT) {
		r->last_check = v->check;
		v->imports = true;
	}
	return 0;
}
