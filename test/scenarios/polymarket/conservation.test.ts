import { expect } from 'chai'
import type { Session } from '../../../src/cli/session/session.ts'
import { addMoney, formatAmount, parseMoney, subtractMoney } from '../../../src/domain/amounts.ts'
import type { Outcome } from '../../../src/domain/market.ts'
import { positionKey } from '../../../src/domain/position.ts'
import { reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { seededRandom } from '../../../src/runtime/random.ts'
import { place } from '../../support/session.ts'
import { plain, Scenario } from './support.ts'

const outcomes: readonly Outcome[] = ['yes', 'no']
const weather = ['settlement_failed', 'settlement_retried', null, null, null] as const

/** Our books against the exchange's own, to the millionth, after many orders of which some never settle. */
describe('polymarket scenario: money and shares are conserved, whatever fails to settle', () => {
  for (const seed of ['one', 'two']) {
    it(`seed ${seed}`, async () => {
      const scenario = await Scenario.open()
      try {
        const session = await scenario.session()
        const random = seededRandom(`conservation/${seed}`)
        await scenario.book([['0.40', '5000']], [['0.45', '5000']])
        for (let step = 0; step < 24; step++) {
          const fault = weather[random.below(weather.length)]
          if (fault) await scenario.fault(fault)
          await trade(session, random.below(2) === 0 ? 'buy' : 'sell', outcomes[random.below(2)] ?? 'yes', {
            quantity: String(5 + random.below(30)),
            timeInForce: random.below(3) === 0 ? 'gtc' : 'ioc',
          })
          await scenario.control('DELETE', '/faults')
          scenario.pass(random.below(4_000))
          if (random.below(4) === 0) await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
        }
        scenario.pass(120_000)
        const report = await reconcile(session.trading, { fix: false, venues: ['polymarket'] })
        expect([report.differences, report.unsettled]).to.deep.equal([[], []])
        await expectSameBooks(scenario, session)
      } finally {
        await scenario.close()
      }
    })
  }

  function trade(
    session: Session,
    side: 'buy' | 'sell',
    outcome: Outcome,
    more: { readonly quantity: string; readonly timeInForce: 'gtc' | 'ioc' },
  ): Promise<unknown> {
    const [bid, ask] = outcome === 'yes' ? ['0.40', '0.45'] : ['0.55', '0.60']
    const price = side === 'buy' ? (ask ?? '') : (bid ?? '')
    return place(session, { venue: 'polymarket', side, outcome, price, allowDuplicate: true, ...more })
  }

  async function expectSameBooks(scenario: Scenario, session: Session): Promise<void> {
    const { positions } = session.trading.ledger.state
    const account = await scenario.account()
    const theirs = account.positions.find(({ market }: { market: string }) => market === plain)
    for (const outcome of outcomes) {
      const ours = positions.get(positionKey(plain, outcome))
      expect(ours === undefined ? '0' : formatAmount(ours.quantity)).to.equal(theirs[outcome])
    }
    const cash = [...positions.values()].map(({ realizedPnl, totalCost, fees }) =>
      subtractMoney(subtractMoney(realizedPnl, totalCost), fees),
    )
    expect(formatAmount(addMoney(parseMoney('10000'), ...cash))).to.equal(account.cash.pusd)
    const orders = await session.trading.ledger.listOrders({})
    const reversed = orders.filter(({ reversedQuantity }) => reversedQuantity > 0n)
    expect(reversed.length > 0, 'something failed to settle').to.equal(true)
  }
})
