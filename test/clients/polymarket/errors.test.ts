import { expect } from 'chai'
import { judgeCancellation } from '../../../src/clients/polymarket/cancels.ts'
import { readFailure } from '../../../src/clients/polymarket/errors.ts'
import { judgePlacement } from '../../../src/clients/polymarket/placement.ts'
import { anIntent, aReply } from './builders.ts'

const ID = `0x${'ab'.repeat(32)}`
const sent = { orderId: ID, intent: anIntent(), makerAmount: 4_500_000n, takerAmount: 10_000_000n }
const limited = { 'poly-ratelimit-remaining': '0', 'poly-ratelimit-reset': '1793000000' }

/** Status, error text, and what it must mean for an order. Texts as the venue prints them. */
const rows: readonly (readonly [number, string, string, string])[] = [
  [400, 'not enough balance / allowance', 'rejected', 'INSUFFICIENT_BALANCE'],
  [
    400,
    'not enough balance / allowance: the balance is not enough -> balance: 0, order amount: 10000000',
    'rejected',
    'INSUFFICIENT_BALANCE',
  ],
  [400, 'invalid signature', 'rejected', 'INVALID_SIGNATURE'],
  [400, 'order_version_mismatch', 'rejected', 'ORDER_VERSION_MISMATCH'],
  [400, 'invalid order version, please use the latest clob-client', 'rejected', 'ORDER_VERSION_MISMATCH'],
  [400, 'the order signer address has to be the address of the API KEY', 'rejected', 'SIGNER_MISMATCH'],
  [400, 'the order owner has to be the owner of the API KEY', 'rejected', 'OWNER_MISMATCH'],
  [400, 'maker address not allowed, please use the deposit wallet flow', 'rejected', 'MAKER_NOT_ALLOWED'],
  [400, "'0x12' address banned", 'rejected', 'ADDRESS_BANNED'],
  [400, "'0x12' address in closed only mode", 'rejected', 'CLOSED_ONLY'],
  [400, `order ${ID} is invalid. Price (0.455) breaks minimum tick size rule: 0.01`, 'rejected', 'TICK_SIZE'],
  [400, `order ${ID} is invalid. Size (1) lower than the minimum: 5`, 'rejected', 'MINIMUM_SIZE'],
  [400, 'invalid amount for a marketable BUY order ($0.5), min size: $1', 'rejected', 'MINIMUM_NOTIONAL'],
  [
    400,
    'invalid amounts, the market buy orders maker amount supports a max accuracy of 2 decimals, taker amount a max of 4 decimals',
    'rejected',
    'AMOUNT_PRECISION',
  ],
  [400, 'invalid post-only order: order crosses book', 'rejected', 'POST_ONLY_WOULD_CROSS'],
  [400, 'invalid expiration', 'rejected', 'INVALID_EXPIRATION'],
  [400, 'the market is not yet ready to process new orders', 'rejected', 'MARKET_NOT_READY'],
  [400, 'Invalid order payload', 'rejected', 'BAD_PAYLOAD'],
  [400, 'a rule that is new', 'rejected', 'VENUE_REFUSED'],
  [401, 'Unauthorized/Invalid api key', 'rejected', 'AUTH_REJECTED'],
  [403, 'Trading restricted in your region, please refer to available regions', 'rejected', 'REGION_RESTRICTED'],
  [404, 'market not found', 'rejected', 'MARKET_NOT_FOUND'],
  [503, 'Trading is currently disabled. Check polymarket.com for updates', 'rejected', 'TRADING_DISABLED'],
  [
    503,
    'Trading is currently cancel-only. New orders are not accepted, but cancels are allowed.',
    'rejected',
    'CANCEL_ONLY',
  ],
  [503, 'post-only mode: only post-only orders and cancels are allowed', 'rejected', 'POST_ONLY_MODE'],
  [400, 'order match delayed due to market conditions', 'unknown', 'MATCH_DELAYED'],
  [400, 'the trade contains rounding issues', 'unknown', 'MATCH_FAILED'],
  [400, 'price discrepancy greater than allowed with worst maker', 'unknown', 'MATCH_FAILED'],
  [400, 'context canceled', 'unknown', 'CONTEXT_CANCELED'],
  [425, 'service not ready', 'unknown', 'HTTP_425'],
  [429, 'Too Many Requests', 'unknown', 'HTTP_429'],
  [500, 'could not insert order', 'unknown', 'HTTP_500'],
  [500, 'order timed out', 'unknown', 'HTTP_500'],
  // A server error that quotes a refusal is still a server error.
  [500, 'invalid signature', 'unknown', 'HTTP_500'],
  [503, 'upstream connect error', 'unknown', 'HTTP_503'],
  [502, 'Trading is currently disabled.', 'unknown', 'HTTP_502'],
]

