import { parentPort } from 'node:worker_threads'
import { type Plan, planFor } from './plan.ts'
import { type RunReport, runPlan } from './run.ts'
import { shrink } from './shrink.ts'

/** The entry of the bundle: one thread that runs what it is told to, one after the other. */
export type Order =
  | { readonly kind: 'run'; readonly seeds: readonly string[] }
  | { readonly kind: 'show'; readonly seed: string; readonly keep: readonly number[] | null }
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'shrink'; readonly seed: string }

export type Answer =
  | { readonly kind: 'ran'; readonly reports: readonly RunReport[] }
  | { readonly kind: 'shown'; readonly report: RunReport; readonly plan: Plan }
  | { readonly kind: 'shrunk'; readonly keep: readonly number[]; readonly report: RunReport; readonly plan: Plan }

async function obey(order: Order): Promise<Answer> {
  switch (order.kind) {
    case 'run': {
      const reports: RunReport[] = []
      for (const seed of order.seeds) reports.push(await runPlan(planFor(seed)))
      return { kind: 'ran', reports }
    }
    case 'show': {
      const plan = keeping(planFor(order.seed), order.keep)
      return { kind: 'shown', report: await runPlan(plan, true), plan }
    }
    case 'plan':
      return { kind: 'shown', report: await runPlan(order.plan, true), plan: order.plan }
    case 'shrink': {
      const keep = await shrink(planFor(order.seed))
      const plan = keeping(planFor(order.seed), keep)
      return { kind: 'shrunk', keep, report: await runPlan(plan, true), plan }
    }
  }
}

/** A plan with some of its items only. Null keeps all. */
export function keeping(plan: Plan, keep: readonly number[] | null): Plan {
  return keep === null ? plan : { ...plan, items: plan.items.filter((_item, index) => keep.includes(index)) }
}

const port = parentPort
port?.on('message', (order: Order) => {
  obey(order).then(
    (answer) => port.postMessage({ answer }),
    (error: unknown) => port.postMessage({ failure: error instanceof Error ? error.stack : String(error) }),
  )
})
