import { Flags } from '@oclif/core'
import { AmountError, type Price, parsePrice, parseQuantity, type Quantity } from '../../domain/amounts.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { type MarketId, marketId, parseMarketId, venueIds } from '../../domain/market.ts'
import { timesInForce } from '../../domain/order.ts'
import type { AmendWish } from '../../engine/amend/plan-amend.ts'
import type { OrderDraft } from '../../engine/place/plan-order.ts'
import { type Clock, systemClock } from '../../runtime/clock.ts'
import { usageError } from '../usage-error.ts'
import { parseExpiry } from './durations.ts'

/** The flags that describe one order. */
export const orderFlags = {
  market: Flags.string({
    required: true,
    helpValue: 'VENUE:SYMBOL',
    description: 'market, such as kalshi:TICKER or polymarket:SLUG-OR-CONDITION-ID',
  }),
  outcome: Flags.option({ options: ['yes', 'no'] as const })({ required: true, description: 'outcome to trade' }),
  side: Flags.option({ options: ['buy', 'sell'] as const })({ required: true, description: 'buy or sell' }),
  quantity: Flags.string({ required: true, helpValue: 'CONTRACTS', description: 'number of contracts' }),
  price: Flags.string({
    required: true,
    helpValue: 'DOLLARS',
    description: 'limit in dollars per contract of the outcome, such as 0.45',
  }),
  tif: Flags.option({ options: timesInForce })({
    default: 'ioc',
    description: 'time in force: ioc and fok do not rest, gtc rests, gtd rests until --expires',
  }),
  expires: Flags.string({ helpValue: 'TIME', description: 'end of a gtd order: RFC 3339, or +10m from now' }),
  'post-only': Flags.boolean({ default: false, description: 'never take: refused if it would fill at once' }),
  'reduce-only': Flags.boolean({ default: false, description: 'never open or grow a position' }),
  'allow-duplicate': Flags.boolean({ default: false, description: 'send it although the same order was just sent' }),
}

export interface ParsedOrderFlags {
  readonly market: string
  readonly outcome: OrderDraft['outcome']
  readonly side: OrderDraft['side']
  readonly quantity: string
  readonly price: string
  readonly tif: OrderDraft['timeInForce']
  readonly expires: string | undefined
  readonly 'post-only': boolean
  readonly 'reduce-only': boolean
  readonly 'allow-duplicate': boolean
}

/**
 * The order that the flags describe. Whether it is a good one is the safeguards' business.
 * @throws ToolkitError (usage) naming the flag that cannot be read.
 */
export function orderDraft(flags: ParsedOrderFlags, clock: Clock = systemClock): OrderDraft {
  return {
    market: parseMarketFlag(flags.market, '--market'),
    outcome: flags.outcome,
    side: flags.side,
    quantity: parseQuantityFlag(flags.quantity, '--quantity'),
    price: parsePriceFlag(flags.price, '--price'),
    timeInForce: flags.tif,
    expiresAt: expiryOf(flags, clock.nowMs()),
    postOnly: flags['post-only'],
    reduceOnly: flags['reduce-only'],
    allowDuplicate: flags['allow-duplicate'],
  }
}

/** @throws ToolkitError (usage) that names where the text came from. */
export function parseMarketFlag(text: string, flag: string): MarketId {
  const parsed = parseMarketId(text)
  if (parsed !== null) return marketId(parsed.venue, parsed.symbol)
  const [venue] = venueIds
  throw new ToolkitError({
    code: 'BAD_MARKET',
    category: 'usage',
    message: `${flag} ${JSON.stringify(text)} does not name a market. A market is written VENUE:SYMBOL, where the venue is ${venueIds.join(' or ')}. Nothing was sent.`,
    suggestions: [`crosstape markets list --venue ${venue} --search WORDS`],
  })
}

function parsePriceFlag(text: string, flag: string): Price {
  return readAmount(flag, 'BAD_PRICE', () => parsePrice(text))
}

function parseQuantityFlag(text: string, flag: string): Quantity {
  return readAmount(flag, 'BAD_QUANTITY', () => {
    const quantity = parseQuantity(text)
    if (quantity === 0n) throw new AmountError({ kind: 'out_of_range', text, range: 'more than zero' })
    return quantity
  })
}

function readAmount<T>(flag: string, code: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof AmountError)) throw error
    throw new ToolkitError({ code, category: 'usage', message: `${flag}: ${error.message}. Nothing was sent.` })
  }
}

function expiryOf(flags: ParsedOrderFlags, nowMs: number): string | null {
  const { expires, tif } = flags
  if (expires !== undefined && tif === 'gtd') return parseExpiry(expires, '--expires', nowMs)
  if (expires === undefined && tif !== 'gtd') return null
  throw new ToolkitError({
    code: 'EXPIRY_MISMATCH',
    category: 'usage',
    message:
      expires === undefined
        ? '--tif gtd needs --expires. Nothing was sent.'
        : `--expires goes with --tif gtd only, and this order is ${tif}. Nothing was sent.`,
  })
}

export interface ParsedAmendFlags {
  readonly price: string | undefined
  readonly quantity: string | undefined
  readonly 'reduce-by': string | undefined
}

/**
 * The change that the flags describe.
 * @throws ToolkitError (usage) when they describe none, or one of them cannot be read.
 */
export function amendWish(flags: ParsedAmendFlags): AmendWish {
  const { price, quantity, 'reduce-by': by } = flags
  if (by !== undefined) return { kind: 'reduce', by: parseQuantityFlag(by, '--reduce-by') }
  if (price === undefined && quantity === undefined) {
    throw usageError('Say what is to change: --price, --quantity or --reduce-by.')
  }
  return {
    kind: 'terms',
    price: price === undefined ? null : parsePriceFlag(price, '--price'),
    quantity: quantity === undefined ? null : parseQuantityFlag(quantity, '--quantity'),
  }
}
