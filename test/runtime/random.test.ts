import { expect } from 'chai'
import fc from 'fast-check'
import { freshSeed, seededRandom } from '../../src/runtime/random.ts'

describe('seeded random', () => {
  it('gives the same bytes for the same seed', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        expect(seededRandom(seed).bytes(40)).to.deep.equal(seededRandom(seed).bytes(40))
      }),
    )
  })

  it('gives the same stream however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(70), { maxLength: 8 }), (sizes) => {
        const random = seededRandom('seed')
        const whole = seededRandom('seed').bytes(sizes.reduce((sum, size) => sum + size, 0))
        expect(Buffer.concat(sizes.map((size) => random.bytes(size)))).to.deep.equal(whole)
      }),
    )
  })

  it('a fork depends on its name, and not on what was drawn before', () => {
    const drained = seededRandom('seed')
    drained.bytes(100)
    expect(drained.fork('a').bytes(16)).to.deep.equal(seededRandom('seed').fork('a').bytes(16))
    expect(seededRandom('seed').fork('b').bytes(16)).to.not.deep.equal(seededRandom('seed').fork('a').bytes(16))
  })

  it('stays below its bound', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.string(), (bound, seed) => {
        const value = seededRandom(seed).below(bound)
        return Number.isInteger(value) && value >= 0 && value < bound
      }),
    )
  })

  it('spreads evenly', () => {
    const random = seededRandom('even')
    const counts = [0, 0, 0, 0, 0]
    for (let draw = 0; draw < 5_000; draw++) {
      const value = random.below(5)
      counts[value] = (counts[value] ?? 0) + 1
    }
    expect(Math.min(...counts)).to.be.greaterThan(850)
  })

  it('refuses a bound that no number is below', () => {
    expect(() => seededRandom('seed').below(0)).to.throw(RangeError)
    expect(() => seededRandom('seed').below(2.5)).to.throw(RangeError)
  })

  it('fresh seeds differ', () => {
    expect(freshSeed())
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.equal(freshSeed())
  })
})
