import { ToolkitError } from '../../domain/errors.ts'
import { type Market, type MarketId, pairName, parseMarketId, venueIds, venueOf } from '../../domain/market.ts'
import {
  type ApprovedPair,
  type PairedIds,
  type Polarity,
  type RejectedPair,
  type Standing,
  standingOf,
  textsHash,
} from '../../pairs/approved-pair.ts'
import { type Judgement, judgeMarkets } from '../../pairs/judge.ts'
import { type Candidate, matchMarkets } from '../../pairs/match.ts'
import { isoTime } from '../../runtime/clock.ts'
import type { JournalEvent } from '../../store/events.ts'
import type { Catalogue } from '../../store/market-catalogue.ts'
import type { Trading } from '../trading.ts'

/** Two markets as the catalogue has them now, with what their texts say of each other. */
export interface ReadPair {
  readonly markets: readonly [Market, Market]
  readonly judgement: Judgement
  /** Of both texts: what an approval is bound to. */
  readonly hash: string
}

/** The open markets of both venues that may be one contract. Proposals only: nothing follows from them. */
export async function matchCatalogue(catalogue: Catalogue): Promise<readonly Candidate<Market>[]> {
  const [first, second] = await Promise.all(venueIds.map((venue) => tradable(catalogue, venue)))
  return matchMarkets(first ?? [], second ?? [])
}

async function tradable(catalogue: Catalogue, venue: Market['venue']): Promise<readonly Market[]> {
  const markets = await catalogue.list({ venue, status: 'open', limit: Number.MAX_SAFE_INTEGER })
  return markets.filter(({ untradableReason }) => untradableReason === null)
}

/** The pairs that a person approved, each with whether it still holds for today's texts. Only the valid may be traded. */
export async function currentPairs(
  { state }: Pick<Trading['ledger'], 'state'>,
  catalogue: Catalogue,
): Promise<readonly Standing[]> {
  return Promise.all([...state.approvedPairs.values()].map((pair) => standing(catalogue, pair)))
}

async function standing(catalogue: Catalogue, pair: ApprovedPair): Promise<Standing> {
  const found = new Map<MarketId, Market | null>()
  for (const id of pair.markets) found.set(id, await catalogue.find(id))
  return standingOf(pair, (id) => found.get(id) ?? null)
}

/**
 * Both markets from the catalogue, in the order of the venues, and what their texts say.
 * @throws ToolkitError (usage) when the two are not one market of each venue, or one is not in the catalogue.
 */
export async function readPair(catalogue: Catalogue, ids: readonly [string, string]): Promise<ReadPair> {
  const [first, second] = orderedIds(ids)
  const markets = [await listed(catalogue, first), await listed(catalogue, second)] as const
  return { markets, judgement: judgeMarkets(...markets), hash: textsHash(markets) }
}

/** @throws ToolkitError (usage) when the two are not one market of each venue. */
export function orderedIds(ids: readonly [string, string]): PairedIds {
  const parsed = ids.flatMap((id): MarketId[] => {
    const parts = parseMarketId(id)
    return parts === null ? [] : [`${parts.venue}:${parts.symbol}`]
  })
  const [first, second] = parsed.toSorted((a, b) => venueIds.indexOf(venueOf(a)) - venueIds.indexOf(venueOf(b)))
  if (first !== undefined && second !== undefined && venueOf(first) !== venueOf(second)) return [first, second]
  throw new ToolkitError({
    code: 'NO_PAIR',
    category: 'usage',
    message: `A pair is one market of each venue, which ${ids.join(' and ')} are not. Nothing was approved.`,
    suggestions: ['crosstape markets match'],
  })
}

async function listed(catalogue: Catalogue, id: MarketId): Promise<Market> {
  const market = await catalogue.find(id)
  if (market !== null) return market
  throw new ToolkitError({
    code: 'MARKET_NOT_IN_CATALOGUE',
    category: 'usage',
    message: `${id} is not in the catalogue, so there is no text to read. Nothing was approved.`,
    facts: { market: id },
    suggestions: [`crosstape markets sync --venue ${venueOf(id)}`],
  })
}

/**
 * The polarity that may be approved. What the texts tell is not to be overruled: a person decides where they tell nothing.
 * @throws ToolkitError (denied) when the texts say that the two pay differently, or face each other otherwise than asked;
 * (usage) when the texts leave it open and nobody says.
 */
export function approvablePolarity({ markets, judgement }: ReadPair, asked: Polarity | null): Polarity {
  const name = pairName([markets[0].id, markets[1].id])
  if (judgement.verdict === 'different') {
    throw new ToolkitError({
      code: 'PAIR_DIFFERS',
      category: 'denied',
      message: `Not approved: ${name} pay differently when ${judgement.world ?? 'their rules part'}.`,
      facts: { world: judgement.world ?? '' },
      suggestions: [`crosstape pairs reject ${name}`],
    })
  }
  if (judgement.polarity === null) {
    if (asked !== null) return asked
    throw new ToolkitError({
      code: 'POLARITY_NEEDED',
      category: 'usage',
      message: `The texts of ${name} could not be read to the end, so they do not tell which outcomes face each other. Nothing was approved.`,
      suggestions: [
        `crosstape pairs approve ${name} --polarity same`,
        `crosstape pairs approve ${name} --polarity inverted`,
      ],
    })
  }
  if (asked === null || asked === judgement.polarity) return judgement.polarity
  throw new ToolkitError({
    code: 'POLARITY_WRONG',
    category: 'denied',
    message: `Not approved: the texts of ${name} say ${judgement.polarity}, and ${asked} was asked for.`,
    facts: { polarity: judgement.polarity },
  })
}

/** Journals what a person has said of exactly these texts. */
export async function approvePair(
  trading: Pick<Trading, 'ledger' | 'runtime'>,
  { markets, hash }: ReadPair,
  consent: { readonly polarity: Polarity; readonly by: string },
): Promise<ApprovedPair> {
  const approvedAt = isoTime(trading.runtime.clock.nowMs())
  const pair: ApprovedPair = { markets: [markets[0].id, markets[1].id], hash, approvedAt, ...consent }
  await trading.ledger.append({ type: 'pair.approved', pair })
  return pair
}

export async function rejectPair(
  trading: Pick<Trading, 'ledger' | 'runtime'>,
  markets: PairedIds,
  words: { readonly by: string; readonly reason: string },
): Promise<RejectedPair> {
  const pair: RejectedPair = { markets, rejectedAt: isoTime(trading.runtime.clock.nowMs()), ...words }
  const event: JournalEvent = { type: 'pair.rejected', pair }
  await trading.ledger.append(event)
  return pair
}
