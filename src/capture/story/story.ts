import { addMoney, type Money, negateMoney, type Quantity, ZERO_MONEY } from '../../domain/amounts.ts'
import type { VenueId } from '../../domain/market.ts'
import { type ExchangeEntry, type ExchangeOutcome, recordedBody } from '../format/exchange.ts'
import type { RecordedStream } from '../format/stream.ts'
import { type ExchangeIndex, entryOf, type Recording } from '../read/recording.ts'
import { afterFill, atStake, type Holding, negated, nothingHeld, withoutFill } from './account.ts'
import { Fields } from './fields.ts'
import { tellKalshi } from './kalshi.ts'
import { type Lifeline, Lifelines, type SeenFill } from './lifelines.ts'
import { tellPolymarket } from './polymarket.ts'
import { streamWords } from './streams.ts'
import { tokensOf } from './tokens.ts'
import { type ExchangeView, type OrderStep, outcomeWord, type Terms, type Token, type Told } from './told.ts'

/** An exchange or a socket in its place, with what it meant. */
export interface StoryRow {
  readonly seq: number
  readonly kind: 'exchange' | 'socket'
  readonly venue: VenueId
  readonly method: string
  readonly endpoint: string
  readonly file: string
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** HTTP status as text, or why there was no answer. */
  readonly status: string
  readonly ended: 'well' | 'refused' | 'unanswered'
  /** Ids of the orders that it is about. */
  readonly orders: readonly string[]
  /** The market that it names, or null. */
  readonly market: string | null
  readonly words: string
}

/** What was held of one market, by the end of each exchange that changed it. */
export interface PositionLine {
  readonly venue: VenueId
  readonly market: string
  readonly points: readonly { readonly atMs: number; readonly quantity: Quantity }[]
}

/** Dollars that could be lost, by the end of an exchange. Null: unknown. */
export interface ExposurePoint {
  readonly atMs: number
  readonly held: Money | null
  readonly resting: Money | null
  readonly unknown: Money | null
}

export interface Story {
  readonly rows: readonly StoryRow[]
  readonly orders: readonly Lifeline[]
  /** Changes since the session began: what was held before is not on the tape. */
  readonly positions: readonly PositionLine[]
  readonly exposure: readonly ExposurePoint[]
}

const tellers: Readonly<Record<VenueId, (view: ExchangeView) => Told>> = {
  kalshi: tellKalshi,
  polymarket: tellPolymarket,
}

/** Tells what a session meant: every exchange in words, orders through their lives, positions and exposure over time. */
export function tellStory(recording: Recording): Story {
  const tokens = tokensOf(recording.operations)
  const teller = new Teller((token) => tokens.get(token) ?? null)
  const told = recording.exchanges.map((exchange) => {
    const entry = entryOf(recording, exchange)
    return { exchange, entry, told: tellers[exchange.venue](viewOf(exchange, entry, teller.tokenOf)) }
  })
  // What an exchange tells is known when it ends, and exchanges overlap.
  for (const each of [...told].sort((a, b) => a.exchange.endedAtMs - b.exchange.endedAtMs)) teller.take(each)
  const rows = [
    ...told.map(({ exchange, entry, told: { words, steps } }) => exchangeRow(exchange, entry, words, steps)),
  ]
  const endMs = Math.max(0, ...rows.map(({ endedAtMs }) => endedAtMs))
  return {
    rows: [...rows, ...recording.streams.map((stream) => socketRow(stream, endMs))].sort((a, b) => a.seq - b.seq),
    orders: teller.lifelines.all(),
    positions: teller.positions(),
    exposure: teller.exposure,
  }
}

function viewOf(exchange: ExchangeIndex, entry: ExchangeEntry, tokenOf: ExchangeView['tokenOf']): ExchangeView {
  const target = new URL(exchange.target, 'http://tape')
  const text = (content: Parameters<typeof recordedBody>[0] | undefined): string | null => {
    const body = content === undefined ? null : recordedBody(content)
    return typeof body === 'string' ? body : null
  }
  return {
    seq: exchange.seq,
    venue: exchange.venue,
    method: exchange.method,
    endpoint: exchange.endpoint,
    path: target.pathname,
    query: target.searchParams,
    outcome: exchange.outcome,
    status: entry.response.status,
    request: Fields.of(text(entry.request.postData)),
    response: Fields.of(text(entry.response.content)),
    tokenOf,
  }
}

