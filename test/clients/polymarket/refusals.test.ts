import { expect } from 'chai'
import fc from 'fast-check'
import { loadPolymarketAccount, type PolymarketAccount } from '../../../src/clients/polymarket/account.ts'
import { judgeCancelEntry } from '../../../src/clients/polymarket/cancels.ts'
import { createPolymarketClient } from '../../../src/clients/polymarket/client.ts'
import { availabilityOf, judge, readFailure } from '../../../src/clients/polymarket/errors.ts'
import { judgeEntry, judgePlacement } from '../../../src/clients/polymarket/placement.ts'
import { exampleOrderId as ID } from '../../../src/clients/polymarket/refusal-rows.ts'
import { polymarketRefusals } from '../../../src/clients/polymarket/refusals.ts'
import { RateBudgets } from '../../../src/clients/rates/budgets.ts'
import { type Example, placementFrom } from '../../../src/clients/refusal-table.ts'
import type { Cancellation, Placement, VenueClient } from '../../../src/domain/venue.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { seededRandom } from '../../../src/runtime/random.ts'
import { casesOf, expectCancellation, expectFailure, expectPlacement, failureOf } from '../refusal-cases.ts'
import { anIntent, anOrder, approve, aReply, marketFrom, NOW_MS, TEST_KEY } from './builders.ts'
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts'

const sent = { orderId: ID, intent: anIntent(), makerAmount: 4_500_000n, takerAmount: 10_000_000n }
const limited = { 'poly-ratelimit-remaining': '0' }

