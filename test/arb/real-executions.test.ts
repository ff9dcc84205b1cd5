import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { nextStep, type Step, type TradeView } from '../../src/arb/next-step.ts'
import { formatAmount, parseMoney, parseQuantity, parseRate } from '../../src/domain/amounts.ts'
import type { VenueId } from '../../src/domain/market.ts'
import type { Order, OrderIntent, OrderReport } from '../../src/domain/order.ts'
import { applyOrderEvent, deniedOrder, submittedOrder } from '../../src/domain/order-machine.ts'
import { defaultPolicy } from '../../src/domain/pair-plan.ts'
import { type TradeTerms, tradeRecord } from '../../src/engine/trades/trade-record.ts'
import { aFill, anIntent, aTime } from '../support/builders.ts'

const shared = process.env.CROSSTAPE_SHARED_DIR ?? join(import.meta.dirname, '../../../shared')
const executions = join(shared, 'data/real/executions')

interface BotEvent {
  readonly event: string
  readonly executionId?: string
  readonly leg?: 'A' | 'B'
  readonly venue?: VenueId
  readonly side?: 'yes' | 'no'
  readonly price?: number
  readonly qty?: number
  readonly fillQty?: number
  readonly fillPrice?: number
  readonly error?: string
  readonly status?: string
  readonly success?: boolean
  readonly unwindPrice?: number
  readonly realizedPnl?: number
  readonly legA?: { readonly venue: VenueId; readonly side: 'yes' | 'no'; readonly price: number }
  readonly legB?: { readonly venue: VenueId; readonly side: 'yes' | 'no'; readonly price: number }
}

function linesOf<T>(file: string): readonly T[] {
  const text = gunzipSync(readFileSync(join(executions, file))).toString('utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): T => JSON.parse(line))
}

/** A number of theirs as the decimal that they meant. */
const decimal = (value: number): string => String(Number(value.toFixed(6)))

/** What became of one of their legs, by what their log says of it. */
function legOrder(events: readonly BotEvent[], leg: 'A' | 'B'): Order {
  const own = (name: string): BotEvent | undefined => events.find(({ event, leg: of }) => event === name && of === leg)
  const [submit, fill, fail] = [own('LEG_SUBMIT'), own('LEG_FILL'), own('LEG_FAIL')]
  const start = events.find(({ event }) => event === 'EXECUTION_START')
  const asked = submit ?? (leg === 'A' ? start?.legA : start?.legB)
  const intent = anIntent({
    id: `o-${leg}`,
    market: `${asked?.venue ?? 'kalshi'}:BTC15M`,
    outcome: asked?.side ?? 'yes',
    quantity: decimal(submit?.qty ?? 1),
    price: decimal(asked?.price ?? 0.5),
  })
  if (submit === undefined && fill === undefined && fail === undefined) return deniedOrder(intent, 'not sent', aTime)
  const sent = submittedOrder(intent, `venue-${leg}`, aTime)
  if (fill !== undefined) return filled(sent, decimal(fill.fillQty ?? 0), decimal(fill.fillPrice ?? 0))
  // Their own clock ran out. The venue said nothing, so nobody knows.
  if (/timeout/i.test(fail?.error ?? '')) {
    return applyOrderEvent(sent, { kind: 'unknown', reason: fail?.error ?? '' }, aTime)
  }
  if (fail?.error === 'Order not filled') return told(sent, { status: 'cancelled' })
  return applyOrderEvent(sent, { kind: 'rejected', reason: fail?.error ?? '' }, aTime)
}

/** Filled, with the execution in the books. They logged no fees. */
function filled(order: Order, quantity: string, price: string): Order {
  const { market, outcome, side } = order.intent
  const fill = aFill({ market, outcome, side, quantity, price, fee: parseMoney('0'), venue: order.venue })
  const booked = applyOrderEvent(order, { kind: 'filled', fill }, aTime)
  return told(booked, { status: 'filled', filledQuantity: parseQuantity(quantity) })
}

function told(order: Order, changes: Partial<OrderReport>): Order {
  const report: OrderReport = {
    venueOrderId: order.venueOrderId ?? 'venue',
    clientOrderId: null,
    status: 'filled',
    filledQuantity: parseQuantity('0'),
    remainingQuantity: parseQuantity('0'),
    averagePrice: null,
    fees: parseMoney('0'),
    provisional: false,
    ...changes,
  }
  return applyOrderEvent(order, { kind: 'reported', report }, aTime)
}

const policy = defaultPolicy(parseRate('0.05'))

function aView(legs: readonly [Order, Order], unwinds: readonly Order[] = []): TradeView {
  const smallest = parseQuantity('0.01')
  return {
    legs,
    mending: { unwinds, completions: [] },
    tried: { unwinds: unwinds.length, completions: 0 },
    smallest: [smallest, smallest],
  }
}

/** The sale that the bot says it made of a lone leg, as an order. */
function saleOf(leg: Order, { success, unwindPrice, error }: BotEvent): Order {
  const intent: OrderIntent = { ...leg.intent, id: 'o-sale', side: 'sell', quantity: leg.filledQuantity }
  const sent = submittedOrder(intent, 'venue-sale', aTime)
  if (success === true) {
    return filled(sent, formatAmount(leg.filledQuantity), decimal(unwindPrice ?? 0))
  }
  if (error === 'Order not filled') return told(sent, { status: 'cancelled' })
  return applyOrderEvent(sent, { kind: 'rejected', reason: error ?? '' }, aTime)
}

interface Case {
  readonly status: string
  readonly events: readonly BotEvent[]
  readonly legs: readonly [Order, Order]
  readonly step: Step
  readonly unwound: Order | null
  readonly after: Step | null
}

function caseOf(events: readonly BotEvent[]): Case | null {
  const complete = events.find(({ event }) => event === 'EXECUTION_COMPLETE')
  if (complete === undefined) return null
  const legs = [legOrder(events, 'A'), legOrder(events, 'B')] as const
  const step = nextStep(aView(legs), policy)
  const result = events.find(({ event }) => event === 'UNWIND_RESULT')
  const heavy = legs[0].filledQuantity >= legs[1].filledQuantity ? legs[0] : legs[1]
  const unwound = result === undefined ? null : saleOf(heavy, result)
  const after = unwound === null ? null : nextStep(aView(legs, [unwound]), policy)
  return { status: complete.status ?? '', events, legs, step, unwound, after }
}

function counted(cases: readonly Case[], tell: (each: Case) => string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const each of cases) counts[tell(each)] = (counts[tell(each)] ?? 0) + 1
  return counts
}

