import { parseMoney } from '../../domain/amounts.ts'
import { type MarketId, parseMarketId } from '../../domain/market.ts'
import type { SandboxHost } from '../face.ts'
import type { AccountId } from '../model.ts'
import { exchangeOf } from './funds.ts'
import type { ApprovedAsset } from './switches.ts'
import type { ExchangeName } from './typed-data.ts'

type Members = Readonly<Record<string, unknown>>

/** What is wrong with a request, for whoever made it. */
type Outcome = { readonly kind: 'done' } | { readonly kind: 'wrong'; readonly message: string }

const done: Outcome = { kind: 'done' }
const wrong = (message: string): Outcome => ({ kind: 'wrong', message })

const exchanges: readonly string[] = ['v2', 'v2NegRisk', 'v3'] satisfies ExchangeName[]
const modes: readonly string[] = ['open', 'cancel_only', 'disabled']

/** Each member of `POST /polymarket` does one thing; a member that is absent leaves its matter alone. */
const changes: Readonly<Record<string, (host: SandboxHost, account: AccountId, value: unknown) => Outcome>> = {
  /** `open`, `cancel_only` or `disabled`. */
  trading: ({ polymarket }, _account, value) => {
    if (value !== 'open' && value !== 'cancel_only' && value !== 'disabled')
      return wrong(`trading: ${modes.join(', ')}`)
    polymarket.trading = value
    return done
  },
  /** `true`: the matching engine restarts now. */
  restart: ({ polymarket, clock }, _account, value) => {
    if (value !== true) return wrong('restart must be true')
    polymarket.restartedMs = clock.nowMs()
    return done
  },
  balanceLagMs: ({ polymarket }, _account, value) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) return wrong('balanceLagMs: whole ms')
    polymarket.balanceLagMs = value
    return done
  },
  /** Dollars in the wallet. */
  cash: ({ exchange }, account, value) => {
    if (typeof value !== 'string') return wrong('cash must be dollars in a string')
    exchange.execute({ kind: 'set_cash', account, pool: 'pusd', amount: parseMoney(value) })
    return done
  },
  /** `{asset, exchange, amount}`: what an exchange may take, in dollars or shares; null for all. */
  approve: ({ polymarket }, _account, value) => {
    const { asset, exchange, amount } = membersOf(value)
    if (!isAsset(asset) || !isExchange(exchange))
      return wrong(`approve: asset collateral or conditional, exchange ${exchanges.join(', ')}`)
    if (amount !== null && typeof amount !== 'string') return wrong('approve: amount must be a decimal string or null')
    polymarket.approve(asset, exchange, amount === null ? null : parseMoney(amount))
    return done
  },
  /** `{market, size}`: a coarser tick than the market had. */
  tick: ({ polymarket }, _account, value) => {
    const { market, size } = membersOf(value)
    const id = typeof market === 'string' ? parseMarketId(market) : null
    if (id === null || typeof size !== 'string') return wrong('tick: market and size')
    polymarket.ticks.set(`${id.venue}:${id.symbol}` satisfies MarketId, size)
    return done
  },
  /** Slug of a neg-risk event that still gets outcomes. */
  augment: ({ polymarket }, _account, value) => {
    if (typeof value !== 'string') return wrong('augment must be the slug of an event')
    polymarket.augmentedEvents.add(value)
    return done
  },
}

/** Carries out `POST /polymarket` and drops the resting orders that nothing covers any more. */
export function changePolymarket(host: SandboxHost, account: AccountId, body: Members): Outcome {
  for (const [name, value] of Object.entries(body)) {
    // A name such as __proto__ is one that every object has.
    const change = Object.hasOwn(changes, name) ? changes[name] : undefined
    if (change === undefined) return wrong(`known: ${Object.keys(changes).join(', ')}`)
    const outcome = change(host, account, value)
    if (outcome.kind === 'wrong') return outcome
  }
  dropUncovered(host, account)
  return done
}

/** The venue looks at open orders again and again, and takes those off that the wallet no longer covers: newest first. */
function dropUncovered({ exchange, polymarket }: SandboxHost, account: AccountId): void {
  for (const order of exchange.orders(account)) {
    if (order.state !== 'resting') continue
    const details = exchange.market(order.market)?.market.details
    if (details?.venue !== 'polymarket') continue
    const asset = order.side === 'buy' ? 'collateral' : 'conditional'
    const allowance = polymarket.allowance(asset, exchangeOf({ details }))
    const short = order.side === 'buy' && exchange.available(account, 'pusd') < 0n
    if (short || allowance === 0n) exchange.execute({ kind: 'cancel', account, orderId: order.id, reason: 'uncovered' })
  }
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function isAsset(value: unknown): value is ApprovedAsset {
  return value === 'collateral' || value === 'conditional'
}

function isExchange(value: unknown): value is ExchangeName {
  return typeof value === 'string' && exchanges.includes(value)
}
