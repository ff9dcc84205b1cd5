import type { Price } from '../../domain/amounts.ts'
import { PAR, parseQuotedPrice } from '../../domain/amounts.ts'
import { seededRandom } from '../../runtime/random.ts'
import type { EventDraft, MarketDraft } from './draft.ts'

/**
 * What YES will pay. One draw decides all markets of a subject on both venues, so thresholds never contradict each other,
 * exclusive outcomes have one winner at most, and equivalent markets always pay alike.
 */
export function createOutcomes(seed: string): (event: EventDraft, draft: MarketDraft) => Price {
  const random = seededRandom(seed)
  const draws = new Map<string, number>()
  return (event, draft) => {
    if (event.venue === 'kalshi' && event.scalarPayout !== undefined) return parseQuotedPrice(event.scalarPayout)
    const draw = draws.get(event.draw) ?? random.fork(event.draw).below(10_000)
    draws.set(event.draw, draw)
    return draw >= draft.span[0] && draw < draft.span[1] ? PAR : (0n as Price)
  }
}
