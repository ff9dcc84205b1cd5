import { join } from 'node:path'
import type { VenueId } from '../../src/domain/market.ts'
import { reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { updateOrder } from '../../src/engine/settle/order-status.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { aWorld, marketOf, place, type TestWorld, type Wanted } from '../support/session.ts'

/** Sessions of one venue each, recorded apart on days of their own, as scenes are composed of. */
export interface Recorded {
  readonly captureDir: string
  /** Records one more, on the next day, in a world of its own. */
  record(name: string, steps: Steps): Promise<void>
  close(): Promise<void>
}

export interface Steps {
  readonly venue: VenueId
  /** What stands in the book, in YES prices. */
  readonly book: { readonly bids: readonly [string, string][]; readonly asks: readonly [string, string][] }
  readonly order: Omit<Wanted, 'venue'>
  readonly fault?: Readonly<Record<string, unknown>>
  /** Looked at again this much later, ms. */
  readonly updateAfterMs?: number
  readonly filter?: string
  /** Held against the venue at the end. */
  readonly reconciles?: boolean
}

const dayMs = 86_400_000

export async function recordedSessions(): Promise<Recorded> {
  const worlds: TestWorld[] = []
  const home = await aWorld({}, new VirtualClock(Date.parse('2026-11-20T12:00:00Z')))
  worlds.push(home)
  const captureDir = join(home.dataDir, 'tapes')
  return {
    captureDir,
    record: async (name, steps) => {
      const clock = new VirtualClock(Date.parse('2026-11-20T12:00:00Z') + worlds.length * dayMs)
      const world = await aWorld({}, clock)
      worlds.push(world)
      await recordIn(world, clock, { captureDir, name, steps })
    },
    close: async () => {
      for (const world of worlds) await world.close()
    },
  }
}

async function recordIn(
  world: TestWorld,
  clock: VirtualClock,
  { captureDir, name, steps }: { readonly captureDir: string; readonly name: string; readonly steps: Steps },
): Promise<void> {
  const { venue, book, order, fault, updateAfterMs, filter = 'orders', reconciles = false } = steps
  await world.control.setBook(marketOf[venue], book)
  if (fault !== undefined) await world.control.fault({ venue, ...fault })
  const session = await world.open({ captureDir, session: name, captureFilter: filter }, { seed: `seed of ${name}` })
  const { order: placed } = await place(session, { venue, ...order })
  if (updateAfterMs !== undefined) {
    clock.advanceTo(clock.nowMs() + updateAfterMs)
    await updateOrder(session.trading, placed.intent.id)
  }
  if (reconciles) await reconcile(session.trading, { fix: false, venues: [venue] })
  await session[Symbol.asyncDispose]()
}
