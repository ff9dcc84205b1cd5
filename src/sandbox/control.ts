import {
  AmountError,
  formatAmount,
  type Money,
  parseMoney,
  parsePrice,
  parseQuantity,
  parseQuotedPrice,
} from '../domain/amounts.ts'
import { ToolkitError } from '../domain/errors.ts'
import { type MarketId, parseMarketId, venueOf } from '../domain/market.ts'
import type { Level } from '../domain/order-book.ts'
import { isKalshiGrid, kalshiLadder } from './catalogue/grids.ts'
import { readFeeInput, renderFees } from './control-fee-input.ts'
import { renderAccounts, renderListing, renderMarketState } from './control-render.ts'
import type { Face, FaceReply, FaceRequest } from './face.ts'
import { parseFaultRule } from './fault-schema.ts'
import { type Host, kalshiAccount, polymarketAccount } from './host.ts'
import { renderInjection } from './inject/render.ts'
import { readWish } from './inject/wish.ts'
import { readEntry } from './listing/read-entry.ts'
import type { Grid, MarketTexts, Schedule } from './model.ts'
import { changePolymarket } from './polymarket/control-polymarket.ts'
import { CLOCK_MAX_MS, isDuration, isTime } from './times.ts'

/** Where the control interface lives on Kalshi's listener. */
export const controlPrefix = '/_sandbox'

export interface ControlOptions {
  /** The host in charge now: a reset puts a new one in place. */
  readonly host: () => Host
  readonly reset: () => void
  readonly instance: string
}

type Members = Readonly<Record<string, unknown>>
type Answer = (options: ControlOptions, body: Members, request: FaceRequest) => Promise<FaceReply> | FaceReply

/** Thrown by the readers below and answered as 400. */
class BadInput extends Error {
  override readonly name = 'BadInput'
}

