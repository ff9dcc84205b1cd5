import { expect } from 'chai'
import { parseRate } from '../../../src/domain/amounts.ts'
import type { VenueError } from '../../../src/domain/errors.ts'
import type { FeesNow } from '../../../src/domain/venue.ts'
import { aMarket, aTimeMs } from '../../support/builders.ts'
import { type ScriptedVenue, scriptedVenue } from './scripted-venue.ts'

const event = 'GET /events/KXA-26'
const series = 'GET /series/KXA'
const seriesChanges = 'GET /series/fee_changes'
const eventChanges = 'GET /events/fee_changes'
const market = aMarket({ eventId: 'KXA-26', routing: { seriesTicker: 'KXA' } })

const at = (ms: number): string => new Date(aTimeMs + ms).toISOString()

describe('what Kalshi charges in a market', () => {
  let venue: ScriptedVenue
  beforeEach(async () => {
    venue = await scriptedVenue({ account: null })
    answerAll()
  })
  afterEach(() => venue.close())

  /** With the venue's time as it is now. */
  function answerAll(): void {
    answerEvent()
    const wire = { ticker: 'KXA', fee_type: 'quadratic', fee_multiplier: 1 }
    venue.answer(series, { body: { series: wire }, ...dated() })
    answerChanges([], [])
  }

  function dated(): { readonly headers: { readonly date: string } } {
    return { headers: { date: new Date(venue.clock.nowMs()).toUTCString() } }
  }

  function answerEvent(overrides: object = {}): void {
    const wire = { event_ticker: 'KXA-26', series_ticker: 'KXA', ...overrides }
    venue.answer(event, { body: { event: wire }, ...dated() })
  }

  /** Changes of the series and of the event, in ms from now. */
  function answerChanges(ofSeries: readonly number[], ofEvent: readonly number[]): void {
    const rows = (times: readonly number[], more: object) =>
      times.map((ms) => ({ id: String(ms), scheduled_ts: at(ms), ...more }))
    venue.answer(seriesChanges, {
      body: { series_fee_change_arr: rows(ofSeries, { series_ticker: 'KXA' }) },
      ...dated(),
    })
    const changes = rows(ofEvent, { event_ticker: 'KXA-26' })
    venue.answer(eventChanges, { body: { event_fee_changes: changes, cursor: '' }, ...dated() })
  }

  async function fees(): Promise<readonly [string, number | null]> {
    const { schedule, untilMs }: FeesNow = await venue.client.getFees(market)
    const charged = schedule.kind === 'quadratic' ? String(schedule.multiplier) : schedule.kind
    return [charged, untilMs === null ? null : untilMs - aTimeMs]
  }

  it('is read anew each time, whatever was read a moment ago', async () => {
    expect(await fees()).to.deep.equal([String(parseRate('1')), null])
    answerEvent({ fee_multiplier_override: 2 })
    expect(await fees()).to.deep.equal([String(parseRate('2')), null])
  })

  it('holds until the first change that is announced, of the series or of the event', async () => {
    answerChanges([90_000, 60_000], [-5_000, 75_000])
    expect((await fees())[1]).to.equal(60_000)
    answerChanges([90_000], [75_000])
    expect((await fees())[1]).to.equal(75_000)
  })

  it('is not known while the list of series may still show what it was before a change', async () => {
    answerChanges([1_000], [])
    await fees()
    venue.clock.advanceTo(aTimeMs + 2_000)
    answerAll()
    expect(await fees()).to.deep.equal(['unknown', 21_000])
    venue.clock.advanceTo(aTimeMs + 21_001)
    answerAll()
    expect(await fees()).to.deep.equal([String(parseRate('1')), null])
  })

  it('is no answer when a change is announced for a time that cannot be read', async () => {
    venue.answer(seriesChanges, {
      body: { series_fee_change_arr: [{ id: '1', series_ticker: 'KXA', scheduled_ts: 'soon' }] },
    })
    const error: VenueError = await venue.client.getFees(market).then(
      () => expect.fail('it was read'),
      (thrown) => thrown,
    )
    expect([error.code, error.kind]).to.deep.equal(['FEE_CHANGE_UNREADABLE', 'undecodable'])
  })
})
