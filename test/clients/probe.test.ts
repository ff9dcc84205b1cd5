import { expect } from 'chai'
import fc from 'fast-check'
import { type Asked, clockFinding, failureOf, fieldsFinding, listIn, memberOf } from '../../src/clients/probe.ts'
import { VenueError } from '../../src/domain/errors.ts'

const NOON = Date.parse('2026-11-20T12:00:00Z')

function answered(sentAtMs: number, receivedAtMs: number): Asked {
  return { sentAtMs, receivedAtMs, reply: { status: 200, headers: {}, text: '', json: undefined } }
}

function clock(asked: Asked, venueMs: number, corrected = false) {
  return clockFinding('venue.clock', asked, { label: 'Venue', venueMs, resolutionMs: 1000, corrected })
}

describe('clock check', () => {
  it('does not count the time on the network as a difference of clocks', () => {
    expect(clock(answered(NOON, NOON + 4_000), NOON + 2_000).status).to.equal('ok')
  })

  it('calls a clock that is three seconds behind a thing to note', () => {
    const finding = clock(answered(NOON, NOON), NOON + 3_000)
    expect(finding.status).to.equal('warning')
    expect(finding.message).to.contain('3.0 s behind')
  })

  it('calls a clock that is a minute ahead a problem of configuration', () => {
    const finding = clock(answered(NOON, NOON), NOON - 61_000)
    expect(finding).to.include({ status: 'problem', cause: 'configuration' })
    expect(finding.message).to.contain('60.0 s ahead of')
  })

  it('does not fail for a difference that is corrected in signatures', () => {
    expect(clock(answered(NOON, NOON), NOON + 61_000, true).status).to.equal('warning')
  })

  it('never blames a clock that is right, however long the answer took and wherever in it the venue looked', () => {
    const moments = fc.record({ took: fc.nat(10_000), looked: fc.double({ min: 0, max: 1, noNaN: true }) })
    fc.assert(
      fc.property(moments, ({ took, looked }) => {
        const venueNow = NOON + Math.floor(took * looked)
        const printed = Math.floor(venueNow / 1000) * 1000
        return clock(answered(NOON, NOON + took), printed).status === 'ok'
      }),
    )
  })
})

describe('members check', () => {
  const known = { always: ['id', 'price'], sometimes: ['note'] }
  const check = (objects: readonly unknown[]) =>
    fieldsFinding('venue.fields', '2026-11', [{ name: 'order', known, objects }])

  it('is content with known members, whether or not the optional ones are there', () => {
    expect(
      check([
        { id: '1', price: '0.5' },
        { id: '2', price: '0.5', note: '' },
      ]).status,
    ).to.equal('ok')
  })

  it('names a member that the venue added', () => {
    expect(check([{ id: '1', price: '0.5', shard: 1 }]).message).to.contain('added order.shard')
  })

  it('names a member that the venue dropped, and says what to do', () => {
    const finding = check([{ id: '1' }])
    expect(finding.message).to.contain('dropped order.price')
    expect(finding.suggestions).to.have.lengthOf(1)
  })

  it('does not take a member that only some objects carry for dropped', () => {
    expect(check([{ id: '1' }, { id: '2', price: '0.5' }]).status).to.equal('ok')
  })

  it('concludes nothing from no object', () => {
    expect(check([]).status).to.equal('skipped')
  })

  it('gives one fingerprint whatever the order of members', () => {
    expect(check([{ id: '1', price: '0.5' }]).message).to.equal(check([{ price: '1', id: '2' }]).message)
  })
})

describe('an error met by a check', () => {
  const failure = (kind: VenueError['kind']) => new VenueError({ kind, sent: 'yes', code: 'X', message: 'm' })

  it('is ours to put right when the venue answered with a refusal', () => {
    expect(failureOf('venue.login', failure('auth')).cause).to.equal('configuration')
    expect(failureOf('venue.login', failure('refused')).cause).to.equal('configuration')
  })

  it('means that the venue is away when there was no usable answer', () => {
    expect(failureOf('venue.rest', failure('unavailable')).cause).to.equal('unreachable')
    expect(failureOf('venue.rest', failure('undecodable')).cause).to.equal('unreachable')
  })

  it('is thrown on when it is a bug', () => {
    expect(() => failureOf('venue.rest', new TypeError('x'))).to.throw(TypeError)
  })
})

describe('looking into an answer', () => {
  it('finds members at any depth, and nothing where there is nothing', () => {
    expect(memberOf({ a: { b: 'c' } }, 'a', 'b')).to.equal('c')
    expect(memberOf({ a: null }, 'a', 'b')).to.equal(undefined)
    expect(memberOf('text', 'length')).to.equal(undefined)
    expect(listIn({ a: 'no list' }, 'a')).to.deep.equal([])
  })

  it('does not find what an object inherits', () => {
    expect(memberOf({}, 'constructor')).to.equal(undefined)
  })
})
