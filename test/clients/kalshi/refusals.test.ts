import { expect } from 'chai'
import fc from 'fast-check'
import type { HttpReply } from '../../../src/clients/http/request.ts'
import { parseJson } from '../../../src/clients/json.ts'
import { isDefinite, judge, judgeEntry, readFailure } from '../../../src/clients/kalshi/errors.ts'
import { judgeCancelledEntry, judgeCreatedEntry } from '../../../src/clients/kalshi/orders.ts'
import { kalshiRefusals } from '../../../src/clients/kalshi/refusals.ts'
import { RateBudgets } from '../../../src/clients/rates/budgets.ts'
import { messageOf, placementFrom } from '../../../src/clients/refusal-table.ts'
import type { ApprovedOrder } from '../../../src/domain/order.ts'
import type { Cancellation, Placement } from '../../../src/domain/venue.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { seededRandom } from '../../../src/runtime/random.ts'
import { aMarket, anIntent, anOrder } from '../../support/builders.ts'
import { casesOf, expectCancellation, expectFailure, expectPlacement, failureOf } from '../refusal-cases.ts'
import { type Answer, type ScriptedVenue, scriptedVenue } from './scripted-venue.ts'

const PLACE = 'POST /portfolio/events/orders'
const CANCEL = 'DELETE /portfolio/events/orders/venue-order-1'

function reply(status: number, body: unknown): HttpReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status, headers: {}, text, json: parseJson(text) }
}

const nested = (code: string, details?: string) => ({ error: { code, message: code.replaceAll('_', ' '), details } })

