import { ZERO_MONEY } from '../../domain/amounts.ts'
import type { FaceReply } from '../face.ts'
import type { SandboxOrder } from '../model.ts'
import type { Call, Caller, PolymarketTrader } from './caller.ts'
import type { AssetView, ClobContext } from './context.ts'
import { exchangeContracts, NEG_RISK_ADAPTER } from './contracts.ts'
import { unseenPurchases } from './funds.ts'
import { assetOf } from './lookup.ts'
import { orderRow } from './order-rows.ts'
import { pageFrom } from './pages.ts'
import { failure, ok } from './replies.ts'
import type { ApprovedAsset } from './switches.ts'
import { type OwnTrade, tradeRow } from './trade-rows.ts'
import type { ExchangeName } from './typed-data.ts'

interface OwnOrder {
  readonly order: SandboxOrder
  readonly trader: PolymarketTrader
}

/** How far this call's answer lags behind, in ms. Asked once a call: a fault rule counts calls. */
function lagOf(context: ClobContext, call: Call): number {
  return context.host.faults.takeKind('polymarket', call.endpoint, 'stale_reads')?.ms ?? 0
}

/** The order as a lagging read shows it: null when it is too young to be seen. */
function seenOrder({ host }: ClobContext, order: SandboxOrder, lagMs: number): SandboxOrder | null {
  return host.clock.nowMs() - order.updatedMs < lagMs ? host.exchange.previousOrder(order.id) : order
}

/** `GET /data/order/{id}`. An unknown order is a null body, not an error. Source: polymarket.md §3.11. */
export function getOrder(context: ClobContext, call: Call, caller: Caller): FaceReply {
  const id = (call.params.id ?? '').toLowerCase()
  const lagMs = lagOf(context, call)
  for (const trader of caller.traders) {
    const order = context.host.exchange.order(trader.account, id)
    const seen = order === null ? null : seenOrder(context, order, lagMs)
    if (seen !== null) return ok(orderRow(context, caller, trader, seen))
  }
  return ok(null)
}

/** `GET /data/orders`: live orders; with `id` that order in whatever state. */
export function listOrders(context: ClobContext, call: Call, caller: Caller): FaceReply {
  const { query } = call.request
  const [id, market, assetId] = [query.get('id'), query.get('market'), query.get('asset_id')]
  const lagMs = lagOf(context, call)
  const orders = caller.traders.flatMap((trader): OwnOrder[] =>
    context.host.exchange.orders(trader.account).flatMap((order) => {
      const seen = seenOrder(context, order, lagMs)
      return seen === null ? [] : [{ order: seen, trader }]
    }),
  )
  const wanted = orders.filter(({ order }) => {
    if (id !== null ? order.id !== id.toLowerCase() : order.state !== 'resting') return false
    return isIn(context, order, market, assetId)
  })
  const page = pageFrom(wanted, query.get('next_cursor'), ({ order, trader }) =>
    orderRow(context, caller, trader, order),
  )
  return page === null ? failure(400, 'Invalid next_cursor') : ok(page)
}

function isIn(
  context: ClobContext,
  order: Pick<SandboxOrder, 'market' | 'outcome'>,
  market: string | null,
  assetId: string | null,
): boolean {
  const details = context.host.exchange.market(order.market)?.market.details
  if (details?.venue !== 'polymarket') return false
  if (market !== null && details.conditionId !== market.toLowerCase()) return false
  return assetId === null || assetOf(details, order.outcome) === assetId
}

