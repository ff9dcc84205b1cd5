import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { venueIds } from '../../domain/market.ts'
import { isoTime, systemClock } from '../../runtime/clock.ts'
import { haltedSinceMs } from '../../store/halt.ts'
import { openLedger } from '../../store/open-ledger.ts'
import { nettingOf } from '../config/netting.ts'
import type { HaltResultJson } from '../json/safeguards-json.ts'
import type { SandboxControl } from '../rehearsal/sandbox-control.ts'
import { readAccounts } from './books.ts'
import { marketOf } from './drill-markets.ts'
import type { TradeReport } from './player.ts'
import { type Ended, failed, type Program, type Running, startProgram, startServer } from './program.ts'

export interface HaltDrillOptions {
  /** The drill gets a folder of its own in here. */
  readonly dataDir: string
  readonly program: Program
  onProgress(message: string): void
}

export interface HaltDrillReport {
  readonly ok: boolean
  /** What is not as it must be, in words. */
  readonly problems: readonly string[]
  readonly processes: number
  /** Orders of all processes together. */
  readonly placed: number
  /** From the start of `safeguards halt` until no process could begin another order, in ms. */
  readonly haltedAfterMs: number
  /** From the start of `safeguards halt` until nothing rested, in ms. Null when something still did. */
  readonly emptiedAfterMs: number | null
  /** Orders begun after the halt file stood there, and sent all the same. */
  readonly begunAfterHalt: number
  /** Orders that were past their checks when the halt came: at most one of each process. */
  readonly underWayAtHalt: number
  /** Orders at rest in the exchange's own books once every process had stopped. */
  readonly restingAfter: number
}

const processes = 3
/** So many orders are there before the switch is thrown. */
const ordersBefore = 12
/** Times of files are those of the kernel's last tick. */
const tickMs = 20
const patienceMs = 60_000

/** Three processes trade on one account as fast as they can; the kill switch is thrown as a person would throw it. */
export async function haltDrill({ dataDir, program, onProgress }: HaltDrillOptions): Promise<HaltDrillReport> {
  const folder = join(dataDir, 'drills', `halt-${isoTime(systemClock.nowMs()).replaceAll(':', '-')}`)
  const server = await startServer(program, folder)
  const traders: Running[] = []
  try {
    const { control } = server
    for (const venue of venueIds) {
      await control.setBook(marketOf(venue), { bids: [['0.44', '30']], asks: [['0.46', '30']] })
    }
    for (let number = 0; number < processes; number++) {
      traders.push(startProgram(program, folder, ['verify', 'player', '--role', 'trade', '--json']))
    }
    await untilTrading(control, traders)
    onProgress(`${processes} processes are trading. Throwing the kill switch.`)
    const thrown = await startProgram(program, folder, ['safeguards', 'halt', '--reason', 'drill', '--json']).ended
    const halted: HaltResultJson = readResult('safeguards halt', thrown)
    const reports = await Promise.all(traders.map(stopped))
    const resting = Object.values(await readAccounts(control)).flatMap(({ orders }) => orders.filter(isResting))
    // Awaited here: what it reads is removed below.
    return await judge(folder, halted, reports, resting.length)
  } finally {
    for (const { child, ended } of traders) {
      child.kill('SIGKILL')
      await ended
    }
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function isResting({ state }: { readonly state: string }): boolean {
  return state === 'resting'
}

async function untilTrading(control: SandboxControl, traders: readonly Running[]): Promise<void> {
  const deadline = systemClock.monotonicMs() + patienceMs
  while (systemClock.monotonicMs() < deadline) {
    const orders = Object.values(await readAccounts(control)).flatMap((account) => account.orders)
    if (orders.length >= ordersBefore) return
    const gone = traders.find(({ child }) => child.exitCode !== null)
    if (gone !== undefined) throw failed('a trading process', await gone.ended)
    await systemClock.sleep(20)
  }
}

/** The report of a process that has noticed. One that has not after a minute never will. */
async function stopped(trader: Running): Promise<TradeReport | null> {
  const over = new AbortController()
  const patience = systemClock.sleep(patienceMs, over.signal).then(() => null)
  try {
    const ended = await Promise.race([trader.ended, patience])
    return ended === null ? null : readResult('a trading process', ended)
  } finally {
    over.abort()
  }
}

function readResult<T>(what: string, ended: Ended): T {
  const result: unknown = ended.stdout === '' ? null : JSON.parse(ended.stdout)
  if (typeof result !== 'object' || result === null || 'error' in result) throw failed(what, ended)
  return result as T
}

async function judge(
  folder: string,
  halted: HaltResultJson,
  reports: readonly (TradeReport | null)[],
  restingAfter: number,
): Promise<HaltDrillReport> {
  const sinceMs = await haltedSinceMs(folder)
  const attempts = reports.flatMap((report) => report?.attempts ?? [])
  const begunAfterHalt = attempts.filter(({ orderId, begunAtMs }) => orderId !== null && begunAtMs > sinceMs + tickMs)
  const underWayAtHalt = await submittedAfter(folder, sinceMs)
  const emptied = halted.venues.every(({ stillResting }) => stillResting === 0)
  const problems = [
    ...(halted.halted === null ? [halted.problem ?? 'not halted'] : []),
    ...(begunAfterHalt.length === 0 ? [] : [`${begunAfterHalt.length} orders were begun after the halt, and sent`]),
    ...(underWayAtHalt <= processes ? [] : [`${underWayAtHalt} orders were sent after the halt`]),
    ...(emptied && halted.venues.length === venueIds.length ? [] : ['the kill switch did not see both venues empty']),
    ...(restingAfter === 0 ? [] : [`${restingAfter} orders rest after all`]),
    ...reports.flatMap((report, index) => noticed(report, index + 1)),
  ]
  return {
    ok: problems.length === 0,
    problems,
    processes,
    placed: attempts.filter(({ orderId }) => orderId !== null).length,
    haltedAfterMs: halted.haltedAfterMs,
    emptiedAfterMs: emptied ? Math.max(...halted.venues.map(({ afterMs }) => afterMs)) : null,
    begunAfterHalt: begunAfterHalt.length,
    underWayAtHalt,
    restingAfter,
  }
}

function noticed(report: TradeReport | null, number: number): readonly string[] {
  if (report === null) return [`process ${number} went on trading`]
  return report.endedBy.includes('HALTED') ? [] : [`process ${number} ended by ${report.endedBy.join(' ') || 'itself'}`]
}

/** From the journal: orders that it took in after the halt. */
async function submittedAfter(folder: string, sinceMs: number): Promise<number> {
  const ledger = await openLedger({
    dataDir: folder,
    environment: 'sandbox',
    clock: systemClock,
    nettingOf,
    onWarning: () => undefined,
  })
  let submitted = 0
  for await (const { time, event } of ledger.records()) {
    if (event.type === 'order.submitted' && Date.parse(time) > sinceMs) submitted++
  }
  await ledger.close()
  return submitted
}
