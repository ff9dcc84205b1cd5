import { expect } from 'chai'
import * as v from 'valibot'
import { parseJson } from '../../../src/clients/json.ts'
import { feeSchedule } from '../../../src/clients/kalshi/fees.ts'
import { type WireEvent, type WireSeries, wireEvent, wireSeries } from '../../../src/clients/kalshi/wire.ts'
import { formatAmount, parsePrice, parseQuantity } from '../../../src/domain/amounts.ts'
import { predictFee } from '../../../src/domain/fees.ts'

function series(fee_type: string | null, fee_multiplier: string | null): WireSeries {
  return v.parse(
    wireSeries,
    parseJson(`{"ticker":"KXS","fee_type":${JSON.stringify(fee_type)},"fee_multiplier":${fee_multiplier}}`),
  )
}

function event(changes: string): WireEvent {
  return v.parse(wireEvent, parseJson(`{"event_ticker":"KXE"${changes}}`))
}

function fee(
  schedule: ReturnType<typeof feeSchedule>,
  quantity: string,
  price: string,
  liquidity: 'taker' | 'maker' = 'taker',
) {
  const amount = predictFee(schedule, { price: parsePrice(price), quantity: parseQuantity(quantity), liquidity })
  return amount === null ? null : formatAmount(amount)
}

describe('kalshi fees', () => {
  it('agrees with fees charged on demo and with the examples of the fee page', () => {
    const plain = feeSchedule(null, series('quadratic', '1'))
    expect(fee(plain, '1', '0.52')).to.equal('0.0175')
    expect(fee(plain, '1', '0.99')).to.equal('0.0007')
    expect(fee(plain, '1', '0.055')).to.equal('0.0037')
    expect(fee(plain, '100', '0.50')).to.equal('1.75')
    expect(fee(plain, '100', '0.25')).to.equal('1.3125')
  })

  it('charges makers by type', () => {
    expect(fee(feeSchedule(null, series('quadratic', '1')), '100', '0.50', 'maker')).to.equal('0')
    expect(fee(feeSchedule(null, series('quadratic_with_maker_fees', '1')), '100', '0.50', 'maker')).to.equal('0.4375')
    expect(fee(feeSchedule(null, series('quadratic_with_combo_maker_fees', '1')), '100', '0.50', 'maker')).to.equal(
      '0.875',
    )
  })

  it('applies the multiplier, and calls zero free', () => {
    expect(fee(feeSchedule(null, series('quadratic', '0.5')), '100', '0.50')).to.equal('0.875')
    expect(feeSchedule(null, series('quadratic', '0')).kind).to.equal('free')
  })

  it('lets the event override type and multiplier, each on its own', () => {
    const half = event(',"fee_multiplier_override":0.5')
    expect(fee(feeSchedule(half, series('quadratic', '1')), '100', '0.50')).to.equal('0.875')
    const maker = event(',"fee_type_override":"quadratic_with_maker_fees","fee_multiplier_override":null')
    expect(fee(feeSchedule(maker, series('quadratic', '1')), '100', '0.50', 'maker')).to.equal('0.4375')
  })

  it('never takes a fee that it cannot compute for none', () => {
    expect(feeSchedule(null, null).kind).to.equal('unknown')
    expect(feeSchedule(null, series('flat', '1')).kind).to.equal('unknown')
    expect(feeSchedule(null, series('constructor', '1')).kind).to.equal('unknown')
    expect(feeSchedule(null, series('quadratic', null)).kind).to.equal('unknown')
    expect(feeSchedule(null, series('quadratic', '"lots"')).kind).to.equal('unknown')
    expect(fee(feeSchedule(null, null), '1', '0.50')).to.equal(null)
  })
})
