import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addMoney, formatAmount, type Money, parseMoney, parseQuantity, subtractMoney } from '../../domain/amounts.ts'
import { perVenue } from '../../domain/market.ts'
import { VirtualClock } from '../../runtime/clock.ts'
import { defaultLimits } from '../../safeguards/limits.ts'
import type { RunningSandbox } from '../../sandbox/serve.ts'
import type { Settings } from '../config/settings.ts'
import { type ExchangeAccount, type SandboxControl, sandboxControl } from '../rehearsal/sandbox-control.ts'
import { describeSandboxVenue } from '../sandbox/host.ts'
import type { Expected } from './expected.ts'
import { goBefore, type Place, type RecordedSession, type RecordOptions, recordSession } from './record-session.ts'
import type { Scenario } from './scenario.ts'

// A day, a seed, a wallet and a latency that are always the same: made anew, a recording differs only where the code does.
const originMs = Date.parse('2026-11-20T15:00:00Z')
const beforeMs = originMs - 7_200_000
const latency = { venue: '*', endpoint: '*', times: null, fault: 'delay', ms: 42 } as const
/** One pays where the other does not, and counted alike: YES of both is a trade of two legs. */
const markets = {
  kalshi: 'kalshi:KXSENATESEATS-28-R51',
  polymarket: 'polymarket:republicans-at-most-50-senate-seats-after-2028',
} as const

export interface RecordedInSandbox extends RecordedSession {
  /** What the exchange's own books say otherwise than our journal. */
  readonly contradictions: readonly string[]
}

/** Records a scenario in a sandbox of its own and holds the outcome against the exchange's own books. */
export async function recordInSandbox(
  options: RecordOptions & {
    /** Its journal and sandbox live in a folder in here, and go. */
    readonly dataDir: string
    readonly captureDir: string
    readonly budget: Money
    /** First port of the sandbox; any when absent. */
    readonly port?: number
  },
): Promise<RecordedInSandbox> {
  const { scenario, captureDir, budget } = options
  mkdirSync(options.dataDir, { recursive: true })
  const folder = mkdtempSync(join(options.dataDir, 'scenario-'))
  keepWallet(folder)
  const clock = new VirtualClock(scenario.sandbox.before === undefined ? originMs : beforeMs)
  const seed = `scenario ${scenario.name}`
  const { startSandbox } = await import('../../sandbox/serve.ts')
  const sandbox = await startSandbox({ dataDir: folder, clock, seed, rateLimit: 'off', port: options.port ?? 0 })
  try {
    const control = sandboxControl(sandbox.control)
    const market = markets[scenario.venue]
    const settings = settingsFor(sandbox, { folder, captureDir, session: scenario.name, budget })
    const place: Place = { settings, market, control, size: parseQuantity('10'), clock, seed }
    if (scenario.sandbox.before !== undefined) {
      await setTheBook(control, scenario)
      // Of another seed, so that its ids are not drawn again.
      await goBefore(options, { ...place, seed: `before ${seed}` }, scenario.sandbox.before)
      clock.advanceTo(originMs)
    }
    await setTheScene(control, scenario)
    const before = await control.account(scenario.venue)
    const recorded = await recordSession(options, place)
    const after = await control.account(scenario.venue)
    return { ...recorded, contradictions: contradictions(recorded.expected, before, after) }
  } finally {
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The address is part of every order: a wallet made from a word keeps it the same. Nothing of value hangs on it. */
function keepWallet(folder: string): void {
  const keys = join(folder, 'sandbox', 'keys')
  mkdirSync(keys, { recursive: true, mode: 0o700 })
  const key = createHash('sha256').update('the wallet of the recorded scenarios').digest('hex')
  writeFileSync(join(keys, 'polymarket.key'), `0x${key}\n`, { mode: 0o600 })
}

async function setTheScene(control: SandboxControl, scenario: Scenario): Promise<void> {
  const { sandbox } = scenario
  await setTheBook(control, scenario)
  await sandbox.setUp?.(control)
  for (const rule of sandbox.faults ?? []) await control.fault(rule)
  // Last, since the first rule that fits a call is the one that acts.
  await control.fault(latency)
}

function setTheBook(control: SandboxControl, { venue, sandbox }: Scenario): Promise<void> {
  const { offered = '12' } = sandbox
  return control.setBook(markets[venue], {
    bids: [['0.44', '30']],
    asks: [
      ['0.46', offered],
      ['0.60', '50'],
    ],
  })
}

function settingsFor(
  sandbox: RunningSandbox,
  options: { readonly folder: string; readonly captureDir: string; readonly session: string; readonly budget: Money },
): Settings {
  const { folder, captureDir, session, budget } = options
  return {
    environment: 'sandbox',
    dataDir: folder,
    captureDir,
    captureFilter: 'orders',
    session,
    limits: { ...defaultLimits, sessionBudget: budget },
    venues: perVenue((venue) => ({
      ...describeSandboxVenue(sandbox, venue),
      overrides: [{ name: 'sandbox', url: sandbox.control, source: 'capture record' }],
    })),
  }
}

/** Where the exchange holds or has paid something else than our journal says. */
function contradictions(expected: Expected, before: ExchangeAccount, after: ExchangeAccount): readonly string[] {
  const found: string[] = []
  const moved = formatAmount(subtractMoney(cashOf(after), cashOf(before)))
  if (moved !== expected.cash)
    found.push(`cash moved by ${moved} at the exchange, by ${expected.cash ?? 'an unknown amount'} here`)
  const markets = new Set([...after.positions, ...expected.positions].map(({ market }) => market))
  for (const market of markets) {
    const there = after.positions.find((position) => position.market === market)?.yes ?? '0'
    const here = expected.positions.find((position) => position.market === market)?.quantity ?? '0'
    if (here !== there) found.push(`${market}: ${there} YES at the exchange, ${here} here`)
  }
  return found
}

function cashOf({ cash }: ExchangeAccount): Money {
  return addMoney(...Object.values(cash).map(parseMoney))
}
