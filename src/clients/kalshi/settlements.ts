import { addMoney, complement, cost, type Price, parseQuotedPrice } from '../../domain/amounts.ts'
import { VenueError } from '../../domain/errors.ts'
import { type Market, marketId } from '../../domain/market.ts'
import type { CallOptions, VenueSettlement } from '../../domain/venue.ts'
import type { KalshiApi } from './api.ts'
import { readWhole } from './pages.ts'
import { settlementsPage, type WireSettlement } from './wire.ts'

const MAX_PAGES = 20
/** Revenue is told in whole cents, so a payout that ends in less is off by up to one. */
const CENT = 10_000n

/** What Kalshi has credited for a market, which it lists once the money has moved. */
export async function getSettlement(
  api: KalshiApi,
  market: Market,
  options?: CallOptions,
): Promise<VenueSettlement | null> {
  const settlements = await readWhole<WireSettlement>(
    {
      maxPages: MAX_PAGES,
      idOf: (settlement) => settlement.ticker,
      read: async (cursor) => {
        const page = await api.read({
          endpoint: 'list_settlements',
          path: '/portfolio/settlements',
          query: { ticker: market.symbol, limit: 1000, cursor },
          schema: settlementsPage,
          isPrivate: true,
          options,
        })
        return { items: page.settlements, cursor: page.cursor }
      },
    },
    'settlements',
  )
  const found = settlements.find(({ ticker }) => ticker === market.symbol)
  return found === undefined ? null : settlementOf(found)
}

/** @throws VenueError of kind `undecodable` when what was credited is not what the result pays. */
export function settlementOf(settlement: WireSettlement): VenueSettlement | null {
  const yes = payoutOfYes(settlement)
  if (yes === null) return null
  const payout = { yes, no: complement(yes) }
  const paidFor = { yes: settlement.yes_count_fp, no: settlement.no_count_fp }
  const expected = addMoney(cost(payout.yes, paidFor.yes, 'down'), cost(payout.no, paidFor.no, 'down'))
  const off = expected - BigInt(settlement.revenue) * CENT
  if (off > CENT || off < -CENT) throw notWhatItPays(settlement)
  return { market: marketId('kalshi', settlement.ticker), payout, paidFor, time: settlement.settled_time }
}

/** `value` says it for every result; where it is missing, a plain result does. A scalar without a value is not known. */
function payoutOfYes({ value, market_result: result }: WireSettlement): Price | null {
  if (value !== null) return value >= 0 && value <= 100 ? priceOfCents(value) : null
  if (result === 'yes') return parseQuotedPrice('1')
  return result === 'no' ? parseQuotedPrice('0') : null
}

function priceOfCents(cents: number): Price {
  return parseQuotedPrice(cents === 100 ? '1' : `0.${String(cents).padStart(2, '0')}`)
}

function notWhatItPays({ ticker }: WireSettlement): VenueError {
  return new VenueError({
    kind: 'undecodable',
    sent: 'yes',
    code: 'SETTLEMENT_CONTRADICTS',
    message: `Kalshi's settlement of ${ticker} credits another amount than its result pays. Nothing was booked.`,
    facts: { market: ticker },
  })
}