/** Status, text, what it means for a new order: written from the venue page, apart from the table. */
const answersToOrders: readonly (readonly [number, string, string])[] = [
  [400, 'not enough balance / allowance', 'rejected INSUFFICIENT_BALANCE'],
  [
    400,
    'not enough balance / allowance: the balance is not enough -> balance: 0, order amount: 10000000',
    'rejected INSUFFICIENT_BALANCE',
  ],
  [400, 'not enough balance / allowance: the allowance is not enough -> x', 'rejected INSUFFICIENT_ALLOWANCE'],
  [400, 'invalid signature', 'rejected INVALID_SIGNATURE'],
  [400, 'order_version_mismatch', 'rejected ORDER_VERSION_MISMATCH'],
  [400, 'invalid order version, please use the latest clob-client', 'rejected ORDER_VERSION_MISMATCH'],
  [400, 'the order signer address has to be the address of the API KEY', 'rejected SIGNER_MISMATCH'],
  [400, 'the order owner has to be the owner of the API KEY', 'rejected OWNER_MISMATCH'],
  [400, 'maker address not allowed, please use the deposit wallet flow', 'rejected MAKER_NOT_ALLOWED'],
  [400, "'0x12' address banned", 'rejected ADDRESS_BANNED'],
  [400, "'0x12' address in closed only mode", 'rejected CLOSED_ONLY'],
  [400, `order ${ID} is invalid. Price (0.455) breaks minimum tick size rule: 0.01`, 'rejected PRICE_OFF_GRID'],
  [400, `order ${ID} is invalid. Size (1) lower than the minimum: 5`, 'rejected BELOW_MINIMUM_SIZE'],
  [400, 'invalid amount for a marketable BUY order ($0.5), min size: $1', 'rejected BELOW_MINIMUM_NOTIONAL'],
  [
    400,
    'invalid amounts, the market buy orders maker amount supports a max accuracy of 2 decimals, taker amount a max of 4 decimals',
    'rejected AMOUNT_PRECISION',
  ],
  [
    400,
    'invalid amounts, the sell orders maker amount supports a max accuracy of 2 decimals, taker amount a max of 5 decimals',
    'rejected AMOUNT_PRECISION',
  ],
  [400, `order ${ID} is invalid. Duplicated.`, 'duplicate'],
  [400, 'invalid post-only order: order crosses book', 'rejected POST_ONLY_WOULD_CROSS'],
  [400, 'invalid post-only order: order crosses the book', 'rejected POST_ONLY_WOULD_CROSS'],
  [400, "order couldn't be fully filled. FOK orders are fully filled or killed.", 'rejected FOK_NOT_FILLED'],
  [400, 'order couldn’t be fully filled. FOK orders are fully filled or killed.', 'rejected FOK_NOT_FILLED'],
  [400, 'FOK orders are filled or killed', 'rejected FOK_NOT_FILLED'],
  [
    400,
    'no orders found to match with FAK order. FAK orders are partially filled or killed if no match is found.',
    'accepted cancelled',
  ],
  [400, 'there are no matching orders', 'accepted cancelled'],
  [400, 'invalid expiration', 'rejected INVALID_EXPIRATION'],
  [400, 'invalid nonce', 'rejected INVALID_NONCE'],
  [400, 'order canceled in the CTF exchange contract', 'rejected CANCELED_ON_CHAIN'],
  [400, 'the market is not yet ready to process new orders', 'rejected MARKET_NOT_READY'],
  [400, 'order match delayed due to market conditions', 'unknown MATCH_DELAYED'],
  [400, 'the trade contains rounding issues', 'unknown MATCH_FAILED'],
  [400, 'price discrepancy greater than allowed with worst maker', 'unknown MATCH_FAILED'],
  [400, 'context canceled', 'unknown CONTEXT_CANCELED'],
  [400, 'Invalid order payload', 'rejected BAD_PAYLOAD'],
  [400, 'invalid order params payload', 'rejected BAD_PAYLOAD'],
  [400, 'Invalid payload', 'rejected BAD_PAYLOAD'],
  [400, 'Payload exceeds the limit', 'rejected BAD_PAYLOAD'],
  [400, 'Too many orders in payload: 16, max allowed: 15', 'rejected BAD_PAYLOAD'],
  [400, 'Invalid orderID', 'rejected INVALID_ORDER_ID'],
  [400, 'Invalid token id', 'rejected BAD_PAYLOAD'],
  [400, 'Invalid side', 'rejected BAD_PAYLOAD'],
  [400, 'Invalid market', 'rejected INVALID_MARKET'],
  [400, 'Invalid asset type', 'rejected BAD_PAYLOAD'],
  [400, 'Invalid signature_type', 'rejected INVALID_SIGNATURE_TYPE'],
  [401, 'Unauthorized/Invalid api key', 'rejected AUTH_REJECTED'],
  [401, 'Invalid api key', 'rejected AUTH_REJECTED'],
  [401, 'Invalid L1 Request headers', 'rejected AUTH_REJECTED'],
  [403, 'Trading restricted in your region, please refer to available regions - x', 'rejected REGION_RESTRICTED'],
  [404, 'No orderbook exists for the requested token id', 'rejected NO_ORDERBOOK'],
  [404, 'market not found', 'rejected NO_ORDERBOOK'],
  [425, 'service not ready', 'unknown RESTARTING'],
  [429, 'Too Many Requests', 'unknown THROTTLED'],
  [500, 'could not insert order', 'unknown ORDER_NOT_STORED'],
  [500, 'order timed out', 'unknown ORDER_NOT_STORED'],
  [500, 'Internal server error', 'unknown HTTP_500'],
  [503, 'Trading is currently disabled. Check polymarket.com for updates', 'rejected TRADING_DISABLED'],
  [503, 'trading is disabled', 'rejected TRADING_DISABLED'],
  [
    503,
    'Trading is currently cancel-only. New orders are not accepted, but cancels are allowed.',
    'rejected CANCEL_ONLY',
  ],
  [503, 'post-only mode: only post-only orders and cancels are allowed', 'rejected POST_ONLY_MODE'],
  // A text that is moved to another status says the same; a server error that quotes a refusal is a server error.
  [404, 'order_version_mismatch', 'rejected ORDER_VERSION_MISMATCH'],
  [500, 'invalid signature', 'unknown HTTP_500'],
  [502, 'Trading is currently disabled.', 'unknown HTTP_502'],
  [400, 'Trading is currently disabled.', 'unknown HTTP_400'],
  // New texts, however much they sound like a no.
  [400, 'a rule that is new', 'unknown HTTP_400'],
  [400, `order ${ID} is invalid. Something new.`, 'unknown HTTP_400'],
  [401, 'unauthorized', 'unknown HTTP_401'],
  [403, 'forbidden', 'unknown HTTP_403'],
  [404, 'trade not found', 'unknown HTTP_404'],
  [422, 'unprocessable', 'unknown HTTP_422'],
  [503, 'upstream connect error', 'unknown HTTP_503'],
]

