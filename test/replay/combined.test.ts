import { expect } from 'chai'
import { composeScene, rerun } from '../../src/replay/replay.ts'
import type { Rerun } from '../../src/replay/types.ts'
import { combinedScenarios, library, sceneOf } from './combined-scenarios.ts'

describe('two legs composed of the scenario library', () => {
  async function played(name: string): Promise<Rerun['outcome']> {
    const scenario = combinedScenarios.find((one) => one.name === name)
    if (scenario === undefined) throw new Error(`no scenario ${name}`)
    const { verdict, drifts, outcome } = await rerun(await composeScene(sceneOf(scenario)))
    expect({ verdict, drifts }).to.deep.equal({ verdict: 'same', drifts: [] })
    return outcome
  }

  const held = ({ positions }: Rerun['outcome']): readonly unknown[] =>
    positions.map(({ market, quantity }) => [market.split(':')[0], quantity])
  const unwound = ({ decisions }: Rerun['outcome']): readonly unknown[] =>
    decisions
      .filter(({ op, kind }) => op === 'place_pair' && kind === 'unwind')
      .map(({ market, side, quantity, price, filled }) => [market.split(':')[0], side, quantity, price, filled])

  it('holds both legs when both fill, and unwinds nothing', async () => {
    const outcome = await played('combined-both-fill')
    expect(held(outcome)).to.deep.equal([
      ['kalshi', '10'],
      ['polymarket', '10'],
    ])
    expect(unwound(outcome)).to.deep.equal([])
    expect(outcome.trades.map(({ imbalance }) => imbalance)).to.deep.equal(['0'])
    expect(outcome.exposure).to.equal('9.2')
  })

  it('sells the Kalshi leg again when Polymarket fails', async () => {
    const outcome = await played('combined-kalshi-fills-polymarket-fails')
    expect(unwound(outcome)).to.deep.equal([['kalshi', 'sell', '10', '0.44', '10']])
    expect(held(outcome)).to.deep.equal([])
    expect(outcome.exposure).to.equal('0')
    expect(outcome.trades.map(({ status, imbalance }) => [status, imbalance])).to.deep.equal([['unwound', '0']])
  })

  it('sells the excess of the heavier leg when both fill in part', async () => {
    const outcome = await played('combined-both-partial')
    expect(unwound(outcome)).to.deep.equal([['kalshi', 'sell', '4', '0.44', '4']])
    expect(held(outcome)).to.deep.equal([
      ['kalshi', '8'],
      ['polymarket', '8'],
    ])
    expect(outcome.exposure).to.equal('7.36')
  })

  it('sells the Polymarket leg again when Kalshi fails', async () => {
    const outcome = await played('combined-kalshi-fails-polymarket-fills')
    expect(unwound(outcome)).to.deep.equal([['polymarket', 'sell', '10', '0.44', '10']])
    expect(outcome.exposure).to.equal('0')
  })

  it('is imbalanced by a ghost fill, which is unwound by nobody', async () => {
    const scene = await composeScene({
      sessions: ['kalshi-full-fill', 'polymarket-ghost-fill'],
      captureDir: library,
      pair: true,
    })
    const { outcome } = await rerun(scene)
    expect(held(outcome)).to.deep.equal([['kalshi', '10']])
    expect(outcome.decisions.map(({ filled }) => filled)).to.deep.equal(['10', '10', '0'])
    expect(unwound(outcome)).to.deep.equal([])
  })

  it('takes back a fill of one day when the failed match of another is spliced in', async () => {
    const scene = await composeScene({
      sessions: ['kalshi-full-fill', 'polymarket-full-fill'],
      captureDir: library,
      pair: true,
      splice: ['polymarket-full-fill/3=polymarket-ghost-fill/3'],
    })
    const { outcome } = await rerun(scene)
    expect(held(outcome)).to.deep.equal([['kalshi', '10']])
    expect(outcome.decisions.map(({ filled }) => filled)).to.deep.equal(['10', '10', '0'])
    expect(outcome.orders.map(({ provisionalQuantity }) => provisionalQuantity)).to.deep.equal(['0', '0'])
    expect(scene.dropped).to.deep.equal([])
  })

  it('freezes when the timeout of another day is spliced into a leg, and unwinds nothing on a guess', async () => {
    const scene = await composeScene({
      sessions: ['kalshi-full-fill', 'polymarket-rate-limited'],
      captureDir: library,
      pair: true,
      splice: ['polymarket-rate-limited/1=polymarket-lost-answer/1'],
    })
    const { outcome } = await rerun(scene)
    expect(outcome.decisions.map(({ status }) => status).slice(0, 2)).to.deep.equal(['filled', 'unknown'])
    expect(outcome.trades.map(({ status }) => status)).to.deep.equal(['frozen'])
    expect(unwound(outcome)).to.deep.equal([])
  })
})
