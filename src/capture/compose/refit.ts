import {
  averagePrice,
  cost,
  divideRounded,
  formatAmountFixed,
  type Money,
  type Price,
  type Quantity,
  SCALE,
} from '../../domain/amounts.ts'
import type { VenueId } from '../../domain/market.ts'
import type { ExchangeEntry } from '../format/exchange.ts'
import type { OrderTerms } from './fact.ts'
import { JsonView } from './json-view.ts'
import { rewriteEntry, rewriteLeaves } from './rewrite.ts'
import { cannotCompose } from './scene.ts'

/** What one execution is charged, in dollars. Null when nobody knows the schedule. */
export type FeeOf = (fill: {
  readonly venue: VenueId
  readonly market: string
  readonly side: 'buy' | 'sell'
  readonly price: Price
  readonly quantity: Quantity
  readonly isTaker: boolean
}) => Money | null

/** An order whose recorded answers are to tell of another size or price. */
export interface OrderChange {
  readonly venue: VenueId
  readonly orderId: string
  readonly from: OrderTerms
  readonly to: OrderTerms
  readonly feeOf: FeeOf
}

/**
 * The entry with everything that it says about an order told of the order's new terms: executions take the same share of
 * it, at prices moved as the limit was, and fees follow the schedule.
 * @throws ToolkitError SCENE_NOT_COMPOSABLE when a share is no whole step of the venue, or a fee cannot be known.
 */
export function refitEntry(entry: ExchangeEntry, change: OrderChange): ExchangeEntry {
  const { from, to } = change
  const isSame = from.quantity === to.quantity && from.price === to.price
  if (isSame || entry._venue !== change.venue) return entry
  return rewriteEntry(entry, { responseText: (text) => refitText(text, change) })
}

interface Row {
  readonly path: string
  readonly view: JsonView
  /** The part of the row whose prices are of the other outcome. */
  readonly isOtherSide: boolean
}

function refitText(text: string, change: OrderChange): string {
  const rows = rowsAbout(JsonView.of(text, ''), change)
  if (rows.length === 0) return text
  return rewriteLeaves(text, ({ path, name, raw }) => {
    const at = `.${path.join('.')}`
    const row = rows.findLast((one) => at.startsWith(`${one.path}.`))
    if (row === undefined || raw === 'null' || raw === '""') return null
    const refitted = refitMember(name, row, change)
    return refitted === null ? null : raw.startsWith('"') ? JSON.stringify(refitted) : refitted
  })
}

/** Objects that name the order, at any depth; of a Polymarket trade also the orders that it met. */
function rowsAbout(view: JsonView, change: OrderChange): readonly Row[] {
  const names = ['order_id', 'orderID', 'taker_order_id', 'id']
  if (names.some((name) => view.get(name).text() === change.orderId)) {
    const asset = view.get('asset_id').text()
    const makers = view.get('maker_orders').items()
    const met = makers.map((maker) => ({
      path: maker.path,
      view: maker,
      isOtherSide: maker.get('asset_id').text() !== asset,
    }))
    return [{ path: view.path, view, isOtherSide: false }, ...met]
  }
  const inside = [...view.items(), ...view.keys().map((name) => view.get(name))]
  return inside.flatMap((member) => (member.keys().length > 0 ? rowsAbout(member, change) : []))
}

const sizes =
  /^(?:count|count_fp|fill_count|fill_count_fp|remaining_count|remaining_count_fp|initial_count_fp|reduced_by|size|original_size|size_matched|matched_amount)$/
const prices = /^(?:yes_price_dollars|average_fill_price|price)$/

function refitMember(name: string, row: Row, change: OrderChange): string | null {
  const { view } = row
  const value = view.get(name)
  const moved = change.to.price - change.from.price
  if (sizes.test(name)) return contracts(scaled(value.quantity() ?? 0n, change, name), value, change)
  const price = value.price()
  if (prices.test(name) && price !== null && price > 0n)
    return decimals(price + (row.isOtherSide ? -moved : moved), value, change)
  if (name === 'no_price_dollars' && price !== null) return decimals(price - moved, value, change)
  if (name === 'makingAmount' || name === 'takingAmount') return refitAmount(name, view, change)
  return refitMoney(name, view, change)
}

