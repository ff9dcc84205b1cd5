import { parsePrice, parseQuantity, parseRate } from '../../../src/domain/amounts.ts'
import { marketId, type VenueId } from '../../../src/domain/market.ts'
import { type TickLadder, uniformLadder } from '../../../src/domain/tick-ladder.ts'
import type {
  Catalogue,
  SandboxEvent,
  SandboxFees,
  SandboxMarket,
  SandboxSeries,
  Schedule,
} from '../../../src/sandbox/model.ts'

export const originMs = Date.UTC(2026, 10, 20)
const hour = 3_600_000

const alwaysOpen: Schedule = {
  createdMs: originMs - 24 * hour,
  openMs: originMs - hour,
  closeMs: originMs + 1_000 * hour,
  determineMs: null,
  settleMs: null,
  yesPayout: null,
  paused: false,
}

export interface MarketSketch {
  readonly venue: VenueId
  readonly symbol: string
  readonly ladder?: TickLadder
  readonly fees?: SandboxFees
  readonly schedule?: Partial<Schedule>
  readonly pool?: string
  readonly levels?: number
  readonly mid?: string
}

/** A market whose book starts empty unless `levels` says otherwise. */
export function sketchMarket(sketch: MarketSketch): SandboxMarket {
  const { venue, symbol } = sketch
  const pool = sketch.pool ?? (venue === 'kalshi' ? '0' : 'pusd')
  return {
    id: marketId(venue, symbol),
    venue,
    symbol,
    eventId: `${symbol}-EVENT`,
    title: `Will ${symbol} happen?`,
    yesLabel: 'Yes',
    noLabel: 'No',
    category: 'Science',
    rules: `If ${symbol} happens, this market resolves to Yes.`,
    ladder: sketch.ladder ?? uniformLadder(parsePrice('0.01')),
    minimumQuantity: venue === 'kalshi' ? null : parseQuantity('5'),
    quantityStep: parseQuantity('0.01'),
    fees:
      sketch.fees ??
      (venue === 'kalshi'
        ? { kind: 'kalshi', type: 'quadratic', multiplier: parseRate('1') }
        : { kind: 'polymarket', rate: parseRate('0.04'), exponent: 1 }),
    schedule: { ...alwaysOpen, ...sketch.schedule },
    liquidity: {
      mid: parsePrice(sketch.mid ?? '0.5'),
      spread: parsePrice('0.02'),
      levels: sketch.levels ?? 0,
      size: parseQuantity('50'),
    },
    pool,
    details:
      venue === 'kalshi'
        ? {
            venue,
            seriesTicker: 'KXTEST',
            exchangeIndex: Number(pool),
            marketType: 'binary',
            priceLevelStructure: 'linear_cent',
            rulesSecondary: '',
            earlyCloseCondition: null,
            expectedExpirationMs: alwaysOpen.closeMs,
            latestExpirationMs: alwaysOpen.closeMs,
            occurrenceMs: null,
            settlementTimerSeconds: 60,
            strikeType: null,
            strike: {},
            collectionTicker: null,
            selectedLegs: [],
          }
        : {
            venue,
            gammaId: '1',
            version: 'v1',
            conditionId: `0x${'1'.repeat(64)}`,
            questionId: `0x${'2'.repeat(64)}`,
            clobTokenIds: ['101', '102'],
            positionIds: null,
            negRisk: false,
            negRiskMarketId: null,
            tickSize: '0.01',
            secondsDelay: 0,
            resolutionSource: '',
            gameStartMs: null,
            feeType: null,
            groupItemTitle: null,
            endMs: originMs + 1_000 * hour,
            tags: [],
            sportsMarketType: null,
            line: null,
          },
  }
}

export function smallCatalogue(sketches: readonly MarketSketch[]): Catalogue {
  const markets = new Map(sketches.map((sketch) => [marketId(sketch.venue, sketch.symbol), sketchMarket(sketch)]))
  const of = (venue: VenueId): readonly SandboxMarket[] => [...markets.values()].filter((m) => m.venue === venue)
  const eventOf = (market: SandboxMarket): SandboxEvent => ({
    venue: market.venue,
    id: market.eventId,
    title: market.title,
    subtitle: '',
    category: market.category,
    mutuallyExclusive: false,
    markets: [market.symbol],
    series: 'KXTEST',
    sources: [{ name: 'Test source', url: 'https://example.org/' }],
    gammaId: market.venue === 'kalshi' ? null : '9',
    negRiskMarketId: null,
    strikeMs: null,
  })
  const series: SandboxSeries = {
    ticker: 'KXTEST',
    title: 'Tests',
    category: 'Science',
    tags: [],
    frequency: 'daily',
    feeType: 'quadratic',
    feeMultiplier: parseRate('1'),
    sources: [],
    exchangeIndex: 0,
  }
  return {
    originMs,
    find: (venue, symbol) => markets.get(marketId(venue, symbol)) ?? null,
    list: of,
    findEvent: (venue, id) =>
      of(venue)
        .map(eventOf)
        .find((event) => event.id === id) ?? null,
    listEvents: (venue) => of(venue).map(eventOf),
    findSeries: (ticker) => (ticker === series.ticker ? series : null),
    listSeries: () => [series],
  }
}
