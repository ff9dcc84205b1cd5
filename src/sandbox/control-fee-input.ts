import { formatAmount, parseMoney, parseRate } from '../domain/amounts.ts'
import type { MarketId } from '../domain/market.ts'
import type { Command } from './commands.ts'
import type { FeeDesk } from './fee-changes.ts'
import type { AccountId, KalshiFeeType } from './model.ts'
import { isTime } from './times.ts'

type Members = Readonly<Record<string, unknown>>

/** A body of `POST /fees` as a command, or what is wrong with it. */
export type FeeInput =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'wrong'; readonly message: string }

const feeTypes: readonly KalshiFeeType[] = [
  'quadratic',
  'quadratic_with_maker_fees',
  'quadratic_with_combo_maker_fees',
  'flat',
]

/**
 * One of four: `{series|event, type, multiplier, afterMs?, secret?}` changes what is charged, `{waive: market, forMs}`
 * waives the trade fee of a market,
 * `{market, rate}` sets what takers pay in one of Polymarket's, `{balanceStep: "0.01"}` rounds the account as a broker's.
 * @throws AmountError when an amount is not one.
 */
export function readFeeInput(body: Members, account: AccountId, nowMs: number): FeeInput {
  if (typeof body.balanceStep === 'string') {
    return command({ kind: 'set_balance_step', account, step: parseMoney(body.balanceStep) })
  }
  if (typeof body.waive === 'string') return readWaiver(body.waive, body.forMs, nowMs)
  if (typeof body.market === 'string') return readRate(body.market, body.rate)
  const scope = typeof body.series === 'string' ? 'series' : 'event'
  const ticker = body[scope]
  if (typeof ticker !== 'string') return wrong('name series, event, market, waive or balanceStep')
  const type = feeTypes.find((known) => known === body.type) ?? null
  if (type === null && body.type !== undefined) return wrong(`type must be one of ${feeTypes.join(', ')}`)
  const { multiplier, afterMs = 0, secret = false } = body
  if (multiplier !== undefined && typeof multiplier !== 'string')
    return wrong('multiplier must be a decimal in a string')
  if (typeof afterMs !== 'number' || !isTime(nowMs + afterMs)) return wrong('afterMs must be whole milliseconds')
  if (typeof secret !== 'boolean') return wrong('secret must be true or false')
  return command({
    kind: 'set_fees',
    change: {
      scope,
      ticker,
      type,
      multiplier: multiplier === undefined ? null : parseRate(multiplier),
      atMs: nowMs + afterMs,
      secret,
    },
  })
}

function readRate(market: string, rate: unknown): FeeInput {
  if (!market.startsWith('polymarket:')) return wrong('market must be one of Polymarket, such as polymarket:SLUG')
  if (typeof rate !== 'string') return wrong('rate must be a decimal in a string')
  const id: MarketId = `polymarket:${market.slice('polymarket:'.length)}`
  return command({ kind: 'set_market_rate', market: id, rate: parseRate(rate) })
}

function readWaiver(market: string, forMs: unknown, nowMs: number): FeeInput {
  if (!market.startsWith('kalshi:')) return wrong('waive must be a market such as kalshi:TICKER')
  if (typeof forMs !== 'number' || !isTime(nowMs + forMs)) return wrong('forMs must be whole milliseconds')
  const id: MarketId = `kalshi:${market.slice('kalshi:'.length)}`
  return command({ kind: 'set_fee_waiver', market: id, untilMs: nowMs + forMs })
}

function command(made: Command): FeeInput {
  return { kind: 'command', command: made }
}

function wrong(message: string): FeeInput {
  return { kind: 'wrong', message }
}

/** What was changed, secrets included: the control interface shows the exchange's own truth. */
export function renderFees({ changes, waivers, rates = {}, balanceSteps }: FeeDesk): Members {
  return {
    changes: changes.map((change) => ({
      ...change,
      multiplier: change.multiplier === null ? null : formatAmount(change.multiplier),
    })),
    waivers,
    rates: Object.fromEntries(Object.entries(rates).map(([id, rate]) => [id, formatAmount(rate)])),
    balanceSteps: Object.fromEntries(Object.entries(balanceSteps).map(([id, step]) => [id, formatAmount(step)])),
  }
}