describe('polymarket error answers to an order', () => {
  for (const [status, text, kind, code] of rows) {
    it(`${status} "${text.slice(0, 60)}" is ${kind}`, () => {
      expect(judgePlacement(aReply(status, { error: text }), sent)).to.include({ kind, code })
    })
  }

  it('Duplicated says that an earlier attempt landed', () => {
    expect(judgePlacement(aReply(400, { error: `order ${ID} is invalid. Duplicated.` }), sent).kind).to.equal(
      'duplicate',
    )
  })

  for (const text of [
    "order couldn't be fully filled. FOK orders are fully filled or killed.",
    'FOK orders are filled or killed',
  ]) {
    it(`"${text.slice(0, 40)}" is rejected: all or nothing came to nothing`, () => {
      expect(judgePlacement(aReply(400, { error: text }), sent)).to.include({
        kind: 'rejected',
        code: 'FOK_NOT_FILLED',
      })
    })
  }

  for (const text of [
    'no orders found to match with FAK order. FAK orders are partially filled or killed if no match is found.',
    'there are no matching orders',
  ]) {
    it(`"${text.slice(0, 40)}" ends the order with nothing filled`, () => {
      const placement = judgePlacement(aReply(400, { error: text }), sent)
      expect(placement).to.have.nested.include({ kind: 'accepted', 'report.status': 'cancelled' })
      expect(placement).to.have.nested.include({ 'report.venueOrderId': ID, 'report.filledQuantity': 0n })
    })
  }

  it('429 with the signer’s limit headers was not executed', () => {
    expect(judgePlacement(aReply(429, { error: 'Too Many Requests' }, limited), sent).kind).to.equal('not_sent')
  })

  for (const status of [400, 403, 404]) {
    it(`${status} with HTML is unknown: it need not come from the order service`, () => {
      expect(judgePlacement(aReply(status, '<html>blocked</html>'), sent).kind).to.equal('unknown')
    })
  }
})

describe('polymarket answers to a cancel', () => {
  const answer = (body: unknown, status = 200) => judgeCancellation(aReply(status, body), ID)

  it('are cancelled when the order is listed, in any letter case', () => {
    expect(answer({ canceled: [ID.toUpperCase().replace('0X', '0x')], not_canceled: {} })).to.deep.equal({
      kind: 'cancelled',
      reducedBy: null,
    })
  })

  for (const reason of [
    'Order not found or already canceled',
    'Order already matched',
    'already canceled or matched',
    "order can't be found - already canceled or matched",
  ]) {
    it(`are not live for "${reason}"`, () => {
      expect(answer({ canceled: [], not_canceled: { [ID]: reason } })).to.deep.equal({
        kind: 'not_live',
        message: reason,
      })
    })
  }

  it('are a refusal for a reason that leaves the order standing', () => {
    expect(answer({ canceled: [], not_canceled: { [ID]: 'order is being matched' } })).to.include({ kind: 'refused' })
  })

  for (const [what, body, status] of [
    ['do not mention the order', { canceled: [], not_canceled: {} }, 200],
    ['are not JSON', '<html></html>', 200],
    ['are a server error', { error: 'Internal server error' }, 500],
    ['are a restart', '', 425],
  ] as const) {
    it(`are unknown when they ${what}`, () => {
      expect(answer(body, status).kind).to.equal('unknown')
    })
  }

  it('are a refusal for a malformed id', () => {
    expect(answer({ error: 'Invalid orderID' }, 400)).to.include({ kind: 'refused', code: 'INVALID_ORDER_ID' })
  })
})

describe('polymarket error answers to a read', () => {
  for (const [status, kind] of [
    [400, 'refused'],
    [401, 'auth'],
    [404, 'not_found'],
    [422, 'refused'],
    [425, 'unavailable'],
    [429, 'rate_limited'],
    [503, 'unavailable'],
  ] as const) {
    it(`${status} is ${kind}`, () => {
      expect(readFailure(aReply(status, { error: 'x' }), 'get_order')).to.include({
        kind,
        httpStatus: status,
        sent: 'yes',
      })
    })
  }
})