/** `GET /data/trades`, newest first. */
export function listTrades(context: ClobContext, call: Call, caller: Caller): FaceReply {
  const { query } = call.request
  const range = { before: secondsOf(query.get('before')), after: secondsOf(query.get('after')) }
  const lagMs = lagOf(context, call)
  const [id, market, assetId, maker] = ['id', 'market', 'asset_id', 'maker_address'].map((name) => query.get(name))
  const trades = caller.traders
    .filter((trader) => !maker || trader.funder.toLowerCase() === maker.toLowerCase())
    .flatMap((trader) =>
      context.host.exchange.trades({ account: trader.account }).map((trade): OwnTrade => ({ trade, trader })),
    )
    // A lagging read does not show what is younger than its lag.
    .filter(({ trade }) => context.host.clock.nowMs() - trade.timeMs >= lagMs)
    .filter(({ trade, trader }) => {
      const seconds = trade.timeMs / 1000
      if (id && trade.id !== id) return false
      if (seconds <= (range.after ?? Number.NEGATIVE_INFINITY)) return false
      if (seconds >= (range.before ?? Number.POSITIVE_INFINITY)) return false
      const party = trade.taker.account === trader.account ? trade.taker : trade.maker
      return isIn(context, { market: trade.market, outcome: party.outcome }, market ?? null, assetId ?? null)
    })
  const page = pageFrom(trades, query.get('next_cursor'), (own) => tradeRow(context, caller, own))
  return page === null ? failure(400, 'Invalid next_cursor') : ok(page)
}

function secondsOf(text: string | null): number | null {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null
}

const UNLIMITED = 2n ** 256n - 1n
const exchanges: readonly ExchangeName[] = ['v2', 'v2NegRisk', 'v3']

/** `GET /balance-allowance`. A signature type that is not the caller's shows nothing. Source: polymarket.md §3.13. */
export function getBalance(context: ClobContext, { request }: Call, caller: Caller): FaceReply {
  const { query } = request
  const kind = query.get('asset_type')
  const type = query.get('signature_type') ?? '0'
  if (!/^[0-3]$/.test(type)) return failure(400, 'Invalid signature_type')
  const trader = caller.traders.find((known) => String(known.signatureType) === type)
  const asset = kind === 'COLLATERAL' ? null : context.lookup.byAsset(query.get('token_id') ?? '')
  if (kind !== 'COLLATERAL' && kind !== 'CONDITIONAL' && kind !== 'CONDITIONAL-V2') {
    return failure(400, 'Invalid asset type')
  }
  if (kind !== 'COLLATERAL' && asset === null) return failure(400, 'Invalid token id')
  const balance = trader === undefined ? ZERO_MONEY : holdingOf(context, trader, kind, asset)
  return ok({
    balance: (balance > 0n ? balance : 0n).toString(),
    allowances: allowancesOf(context, trader, kind === 'COLLATERAL' ? 'collateral' : 'conditional'),
  })
}

function allowancesOf(
  { host }: ClobContext,
  trader: PolymarketTrader | undefined,
  asset: ApprovedAsset,
): Readonly<Record<string, string>> {
  const shown = (allowance: bigint | null): string => (trader === undefined ? 0n : (allowance ?? UNLIMITED)).toString()
  return Object.fromEntries([
    ...exchanges.map((name) => [exchangeContracts[name], shown(host.polymarket.allowance(asset, name))]),
    [NEG_RISK_ADAPTER, shown(null)],
  ])
}

/** `GET /balance-allowance/update`: the venue reads the wallet's balance of a token anew. The answer is empty. */
export function updateBalance({ host }: ClobContext, { request }: Call, caller: Caller): FaceReply {
  const tokenId = request.query.get('token_id') ?? ''
  for (const { account } of caller.traders) host.polymarket.refresh(account, tokenId, host.clock.nowMs())
  return ok('')
}

/** Millionths. Ids of the other version hold nothing. */
function holdingOf(context: ClobContext, trader: PolymarketTrader, kind: string, asset: AssetView | null): bigint {
  const account = context.host.exchange.account(trader.account)
  if (account === null) return 0n
  if (asset === null) return account.cash.get('pusd') ?? 0n
  const wanted = asset.details.version === 'v2' ? 'CONDITIONAL-V2' : 'CONDITIONAL'
  const tokenId = assetOf(asset.details, asset.outcome)
  const held = account.holdings.get(asset.market.id)?.[asset.outcome] ?? 0n
  return kind === wanted && tokenId !== '' ? held - unseenPurchases(context, trader, asset, tokenId) : 0n
}
