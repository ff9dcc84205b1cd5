import { expect } from 'chai'
import { withBalancesCarried } from '../../../src/capture/compose/balances.ts'
import { findIncoherences } from '../../../src/capture/compose/coherence.ts'
import type { SceneExchange } from '../../../src/capture/compose/scene.ts'
import { kalshiOrder, scene, type Written } from './scenes.ts'

const read = (source: number, dollars: string, cents: number): Written => ({
  path: '/portfolio/balance',
  source,
  session: `day-${source}`,
  answered: {
    balance: cents,
    balance_dollars: dollars,
    updated_ts: 1_795_000_000,
    balance_breakdown: [{ exchange_index: 0, balance: dollars }],
  },
})
const bodies = (exchanges: readonly SceneExchange[]): readonly unknown[] =>
  exchanges
    .filter(({ entry }) => entry._endpoint === 'balance')
    .map(({ entry }) => JSON.parse(entry.response.content.text ?? ''))

describe('balances of a scene', () => {
  it('go on from where the source before ended, each by one figure for its whole source', () => {
    const recorded = scene(
      read(0, '100.0000', 10_000),
      read(0, '95.5000', 9_550),
      read(1, '500.0000', 50_000),
      { ...kalshiOrder({ client: 'c-2', id: 'o-2' }), source: 1, session: 'day-1' },
      read(1, '495.2500', 49_525),
    )
    const carried = withBalancesCarried(recorded)
    expect(bodies(carried).slice(2)).to.deep.equal([
      {
        balance: 9_550,
        balance_dollars: '95.5000',
        updated_ts: 1_795_000_000,
        balance_breakdown: [{ exchange_index: 0, balance: '95.5000' }],
      },
      {
        balance: 9_075,
        balance_dollars: '90.7500',
        updated_ts: 1_795_000_000,
        balance_breakdown: [{ exchange_index: 0, balance: '90.7500' }],
      },
    ])
    expect(findIncoherences(recorded, { earlierOrders: new Set() }).map(({ field }) => field)).to.deep.equal([
      'response.balance_dollars',
    ])
    expect(findIncoherences(carried, { earlierOrders: new Set() })).to.deep.equal([])
  })

  it('stay as they were read when something was ordered in between', () => {
    const recorded = scene(
      read(0, '100.0000', 10_000),
      kalshiOrder({ client: 'c-1', id: 'o-1' }),
      read(1, '500.0000', 50_000),
    )
    expect(withBalancesCarried(recorded)).to.deep.equal(recorded)
  })

  it('are refused when they would be negative', () => {
    const recorded = scene(read(0, '5.0000', 500), read(1, '500.0000', 50_000), read(1, '400.0000', 40_000))
    expect(() => withBalancesCarried(recorded)).to.throw('would be negative')
  })
})
