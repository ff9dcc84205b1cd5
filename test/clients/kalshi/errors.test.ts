import { expect } from 'chai'
import { parseJson } from '../../../src/clients/json.ts'
import { cancellationOf, placementOf, readEnvelope, readFailure } from '../../../src/clients/kalshi/errors.ts'
import type { HttpReply } from '../../../src/clients/transport.ts'

function reply(status: number, body: unknown): HttpReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status, headers: {}, text, json: parseJson(text) }
}

const nested = (code: string, details?: string) => ({ error: { code, message: code.replaceAll('_', ' '), details } })

/** Status, body, what it means for a new order. Codes as recorded on demo and production in 2026. */
const answersToOrders: readonly (readonly [number, unknown, string])[] = [
  [400, nested('insufficient_balance'), 'rejected INSUFFICIENT_BALANCE'],
  [400, nested('available_balance_too_low'), 'rejected AVAILABLE_BALANCE_TOO_LOW'],
  [400, nested('invalid_price'), 'rejected INVALID_PRICE'],
  [400, nested('invalid_order', 'post only cross'), 'rejected INVALID_ORDER'],
  [400, nested('invalid_order_size'), 'rejected INVALID_ORDER_SIZE'],
  [400, nested('invalid_parameters'), 'rejected INVALID_PARAMETERS'],
  [400, { code: 'bad_request', message: 'json: cannot unmarshal number' }, 'rejected BAD_REQUEST'],
  [400, { code: 'invalid_content_type', message: 'x' }, 'rejected INVALID_CONTENT_TYPE'],
  [400, { msg: "Parameter validation failed for GetMarkets: 'Limit'" }, 'rejected HTTP_400'],
  [400, nested('a_code_of_tomorrow'), 'rejected A_CODE_OF_TOMORROW'],
  [401, nested('authentication_error', 'INCORRECT_API_KEY_SIGNATURE'), 'rejected AUTH_AUTHENTICATION_ERROR'],
  [401, nested('header_timestamp_expired'), 'rejected AUTH_HEADER_TIMESTAMP_EXPIRED'],
  [401, nested('signature_is_missing_from_headers'), 'rejected AUTH_SIGNATURE_IS_MISSING_FROM_HEADERS'],
  [403, nested('forbidden'), 'rejected AUTH_FORBIDDEN'],
  [404, nested('market_not_found'), 'rejected MARKET_NOT_FOUND'],
  [404, nested('not_found'), 'rejected NOT_FOUND'],
  [400, nested('user_not_found'), 'rejected USER_NOT_FOUND'],
  [404, nested('user_not_found'), 'rejected USER_NOT_FOUND'],
  [409, nested('order_already_exists'), 'duplicate'],
  [409, nested('fill_or_kill_insufficient_resting_volume'), 'rejected FILL_OR_KILL_INSUFFICIENT_RESTING_VOLUME'],
  [409, nested('trading_is_paused'), 'rejected TRADING_IS_PAUSED'],
  [409, nested('exchange_is_paused'), 'rejected EXCHANGE_IS_PAUSED'],
  [409, nested('market_closed'), 'rejected MARKET_CLOSED'],
  [409, nested('a_conflict_of_tomorrow'), 'unknown HTTP_409'],
  [409, { error: 'conflict' }, 'unknown HTTP_409'],
  [410, nested('deprecated_v1_order_endpoint'), 'rejected DEPRECATED_V1_ORDER_ENDPOINT'],
  [429, nested('too_many_requests'), 'not_sent RATE_LIMITED'],
  [429, { error: 'too many requests' }, 'not_sent RATE_LIMITED'],
  [500, nested('internal_server_error'), 'unknown HTTP_500'],
  [503, nested('service_unavailable'), 'unknown HTTP_503'],
  [504, '<html>gateway timeout</html>', 'unknown HTTP_504'],
  [403, '<html>forbidden by the network</html>', 'unknown HTTP_403'],
  [400, '', 'unknown HTTP_400'],
  [408, nested('timeout'), 'unknown HTTP_408'],
  [302, '', 'unknown HTTP_302'],
]

describe('kalshi errors', () => {
  for (const [status, body, expected] of answersToOrders) {
    it(`reads ${status} ${JSON.stringify(body).slice(0, 60)} to an order as ${expected}`, () => {
      const placement = placementOf(reply(status, body))
      expect(placement.kind === 'accepted' ? 'accepted' : `${placement.kind} ${codeOf(placement)}`.trim()).to.equal(
        expected,
      )
    })
  }

  it('says with every refusal that no order was placed, and with doubt that one may be live', () => {
    for (const [status, body] of answersToOrders) {
      const placement = placementOf(reply(status, body))
      if (placement.kind === 'rejected' || placement.kind === 'not_sent') {
        expect(placement.message).to.contain('No order was placed')
      }
      if (placement.kind === 'unknown') expect(placement.message).to.contain('may be live')
    }
  })

  for (const [status, body, kind] of [
    [404, nested('not_found'), 'not_live'],
    [404, nested('market_not_found'), 'refused'],
    [409, nested('exchange_is_paused'), 'refused'],
    [429, { error: 'too many requests' }, 'refused'],
    [401, nested('authentication_error'), 'refused'],
    [500, nested('internal_server_error'), 'unknown'],
    [404, '<html>', 'unknown'],
  ] as const) {
    it(`reads ${status} ${JSON.stringify(body).slice(0, 40)} to a cancel as ${kind}`, () => {
      expect(cancellationOf(reply(status, body)).kind).to.equal(kind)
    })
  }

  for (const [status, kind] of [
    [400, 'refused'],
    [401, 'auth'],
    [403, 'auth'],
    [404, 'not_found'],
    [429, 'rate_limited'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [302, 'unavailable'],
  ] as const) {
    it(`fails a read answered ${status} as ${kind}`, () => {
      expect(readFailure(reply(status, nested('x')), 'get_balance', '').kind).to.equal(kind)
    })
  }

  it('lets no control character of the venue reach a terminal, and no essay', () => {
    const envelope = readEnvelope({ error: { code: 'x', message: `\u001b[2Jgone\u0007 ${'y'.repeat(999)}` } })
    expect(envelope?.text).to.match(/^\[2Jgone y+$/)
    expect(envelope?.text.length).to.be.at.most(200)
  })
})

function codeOf(placement: object): string {
  return 'code' in placement ? String(placement.code) : ''
}
