import { expect } from 'chai'
import type { Session } from '../../../src/cli/session/session.ts'
import { loadPolymarketAccount } from '../../../src/clients/polymarket/account.ts'
import type { ApprovedOrder } from '../../../src/domain/order.ts'
import { placeOrder } from '../../../src/engine/place/place-order.ts'
import { planOrder } from '../../../src/engine/place/plan-order.ts'
import { reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { aDraft, place } from '../../support/session.ts'
import { type Json, Scenario, standing } from './support.ts'

describe('polymarket scenario: wallets, keys and orders sent twice', () => {
  let scenario: Scenario
  beforeEach(async () => {
    scenario = await Scenario.open()
    await scenario.book([['0.40', '500']], [['0.45', '500']])
  })
  afterEach(() => scenario.close())

  /** A session with other credentials than the sandbox's own. */
  function sessionWith(credentials: Readonly<Record<string, string>>): Promise<Session> {
    const { venues } = scenario.world.settings()
    const { funder: _funder, signatureType: _type, ...own } = venues.polymarket.credentials
    return scenario.session({
      venues: { ...venues, polymarket: { ...venues.polymarket, credentials: { ...own, ...credentials } } },
    })
  }

  async function walletOf(signatureType: string): Promise<string> {
    const { privateKey } = scenario.world.sandbox.polymarket
    return (await loadPolymarketAccount({ privateKey, signatureType })).funder
  }

  const cashOf = async (account: string): Promise<string> => {
    const { accounts } = await scenario.control('GET', '/accounts')
    return accounts.find((each: Json) => each.account === account).cash.pusd
  }

  for (const [name, signatureType] of [
    ['a proxy wallet', '1'],
    ['a Safe', '2'],
    ['a deposit wallet, whose signature is wrapped', '3'],
  ] as const) {
    it(`trade for ${name} with its own money`, async () => {
      const funder = await walletOf(signatureType)
      await scenario.control('POST', '/wallets', { funder, signatureType: Number(signatureType), cash: '100' })
      const session = await sessionWith({ signatureType })
      const { order, preview } = await place(session, { venue: 'polymarket', quantity: '10', price: '0.45' })
      expect(standing(order)).to.deep.equal(['filled', '10', '10', '0', '0'])
      expect(preview).to.include({ maker: funder, signatureType })
      expect(preview?.signer === funder).to.equal(signatureType === '3')
      expect(Number(await cashOf(`polymarket-wallet-${signatureType}-${funder}`)) < 95.5).to.equal(true)
      expect(await cashOf('polymarket-main')).to.equal('10000')
      scenario.pass(60_000)
      const report = await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
      expect(report.differences).to.deep.equal([])
    })
  }

  it('is refused for certain for a deposit wallet that was never deployed', async () => {
    const session = await sessionWith({ signatureType: '3' })
    const { order } = await place(session, { venue: 'polymarket', quantity: '10', price: '0.45' })
    expect(standing(order).slice(0, 2)).to.deep.equal(['rejected', '0'])
    expect(order.reason).to.contain('the order signer address has to be the address of the API KEY')
  })

  it('is refused for certain for a proxy wallet that the venue does not know', async () => {
    const session = await sessionWith({ signatureType: '1' })
    const { order } = await place(session, { venue: 'polymarket', quantity: '10', price: '0.45' })
    expect(order.status).to.equal('rejected')
    expect(order.reason).to.contain('maker address not allowed, please use the deposit wallet flow')
  })

  it('is refused for certain under a key that is not the wallet’s', async () => {
    const session = await sessionWith({
      apiKey: '00000000-0000-4000-8000-000000000000',
      apiSecret: Buffer.alloc(32).toString('base64'),
      apiPassphrase: '0'.repeat(64),
    })
    const { order } = await place(session, { venue: 'polymarket', quantity: '10', price: '0.45' })
    expect(standing(order).slice(0, 2)).to.deep.equal(['rejected', '0'])
    expect((await scenario.account()).orders).to.deep.equal([])
  })

  it('sent twice is placed once: the second answer proves the first, and the order is read', async () => {
    const session = await scenario.session()
    const plan = await planOrder(session.trading, aDraft({ venue: 'polymarket', quantity: '10', price: '0.45' }))
    const client = await session.trading.client('polymarket')
    const prepared = await client.prepareOrder({ intent: plan.intent } as ApprovedOrder, plan.market)
    expect((await client.placeOrder(prepared)).kind).to.equal('accepted')
    expect((await client.placeOrder(prepared)).kind).to.equal('duplicate')
    // The tool sends the same bytes a third time: the venue has it, so it is neither lost nor doubled.
    const { order } = await placeOrder(session.trading, plan)
    expect([order.status, order.venueOrderId]).to.deep.equal(['unknown', prepared.venueOrderId])
    const { settled } = await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
    expect(settled.map(({ to }) => to)).to.deep.equal(['filled'])
    expect((await scenario.account()).positions[0].yes).to.equal('10')
  })

  it('whose answer was lost is not sent again, and its fill is found', async () => {
    const session = await scenario.session()
    await scenario.fault('drop_response')
    const { order } = await place(session, { venue: 'polymarket', quantity: '10', price: '0.45' })
    expect(order.status).to.equal('unknown')
    await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
    expect((await scenario.account()).orders).to.have.length(1)
    expect((await scenario.account()).positions[0].yes).to.equal('10')
  })
})