/** Carries orders, holdings and exposure from exchange to exchange. */
class Teller {
  readonly lifelines = new Lifelines()
  readonly exposure: ExposurePoint[] = []
  readonly #holdings = new Map<
    string,
    {
      readonly venue: VenueId
      readonly market: string
      held: Holding
      readonly points: { atMs: number; quantity: Quantity }[]
    }
  >()

  constructor(readonly tokenOf: (token: string) => Token | null) {}

  take({ exchange, told }: { readonly exchange: ExchangeIndex; readonly told: Told }): void {
    if (told.steps.length === 0) return
    const atMs = exchange.endedAtMs
    for (const step of told.steps) {
      const fill = this.lifelines.take(exchange.venue, exchange.seq, atMs, step)
      if (fill !== null) this.#book(exchange.venue, atMs, fill)
    }
    this.exposure.push(this.#exposureAt(atMs))
  }

  positions(): readonly PositionLine[] {
    return [...this.#holdings.values()].map(({ venue, market, points }) => ({ venue, market, points }))
  }

  #book(venue: VenueId, atMs: number, { terms, filled, paid }: SeenFill): void {
    const name = nameOf(terms)
    const key = `${venue} ${name}`
    const holding = this.#holdings.get(key) ?? { venue, market: name, held: nothingHeld, points: [] }
    holding.held =
      filled > 0n
        ? afterFill(holding.held, terms.side, filled, paid)
        : withoutFill(holding.held, terms.side, negated(filled), paid === null ? null : negateMoney(paid))
    holding.points.push({ atMs, quantity: holding.held.quantity })
    this.#holdings.set(key, holding)
  }

  #exposureAt(atMs: number): ExposurePoint {
    const open = this.lifelines.open()
    const heldOf = (terms: Terms): Holding =>
      [...this.#holdings.values()].find(({ market }) => market === nameOf(terms))?.held ?? nothingHeld
    const stake = (isUnknown: boolean): Money | null =>
      sum(open.filter((order) => order.isUnknown === isUnknown).map((order) => atStake(order, heldOf(order.terms))))
    return {
      atMs,
      held: sum([...this.#holdings.values()].map(({ held }) => held.cost)),
      resting: stake(false),
      unknown: stake(true),
    }
  }
}

function nameOf({ market, outcome }: Terms): string {
  return market === null ? outcome : `${outcomeWord(outcome)} of ${market}`
}

function sum(parts: readonly (Money | null)[]): Money | null {
  return parts.reduce<Money | null>(
    (total, part) => (total === null || part === null ? null : addMoney(total, part)),
    ZERO_MONEY,
  )
}

function exchangeRow(
  exchange: ExchangeIndex,
  { response }: ExchangeEntry,
  words: string,
  steps: readonly OrderStep[],
): StoryRow {
  const { seq, venue, method, endpoint, file, startedAtMs, endedAtMs, outcome } = exchange
  const status = outcome === 'response' ? String(response.status) : outcome
  const ended = outcome !== 'response' ? 'unanswered' : response.status >= 400 ? 'refused' : 'well'
  const orders = [...new Set(steps.flatMap(({ ids }) => ids[0] ?? []))]
  const market = steps.find(({ terms }) => terms !== null)?.terms?.market ?? null
  return {
    seq,
    kind: 'exchange',
    venue,
    method,
    endpoint,
    file,
    startedAtMs,
    endedAtMs,
    status,
    ended,
    orders,
    market,
    words,
  }
}

function socketRow(stream: RecordedStream, endMs: number): StoryRow {
  const { seq, venue, endpoint, file, startedAtMs, opened, failed, closed, frames } = stream
  const failure: ExchangeOutcome | null = failed?.outcome ?? null
  return {
    seq,
    kind: 'socket',
    venue,
    method: 'WS',
    endpoint,
    file,
    startedAtMs,
    // One that was left open lasted to the end of the session.
    endedAtMs: closed?.atMs ?? failed?.atMs ?? Math.max(endMs, frames.at(-1)?.atMs ?? startedAtMs),
    status: opened !== null ? String(opened.status) : (failure ?? 'opening'),
    ended: opened !== null ? 'well' : 'unanswered',
    orders: [],
    market: null,
    words: streamWords(stream),
  }
}
