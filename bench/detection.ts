import { PerformanceObserver } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { KalshiProtocol } from '../src/clients/kalshi/stream-protocol.ts'
import { type MarketId, marketId, venueIds } from '../src/domain/market.ts'
import type { MarketEvent } from '../src/domain/market-stream.ts'
import { systemClock, turn } from '../src/runtime/clock.ts'
import { draws, pick, Rig } from './book-rig.ts'
import { median, printRatio, type Ratio } from './ratio.ts'

/** In one round of one subject: at 10,000 pairs each book is updated ten times a round on average. */
const UPDATES = 200_000
/** Few at a time: texts that wait would be the collector's work, and are nobody's. */
const FRAMES = 5_000
const BATCHES = 10
const ROUNDS = 9
/** Updates that make a pair pay, each timed on its own. */
const DECISIONS = 5_000

const sizes = [1_000, 10_000] as const

/** Something that is done again and again at both sizes, measured in turns. */
interface Subject {
  /** How many of it one batch does, and how many batches make a round. */
  readonly updates: number
  readonly batches: number
  /** Made before the time is taken. */
  prepare(): () => void
  /** After all of it: whether it was done. */
  check?(): void
}

interface Measured {
  /** Microseconds of processor time an update, in each round. */
  readonly us: number[]
  /** Milliseconds of the collector, over all rounds. */
  gcMs: number
}

function feedOf(pairCount: number, isDetecting: boolean): Subject {
  const rig = new Rig(pairCount, isDetecting)
  return {
    updates: UPDATES,
    batches: 1,
    prepare: () => () => {
      for (let update = 0; update < UPDATES; update++) rig.update()
      if (isDetecting && rig.found === 0) throw new Error('nothing was detected')
    },
  }
}

/** The same from the text of a frame on, in the words of the first venue, whose frames are numbered. */
function textsOf(pairCount: number): Subject {
  const rig = new Rig(pairCount, true)
  const sink = { onMarket: (event: MarketEvent) => rig.hear(event), books: rig.books }
  const protocol = new KalshiProtocol({
    sink,
    channels: { quotes: false, trades: false, account: false },
    nowMs: () => systemClock.monotonicMs(),
    proveEveryMs: Number.POSITIVE_INFINITY,
    answerWithinMs: Number.POSITIVE_INFINITY,
  })
  const tickers = Array.from({ length: pairCount }, (_, number) => `M${number}`)
  protocol.watch(tickers)
  protocol.opened()
  protocol.received('{"type":"subscribed","id":1,"msg":{"channel":"orderbook_delta","sid":1}}')
  // The stream reads them from REST whenever it is connected.
  for (const ticker of tickers) {
    rig.hear({ kind: 'status', market: marketId('kalshi', ticker), status: 'open', result: null })
  }
  const draw = draws(pairCount)
  const before = rig.changes
  let seq = 0
  const frame = (): string => {
    const drawn = draw() >> 8
    const level = (drawn >> 7) % 10
    const side = (drawn & 64) === 0 ? ['yes', `0.${30 - level}00`] : ['no', `0.${52 + level}00`]
    const ticker = `M${pick(draw(), pairCount)}`
    return `{"type":"orderbook_delta","sid":1,"seq":${++seq},"msg":{"market_ticker":"${ticker}","price_dollars":"${side[1]}","delta_fp":"1.00","side":"${side[0]}","ts_ms":1781159370164}}`
  }
  return {
    updates: FRAMES,
    batches: BATCHES,
    prepare: () => {
      // Each in one piece, as a socket gives it.
      const frames = Array.from({ length: FRAMES }, () => Buffer.from(frame()).toString('latin1'))
      return () => {
        for (const text of frames) protocol.received(text)
      }
    },
    check: () => {
      if (rig.changes !== before + seq) throw new Error('a frame changed nothing')
    },
  }
}

/**
 * The least that any feed does, without the rest of it: find a market by its name, and change one number of its own. What
 * this costs more at ten times the markets is the machine's, since the names and numbers no longer lie in its nearest cache.
 */
function bareOf(pairCount: number): Subject {
  const count = pairCount * 2
  const names: readonly MarketId[] = Array.from({ length: count }, (_, i) =>
    marketId(venueIds[i % 2 === 0 ? 0 : 1], `M${i >> 1}`),
  )
  const rows = new Map(names.map((name, index) => [name, index * 64]))
  // As much room a market as two sides of ten levels take.
  const numbers = new Int32Array(count * 64)
  const draw = draws(pairCount)
  return {
    updates: UPDATES,
    batches: 1,
    prepare: () => () => {
      for (let update = 0; update < UPDATES; update++) {
        const row = rows.get(names[pick(draw(), count)] ?? 'kalshi:') ?? 0
        const at = row + ((draw() >> 8) % 64)
        numbers[at] = (numbers[at] ?? 0) + 1
      }
    },
  }
}