describe('polymarket refusals', () => {
  let server: ScriptedServer
  let client: VenueClient
  let account: PolymarketAccount
  const order = anOrder(anIntent(), ID)

  before(async () => {
    server = await startScriptedServer()
    account = await loadPolymarketAccount({
      privateKey: TEST_KEY,
      credentials: { apiKey: 'k', secret: Buffer.from('secret').toString('base64'), passphrase: 'p' },
    })
    client = createPolymarketClient({
      urls: { clob: server.url, gamma: server.url, data: server.url },
      account,
      clock: new VirtualClock(NOW_MS),
      // One client hears every answer: the pause after one 429 must not decide what becomes of the next case.
      rates: new RateBudgets({ clock: new VirtualClock(NOW_MS), random: seededRandom('refusals'), mode: 'open' }),
      timeoutMs: 2_000,
      userAgent: 'crosstape-test',
    })
  })
  after(() => server.close())

  function answer(call: string, { status, body, headers }: Example): void {
    const answered =
      typeof body === 'string'
        ? { status, text: body, headers: headers ?? {} }
        : { status, json: body, headers: headers ?? {} }
    server.script = { [call]: () => answered }
  }

  async function place(example: Example): Promise<Placement> {
    answer('POST /order', example)
    return client.placeOrder(await client.prepareOrder(approve(anIntent()), marketFrom()))
  }

  function cancel(example: Example): Promise<Cancellation> {
    answer('DELETE /order', example)
    return client.cancelOrder(order, marketFrom())
  }

  for (const one of casesOf(polymarketRefusals)) {
    it(`${one.row.code} is ${one.row.meaning} to ${one.name}`, async () => {
      switch (one.operation) {
        case 'place':
          return expectPlacement(one, await place(one.example))
        case 'cancel':
          return expectCancellation(one, await cancel(one.example))
        case 'cancel_all':
          answer('DELETE /cancel-all', one.example)
          return expectFailure(one, await failureOf(client.cancelAll()))
        case 'read':
          answer('GET /balance-allowance', one.example)
          return expectFailure(one, await failureOf(client.getBalance()))
        case 'amend':
          return expect(
            judge(aReply(one.example.status, one.example.body, one.example.headers), 'amend').meaning,
          ).to.equal(one.row.meaning)
      }
    })
  }

  for (const [status, text, expected] of answersToOrders) {
    it(`reads ${status} "${text.slice(0, 60)}" to an order as ${expected}`, async () => {
      expect(described(await place({ status, body: { error: text } }))).to.equal(expected)
    })
  }

  for (const [what, status, body, headers, expected] of [
    ['429 with the limits of the signer', 429, { error: 'Too Many Requests' }, limited, 'not_sent RATE_LIMITED'],
    ['429 with HTML', 429, '<html>error code: 1015</html>', {}, 'unknown THROTTLED'],
    ['425 without a body', 425, '', {}, 'unknown RESTARTING'],
    ['403 with HTML', 403, '<!DOCTYPE html><title>Cloudflare</title>', {}, 'unknown WEB_PAGE'],
    ['400 with HTML', 400, '<html>blocked</html>', {}, 'unknown WEB_PAGE'],
    ['404 with nothing', 404, '', {}, 'unknown HTTP_404'],
    ['400 with a text that is not JSON', 400, 'invalid signature', {}, 'unknown HTTP_400'],
    ['400 with JSON of something else', 400, { error: { code: 'invalid signature' } }, {}, 'unknown HTTP_400'],
    ['302', 302, '', {}, 'unknown HTTP_302'],
  ] as const) {
    it(`reads ${what} as ${expected}`, async () => {
      expect(described(await place({ status, body, headers }))).to.equal(expected)
    })
  }

  it('carries on how long to wait', async () => {
    const body = { error: 'post-only mode: only post-only orders and cancels are allowed', retry_after_seconds: 79 }
    const placement = await place({ status: 503, body })
    expect(placement).to.include({ kind: 'rejected', retryAfterMs: 79_000 })
    expect(placement)
      .to.have.property('message')
      .that.contains('Try again in 79 s.')
      .and.contains('No order was placed')
  })

  for (const [status, body, kind] of [
    [400, { error: 'x' }, 'refused'],
    [400, { error: 'Could not derive api key!' }, 'auth'],
    [401, { error: 'x' }, 'auth'],
    [403, '<html>blocked</html>', 'unavailable'],
    [404, { error: 'x' }, 'not_found'],
    [422, { error: 'x' }, 'refused'],
    [425, '', 'unavailable'],
    [429, { error: 'x' }, 'rate_limited'],
    [503, { error: 'x' }, 'unavailable'],
    [503, { error: 'trading is disabled' }, 'unavailable'],
  ] as const) {
    it(`fails a read answered ${status} ${JSON.stringify(body)} as ${kind}`, () => {
      expect(readFailure(aReply(status, body), 'get_order')).to.include({ kind, httpStatus: status, sent: 'yes' })
    })
  }

  for (const [status, body, available] of [
    [200, {}, true],
    [400, { error: 'invalid signature' }, true],
    [403, '<html>blocked</html>', true],
    [429, { error: 'Too Many Requests' }, true],
    [425, '', false],
    [500, { error: 'Internal server error' }, false],
    [502, '<html></html>', false],
    [503, { error: 'upstream connect error' }, false],
    [503, { error: 'trading is disabled' }, null],
    [503, { error: 'post-only mode: only post-only orders and cancels are allowed' }, null],
  ] as const) {
    it(`counts ${status} ${JSON.stringify(body).slice(0, 40)} for the breaker as ${available}`, () => {
      expect(availabilityOf(aReply(status, body))).to.equal(available)
    })
  }

  it('tells the breaker of a restart, and nothing of a known mode', async () => {
    const told: boolean[] = []
    const watched = createPolymarketClient({
      urls: { clob: server.url, gamma: server.url, data: server.url },
      account,
      clock: new VirtualClock(NOW_MS),
      timeoutMs: 2_000,
      userAgent: 'crosstape-test',
      onAvailability: (available) => told.push(available),
    })
    for (const [status, body] of [
      [425, ''],
      [503, { error: 'trading is disabled' }],
      [400, { error: 'invalid signature' }],
      [502, '<html></html>'],
    ] as const) {
      answer('POST /order', { status, body })
      await watched.placeOrder(await watched.prepareOrder(approve(anIntent()), marketFrom()))
    }
    expect(told).to.deep.equal([false, true, false])
  })

  it('is never sure of anything that no row covers, and never throws', () => {
    const words = fc.oneof(
      fc.string(),
      fc.constantFrom(...polymarketRefusals.flatMap(({ match }) => match.texts ?? [])),
    )
    const bodies = fc.oneof(
      fc
        .record({ error: words, errorMsg: words, error_msg: words, code: words }, { requiredKeys: [] })
        .map((body) => JSON.stringify(body)),
      words.map((text) => JSON.stringify(text)),
      words.map((text) => `<html>${text}</html>`),
      fc.json(),
      words,
    )
    const headers = fc.constantFrom({}, limited)
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), bodies, headers, (status, body, carried) => {
        fc.pre(status < 200 || status > 299)
        const judged = judge(aReply(status, body, carried), 'place')
        const placement = placementFrom(judged)
        return placement.kind === 'unknown' || (placement.kind !== 'accepted' && typeof judged.basis === 'object')
      }),
      { numRuns: 2_000 },
    )
  })
})

