import { type Price, parseQuantity, parseRate } from '../../domain/amounts.ts'
import { marketId } from '../../domain/market.ts'
import type { LiquiditySpec, SandboxEvent, SandboxMarket } from '../model.ts'
import type { PolymarketDetails } from '../polymarket/details.ts'
import type { FeeCategory, MarketDraft, PolymarketEventDraft } from './draft.ts'
import { polymarketLadder } from './grids.ts'
import { identitiesOf, negRiskMarketId } from './identities.ts'

const STEP = parseQuantity('0.01')
const MINIMUM = parseQuantity('5')

/** Taker rates by category. Source: polymarket.md §9.2, as of 2026-09-30. */
const RATES: Readonly<Record<FeeCategory, string>> = {
  crypto: '0.07',
  sports: '0.05',
  finance: '0.04',
  politics: '0.04',
  tech: '0.04',
  economics: '0.05',
  culture: '0.05',
  weather: '0.05',
  other: '0.05',
  geopolitics: '0',
}

export interface PolymarketMaking {
  readonly seed: string
  readonly createdMs: number
  readonly yesPayout: Price
  readonly liquidity: LiquiditySpec
  /** Place in the catalogue, for Gamma's numeric id. */
  readonly position: number
}

/** The market of a draft. Texts and ids are made when they are read: most commands need neither. */
export function polymarketMarket(
  event: PolymarketEventDraft,
  draft: MarketDraft,
  made: PolymarketMaking,
): SandboxMarket {
  const { paused, ...times } = draft.life ?? event.life
  const [yesLabel, noLabel] = draft.outcomes ?? ['Yes', 'No']
  let lazyDetails: PolymarketDetails | null = null
  return {
    id: marketId('polymarket', draft.key),
    venue: 'polymarket',
    symbol: draft.key,
    eventId: event.slug,
    title: draft.title,
    yesLabel,
    noLabel,
    category: event.category,
    get rules() {
      return event.rules(draft)
    },
    ladder: polymarketLadder(event.tick),
    minimumQuantity: MINIMUM,
    quantityStep: STEP,
    fees: { kind: 'polymarket', rate: parseRate(RATES[event.fees]), exponent: 1 },
    schedule: { createdMs: made.createdMs, ...times, yesPayout: made.yesPayout, paused },
    liquidity: made.liquidity,
    pool: 'pusd',
    get details() {
      lazyDetails ??= details(event, draft, made)
      return lazyDetails
    },
  }
}

function details(event: PolymarketEventDraft, draft: MarketDraft, made: PolymarketMaking): PolymarketDetails {
  const protocol = event.protocol ?? 'v1'
  const version = protocol === 'v2' ? 'v2' : 'v1'
  const ids = identitiesOf({
    seed: made.seed,
    slug: draft.key,
    version,
    negRisk: event.negRisk,
    position: made.position,
  })
  return {
    venue: 'polymarket',
    gammaId: String(GAMMA_MARKET_BASE + made.position),
    version,
    conditionId: ids.conditionId,
    questionId: ids.questionId,
    // Both id fields may be present; only the one that the version names has a book.
    clobTokenIds: version === 'v1' || event.negRisk ? ids.clobTokenIds : null,
    positionIds: protocol === 'v1' ? null : ids.positionIds,
    negRisk: event.negRisk,
    negRiskMarketId: event.negRisk ? negRiskMarketId(made.seed, event.slug) : null,
    tickSize: event.tick,
    secondsDelay: event.game?.secondsDelay ?? 0,
    resolutionSource: event.sources[0]?.url ?? '',
    gameStartMs: event.game?.startMs ?? null,
    feeType: event.fees === 'geopolitics' ? null : `${event.fees}_fees_v2`,
    groupItemTitle: draft.label === '' ? null : draft.label,
    endMs: event.endMs,
    tags: event.tags,
    sportsMarketType: draft.sports?.type ?? null,
    line: draft.sports?.line ?? null,
  }
}

const GAMMA_MARKET_BASE = 5_400_000
const GAMMA_EVENT_BASE = 610_000

export function polymarketEvent(event: PolymarketEventDraft, position: number, seed: string): SandboxEvent {
  return {
    venue: 'polymarket',
    id: event.slug,
    title: event.title,
    subtitle: '',
    category: event.category,
    mutuallyExclusive: event.negRisk,
    markets: event.markets.map((draft) => draft.key),
    series: null,
    sources: event.sources,
    gammaId: String(GAMMA_EVENT_BASE + position),
    negRiskMarketId: event.negRisk ? negRiskMarketId(seed, event.slug) : null,
    strikeMs: event.endMs,
  }
}