describe('real two-leg executions through the state machine', () => {
  let cases: readonly Case[]
  before(function () {
    if (!existsSync(executions)) return this.skip()
    const groups = new Map<string, BotEvent[]>()
    for (const event of linesOf<BotEvent>('two_leg_btc15m_2026-02/events.jsonl.gz')) {
      // In their first logs the two ids of an execution differ in the suffix.
      const key = event.executionId?.split('_')[1]
      if (key === undefined) continue
      groups.set(key, [...(groups.get(key) ?? []), event])
    }
    cases = [...groups.values()].flatMap((events) => caseOf(events) ?? [])
  })

  const inWords = ({ status, step, legs }: Case): string =>
    `${status}: ${step.kind}${step.kind === 'sell' ? ` of what ${legs[step.leg].venue} holds` : ''}`

  it('calls for what each of them really called for', () => {
    expect(counted(cases, inWords)).to.deep.equal({
      'leg_a_failed: done': 715,
      'both_legs_failed: done': 4,
      'success: done': 219,
      // A Polymarket purchase had spent its dollars on more shares, or on fewer. The bot called these a success and left it.
      'success: sell of what polymarket holds': 51,
      'unwound: sell of what polymarket holds': 150,
      'unwound: sell of what kalshi holds': 10,
      // The bot's own time ran out after half a second. It sold the other leg without knowing what this one did.
      'unwound: settle': 2,
    })
  })

  it('goes on selling where the bot gave up after one try', () => {
    const tried = cases.filter(({ unwound }) => unwound !== null)
    expect(
      counted(tried, ({ unwound, step, after }) => `${step.kind}, ${unwound?.status}, then ${after?.kind}`),
    ).to.deep.equal({
      'sell, filled, then done': 155,
      'sell, cancelled, then sell': 3,
      'sell, rejected, then sell': 2,
      'settle, cancelled, then settle': 1,
      'settle, rejected, then settle': 1,
    })
  })

  it('books the imbalance of every one to the last millionth of a contract', () => {
    const wrong = cases.flatMap(({ events, legs, step }) => {
      const [a, b] = (['A', 'B'] as const).map((leg) =>
        parseQuantity(decimal(events.find((each) => each.event === 'LEG_FILL' && each.leg === leg)?.fillQty ?? 0)),
      )
      const excess = (a ?? 0n) > (b ?? 0n) ? (a ?? 0n) - (b ?? 0n) : (b ?? 0n) - (a ?? 0n)
      const called = step.kind === 'sell' ? step.quantity : 0n
      const isDust = step.kind === 'done' && excess < 10_000n
      return step.kind === 'settle' || called === excess || isDust ? [] : [legs.map(({ intent }) => intent.id)]
    })
    expect(wrong).to.deep.equal([])
  })

  it('books the result of every one, and no profit where something is still held alone', () => {
    const terms: TradeTerms = {
      id: 't-1',
      edgeExpected: '0',
      legs: [
        { orderId: 'o-A', market: 'polymarket:BTC15M' },
        { orderId: 'o-B', market: 'kalshi:BTC15M' },
      ],
    }
    const told = counted(cases, ({ status, events, legs, unwound }) => {
      const { edgeRealized } = tradeRecord(terms, legs, { unwinds: unwound === null ? [] : [unwound], completions: [] })
      const theirs = events.find(({ event }) => event === 'EXECUTION_COMPLETE')?.realizedPnl ?? 0
      if (edgeRealized === null) return `${status}: not known`
      const gap = Number(edgeRealized) - theirs
      return `${status}: ${Math.abs(gap) < 0.005 ? 'same' : gap > 0 ? 'more' : 'less'}`
    })
    expect(told).to.deep.equal({
      'leg_a_failed: same': 715,
      'both_legs_failed: same': 4,
      'success: same': 219,
      // They booked a profit on what was still held alone.
      'success: not known': 51,
      'unwound: same': 106,
      // They booked a sale above the purchase as a loss of nothing.
      'unwound: more': 42,
      // Their log gives the limit of the sale, and their result what it brought.
      'unwound: less': 7,
      // Nothing was sold in the end, or a leg was never known.
      'unwound: not known': 7,
    })
  })
})

