import { VenueError } from '../../domain/errors.ts'
import type { Market } from '../../domain/market.ts'
import type { StreamSink } from '../../domain/venue-stream.ts'
import { parseJson } from '../json.ts'
import { isMembers, unreadableFrame } from '../streams/frame.ts'
import type { ApiCredentials } from './auth-l2.ts'
import { ForeignAsset, fillsOfAccount } from './fills.ts'
import { normalConditionId, outcomeOf, type Route, routeFromRecord } from './routing.ts'
import { orderEventOf, tradeOf } from './stream-frames.ts'

/** Polymarket's user channel as a conversation. Tells of everything of the account, in whatever market. */
export class PolymarketUser {
  private readonly byCondition = new Map<string, { readonly market: Market; readonly route: Route }>()
  private keys: ApiCredentials | null = null
  private funder = ''

  constructor(private readonly sink: StreamSink) {}

  login(keys: ApiCredentials, funder: string): void {
    this.keys = keys
    this.funder = funder
  }

  /** Executions in a market can be told once the market is known: its tokens say which outcome they are. */
  know(market: Market): void {
    const route = routeFromRecord(market.routing)
    if (route !== null) this.byCondition.set(route.conditionId, { market, route })
  }

  /** Nothing answers a login; a bad one ends the connection. */
  opened(): readonly string[] {
    if (this.keys === null) return []
    const { apiKey, secret, passphrase } = this.keys
    this.tellMissed('connected')
    return [JSON.stringify({ auth: { apiKey, secret, passphrase }, type: 'user' })]
  }

  lost(): void {
    // What happens from now on is told at the next connection: read REST.
  }

  received(text: string): void {
    const trimmed = text.trim()
    if (trimmed === '' || trimmed === 'PONG') return
    const json = parseJson(trimmed)
    for (const message of Array.isArray(json) ? json : [json]) {
      try {
        this.take(message)
      } catch (error) {
        if (!(error instanceof VenueError) && !(error instanceof ForeignAsset)) throw error
        this.sink.onProblem?.(
          error instanceof VenueError ? error : unreadableFrame('Polymarket', 'trade', error.message),
        )
        this.tellMissed('undecodable')
      }
    }
  }

  private take(message: unknown): void {
    if (!isMembers(message)) throw unreadableFrame('Polymarket', 'without a name', 'it is no JSON object')
    if (message.event_type === 'order') this.sink.onAccount?.(orderEventOf(message))
    else if (message.event_type === 'trade') this.takeTrade(message)
  }

  private takeTrade(message: unknown): void {
    const trade = tradeOf(message)
    const known = this.byCondition.get(normalConditionId(trade.market) ?? '')
    // A market that was not looked up: that something happened there is all that can be said.
    if (known === undefined) {
      this.tellMissed('undecodable')
      return
    }
    const context = { market: known.market, outcomeOf: (id: string) => outcomeOf(known.route, id) }
    for (const fill of fillsOfAccount(trade, this.funder, context)) this.sink.onAccount?.({ kind: 'fill', fill })
  }

  private tellMissed(why: 'connected' | 'undecodable'): void {
    this.sink.onAccount?.({ kind: 'missed', venue: 'polymarket', why })
  }
}
