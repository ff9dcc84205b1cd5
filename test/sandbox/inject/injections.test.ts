import { expect } from 'chai'
import {
  type InjectionRequest,
  type SandboxControl,
  sandboxControl,
} from '../../../src/cli/rehearsal/sandbox-control.ts'
import { examplePair } from '../../../src/cli/sandbox/example-markets.ts'
import { systemClock } from '../../../src/runtime/clock.ts'
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/serve.ts'

const wish: InjectionRequest = {
  markets: [examplePair.first, examplePair.second],
  polarity: 'same',
  edge: '0.05',
  size: '20',
  forMs: null,
  on: null,
  effects: [],
}

describe('injections', () => {
  let sandbox: RunningSandbox
  let control: SandboxControl
  beforeEach(async () => {
    sandbox = await startSandbox({ dataDir: null, clock: systemClock, seed: '00'.repeat(32), rateLimit: 'off' })
    control = sandboxControl(sandbox.control)
  })
  afterEach(() => sandbox.close())

  it('end when another one takes their place, and take along what was to befall orders', async () => {
    const first = await control.inject({ ...wish, effects: ['lose-answer:kalshi'] })
    expect(await control.faultsUsedUp()).to.equal(false)
    await control.inject(wish)
    expect((await control.injection(first.id)).endedBy).to.equal('replaced')
    expect(await control.faultsUsedUp()).to.equal(true)
  })

  it('do nothing any more to an exchange that was begun anew', async () => {
    const { id } = await control.inject({ ...wish, forMs: 30 })
    await control.reset()
    const book = async (): Promise<string> =>
      (await fetch(`${sandbox.control}/markets?market=${examplePair.first}`)).text()
    const before = await book()
    await systemClock.sleep(60)
    expect(await book()).to.equal(before)
    expect(await control.injection(id).catch(({ code }: { readonly code: string }) => code)).to.match(/REFUSED/)
  })

  it('are refused in a market that is closed, and leave the other book as it was', async () => {
    await control.closeMarket(examplePair.second)
    const book = async (): Promise<string> =>
      (await fetch(`${sandbox.control}/markets?market=${examplePair.first}`)).text()
    const before = await book()
    const refused = await control.inject(wish).catch(({ message }: { readonly message: string }) => message)
    expect(refused).to.match(/Nothing was injected: .* is closed/)
    expect(await book()).to.equal(before)
  })
})