function described(placement: Placement): string {
  if (placement.kind === 'accepted') return `accepted ${placement.report.status}`
  return 'code' in placement ? `${placement.kind} ${placement.code}` : placement.kind
}

describe('polymarket answers with 200 to an order', () => {
  const taken = { success: true, errorMsg: '', orderID: ID, status: 'live', makingAmount: '', takingAmount: '' }

  for (const [what, body, expected] of [
    ['live', taken, 'accepted resting'],
    ['delayed', { ...taken, status: 'delayed' }, 'accepted unknown'],
    ['unmatched', { ...taken, status: 'unmatched' }, 'accepted unknown'],
    ['matched, without amounts', { ...taken, status: 'matched' }, 'accepted unknown'],
    ['a status that is new', { ...taken, status: 'paused' }, 'unknown STATUS_UNKNOWN'],
    ['no status', { ...taken, status: null }, 'unknown STATUS_UNKNOWN'],
    ['no order id', { ...taken, orderID: '' }, 'unknown ORDER_ID_MISMATCH'],
    ['another order id', { ...taken, orderID: `0x${'cd'.repeat(32)}` }, 'unknown ORDER_ID_MISMATCH'],
    [
      'failure with a known text',
      { success: false, errorMsg: 'not enough balance / allowance', orderID: '', status: '' },
      'rejected INSUFFICIENT_BALANCE',
    ],
    [
      'failure with a known text and our order id',
      { success: false, errorMsg: 'invalid signature', orderID: ID, status: '' },
      'rejected INVALID_SIGNATURE',
    ],
    [
      'success with an error text',
      { success: true, errorMsg: 'not enough balance / allowance', orderID: '', status: '' },
      'rejected INSUFFICIENT_BALANCE',
    ],
    [
      'success with an error text, an order id and a status of taken orders',
      { ...taken, errorMsg: 'not enough balance / allowance' },
      'unknown ANSWER_CONTRADICTS',
    ],
    [
      'failure with a text of a match',
      { success: false, errorMsg: 'order match delayed due to market conditions' },
      'unknown MATCH_DELAYED',
    ],
    ['failure with a duplicate', { success: false, errorMsg: `order ${ID} is invalid. Duplicated.` }, 'duplicate'],
    [
      'failure with nothing to match',
      { success: false, errorMsg: 'there are no matching orders' },
      'accepted cancelled',
    ],
    ['failure with a new text', { success: false, errorMsg: 'a new rule', orderID: '' }, 'unknown TEXT_UNKNOWN'],
    [
      'failure with a new text and an order id',
      { success: false, errorMsg: 'hm', orderID: ID },
      'unknown TEXT_UNKNOWN',
    ],
    ['failure without a reason', { success: false, errorMsg: '', orderID: '' }, 'unknown TEXT_UNKNOWN'],
    ['no success', { ...taken, success: undefined }, 'unknown ANSWER_UNREADABLE'],
    ['null', null, 'unknown ANSWER_UNREADABLE'],
    ['an entry of a batch that is a text', 'invalid signature', 'unknown ANSWER_UNREADABLE'],
    ['a list', [], 'unknown ANSWER_UNREADABLE'],
  ] as const) {
    it(`are ${expected} with ${what}`, () => {
      expect(described(judgeEntry(body, sent))).to.equal(expected)
    })
  }

  for (const body of ['', 'null', '<html>cloudflare</html>', '[]', '{"success":true']) {
    it(`are unknown with the body ${JSON.stringify(body)}`, () => {
      expect(judgePlacement(aReply(200, body), sent)).to.include({ kind: 'unknown', code: 'ANSWER_UNREADABLE' })
    })
  }

  it('are taken for an order only with success, no error, our id and a status of taken orders', () => {
    const maybe = <T>(value: T): fc.Arbitrary<T | string | boolean | null> =>
      fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, fc.string(), fc.boolean(), fc.constant(null))
    const answers = fc.record({
      success: maybe(true),
      errorMsg: maybe(''),
      orderID: maybe(ID),
      status: maybe('live'),
    })
    fc.assert(
      fc.property(fc.oneof(answers, fc.jsonValue()), (body) => {
        const placement = judgeEntry(body, sent)
        if (placement.kind !== 'accepted') return placement.kind === 'unknown'
        const { success, errorMsg, orderID, status } = body as Record<string, unknown>
        return success === true && !errorMsg && orderID === ID && String(status).toLowerCase() in { live: 1 }
      }),
    )
  })
})

