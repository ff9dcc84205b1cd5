import { expect } from 'chai'
import { deny, listDenials } from '../../src/safeguards/denials.ts'

describe('denials', () => {
  it('each code has a rule for the documentation', () => {
    const listed = listDenials()
    expect(listed.length).to.be.greaterThan(20)
    for (const { code, rule } of listed) {
      expect(code).to.match(/^[A-Z]+(_[A-Z]+)+$|^HALTED$/)
      expect(rule).to.match(/^[A-Z].+\.$/)
    }
  })

  it('a venue’s own rule is told in the venue client’s words', () => {
    const told = {
      message: 'the amount needs whole cents.',
      value: '14.9975',
      limit: '0.01',
      suggestion: '--quantity 40',
    }
    expect(deny('VENUE_RULE', told)).to.deep.equal({
      ...told,
      code: 'VENUE_RULE',
      message: 'Order not sent: the amount needs whole cents.',
    })
  })
})
