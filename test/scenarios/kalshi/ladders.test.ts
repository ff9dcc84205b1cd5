import { expect } from 'chai'
import { formatAmount, parsePrice } from '../../../src/domain/amounts.ts'
import { codeOf } from '../../sandbox/support/kalshi-http.ts'
import { aKalshiWorld, type KalshiWorld, market } from './world.ts'

/** Per structure: prices on its grid and off it, at an edge, in the centre and at the other edge (venue page §3). */
const structures: Readonly<Record<string, { readonly on: readonly string[]; readonly off: readonly string[] }>> = {
  linear_cent: { on: ['0.01', '0.5', '0.99'], off: ['0.015', '0.505', '0.999'] },
  deci_cent: { on: ['0.001', '0.501', '0.999'], off: ['0.0015', '0.5005', '0.9995'] },
  tapered_deci_cent: { on: ['0.099', '0.5', '0.901'], off: ['0.0995', '0.501', '0.9005'] },
  center_whole_edge_half_cent: { on: ['0.095', '0.5', '0.905'], off: ['0.094', '0.505', '0.904'] },
  center_whole_edge_quint_cent: { on: ['0.098', '0.5', '0.902'], off: ['0.099', '0.502', '0.901'] },
  center_half_edge_half_cent: { on: ['0.005', '0.505', '0.995'], off: ['0.004', '0.501', '0.996'] },
  center_half_edge_quint_cent: { on: ['0.098', '0.505', '0.902'], off: ['0.095', '0.502', '0.905'] },
  center_half_edge_deci_cent: { on: ['0.099', '0.505', '0.901'], off: ['0.0995', '0.501', '0.9005'] },
  center_quint_edge_quint_cent: { on: ['0.002', '0.502', '0.998'], off: ['0.001', '0.501', '0.999'] },
  center_quint_edge_deci_cent: { on: ['0.099', '0.502', '0.901'], off: ['0.0995', '0.501', '0.9005'] },
  center_centi_edge_centi_cent: { on: ['0.0001', '0.5001', '0.9999'], off: ['0.00005', '0.50005', '0.99995'] },
  center_deci_edge_centi_cent: { on: ['0.0099', '0.501', '0.9901'], off: ['0.00995', '0.5005', '0.98905'] },
}

describe('kalshi scenario: price grids', () => {
  let world: KalshiWorld
  before(async () => {
    world = await aKalshiWorld()
  })
  after(() => world.close())

  const useGrid = (priceLevelStructure: string): Promise<unknown> =>
    world.control('POST', '/markets', { market, priceLevelStructure })

  const order = (price: string): ReturnType<KalshiWorld['venue']> =>
    world.venue('POST', '/portfolio/events/orders', {
      ticker: 'KXSHARD0',
      side: 'bid',
      count: '0.01',
      price,
      time_in_force: 'immediate_or_cancel',
      self_trade_prevention_type: 'taker_at_cross',
    })

  for (const [structure, { on, off }] of Object.entries(structures)) {
    it(`${structure}: takes what is on the grid; what is off it is refused there and denied here`, async () => {
      await useGrid(structure)
      for (const price of on) {
        expect((await order(price)).status, price).to.equal(201)
        expect(await codesFor(price), price).not.to.include('PRICE_OFF_TICK')
      }
      for (const price of off) {
        const refused = await order(price)
        expect([refused.status, codeOf(refused)], price).to.deep.equal([400, 'invalid_price'])
        expect(await codesFor(price), price).to.include('PRICE_OFF_TICK')
      }
      for (const price of ['0.0100', '0.2500', '0.9900']) expect((await order(price)).status, price).to.equal(201)
      for (const price of ['0', '1', '1.01']) expect(codeOf(await order(price)), price).to.equal('invalid_price')
    })
  }

  async function codesFor(price: string): Promise<readonly string[]> {
    const { verdict } = await world.plan({ price, quantity: '1' })
    return verdict.kind === 'denied' ? verdict.denials.map(({ code }) => code) : []
  }

  it('denies before it sends, with the prices next to the one that was meant', async () => {
    await useGrid('tapered_deci_cent')
    const { order: denied, denials } = await world.place({ price: '0.455' })
    expect(denied.status).to.equal('denied')
    expect(denials[0]).to.include({ code: 'PRICE_OFF_TICK', suggestion: '--price 0.45 or --price 0.46' })
    const edge = await world.plan({ price: '0.0555', quantity: '10' })
    expect(edge.verdict.kind === 'denied' && edge.verdict.denials[0]).to.include({
      suggestion: '--price 0.055 or --price 0.056',
    })
  })

  it('denies NO on the mirror of the grid, which is the YES price that would be sent', async () => {
    await useGrid('tapered_deci_cent')
    expect((await world.plan({ outcome: 'no', price: '0.905' })).verdict.kind).to.equal('approved')
    const centre = await world.plan({ outcome: 'no', price: '0.505' })
    expect(centre.verdict.kind === 'denied' && centre.verdict.denials[0]?.code).to.equal('PRICE_OFF_TICK')
  })

  it('a new grid while the market trades: what rests goes on resting, and the next order is held against it', async () => {
    await useGrid('deci_cent')
    const { order: fine } = await world.place({ price: '0.455' })
    expect(fine.status).to.equal('resting')
    await useGrid('linear_cent')
    expect(formatAmount((await world.client.listOpenOrders())[0]?.price ?? parsePrice('0.99'))).to.equal('0.455')
    expect((await world.client.getBook(await world.client.getMarket('KXSHARD0'))).bids).to.deep.equal([
      { price: 455_000n, quantity: 10_000_000n },
    ])
    expect((await world.place({ price: '0.455' })).denials.map(({ code }) => code)).to.deep.equal(['PRICE_OFF_TICK'])
    await world.book([], [['0.46', '1']])
    expect((await world.place({ price: '0.46', quantity: '1' })).order.status).to.equal('filled')
    await world.reconcile()
    expect((await world.known(fine)).status).to.equal('resting')
  })

  it('an order that was approved on the grid of a moment ago is refused, and certainly not placed', async () => {
    await useGrid('deci_cent')
    const stale = await world.send({ price: '0.433' }, () => useGrid('linear_cent'))
    expect(stale.placement).to.deep.include({ kind: 'rejected', code: 'PRICE_OFF_GRID' })
  })
})
