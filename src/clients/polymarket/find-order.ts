import type { Order, OrderReport } from '../../domain/order.ts'
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
 * Looks for an order whose answer was lost, by its computed id. It is `absent` only when it was looked for several times
 * and until 30 s after the attempt, and then a cancel of that id was answered with "not found": the cancel makes sure
 * that an order still under way cannot live on. Everything short of that is `not_seen`. Takes at most about 40 s.
 */
export async function findLostOrder(search: OrderSearch, order: Order, options: CallOptions): Promise<OrderLookup> {
  const settledAtMs = order.intent.createdAtMs + SETTLE_MS
  let looks = 0
  while (looks < MAX_LOOKS) {
    const found = (await search.readOrder(options)) ?? (await search.readFills(options))
    if (found !== null) return { kind: 'found', report: found }
    looks += 1
    if (looks >= MIN_LOOKS && search.clock.nowMs() >= settledAtMs) return concludeByCancel(search, options, looks)
    await search.clock.sleep(PAUSE_MS, options.signal)
    if (options.signal?.aborted === true) break
  }
  return { kind: 'not_seen', evidence: `Polymarket did not show the order in ${looks} reads.` }
}

async function concludeByCancel(search: OrderSearch, options: CallOptions, looks: number): Promise<OrderLookup> {
  const cancellation = await search.cancel(options)
  const seen = `not shown in ${looks} reads until 30 s after the attempt`
  switch (cancellation.kind) {
    case 'cancelled': {
      const report = await search.readOrder(options)
      if (report !== null) return { kind: 'found', report }
      return {
        kind: 'not_seen',
        evidence: `It was ${seen}, yet a cancel took it off the book; its fills are not known yet.`,
      }
    }
    case 'not_live':
      return cancellation.code === 'ORDER_NOT_FOUND'
        ? { kind: 'absent', evidence: `It was ${seen}, and a cancel by its id was answered: ${cancellation.message}` }
        : { kind: 'not_seen', evidence: `It was ${seen}; a cancel by its id was answered: ${cancellation.message}` }
    case 'refused':
    case 'unknown':
      return { kind: 'not_seen', evidence: `It was ${seen}; a cancel by its id was not answered clearly.` }
  }
}
