import { expect } from 'chai'
import fc from 'fast-check'
import { parseQuantity, type Quantity, ZERO_QUANTITY } from '../../src/domain/amounts.ts'
import type { OrderReport } from '../../src/domain/order.ts'
import {
  alreadyThere,
  type Evidence,
  type Judgement,
  judgeStories,
  missingFrom,
  notLanded,
  shownBy,
  stories,
} from '../../src/domain/stories.ts'

const nothing: Evidence = {
  source: 'list_orders',
  finding: 'not_shown',
  asOf: null,
  rulesOut: [],
  doubts: [],
  detail: 'not listed',
}

/** What truly became of an order that was sent at 0 ms and can arrive until `arrivesByMs`. */
interface Truth {
  /** Null when it never arrived. */
  readonly landedAtMs: number | null
  /** Contracts filled, by the time from which that many were; ascending. */
  readonly fills: readonly { readonly atMs: number; readonly filled: Quantity }[]
  /** Null while it rests. */
  readonly endedAtMs: number | null
}

const arrivesByMs = 60_000
const endMs = 400_000
const whole = parseQuantity('10')

/** The order as the venue has it at a moment, or null while it does not. */
function asOf(truth: Truth, atMs: number): OrderReport | null {
  if (truth.landedAtMs === null || atMs < truth.landedAtMs) return null
  const filled = truth.fills.findLast((fill) => fill.atMs <= atMs)?.filled ?? ZERO_QUANTITY
  const hasEnded = truth.endedAtMs !== null && atMs >= truth.endedAtMs
  return {
    venueOrderId: 'v-1',
    clientOrderId: null,
    status: !hasEnded ? 'resting' : filled === whole ? 'filled' : filled > 0n ? 'partially_filled' : 'cancelled',
    filledQuantity: filled,
    remainingQuantity: null,
    averagePrice: null,
    fees: null,
    provisional: false,
  }
}

const truths: fc.Arbitrary<Truth> = fc
  .record({
    arrivesMs: fc.option(fc.integer({ min: 0, max: arrivesByMs }), { freq: 2 }),
    steps: fc.array(fc.record({ waitMs: fc.integer({ min: 0, max: 60_000 }), part: fc.integer({ min: 1, max: 4 }) }), {
      maxLength: 3,
    }),
    restsMs: fc.option(fc.integer({ min: 0, max: 100_000 })),
  })
  .map(({ arrivesMs, steps, restsMs }) => {
    if (arrivesMs === null) return { landedAtMs: null, fills: [], endedAtMs: null }
    let atMs = arrivesMs
    let filled = 0n
    const fills = steps.map(({ waitMs, part }) => {
      atMs += waitMs
      filled = filled + BigInt(part) * 1_000_000n
      return { atMs, filled: (filled > whole ? whole : filled) as Quantity }
    })
    return {
      landedAtMs: arrivesMs,
      fills,
      endedAtMs: filled >= whole ? atMs : restsMs === null ? null : atMs + restsMs,
    }
  })

/** A read of the order by id or by list, that shows how things were up to `lagMs` ago. */
type Read =
  | { readonly kind: 'by_id'; readonly atMs: number; readonly lagMs: number }
  /** The venue says how fresh its lists are, then the list is read; it is at least as fresh as was said. */
  | {
      readonly kind: 'list'
      readonly atMs: number
      readonly lagMs: number
      readonly fresherMs: number
      readonly isWhole: boolean
      readonly saysAsOf: boolean
    }

const times = fc.integer({ min: 0, max: endMs })
const lags = fc.integer({ min: 0, max: 120_000 })
const reads: fc.Arbitrary<readonly Read[]> = fc
  .array(
    fc.oneof(
      fc.record({ kind: fc.constant('by_id' as const), atMs: times, lagMs: lags }),
      fc.record({
        kind: fc.constant('list' as const),
        atMs: times,
        lagMs: lags,
        fresherMs: lags,
        isWhole: fc.boolean(),
        saysAsOf: fc.boolean(),
      }),
    ),
    { maxLength: 12 },
  )
  .map((list) => [...list].sort((a, b) => a.atMs - b.atMs))

interface Seen {
  readonly report: OrderReport | null
  readonly evidence: Evidence
}

