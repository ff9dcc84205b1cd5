import { expect } from 'chai'
import { checkFormat, JOURNAL_FORMAT, upcast } from '../../src/store/upcast.ts'

const steps = [
  (event: unknown): unknown => ({ ...(event as object), two: true }),
  (event: unknown): unknown => ({ ...(event as object), three: true }),
]

describe('upcast', () => {
  it('takes an event through every step from its own format on', () => {
    expect(upcast({ one: true }, 1, steps)).to.deep.equal({ one: true, two: true, three: true })
  })

  it('skips the steps that an event is past', () => {
    expect(upcast({ one: true }, 2, steps)).to.deep.equal({ one: true, three: true })
  })

  it('accepts the format of this version', () => {
    expect(() => checkFormat({ format: JOURNAL_FORMAT, environment: 'sandbox', created: '' }, 'f')).not.to.throw()
  })

  it('refuses a newer format by name', () => {
    expect(() => checkFormat({ format: 9, environment: 'sandbox', created: '' }, 'f')).to.throw('format 9')
  })
})
