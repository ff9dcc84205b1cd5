import type { ExchangeEntry } from '../format/exchange.ts'
import { accountRenames } from './accounts.ts'
import type { OrderTerms } from './fact.ts'
import { factsOf } from './facts.ts'
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

/** What a recording calls the market that a name of its stands for: each of its names by what it is. Null when it does not say. */
export type MarketNames = (source: SceneSource, name: string) => ReadonlyMap<string, string> | null

/**
 * The source with one exchange ended as an exchange of another recording ended: its answer or failure and its latency, told
 * of the order that this source placed and of its fills, so that a match that failed on another day is this one. The request
 * stays.
 * @throws ToolkitError SCENE_NOT_COMPOSABLE when the two are not the same call, or are not about one order each.
 */
export function spliced(
  source: SceneSource,
  donor: SceneSource,
  splice: Splice,
  knowing: { readonly feeOf: FeeOf; readonly namesOf: MarketNames },
): SceneSource {
  const target = exchangeAt(source, splice.target)
  const given = exchangeAt(donor, splice.donor)
  requireSameCall(target, given)
  const ended = endingFor(target, given, { source, donor, ...knowing })
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
  { source, donor, feeOf, namesOf }: Parties,
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
  const markets = marketRenames(from.terms.market, to.terms.market, { source, donor, namesOf })
  if (markets === null) throw cannotCompose(`${nameOf(given)} and ${nameOf(target)} are about different outcomes`)
  const fills = fillIds(source, to.orderId)
  const renames = new Map([
    ...accountRenames(donor, source.manifest.accounts),
    ...markets,
    ...fillIds(donor, from.orderId).flatMap((id, i): readonly [string, string][] => {
      const own = fills[i]
      return own === undefined ? [] : [[id, own]]
    }),
    [from.orderId, to.orderId],
    [from.key, to.key],
  ])
  const renamed = renameEntry(moved, renames)
  const change = { venue: target.entry._venue, orderId: to.orderId, from: from.terms, to: to.terms, feeOf }
  return refitEntry(renamed, change)
}

interface Parties {
  readonly source: SceneSource
  readonly donor: SceneSource
  readonly feeOf: FeeOf
  readonly namesOf: MarketNames
}

/** Shorter names are words that stand for other things too. */
const NAME_LENGTH_MIN = 16

/** What the donor calls a market, as the source calls its own. Null when one order is not about the same side of its market. */
function marketRenames(
  from: string,
  to: string,
  { source, donor, namesOf }: Omit<Parties, 'feeOf'>,
): ReadonlyMap<string, string> | null {
  if (from === to) return new Map()
  const [theirs, ours] = [namesOf(donor, from), namesOf(source, to)]
  const kindOf = (names: typeof ours, name: string): string | undefined =>
    [...(names ?? [])].find(([, value]) => value === name)?.[0]
  if (theirs === null || ours === null || kindOf(theirs, from) !== kindOf(ours, to)) return null
  const renames = new Map([[from, to]])
  for (const [kind, name] of theirs) {
    const own = ours.get(kind)
    if (own !== undefined && own !== name && name.length >= NAME_LENGTH_MIN) renames.set(name, own)
  }
  return renames
}

/** The venue's ids of an order's fills, in the order in which the recording tells of them. */
function fillIds({ session, exchanges }: SceneSource, orderId: string): readonly string[] {
  const facts = exchanges.flatMap((entry) => factsOf({ source: 0, origin: { session, seq: entry._seq }, entry }))
  const own = facts.flatMap((fact) => (fact.kind === 'fill' && fact.orderId === orderId ? [fact.id] : []))
  return [...new Set(own.map((id) => id.split(':')[0] ?? id))]
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
