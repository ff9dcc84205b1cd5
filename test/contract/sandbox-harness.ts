import { parsePrice } from '../../src/domain/amounts.ts'
import type { Market } from '../../src/domain/market.ts'
import { isOnLadder } from '../../src/domain/tick-ladder.ts'
import type { VenueClient } from '../../src/domain/venue.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import type { VenueHarness } from './venue-client.ts'

/** Noon of a day, so that nothing in the catalogue opens or closes while a test runs. */
const START_MS = Date.parse('2026-11-20T12:00:00Z')

/** The sandbox behind real HTTP, in memory, on a clock that both it and the client share. */
export async function sandboxHarness(connect: Connect): Promise<VenueHarness> {
  const clock = new VirtualClock(START_MS)
  const sandbox = await startSandbox({ dataDir: null, clock, seed: 'contract' })
  try {
    return await harnessOf(sandbox, clock, await connect(sandbox, clock))
  } catch (error) {
    // A listener that stays open would keep the test run alive.
    await sandbox.close()
    throw error
  }
}

type Connect = (sandbox: RunningSandbox, clock: VirtualClock) => Promise<VenueClient>

async function harnessOf(sandbox: RunningSandbox, clock: VirtualClock, client: VenueClient): Promise<VenueHarness> {
  const { venue } = client
  return {
    client,
    clock,
    symbol: await findPlainMarket(client),
    setBook: (market, book) => control(sandbox, 'books', { market: market.id, ...book }),
    loseNextPlacement: () =>
      control(sandbox, 'faults', { venue, endpoint: 'place_order', times: 1, fault: 'drop_response' }),
    loseNextAmend: (what) =>
      control(sandbox, 'faults', {
        venue,
        endpoint: 'amend_order',
        times: 1,
        fault: what === 'request' ? 'drop_request' : 'drop_response',
      }),
    spoilNextBatch: (call, how) =>
      control(sandbox, 'faults', { venue, endpoint: batchEndpoints[venue][call], times: 1, fault: batchFaults[how] }),
    settle: (market, result) => control(sandbox, 'markets', { market: market.id, status: 'settled', result }),
    stop: () => sandbox.close(),
  }
}

/** What the sandbox calls the endpoints of batches. */
const batchEndpoints = {
  kalshi: { place: 'batch_create', cancel: 'batch_cancel' },
  polymarket: { place: 'place_orders', cancel: 'cancel_orders' },
} as const

const batchFaults = { lost: 'drop_response', partial: 'partial_batch', reversed: 'reversed_batch' } as const

async function control(sandbox: RunningSandbox, what: string, body: unknown): Promise<void> {
  const response = await fetch(`${sandbox.control}/${what}`, { method: 'POST', body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`the sandbox refused ${what}: ${await response.text()}`)
}

/** An open market in whole cents whose smallest order is small, and which charges by a known schedule. */
async function findPlainMarket(client: VenueClient): Promise<string> {
  for await (const page of client.listMarkets({ status: 'open' })) {
    const plain = page.find(isPlain)
    if (plain !== undefined) return plain.symbol
  }
  throw new Error('the sandbox has no plain market')
}

function isPlain(market: Market): boolean {
  return (
    market.untradableReason === null &&
    !endsSoon(market) &&
    market.fees.kind !== 'unknown' &&
    (market.minimumQuantity ?? 0n) <= 5_000_000n &&
    isOnLadder(market.ladder, parsePrice('0.42')) &&
    !isOnLadder(market.ladder, parsePrice('0.425'))
  )
}

/** Games under way hold takers back for some seconds: an order's answer then says nothing of its fill. */
function endsSoon({ closeTime }: Market): boolean {
  return closeTime !== null && Date.parse(closeTime) < START_MS + 7 * 86_400_000
}
