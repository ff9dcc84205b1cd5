import {
  complement,
  cost,
  formatAmount,
  type Money,
  type Price,
  type Quantity,
  ZERO_QUANTITY,
} from '../../domain/amounts.ts'
import type { VenueId } from '../../domain/market.ts'
import type { ExchangeOutcome } from '../format/exchange.ts'
import type { Fields } from './fields.ts'

/** An exchange as a teller looks at it. */
export interface ExchangeView {
  readonly seq: number
  readonly venue: VenueId
  readonly method: string
  readonly endpoint: string
  /** Below the base path, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly outcome: ExchangeOutcome
  /** 0 when there was no answer. */
  readonly status: number
  readonly request: Fields
  readonly response: Fields
  /** What the session's operations know of a token: which market and outcome it is. */
  readonly tokenOf: (token: string) => Token | null
}

export interface Token {
  readonly market: string
  readonly outcome: string
}

/** What an order is for. Null members are unknown from this exchange. */
export interface Terms {
  readonly market: string | null
  readonly outcome: string
  readonly side: 'buy' | 'sell'
  readonly quantity: Quantity | null
  readonly price: Price | null
}

/** Where an order stands after a step. `unknown`: it may exist. `gone`: nothing of it rests, for whatever reason. */
export type OrderState = 'resting' | 'filled' | 'cancelled' | 'rejected' | 'unknown' | 'gone'

/** One step in the life of an order, as one exchange tells it. */
export interface OrderStep {
  /** Every id that names the order here; the venue's own first. */
  readonly ids: readonly string[]
  readonly terms: Terms | null
  /** Null: this exchange does not say. */
  readonly state: OrderState | null
  /** All that was filled so far. Null: this exchange does not say. */
  readonly filled: Quantity | null
  /** What those fills cost. Null: not known. */
  readonly cost: Money | null
  /** What rests. Null: this exchange does not say. */
  readonly rests: Quantity | null
}

/** What an exchange meant. */
export interface Told {
  readonly words: string
  readonly steps: readonly OrderStep[]
}

export function told(words: string, ...steps: readonly OrderStep[]): Told {
  return { words, steps }
}

/** `buy 10 YES at 0.45`. */
export function termsWords({ side, quantity, outcome, price }: Terms): string {
  const amount = quantity === null ? '?' : formatAmount(quantity)
  return `${side} ${amount} ${outcomeWord(outcome)}${price === null ? '' : ` at ${formatAmount(price)}`}`
}

/** `4 filled, 6 rest`. */
export function fillWords(filled: Quantity | null, rests: Quantity | null, asked: Quantity | null): string {
  if (filled === null) return 'how much was filled is not said'
  if (asked !== null && filled >= asked) return 'filled'
  const rest = rests === null ? '' : rests > 0n ? `, ${formatAmount(rests)} rest` : ', nothing rests'
  return `${filled === 0n ? 'nothing' : formatAmount(filled)} filled${rest}`
}

/** Where an order stands by what was filled and what rests of it. */
export function stateOf(filled: Quantity | null, rests: Quantity | null, asked: Quantity | null): OrderState | null {
  if (rests !== null && rests > 0n) return 'resting'
  if (filled !== null && asked !== null && filled >= asked) return 'filled'
  return rests === null ? null : 'cancelled'
}

/** Why there was no answer, and what is therefore true of an order that was asked for. */
export function unansweredWords(outcome: Exclude<ExchangeOutcome, 'response'>): string {
  switch (outcome) {
    case 'refused':
      return 'it did not leave: no connection'
    case 'timeout':
      return 'no answer in time: it may have arrived'
    case 'reset':
      return 'the connection broke: it may have arrived'
    case 'aborted':
      return 'given up before the answer: it may have arrived'
  }
}

/** What a new order's step is when there was no answer. */
export function unanswered(
  outcome: Exclude<ExchangeOutcome, 'response'>,
  ids: readonly string[],
  terms: Terms,
): OrderStep {
  const state = outcome === 'refused' ? 'rejected' : 'unknown'
  return { ids, terms, state, filled: null, cost: null, rests: null }
}

/** What a new order's step is when the venue refused it. */
export function rejected(ids: readonly string[], terms: Terms): OrderStep {
  return { ids, terms, state: 'rejected', filled: ZERO_QUANTITY, cost: null, rests: ZERO_QUANTITY }
}

/** The step of an order that an exchange names and says nothing of. */
export function untouched(id: string): OrderStep {
  return { ids: [id], terms: null, state: null, filled: null, cost: null, rests: null }
}

/** Where an order stands, in words: `buy 10 YES at 0.45, resting, nothing filled, 10 rest`. */
export function standWords({ terms, filled, rests, state }: OrderStep): string {
  const asked = terms === null ? '' : `${termsWords(terms)}, `
  return `${asked}${state === null ? '' : `${state}, `}${fillWords(filled, rests, terms?.quantity ?? null)}`
}

/** Several orders in one request. */
export function toldAtOnce(parts: readonly Told[]): Told {
  const words = parts.map((part) => part.words).join('; ')
  return told(`${parts.length} orders at once: ${words}`, ...parts.flatMap(({ steps }) => steps))
}

/** A list of orders that was read. `counted` says how many, or why there is none. */
export function toldList(steps: readonly OrderStep[], counted: string): Told {
  const [only] = steps
  if (steps.length === 1 && only !== undefined) return told(`read orders: one, ${standWords(only)}`, only)
  return told(`read orders: ${counted}`, ...steps)
}

/** What fills cost at an average price. */
export function costOf(filled: Quantity | null, average: Price | null): Money | null {
  return filled === null || average === null ? null : cost(average, filled, 'up')
}

/** The same terms on the YES side: buying NO is selling YES at the complement. Source: Kalshi, direction of orders. */
export function onYesSide(
  outcome: string,
  side: 'buy' | 'sell',
  price: Price | null,
): Pick<Terms, 'outcome' | 'side' | 'price'> {
  if (outcome !== 'no') return { outcome: 'yes', side, price }
  return { outcome: 'yes', side: side === 'buy' ? 'sell' : 'buy', price: price === null ? null : complement(price) }
}

/** Yes and no in capitals; what a token is called otherwise as it is. */
export function outcomeWord(outcome: string): string {
  return outcome === 'yes' || outcome === 'no' ? outcome.toUpperCase() : outcome
}