describe('polymarket answers to a cancel', () => {
  const answer = (body: unknown) => judgeCancelEntry(body, ID)

  it('are cancelled when the order is listed, in any letter case', () => {
    expect(answer({ canceled: [ID.toUpperCase().replace('0X', '0x')], not_canceled: {} })).to.deep.equal({
      kind: 'cancelled',
      reducedBy: null,
    })
  })

  for (const [reason, kind, code] of [
    ['Order not found or already canceled', 'not_live', 'ORDER_NOT_FOUND'],
    ["order can't be found - already canceled or matched", 'not_live', 'ORDER_NOT_FOUND'],
    ['Order already matched', 'not_live', 'ORDER_ENDED'],
    ['already canceled or matched', 'not_live', 'ORDER_ENDED'],
    ['order is being matched', 'unknown', 'TEXT_UNKNOWN'],
    ['', 'unknown', 'TEXT_UNKNOWN'],
  ] as const) {
    it(`are ${kind} ${code} for "${reason}"`, () => {
      expect(answer({ canceled: [], not_canceled: { [ID]: reason } })).to.include({ kind, code })
    })
  }

  for (const [what, body] of [
    ['do not mention the order', { canceled: [], not_canceled: {} }],
    ['mention it twice', { canceled: [ID], not_canceled: { [ID]: 'x' } }],
    ['are not JSON', '<html></html>'],
    ['are nothing', null],
  ] as const) {
    it(`are unknown when they ${what}`, () => {
      expect(answer(body).kind).to.equal('unknown')
    })
  }
})
