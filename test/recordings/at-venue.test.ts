import { join } from 'node:path'
import { expect } from 'chai'
import { loadRecording } from '../../src/capture/read/recording.ts'
import type { Settings } from '../../src/cli/config/settings.ts'
import { type SandboxControl, sandboxControl } from '../../src/cli/rehearsal/sandbox-control.ts'
import { describeSandboxVenue } from '../../src/cli/sandbox/host.ts'
import { recordAtVenue } from '../../src/cli/scenarios/at-venue.ts'
import { scenarioNamed } from '../../src/cli/scenarios/library.ts'
import type { RecordedSession } from '../../src/cli/scenarios/record-session.ts'
import { formatAmount, parseMoney } from '../../src/domain/amounts.ts'
import { ToolkitError } from '../../src/domain/errors.ts'
import { type MarketId, perVenue } from '../../src/domain/market.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { defaultLimits } from '../../src/safeguards/limits.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { temporaryFolder } from '../capture/harness.ts'

const market: MarketId = 'kalshi:KXHOUSE-28-D'

describe('a scenario at a venue that is not ours', () => {
  const folder = temporaryFolder()
  let sandbox: RunningSandbox
  let control: SandboxControl

  before(async () => {
    sandbox = await startSandbox({ dataDir: join(folder.path, 'venue'), clock: systemClock, seed: 'venue' })
    control = sandboxControl(sandbox.control)
  })
  after(async () => {
    await sandbox.close()
    folder.remove()
  })
  beforeEach(() => control.setBook(market, { bids: [['0.30', '50']], asks: [['0.32', '7']] }))

  /** The sandbox stands in for the demo exchange: nothing but its address says so. */
  const settings = (): Settings => ({
    environment: 'demo',
    dataDir: join(folder.path, 'data'),
    captureDir: null,
    captureFilter: 'orders',
    session: null,
    limits: defaultLimits,
    venues: perVenue((venue) => ({ ...describeSandboxVenue(sandbox, venue), overrides: [] })),
  })

  interface Asked {
    readonly budget?: string
    readonly market?: MarketId | null
    readonly agree?: () => Promise<void>
  }

  const record = (name: string, asked: Asked = {}): Promise<RecordedSession> =>
    recordAtVenue({
      scenario: scenarioNamed(name),
      settings: settings(),
      captureDir: join(folder.path, 'tapes'),
      budget: parseMoney(asked.budget ?? '50'),
      market: asked.market === undefined ? market : asked.market,
      agree: asked.agree ?? (() => Promise.resolve()),
      onWarning: () => undefined,
      signal: new AbortController().signal,
    })

  const codeOf = async (run: () => Promise<unknown>): Promise<string> => {
    try {
      await run()
    } catch (error) {
      if (error instanceof ToolkitError) return error.code
      throw error
    }
    return 'none'
  }

  const ordersThere = async (): Promise<number> => (await control.account('kalshi')).orders.length

  it('sells nothing that is not held', async () => {
    const before = await ordersThere()
    expect(await codeOf(() => record('kalshi-sale'))).to.equal('SCENARIO_CANNOT_HAPPEN')
    expect(await ordersThere()).to.equal(before)
  })

  it('takes price and size from the book: a little more than the best offer holds', async () => {
    const { expected, atRisk, session, how } = await record('kalshi-partial-fill')
    expect(expected.orders[0]).to.include({
      price: '0.32',
      quantity: '8',
      filledQuantity: '7',
      status: 'partially_filled',
    })
    expect(Number(formatAmount(atRisk))).to.be.within(8 * 0.32, 8 * 0.32 + 0.2)
    const { manifest } = loadRecording(session, join(folder.path, 'tapes'))
    expect(manifest).to.include({ environment: 'demo' })
    expect(manifest.trigger).to.deep.equal({ kind: 'scenario', name: 'kalshi-partial-fill', how })
  })

  it('sells as few as can be of what is held', async () => {
    const { expected } = await record('kalshi-sale')
    expect(expected.orders).to.have.length(1)
    expect(expected.orders[0]).to.include({ side: 'sell', price: '0.3', quantity: '1', status: 'filled' })
    expect(expected.positions.map(({ quantity }) => quantity)).to.deep.equal(['6'])
  })

  it('stops before an order that would exceed the budget', async () => {
    await control.setBook(market, { bids: [['0.30', '50']], asks: [['0.32', '200']] })
    const before = await ordersThere()
    expect(await codeOf(() => record('kalshi-partial-fill', { budget: '50' }))).to.equal('SCENARIO_STOPPED')
    expect(await ordersThere()).to.equal(before)
  })

  it('does not send what a person did not agree to', async () => {
    const before = await ordersThere()
    const agree = (): Promise<void> =>
      Promise.reject(new ToolkitError({ code: 'DECLINED', category: 'declined', message: 'no' }))
    expect(await codeOf(() => record('kalshi-full-fill', { agree }))).to.equal('DECLINED')
    expect(await ordersThere()).to.equal(before)
  })

  it('asks for a balance above the budget only if the budget covers it', async () => {
    expect(await codeOf(() => record('kalshi-insufficient-balance'))).to.equal('SCENARIO_STOPPED')
  })

  it('sends an order for a ticker that does not exist', async () => {
    const { expected } = await record('kalshi-invalid-ticker')
    expect(expected.orders[0]).to.include({ status: 'rejected', market: 'kalshi:KXNOSUCHMARKET-28-X' })
  })

  it('refuses what no venue shows on request, and a market of the other venue', async () => {
    expect(await codeOf(() => record('kalshi-lost-answer'))).to.equal('SCENARIO_SANDBOX_ONLY')
    expect(await codeOf(() => record('polymarket-ghost-fill'))).to.equal('SCENARIO_SANDBOX_ONLY')
    expect(await codeOf(() => record('polymarket-full-fill'))).to.equal('SCENARIO_MARKET_NEEDED')
    expect(await codeOf(() => record('kalshi-full-fill', { market: null }))).to.equal('SCENARIO_MARKET_NEEDED')
  })

  it('sends an order for a market that has closed', async () => {
    await control.closeMarket(market)
    const { expected } = await record('kalshi-market-closed')
    expect(expected.orders[0]).to.include({ status: 'rejected', filledQuantity: '0' })
  })
})
