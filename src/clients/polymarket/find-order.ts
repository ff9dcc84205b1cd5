import { lastSentMs, type Order, type OrderReport } from '../../domain/order.ts'
import { type Evidence, notLanded, type Story, shownBy } from '../../domain/stories.ts'
import type { CallOptions, Cancellation, OrderLookup } from '../../domain/venue.ts'
import type { Clock } from '../../runtime/clock.ts'

/** The reads and the one write that a search takes. */
export interface OrderSearch {
  readonly clock: Clock
  readonly readOrder: (options: CallOptions) => Promise<OrderReport | null>
  /** From executions alone. */
  readonly readFills: (options: CallOptions) => Promise<OrderReport | null>
  readonly cancel: (options: CallOptions) => Promise<Cancellation>
}

/** Placement may be delayed inside the venue, and reads lag: absence counts only this long after the attempt. */
const SETTLE_MS = 30_000
const PAUSE_MS = 2_000
const MIN_LOOKS = 3
const MAX_LOOKS = 20

/**
 * Looks for an order whose answer was lost, by its computed id. Its absence is proof only when it was looked for several
 * times and until 30 s after the attempt, and then a cancel of that id was answered with "not found": the cancel makes sure
 * that an order still under way cannot live on. Takes at most about 40 s.
 */
export async function findLostOrder(search: OrderSearch, order: Order, options: CallOptions): Promise<OrderLookup> {
  const settledAtMs = Math.max(order.intent.createdAtMs, lastSentMs(order)) + SETTLE_MS
  let looks = 0
  while (looks < MAX_LOOKS) {
    const found = await look(search, options)
    if (found !== null) return found
    looks += 1
    if (looks >= MIN_LOOKS && search.clock.nowMs() >= settledAtMs) return concludeByCancel(search, options, looks)
    await search.clock.sleep(PAUSE_MS, options.signal)
    if (options.signal?.aborted === true) break
  }
  return { report: null, evidence: [notShown(`Polymarket did not show the order in ${looks} reads`, [])] }
}

async function look(search: OrderSearch, options: CallOptions): Promise<OrderLookup | null> {
  const byId = await search.readOrder(options)
  if (byId !== null) return { report: byId, evidence: [shownBy('get_order', byId)] }
  const byFills = await search.readFills(options)
  return byFills === null ? null : { report: byFills, evidence: [shownBy('list_trades', byFills)] }
}

/** The reads rule out that it arrived and traded; that it rests somewhere, only the answer to the cancel does. */
async function concludeByCancel(search: OrderSearch, options: CallOptions, looks: number): Promise<OrderLookup> {
  const reads = notShown(`it was not shown in ${looks} reads until 30 s after the attempt`, ['under_way', 'ended'])
  const cancellation = await search.cancel(options)
  const answer = { source: 'cancel_order', asOf: null, doubts: [] }
  switch (cancellation.kind) {
    case 'cancelled': {
      const detail = 'a cancel by its id took it off the book'
      const landed: Evidence = { ...answer, finding: 'cancelled', rulesOut: [...notLanded, 'live'], detail }
      const report = await search.readOrder(options)
      if (report === null) return { report: null, evidence: [landed] }
      return { report, evidence: [landed, shownBy('get_order', report)] }
    }
    case 'not_live': {
      const detail = `a cancel by its id was answered: ${cancellation.message}`
      const isUnknownId = cancellation.code === 'ORDER_NOT_FOUND'
      if (isUnknownId)
        return { report: null, evidence: [reads, { ...answer, finding: 'not_live', rulesOut: ['live'], detail }] }
      // That an order has ended can be said of a stranger's id too ("already canceled or matched"): it proves nothing here.
      return { report: null, evidence: [reads, { ...answer, finding: 'not_live', rulesOut: [], detail }] }
    }
    case 'refused':
    case 'unknown': {
      const detail = `a cancel by its id was not answered clearly: ${cancellation.message}`
      return { report: null, evidence: [reads, { ...answer, finding: 'unclear', rulesOut: [], detail }] }
    }
  }
}

function notShown(detail: string, rulesOut: readonly Story[]): Evidence {
  return { source: 'get_order', finding: 'not_shown', asOf: null, rulesOut, doubts: [], detail }
}