interface SubmitAnswer {
  readonly event_type: string
  readonly exchange_status?: string
  readonly fill_count?: number
  readonly position_size?: number
}

describe('real immediate orders as one leg of a trade', () => {
  /** As the first leg, beside a second one that was filled in full. */
  function stepAfter({ event_type, exchange_status, fill_count = 0, position_size = 1 }: SubmitAnswer): string {
    const asked = parseQuantity(String(position_size))
    const intent = anIntent({ quantity: asked })
    const sent = submittedOrder(intent, null, aTime)
    const other = filled(
      submittedOrder({ ...intent, id: 'o-2', market: 'polymarket:BTC15M', outcome: 'no' }, 'x', aTime),
      formatAmount(asked),
      '0.4',
    )
    const leg =
      event_type === 'order_submit_reject'
        ? // The log does not keep what the venue said: an error without its words proves nothing.
          applyOrderEvent(sent, { kind: 'unknown', reason: 'submit_error_other' }, aTime)
        : told(sent, {
            status: exchange_status === 'executed' ? 'filled' : 'cancelled',
            filledQuantity: parseQuantity(String(fill_count)),
          })
    const step = nextStep(aView([leg, other]), policy)
    const rest = parseQuantity(String(position_size - fill_count))
    return step.kind === 'sell' && step.quantity === rest ? 'sell what it lacks' : step.kind
  }

  it('calls for the sale of just what the order did not fill, and for nothing where nobody knows', function () {
    if (!existsSync(executions)) return this.skip()
    const answers = linesOf<SubmitAnswer>('kalshi_ioc_btc15m_2026-05/order_events.jsonl.gz').filter(({ event_type }) =>
      ['order_submit_success', 'order_submit_reject'].includes(event_type),
    )
    const steps: Record<string, number> = {}
    for (const answer of answers) {
      const kind = answer.fill_count === answer.position_size ? 'all' : (answer.fill_count ?? 0) > 0 ? 'part' : 'none'
      const key = `${answer.exchange_status} ${kind}: ${stepAfter(answer)}`
      steps[key] = (steps[key] ?? 0) + 1
    }
    expect(steps).to.deep.equal({
      'executed all: done': 502,
      'canceled none: sell what it lacks': 434,
      'canceled part: sell what it lacks': 5,
      'executed part: sell what it lacks': 1,
      'rejected none: settle': 39,
      // It says executed, and that nothing was filled: both cannot be.
      'executed none: settle': 1,
    })
  })
})
