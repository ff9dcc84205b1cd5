import type { ExchangeEntry } from '../exchange.ts'
import { factsOf, type OrderTerms } from './facts.ts'
import { type FeeOf, refitEntry } from './refit.ts'
import { renameEntry } from './rewrite.ts'
import { cannotCompose, nameOf, type SceneExchange, type SceneSource } from './scene.ts'
import { moveEntry, Timeline } from './timeline.ts'

/** Let one exchange end as another did. */
export interface Splice {
  readonly target: ExchangePlace
  readonly donor: ExchangePlace
}

interface ExchangePlace {
  readonly session: string
  readonly seq: number
}

/**
 * The source with one exchange ended as an exchange of another recording ended: its answer or failure and its latency, told
 * of the order that this source placed. The request stays.
 * @throws ToolkitError SCENE_NOT_COMPOSABLE when the two are not the same call, or are not about one order each.
 */
export function spliced(source: SceneSource, donor: SceneSource, splice: Splice, feeOf: FeeOf): SceneSource {
  const target = exchangeAt(source, splice.target)
  const given = exchangeAt(donor, splice.donor)
  requireSameCall(target, given)
  const ended = endingFor(target, given, { source, donor, feeOf })
  const { response, time, _outcome } = ended
  const entry: ExchangeEntry = { ...target.entry, response, time, _outcome, timings: ended.timings }
  const { _error, _responseBody, ...bare } = entry
  const whole: ExchangeEntry = {
    ...bare,
    ...(ended._error === undefined ? {} : { _error: ended._error }),
    ...(ended._responseBody === undefined ? {} : { _responseBody: ended._responseBody }),
  }
  return { ...source, exchanges: source.exchanges.map((one) => (one._seq === target.entry._seq ? whole : one)) }
}

function exchangeAt(source: SceneSource, { session, seq }: ExchangePlace): SceneExchange {
  const entry = source.exchanges.find(({ _seq }) => _seq === seq)
  if (entry !== undefined) return { source: 0, origin: { session, seq }, entry }
  throw cannotCompose(`${session} has no exchange ${seq}`, [`crosstape capture show ${session} lists its exchanges.`])
}

function requireSameCall(target: SceneExchange, donor: SceneExchange): void {
  const callOf = ({ entry }: SceneExchange): string => `${entry.request.method} ${entry._venue} ${entry._endpoint}`
  if (callOf(target) === callOf(donor)) return
  throw cannotCompose(
    `${nameOf(target)} is ${callOf(target)} and ${nameOf(donor)} is ${callOf(donor)}, and one cannot end as the other`,
  )
}

function endingFor(
  target: SceneExchange,
  given: SceneExchange,
  { source, donor, feeOf }: { readonly source: SceneSource; readonly donor: SceneSource; readonly feeOf: FeeOf },
): ExchangeEntry {
  if (given.entry._outcome !== 'response') return given.entry
  const moved = moveEntry(
    given.entry,
    new Timeline(Date.parse(target.entry.startedDateTime) - Date.parse(given.entry.startedDateTime)),
  )
  const [to, from] = [orderAbout(source, target), orderAbout(donor, given)]
  if (to === null || from === null) return moved
  if (from.terms.side !== to.terms.side)
    throw cannotCompose(`${nameOf(given)} is about a ${from.terms.side}, ${nameOf(target)} about a ${to.terms.side}`)
  const isOtherToken = from.terms.market !== to.terms.market && target.entry._venue === 'polymarket'
  // A token's opposite and its condition cannot be told from it.
  if (isOtherToken) throw cannotCompose(`${nameOf(given)} and ${nameOf(target)} are about different tokens`)
  const renames = new Map([
    [from.orderId, to.orderId],
    [from.key, to.key],
    [from.terms.market, to.terms.market],
  ])
  const renamed = renameEntry(moved, renames)
  const change = { venue: target.entry._venue, orderId: to.orderId, from: from.terms, to: to.terms, feeOf }
  return refitEntry(renamed, change)
}

interface PlacedOrder {
  readonly key: string
  readonly orderId: string
  readonly terms: OrderTerms
}

/** The order of its own session that an exchange is about. Null when the session placed none. */
function orderAbout(source: SceneSource, exchange: SceneExchange): PlacedOrder | null {
  const { _venue: venue } = exchange.entry
  const placed = source.exchanges
    .filter((entry) => entry._venue === venue)
    .flatMap((entry) => factsOf({ ...exchange, entry }))
    .flatMap((fact) => (fact.kind === 'placed' && fact.orderId !== null ? [{ ...fact, orderId: fact.orderId }] : []))
  if (placed.length <= 1) return placed[0] ?? null
  const text = JSON.stringify(exchange.entry)
  const named = placed.filter(({ orderId, key }) => text.includes(orderId) || text.includes(key))
  const [only] = named
  if (named.length === 1 && only !== undefined) return only
  throw cannotCompose(`${nameOf(exchange)} is about ${named.length} orders of its session, and a splice needs one`)
}
