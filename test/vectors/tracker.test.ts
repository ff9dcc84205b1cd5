import { expect } from 'chai'
import { placeOf, track } from './tracker.ts'

const json = {
  meta: { by: 'someone' },
  cases: [
    { given: 1, wanted: { maker: '2', taker: '3' } },
    { given: 4, wanted: { maker: '5', taker: '6' }, empty: [] },
  ],
}

describe('tracked vectors', () => {
  it('name everything that nobody looked at, down to the single value', () => {
    const { value, unread } = track(json)
    for (const one of value.cases) expect(one.given).to.be.greaterThan(0)
    expect(value.cases[1]?.wanted.maker).to.equal('5')
    expect(unread()).to.deep.equal([
      'meta.by',
      'cases[0].wanted.maker',
      'cases[0].wanted.taker',
      'cases[1].wanted.taker',
      'cases[1].empty',
    ])
  })

  it('have nothing left once all was compared', () => {
    const { value, unread } = track(json)
    expect(value).to.deep.equal(json)
    expect(unread()).to.deep.equal([])
  })

  it('do not take walking over cases for looking at them', () => {
    const { value, unread } = track(json)
    expect(value.cases.filter((one) => one.given > 1)).to.have.length(1)
    expect(unread()).to.include('cases[1].wanted.maker')
  })

  it('know their places', () => {
    const { value } = track(json)
    expect(value.cases.map(({ wanted }) => placeOf(wanted))).to.deep.equal(['cases[0].wanted', 'cases[1].wanted'])
  })
})
