import { complement, formatAmount, type Price, type Quantity } from '../../domain/amounts.ts'
import type { HostChanges } from '../host.ts'
import type { SandboxTrade } from '../model.ts'
import type { SocketSession, Wire } from '../socket-face.ts'
import { bookRow, type TokenBook, tokenBook, tradedAsset } from './books.ts'
import type { AssetView, ClobContext } from './context.ts'
import { newMarketMessage } from './new-market.ts'
import { transactionHash } from './trade-rows.ts'

type Json = Readonly<Record<string, unknown>>
type Levels = ReadonlyMap<Price, Quantity>

/** An asset as this connection was told of it. */
interface Told {
  readonly assetId: string
  bids: Levels
  asks: Levels
  tickSize: string
  isResolved: boolean
}

/** One connection to the market channel. No login, no sequence numbers, no replay. Source: polymarket.md §8.2. */
export class MarketSession implements SocketSession {
  private readonly told = new Map<string, Told>()
  private hasCustom = false

  constructor(
    private readonly context: ClobContext,
    private readonly wire: Wire,
  ) {}

  received(text: string): void {
    if (text.trim() === 'PING') {
      this.wire.send('pong', 'PONG')
      return
    }
    const message = parse(text)
    if (message === null) {
      this.wire.send('error', 'INVALID OPERATION')
      return
    }
    const assets = Array.isArray(message.assets_ids) ? message.assets_ids.filter((id) => typeof id === 'string') : []
    if (message.operation === 'unsubscribe') for (const id of assets) this.told.delete(id)
    else this.subscribe(assets, message.custom_feature_enabled === true)
  }

  private subscribe(assets: readonly string[], hasCustom: boolean): void {
    this.hasCustom = hasCustom
    const fresh = [...new Set(assets)].filter((id) => !this.told.has(id))
    if (fresh.length === 0) {
      this.wire.send('no_new_assets', 'NO NEW ASSETS')
      return
    }
    const books = fresh.flatMap((id) => {
      const asset = this.context.lookup.byAsset(id)
      if (asset === null) return []
      const book = tokenBook(this.context, asset)
      this.told.set(id, {
        assetId: id,
        ...levelsOf(book),
        tickSize: asset.details.tickSize,
        isResolved: isDecided(asset),
      })
      return tradedAsset(this.context, id) === null ? [] : [this.bookMessage(asset, id)]
    })
    this.wire.send('book', JSON.stringify(books))
  }

  /** The feed leaves out two members that are hashed. Seen 2026-04. */
  private bookMessage(asset: AssetView, assetId: string): Json {
    const { min_order_size: _min, neg_risk: _risk, ...row } = bookRow(this.context, asset, assetId)
    return { event_type: 'book', ...row }
  }

  changed({ markets, trades, listings }: HostChanges): void {
    if (this.hasCustom) for (const listing of listings) this.tellListed(listing)
    for (const market of markets) {
      const assets = this.assetsIn(market)
      if (assets.length === 0) continue
      const own = trades.filter((trade) => trade.market === market)
      this.tellChanges(assets)
      for (const trade of own) for (const [told, asset] of assets) this.tellTrade(told, asset, trade)
      if (own.length > 0) {
        for (const [told, asset] of assets) this.send('book', this.bookMessage(asset, told.assetId))
      }
      for (const [told, asset] of assets) this.tellResolution(told, asset)
    }
  }

  /** Of every market that is listed, whatever this connection watches. */
  private tellListed({ venue, event: slug, markets }: HostChanges['listings'][number]): void {
    const event = venue === 'polymarket' ? this.context.host.catalogue.findEvent('polymarket', slug) : null
    if (event === null) return
    for (const market of markets) {
      const found = this.context.lookup.bySlug(market.slice('polymarket:'.length))
      if (found !== null) this.send('new_market', newMarketMessage(found, event, this.context.host.clock.nowMs()))
    }
  }

  private assetsIn(market: string): readonly (readonly [Told, AssetView])[] {
    return [...this.told.values()].flatMap((told) => {
      const asset = this.context.lookup.byAsset(told.assetId)
      return asset === null || asset.market.id !== market ? [] : [[told, asset] as const]
    })
  }

