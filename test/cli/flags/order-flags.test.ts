import { expect } from 'chai'
import { orderDraft, type ParsedOrderFlags, parseMarketFlag } from '../../../src/cli/flags/order-flags.ts'
import { ToolkitError } from '../../../src/domain/errors.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'

const clock = new VirtualClock(Date.parse('2026-11-20T12:00:00Z'))

function flags(changes: Partial<ParsedOrderFlags> = {}): ParsedOrderFlags {
  return {
    market: 'kalshi:KXHOUSE-28-D',
    outcome: 'yes',
    side: 'buy',
    quantity: '5',
    price: '0.45',
    tif: 'ioc',
    expires: undefined,
    'post-only': false,
    'reduce-only': false,
    'allow-duplicate': false,
    ...changes,
  }
}

function refusal(changes: Partial<ParsedOrderFlags>): ToolkitError {
  try {
    orderDraft(flags(changes), clock)
  } catch (error) {
    if (error instanceof ToolkitError) return error
    throw error
  }
  throw new Error('was accepted')
}

describe('order flags', () => {
  it('become a draft in exact amounts', () => {
    const draft = orderDraft(flags(), clock)
    expect(draft.quantity).to.equal(5_000_000n)
    expect(draft.price).to.equal(450_000n)
    expect(draft.expiresAt).to.equal(null)
  })

  for (const price of ['abc', '1e-2', '-1', '0', '1', '', '0.', '.5', '0,5', '$0.45', '0.4500001', '45c', ' 0.45']) {
    it(`refuse the price ${JSON.stringify(price)} and name the flag`, () => {
      const error = refusal({ price })
      expect(error.message).to.match(/^--price: /)
      expect(error.category).to.equal('usage')
    })
  }

  it('leave a price off the market’s grid to the safeguards', () => {
    expect(orderDraft(flags({ price: '0.455' }), clock).price).to.equal(455_000n)
  })

  for (const quantity of ['abc', '1e2', '-1', '0', '', '5 contracts']) {
    it(`refuse the quantity ${JSON.stringify(quantity)} and name the flag`, () => {
      expect(refusal({ quantity }).message).to.match(/^--quantity: /)
    })
  }

  for (const market of ['KXHOUSE-28-D', 'kalshi:', ':A', 'nyse:IBM', 'kalshi:../etc/passwd', 'kalshi:A B']) {
    it(`refuse the market ${JSON.stringify(market)}`, () => {
      expect(refusal({ market }).message).to.contain(JSON.stringify(market)).and.to.contain('VENUE:SYMBOL')
    })
  }

  it('count an expiry from now', () => {
    expect(orderDraft(flags({ tif: 'gtd', expires: '+10m' }), clock).expiresAt).to.equal('2026-11-20T12:10:00.000Z')
  })

  it('want an expiry for gtd, and for nothing else', () => {
    expect(refusal({ tif: 'gtd' }).message).to.contain('needs --expires')
    expect(refusal({ tif: 'gtc', expires: '+10m' }).message).to.contain('--tif gtd only')
  })

  it('say where a market came from', () => {
    expect(() => parseMarketFlag('x', 'MARKET')).to.throw(/^MARKET "x"/)
  })
})
