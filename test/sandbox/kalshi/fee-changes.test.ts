import { expect } from 'chai'
import { type KalshiBench, kalshiBench } from '../support/kalshi-http.ts'

describe('Kalshi face: changes of fees', () => {
  let bench: KalshiBench

  beforeEach(async () => {
    bench = await kalshiBench()
  })
  afterEach(() => bench.close())

  const get = (path: string) => bench.raw('GET', path, {})

  it('tells of changes of fees to come, and of past ones when asked; never of secret ones', async () => {
    const change = { series: 'KXTEST', type: 'quadratic_with_maker_fees', multiplier: '0.5' }
    await bench.control('POST', '/fees', { ...change, afterMs: 60_000 })
    await bench.control('POST', '/fees', { series: 'KXTEST', type: 'flat', multiplier: '9', secret: true })
    const coming = (await get('/series/fee_changes?series_ticker=KXTEST')).body.series_fee_change_arr
    const told = {
      id: 'fee-change-1',
      series_ticker: 'KXTEST',
      fee_type: 'quadratic_with_maker_fees',
      fee_multiplier: 0.5,
      scheduled_ts: '2026-11-20T00:01:00Z',
    }
    expect(coming).to.deep.equal([told])
    expect((await get('/series/fee_changes?series_ticker=KXOTHER')).body.series_fee_change_arr).to.deep.equal([])
    expect((await get('/series/KXTEST')).body.series).to.include({ fee_type: 'quadratic', fee_multiplier: 1 })
    await bench.control('POST', '/clock', { advanceMs: 60_000 })
    expect((await get('/series/KXTEST')).body.series).to.include({ fee_type: told.fee_type, fee_multiplier: 0.5 })
    expect((await get('/series/fee_changes')).body.series_fee_change_arr).to.deep.equal([])
    expect((await get('/series/fee_changes?show_historical=true')).body.series_fee_change_arr).to.deep.equal([told])
  })

  it('shows the override of an event until it is cleared, and the waiver of a market', async () => {
    await bench.control('POST', '/fees', { event: 'KXA-EVENT', multiplier: '0.25' })
    expect((await get('/events/KXA-EVENT')).body.event).to.include({ fee_multiplier_override: 0.25 })
    await bench.control('POST', '/fees', { event: 'KXA-EVENT' })
    expect((await get('/events/KXA-EVENT')).body.event).to.not.have.property('fee_multiplier_override')
    const { event_fee_changes: changes } = (await get('/events/fee_changes?event_ticker=KXA-EVENT&limit=1')).body
    expect(changes).to.have.length(1)
    expect((changes as object[])[0]).to.include({ event_ticker: 'KXA-EVENT', fee_multiplier_override: 0.25 })
    await bench.control('POST', '/fees', { waive: 'kalshi:KXA', forMs: 60_000 })
    expect((await get('/markets/KXA')).body.market).to.have.property('fee_waiver_expiration_time')
  })

  it('refuses a change that makes no sense, and says what is wrong', async () => {
    const wrong = [
      { series: 'KXNONE', type: 'quadratic', multiplier: '1' },
      { series: 'KXTEST', multiplier: '1' },
      { series: 'KXTEST', type: 'cubic', multiplier: '1' },
      { series: 'KXTEST', type: 'quadratic', multiplier: 1 },
      { waive: 'polymarket:a', forMs: 1 },
      { balanceStep: '0.5' },
      {},
    ]
    const answers = await Promise.all(wrong.map((body) => bench.control('POST', '/fees', body)))
    expect(answers.map(({ status }) => status)).to.deep.equal(wrong.map(() => 400))
    expect((await bench.control('GET', '/fees')).body.changes).to.deep.equal([])
  })
})
