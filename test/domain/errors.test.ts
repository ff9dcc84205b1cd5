import { expect } from 'chai'
import { ToolkitError, VenueError } from '../../src/domain/errors.ts'

describe('venue error', () => {
  const kinds = {
    unavailable: 'unavailable',
    rate_limited: 'unavailable',
    undecodable: 'unavailable',
    auth: 'usage',
    refused: 'rejected',
    not_found: 'rejected',
  } as const
  for (const [kind, category] of Object.entries(kinds)) {
    it(`of kind ${kind} ends a command as ${category}`, () => {
      const error = new VenueError({ code: 'X', message: 'x', kind: kind as keyof typeof kinds, sent: 'no' })
      expect(error.category).to.equal(category)
    })
  }

  it('is a toolkit error that keeps its cause and knows nothing it was not told', () => {
    const cause = new Error('reset')
    const error = new VenueError({ code: 'X', message: 'x', kind: 'unavailable', sent: 'maybe', cause })
    expect(error).to.be.instanceOf(ToolkitError)
    expect([error.cause, error.httpStatus, error.venueCode]).to.deep.equal([cause, null, null])
  })
})
