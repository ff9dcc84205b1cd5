import * as v from 'valibot'
import { VenueError } from '../../domain/errors.ts'
import type { Market, MarketStatus } from '../../domain/market.ts'
import type { CallOptions, MarketQuery } from '../../domain/venue.ts'
import type { Clock } from '../../runtime/clock.ts'
import { decodeWith, listOf, type Schema, textOrNull } from '../decode.ts'
import type { Transport } from '../http/transport.ts'
import { endlessList, type Query, readReply } from './clob.ts'
import { buildMarket, type GammaMarket, gammaMarketSchema, identityOf, type MarketIdentity } from './market-decode.ts'
import { normalConditionId } from './routing.ts'

const PAGE = 100
const CONDITIONS_PER_CALL = 50
/** Some 300,000 markets: several times what the venue has open. */
const MAX_PAGES = 3_000
const DAY_MS = 86_400_000
/** Markets that should have ended longer ago than this are leftovers that the catalogue still calls open. */
const LOOK_BACK_DAYS = 30

const rawRows: Schema<readonly unknown[]> = listOf(v.unknown())
const pageSchema = v.object({ markets: rawRows, next_cursor: textOrNull })

/** The catalogue service. */
export class Gamma {
  private readonly identities = new Map<string, MarketIdentity>()

  constructor(
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {}

  /**
   * Markets by the time they should end, open ones first, then those that closed within the last 30 days when the query
   * does not rule them out. Rows that are no binary market are left out.
   */
  async *list(query: MarketQuery, options?: CallOptions): AsyncIterable<readonly Market[]> {
    let left = query.limit ?? Number.POSITIVE_INFINITY
    for (const closed of sweepsFor(query)) {
      for await (const rows of this.pages(closed, options)) {
        if (left <= 0) return
        const markets = rows.flatMap((row) => this.listed(row, query)).slice(0, left)
        left -= markets.length
        if (markets.length > 0) yield markets
      }
    }
  }

  /** One row by slug or condition id. @throws VenueError of kind `not_found`. */
  async find(symbol: string, options?: CallOptions): Promise<GammaMarket> {
    const conditionId = normalConditionId(symbol)
    const row = conditionId === null ? await this.bySlug(symbol, options) : await this.byCondition(symbol, options)
    if (row === null) throw unknownMarket(symbol)
    return row
  }

  /** The markets behind condition ids, for reading an account's orders and trades. Kept: names and ids never change. */
  async identify(conditionIds: readonly string[], options?: CallOptions): Promise<ReadonlyMap<string, MarketIdentity>> {
    const missing = [...new Set(conditionIds)].filter((id) => !this.identities.has(id))
    for (let start = 0; start < missing.length; start += CONDITIONS_PER_CALL) {
      const rows = await this.byConditions(missing.slice(start, start + CONDITIONS_PER_CALL), options)
      for (const row of rows) this.remember(row)
    }
    const unnamed = missing.find((id) => !this.identities.has(id))
    if (unnamed !== undefined) throw unknownMarket(unnamed)
    return this.identities
  }

  private remember(row: GammaMarket): void {
    const market = buildMarket(row, 'not_asked', this.clock.nowMs())
    const conditionId = row.conditionId === null ? null : normalConditionId(row.conditionId)
    if (market !== null && conditionId !== null) this.identities.set(conditionId, identityOf(row, market))
  }

  private listed(row: unknown, query: MarketQuery): readonly Market[] {
    const parsed = v.safeParse(gammaMarketSchema, row)
    // A single row that cannot be read must not hide the catalogue; looked up by name it is an error.
    if (!parsed.success) return []
    const market = buildMarket(parsed.output, 'not_asked', this.clock.nowMs())
    return market !== null && (query.status === undefined || market.status === query.status) ? [market] : []
  }

  private async *pages(closed: boolean, options?: CallOptions): AsyncIterable<readonly unknown[]> {
    // The day, not the moment: a recorded listing is asked for in the same words when it is replayed.
    const since = new Date(Math.floor(this.clock.nowMs() / DAY_MS - LOOK_BACK_DAYS) * DAY_MS).toISOString()
    const query = {
      limit: String(PAGE),
      closed: String(closed),
      end_date_min: since,
      order: 'endDate',
      ascending: 'true',
    }
    const cursors = new Set<string>()
    let cursor: string | null = null
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer: v.InferOutput<typeof pageSchema> = await this.read(
        pageSchema,
        '/markets/keyset',
        cursor === null ? query : { ...query, after_cursor: cursor },
        options,
      )
      yield answer.markets
      if (answer.next_cursor === null || cursors.has(answer.next_cursor)) return
      cursor = answer.next_cursor
      cursors.add(cursor)
    }
    throw endlessList('list_markets')
  }

  private async bySlug(slug: string, options?: CallOptions): Promise<GammaMarket | null> {
    const path = `/markets/slug/${encodeURIComponent(slug)}`
    const reply = await this.transport.send({ ...options, method: 'GET', path, endpoint: 'get_market', safe: true })
    if (reply.status === 404) return null
    return readReply(gammaMarketSchema, reply, 'get_market')
  }

  private async byCondition(symbol: string, options?: CallOptions): Promise<GammaMarket | null> {
    const [row] = await this.byConditions([symbol.toLowerCase()], options)
    return row ?? null
  }

  /** Closed markets are only given to those who ask for them. */
  private async byConditions(ids: readonly string[], options?: CallOptions): Promise<readonly GammaMarket[]> {
    const found: GammaMarket[] = []
    let missing = ids
    for (const closed of ['false', 'true']) {
      if (missing.length === 0) break
      const query = { condition_ids: missing, closed, limit: String(PAGE) }
      const answer = await this.read(pageSchema, '/markets/keyset', query, options)
      found.push(...answer.markets.map((row) => decodeWith(gammaMarketSchema, row, "Polymarket's catalogue row")))
      const seen = new Set(found.map((row) => normalConditionId(row.conditionId ?? '')))
      missing = missing.filter((id) => !seen.has(normalConditionId(id)))
    }
    return found
  }

  private async read<T>(schema: Schema<T>, path: string, query: Query, options?: CallOptions): Promise<T> {
    const reply = await this.transport.send({
      ...options,
      method: 'GET',
      path,
      query,
      endpoint: 'list_markets',
      safe: true,
    })
    return readReply(schema, reply, 'list_markets')
  }
}

const openStatuses: readonly MarketStatus[] = ['open', 'paused', 'unopened']

/** Values of the catalogue's `closed` filter that can hold what is asked for. */
function sweepsFor({ status }: MarketQuery): readonly boolean[] {
  return status === undefined ? [false, true] : [!openStatuses.includes(status)]
}

export function unknownMarket(symbol: string): VenueError {
  return new VenueError({
    kind: 'not_found',
    sent: 'yes',
    code: 'MARKET_NOT_FOUND',
    message: `Polymarket has no market ${symbol}.`,
    facts: { market: symbol },
    suggestions: [
      'Look it up: crosstape markets list --venue polymarket',
      'Use the slug at the end of the market’s address, or its 0x condition id.',
    ],
  })
}
