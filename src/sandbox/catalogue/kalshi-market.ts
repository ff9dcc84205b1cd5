import { type Price, parseQuantity, parseRate } from '../../domain/amounts.ts'
import { marketId } from '../../domain/market.ts'
import type { KalshiDetails, LiquiditySpec, SandboxEvent, SandboxFees, SandboxMarket, SandboxSeries } from '../model.ts'
import type { KalshiEventDraft, MarketDraft, Strike } from './draft.ts'
import { kalshiLadder } from './grids.ts'

const STEP = parseQuantity('0.01')
const DAY_MS = 86_400_000

/** A Kalshi ticker: the event's, and what the market adds. */
export function tickerOf(event: KalshiEventDraft, draft: MarketDraft): string {
  return draft.key === '' ? event.ticker : `${event.ticker}-${draft.key}`
}

function kalshiFees(event: KalshiEventDraft): SandboxFees & { kind: 'kalshi' } {
  return { kind: 'kalshi', type: event.feeType ?? 'quadratic', multiplier: parseRate(event.feeMultiplier ?? '1') }
}

/** The market of a draft. Texts are made when they are read: most commands never do. */
export function kalshiMarket(
  event: KalshiEventDraft,
  draft: MarketDraft,
  made: { readonly createdMs: number; readonly yesPayout: Price; readonly liquidity: LiquiditySpec },
): SandboxMarket {
  const symbol = tickerOf(event, draft)
  const { paused, ...times } = draft.life ?? event.life
  const shard = event.shard ?? 0
  return {
    id: marketId('kalshi', symbol),
    venue: 'kalshi',
    symbol,
    eventId: event.ticker,
    title: draft.title,
    yesLabel: draft.label,
    noLabel: draft.label,
    category: event.category,
    get rules() {
      return event.scalarPayout === undefined
        ? `If ${draft.claim}, then the market resolves to Yes.`
        : `This market is scalar: ${draft.claim}.`
    },
    ladder: kalshiLadder(event.grid),
    minimumQuantity: null,
    quantityStep: STEP,
    fees: kalshiFees(event),
    schedule: { createdMs: made.createdMs, ...times, yesPayout: made.yesPayout, paused },
    liquidity: made.liquidity,
    pool: String(shard),
    details: details(event, draft, shard),
  }
}

function details(event: KalshiEventDraft, draft: MarketDraft, shard: number): KalshiDetails {
  const life = draft.life ?? event.life
  return {
    venue: 'kalshi',
    seriesTicker: event.series.ticker,
    exchangeIndex: shard,
    marketType: event.scalarPayout === undefined ? 'binary' : 'scalar',
    priceLevelStructure: event.grid,
    rulesSecondary: event.secondary,
    earlyCloseCondition:
      event.category === 'Sports' ? 'This market closes and expires once the result is official.' : null,
    expectedExpirationMs: life.determineMs,
    latestExpirationMs: life.determineMs + 14 * DAY_MS,
    occurrenceMs: life.closeMs,
    settlementTimerSeconds: Math.round((life.settleMs - life.determineMs) / 1000),
    strikeType: draft.strike?.type ?? null,
    strike: draft.strike === undefined ? {} : strikeFields(draft.strike),
    collectionTicker: event.collection ?? null,
    selectedLegs: draft.legs ?? [],
  }
}

function strikeFields(strike: Strike): KalshiDetails['strike'] {
  switch (strike.type) {
    case 'greater':
    case 'greater_or_equal':
      return { floor_strike: Number(strike.floor) }
    case 'less':
    case 'less_or_equal':
      return { cap_strike: Number(strike.cap) }
    case 'between':
      return { floor_strike: Number(strike.floor), cap_strike: Number(strike.cap) }
    case 'custom':
    case 'structured':
      return { custom_strike: strike.custom }
  }
}

export function kalshiEvent(event: KalshiEventDraft): SandboxEvent {
  return {
    venue: 'kalshi',
    id: event.ticker,
    title: event.title,
    subtitle: event.subTitle,
    category: event.category,
    mutuallyExclusive: event.exclusive,
    markets: event.markets.map((draft) => tickerOf(event, draft)),
    series: event.series.ticker,
    sources: event.sources,
    gammaId: null,
    negRiskMarketId: null,
    strikeMs: event.life.closeMs,
  }
}

export function kalshiSeries(event: KalshiEventDraft): SandboxSeries {
  const { type, multiplier } = kalshiFees(event)
  return {
    ticker: event.series.ticker,
    title: event.series.title,
    category: event.category,
    tags: [],
    frequency: event.series.frequency,
    feeType: type,
    feeMultiplier: multiplier,
    sources: event.sources,
    exchangeIndex: event.shard ?? 0,
  }
}
