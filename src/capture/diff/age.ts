import type { VenueId } from '../../domain/market.ts'
import type { ExchangeEntry } from '../format/exchange.ts'
import { flattenJson } from '../format/json-text.ts'
import { type ExchangeIndex, entryOf, type Recording } from '../read/recording.ts'

/** Why exchanges of a recording can no longer happen: by the venue's API, not by their days. */
export interface Stale {
  readonly venue: VenueId
  readonly reason: string
  /** The day from which the venue does otherwise. */
  readonly since: string
  /** Numbers of the exchanges. */
  readonly exchanges: readonly number[]
}

interface Rule {
  readonly venue: VenueId
  readonly reason: string
  readonly since: string
  readonly applies: (seen: Seen) => boolean
}

interface Seen {
  readonly exchange: ExchangeIndex
  readonly path: string
  readonly request: ReadonlyMap<string, string>
  readonly response: ReadonlyMap<string, string>
}

/** Members that were numbers of whole cents and whole contracts, and are gone. */
const CENTS = /(?:^|\.)(?:yes_price|no_price|initial_count)$/

// Sources: Kalshi API changelog and Polymarket reference, read 2026-11.
const rules: readonly Rule[] = [
  {
    venue: 'kalshi',
    reason: 'V1 order calls: the venue answers them with 410 deprecated_v1_order_endpoint',
    since: '2026-06-25',
    applies: ({ exchange, path }) => exchange.method !== 'GET' && /^\/portfolio\/orders(?:\/|$)/.test(path),
  },
  {
    venue: 'kalshi',
    reason: 'prices in whole cents and counts as numbers: both are decimal texts now',
    since: '2026-03-12',
    applies: ({ request, response }) => hasNumber(request, CENTS) || hasNumber(response, CENTS),
  },
  {
    venue: 'kalshi',
    reason: 'orders with a type: requests have none any more',
    since: '2026-02-11',
    applies: ({ exchange, request }) =>
      exchange.method === 'POST' && exchange.endpoint === 'orders' && request.has('type'),
  },
  {
    venue: 'polymarket',
    reason: 'V1 orders (nonce, feeRateBps, no timestamp): the exchange contract they are signed for is dead',
    since: '2026-04-28',
    applies: ({ request }) => [...request.keys()].some((field) => /(?:^|\.)order\.(?:nonce|feeRateBps)$/.test(field)),
  },
  {
    venue: 'polymarket',
    reason: 'Data API v1: it was switched off, /v2 took its place',
    since: '2026-10-24',
    applies: ({ exchange, path }) => exchange.service === 'data' && !path.startsWith('/v2/'),
  },
]

function hasNumber(fields: ReadonlyMap<string, string>, names: RegExp): boolean {
  return [...fields].some(([field, text]) => names.test(field) && /^-?\d/.test(text))
}

/** Everything in a recording that the venues' APIs no longer do. Empty: it could happen today. */
export function staleParts(recording: Recording): readonly Stale[] {
  const found = new Map<Rule, number[]>()
  for (const exchange of recording.exchanges) {
    const seen = seenOf(exchange, entryOf(recording, exchange))
    for (const rule of rules) {
      if (rule.venue !== exchange.venue || !rule.applies(seen)) continue
      const numbers = found.get(rule) ?? []
      numbers.push(exchange.seq)
      found.set(rule, numbers)
    }
  }
  return rules.flatMap((rule) => {
    const exchanges = found.get(rule)
    const { venue, reason, since } = rule
    return exchanges === undefined ? [] : [{ venue, reason, since, exchanges }]
  })
}

function seenOf(exchange: ExchangeIndex, { request, response }: ExchangeEntry): Seen {
  const fields = (text: string | undefined): ReadonlyMap<string, string> => flattenJson(text ?? '') ?? new Map()
  const path = new URL(exchange.target, 'http://tape').pathname
  return { exchange, path, request: fields(request.postData?.text), response: fields(response.content.text) }
}
