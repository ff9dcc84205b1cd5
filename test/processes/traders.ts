import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { nettingOf } from '../../src/cli/config/netting.ts'
import { formatAmount, type Money, parseMoney } from '../../src/domain/amounts.ts'
import { exposureOf } from '../../src/domain/exposure.ts'
import { applyRecord } from '../../src/store/fold.ts'
import { emptyState } from '../../src/store/fold-state.ts'
import type { Ledger } from '../../src/store/ledger.ts'
import { builtChild } from '../support/built.ts'
import type { TestWorld } from '../support/session.ts'

/** A process of its own that trades on the account of a test world. */
export interface Trader {
  readonly child: ChildProcess
  /** What it wrote to standard error. */
  readonly said: string[]
  /** Null when the process has ended, for instance because it was killed. */
  ask(task: object): Promise<unknown>
  /** Resolves with the exit code when it has ended in good order. */
  end(): Promise<number | null>
}

export async function startTrader(world: TestWorld, limits: Readonly<Record<string, string>> = {}): Promise<Trader> {
  const program = builtChild(join(import.meta.dirname, 'trader-child.ts'))
  const child = spawn(process.execPath, [program, world.dataDir, JSON.stringify(limits)], { stdio: 'pipe' })
  const said: string[] = []
  child.stderr.on('data', (data) => said.push(String(data)))
  // A process that was killed does not read any more; its answer is null.
  child.stdin.on('error', () => undefined)
  const closed = once(child, 'close')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => {
    const line = await lines.next()
    return line.done === true ? null : JSON.parse(line.value)
  }
  if ((await next()) === null) throw new Error(`the trader ended before it was ready: ${said.join('')}`)
  return {
    child,
    said,
    ask: (task) => {
      child.stdin.write(`${JSON.stringify(task)}\n`)
      return next()
    },
    end: async () => {
      child.stdin.end()
      await closed
      return child.exitCode
    },
  }
}

/** The number of the process that holds the journal's lock at this moment, if any. */
export function lockHolder({ dataDir }: TestWorld): number | null {
  try {
    return Number(readlinkSync(`${dataDir}/journal/sandbox/lock`).split(' ')[1])
  } catch {
    return null
  }
}

export interface JournalFigures {
  readonly records: number
  readonly submitted: number
  readonly deniedForExposure: number
  /** The highest that was ever reached, in dollars. */
  readonly highest: string
  /** Records after which more was at risk than the limit allows. */
  readonly above: readonly number[]
  /** Denials for exposure at records at which the order would have fitted. */
  readonly untrue: readonly number[]
}

/** Walks a journal record by record, and holds every decision against the state it was taken on. For buys alone. */
export async function walkJournal(ledger: Ledger, limit: Money): Promise<JournalFigures> {
  let state = emptyState
  let highest = 0n
  const figures = { records: 0, submitted: 0, deniedForExposure: 0 }
  const [above, untrue]: [number[], number[]] = [[], []]
  for await (const record of ledger.records()) {
    const before = exposureOf(state.positions.values(), state.openOrders.values()).total
    state = applyRecord(state, record, nettingOf)
    const { event, seq } = record
    figures.records++
    if (event.type === 'order.submitted') figures.submitted++
    if (event.type === 'order.denied' && event.denials.some(({ code }) => code === 'EXPOSURE_ABOVE_MAX')) {
      figures.deniedForExposure++
      // Millionths of dollars a contract times millionths of contracts; rounded up, as limits count.
      const order = (event.intent.price * event.intent.quantity + 999_999n) / 1_000_000n
      if (before + order <= limit) untrue.push(seq)
    }
    const total = exposureOf(state.positions.values(), state.openOrders.values()).total
    if (total > highest) highest = total
    if (total > limit) above.push(seq)
  }
  return { ...figures, highest: formatAmount(highest as Money), above, untrue }
}

interface Books {
  readonly accounts: readonly {
    readonly positions: readonly { readonly cost: string; readonly noCost: string }[]
    readonly orders: readonly { readonly state: string; readonly price: string; readonly remaining: string }[]
  }[]
}

/** Millionths of dollars at risk by the exchanges' own books: what holdings cost, and what resting buys can still cost. */
export async function exposureAtExchanges({ sandbox }: TestWorld): Promise<bigint> {
  const books: Books = JSON.parse(await (await fetch(`${sandbox.control}/accounts`)).text())
  let total = 0n
  for (const { positions, orders } of books.accounts) {
    for (const { cost, noCost } of positions) total += parseMoney(cost) + parseMoney(noCost)
    for (const { state, price, remaining } of orders) {
      if (state === 'resting') total += (parseMoney(price) * parseMoney(remaining)) / 1_000_000n
    }
  }
  return total
}