/** Both amounts of a Polymarket answer are decimal: shares keep their part of the order, dollars follow the price. */
function refitAmount(name: string, view: JsonView, change: OrderChange): string | null {
  const buys = change.to.side === 'buy'
  const sharesName = buys ? 'takingAmount' : 'makingAmount'
  const shares = view.get(sharesName).quantity()
  const dollars = view.get(buys ? 'makingAmount' : 'takingAmount').money()
  if (shares === null || dollars === null || shares === 0n) return null
  const filled = scaled(shares, change, sharesName) as Quantity
  if (name === sharesName) return decimals(filled, view.get(name), change)
  const average = averagePrice(dollars, shares, 'down')
  if (average === null) return null
  const price = (average + change.to.price - change.from.price) as Price
  return decimals(cost(price, filled, 'down'), view.get(name), change)
}

/** Costs and fees of a Kalshi order or fill. */
function refitMoney(name: string, view: JsonView, change: OrderChange): string | null {
  const value = view.get(name)
  const was = value.money()
  if (was === null || was === 0n) return null
  const count =
    view.get('count_fp').quantity() ?? view.get('fill_count_fp').quantity() ?? view.get('fill_count').quantity()
  if (count === null || count === 0n) return null
  const quantity = scaled(count, change, name) as Quantity
  const moved = change.to.price - change.from.price
  if (/^(?:taker|maker)_fill_cost_dollars$/.test(name)) {
    const own = change.to.side === 'buy' ? moved : -moved
    return decimals(scaled(was, change, name) + divideRounded(own * quantity, SCALE, 'up'), value, change)
  }
  if (!/^(?:fee_cost|average_fee_paid|taker_fees_dollars|maker_fees_dollars)$/.test(name)) return null
  const average = view.get('yes_price_dollars').price() ?? view.get('average_fill_price').price() ?? change.from.price
  const isTaker = name !== 'maker_fees_dollars' && !view.get('is_taker').isFalse()
  const { venue, to } = change
  const fee = change.feeOf({
    venue,
    market: to.market,
    side: to.side,
    price: (average + moved) as Price,
    quantity,
    isTaker,
  })
  if (fee === null) throw cannotCompose(`the fee of ${change.orderId} at its new size cannot be known (${value.path})`)
  return decimals(name === 'average_fee_paid' ? (fee * SCALE) / quantity : fee, value, change)
}

/** The same share of the order's new quantity. */
function scaled(amount: bigint, { from, to, orderId }: OrderChange, name: string): bigint {
  const numerator = amount * to.quantity
  if (numerator % from.quantity !== 0n) {
    throw cannotCompose(`${name} of order ${orderId} has no exact counterpart when its size changes`)
  }
  return numerator / from.quantity
}

/** With at least as many decimals as the venue wrote. */
function decimals(amount: bigint, written: JsonView, { venue }: OrderChange): string {
  if (amount < 0n) throw cannotCompose(`${written.path.slice(1)} would be negative`)
  const places = venue === 'polymarket' ? 0 : (written.text()?.split('.')[1]?.length ?? 0)
  return formatAmountFixed(amount as Money, places)
}

/** A number of contracts, which a venue writes with fixed decimals: there is nothing between its steps. */
function contracts(amount: bigint, written: JsonView, change: OrderChange): string {
  const places = written.text()?.split('.')[1]?.length ?? 0
  const text = decimals(amount, written, change)
  if (change.venue === 'polymarket' || (text.split('.')[1]?.length ?? 0) === places) return text
  throw cannotCompose(`${written.path.slice(1)} would be ${text}, which the venue has no such part of a contract for`)
}
