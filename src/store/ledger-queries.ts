import type { Order } from '../domain/order.ts'
import type { ArbTrade } from './events.ts'
import type { FoldState } from './fold-state.ts'
import type { FindOptions } from './ledger.ts'
import { ViewDamaged } from './view-file.ts'
import type { Archives } from './views.ts'

const LIMIT_DEFAULT = 100

/** See `Ledger.findOrder`. @throws ViewDamaged */
export async function findOrder(
  state: FoldState,
  archives: Archives,
  reference: string,
  { prefix = false }: FindOptions = {},
): Promise<Order | null> {
  if (reference === '') return null
  const open = [...state.openOrders.values()]
  const named = open.find(({ intent, venueOrderId }) =>
    [intent.id, intent.clientOrderId, venueOrderId].includes(reference),
  )
  if (named !== undefined) return named
  const ended = await archives.orders.get(reference, state.seq)
  if (ended !== null || !prefix) return ended?.order ?? null
  const candidates = new Set(open.map(({ intent }) => intent.id).filter((id) => id.startsWith(reference)))
  for (const id of await archives.orders.withPrefix(reference)) candidates.add(id)
  const [only, another] = candidates
  if (only === undefined || another !== undefined) return null
  return state.openOrders.get(only) ?? (await archives.orders.get(only, state.seq))?.order ?? null
}

/** Newest first, open and ended. @throws ViewDamaged when the archive has a gap. */
export async function listOrders(
  state: FoldState,
  archives: Archives,
  query: { readonly limit?: number; readonly openOnly?: boolean },
): Promise<readonly Order[]> {
  const limit = query.limit ?? LIMIT_DEFAULT
  const open = new Map([...state.orderTracks].map(([id, { ordinal }]) => [ordinal, state.openOrders.get(id)]))
  if (query.openOnly === true) {
    const newestFirst = [...open].sort(([a], [b]) => b - a)
    return newestFirst.flatMap(([, order]) => (order === undefined ? [] : [order])).slice(0, limit)
  }
  const ended = archives.orders.newestFirst(state.ordersCreated, state.seq)
  return newest({ created: state.ordersCreated, limit, open, ended, valueOf: ({ order }) => order })
}

/** Newest first, open and ended. @throws ViewDamaged when the archive has a gap. */
export async function listTrades(
  state: FoldState,
  archives: Archives,
  query: { readonly limit?: number },
): Promise<readonly ArbTrade[]> {
  return newest({
    created: state.tradesCreated,
    limit: query.limit ?? LIMIT_DEFAULT,
    open: new Map([...state.tradeOrdinals].map(([id, ordinal]) => [ordinal, state.openTrades.get(id)])),
    ended: archives.trades.newestFirst(state.tradesCreated, state.seq),
    valueOf: ({ trade }) => trade,
  })
}

/** Merges what is open with what has ended. Every ordinal is one or the other: a hole means that the archive is damaged. */
async function newest<T, A>(lists: {
  readonly created: number
  readonly limit: number
  readonly open: ReadonlyMap<number, T | undefined>
  readonly ended: AsyncGenerator<{ readonly ordinal: number; readonly value: A }>
  readonly valueOf: (value: A) => T
}): Promise<readonly T[]> {
  const found: T[] = []
  let next = lists.created
  const takeOpen = (downTo: number): void => {
    for (; next > downTo && found.length < lists.limit; next--) {
      const value = lists.open.get(next)
      if (value === undefined) throw new ViewDamaged('archive', `entry ${next} is missing`)
      found.push(value)
    }
  }
  for await (const { ordinal, value } of lists.ended) {
    if (found.length >= lists.limit) return found
    takeOpen(ordinal)
    // Archived before and open again: the open one counts, and takes its place when its number comes.
    if (found.length >= lists.limit || lists.open.has(ordinal)) continue
    found.push(lists.valueOf(value))
    next = ordinal - 1
  }
  takeOpen(0)
  return found
}