const answers: Readonly<Record<string, Answer>> = {
  'GET /health': ({ instance, host }) => ok({ ok: true, instance, pid: process.pid, nowMs: host().clock.nowMs() }),
  'GET /state': ({ host }) => ok(stateOf(host())),
  'GET /accounts': ({ host }) => {
    host().core.advanceTo(host().clock.nowMs())
    return ok({ accounts: renderAccounts(host().core) })
  },
  'GET /markets': ({ host }, _body, request) => {
    const id = readMarket(request.query.get('market'))
    return ok(renderMarketState(host(), id))
  },
  'POST /reset': ({ reset }) => {
    reset()
    return ok({ ok: true })
  },
  'POST /clock': ({ host }, body) => {
    const { advanceMs } = body
    if (!isDuration(advanceMs)) {
      throw new BadInput('advanceMs must be a whole number of milliseconds, zero or more: time does not go back')
    }
    if (host().clock.nowMs() + advanceMs > CLOCK_MAX_MS) throw new BadInput('the clock ends with the year 9999')
    host().advanceClock(advanceMs)
    return ok({ nowMs: host().clock.nowMs() })
  },
  'POST /books': ({ host }, body) => {
    const market = readMarket(body.market)
    host().exchange.execute({ kind: 'set_book', market, bids: readLevels(body.bids), asks: readLevels(body.asks) })
    return ok(renderMarketState(host(), market))
  },
  'POST /markets': ({ host }, body) => {
    const market = readMarket(body.market)
    const grid = readGrid(market, body.priceLevelStructure)
    const texts = readTexts(body)
    // A new grid or text is a change of its own: the market's life goes on as it was.
    const isOfItsOwn = (grid !== null || texts !== null) && !('status' in body) && !('closeMs' in body)
    const schedule = isOfItsOwn ? {} : readSchedule(body, host().clock.nowMs())
    const changes = { ...(grid === null ? {} : { grid }), ...(texts === null ? {} : { texts }) }
    host().exchange.execute({ kind: 'set_market', market, schedule, ...changes })
    return ok(renderMarketState(host(), market))
  },
  'POST /listings': ({ host }, body) => {
    const read = readEntry(body, host().clock.nowMs())
    if (read.kind === 'wrong') throw new BadInput(`${read.message}. Nothing was listed`)
    host().exchange.execute({ kind: 'list_event', entry: read.entry })
    return ok(renderListing(host(), read.entry))
  },
  'POST /cash': ({ host }, body) => {
    const { venue, pool } = body
    if ((venue !== 'kalshi' && venue !== 'polymarket') || typeof pool !== 'string') {
      throw new BadInput('cash needs a venue, a pool and an amount in dollars, or null where there is no account')
    }
    host().exchange.execute({
      kind: 'set_cash',
      account: venue === 'kalshi' ? kalshiAccount : polymarketAccount,
      pool,
      amount: readCash(body.amount),
    })
    return ok({ accounts: renderAccounts(host().core) })
  },
  'POST /exchange': ({ host }, body) => {
    const { switches } = host()
    if (typeof body.tradingActive === 'boolean') switches.tradingActive = body.tradingActive
    if (typeof body.exchangeActive === 'boolean') switches.exchangeActive = body.exchangeActive
    if (!switches.tradingActive || !switches.exchangeActive) cancelWary(host())
    return ok({ ...switches })
  },
  'GET /fees': ({ host }) => ok(renderFees(host().exchange.fees())),
  'POST /fees': ({ host }, body) => {
    const input = readFeeInput(body, kalshiAccount, host().clock.nowMs())
    if (input.kind === 'wrong') throw new BadInput(input.message)
    host().exchange.execute(input.command)
    return ok(renderFees(host().exchange.fees()))
  },
  'POST /polymarket': ({ host }, body) => {
    const changed = changePolymarket(host(), polymarketAccount, body)
    if (changed.kind === 'wrong') throw new BadInput(changed.message)
    return ok({ ok: true })
  },
  'POST /wallets': ({ host }, body) => {
    const { signatureType, funder, cash = '10000' } = body
    if (signatureType !== 1 && signatureType !== 2 && signatureType !== 3) {
      throw new BadInput('signatureType must be 1 (proxy), 2 (Safe) or 3 (deposit wallet)')
    }
    if (typeof funder !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(funder)) {
      throw new BadInput('funder must be the address of the wallet')
    }
    if (typeof cash !== 'string' || !/^\d{1,9}(\.\d{1,6})?$/.test(cash)) {
      throw new BadInput('cash must be dollars in a string')
    }
    if (!host().openWallet(signatureType, funder, cash)) {
      throw new BadInput('the signer has another wallet of this type: there is one of each')
    }
    return ok({ signatureType, funder })
  },
  'GET /injections': ({ host }, _body, request) => {
    const injection = host().injections.find(request.query.get('id') ?? '')
    if (injection === null) throw new BadInput('no such injection: it was long ago, or before a reset')
    return ok(renderInjection(host().exchange, injection))
  },
  'POST /injections': ({ host }, body) => {
    const read = readWish(body)
    if (read.kind === 'wrong') throw new BadInput(read.message)
    return ok(renderInjection(host().exchange, host().injections.begin(read.wish)))
  },
  'GET /faults': ({ host }) => ok({ faults: host().faults.list() }),
  'POST /faults': ({ host }, body) => {
    const parsed = parseFaultRule(body)
    if (parsed.kind === 'wrong') throw new BadInput(parsed.message)
    host().faults.add(parsed.rule)
    return ok({ faults: host().faults.list() })
  },
  'DELETE /faults': ({ host }) => {
    host().faults.clear()
    return ok({ faults: [] })
  },
}

/** The control interface: sets books, moves time, injects faults, reads the exchange's own truth. Loopback only. */
export function createControlFace(options: ControlOptions): Face {
  return {
    endpoint: () => 'control',
    handle: async (request) => {
      // A page in a browser must not steer the sandbox.
      if (request.headers.origin !== undefined) return problem(403, 'requests from web pages are refused')
      const answer = answers[`${request.method} ${request.path.slice(controlPrefix.length)}`]
      if (answer === undefined) return problem(404, `known: ${Object.keys(answers).join(', ')}`)
      try {
        return await answer(options, readObject(request.body), request)
      } catch (error) {
        if (error instanceof BadInput || error instanceof AmountError) return problem(400, error.message)
        if (error instanceof ToolkitError) return problem(400, error.message)
        throw error
      }
    },
  }
}

/** A pause takes the orders that asked for it (`cancel_order_on_pause`). */
function cancelWary(host: Host): void {
  for (const order of host.exchange.orders(kalshiAccount)) {
    if (order.state === 'resting' && order.cancelOnPause) {
      host.exchange.execute({ kind: 'cancel', account: kalshiAccount, orderId: order.id })
    }
  }
}

