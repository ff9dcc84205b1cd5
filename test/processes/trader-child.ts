import { createInterface } from 'node:readline'
import { openSession, type Session } from '../../src/cli/session/session.ts'
import { ToolkitError } from '../../src/domain/errors.ts'
import { perVenue, type VenueId } from '../../src/domain/market.ts'
import { cancelOrder } from '../../src/engine/cancel/cancel-order.ts'
import { denyPlanned, placeOrder } from '../../src/engine/place/place-order.ts'
import { planOrder } from '../../src/engine/place/plan-order.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { seededRandom } from '../../src/runtime/random.ts'
import { defaultLimits, parseLimits } from '../../src/safeguards/limits.ts'
import { aDraft, marketOf, type Wanted } from '../support/session.ts'

// trader-child.ts DIR LIMITS    a process that trades at the sandbox which serves DIR, under LIMITS (JSON), as commands would
//
// It reads one task a line and answers each with one line:
//   {"op":"place","order":…,"atMs":T}      plans an order and places it when the clock shows T; answers status and denials
//   {"op":"cancel","id":…}                 cancels an order
//   {"op":"seen","venue":…,"available":…}  says what a transport would say of a venue
//   {"op":"spree","seed":…,"orders":N}     places N orders of its own choice and cancels some of them; answers figures
//   {"op":"breakers"}                      answers the states of the breakers, as this process sees them

type Task =
  | { readonly op: 'place'; readonly order: Wanted; readonly atMs?: number }
  | { readonly op: 'cancel'; readonly id: string }
  | { readonly op: 'seen'; readonly venue: VenueId; readonly available: boolean }
  | { readonly op: 'spree'; readonly seed: string; readonly orders: number }
  | { readonly op: 'breakers' }

async function open(dataDir: string, limits: Readonly<Record<string, string>>): Promise<Session> {
  const parsed = parseLimits(limits, defaultLimits)
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems))
  return openSession({
    settings: {
      environment: 'sandbox',
      dataDir,
      captureDir: null,
      captureFilter: 'orders',
      session: null,
      limits: parsed.limits,
      venues: perVenue(() => ({ urls: {}, credentials: {}, overrides: [] })),
    },
    command: 'trader',
    dryRun: false,
    needs: 'venues',
    onWarning: (message) => process.stderr.write(`${message}\n`),
    signal: new AbortController().signal,
    clock: systemClock,
  })
}

interface Placed {
  readonly id: string
  readonly status: string
  readonly denials: readonly string[]
}

/** As `trade place --yes` does it. */
async function place({ trading }: Session, wanted: Wanted, atMs = 0): Promise<Placed> {
  const plan = await planOrder(trading, aDraft(wanted))
  while (systemClock.nowMs() < atMs) await systemClock.sleep(1)
  const denied = plan.verdict.kind === 'denied' ? await denyPlanned(trading, plan) : null
  const { order, denials } = denied ?? (await placeOrder(trading, plan))
  return { id: order.intent.id, status: order.status, denials: denials.map(({ code }) => code) }
}

/** Odd amounts, so that sums meet the limit at no round number. A third of what rests is cancelled again, which makes room. */
async function spree(session: Session, seed: string, orders: number): Promise<unknown> {
  const random = seededRandom(seed)
  const resting: string[] = []
  const figures = { placed: 0, denied: 0, cancelled: 0, failed: 0 }
  for (let count = 0; count < orders; count++) {
    const venue = random.below(3) === 0 ? 'polymarket' : 'kalshi'
    const wanted: Wanted = {
      venue,
      quantity: `${60 + random.below(160)}`,
      price: `0.${30 + random.below(16)}`,
      timeInForce: random.below(4) === 0 ? 'ioc' : 'gtc',
      allowDuplicate: true,
    }
    try {
      const { id, status, denials } = await place(session, wanted)
      figures[denials.length > 0 ? 'denied' : 'placed']++
      if (status === 'resting') resting.push(id)
      const oldest = random.below(3) === 0 ? resting.shift() : undefined
      if (oldest !== undefined) {
        await cancelOrder(session.trading, oldest)
        figures.cancelled++
      }
    } catch (error) {
      if (!(error instanceof ToolkitError)) throw error
      process.stderr.write(`${error.code}: ${error.message}\n`)
      figures.failed++
    }
  }
  return figures
}

async function perform(session: Session, task: Task): Promise<unknown> {
  switch (task.op) {
    case 'place':
      return place(session, task.order, task.atMs)
    case 'cancel':
      return { outcome: (await cancelOrder(session.trading, task.id)).outcome }
    case 'seen':
      session.breakers.recordVenue(task.venue, task.available, 'read')
      await session.breakers.settled()
      return {}
    case 'spree':
      return spree(session, task.seed, task.orders)
    case 'breakers':
      return [...(await session.trading.ledger.refresh()).breakers]
  }
}

async function main(): Promise<void> {
  const [dataDir = '', limits = '{}'] = process.argv.slice(2)
  await using session = await open(dataDir, JSON.parse(limits))
  // Clients are made before the first task, so that tasks of several processes begin at the same time.
  for (const venue of Object.keys(marketOf)) await session.trading.client(venue as VenueId)
  process.stdout.write('{"ready":true}\n')
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await perform(session, JSON.parse(line)))}\n`)
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exitCode = 1
})