function look(truth: Truth, read: Read): Seen {
  const toldMs = read.atMs - read.lagMs
  const shownMs = read.kind === 'by_id' ? toldMs : Math.min(read.atMs, toldMs + read.fresherMs)
  const report = asOf(truth, shownMs)
  if (read.kind === 'by_id') return { report, evidence: report === null ? nothing : shownBy('get_order', report) }
  // A list that was cut short may have held it on a page that was not read.
  if (report !== null && read.isWhole) return { report, evidence: shownBy('list_orders', report) }
  const asOfMs = read.saysAsOf ? toldMs : null
  const list = { source: 'list_orders', what: 'it is not listed', asOfMs, lastArrivalMs: arrivesByMs }
  return { report: null, evidence: missingFrom({ ...list, isWhole: read.isWhole }) }
}

function wrongIn(truth: Truth, judgement: Judgement): string | null {
  if (judgement.kind === 'no_order' && truth.landedAtMs !== null) return 'called absent, and it landed'
  if (judgement.kind === 'landed' && truth.landedAtMs === null) return 'called landed, and it never arrived'
  return judgement.kind === 'contradiction' ? 'true reads were called contradictory' : null
}

describe('stories of an order whose answer was lost', () => {
  it('never end in a wrong one, however the reads lag', () => {
    fc.assert(
      fc.property(truths, reads, (truth, schedule) => {
        const seen = schedule.map((read) => look(truth, read))
        for (let count = 0; count <= seen.length; count++) {
          expect(wrongIn(truth, judgeStories(seen.slice(0, count).map(({ evidence }) => evidence)))).to.equal(null)
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('never end in a wrong one when what was proven before is all that is kept of it', () => {
    fc.assert(
      fc.property(truths, reads, (truth, schedule) => {
        let landed = false
        for (const { evidence } of schedule.map((read) => look(truth, read))) {
          expect(wrongIn(truth, judgeStories([evidence], landed))).to.equal(null)
          landed ||= notLanded.every((story) => evidence.rulesOut.includes(story))
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('never call an end what was none: an end that is shown has happened, with as much filled at least', () => {
    fc.assert(
      fc.property(truths, reads, (truth, schedule) => {
        for (const { report, evidence } of schedule.map((read) => look(truth, read))) {
          if (report === null) continue
          const now = asOf(truth, endMs)
          expect(report.filledQuantity <= (now?.filledQuantity ?? 0n)).to.equal(true)
          if (evidence.rulesOut.includes('live')) expect(now?.status).to.not.equal('resting')
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('come to an end once a whole list is fresh enough', () => {
    fc.assert(
      fc.property(truths, (truth) => {
        const read = { kind: 'list', atMs: endMs, lagMs: 0, fresherMs: 0, isWhole: true, saysAsOf: true } as const
        const { evidence } = look(truth, read)
        expect(judgeStories([evidence]).kind).to.equal(truth.landedAtMs === null ? 'no_order' : 'landed')
      }),
    )
  })

  it('are all left while nothing was found, whatever number of empty reads there were', () => {
    expect(judgeStories([])).to.deep.equal({ kind: 'open', left: stories })
    expect(judgeStories(Array.from({ length: 50 }, () => nothing))).to.deep.equal({ kind: 'open', left: stories })
  })

  it('are settled by a venue that refuses the same order as a duplicate', () => {
    expect(judgeStories([alreadyThere('place_order', 'Duplicated.')])).to.deep.equal({ kind: 'landed' })
  })

  const absent: Evidence = { ...nothing, rulesOut: ['under_way', 'live', 'ended'] }
  const moved: Evidence = { ...nothing, source: 'list_positions', finding: 'moved', doubts: ['no_order'] }

  it('are kept open by a position that moved as the order would have moved it', () => {
    expect(judgeStories([absent, moved])).to.deep.equal({ kind: 'doubted', by: [moved] })
    expect(judgeStories([moved]).kind).to.equal('open')
  })

  it('contradict each other when a landed order is missing from a list that must hold it', () => {
    expect(judgeStories([absent], true)).to.deep.equal({ kind: 'contradiction' })
  })

  const list = { source: 'list_orders', what: 'it is not listed', asOfMs: 60_000, lastArrivalMs: 60_000, isWhole: true }
  for (const [what, changes] of [
    ['that is a millisecond too old', { asOfMs: 59_999 }],
    ['whose age nobody told', { asOfMs: null }],
    ['that was cut short', { isWhole: false }],
  ] as const) {
    it(`are not settled by a list ${what}`, () => {
      expect(judgeStories([missingFrom(list)]).kind).to.equal('no_order')
      expect(judgeStories([missingFrom({ ...list, ...changes })]).kind).to.equal('open')
    })
  }
})
