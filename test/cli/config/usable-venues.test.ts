import { expect } from 'chai'
import type { Settings, VenueSettings } from '../../../src/cli/config/settings.ts'
import { requireAccount, usableVenues, withBooked } from '../../../src/cli/config/usable-venues.ts'
import { uncancelled } from '../../../src/cli/halt/cancel-reasons.ts'
import { ToolkitError } from '../../../src/domain/errors.ts'
import { perVenue } from '../../../src/domain/market.ts'
import type { LedgerState } from '../../../src/store/ledger.ts'

const url = 'http://127.0.0.1:1'
const bare: VenueSettings = { urls: { rest: url }, credentials: {}, overrides: [] }
const withKey: VenueSettings = { urls: { rest: url }, credentials: { privateKey: '0x1' }, overrides: [] }

function aConfiguration(
  environment: Settings['environment'],
  venues: Settings['venues'],
): Pick<Settings, 'environment' | 'venues'> {
  return { environment, venues }
}

/** Only what is read of an order or a position. */
function aState(venue: 'kalshi' | 'polymarket'): Pick<LedgerState, 'openOrders' | 'positions'> {
  return { openOrders: new Map([['o-1', { venue }]]), positions: new Map() } as unknown as LedgerState
}

describe('usable venues', () => {
  it('leave out a venue without an account, so that the other can be cancelled and reconciled', () => {
    const live = aConfiguration('live', { kalshi: bare, polymarket: withKey })
    expect(usableVenues(live)).to.deep.equal({ venues: ['polymarket'], leftOut: ['kalshi'] })
  })

  it('leave out a venue that has no such environment', () => {
    const demo = aConfiguration('demo', { kalshi: withKey, polymarket: { ...withKey, urls: { clob: null } } })
    expect(usableVenues(demo)).to.deep.equal({ venues: ['kalshi'], leftOut: ['polymarket'] })
  })

  it('are all of them in the sandbox, which brings its own keys', () => {
    const sandbox = aConfiguration('sandbox', { kalshi: { ...bare, urls: { rest: null } }, polymarket: bare })
    expect(usableVenues(sandbox).leftOut).to.deep.equal([])
  })

  it('are the one that was named, and all when none has an account, so that the client says what is missing', () => {
    const live = aConfiguration('live', { kalshi: bare, polymarket: bare })
    expect(usableVenues(live, 'kalshi')).to.deep.equal({ venues: ['kalshi'], leftOut: [] })
    expect(usableVenues(live).leftOut).to.deep.equal([])
  })

  it('keep a venue in a comparison when the journal has something open there', () => {
    const usable = { venues: ['polymarket'], leftOut: ['kalshi'] } as const
    expect(withBooked(usable, aState('kalshi')).leftOut).to.deep.equal([])
    expect(withBooked(usable, aState('polymarket')).leftOut).to.deep.equal(['kalshi'])
  })

  it('report a venue left out of cancelling as unknown when orders of ours are open there', () => {
    expect(uncancelled(['kalshi'], aState('kalshi'))).to.have.length(1)
    expect(uncancelled(['kalshi'], aState('kalshi'))[0]).to.include({ outcome: 'unknown', stillResting: null })
    expect(uncancelled(['kalshi'], aState('polymarket'))).to.deep.equal([])
  })
})

describe('an order without an account', () => {
  const live = (credentials: Readonly<Record<string, string>>) => ({
    environment: 'live' as const,
    venues: perVenue(() => ({ urls: { rest: 'https://venue.invalid' }, credentials, overrides: [] })),
  })

  it('is refused before anything is asked of the network, naming what to set', () => {
    expect(() => requireAccount(live({}), 'kalshi'))
      .to.throw(ToolkitError, 'No account is set for Kalshi in live')
      .with.property('category', 'usage')
  })

  it('is none where credentials are set', () => {
    expect(() => requireAccount(live({ apiKeyId: 'id' }), 'kalshi')).to.not.throw()
  })
})