function ok(value: unknown): FaceReply {
  return { status: 200, body: JSON.stringify(value) }
}

function problem(status: number, message: string): FaceReply {
  return { status, body: JSON.stringify({ error: message }) }
}

function stateOf(host: Host): Members {
  const state = host.core
  state.advanceTo(host.clock.nowMs())
  return {
    seed: host.seed,
    originMs: host.catalogue.originMs,
    nowMs: state.nowMs,
    clockOffsetMs: host.clockOffsetMs,
    venueCash: formatAmount(state.venueCash),
    touchedMarkets: state.touchedMarkets(),
    trades: state.trades({}).length,
    switches: { ...host.switches },
  }
}

function readObject(text: string): Members {
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new BadInput('the body is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadInput('the body is no object')
  return Object.fromEntries(Object.entries(value))
}

function readMarket(value: unknown): MarketId {
  const parsed = typeof value === 'string' ? parseMarketId(value) : null
  if (parsed === null) throw new BadInput('market must be written venue:symbol')
  return `${parsed.venue}:${parsed.symbol}`
}

/** `[["0.45", "100"], …]` in YES dollars. */
function readLevels(value: unknown): readonly Level[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new BadInput('bids and asks must be lists of [price, quantity] in strings')
  return value.map((row: unknown) => {
    const [price, quantity] = Array.isArray(row) ? row : []
    if (typeof price !== 'string' || typeof quantity !== 'string') {
      throw new BadInput('a level must be [price, quantity] in strings')
    }
    return { price: parsePrice(price), quantity: parseQuantity(quantity) }
  })
}

function readCash(value: unknown): Money | null {
  if (value === null) return null
  if (typeof value !== 'string') throw new BadInput('amount must be dollars in a string, or null')
  return parseMoney(value)
}

/** A Kalshi price structure by its name, or null when none is given. */
function readGrid(market: MarketId, name: unknown): Grid | null {
  if (name === undefined) return null
  if (venueOf(market) !== 'kalshi' || typeof name !== 'string' || !isKalshiGrid(name)) {
    throw new BadInput("priceLevelStructure must be one of Kalshi's, in a market of Kalshi's")
  }
  return { name, ladder: kalshiLadder(name) }
}

/** What the market says of itself from now on, or null when none of it is given. */
function readTexts({ yesLabel, rules }: Members): MarketTexts | null {
  if (yesLabel === undefined && rules === undefined) return null
  if ((yesLabel !== undefined && typeof yesLabel !== 'string') || (rules !== undefined && typeof rules !== 'string')) {
    throw new BadInput('yesLabel and rules must be text')
  }
  return { ...(yesLabel === undefined ? {} : { yesLabel }), ...(rules === undefined ? {} : { rules }) }
}

/** `status` as a word, or single times in ms; `result` is `yes`, `no` or the payout of YES in dollars. */
function readSchedule(body: Members, nowMs: number): Partial<Schedule> {
  const result = body.result === undefined ? {} : { yesPayout: readPayout(body.result) }
  if (body.closeMs !== undefined) {
    if (!isTime(body.closeMs)) throw new BadInput('closeMs must be Unix ms')
    return { ...result, closeMs: body.closeMs }
  }
  switch (body.status) {
    case 'open':
      return {
        ...result,
        openMs: nowMs,
        paused: false,
        closeMs: nowMs + 30 * 86_400_000,
        determineMs: null,
        settleMs: null,
      }
    case 'paused':
      return { ...result, paused: true }
    case 'closed':
      return { ...result, openMs: nowMs, closeMs: nowMs, determineMs: null, settleMs: null }
    case 'determined':
      return { ...result, openMs: nowMs, closeMs: nowMs, determineMs: nowMs, settleMs: null }
    case 'settled':
      return { ...result, openMs: nowMs, closeMs: nowMs, determineMs: nowMs, settleMs: nowMs }
    default:
      throw new BadInput('status must be open, paused, closed, determined or settled')
  }
}

function readPayout(value: unknown): Schedule['yesPayout'] {
  if (value === 'yes') return parseQuotedPrice('1')
  if (value === 'no') return parseQuotedPrice('0')
  if (typeof value !== 'string') throw new BadInput('result must be yes, no or a payout such as 0.5')
  return parseQuotedPrice(value)
}
