import type { Plan } from './plan.ts'
import { runPlan } from './run.ts'

/** Runs that a failure is worth. */
const RUNS_MAX = 300

/**
 * The least items of a plan that still violate the same invariant: halves first, then smaller and smaller parts, then one
 * by one. Returns their places in the plan.
 */
export async function shrink(plan: Plan): Promise<readonly number[]> {
  const all = plan.items.map((_item, index) => index)
  const wanted = (await runPlan(plan)).violation?.invariant
  if (wanted === undefined) return all
  let runs = 0
  const stillFails = async (kept: readonly number[]): Promise<boolean> => {
    if (runs++ >= RUNS_MAX) return false
    const items = plan.items.filter((_item, index) => kept.includes(index))
    return (await runPlan({ ...plan, items })).violation?.invariant === wanted
  }
  let kept: readonly number[] = all
  for (let size = Math.ceil(all.length / 2); size >= 1; ) {
    const smaller = await withoutOnePart(kept, size, stillFails)
    if (smaller !== null) kept = smaller
    else if (size === 1) break
    else size = Math.ceil(size / 2)
  }
  return kept
}

async function withoutOnePart(
  kept: readonly number[],
  size: number,
  stillFails: (kept: readonly number[]) => Promise<boolean>,
): Promise<readonly number[] | null> {
  for (let from = 0; from < kept.length; from += size) {
    const rest = kept.filter((_item, place) => place < from || place >= from + size)
    if (await stillFails(rest)) return rest
  }
  return null
}