  /** All that changed in a market in one message, for both of its tokens if both are watched. */
  private tellChanges(assets: readonly (readonly [Told, AssetView])[]): void {
    const rows: Json[] = []
    let about: { market: string; timestamp: string } | null = null
    const moved: Json[] = []
    for (const [told, asset] of assets) {
      const book = tokenBook(this.context, asset)
      const { bids, asks } = levelsOf(book)
      const changes = [...differences('BUY', told.bids, bids), ...differences('SELL', told.asks, asks)]
      told.bids = bids
      told.asks = asks
      if (changes.length === 0) continue
      const row = bookRow(this.context, asset, told.assetId)
      about = { market: asset.details.conditionId, timestamp: row.timestamp }
      const best = bestOf(book)
      rows.push(...changes.map((change) => ({ asset_id: told.assetId, ...change, hash: row.hash, ...best })))
      moved.push({ event_type: 'best_bid_ask', asset_id: told.assetId, ...about, ...best, spread: spreadOf(book) })
    }
    if (about === null) return
    this.send('price_change', { event_type: 'price_change', ...about, price_changes: rows })
    if (this.hasCustom) for (const message of moved) this.send('best_bid_ask', message)
  }

  private tellTrade({ assetId }: Told, asset: AssetView, trade: SandboxTrade): void {
    const isYes = asset.outcome === 'yes'
    const takerBuysYes = trade.taker.bookSide === 'bid'
    this.send('last_trade_price', {
      event_type: 'last_trade_price',
      asset_id: assetId,
      market: asset.details.conditionId,
      price: formatAmount(isYes ? trade.yesPrice : complement(trade.yesPrice)),
      size: formatAmount(trade.quantity),
      side: takerBuysYes === isYes ? 'BUY' : 'SELL',
      fee_rate_bps: '0',
      timestamp: String(trade.timeMs),
      transaction_hash: transactionHash(trade),
    })
  }

  private tellResolution(told: Told, asset: AssetView): void {
    if (told.isResolved || !isDecided(asset)) return
    told.isResolved = true
    const { yesPayout } = asset.view.schedule
    const ids = asset.details.version === 'v2' ? asset.details.positionIds : asset.details.clobTokenIds
    if (!this.hasCustom || ids === null || (yesPayout !== 0n && yesPayout !== 1_000_000n)) return
    const yesWins = yesPayout !== 0n
    this.send('market_resolved', {
      event_type: 'market_resolved',
      id: asset.details.gammaId,
      market: asset.details.conditionId,
      assets_ids: ids,
      winning_asset_id: yesWins ? ids[0] : ids[1],
      winning_outcome: yesWins ? asset.market.yesLabel : asset.market.noLabel,
      tags: asset.details.tags,
      timestamp: String(this.context.host.clock.nowMs()),
    })
  }

  /** Ticks change by the control interface, and markets end by the clock, without a change in the exchange. */
  tick(): void {
    for (const told of this.told.values()) {
      const asset = this.context.lookup.byAsset(told.assetId)
      if (asset === null) continue
      const { tickSize } = asset.details
      if (tickSize !== told.tickSize) {
        this.send('tick_size_change', {
          event_type: 'tick_size_change',
          asset_id: told.assetId,
          market: asset.details.conditionId,
          old_tick_size: told.tickSize,
          new_tick_size: tickSize,
          timestamp: String(this.context.host.clock.nowMs()),
        })
        told.tickSize = tickSize
      }
      this.tellResolution(told, asset)
    }
  }

  private send(type: string, message: Json): void {
    this.wire.send(type, JSON.stringify(message))
  }
}

function isDecided({ view }: AssetView): boolean {
  return view.status === 'determined' || view.status === 'settled'
}

function levelsOf({ bids, asks }: TokenBook): { readonly bids: Levels; readonly asks: Levels } {
  const side = (levels: TokenBook['bids']): Levels => new Map(levels.map(({ price, quantity }) => [price, quantity]))
  return { bids: side(bids), asks: side(asks) }
}

/** Sizes as they are now, zero for what is gone: that comes first, so that no change crosses the book on its way. */
function differences(side: 'BUY' | 'SELL', before: Levels, after: Levels): readonly Json[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((price) => before.get(price) !== after.get(price))
    .sort((a, b) => Number(after.has(a)) - Number(after.has(b)))
    .map((price) => ({ price: formatAmount(price), size: formatAmount(after.get(price) ?? (0n as Quantity)), side }))
}

/** A side without levels is printed as nothing. */
function bestOf({ bids, asks }: TokenBook): { readonly best_bid: string; readonly best_ask: string } {
  const [bid, ask] = [bids[0], asks[0]]
  return {
    best_bid: bid === undefined ? '' : formatAmount(bid.price),
    best_ask: ask === undefined ? '' : formatAmount(ask.price),
  }
}

function spreadOf({ bids, asks }: TokenBook): string {
  const [bid, ask] = [bids[0], asks[0]]
  return bid === undefined || ask === undefined ? '' : formatAmount((ask.price - bid.price) as Price)
}

function parse(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}