/** Status, body, what it means for a new order: written from the venue page, apart from the table. */
const answersToOrders: readonly (readonly [number, unknown, string])[] = [
  [400, nested('insufficient_balance'), 'rejected INSUFFICIENT_BALANCE'],
  [400, nested('available_balance_too_low'), 'rejected INSUFFICIENT_BALANCE'],
  [400, nested('invalid_price'), 'rejected PRICE_OFF_GRID'],
  [400, nested('invalid_order', 'post only cross'), 'rejected POST_ONLY_WOULD_CROSS'],
  [400, nested('invalid_order', 'reduce_only can only be used with IoC orders'), 'rejected REDUCE_ONLY_NEEDS_IOC'],
  [400, nested('invalid_order', 'Cannot_specify_both_IoC_and_expiration_timestamp'), 'rejected EXPIRY_WITH_IOC'],
  [400, nested('invalid_parameters', 'expiration_ts must be in the future'), 'rejected EXPIRY_PASSED'],
  [400, nested('invalid_order', 'a rule that is new'), 'rejected INVALID_ORDER'],
  [400, nested('invalid_order_size'), 'rejected INVALID_SIZE'],
  [400, nested('invalid_parameters'), 'rejected BAD_REQUEST'],
  [400, { code: 'bad_request', message: 'json: cannot unmarshal number' }, 'rejected BAD_REQUEST'],
  [400, { code: 'invalid_content_type', message: 'x' }, 'rejected BAD_REQUEST'],
  [400, { msg: "Parameter validation failed for GetMarkets: 'Limit'" }, 'rejected BAD_QUERY'],
  [401, nested('authentication_error', 'INCORRECT_API_KEY_SIGNATURE'), 'rejected AUTH_BAD_SIGNATURE'],
  [401, nested('authentication_error', 'NOT_FOUND'), 'rejected AUTH_UNKNOWN_KEY'],
  [401, nested('authentication_error'), 'rejected AUTH_REJECTED'],
  [401, nested('header_timestamp_expired'), 'rejected CLOCK_OFF'],
  [401, nested('signature_is_missing_from_headers'), 'rejected AUTH_NOT_SIGNED'],
  [403, { code: 'x', message: 'key restricted to a single sub-account' }, 'rejected KEY_RESTRICTED'],
  [404, nested('market_not_found'), 'rejected MARKET_NOT_FOUND'],
  [404, nested('not_found'), 'rejected NOT_FOUND'],
  [400, nested('user_not_found'), 'rejected NO_ACCOUNT_ON_SHARD'],
  [404, nested('user_not_found'), 'rejected NO_ACCOUNT_ON_SHARD'],
  [409, nested('order_already_exists'), 'duplicate'],
  [409, nested('fill_or_kill_insufficient_resting_volume'), 'rejected FOK_NOT_FILLED'],
  [409, nested('trading_is_paused'), 'rejected TRADING_PAUSED'],
  [409, nested('exchange_is_paused'), 'rejected EXCHANGE_PAUSED'],
  [409, nested('market_closed'), 'rejected MARKET_CLOSED'],
  [409, nested('transfer_already_applied'), 'unknown TRANSFER_REPEATED'],
  [410, nested('deprecated_v1_order_endpoint'), 'rejected ENDPOINT_RETIRED'],
  [429, nested('too_many_requests'), 'not_sent RATE_LIMITED'],
  [429, { error: 'too many requests' }, 'not_sent RATE_LIMITED'],
  [429, '<html>slow down</html>', 'not_sent RATE_LIMITED'],
  [500, nested('internal_server_error'), 'unknown HTTP_500'],
  [503, nested('service_unavailable'), 'unknown HTTP_503'],
  [504, '<html>gateway timeout</html>', 'unknown HTTP_504'],
  // The words of the matching engine, which other interfaces of Kalshi use.
  [409, nested('EXCHANGE_UNAVAILABLE'), 'unknown EXCHANGE_UNAVAILABLE'],
  [409, nested('INTERNAL_ERROR'), 'unknown EXCHANGE_UNAVAILABLE'],
  [409, nested('MARKET_ALREADY_CLOSED'), 'rejected MARKET_CLOSED'],
  [409, nested('MARKET_INACTIVE'), 'rejected MARKET_CLOSED'],
  [404, nested('MARKET_NOT_FOUND'), 'rejected MARKET_NOT_FOUND'],
  [409, nested('SELF_CROSS_ATTEMPT'), 'unknown SELF_CROSS'],
  [409, nested('ORDER_ALREADY_EXISTS'), 'duplicate'],
  [409, nested('EXCEEDED_ORDER_GROUP_RISK_LIMIT'), 'rejected VENUE_RISK_LIMIT'],
  [404, nested('ORDER_GROUP_NOT_FOUND'), 'rejected ORDER_GROUP_NOT_FOUND'],
  [400, nested('INSUFFICIENT_BALANCE'), 'rejected INSUFFICIENT_BALANCE'],
  [409, nested('EXCHANGE_PAUSED'), 'rejected EXCHANGE_PAUSED'],
  [409, nested('TRADING_PAUSED'), 'rejected TRADING_PAUSED'],
  [400, nested('INVALID_ORDER'), 'rejected INVALID_ORDER'],
  [400, nested('EXCEEDED_PER_MARKET_RISK_LIMIT'), 'rejected VENUE_RISK_LIMIT'],
  [400, nested('INVALID_PRICE'), 'rejected PRICE_OFF_GRID'],
  [409, nested('FOK_INSUFFICIENT_VOLUME'), 'rejected FOK_NOT_FILLED'],
  // What stands in no row: definite by status and code, or unknown.
  [400, nested('a_code_of_tomorrow'), 'rejected A_CODE_OF_TOMORROW'],
  [403, nested('forbidden'), 'rejected AUTH_FORBIDDEN'],
  [422, nested('unprocessable'), 'rejected UNPROCESSABLE'],
  [400, { code: ' ', message: 'x' }, 'unknown HTTP_400'],
  [400, { error: 'a text of tomorrow' }, 'unknown HTTP_400'],
  [400, { msg: 'a text of tomorrow' }, 'unknown HTTP_400'],
  [409, nested('a_conflict_of_tomorrow'), 'unknown HTTP_409'],
  [409, { error: 'conflict' }, 'unknown HTTP_409'],
  [410, '<html>gone</html>', 'unknown HTTP_410'],
  [403, '<html>forbidden by the network</html>', 'unknown HTTP_403'],
  [404, '', 'unknown HTTP_404'],
  [400, '', 'unknown HTTP_400'],
  [408, nested('timeout'), 'unknown HTTP_408'],
  [425, nested('too_early'), 'unknown HTTP_425'],
  [499, nested('client_closed_request'), 'unknown HTTP_499'],
  [500, nested('insufficient_balance'), 'unknown HTTP_500'],
  [502, '<html>bad gateway</html>', 'unknown HTTP_502'],
  [302, '', 'unknown HTTP_302'],
]

