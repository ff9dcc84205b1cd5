import { Worker } from 'node:worker_threads'
import type { Plan } from './plan.ts'
import type { Figures, RunReport } from './run.ts'
import type { Answer, Order } from './worker.ts'

/** Seeds that a thread is given at a time. */
const PORTION = 5

export interface HuntResult {
  readonly runs: number
  readonly figures: Readonly<Record<keyof Figures, number>>
  /** In the order of their seeds. */
  readonly violations: readonly RunReport[]
}

/** A run with its trace, and its plan. */
export type Shown = Extract<Answer, { kind: 'shown' }>

/** Threads that run simulations, each with a bundle of its own. */
export class Farm {
  private readonly workers: readonly Worker[]

  constructor(bundle: string, threads = 2) {
    this.workers = Array.from({ length: threads }, () => new Worker(bundle, { eval: true }))
  }

  /** Runs `count` seeds from the first on, or until `enough` says so. */
  async hunt(options: {
    readonly firstSeed: number
    readonly count: number
    readonly enough?: (found: readonly RunReport[]) => boolean
    readonly onProgress?: (runs: number, found: readonly RunReport[]) => void
  }): Promise<HuntResult> {
    const { firstSeed, count, enough = () => false, onProgress } = options
    const violations: RunReport[] = []
    const figures: Partial<Record<keyof Figures, number>> = {}
    let next = 0
    let runs = 0
    const work = async (worker: Worker): Promise<void> => {
      while (next < count && !enough(violations)) {
        const seeds: string[] = []
        for (; seeds.length < PORTION && next < count; next++) seeds.push(String(firstSeed + next))
        const answer = await ask(worker, { kind: 'run', seeds })
        if (answer.kind !== 'ran') throw new Error(`a thread answered ${answer.kind} to run`)
        runs += answer.reports.length
        for (const report of answer.reports) {
          addFigures(figures, report.figures)
          if (report.violation !== null) violations.push(report)
        }
        onProgress?.(runs, violations)
      }
    }
    await Promise.all(this.workers.map(work))
    violations.sort((a, b) => Number(a.seed) - Number(b.seed))
    return { runs, figures: figures as Record<keyof Figures, number>, violations }
  }

  /** One seed with its trace; with `keep`, only those items of its plan. */
  show(seed: string, keep: readonly number[] | null): Promise<Shown> {
    return this.askToShow({ kind: 'show', seed, keep })
  }

  /** A plan that no seed gave, with its trace. */
  run(plan: Plan): Promise<Shown> {
    return this.askToShow({ kind: 'plan', plan })
  }

  private async askToShow(order: Order): Promise<Shown> {
    const answer = await this.askFirst(order)
    if (answer.kind !== 'shown') throw new Error(`a thread answered ${answer.kind} to ${order.kind}`)
    return answer
  }

  async shrink(seed: string): Promise<Extract<Answer, { kind: 'shrunk' }>> {
    const answer = await this.askFirst({ kind: 'shrink', seed })
    if (answer.kind !== 'shrunk') throw new Error(`a thread answered ${answer.kind} to shrink`)
    return answer
  }

  private askFirst(order: Order): Promise<Answer> {
    const [first] = this.workers
    if (first === undefined) throw new Error('a farm without threads')
    return ask(first, order)
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()))
  }
}

function addFigures(sums: Partial<Record<keyof Figures, number>>, figures: Figures): void {
  const names = Object.keys(figures) as (keyof Figures)[]
  for (const name of names) sums[name] = (sums[name] ?? 0) + figures[name]
}

type Message = { readonly answer: Answer } | { readonly failure: string }

/** One order at a time: a thread has one machine, and a run that somebody stopped waiting for still goes on. */
const queues = new WeakMap<Worker, Promise<unknown>>()

function ask(worker: Worker, order: Order): Promise<Answer> {
  const asked = (queues.get(worker) ?? Promise.resolve()).then(() => askNow(worker, order))
  queues.set(
    worker,
    asked.catch(() => undefined),
  )
  return asked
}

function askNow(worker: Worker, order: Order): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const answered = (message: Message): void => {
      worker.off('error', reject)
      if ('answer' in message) resolve(message.answer)
      else reject(new Error(message.failure))
    }
    worker.once('message', answered)
    worker.once('error', reject)
    worker.postMessage(order)
  })
}
