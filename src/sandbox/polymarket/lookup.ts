import type { Outcome } from '../../domain/market.ts'
import { parseMarketId } from '../../domain/market.ts'
import type { SandboxHost } from '../face.ts'
import type { SandboxMarket } from '../model.ts'
import type { Lookup, PolymarketView } from './context.ts'
import type { PolymarketDetails } from './details.ts'

/** Finds markets by slug, condition id and token, through the catalogue's short cuts where it has them. */
export function createLookup(host: SandboxHost): Lookup {
  const { catalogue, exchange } = host
  const view = (market: SandboxMarket | null | undefined): PolymarketView | null => {
    const current = market ? exchange.market(market.id) : null
    const details = current?.market.details
    if (current === null || details?.venue !== 'polymarket') return null
    const tickSize = host.polymarket.ticks.get(current.market.id) ?? details.tickSize
    return { view: current, market: current.market, details: { ...details, tickSize } }
  }
  return {
    bySlug: (slug) => (parseMarketId(`polymarket:${slug}`) === null ? null : view(catalogue.find('polymarket', slug))),
    byCondition: (conditionId) => view(catalogue.findCondition(conditionId)),
    byAsset: (assetId) => {
      const found = view(catalogue.findAsset(assetId))
      const outcome = found === null ? null : outcomeOf(found.details, assetId)
      return found === null || outcome === null ? null : { ...found, outcome }
    },
    all: () => catalogue.list('polymarket').flatMap((market) => view(market) ?? []),
  }
}

function outcomeOf(details: PolymarketDetails, assetId: string): Outcome | null {
  for (const ids of [details.clobTokenIds, details.positionIds]) {
    if (ids?.[0] === assetId) return 'yes'
    if (ids?.[1] === assetId) return 'no'
  }
  return null
}

/** The ids that have a book: the ones that the market's version names, YES first. Null where it has none. */
export function tradedIds(details: PolymarketDetails): readonly [string, string] | null {
  return details.version === 'v2' ? details.positionIds : details.clobTokenIds
}

export function assetOf(details: PolymarketDetails, outcome: Outcome): string {
  const ids = tradedIds(details)
  return ids === null ? '' : outcome === 'yes' ? ids[0] : ids[1]
}