let collectedMs = 0
const watched = new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) collectedMs += duration
})

async function measureOnce({ prepare, updates, batches }: Subject, into: Measured): Promise<void> {
  let spent = 0
  for (let batch = 0; batch < batches; batch++) {
    const run = prepare()
    await turn()
    const before = collectedMs
    const from = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(from)
    // The collector's times are told a turn later.
    await turn()
    spent += user + system
    into.gcMs += collectedMs - before
  }
  into.us.push(spent / (updates * batches))
}

/**
 * Each subject at both sizes, in turns: what else the machine does falls on all of them alike. The first round warms up.
 * What is left of the ratio of feed and detection seems to be waits for memory (docs/decisions/0032); the bare look-up by name
 * beside it has a part of them.
 */
async function measure(
  subjects: readonly (readonly [Subject, Subject])[],
): Promise<readonly (readonly [Measured, Measured])[]> {
  const measured = subjects.map(
    () =>
      [
        { us: [], gcMs: 0 },
        { us: [], gcMs: 0 },
      ] as const satisfies readonly Measured[],
  )
  watched.observe({ entryTypes: ['gc'] })
  for (let round = -1; round < ROUNDS; round++) {
    for (const [index, pair] of subjects.entries()) {
      for (const size of [0, 1] as const) {
        const into = measured[index]?.[size]
        if (into === undefined) throw new Error('every subject is measured')
        await measureOnce(pair[size], round < 0 ? { us: [], gcMs: 0 } : into)
      }
    }
  }
  watched.disconnect()
  for (const pair of subjects) for (const subject of pair) subject.check?.()
  return measured
}

/** The median over the rounds of what the larger cost over the smaller in the same round. */
function ratioOf([few, many]: readonly [Measured, Measured]): number {
  return median(few.us.map((us, round) => (many.us[round] ?? Number.NaN) / us))
}

function rate(us: number): string {
  return `${us.toFixed(2)} us (${Math.round(1_000_000 / us).toLocaleString('en')}/s)`
}

function gcShare({ us, gcMs }: Measured, updates: number): string {
  const totalMs = (us.reduce((sum, one) => sum + one, 0) * updates) / 1_000
  return `${((100 * gcMs) / totalMs).toFixed(1)} %`
}

export async function benchDetection(): Promise<readonly Ratio[]> {
  const both = (make: (pairs: number) => Subject) => [make(sizes[0]), make(sizes[1])] as const
  const [bare, feed, whole, texts] = await measure([
    both(bareOf),
    both((pairs) => feedOf(pairs, false)),
    both((pairs) => feedOf(pairs, true)),
    both(textsOf),
  ])
  if (bare === undefined || feed === undefined || whole === undefined || texts === undefined)
    throw new Error('all are measured')
  const told = ([few, many]: readonly [Measured, Measured]): string =>
    `${rate(median(few.us))} at 1,000 pairs, ${rate(median(many.us))} at 10,000, of processor time`
  const extra = ([few, many]: readonly [Measured, Measured]): string =>
    `${Math.round(1_000 * (median(many.us) - median(few.us)))} ns`
  return [
    {
      name: 'a book update through feed and detection at 10,000 pairs, over 1,000',
      ratio: ratioOf(whole),
      detail: `${told(whole)}, collector ${gcShare(whole[0], UPDATES)} and ${gcShare(whole[1], UPDATES)} (aim: at least 200,000/s)`,
      atMost: 1.3,
    },
    { name: 'the feed alone', ratio: ratioOf(feed), detail: told(feed), atMost: null },
    {
      name: 'finding a market by its name and changing one number of it: the machine alone',
      ratio: ratioOf(bare),
      detail: `${told(bare)}: ${extra(bare)} more, of the ${extra(whole)} above`,
      atMost: null,
    },
    {
      name: 'a book update from the text of a Kalshi frame on, through feed and detection',
      ratio: ratioOf(texts),
      detail: `${told(texts)}, collector ${gcShare(texts[0], FRAMES * BATCHES)} and ${gcShare(texts[1], FRAMES * BATCHES)}`,
      atMost: 1.3,
    },
  ]
}

/** How long a decision takes after the update that it follows from. */
export function printDecisions(): void {
  const rig = new Rig(sizes[1], true)
  for (let update = 0; update < 2 * UPDATES; update++) rig.update()
  const took = Array.from({ length: DECISIONS }, () => rig.decision()).sort((a, b) => a - b)
  const at = (share: number): string => (took[Math.floor(took.length * share)] ?? 0).toFixed(1)
  console.log(
    `${at(0.5).padStart(7)} us from a book update to the sized opportunity at 10,000 pairs, p50; p99 ${at(0.99)} us (wall time, ${DECISIONS} of them)`,
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const one of await benchDetection()) printRatio(one)
  printDecisions()
}
