import { createHmac } from 'node:crypto'
import { Wallet } from 'ethers'
import type { Settings } from '../../../src/cli/config/settings.ts'
import type { Session } from '../../../src/cli/session/session.ts'
import { formatAmount, parseMoney, parsePrice } from '../../../src/domain/amounts.ts'
import type { Market, MarketId } from '../../../src/domain/market.ts'
import type { Order } from '../../../src/domain/order.ts'
import { isoTime, VirtualClock } from '../../../src/runtime/clock.ts'
import type { Limits } from '../../../src/safeguards/limits.ts'
import { aWorld, marketOf, type TestWorld } from '../../support/session.ts'

/** Noon of a day, so that nothing in the catalogue opens or closes while a test runs. */
const startMs = Date.parse('2026-11-20T12:00:00Z')
const dayMs = 86_400_000

/** What most scenarios trade in: CTF tokens, not neg-risk, in cents, with no game under way. */
export const plain = marketOf.polymarket

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely, and fail where something is missing.
export type Json = any

export interface Answer {
  readonly status: number
  readonly json: Json
}

type Book = readonly (readonly [price: string, quantity: string])[]

/** The tool and the sandbox's Polymarket over real sockets, on one clock that waits cost nothing on. */
export class Scenario {
  private login: Promise<Readonly<Record<'apiKey' | 'secret' | 'passphrase', string>>> | undefined

  private constructor(
    readonly world: TestWorld,
    readonly clock: VirtualClock,
  ) {}

  static async open(limits: Partial<Limits> = {}): Promise<Scenario> {
    const clock = new VirtualClock(startMs)
    return new Scenario(await aWorld({ maxNotional: parseMoney('1000'), ...limits }, clock), clock)
  }

  close(): Promise<void> {
    return this.world.close()
  }

  session(settings: Partial<Settings> = {}): Promise<Session> {
    return this.world.open(settings)
  }

  /** Moves the one clock: the tool's and the exchange's. */
  pass(ms: number): void {
    this.clock.advanceTo(this.clock.nowMs() + ms)
  }

  inSeconds(seconds: number): string {
    return isoTime(this.clock.nowMs() + seconds * 1000)
  }

  book(bids: Book, asks: Book, market: MarketId = plain): Promise<void> {
    return this.world.control.setBook(market, { bids, asks })
  }

  fault(fault: string, rule: Readonly<Record<string, unknown>> = {}): Promise<void> {
    return this.world.control.fault({ venue: 'polymarket', endpoint: 'place_order', fault, ...rule })
  }

  /** Something out of the ordinary at the venue. */
  async venue(change: Readonly<Record<string, unknown>>): Promise<void> {
    await this.control('POST', '/polymarket', change)
  }

  async control(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await read(
      await fetch(`${this.world.sandbox.control}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )
    if (answer.status !== 200) throw new Error(`the sandbox refused ${path}: ${JSON.stringify(answer.json)}`)
    return answer.json
  }

  /** The exchange's own truth about the account. */
  async account(): Promise<Json> {
    const { accounts } = await this.control('GET', '/accounts')
    return accounts.find((each: Json) => each.venue === 'polymarket')
  }

  /** An unsigned question to the order service or another one. */
  async ask(path: string, service: 'clob' | 'gamma' | 'data' = 'clob'): Promise<Answer> {
    return read(await fetch(`${this.world.sandbox.polymarket[service]}${path}`))
  }

  /** Another program under the same account: the order service by hand, login included. */
  async call(method: string, target: string, body?: unknown): Promise<Answer> {
    this.login ??= this.derive()
    const { apiKey, secret, passphrase } = await this.login
    const { clob, funder } = this.world.sandbox.polymarket
    const [path = ''] = target.split('?')
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
    const timestamp = String(Math.floor(this.clock.nowMs() / 1000))
    const signature = createHmac('sha256', Buffer.from(secret, 'base64url'))
      .update(`${timestamp}${method}${path}${text}`)
      .digest('base64')
      .replaceAll('+', '-')
      .replaceAll('/', '_')
    const headers = {
      POLY_ADDRESS: funder,
      POLY_SIGNATURE: signature,
      POLY_TIMESTAMP: timestamp,
      POLY_API_KEY: apiKey,
      POLY_PASSPHRASE: passphrase,
    }
    return read(await fetch(`${clob}${target}`, { method, headers, ...(text === '' ? {} : { body: text }) }))
  }

  private async derive(): Promise<Readonly<Record<'apiKey' | 'secret' | 'passphrase', string>>> {
    const { clob, privateKey, funder } = this.world.sandbox.polymarket
    const timestamp = String(Math.floor(this.clock.nowMs() / 1000))
    const fields = 'address address,string timestamp,uint256 nonce,string message'.split(',').map((field) => {
      const [type = '', name = ''] = field.split(' ')
      return { type, name }
    })
    const message = 'This message attests that I control the given wallet'
    const signature = await new Wallet(privateKey).signTypedData(
      { name: 'ClobAuthDomain', version: '1', chainId: 137 },
      { ClobAuth: fields },
      { address: funder, timestamp, nonce: 0, message },
    )
    const headers = { POLY_ADDRESS: funder, POLY_SIGNATURE: signature, POLY_TIMESTAMP: timestamp, POLY_NONCE: '0' }
    const answer = await read(await fetch(`${clob}/auth/derive-api-key`, { headers }))
    if (answer.status !== 200) throw new Error(`no API key: ${JSON.stringify(answer.json)}`)
    return answer.json
  }

  /** An open market whose orders match at once, read in full. */
  async market(session: Session, matches: (market: Market) => boolean): Promise<Market> {
    const client = await session.trading.client('polymarket')
    for await (const page of client.listMarkets({ status: 'open' })) {
      const found = page.find((market) => isQuiet(market) && matches(market))
      if (found !== undefined) return client.getMarket(found.symbol)
    }
    throw new Error('the sandbox has no such market')
  }
}

/** No game is on: matches come at once. */
function isQuiet({ closeTime, untradableReason, ladder }: Market): boolean {
  const late = closeTime !== null && Date.parse(closeTime) > startMs + dayMs
  return late && untradableReason === null && ladder[0]?.step === parsePrice('0.01')
}

export function routed(domainVersion: '2' | '3', negRisk: boolean): (market: Market) => boolean {
  return ({ routing }) => routing.domainVersion === domainVersion && routing.negRisk === String(negRisk)
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== ''
  return { status: response.status, json: isJson ? JSON.parse(text) : null }
}

/** What a person reads of an order: its status and what it filled, holds provisionally, had reversed and still wants. */
export function standing(order: Order): readonly (string | null)[] {
  const { status, filledQuantity, provisionalQuantity, reversedQuantity, remainingQuantity } = order
  return [
    status,
    ...[filledQuantity, provisionalQuantity, reversedQuantity].map((quantity) => formatAmount(quantity)),
    remainingQuantity === null ? null : formatAmount(remainingQuantity),
  ]
}
