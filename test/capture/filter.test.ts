import { expect } from 'chai'
import { endpointFinder } from '../../src/capture/format/endpoints.ts'
import { parseCaptureFilter } from '../../src/capture/record/filter.ts'
import { ToolkitError } from '../../src/domain/errors.ts'

const kalshi = endpointFinder({ venue: 'kalshi', service: 'rest', baseUrl: 'https://host/trade-api/v2' })
const polymarket = endpointFinder({ venue: 'polymarket', service: 'clob', baseUrl: 'https://clob.polymarket.com' })

function keeps(filter: string, method: string, url: string): boolean {
  const endpoint = (url.startsWith('https://host') ? kalshi : polymarket)(method, new URL(url))
  return parseCaptureFilter(filter).keeps({ method, url, endpoint })
}

describe('capture filter', () => {
  const orders = [
    ['POST', 'https://host/trade-api/v2/portfolio/events/orders'],
    ['DELETE', 'https://host/trade-api/v2/portfolio/events/orders/97ec18b7?market_ticker=KX'],
    ['GET', 'https://host/trade-api/v2/portfolio/orders?ticker=KX'],
    ['GET', 'https://host/trade-api/v2/portfolio/fills'],
    ['POST', 'https://clob.polymarket.com/order'],
    ['DELETE', 'https://clob.polymarket.com/cancel-all'],
    ['GET', 'https://clob.polymarket.com/data/order/0xab'],
    ['GET', 'https://clob.polymarket.com/data/trades?id=1'],
  ] as const
  for (const [method, url] of orders) {
    it(`"orders" keeps ${method} ${new URL(url).pathname}`, () => {
      expect(keeps('orders', method, url)).to.equal(true)
    })
  }

  const others = [
    ['GET', 'https://host/trade-api/v2/markets?limit=1000'],
    ['GET', 'https://host/trade-api/v2/portfolio/balance'],
    ['GET', 'https://clob.polymarket.com/book?token_id=1'],
    ['GET', 'https://clob.polymarket.com/auth/derive-api-key'],
  ] as const
  for (const [method, url] of others) {
    it(`"orders" leaves out ${method} ${new URL(url).pathname}`, () => {
      expect(keeps('orders', method, url)).to.equal(false)
    })
  }

  it('"all" keeps everything but API keys', () => {
    expect(keeps('all', 'GET', 'https://host/trade-api/v2/some/new/path')).to.equal(true)
    expect(keeps('all', 'POST', 'https://clob.polymarket.com/auth/api-key')).to.equal(false)
    expect(keeps('all', 'POST', 'https://host/trade-api/v2/api_keys/generate')).to.equal(false)
  })

  it('a regular expression is held against method and URL', () => {
    expect(keeps('^POST .*/orders$', 'POST', 'https://host/trade-api/v2/portfolio/events/orders')).to.equal(true)
    expect(keeps('^POST .*/orders$', 'GET', 'https://host/trade-api/v2/portfolio/orders')).to.equal(false)
    expect(keeps('.*', 'GET', 'https://clob.polymarket.com/auth/derive-api-key')).to.equal(false)
  })

  for (const bad of ['(', '', '  ']) {
    it(`refuses ${JSON.stringify(bad)}`, () => {
      expect(() => parseCaptureFilter(bad))
        .to.throw(ToolkitError)
        .with.property('category', 'usage')
    })
  }

  it('an endpoint it does not know is private, and may place an order when it is a POST', () => {
    expect(kalshi('POST', new URL('https://host/trade-api/v2/portfolio/new/orders'))).to.deep.equal({
      name: 'portfolio_new_orders',
      content: 'account',
      isOrder: false,
      places: true,
    })
  })

  it('a cancel is not a placement', () => {
    expect(polymarket('DELETE', new URL('https://clob.polymarket.com/order')).places).to.equal(false)
    expect(polymarket('POST', new URL('https://clob.polymarket.com/order')).places).to.equal(true)
  })
})