describe('kalshi refusals', () => {
  let venue: ScriptedVenue
  before(async () => {
    // One client hears every answer: the pause after one 429 must not decide what becomes of the next case.
    const rates = new RateBudgets({ clock: new VirtualClock(0), random: seededRandom('refusals'), mode: 'open' })
    venue = await scriptedVenue({ timeoutMs: 2_000, rates })
  })
  after(() => venue.close())

  async function place(answer: Answer): Promise<Placement> {
    venue.answer(PLACE, answer)
    const approved = { intent: anIntent() } as ApprovedOrder
    return venue.client.placeOrder(await venue.client.prepareOrder(approved, aMarket()))
  }

  function cancel(answer: Answer): Promise<Cancellation> {
    venue.answer(CANCEL, answer)
    return venue.client.cancelOrder(anOrder(), aMarket())
  }

  for (const one of casesOf(kalshiRefusals)) {
    it(`${one.row.code} is ${one.row.meaning} to ${one.name}`, async () => {
      switch (one.operation) {
        case 'place':
          return expectPlacement(one, await place(one.example))
        case 'cancel':
          return expectCancellation(one, await cancel(one.example))
        case 'cancel_all':
          venue.answer(PLACE.replace('POST', 'DELETE'), one.example)
          return expectFailure(one, await failureOf(venue.client.cancelAll()))
        case 'read':
          venue.answer('GET /portfolio/balance', one.example)
          return expectFailure(one, await failureOf(venue.client.getBalance()))
        case 'amend':
          return expect(judge(reply(one.example.status, one.example.body), 'amend').meaning).to.equal(one.row.meaning)
      }
    })
  }

  for (const [status, body, expected] of answersToOrders) {
    it(`reads ${status} ${JSON.stringify(body).slice(0, 60)} to an order as ${expected}`, async () => {
      const placement = await place({ status, body })
      expect(`${placement.kind} ${'code' in placement ? placement.code : ''}`.trim()).to.equal(expected)
    })
  }

  for (const [status, body, kind, code] of [
    [404, nested('not_found'), 'not_live', 'ORDER_NOT_FOUND'],
    [409, nested('CANNOT_UPDATE_FILLED_ORDER'), 'not_live', 'ORDER_ENDED'],
    [404, nested('market_not_found'), 'refused', 'MARKET_NOT_FOUND'],
    [404, nested('user_not_found'), 'refused', 'NO_ACCOUNT_ON_SHARD'],
    [409, nested('exchange_is_paused'), 'refused', 'EXCHANGE_PAUSED'],
    [410, nested('deprecated_v1_order_endpoint'), 'refused', 'ENDPOINT_RETIRED'],
    [429, { error: 'too many requests' }, 'refused', 'RATE_LIMITED'],
    [401, nested('authentication_error'), 'refused', 'AUTH_REJECTED'],
    [401, nested('header_timestamp_expired'), 'refused', 'CLOCK_OFF'],
    [409, nested('order_already_exists'), 'unknown', 'HTTP_409'],
    [500, nested('internal_server_error'), 'unknown', 'HTTP_500'],
    [404, '<html>', 'unknown', 'HTTP_404'],
    [404, { error: 'not found' }, 'unknown', 'HTTP_404'],
  ] as const) {
    it(`reads ${status} ${JSON.stringify(body).slice(0, 40)} to a cancel as ${kind} ${code}`, async () => {
      expect(await cancel({ status, body })).to.include({ kind, code })
    })
  }

  for (const [code, meaning] of [
    ['order_side_mismatch', 'rejected'],
    ['order_ticker_mismatch', 'rejected'],
    ['order_id_and_client_order_id_mismatch', 'rejected'],
    ['INVALID_AMEND_QTY_FOR_ORDER', 'rejected'],
    ['CANNOT_UPDATE_FILLED_ORDER', 'not_live'],
    ['not_found', 'not_live'],
    ['order_already_exists', 'unknown'],
  ] as const) {
    it(`reads ${code} to an amend as ${meaning}`, () => {
      const status = code === 'order_already_exists' ? 409 : code === 'not_found' ? 404 : 400
      expect(judge(reply(status, nested(code)), 'amend').meaning).to.equal(meaning)
    })
  }

  for (const [status, body, kind] of [
    [400, nested('x'), 'refused'],
    [401, nested('x'), 'auth'],
    [403, nested('x'), 'auth'],
    [403, '<html>blocked</html>', 'unavailable'],
    [404, nested('x'), 'not_found'],
    [409, nested('exchange_is_paused'), 'refused'],
    [409, nested('EXCHANGE_UNAVAILABLE'), 'unavailable'],
    [429, nested('x'), 'rate_limited'],
    [500, nested('x'), 'unavailable'],
    [503, '', 'unavailable'],
    [302, '', 'unavailable'],
  ] as const) {
    it(`fails a read answered ${status} ${JSON.stringify(body).slice(0, 40)} as ${kind}`, () => {
      expect(readFailure(reply(status, body), 'get_balance', '').kind).to.equal(kind)
    })
  }

  it('carries on how long to wait, where Kalshi says so', async () => {
    const answer = { status: 409, body: nested('exchange_is_paused'), headers: { 'retry-after': '60' } }
    const placement = await place(answer)
    expect(placement).to.include({ kind: 'rejected', retryAfterMs: 60_000 })
    expect(placement).to.have.property('message').that.contains('Try again in 60 s.')
    expect(await place({ status: 429, body: nested('too_many_requests') })).to.include({ retryAfterMs: null })
  })

  it('lets no control character of the venue reach a terminal, and no essay', () => {
    const body = { error: { code: 'x', message: `\u001b[2Jgone\u0007 ${'y'.repeat(999)}` } }
    const message = messageOf(judge(reply(400, body), 'place'))
    expect(message).to.match(/: \[2Jgone y+\. No order/)
    expect(message.length).to.be.below(400)
  })

  it('is never sure of anything that neither the table nor the rule for its class covers', () => {
    const words = fc.oneof(
      fc.string(),
      fc.constantFrom(...kalshiRefusals.flatMap(({ match }) => [...(match.codes ?? []), ...(match.texts ?? [])])),
    )
    const parts = fc.record({ code: words, message: words, details: words }, { requiredKeys: [] })
    const bodies = fc.oneof(
      parts.map((error) => JSON.stringify({ error })),
      parts.map((error) => JSON.stringify(error)),
      words.map((error) => JSON.stringify({ error })),
      words.map((msg) => JSON.stringify({ msg })),
      fc.json(),
      words.map((text) => `<html>${text}</html>`),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), bodies, (status, body) => {
        fc.pre(status < 200 || status > 299)
        const judged = judge(reply(status, body), 'place')
        const placement = placementFrom(judged)
        if (placement.kind === 'accepted') throw new Error('accepted')
        if (placement.kind === 'unknown') return true
        if (judged.basis === 'class') return isDefinite(status) && status !== 409
        if (judged.basis === 'nothing') return false
        const seen = judged.basis.statuses
        return seen.includes(status) || (isDefinite(status) && seen.some(isDefinite))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('kalshi entries of a batch', () => {
  const created = { order_id: 'v-1', client_order_id: anIntent().clientOrderId, fill_count: '0.00', ts_ms: 1 }

  it('are accepted like an order alone', () => {
    const entry = { ...created, remaining_count: '0.00', error: null }
    expect(judgeCreatedEntry(entry, anIntent())).to.have.nested.include({
      kind: 'accepted',
      'report.status': 'cancelled',
    })
  })

  for (const [error, kind, code] of [
    [
      { code: 'insufficient_balance', message: 'insufficient balance', details: '' },
      'rejected',
      'INSUFFICIENT_BALANCE',
    ],
    [{ code: 'order_already_exists', message: 'x' }, 'duplicate', undefined],
    [{ code: 'service_unavailable', message: 'x' }, 'unknown', 'EXCHANGE_UNAVAILABLE'],
    [{ code: 'internal_server_error', message: 'x' }, 'unknown', 'EXCHANGE_UNAVAILABLE'],
    [{ code: 'a_code_of_tomorrow', message: 'x' }, 'unknown', 'ENTRY_UNCLEAR'],
    ['a text', 'unknown', 'ENTRY_UNCLEAR'],
    [{}, 'unknown', 'ENTRY_UNCLEAR'],
  ] as const) {
    it(`with the error ${JSON.stringify(error).slice(0, 50)} are ${kind}`, () => {
      expect(judgeCreatedEntry({ error }, anIntent())).to.include(code === undefined ? { kind } : { kind, code })
    })
  }

  it('are unknown with an error and an order id, or with neither', () => {
    const error = { code: 'insufficient_balance', message: 'x' }
    expect(judgeCreatedEntry({ ...created, error }, anIntent()).kind).to.equal('unknown')
    expect(judgeCreatedEntry({}, anIntent()).kind).to.equal('unknown')
    expect(judgeCreatedEntry(null, anIntent()).kind).to.equal('unknown')
  })

  it('are accepted only with an order id, readable counts and no error, whatever else comes', () => {
    const maybe = (value: unknown): fc.Arbitrary<unknown> =>
      fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, fc.string(), fc.constant(null), fc.integer(), fc.object())
    const entries = fc.record(
      {
        order_id: maybe('v-1'),
        client_order_id: maybe(created.client_order_id),
        fill_count: maybe('2.00'),
        remaining_count: maybe('3.00'),
        error: maybe(null),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(entries, fc.jsonValue()), (entry) => {
        const placement = judgeCreatedEntry(entry, anIntent())
        if (placement.kind !== 'accepted') return placement.kind === 'unknown'
        const { order_id: id, error } = entry as Record<string, unknown>
        return typeof id === 'string' && id !== '' && (error === null || error === undefined)
      }),
      { numRuns: 1_000 },
    )
  })

  it('of cancels are judged by the order that they name', () => {
    const error = { code: 'not_found', message: 'not found' }
    expect(judgeCancelledEntry({ order_id: 'v-1', reduced_by: '2.00' }, 'v-1').kind).to.equal('cancelled')
    expect(judgeCancelledEntry({ order_id: 'v-1', reduced_by: '0.00', error }, 'v-1')).to.include({
      kind: 'not_live',
      code: 'ORDER_NOT_FOUND',
    })
    expect(judgeCancelledEntry({ order_id: 'v-2', reduced_by: '0.00', error }, 'v-1').kind).to.equal('unknown')
    expect(judgeCancelledEntry({ order_id: 'v-2', reduced_by: '2.00' }, 'v-1').kind).to.equal('unknown')
  })

  it('have no status, so nothing is believed by class', () => {
    expect(judgeEntry({ code: 'forbidden', message: 'x' }, 'cancel').meaning).to.equal('unknown')
  })
})
