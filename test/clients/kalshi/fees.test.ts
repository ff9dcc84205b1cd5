import { expect } from 'chai'
import * as v from 'valibot'
import { parseJson } from '../../../src/clients/json.ts'
import { feeSchedule } from '../../../src/clients/kalshi/fees.ts'
import { type WireEvent, type WireSeries, wireEvent, wireSeries } from '../../../src/clients/kalshi/wire.ts'
import { formatAmount, parsePrice, parseQuantity } from '../../../src/domain/amounts.ts'
import { type FeeSchedule, predictFee, worstTakerFee } from '../../../src/domain/fees.ts'

function series(fee_type: string | null, fee_multiplier: string | null): WireSeries {
  return v.parse(
    wireSeries,
    parseJson(`{"ticker":"KXS","fee_type":${JSON.stringify(fee_type)},"fee_multiplier":${fee_multiplier}}`),
  )
}

function event(changes: string): WireEvent {
  return v.parse(wireEvent, parseJson(`{"event_ticker":"KXE"${changes}}`))
}

function scheduleOf(
  event: WireEvent | null,
  series: WireSeries | null,
  waivedUntil: string | null = null,
): FeeSchedule {
  return feeSchedule({ fee_waiver_expiration_time: waivedUntil }, event, series)
}

function fee(schedule: FeeSchedule, quantity: string, price: string, liquidity: 'taker' | 'maker' = 'taker') {
  const amount = predictFee(schedule, {
    side: 'buy',
    price: parsePrice(price),
    quantity: parseQuantity(quantity),
    liquidity,
  })
  return amount === null ? null : formatAmount(amount)
}

describe('kalshi fees', () => {
  it('agrees with fees charged on demo and with the examples of the fee page', () => {
    const plain = scheduleOf(null, series('quadratic', '1'))
    expect(fee(plain, '1', '0.52')).to.equal('0.0175')
    expect(fee(plain, '1', '0.99')).to.equal('0.0007')
    expect(fee(plain, '1', '0.055')).to.equal('0.0037')
    expect(fee(plain, '100', '0.50')).to.equal('1.75')
    expect(fee(plain, '100', '0.25')).to.equal('1.3125')
  })

  it('charges makers by type', () => {
    expect(fee(scheduleOf(null, series('quadratic', '1')), '100', '0.50', 'maker')).to.equal('0')
    expect(fee(scheduleOf(null, series('quadratic_with_maker_fees', '1')), '100', '0.50', 'maker')).to.equal('0.4375')
    expect(fee(scheduleOf(null, series('quadratic_with_combo_maker_fees', '1')), '100', '0.50', 'maker')).to.equal(
      '0.875',
    )
  })

  it('applies the multiplier; at zero only the balance is rounded', () => {
    expect(fee(scheduleOf(null, series('quadratic', '0.5')), '100', '0.50')).to.equal('0.875')
    const none = scheduleOf(null, series('quadratic', '0'))
    expect([fee(none, '100', '0.50'), fee(none, '0.01', '0.055')]).to.deep.equal(['0', '0.00005'])
  })

  it('keeps a waiver, and relies on it for nothing', () => {
    const waived = scheduleOf(null, series('quadratic', '1'), '2026-12-01T00:00:00Z')
    expect(waived).to.include({ waivedUntil: '2026-12-01T00:00:00Z' })
    const order = { side: 'buy', price: parsePrice('0.5'), quantity: parseQuantity('100') } as const
    expect(worstTakerFee(waived, order)).to.equal(worstTakerFee(scheduleOf(null, series('quadratic', '1')), order))
  })

  it('names the series that sets it', () => {
    expect(scheduleOf(null, series('quadratic', '1'))).to.include({ series: 'KXS' })
  })

  it('lets the event override type and multiplier, each on its own', () => {
    const half = event(',"fee_multiplier_override":0.5')
    expect(fee(scheduleOf(half, series('quadratic', '1')), '100', '0.50')).to.equal('0.875')
    const maker = event(',"fee_type_override":"quadratic_with_maker_fees","fee_multiplier_override":null')
    expect(fee(scheduleOf(maker, series('quadratic', '1')), '100', '0.50', 'maker')).to.equal('0.4375')
  })

  it('never takes a fee that it cannot compute for none', () => {
    expect(scheduleOf(null, null).kind).to.equal('unknown')
    expect(scheduleOf(null, series('flat', '1')).kind).to.equal('unknown')
    expect(scheduleOf(null, series('constructor', '1')).kind).to.equal('unknown')
    expect(scheduleOf(null, series('quadratic', null)).kind).to.equal('unknown')
    expect(scheduleOf(null, series('quadratic', '"lots"')).kind).to.equal('unknown')
    expect(fee(scheduleOf(null, null), '1', '0.50')).to.equal(null)
  })
})
