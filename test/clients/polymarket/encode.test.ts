import { expect } from 'chai'
import { replayPolymarketAccount } from '../../../src/clients/polymarket/account.ts'
import {
  type EncodedOrder,
  encodeOrder,
  orderBody,
  orderPreview,
  saltOf,
} from '../../../src/clients/polymarket/encode.ts'
import { parsePrice, parseQuantity } from '../../../src/domain/amounts.ts'
import { ToolkitError } from '../../../src/domain/errors.ts'
import type { Market } from '../../../src/domain/market.ts'
import type { OrderIntent } from '../../../src/domain/order.ts'
import { aClobMarket, anIntent, aRow, marketFrom, NO_TOKEN, NOW_MS, TEST_ADDRESS, YES_TOKEN } from './builders.ts'

const eoa = replayPolymarketAccount({ address: TEST_ADDRESS, funder: TEST_ADDRESS, signatureType: 0 })
const wallet = '0xBc0fF067b7740Eff76C1ca93c875Ba6B890d6B50'
const depositWallet = replayPolymarketAccount({ address: TEST_ADDRESS, funder: wallet, signatureType: 3 })

function encode(changes: Partial<OrderIntent> = {}, market: Market = marketFrom()): EncodedOrder {
  return encodeOrder(anIntent(changes), market, eoa, NOW_MS)
}

function denial(changes: Partial<OrderIntent>, market?: Market): ToolkitError {
  try {
    encode(changes, market)
  } catch (error) {
    if (error instanceof ToolkitError) return error
    throw error
  }
  throw new Error('not denied')
}

describe('polymarket order encoding', () => {
  it('buys YES with dollars for shares, and sells NO the other way round', () => {
    expect(encode().struct).to.include({ tokenId: YES_TOKEN, side: 0, makerAmount: '4500000', takerAmount: '10000000' })
    expect(encode({ side: 'sell', outcome: 'no' }).struct).to.include({
      tokenId: NO_TOKEN,
      side: 1,
      makerAmount: '10000000',
      takerAmount: '4500000',
    })
  })

  it('maps IOC to FAK and leaves the other times in force their names', () => {
    const types = (['ioc', 'fok', 'gtc'] as const).map((timeInForce) => encode({ timeInForce }).orderType)
    expect(types).to.deep.equal(['FAK', 'FOK', 'GTC'])
  })

  it('makes the same order of the same intent, and another of another', () => {
    expect(encode()).to.deep.equal(encode())
    expect(encode().struct.salt).not.to.equal(encode({ clientOrderId: 'another' }).struct.salt)
    expect(encode().struct.timestamp).to.equal(String(NOW_MS))
  })

  it('draws salts that a JSON number holds exactly', () => {
    for (let n = 0; n < 500; n++) {
      const salt = saltOf({ clientOrderId: `id-${n}` })
      expect(Number.isSafeInteger(Number(salt)) && Number(salt) > 0).to.equal(true)
      expect(String(Number(salt))).to.equal(salt)
    }
  })

  it('lets a deposit wallet sign as itself', () => {
    const { struct } = encodeOrder(anIntent(), marketFrom(), depositWallet, NOW_MS)
    expect(struct).to.include({ maker: wallet, signer: wallet, signatureType: 3 })
  })

  it('signs for the neg-risk exchange in a neg-risk market', () => {
    const market = marketFrom(aRow({ negRisk: true }), aClobMarket({ nr: true }))
    expect(encode({}, market).domain.verifyingContract).to.equal('0xe2222d279d744050d28e00520010520000310F59')
    expect(encode().domain.verifyingContract).to.equal('0xE111180000d2663C0091e4f400237545B87B996B')
  })

  it('states a GTD end 60 s late, since the venue ends orders early', () => {
    const expiresAt = new Date(NOW_MS + 600_000).toISOString()
    expect(encode({ timeInForce: 'gtd', expiresAt }).expiration).to.equal(String(NOW_MS / 1000 + 660))
  })

  it('refuses a GTD order that would live less than two minutes', () => {
    const expiresAt = new Date(NOW_MS + 119_000).toISOString()
    expect(denial({ timeInForce: 'gtd', expiresAt })).to.include({ code: 'POLYMARKET_EXPIRATION', category: 'denied' })
    expect(denial({ timeInForce: 'gtd', expiresAt: null }).code).to.equal('POLYMARKET_EXPIRATION')
  })

  it('refuses an immediate buy that is not whole cents, and names quantities that work', () => {
    const market = marketFrom(aRow(), aClobMarket({ mts: 0.001 }))
    const error = denial({ timeInForce: 'fok', price: parsePrice('0.35'), quantity: parseQuantity('42.85') }, market)
    expect(error).to.include({ code: 'POLYMARKET_PRECISION', category: 'denied' })
    expect(error.suggestions.join()).to.contain('--quantity 42.8').and.to.contain('--quantity 43')
  })

  it('takes the same numbers as a resting order, and as an immediate sale', () => {
    const numbers = { price: parsePrice('0.35'), quantity: parseQuantity('42.85') }
    expect(encode(numbers).struct.makerAmount).to.equal('14997500')
    expect(encode({ ...numbers, side: 'sell', timeInForce: 'ioc' }).struct.takerAmount).to.equal('14997500')
  })

  for (const [what, changes, code] of [
    ['a price off the tick', { price: parsePrice('0.455') }, 'POLYMARKET_TICK'],
    ['a thousandth of a share', { quantity: parseQuantity('10.001') }, 'POLYMARKET_QUANTITY_STEP'],
    ['no shares', { quantity: parseQuantity('0') }, 'POLYMARKET_QUANTITY_STEP'],
    ['reduce-only', { reduceOnly: true }, 'POLYMARKET_NO_REDUCE_ONLY'],
    ['an immediate post-only order', { postOnly: true, timeInForce: 'ioc' }, 'POLYMARKET_POST_ONLY'],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(denial(changes)).to.include({ code, category: 'denied' })
    })
  }

  it('refuses a market that is not tradable', () => {
    expect(denial({}, marketFrom(aRow({ version: undefined }))).code).to.equal('POLYMARKET_UNTRADABLE')
  })

  it('writes the salt as a number and everything else numeric as text', () => {
    const body = orderBody(encode(), '0xsigned', 'api-key')
    expect(body).to.contain(`"salt":${encode().struct.salt},`)
    expect(JSON.parse(body)).to.have.nested.include({ owner: 'api-key', orderType: 'GTC', 'order.side': 'BUY' })
    expect(JSON.parse(body)).to.have.nested.include({ 'order.expiration': '0', 'order.makerAmount': '4500000' })
  })

  it('previews neither signature nor key', () => {
    expect(Object.keys(orderPreview(encode())).filter((name) => /key|owner|^signature$/i.test(name))).to.deep.equal([])
  })
})
